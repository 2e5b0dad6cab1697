"""What a report says of one session: numbers, words and paths, ready for the page."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from app.session import report_charts as charts
from app.session.reader import Session, SessionEvent
from app.session.report_text import clock, duration, event_text, listed, moment, percent, points, reason_text, ticks
from app.session.report_timeline import means
from app.session.summary import AFTER_S, BEFORE_S, MarkerAverage, Summary, TrackSummary
from app.session.timing import FrameTimes
from app.types import EMOTIONS, UNCERTAIN

# more than this no one reads; the tables beside have them all, up to a page's worth
MOST_FACES: Final = 24
MOST_MARKERS: Final = 12
MOST_ROWS: Final = 500
_FACE_BINS: Final = 240
_SCALES: Final = (0.2, 0.4, 0.6, 0.8)
_CALIBRATION: Final = ("calibrated", "calibration_undone", "calibration_failed")


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure: what it is, its value, and a line below it; ``colour`` names an emotion."""

    name: str
    value: str
    detail: str = ""
    colour: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its colour's name, label, seconds in words, and share 0 to 1; ``inner`` is a part of the one above."""

    colour: str
    label: str
    time: str
    share: float
    inner: bool = False

    @property
    def percent(self) -> str:
        """The share in words."""
        return percent(self.share)


@dataclass(frozen=True, slots=True)
class FaceCard:
    """One face: its paths (painted in this order), and what is said of it."""

    track: int
    bins: int
    span: str
    seen: str
    main: str
    main_share: str
    calibrated: bool
    areas: list[tuple[str, str]]
    ticks: list[tuple[float, str]]
    bars: list[Bar]


@dataclass(frozen=True, slots=True)
class MarkerCard:
    """The averages around markers of one name; ``top`` and ``middle`` are of its scale, in percent."""

    title: str
    count: int
    bins: int
    lines: list[tuple[str, str]]
    top: str
    middle: str
    zero: float
    ticks: list[tuple[float, str]]
    rows: list[tuple[str, str, str, str]]


@dataclass(frozen=True, slots=True)
class EventRow:
    """One event; ``number`` is a marker's, as on the timeline."""

    time: str
    utc: str
    name: str
    note: str
    number: int | None = None


def tiles(summary: Summary) -> list[Tile]:
    """Return the figures at the top."""
    faces = summary.faces
    dropped = listed(f"{count:,} dropped ({cause})" for cause, count in summary.dropped.items() if count)
    reasons = sorted(faces.withheld.items(), key=lambda item: -item[1])
    gaps = f"{duration(summary.gaps_s)} of gaps in it" if summary.gaps else "no gaps"
    count = sum(group.count for group in summary.markers)
    named = sum(bool(group.note) for group in summary.markers)
    names = f"{named} name{'s' * (named != 1)}" if named else "without a name"
    return [
        Tile("Duration", duration(summary.duration_s), gaps),
        Tile("Frames", f"{summary.frames:,}", f"{summary.frames_per_s:.1f} a second" + (dropped and f"; {dropped}")),
        Tile("Faces", str(len(summary.tracks)), f"{duration(faces.seen_s)} in view, all together"),
        Tile("Coverage", percent(summary.coverage), "of the time a face was in view"),
        Tile(
            "Shown longest",
            faces.main.capitalize() or "–",
            f"{percent(faces.share(faces.emotions[faces.main]))} of the faces' time"
            if faces.main
            else "none was named",
            faces.main,
        ),
        Tile("Uncertain", percent(faces.share(faces.uncertain_s)), "of the faces' time; no emotion probable enough"),
        Tile(
            "Withheld",
            percent(faces.share(faces.withheld_s)),
            listed(reason_text(reason) for reason, _ in reasons)
            or ("every picture was good enough" if summary.tracks else "no face in view"),
        ),
        Tile("Markers", str(count), names if count else "none set"),
    ]


def bars(summary: Summary | TrackSummary) -> list[Bar]:
    """Return the time of each emotion, what was uncertain, and what was withheld, by reason."""
    time = summary.faces if isinstance(summary, Summary) else summary.time
    rows = [(name, name.capitalize(), time.emotions[name], False) for name in EMOTIONS]
    rows += [(UNCERTAIN, "Uncertain", time.uncertain_s, False), ("withheld", "Withheld", time.withheld_s, False)]
    reasons = sorted(time.withheld.items(), key=lambda item: -item[1])
    rows += [("withheld", reason_text(reason), seconds, True) for reason, seconds in reasons]
    return [Bar(colour, label, duration(seconds), time.share(seconds), inner) for colour, label, seconds, inner in rows]


def faces(session: Session, times: FrameTimes, summary: Summary) -> list[FaceCard]:
    """Return the faces that were seen longest, in the order of appearance."""
    longest = sorted(summary.tracks, key=lambda track: -track.time.seen_s)[:MOST_FACES]
    chosen = [track for track in summary.tracks if track in longest]
    calibrated = session.info.counters.get("calibrated_tracks")
    return [
        _face(session, times, track, isinstance(calibrated, list) and track.track in calibrated) for track in chosen
    ]


def transitions(summary: Summary) -> list[tuple[str, list[tuple[int, float]]]]:
    """Return the matrix by rows: the emotion, and of each column the count and its weight, 0 to 1."""
    most = max(1, int(summary.transitions.max()))
    return [
        (name, [(int(count), float(count) / most) for count in row])
        for name, row in zip(EMOTIONS, summary.transitions, strict=True)
    ]


def markers(summary: Summary) -> list[MarkerCard]:
    """Return the averages around the markers that were set most often."""
    groups = summary.markers[:MOST_MARKERS]
    # one scale for all, so that they compare
    highest = max((float(np.nanmax(group.probabilities, initial=0.0)) for group in groups), default=1.0)
    top = next((scale for scale in _SCALES if highest <= scale), 1.0)
    return [_marker(group, top) for group in groups]


def events(session: Session) -> tuple[list[EventRow], list[EventRow]]:
    """Return the calibrations, and all other events with the notes, each up to ``MOST_ROWS``."""
    number = 0
    calibrations: list[EventRow] = []
    others: list[EventRow] = []
    notes = [SessionEvent(note.t_s, note.utc, "note", note.text) for note in session.notes]
    for event in sorted((*session.events, *notes), key=lambda event: event.t_s):
        if event.event == "marker":
            number += 1
        row = EventRow(
            clock(event.t_s, 1),
            event.utc,
            event_text(event.event),
            event.note,
            number if event.event == "marker" else None,
        )
        (calibrations if event.event in _CALIBRATION else others).append(row)
    return calibrations[:MOST_ROWS], others[:MOST_ROWS]


def about(session: Session) -> list[tuple[str, str]]:
    """Return where the session comes from, line by line."""
    info = session.info
    return [
        ("Folder", session.folder.resolve().name),
        ("Source", info.source or "unknown"),
        ("Started", moment(info.started_utc)),
        ("Ended", moment(info.ended_utc) if session.complete else "the recording was cut short"),
        ("Network ran on", info.provider or "unknown"),
        ("Video", str(info.video.get("file", "kept")) if info.video else "none"),
        ("Schema version", str(info.schema_version or "unknown")),
    ]


def _face(session: Session, times: FrameTimes, track: TrackSummary, calibrated: bool) -> FaceCard:
    rows = np.flatnonzero(session.readings["track"] == track.track)
    last = times.rows[rows[-1]]
    span = (track.first_s, max(track.last_s + float(times.weight_s[last]), track.first_s + 1e-3))
    bins = max(1, min(_FACE_BINS, 2 * len(rows)))
    found = charts.binned(session.readings, times, rows, span, bins)
    areas = list(zip(EMOTIONS, charts.stacked(found.mean), strict=True))
    return FaceCard(
        track.track,
        bins,
        f"{clock(span[0])} – {clock(span[1])}",
        duration(track.time.seen_s),
        track.time.main,
        percent(track.time.share(track.time.emotions[track.time.main])) if track.time.main else "",
        calibrated,
        areas[::-1],
        ticks(*span, most=3),
        bars(track),
    )


def _marker(group: MarkerAverage, top: float) -> MarkerCard:
    after = group.times_s > 0
    change = group.change()
    sides = [means(group.probabilities[part]) for part in (~after, after)]
    length_s = BEFORE_S + AFTER_S
    return MarkerCard(
        group.note or "(no name)",
        group.count,
        len(group.times_s),
        [(name, charts.line(group.probabilities[:, at] / top)) for at, name in enumerate(EMOTIONS)],
        percent(top),
        percent(top / 2),
        BEFORE_S / length_s,
        [((second + BEFORE_S) / length_s, _signed(second)) for second in range(-int(BEFORE_S), int(AFTER_S) + 1)],
        [
            (name, before, behind, points(float(delta)))
            for name, before, behind, delta in zip(EMOTIONS, *sides, change, strict=True)
        ],
    )


def _signed(second: int) -> str:
    return f"+{second}" if second > 0 else f"−{-second}" if second < 0 else "0"
