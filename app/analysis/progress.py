"""How far a run is, on the terminal."""

import contextlib
import sys
import time
from types import TracebackType
from typing import TextIO

from tqdm import tqdm

from app.output import one_line

_FORMAT = "{desc}{percentage:3.0f}%|{bar}| {elapsed} gone, {remaining} left"


class Progress:
    """A bar with files, media time and the time left, where there is a terminal; lines go above it.

    Args:
        files: to read.
        media_s: seconds of media in all, as far as is known.
        file: where to; default: stderr, and nowhere where that was closed before Mien began.
    """

    def __init__(self, files: int, media_s: float, file: TextIO | None = None) -> None:
        self._files = files
        self._file = sys.stderr if file is None else file
        self._began_s = time.monotonic()
        self._bar = tqdm(
            total=media_s,
            bar_format=_FORMAT,
            file=self._file,
            # None: not where there is no terminal
            disable=True if self._file is None else None,
            dynamic_ncols=True,
            smoothing=0,
            mininterval=0.2,
        )

    def __enter__(self) -> "Progress":
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave the bar as it is."""
        self._bar.close()

    def show(self, files: int, media_s: float) -> None:
        """Show so many files and seconds of media as done."""
        total_s = max(self._bar.total or 0.0, media_s)
        self._bar.total = total_s
        passed_s = max(time.monotonic() - self._began_s, 1e-3)
        self._bar.set_description_str(
            f"{files}/{self._files} files, {clock(media_s)} of {clock(total_s)}, {media_s / passed_s:.1f}x real time ",
            refresh=False,
        )
        self._bar.update(media_s - self._bar.n)

    def say(self, line: str) -> None:
        """Print a line."""
        if self._file is not None:
            # where it cannot be written, nobody is left to be told
            with contextlib.suppress(OSError):
                self._bar.write(one_line(line), file=self._file)


def clock(seconds: float) -> str:
    """Return a duration as ``1:02:03``, or ``2:03``."""
    minutes, left_s = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{left_s:02d}" if hours else f"{minutes}:{left_s:02d}"
