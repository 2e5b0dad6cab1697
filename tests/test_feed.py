"""A file's frames at their own pace."""

import threading

from app.capture.feed import Feed
from app.slot import FrameSlot
from app.types import Frame
from tests.engine_fakes import IMAGE, FakeSource


class _Timed(FakeSource):
    """A file with frames at these times, in seconds."""

    def __init__(self, *times_s: float) -> None:
        super().__init__(len(times_s))
        self._times_s = times_s

    def read(self) -> Frame | None:
        frame = super().read()
        return None if frame is None else Frame(frame.index, self._times_s[frame.index], IMAGE)


class _Waits(threading.Event):
    """Nobody cancels; waiting passes the clock's time, and is noted."""

    def __init__(self) -> None:
        super().__init__()
        self.now_s = 100.0
        self.waited_s: list[float] = []

    def wait(self, timeout: float | None = None) -> bool:
        assert timeout is not None
        self.now_s += timeout
        self.waited_s.append(timeout)
        return False


class _Taken(FrameSlot):
    """Takes every frame at once."""

    def put(self, frame: Frame, *, newest_only: bool) -> None:
        """Take it."""


def test_a_leap_in_a_file_s_time_is_not_waited_for() -> None:
    waits = _Waits()
    source = _Timed(0, 0.5, 3600, 3600.5, 3603.5)
    Feed(source, _Taken(), lambda: waits.now_s, paced=True).run(waits)
    assert waits.waited_s == [0, 0.5, 10, 0.5, 3]
