"""A session in numbers: how long each emotion showed, how often one followed another, what markers brought about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from app.session.files import text_cell
from app.session.reader import Session
from app.session.readings import NO_FACE, Columns
from app.session.timing import Indices, Numbers, Span, frame_times, probabilities, trusted
from app.types import EMOTIONS, UNCERTAIN

REASONS: Final = ("small", "dark", "bright", "blurred", "turned")
BEFORE_S: Final = 2.0
AFTER_S: Final = 5.0
BIN_S: Final = 0.25
SUMMARY_COLUMNS: Final = (
    "session", "source", "started_utc", "complete", "duration_s", "gaps_s", "frames", "frames_per_s", "dropped",
    "faces", "coverage", "face_s", "read_s", "main_emotion",
    *(f"{name}_s" for name in (*EMOTIONS, UNCERTAIN, "withheld", *REASONS)),
    "changes", "markers",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class FaceTime:
    """How the time of one face, or of all together, was spent.

    Attributes:
        seen_s: a face was there; two faces for a second are two.
        emotions: seconds by emotion, all eight.
        uncertain_s: good pictures, and no emotion probable enough to be named.
        withheld_s: the picture was too bad to name one.
        withheld: seconds by reason; a picture may be bad for several, so that they may sum to more.
    """

    seen_s: float
    emotions: Mapping[str, float]
    uncertain_s: float
    withheld_s: float
    withheld: Mapping[str, float]

    @property
    def read_s(self) -> float:
        """Seconds in which an emotion was named."""
        return sum(self.emotions.values())

    @property
    def main(self) -> str:
        """The emotion that was named longest; empty where none was."""
        best = max(self.emotions, key=lambda name: self.emotions[name])
        return best if self.emotions[best] > 0 else ""

    def share(self, seconds: float) -> float:
        """``seconds`` as a part of the time a face was there, 0 to 1."""
        return seconds / self.seen_s if self.seen_s > 0 else 0.0


@dataclass(frozen=True, slots=True)
class TrackSummary:
    """One face: its number, from when to when it was followed, and its time."""

    track: int
    first_s: float
    last_s: float
    time: FaceTime


@dataclass(frozen=True, slots=True, eq=False)
class MarkerAverage:
    """What the faces showed around the markers of one name, on average.

    Attributes:
        note: the markers' name.
        count: how many there are.
        times_s: (B,) the middles of the bins, from ``-BEFORE_S`` to ``AFTER_S`` of the marker.
        probabilities: (B, 8) mean of the smoothed probabilities, in the order of ``EMOTIONS``; NaN where no face was
            read.
    """

    note: str
    count: int
    times_s: Numbers
    probabilities: Numbers

    def change(self) -> Numbers:
        """Return the mean after the marker less that before it, (8,); NaN where one is missing."""
        after = self.times_s > 0
        return _mean(self.probabilities[after]) - _mean(self.probabilities[~after])


@dataclass(frozen=True, slots=True, eq=False)
class Summary:
    """A session in numbers.

    Attributes:
        name: of its folder.
        source: the source's name.
        started_utc: the clock at the first frame.
        complete: the recording was ended, not cut short.
        duration_s: from the first frame to the end, gaps included.
        gaps: from when to when there was no frame.
        frames: that were read.
        dropped: captured frames that were not read, by cause.
        coverage: the part of the time without gaps in which a face was there, 0 to 1.
        faces: all faces' time together.
        tracks: each face, in the order of appearance.
        transitions: (8, 8) how often a face that showed one emotion (row) next showed another (column). What is
            uncertain or withheld in between is passed over, a gap is not.
        markers: averages around markers, by name, the most frequent first.
    """

    name: str
    source: str
    started_utc: datetime | None
    complete: bool
    duration_s: float
    gaps: tuple[Span, ...]
    frames: int
    dropped: Mapping[str, int]
    coverage: float
    faces: FaceTime
    tracks: tuple[TrackSummary, ...]
    transitions: npt.NDArray[np.int64]
    markers: tuple[MarkerAverage, ...]

    @property
    def gaps_s(self) -> float:
        """Seconds without a frame."""
        return sum(end - start for start, end in self.gaps)

    @property
    def frames_per_s(self) -> float:
        """Frames read a second, gaps left out; 0 where there are none."""
        seconds = self.duration_s - self.gaps_s
        return self.frames / seconds if seconds > 0 else 0.0


def summarise(session: Session) -> Summary:
    """Return a session in numbers."""
    times = frame_times(session)
    readings = session.readings
    weights = times.weight_s[times.rows]
    by_track = [np.flatnonzero(readings["track"] == track) for track in session.tracks]
    seen = np.zeros(len(times.t_s), np.bool_)
    seen[times.rows[readings["track"] != NO_FACE]] = True
    total_s = float(times.weight_s.sum())
    tracks = [
        TrackSummary(
            track,
            float(readings["t_s"][rows[0]]),
            float(readings["t_s"][rows[-1]]),
            _face_time(readings, weights, rows),
        )
        for track, rows in zip(session.tracks, by_track, strict=True)
    ]
    return Summary(
        session.folder.resolve().name,
        session.info.source,
        session.info.started_utc,
        session.complete,
        times.end_s,
        times.gaps,
        len(times.t_s),
        _dropped(session.info.counters),
        float(times.weight_s[seen].sum()) / total_s if total_s > 0 else 0.0,
        _face_time(readings, weights, np.flatnonzero(readings["track"] != NO_FACE)),
        tuple(sorted(tracks, key=lambda track: (track.first_s, track.track))),
        _transitions(readings, by_track, times.gap_s),
        _markers(session),
    )


def summary_row(summary: Summary) -> list[str]:
    """Return a row of text under ``SUMMARY_COLUMNS``: seconds to the millisecond, ``coverage`` 0 to 1."""
    faces = summary.faces
    return [
        text_cell(summary.name),
        text_cell(summary.source),
        "" if summary.started_utc is None else summary.started_utc.isoformat(timespec="milliseconds")[:-6] + "Z",
        "yes" if summary.complete else "no",
        f"{summary.duration_s:.3f}",
        f"{summary.gaps_s:.3f}",
        str(summary.frames),
        f"{summary.frames_per_s:.3f}",
        str(sum(summary.dropped.values())),
        str(len(summary.tracks)),
        f"{summary.coverage:.4f}",
        f"{faces.seen_s:.3f}",
        f"{faces.read_s:.3f}",
        faces.main,
        *(f"{faces.emotions[name]:.3f}" for name in EMOTIONS),
        f"{faces.uncertain_s:.3f}",
        f"{faces.withheld_s:.3f}",
        *(f"{faces.withheld.get(reason, 0.0):.3f}" for reason in REASONS),
        str(int(summary.transitions.sum())),
        str(sum(group.count for group in summary.markers)),
    ]


def _face_time(readings: Columns, weights: Numbers, rows: Indices) -> FaceTime:
    emotion, quality, seconds = readings["emotion"][rows], readings["quality"][rows], weights[rows]
    good = trusted(readings)[rows]
    withheld: dict[str, float] = {}
    for reasons in np.unique(quality[~good]).tolist():
        for reason in reasons.split(";"):
            withheld[reason] = withheld.get(reason, 0.0) + float(seconds[quality == reasons].sum())
    return FaceTime(
        float(seconds.sum()),
        {name: float(seconds[good & (emotion == name)].sum()) for name in EMOTIONS},
        float(seconds[good & (emotion == UNCERTAIN)].sum()),
        float(seconds[~good].sum()),
        withheld,
    )


def _transitions(readings: Columns, by_track: Sequence[Indices], gap_s: float) -> npt.NDArray[np.int64]:
    index = {name: at for at, name in enumerate(EMOTIONS)}
    counts = np.zeros((len(EMOTIONS), len(EMOTIONS)), np.int64)
    named = trusted(readings) & (readings["emotion"] != UNCERTAIN)
    for rows in by_track:
        stretch = np.cumsum(np.diff(readings["t_s"][rows], prepend=readings["t_s"][rows[:1]]) > gap_s)
        told = named[rows]
        labels, stretches = readings["emotion"][rows][told], stretch[told]
        changed = np.flatnonzero((labels[1:] != labels[:-1]) & (stretches[1:] == stretches[:-1]))
        for at in changed:
            counts[index[labels[at]], index[labels[at + 1]]] += 1
    return counts


def _markers(session: Session) -> tuple[MarkerAverage, ...]:
    by_note: dict[str, list[float]] = {}
    for event in session.events:
        if event.event == "marker":
            by_note.setdefault(event.note, []).append(event.t_s)
    if not by_note:
        return ()
    good = trusted(session.readings)
    t_s, values = session.readings["t_s"][good], probabilities(session.readings)[good]
    groups = [_around(note, moments, t_s, values) for note, moments in by_note.items()]
    return tuple(sorted(groups, key=lambda group: -group.count))


def _around(note: str, moments: Sequence[float], t_s: Numbers, values: Numbers) -> MarkerAverage:
    edges = np.arange(-BEFORE_S, AFTER_S + BIN_S / 2, BIN_S)
    sums, counts = np.zeros((len(edges) - 1, len(EMOTIONS))), np.zeros(len(edges) - 1)
    for moment in moments:
        bounds = np.searchsorted(t_s, moment + edges)
        for at, (start, end) in enumerate(pairwise(bounds)):
            sums[at] += values[start:end].sum(axis=0)
            counts[at] += end - start
    filled = counts > 0
    means = np.full_like(sums, np.nan)
    means[filled] = sums[filled] / counts[filled, None]
    return MarkerAverage(note, len(moments), edges[:-1] + BIN_S / 2, means)


def _mean(values: Numbers) -> Numbers:
    """The mean of the rows that are numbers, (8,); NaN where there is none."""
    whole = values[~np.isnan(values).any(axis=1)]
    return np.asarray(whole.mean(axis=0)) if len(whole) else np.full(values.shape[1], np.nan)


def _dropped(counters: Mapping[str, Any]) -> dict[str, int]:
    dropped = counters.get("dropped")
    return {str(cause): n for cause, n in dropped.items() if type(n) is int} if isinstance(dropped, dict) else {}
