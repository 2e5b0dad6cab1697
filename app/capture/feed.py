"""A source's frames into the place from which they are read, and the source's time meanwhile."""

import threading
from collections.abc import Callable
from typing import Final

from app.capture.source import Source
from app.slot import FrameSlot

# A longer pause in a file, of a time lapse or a damaged timestamp, is nothing that somebody watches.
_LONGEST_PAUSE_S: Final = 10.0


class Feed:
    """Every frame of a file, the newest of a live source; ``run`` is for one thread, the rest for any.

    Args:
        source: open.
        slot: where the frames go.
        clock: monotonic seconds, that of the live sources.
        paced: give a file's frames at their own pace, but with no pause above ten seconds.
    """

    def __init__(self, source: Source, slot: FrameSlot, clock: Callable[[], float], *, paced: bool) -> None:
        self._source = source
        self._slot = slot
        self._clock = clock
        self._paced = paced
        # the newest frame's time, and the clock as it came
        self._arrived: tuple[float, float] | None = None

    def run(self, cancelled: threading.Event) -> None:
        """Feed until the source ends, or it is ``cancelled``.

        Raises:
            SourceError: the source was lost.
        """
        started: float | None = None
        while not cancelled.is_set():
            frame = self._source.read()
            if frame is None:
                break
            now = self._clock()
            self._arrived = (frame.t_s, now)
            if started is None:
                started = now - frame.t_s
            if self._paced and not self._source.live:
                wait_s = max(0.0, started + frame.t_s - now)
                # what follows comes earlier by what is left out of a pause
                started -= max(0.0, wait_s - _LONGEST_PAUSE_S)
                cancelled.wait(min(wait_s, _LONGEST_PAUSE_S))
            self._slot.put(frame, newest_only=self._source.live)

    def now_s(self, read_s: float | None) -> float | None:
        """Return the source's time; None before the first frame.

        Args:
            read_s: time of the frame last read: that of a file, while a live source's goes on between frames.
        """
        if not self._source.live or self._arrived is None:
            return None if self._arrived is None else read_s
        return self._arrived[0] + self._clock() - self._arrived[1]
