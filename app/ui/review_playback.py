"""Playing a session at real speed, without Qt."""

from collections.abc import Callable


class Playback:
    """Where a session is played at each moment.

    Args:
        end_s: when the session is over; there it stops.
        clock: monotonic seconds.
    """

    def __init__(self, end_s: float, clock: Callable[[], float]) -> None:
        self._end_s = end_s
        self._clock = clock
        self._at_s = 0.0
        self._since_s: float | None = None

    @property
    def playing(self) -> bool:
        """Whether it goes on."""
        return self._since_s is not None and self.at_s < self._end_s

    @property
    def at_s(self) -> float:
        """Where it is, seconds since the session's start."""
        if self._since_s is None:
            return self._at_s
        return min(self._at_s + self._clock() - self._since_s, self._end_s)

    def play(self) -> None:
        """Go on from where it is; from the start where it is at the end."""
        if self.playing:
            return
        self._at_s = 0.0 if self.at_s >= self._end_s else self.at_s
        self._since_s = self._clock()

    def pause(self) -> None:
        """Stay where it is."""
        self._at_s, self._since_s = self.at_s, None

    def seek(self, t_s: float) -> None:
        """Go there, as near as the session allows; it goes on from there where it is playing."""
        self._at_s = min(max(t_s, 0.0), self._end_s)
        if self._since_s is not None:
            self._since_s = self._clock()
