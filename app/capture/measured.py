"""The demo as a source whose frames can be followed, and whose own drawing can be told from the reading of it."""

import time

from app.capture.demo import DemoSource
from app.types import Frame


class MeasuredDemo(DemoSource):
    """The demo, with the moment of each frame's capture and what it took to draw them.

    Attributes:
        captured_s: frame number → monotonic seconds.
        drawn_s: seconds of the capturing thread's own time, so far. OpenCV must be on one thread.
    """

    def __init__(self) -> None:
        super().__init__()
        self.captured_s: dict[int, float] = {}
        self.drawn_s = 0.0

    def read(self) -> Frame | None:
        """As the demo does; the moment is that at which the frame is there."""
        began_s = time.thread_time()
        frame = super().read()
        self.drawn_s += time.thread_time() - began_s
        if frame is not None:
            self.captured_s[frame.index] = time.monotonic()
        return frame
