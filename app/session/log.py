"""A recorded session: a folder that is readable whenever the program dies."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from app.session.files import Table, save_json, text_cell
from app.session.folder import LEAST_FREE, free_bytes, prepare_folder, taken
from app.session.schema import COLUMNS, EVENT_COLUMNS, EVENT_MEANINGS, EVENTS, READINGS, SCHEMA_VERSION, SESSION
from app.types import Event, Frame, FrameResult, Reading, RecordingError

__all__ = [
    "COLUMNS",
    "EVENTS",
    "EVENT_COLUMNS",
    "EVENT_MEANINGS",
    "LEAST_FREE",
    "READINGS",
    "SCHEMA_VERSION",
    "SESSION",
    "SessionInfo",
    "SessionWriter",
    "free_bytes",
    "prepare_folder",
]


@dataclass(frozen=True, slots=True)
class SessionInfo:
    """What ``session.json`` says of how the data came about.

    Attributes:
        source: the source's name.
        provider: where the network ran as the session began; ``provider_failed`` among the events changes it.
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


class SessionWriter:
    """Writes one session; used by one thread.

    Args:
        folder: as ``prepare_folder`` left it.
        info: goes to ``session.json``.
        first: the session's first frame: its time and number are the zero of the session's own.
        started_utc: the clock at that moment.
        live: missing frame numbers are frames that were captured and dropped.

    Attributes:
        rows: written.
        elapsed_s: of the last frame, since the first.
        lost: frames that could not be written in time.
        video: what ``session.json`` says of the video; None without one. To be kept up to date by whoever writes it.

    Raises:
        RecordingError: a file cannot be written. The same holds for every method but ``abandon``.
    """

    def __init__(self, folder: Path, info: SessionInfo, first: Frame, started_utc: datetime, *, live: bool) -> None:
        self.folder = folder
        self.rows = 0
        self.elapsed_s = 0.0
        self.lost = 0
        self.video: Mapping[str, Any] | None = None
        self._live = live
        self._busy = 0
        self._last_index = first.index - 1
        self._info = info
        self._first_s = first.t_s
        self._first_index = first.index
        self._started_utc = started_utc
        self._frames = 0
        self._calibrated: set[int] = set()
        self._last_event_s = 0.0
        self._tables: list[Table] = []
        self._closed = False
        try:
            # before the rest: they refuse what lies there already, and session.json would replace it
            self._readings = self._table(READINGS, list(COLUMNS))
            self._events = self._table(EVENTS, EVENT_COLUMNS)
            self._save_session()
            begun = [Event(first.t_s, "start", info.source)]
            begun += [Event(first.t_s, "calibrated", f"track {n}: {shift}") for n, shift in info.calibrated.items()]
            self._write_events(*begun)
        except FileExistsError as error:
            self._close_tables()
            raise taken(folder) from error
        except OSError as error:
            self._close_tables()
            raise self._failed(error) from error

    def write(self, *results: FrameResult) -> None:
        """Write a row a face, or one row with the face columns empty; they are in the file when this returns."""
        try:
            self._readings.append([row for result in results for row in self._rows(result)])
        except OSError as error:
            raise self._failed(error) from error
        for result in results:
            self._count(result.frame.index, 1)
            self.rows += max(1, len(result.readings))
            self._calibrated.update(reading.track for reading in result.readings if reading.calibration == "applied")
        self._frames += len(results)
        self.elapsed_s = max(self.elapsed_s, results[-1].frame.t_s - self._first_s)

    def lose(self, first_s: float, last_index: int, frames: int, rows: int) -> None:
        """Take down frames in a row that were read and could not be written in time.

        Args:
            first_s: the first one's time, seconds of the source's time.
            last_index: the last one's number; all up to the first were written or told before.
            frames: how many.
            rows: that they would have made.
        """
        self._count(last_index, frames)
        self.lost += frames
        self.event(Event(first_s, "dropped", f"disk: {frames} frames, {rows} rows"))

    def event(self, *events: Event) -> None:
        """Write events; their time is the source's, and what was before the first frame is at 0."""
        try:
            self._write_events(*events)
        except OSError as error:
            raise self._failed(error) from error

    def sync(self) -> None:
        """Wait until all is on the disk, and bring the counters in ``session.json`` up to date."""
        try:
            self._sync()
            self._save_session()
        except OSError as error:
            raise self._failed(error) from error

    def close(self, reason: str = "") -> None:
        """End the session: the stop event, the counters, the files.

        Args:
            reason: why it ended, where the user did not end it.
        """
        try:
            for step in self._last_steps(reason):
                step()
        except OSError as error:
            raise self._failed(error) from error
        finally:
            self._close_tables()

    def abandon(self, reason: str) -> None:
        """End the session as far as the disk lets, after it has refused something: that was told already."""
        if not self._closed:
            for step in self._last_steps(reason):
                with suppress(OSError):
                    step()
            self._close_tables()

    def _last_steps(self, reason: str) -> tuple[Callable[[], None], ...]:
        end_s = max(self.elapsed_s, self._last_event_s)
        left_out = 0 if self.video is None else self.video["left_out"]
        totals = [f"{cause}: {count} frames" for cause, count in (("busy", self._busy), ("video", left_out)) if count]
        ends = [Event(self._first_s + end_s, "dropped", total) for total in totals]
        ends.append(Event(self._first_s + end_s, "stop", reason))
        return (lambda: self._write_events(*ends), self._sync, lambda: self._save_session(end_s))

    def _table(self, name: str, header: Sequence[str]) -> Table:
        table = Table(self.folder / name, header)
        self._tables.append(table)
        return table

    def _rows(self, result: FrameResult) -> list[list[str]]:
        t_s = result.frame.t_s - self._first_s
        head = [str(result.frame.index - self._first_index), f"{t_s:.4f}", self._utc(t_s)]
        return [head + _cells(reading) for reading in result.readings] or [head + [""] * (len(COLUMNS) - len(head))]

    def _write_events(self, *events: Event) -> None:
        rows = []
        for event in events:
            self._last_event_s = max(0.0, event.t_s - self._first_s)
            t_s = self._last_event_s
            rows.append([f"{t_s:.4f}", self._utc(t_s), text_cell(event.name), text_cell(event.note)])
        self._events.append(rows)

    def _count(self, last_index: int, frames: int) -> None:
        """Take notice of ``frames`` frames up to that number: those of a live source that are missing were dropped."""
        if self._live:
            self._busy += last_index - self._last_index - frames
        self._last_index = last_index

    def _sync(self) -> None:
        for table in self._tables:
            table.sync()

    def _close_tables(self) -> None:
        self._closed = True
        for table in self._tables:
            table.close()

    def _utc(self, t_s: float) -> str:
        return _utc_text(self._started_utc + timedelta(seconds=t_s))

    def _save_session(self, end_s: float | None = None) -> None:
        content = {
            "schema_version": SCHEMA_VERSION,
            "started_utc": _utc_text(self._started_utc),
            "ended_utc": None if end_s is None else self._utc(end_s),
            "source": self._info.source,
            "provider": self._info.provider,
            "settings": dict(self._info.settings),
            "versions": dict(self._info.versions),
            "models_sha256": dict(self._info.models),
            "columns": COLUMNS,
            "events": EVENT_MEANINGS,
            "counters": {
                "frames": self._frames,
                "rows": self.rows,
                "dropped": {"busy": self._busy, "disk": self.lost},
                "calibrated_tracks": sorted(self._calibrated),
            },
            "video": self.video,
        }
        save_json(self.folder / SESSION, content)

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
        text_cell(reading.emotion),
        f"{reading.confidence:.6f}",
        *(f"{value:.6f}" for value in reading.probabilities.tolist()),
        *(f"{value:.6f}" for value in reading.raw.tolist()),
        *(f"{value:.4f}" for value in reading.theta.ravel().tolist()),
        text_cell(reading.quality),
    ]


def _utc_text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
