"""Numbers and times of the frames of a live source."""

from collections.abc import Callable

from app.types import Frame, Image


class Stamp:
    """Makes frames of images as they arrive: numbered from 0, timed since the first.

    Attributes:
        count: how many it has made.

    Args:
        clock: seconds, monotonic.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self.count = 0
        self._clock = clock
        self._first_s = 0.0

    def frame(self, image: Image) -> Frame:
        """The frame of an image uint8 (H, W, 3) that has just arrived."""
        now_s = self._clock()
        if self.count == 0:
            self._first_s = now_s
        self.count += 1
        return Frame(self.count - 1, now_s - self._first_s, image)
