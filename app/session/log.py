"""A recorded session: a folder that is readable whenever the program dies."""

import csv
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, TextIO

from app.types import EMOTIONS, Event, Frame, FrameResult, Reading, RecordingError

SCHEMA_VERSION: Final = 1
READINGS: Final = "readings.csv"
EVENTS: Final = "events.csv"
SESSION: Final = "session.json"

# Column → meaning and unit. The order is the file's; session.json carries the text, so that data explain themselves.
COLUMNS: Final[dict[str, str]] = {
    "frame": "captured frames since the session's start, dropped ones included, from 0",
    "t_s": "seconds since the session's start at the moment of capture (media time for files), monotonic",
    "utc": "ISO 8601, UTC: the session's start by the clock, plus t_s",
    "track": "the face's number, the same for as long as it is followed; empty where the frame has no face",
    "x": "left edge of the bounding box, pixels of the captured frame",
    "y": "top edge of the bounding box, pixels",
    "width": "width of the bounding box, pixels",
    "height": "height of the bounding box, pixels",
    "detection": "the detector's score, 0 to 1",
    "emotion": "the most probable emotion, or uncertain",
    "confidence": "its smoothed probability, 0 to 1",
    **{
        name: f"probability of {name}, corrected where the track is calibrated, and smoothed; the eight sum to 1"
        for name in EMOTIONS
    },
    **{
        f"raw_{name}": f"probability of {name} in this frame alone, never corrected; the eight sum to 1"
        for name in EMOTIONS
    },
    **{
        f"theta_{row}{column}": "attended region: affine map from its own [-1, 1] to the crop's [-1, 1], "
        f"row {row}, column {column}"
        for row in (1, 2)
        for column in (1, 2, 3)
    },
    "quality": "ok, or why the face is not to be trusted, joined by ;: small dark bright blurred turned",
}
EVENT_COLUMNS: Final = ("t_s", "utc", "event", "note")
# Event → meaning and what its note holds, for session.json too.
EVENT_MEANINGS: Final[dict[str, str]] = {
    "start": "the first row; the source",
    "stop": "the end; why, unless the user ended it",
    "dropped": "captured frames that were not read, by cause, over the whole session",
    "marker": "the user marked this moment; as what",
    "settings": "what decides a reading was set anew; what holds from this moment on",
    "calibrated": "the track's probabilities are corrected by its own neutral face from this moment on; its mean log "
    "probability of each emotion less that of the average neutral face, nats",
    "calibration_undone": "the track's probabilities are not corrected any more",
    "calibration_failed": "the track's neutral face could not be measured; why",
    "camera_lost": "no more frames; why. The camera is looked for",
    "camera_back": "frames again; after how long",
}
# A spreadsheet runs a cell that begins so as a formula (CWE-1236).
_FORMULA: Final = ("=", "+", "-", "@")


@dataclass(frozen=True, slots=True)
class SessionInfo:
    """What ``session.json`` says of how the data came about.

    Attributes:
        source: the source's name.
        provider: where the network ran.
        settings: the user's settings.
        versions: of Mien and of what it stands on.
        models: file name → sha256.
        calibrated: track → shift in words, of the faces that were calibrated before the session.
    """

    source: str
    provider: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    models: Mapping[str, str] = field(default_factory=dict)
    calibrated: Mapping[int, str] = field(default_factory=dict)


def prepare_folder(folder: Path) -> None:
    """Make ``folder`` ready for a new session.

    Raises:
        RecordingError: it cannot be made or written, or it holds a session already.
    """
    try:
        taken = any((folder / name).exists() for name in (READINGS, EVENTS, SESSION))
        if not taken:
            folder.mkdir(parents=True, exist_ok=True)
            probe = folder / f".{READINGS}.probe"
            probe.touch()
            probe.unlink()
    except OSError as error:
        raise RecordingError(f"{folder}: cannot be written ({error.strerror or error}); give another folder") from error
    if taken:
        raise RecordingError(f"{folder}: holds a recorded session already; give another folder")


class SessionWriter:
    """Writes one session; used by one thread.

    Args:
        folder: as ``prepare_folder`` left it.
        info: goes to ``session.json``.
        first: the session's first frame: its time and number are the zero of the session's own.
        started_utc: the clock at that moment.
        live: missing frame numbers are frames that were captured and dropped.

    Raises:
        RecordingError: a file cannot be written. The same holds for every method.
    """

    def __init__(self, folder: Path, info: SessionInfo, first: Frame, started_utc: datetime, *, live: bool) -> None:
        self.folder = folder
        self.rows = 0
        self.elapsed_s = 0.0
        self._live = live
        self._dropped = 0
        self._last_index = first.index - 1
        self._info = info
        self._first = first
        self._started_utc = started_utc
        self._frames = 0
        self._calibrated: set[int] = set()
        self._last_event_s = 0.0
        self._readings: TextIO | None = None
        self._events: TextIO | None = None
        try:
            self._save_session()
            self._readings = (folder / READINGS).open("x", newline="", encoding="utf-8")
            self._events = (folder / EVENTS).open("x", newline="", encoding="utf-8")
            self._write_rows(self._readings, [list(COLUMNS)])
            self._write_rows(self._events, [list(EVENT_COLUMNS)])
            self._write_rows(self._events, [self._event(0.0, "start", info.source)])
            for track, shift in info.calibrated.items():
                self._write_rows(self._events, [self._event(0.0, "calibrated", f"track {track}: {shift}")])
        except OSError as error:
            self._close_files()
            raise self._failed(error) from error

    def write(self, result: FrameResult) -> None:
        """Write a row a face, or one row with the face columns empty; they are in the file when this returns."""
        assert self._readings is not None
        self.elapsed_s = result.frame.t_s - self._first.t_s
        head = [
            str(result.frame.index - self._first.index),
            f"{self.elapsed_s:.4f}",
            _utc_text(self._started_utc + timedelta(seconds=self.elapsed_s)),
        ]
        rows = [head + _cells(reading) for reading in result.readings]
        try:
            self._write_rows(self._readings, rows or [head + [""] * (len(COLUMNS) - len(head))])
        except OSError as error:
            raise self._failed(error) from error
        if self._live:
            self._dropped += result.frame.index - self._last_index - 1
        self._last_index = result.frame.index
        self._calibrated.update(reading.track for reading in result.readings if reading.calibration == "applied")
        self.rows += max(1, len(rows))
        self._frames += 1

    def event(self, event: Event) -> None:
        """Write an event; its time is the source's, and what was before the first frame is at 0."""
        assert self._events is not None
        self._last_event_s = max(0.0, event.t_s - self._first.t_s)
        try:
            self._write_rows(self._events, [self._event(self._last_event_s, event.name, event.note)])
        except OSError as error:
            raise self._failed(error) from error

    def close(self, reason: str = "") -> None:
        """End the session: the stop event, the counters, the files.

        Args:
            reason: why it ended, where the user did not end it.
        """
        assert self._events is not None
        end_s = max(self.elapsed_s, self._last_event_s)
        try:
            if self._dropped:
                self._write_rows(self._events, [self._event(end_s, "dropped", f"busy: {self._dropped} frames")])
            self._write_rows(self._events, [self._event(end_s, "stop", reason)])
            counters = {
                "frames": self._frames,
                "rows": self.rows,
                "dropped": {"busy": self._dropped},
                "calibrated_tracks": sorted(self._calibrated),
            }
            self._save_session(counters, end_s)
        except OSError as error:
            raise self._failed(error) from error
        finally:
            self._close_files()

    def abandon(self) -> None:
        """Close the files as they are, when they cannot be written any more."""
        self._close_files()

    def _close_files(self) -> None:
        for file in (self._readings, self._events):
            if file is not None and not file.closed:
                try:
                    file.close()
                except OSError:
                    # A full disk refuses the last buffer again at closing; the handle is freed all the same, and the
                    # failure was told when the row was written.
                    continue

    def _event(self, t_s: float, event: str, note: str) -> list[str]:
        return [f"{t_s:.4f}", _utc_text(self._started_utc + timedelta(seconds=t_s)), event, _text_cell(note)]

    @staticmethod
    def _write_rows(file: TextIO, rows: list[list[str]]) -> None:
        csv.writer(file, lineterminator="\n").writerows(rows)
        file.flush()

    def _save_session(self, counters: dict[str, Any] | None = None, end_s: float = 0.0) -> None:
        ended = None if counters is None else _utc_text(self._started_utc + timedelta(seconds=end_s))
        content = {
            "schema_version": SCHEMA_VERSION,
            "started_utc": _utc_text(self._started_utc),
            "ended_utc": ended,
            "source": self._info.source,
            "provider": self._info.provider,
            "settings": dict(self._info.settings),
            "versions": dict(self._info.versions),
            "models_sha256": dict(self._info.models),
            "columns": COLUMNS,
            "events": EVENT_MEANINGS,
            "counters": counters,
        }
        partial = self.folder / f".{SESSION}.partial"
        with partial.open("w", encoding="utf-8") as file:
            json.dump(content, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(self.folder / SESSION)

    def _failed(self, error: OSError) -> RecordingError:
        return RecordingError(
            f"{self.folder}: recording stopped, cannot write ({error.strerror or error}); what was written is kept"
        )


def _cells(reading: Reading) -> list[str]:
    box = reading.face.box
    return [
        str(reading.track),
        *(f"{value:.1f}" for value in (box.x, box.y, box.width, box.height)),
        f"{reading.face.detection:.3f}",
        reading.emotion,
        f"{reading.confidence:.6f}",
        *(f"{value:.6f}" for value in reading.probabilities.tolist()),
        *(f"{value:.6f}" for value in reading.raw.tolist()),
        *(f"{value:.4f}" for value in reading.theta.ravel().tolist()),
        reading.quality,
    ]


def _text_cell(text: str) -> str:
    """``text`` as a cell that is one line, and that no spreadsheet runs as a formula."""
    line = " ".join(text.split())
    return f"'{line}" if line.startswith(_FORMULA) else line


def _utc_text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
