"""What a review leaves to threads of its own, without Qt: whoever asks looks in now and then."""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, Generic, NamedTuple, TypeVar

from app.session.video import VideoReader
from app.types import Image, RecordingError

_T = TypeVar("_T")
_CLOSE_S: Final = 2.0


class Deadline:
    """Until when is waited, by all that end together.

    Args:
        timeout_s: from now on, seconds.
    """

    def __init__(self, timeout_s: float = _CLOSE_S) -> None:
        self._until_s = time.monotonic() + timeout_s

    @property
    def left_s(self) -> float:
        """What is left of it, seconds; 0 once it has passed."""
        return max(0.0, self._until_s - time.monotonic())


class Task(Generic[_T]):
    """Does one thing on a thread of its own, from now on.

    Args:
        work: what to do.
        name: of the thread.
    """

    def __init__(self, work: Callable[[], _T], name: str) -> None:
        self._work = work
        self._result: list[_T] = []
        self._error: Exception | None = None
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    @property
    def done(self) -> bool:
        """Whether ``result`` returns, or raises, at once."""
        return bool(self._result) or self._error is not None

    def result(self) -> _T:
        """Wait for the end; return what the work returned, or raise what it raised."""
        self._thread.join()
        if self._error is not None:
            raise self._error
        return self._result[0]

    def wait(self, deadline: Deadline) -> None:
        """Wait for the end, and no longer than that."""
        self._thread.join(deadline.left_s)

    def _run(self) -> None:
        try:
            self._result.append(self._work())
        except Exception as error:
            self._error = error


class Picture(NamedTuple):
    """The picture of a video at a moment; ``image`` is uint8 (H, W, 3), BGR, or None where the video has none yet."""

    t_s: float
    image: Image | None


class PictureFinder:
    """Finds pictures in a session's video on a thread of its own; of several moments asked for, the newest counts.

    Args:
        path: of the video.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._condition = threading.Condition()
        self._wanted_s: float | None = None
        self._found: Picture | None = None
        self._failure = ""
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="mien-review-video", daemon=True)
        self._thread.start()

    @property
    def failure(self) -> str:
        """Why there are no pictures, in a line; empty where there are."""
        return self._failure

    def ask(self, t_s: float) -> None:
        """Ask for the picture that is shown ``t_s`` seconds after the session's start; returns at once."""
        with self._condition:
            self._wanted_s = t_s
            self._condition.notify()

    def take(self) -> Picture | None:
        """Return the newest picture that was found since this was last called; None where there is none."""
        with self._condition:
            found, self._found = self._found, None
            return found

    def close(self, deadline: Deadline) -> None:
        """End the thread, and wait no longer than that; a long search ends when it has found."""
        with self._condition:
            self._closed = True
            self._condition.notify()
        self._thread.join(deadline.left_s)

    def _run(self) -> None:
        try:
            video = VideoReader(self._path)
        except RecordingError as error:
            self._failure = str(error)
            return
        while (t_s := self._next()) is not None:
            found = Picture(t_s, video.at(t_s))
            with self._condition:
                self._found = found
        video.close()

    def _next(self) -> float | None:
        """Wait for a moment to be asked for; None once nobody will ask any more."""
        with self._condition:
            self._condition.wait_for(lambda: self._wanted_s is not None or self._closed)
            wanted_s, self._wanted_s = self._wanted_s, None
            return None if self._closed else wanted_s
