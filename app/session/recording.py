"""One recording: its rows, its events, its video, and an eye on the disk. Rows go first; pictures wait."""

import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from app.session.backlog import Begin, Gap, Shot
from app.session.folder import free_bytes
from app.session.log import SessionWriter
from app.session.schema import VIDEO
from app.session.video import VideoWriter
from app.types import Event, FolderGoneError, Image, RecordingError

# bytes free on the disk, under which a recording ends before the disk is full
STOP_FREE: Final = 25_000_000
_CHECK_S: Final = 1.0
_SYNC_S: Final = 5.0


class Recording:
    """Writes one recording; used by one thread.

    Args:
        begin: what and where.
        draw: makes the video's picture of a frame.
        free: called with each frame whose picture is not needed any more.
        clock: monotonic seconds.

    Raises:
        RecordingError: something cannot be written. The same holds for every method but ``abandon``.
    """

    def __init__(
        self,
        begin: Begin,
        draw: Callable[[Shot], Image],
        free: Callable[[Shot], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._first_s = begin.first.t_s
        self._draw = draw
        self._free = free
        self._clock = clock
        self._checked_s = self._synced_s = clock()
        self._pictures: deque[Shot] = deque()
        self._video = VideoWriter(begin.folder / VIDEO) if begin.video else None
        self._blurred = 0
        self._left_out = 0
        self.writer = SessionWriter(begin.folder, begin.info, begin.first, begin.started_utc, live=begin.live)
        self._device = _device(begin.folder)

    @property
    def drawing(self) -> bool:
        """Whether pictures wait to be drawn."""
        return bool(self._pictures)

    def write(self, shots: Sequence[Shot], events: Sequence[Event]) -> None:
        """Write frames and the events up to them; their pictures wait."""
        if self._video is not None:
            self._pictures.extend(shot for shot in shots if shot.result.frame.image.size)
            self._left_out += sum(not shot.result.frame.image.size for shot in shots)
        self.writer.event(*events)
        self.writer.write(*(shot.result for shot in shots))

    def lose(self, gap: Gap, events: Sequence[Event]) -> None:
        """Take down frames that found no place in the queue, and the events before them."""
        self.writer.event(*events)
        self.writer.lose(gap.first_s, gap.last_index, gap.frames, gap.rows)

    def draw_next(self) -> None:
        """Draw and write the picture that waits longest, if one does."""
        if self._video is None or not self._pictures:
            return
        shot = self._pictures.popleft()
        try:
            self._video.write(self._draw(shot), shot.result.frame.t_s - self._first_s)
            self._blurred += shot.blur
        finally:
            self._free(shot)

    def keep_up(self) -> None:
        """Now and then, see after the space on the disk, and make sure of what was written."""
        now_s = self._clock()
        if now_s - self._checked_s >= _CHECK_S:
            self._checked_s = now_s
            self._check_space()
        if now_s - self._synced_s >= _SYNC_S:
            self._synced_s = now_s
            if self._video is not None:
                self._video.check()
            self._tell_of_video()
            self.writer.sync()

    def end(self, reason: str, events: Sequence[Event]) -> None:
        """Write what is left, and end the session for ``reason``."""
        while self._pictures:
            self.draw_next()
        self.writer.event(*events)
        if self._video is not None:
            self._video.close()
        self._tell_of_video()
        self.writer.close(reason)

    def abandon(self, reason: str, events: Sequence[Event]) -> None:
        """End as far as the disk lets, after it has refused something: that was told already."""
        while self._pictures:
            self._free(self._pictures.popleft())
        with suppress(RecordingError):
            self.writer.event(*events)
        if self._video is not None:
            with suppress(RecordingError):
                self._video.close()
        self._tell_of_video()
        self.writer.abandon(reason)

    def _tell_of_video(self) -> None:
        if self._video is not None:
            counts = {"frames": self._video.frames, "blurred": self._blurred, "left_out": self._left_out}
            self.writer.video = {"file": VIDEO, **counts}

    def _check_space(self) -> None:
        folder = self.writer.folder
        try:
            free = free_bytes(folder)
        except OSError as error:
            missing = isinstance(error, FileNotFoundError) and not folder.exists()
            if missing and _device(folder) == self._device:
                raise FolderGoneError(
                    f"{folder}: recording stopped, its folder is gone, moved or deleted; give another folder"
                ) from error
            raise RecordingError(
                f"{folder}: recording stopped, its disk is gone ({error.strerror or error}); give another folder"
            ) from error
        if free < STOP_FREE:
            raise RecordingError(
                f"{folder}: recording stopped, only {free // 1_000_000} MB free on its disk; what was recorded is kept"
            )


def _device(folder: Path) -> int | None:
    """The number of the disk that a folder is on, or, where it is gone, the one nearest above it; None if unknown."""
    for place in (folder, *folder.parents):
        try:
            return place.stat().st_dev
        except FileNotFoundError:
            continue
        except OSError:
            return None
    return None
