"""What was read of each face in the last minutes, for the timeline; bounded in memory, and without Qt."""

import bisect
from collections import deque
from collections.abc import Iterable, Mapping
from statistics import median
from typing import Final, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from app.types import EMOTIONS, UNCERTAIN, Floats, FrameResult

Times = npt.NDArray[np.float64]
Span = tuple[float, float]
# a reading's time in seconds and its smoothed probabilities (8,)
Sample = tuple[float, Floats]
_Scalar = TypeVar("_Scalar", bound=np.generic)

_KEEP_S: Final = 600.0
_AWAY_S: Final = 0.5
# where frames come slower than two a second, a face is away once it misses three of them
_AWAY_FRAMES: Final = 3.0
_INTERVALS: Final = 15
_FIRST_ROWS: Final = 64
_MOST_ROWS_A_SECOND: Final = 120


class Marker(NamedTuple):
    """A moment that the user has marked: seconds of the source's time, and a text."""

    t_s: float
    text: str


class Series(NamedTuple):
    """One face's readings, in the order of time.

    Attributes:
        t_s: seconds, float64 (N,), growing.
        probabilities: the smoothed ones, float32 (N, 8).
        uncertain: whether the label was withheld (N,).
    """

    t_s: Times
    probabilities: Floats
    uncertain: npt.NDArray[np.bool_]


class History:
    """The smoothed probabilities of every face over the last ``keep_s`` seconds of the source's time.

    A face that is seen in every frame takes 41 bytes a frame, at most twice that while room is made: 1.5 MB for ten
    minutes at 30 frames/s. Faces gone for longer than ``keep_s`` are forgotten.
    """

    def __init__(self, keep_s: float = _KEEP_S) -> None:
        self._keep_s = keep_s
        self._most_rows = max(1, round(keep_s * _MOST_ROWS_A_SECOND))
        self._tracks: dict[int, _Track] = {}
        self._markers: list[Marker] = []
        self._intervals: deque[float] = deque(maxlen=_INTERVALS)
        self._first_s: float | None = None
        self._newest_s = 0.0
        self._tidied_s = 0.0
        self._revision = 0
        self._run = 0

    @staticmethod
    def of(end_s: float, interval_s: float, tracks: Mapping[int, "Series"]) -> "History":
        """Return a history of all that a session holds, from 0 to ``end_s``; nothing of it is ever too old.

        Args:
            end_s: when the session is over.
            interval_s: the usual time between two frames.
            tracks: each face's readings.
        """
        history = History(max(end_s, 1.0))
        history._intervals.append(interval_s)
        history._first_s = 0.0
        history._newest_s = end_s
        history._tracks = {number: _Track.of(series) for number, series in tracks.items()}
        return history

    @property
    def run(self) -> int:
        """How often everything was forgotten: readings of two runs have nothing to do with each other."""
        return self._run

    @property
    def revision(self) -> int:
        """A number that grows with every change."""
        return self._revision

    @property
    def tracks(self) -> tuple[int, ...]:
        """The faces that are remembered, in the order in which they came."""
        return tuple(self._tracks)

    @property
    def newest_s(self) -> float:
        """The time of the newest frame; 0 before the first one."""
        return self._newest_s

    @property
    def oldest_s(self) -> float:
        """Since when frames are remembered; 0 before the first one."""
        return 0.0 if self._first_s is None else max(self._first_s, self._newest_s - self._keep_s)

    @property
    def away_s(self) -> float:
        """A face that is not seen for longer than this was away: half a second, more where frames are rare."""
        return max(_AWAY_S, _AWAY_FRAMES * median(self._intervals)) if self._intervals else _AWAY_S

    def add(self, result: FrameResult) -> None:
        """Remember what was read of a frame.

        A frame as old as the newest is the same one. An older one belongs to a source that was started anew: all before
        it is forgotten.
        """
        t_s = result.frame.t_s
        if self._first_s is not None:
            if t_s == self._newest_s:
                return
            if t_s < self._newest_s:
                self.clear()
        if self._first_s is None:
            self._first_s = self._tidied_s = t_s
        else:
            self._intervals.append(t_s - self._newest_s)
        self._newest_s = t_s
        self._revision += 1
        for reading in result.readings:
            track = self._tracks.setdefault(reading.track, _Track(self._most_rows))
            track.append(t_s, reading.probabilities, uncertain=reading.emotion == UNCERTAIN)
        if t_s - self._tidied_s >= 1.0:
            self._tidy()

    def mark(self, t_s: float, text: str) -> None:
        """Remember a marker at ``t_s`` seconds of the source's time."""
        bisect.insort(self._markers, Marker(t_s, text))
        self._revision += 1

    def set_markers(self, markers: Iterable[Marker]) -> None:
        """Remember these markers in place of all others."""
        self._markers = sorted(markers)
        self._revision += 1

    def clear(self) -> None:
        """Forget everything, as when another source starts."""
        self._tracks.clear()
        self._markers.clear()
        self._intervals.clear()
        self._first_s = None
        self._newest_s = 0.0
        self._revision += 1
        self._run += 1

    def markers(self, from_s: float, to_s: float) -> tuple[Marker, ...]:
        """Return the markers from ``from_s`` to ``to_s``, both included, the oldest first."""
        first = bisect.bisect_left(self._markers, from_s, key=lambda marker: marker.t_s)
        last = bisect.bisect_right(self._markers, to_s, key=lambda marker: marker.t_s)
        return tuple(self._markers[first:last])

    def series(self, track: int, from_s: float, to_s: float) -> tuple[Times, Floats]:
        """Return a face's readings from ``from_s`` to ``to_s``, both included.

        Returns:
            Their times in seconds, float64 (N,), growing, and the smoothed probabilities, float32 (N, 8), in the order
            of ``EMOTIONS``. Both are read-only and stay as they are when more is added.
        """
        t_s, probabilities, _ = self._part(track, from_s, to_s)
        return t_s, probabilities

    def latest(self, track: int, from_s: float, to_s: float) -> Sample | None:
        """Return a face's last reading from ``from_s`` to ``to_s``, both included; None where it has none there."""
        t_s, probabilities = self.series(track, from_s, to_s)
        return (float(t_s[-1]), probabilities[-1]) if len(t_s) else None

    def at(self, track: int, t_s: float) -> Sample | None:
        """Return a face's reading nearest to ``t_s``; None where it was away."""
        times, probabilities = self.series(track, t_s - self.away_s, t_s + self.away_s)
        if not len(times):
            return None
        nearest = int(np.abs(times - t_s).argmin())
        return float(times[nearest]), probabilities[nearest]

    def gaps(self, track: int, from_s: float, to_s: float) -> list[Span]:
        """Return when a face was away between ``from_s`` and ``to_s``.

        That is between two of its readings, and from the last one to the newest frame.
        """
        if track not in self._tracks:
            return []
        known = self._tracks[track].t_s
        t_s = np.append(known, self._newest_s)
        before = np.flatnonzero(np.diff(t_s) > self.away_s)
        spans = zip(t_s[before].tolist(), t_s[before + 1].tolist(), strict=True)
        return [(max(start, from_s), min(end, to_s)) for start, end in spans if start < to_s and end > from_s]

    def uncertain(self, track: int, from_s: float, to_s: float, merge_s: float = 0.0) -> list[Span]:
        """Return when a face's label was withheld, by bad quality or low confidence, between ``from_s`` and ``to_s``.

        Each span lasts to the next reading with a label. Spans with less than ``merge_s`` between them become one.
        """
        t_s, _, uncertain = self._part(track, from_s - self.away_s, to_s + self.away_s)
        if not uncertain.any():
            return []
        # a reading counts until the next one, where that is not after a gap
        last = np.append(np.diff(t_s) > self.away_s, True)
        until = np.where(last, t_s, np.append(t_s[1:], t_s[-1]))
        starts, ends = t_s[uncertain], until[uncertain]
        apart = np.flatnonzero(starts[1:] - ends[:-1] > max(merge_s, 0.0))
        starts, ends = starts[np.append(0, apart + 1)], ends[np.append(apart, len(ends) - 1)]
        spans = zip(starts.tolist(), ends.tolist(), strict=True)
        return [(max(start, from_s), min(end, to_s)) for start, end in spans if start < to_s and end > from_s]

    def _part(self, track: int, from_s: float, to_s: float) -> tuple[Times, Floats, npt.NDArray[np.bool_]]:
        kept = self._tracks.get(track) or _Track(0)
        first, last = np.searchsorted(kept.t_s, (max(from_s, self.oldest_s), np.nextafter(to_s, np.inf)))
        return kept.t_s[first:last], kept.probabilities[first:last], kept.uncertain[first:last]

    def _tidy(self) -> None:
        """Forget what is too old."""
        self._tidied_s = self._newest_s
        for number, track in list(self._tracks.items()):
            track.forget_before(self.oldest_s)
            if not len(track.t_s):
                del self._tracks[number]
        del self._markers[: bisect.bisect_left(self._markers, self.oldest_s, key=lambda marker: marker.t_s)]


class _Track:
    """One face's readings, in arrays with room for more at their end.

    Full arrays are left as they are and what is still wanted moves to new ones, so that parts given out never change.
    """

    def __init__(self, most_rows: int) -> None:
        self._most_rows = most_rows
        self._start = self._end = 0
        self._allocate(_FIRST_ROWS)

    @staticmethod
    def of(series: Series) -> "_Track":
        """Return a track of these readings; their arrays are shared."""
        track = _Track(len(series.t_s))
        track._t_s, track._probabilities, track._uncertain = series
        track._end = len(series.t_s)
        return track

    @property
    def t_s(self) -> Times:
        """Times (N,), seconds; read-only."""
        return _read_only(self._t_s[self._start : self._end])

    @property
    def probabilities(self) -> Floats:
        """Smoothed probabilities (N, 8); read-only."""
        return _read_only(self._probabilities[self._start : self._end])

    @property
    def uncertain(self) -> npt.NDArray[np.bool_]:
        """Whether the label was withheld (N,); read-only."""
        return _read_only(self._uncertain[self._start : self._end])

    def append(self, t_s: float, probabilities: Floats, *, uncertain: bool) -> None:
        """Add one reading; the oldest one gives way where there are too many."""
        if self._end == len(self._t_s):
            self._make_room()
        self._t_s[self._end] = t_s
        self._probabilities[self._end] = probabilities
        self._uncertain[self._end] = uncertain
        self._end += 1
        self._start = max(self._start, self._end - self._most_rows)

    def forget_before(self, t_s: float) -> None:
        """Leave out what is older than ``t_s``."""
        self._start += int(np.searchsorted(self.t_s, t_s))

    def _make_room(self) -> None:
        kept = self.t_s, self.probabilities, self.uncertain
        rows = len(kept[0])
        self._allocate(max(_FIRST_ROWS, 2 * rows))
        self._t_s[:rows], self._probabilities[:rows], self._uncertain[:rows] = kept
        self._start, self._end = 0, rows

    def _allocate(self, rows: int) -> None:
        self._t_s = np.empty(rows, np.float64)
        self._probabilities = np.empty((rows, len(EMOTIONS)), np.float32)
        self._uncertain = np.empty(rows, np.bool_)


def _read_only(part: npt.NDArray[_Scalar]) -> npt.NDArray[_Scalar]:
    part.flags.writeable = False
    return part
