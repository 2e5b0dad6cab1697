"""A recorded session as its review shows it, without Qt: the numbers of any moment, and the moments to jump to."""

from datetime import UTC, timedelta
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from app.session.notes import Note, change_notes
from app.session.reader import Session, read_session
from app.session.schema import VIDEO
from app.session.timing import FrameTimes, Indices, frame_times, probabilities, trusted
from app.types import EMOTIONS, UNCERTAIN
from app.ui.history import History, Marker, Series
from app.ui.language import translate
from app.ui.texts import emotion_text, percent_text, quality_text

# what numbers of a file, rounded to four decimals, and of a clock may differ by
_SAME_S: Final = 5e-5
# columns that the timeline needs
_SHOWN: Final = ("t_s", "track", "emotion", "quality", *EMOTIONS)


class Moment(NamedTuple):
    """Something to jump to.

    Attributes:
        t_s: seconds since the session's start.
        kind: what it is, in words.
        text: the rest of it; empty where that is all.
        note: it is this note, and can be edited; None for what was recorded.
    """

    t_s: float
    kind: str
    text: str
    note: Note | None = None


class FaceNumbers(NamedTuple):
    """What was read of a face in one frame.

    Attributes:
        emotion: one of ``EMOTIONS``, or ``UNCERTAIN``: it gives the colour.
        label: the same in words.
        beside: the confidence, or why it is uncertain.
        quality: why the face cannot be read, in words; empty where it can.
        values: the smoothed probabilities (8,), in the order of ``EMOTIONS``.
        raw: those of the frame alone; NaN where the file does not tell.
    """

    emotion: str
    label: str
    beside: str
    quality: str
    values: tuple[float, ...]
    raw: tuple[float, ...]

    @property
    def spoken(self) -> str:
        """All of it in one line, for screen readers."""
        shares = ", ".join(
            f"{emotion_text(name)} {percent_text(v)}" for name, v in zip(EMOTIONS, self.values, strict=True)
        )
        said = f"{self.label}, {self.beside}. {self.quality}" if self.quality else f"{self.label}, {self.beside}"
        return f"{said}. {shares}"


class Numbers(NamedTuple):
    """The frame that was the newest at a moment.

    Attributes:
        frame: its number; None where there was no frame: before the first one, and in a gap.
        t_s: its time; that of the moment where there was no frame.
        utc: the same by the clock; empty where that is not known.
        face: what was read of the face; None where it was not seen.
    """

    frame: int | None
    t_s: float
    utc: str
    face: FaceNumbers | None


class Review:
    """A session, its notes, and what is found in it.

    Args:
        session: as it was read.

    Attributes:
        session: the same.
        history: for the timeline.
        notes: those of now.
        end_s: when the session is over.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self.notes = session.notes
        self._times: FrameTimes = frame_times(session)
        self.end_s = self._times.end_s
        readings = session.readings
        self._rows: dict[int, Indices] = {track: np.flatnonzero(readings["track"] == track) for track in session.tracks}
        self._first_rows = np.searchsorted(self._times.rows, np.arange(len(self._times.t_s)))
        self.history = History.of(self.end_s, self._usual_s, {n: self._series(rows) for n, rows in self._rows.items()})
        self._show_markers()

    @property
    def tracks(self) -> tuple[int, ...]:
        """The faces, the one that was seen longest first."""
        return tuple(sorted(self._rows, key=lambda track: (-len(self._rows[track]), track)))

    @property
    def video(self) -> Path | None:
        """The video that was kept; None where there is none."""
        path = self.session.folder / VIDEO
        return path if path.is_file() else None

    @property
    def moments(self) -> tuple[Moment, ...]:
        """Events and notes, in order of time."""
        found = [Moment(event.t_s, event_text(event.event), event.note) for event in self.session.events]
        found += [Moment(note.t_s, translate("Mien", "Note"), note.text, note) for note in self.notes]
        return tuple(sorted(found, key=lambda moment: moment.t_s))

    def numbers(self, track: int | None, t_s: float) -> Numbers:
        """Return the numbers of a face at ``t_s``; None is no face."""
        frame = self._frame_at(t_s)
        if frame is None:
            return Numbers(None, t_s, self.utc(t_s), None)
        readings, row = self.session.readings, int(self._first_rows[frame])
        face = None
        if track in self._rows:
            rows = self._rows[track]
            at = int(np.searchsorted(self._times.rows[rows], frame))
            if at < len(rows) and self._times.rows[rows[at]] == frame:
                face = self._face(int(rows[at]))
        t_s = float(readings["t_s"][row])
        return Numbers(int(readings["frame"][row]), t_s, str(readings["utc"][row]) or self.utc(t_s), face)

    def stepped(self, t_s: float, frames: int) -> float:
        """Return the time of the frame that is so many frames after ``t_s``, or before it where that is negative."""
        times = self._times.t_s
        if not len(times):
            return t_s
        if frames > 0:
            at = int(np.searchsorted(times, t_s + _SAME_S)) + frames - 1
        else:
            at = int(np.searchsorted(times, t_s - _SAME_S)) + frames
        return float(times[min(max(at, 0), len(times) - 1)])

    def neighbour(self, t_s: float, *, later: bool) -> Moment | None:
        """Return the next moment after ``t_s``, or the last one before it."""
        if later:
            return next((moment for moment in self.moments if moment.t_s > t_s + _SAME_S), None)
        return next((moment for moment in reversed(self.moments) if moment.t_s < t_s - _SAME_S), None)

    def utc(self, t_s: float) -> str:
        """Return a time by the clock; empty where the session does not tell."""
        started = self.session.info.started_utc
        if started is None:
            return ""
        moment = started.astimezone(UTC) + timedelta(seconds=t_s)
        return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def change_notes(self, *, remove: Note | None = None, add: Note | None = None) -> None:
        """Take a note out, put one in, or both; the file has them when this returns.

        Raises:
            SessionError: the notes cannot be read or written; they are as they were.
        """
        self.notes = change_notes(self.session.folder, remove=remove, add=add)
        self._show_markers()

    @property
    def _usual_s(self) -> float:
        return float(np.median(np.diff(self._times.t_s))) if len(self._times.t_s) > 1 else 0.0

    def _series(self, rows: Indices) -> Series:
        readings = {name: self.session.readings[name][rows] for name in _SHOWN}
        withheld = (readings["emotion"] == UNCERTAIN) | ~trusted(readings)
        return Series(readings["t_s"], np.asarray(probabilities(readings), np.float32), np.asarray(withheld, np.bool_))

    def _frame_at(self, t_s: float) -> int | None:
        times = self._times.t_s
        frame = int(np.searchsorted(times, t_s + _SAME_S, side="right")) - 1
        return frame if frame >= 0 and t_s - times[frame] <= self._times.gap_s else None

    def _face(self, row: int) -> FaceNumbers:
        readings = self.session.readings
        emotion, quality = str(readings["emotion"][row]), str(readings["quality"][row])
        good = quality in ("ok", "")
        confidence = percent_text(float(np.nanmax([readings[name][row] for name in EMOTIONS])))
        if not good:
            beside = translate("Mien", "cannot be read well")
        elif emotion == UNCERTAIN:
            beside = translate("Mien", "low confidence, {percent}").format(percent=confidence)
        else:
            beside = confidence
        return FaceNumbers(
            emotion,
            emotion_text(emotion),
            beside,
            "" if good else quality_text(quality),
            tuple(float(readings[name][row]) for name in EMOTIONS),
            tuple(float(readings[f"raw_{name}"][row]) for name in EMOTIONS),
        )

    def _show_markers(self) -> None:
        marked = [Marker(event.t_s, event.note) for event in self.session.events if event.event == "marker"]
        self.history.set_markers(marked + [Marker(note.t_s, note.text) for note in self.notes])


def load_review(folder: Path) -> Review:
    """Read a session for its review.

    Raises:
        SessionError: ``folder`` holds no session, or one that cannot be read.
    """
    return Review(read_session(folder))


def clock_text(t_s: float) -> str:
    """Return ``mm:ss.mmm``, or ``h:mm:ss.mmm`` from an hour on."""
    whole_ms = max(0, round(t_s * 1000))
    minutes, rest_ms = divmod(whole_ms, 60_000)
    hours, minutes = divmod(minutes, 60)
    seconds = f"{rest_ms // 1000:02d}.{rest_ms % 1000:03d}"
    return f"{hours}:{minutes:02d}:{seconds}" if hours else f"{minutes:02d}:{seconds}"


def event_text(event: str) -> str:
    """Return what the window calls an event of ``events.csv``; one that it does not know keeps its name."""
    return {
        "start": translate("Mien", "Start"),
        "stop": translate("Mien", "End"),
        "dropped": translate("Mien", "Frames dropped"),
        "marker": translate("Mien", "Marker"),
        "settings": translate("Mien", "Other settings"),
        "calibrated": translate("Mien", "Calibrated"),
        "calibration_undone": translate("Mien", "Calibration undone"),
        "calibration_failed": translate("Mien", "Calibration failed"),
        "provider_failed": translate("Mien", "Provider failed"),
        "not_read": translate("Mien", "Not read"),
        "camera_lost": translate("Mien", "Camera lost"),
        "camera_back": translate("Mien", "Camera back"),
    }.get(event, event)
