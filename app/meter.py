"""How fast frames are read, and what was read of them."""

from collections import Counter, deque
from collections.abc import Callable
from typing import Final

from app.types import FrameResult

_WINDOW_S: Final = 2.0


class Meter:
    """Counts results; ``count`` is for one thread, the rest for any other.

    Attributes:
        processed: frames.
        emotions: readings, by emotion.

    Args:
        clock: monotonic seconds.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self.processed = 0
        self.emotions: Counter[str] = Counter()
        self._clock = clock
        self._moments: deque[float] = deque()

    def count(self, result: FrameResult) -> None:
        """Take in one result."""
        self.processed += 1
        self.emotions.update(reading.emotion for reading in result.readings)
        self._moments.append(self._clock())

    def rate(self) -> float:
        """Return frames/s over the last two seconds."""
        moments = list(self._moments)
        recent = [moment for moment in moments if moment >= self._clock() - _WINDOW_S]
        for _ in range(len(moments) - len(recent)):
            self._moments.popleft()
        if len(recent) < 2:
            return 0.0
        return (len(recent) - 1) / max(recent[-1] - recent[0], 1e-6)
