"""The source's time on another clock."""

from collections.abc import Callable
from typing import Final

# Quartz clocks part by no more than this, seconds a second.
_DRIFT: Final = 1e-4
_NEW_SOURCE_S: Final = 1.0


class SourceClock:
    """Maps the source's time onto another clock by what is seen of it when frames are published.

    A frame is published some time after its capture: the pipeline's time, which the result tells, and waits, which it
    does not. Waits only ever make the difference of the two clocks look larger, so the smallest seen is the nearest to
    the truth: the minimum filter of NTP (RFC 5905, section 10). It may rise by 100 ppm, as clocks drift. The shortest
    wait remains, a few hundred microseconds, and what passes between the light and the source's time stamp.

    Args:
        now: the other clock, seconds.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._offset_s: float | None = None
        self._newest_s = 0.0

    def frame(self, t_s: float, processing_s: float) -> float:
        """Return the moment of capture of the frame that is being published, on the other clock, seconds.

        Args:
            t_s: the frame's time; where it does not grow, a new source has begun.
            processing_s: how much of its age is known.
        """
        seen_s = self._now() - processing_s - t_s
        # A file that is read more slowly than it plays is followed by steps of a second, too.
        began = self._offset_s is None or t_s <= self._newest_s or seen_s > self._offset_s + _NEW_SOURCE_S
        if self._offset_s is None or began:
            self._offset_s = seen_s
        else:
            self._offset_s = min(seen_s, self._offset_s + _DRIFT * (t_s - self._newest_s))
        self._newest_s = t_s
        return t_s + self._offset_s

    def at(self, t_s: float) -> float:
        """Return a moment of the source's time on the other clock; before the first frame, now."""
        return self._now() if self._offset_s is None else t_s + self._offset_s
