"""The place between the capturing and the reading thread: one frame."""

import threading

from app.types import Frame


class FrameSlot:
    """Holds one frame. A live source overwrites it, and the older frame is dropped; a file waits until it is taken.

    Attributes:
        dropped: frames that were never taken: overwritten here, or missing between two of a live source.
    """

    def __init__(self) -> None:
        self.dropped = 0
        self._condition = threading.Condition()
        self._frame: Frame | None = None
        self._last_index = -1
        self._finished = False
        self._closed = False

    def put(self, frame: Frame, *, newest_only: bool) -> None:
        """Put a frame; waits for the last one to be taken unless ``newest_only``."""
        with self._condition:
            if not newest_only:
                self._condition.wait_for(lambda: self._frame is None or self._closed)
            if self._closed:
                return
            if self._frame is not None:
                self.dropped += 1
            if newest_only:
                # a live source numbers the frames that it could not deliver, too
                self.dropped += max(0, frame.index - self._last_index - 1)
            self._last_index = frame.index
            self._frame = frame
            self._condition.notify_all()

    def take(self) -> Frame | None:
        """Wait for a frame and take it; None once the source has finished, or the slot is closed."""
        with self._condition:
            self._condition.wait_for(lambda: self._frame is not None or self._finished or self._closed)
            if self._closed:
                return None
            frame, self._frame = self._frame, None
            self._condition.notify_all()
            return frame

    def finish(self) -> None:
        """No frame comes after the one that is held."""
        with self._condition:
            self._finished = True
            self._condition.notify_all()

    def close(self) -> None:
        """Wake both threads and let nothing through any more."""
        with self._condition:
            self._closed = True
            self._frame = None
            self._condition.notify_all()
