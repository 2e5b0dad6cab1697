"""A recorded session as arrays: ``read_session(folder).readings["happiness"]``, or ``.to_pandas()``."""

import csv
import importlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, Final, TypeVar

import numpy as np

from app.session.files import text_cell
from app.session.notes import NOTES, Note, read_notes
from app.session.readings import NO_FACE, Columns, complete_lines, read_rows, seconds
from app.session.schema import EVENT_COLUMNS, EVENTS, MOST_S, READINGS, SCHEMA_VERSION, SESSION
from app.types import MienError, SessionError

_T = TypeVar("_T")
# every time of a session, and what its last frame counts for, has to be in the calendar
_LATEST: Final = datetime.max.replace(tzinfo=UTC) - timedelta(seconds=2 * MOST_S)


@dataclass(frozen=True, slots=True)
class SessionEvent:
    """What happened at one moment.

    Attributes:
        t_s: seconds since the session's start.
        utc: the same by the clock, ISO 8601.
        event: what it was, as ``app.session.schema.EVENT_MEANINGS`` explains.
        note: the rest of it, as the user wrote it.
    """

    t_s: float
    utc: str
    event: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class SessionMeta:
    """What ``session.json`` says; what an older version did not write is empty.

    Attributes:
        schema_version: of the files; 0 where there is no ``session.json``.
        started_utc: the clock at the first frame.
        ended_utc: the clock at the end; None where the recording was cut short.
        source: the source's name.
        provider: where the network ran as the session began.
        settings: the user's, at the start.
        versions: of Mien and of what it stands on.
        models: file name → sha256.
        counters: frames, rows and drops by cause; empty where version 1 was cut short.
        video: of the video that was kept; empty without one.
    """

    schema_version: int = 0
    started_utc: datetime | None = None
    ended_utc: datetime | None = None
    source: str = ""
    provider: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    models: Mapping[str, str] = field(default_factory=dict)
    counters: Mapping[str, Any] = field(default_factory=dict)
    video: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Session:
    """A recorded session.

    Attributes:
        folder: where it is.
        info: what ``session.json`` says.
        readings: an array (N,), read-only, for each column of ``app.session.schema.COLUMNS``, a row a frame and face:
            float64, NaN where there is no face; ``frame`` and ``track`` int64, ``track`` -1 where there is no face;
            ``utc``, ``emotion`` and ``quality`` str, the latter two empty where there is no face.
        events: in order of time.
        warnings: what was wrong and could be passed over, a line each.
        notes: written at the review, in order of time; none where ``warnings`` tells that they cannot be read.
    """

    folder: Path
    info: SessionMeta
    readings: Columns
    events: tuple[SessionEvent, ...]
    warnings: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()

    @cached_property
    def tracks(self) -> tuple[int, ...]:
        """The numbers of the faces, ascending."""
        return tuple(int(track) for track in np.unique(self.readings["track"]) if track != NO_FACE)

    @property
    def complete(self) -> bool:
        """Whether the recording was ended, and not cut short."""
        return self.info.ended_utc is not None

    def of_track(self, track: int) -> Columns:
        """Return the rows of one face, column by column; no rows where there is no such face."""
        rows = np.flatnonzero(self.readings["track"] == track)
        return {name: column[rows] for name, column in self.readings.items()}

    def to_pandas(self) -> Any:
        """Return the readings as a ``pandas.DataFrame``: ``utc`` as times, ``track`` as Int64, NA without a face.

        Raises:
            MienError: pandas is not installed.
            SessionError: a time by the clock that does not exist.
        """
        try:
            pandas = importlib.import_module("pandas")
        except ImportError as error:
            raise MienError('pandas is not installed; install it with: pip install "mien[analysis]"') from error
        frame = pandas.DataFrame(self.readings)
        frame["utc"] = pandas.to_datetime(frame["utc"], format="ISO8601", utc=True, errors="coerce")
        wrong = np.asarray(frame["utc"].isna()) & (self.readings["utc"] != "")
        if wrong.any():
            row = int(wrong.argmax())
            told = f"row {row + 2}: utc is {str(self.readings['utc'][row])!r}, which does not exist"
            raise SessionError(f"{self.folder / READINGS}: {told}; correct the row or delete it")
        frame["track"] = frame["track"].astype("Int64").mask(frame["track"] == NO_FACE)
        return frame


def read_session(folder: Path | str) -> Session:
    """Read a recorded session, also one that was cut short or that an older version wrote.

    What is wrong with the notes, which are written later, keeps nobody from what was recorded: it is a warning.

    Raises:
        SessionError: ``folder`` holds no session, or the row of the file that is wrong; the header is row 1.
    """
    folder = Path(folder)
    contents = {name: _content(folder / name) for name in (SESSION, READINGS, EVENTS)}
    if contents[SESSION] is None and contents[READINGS] is None:
        what = "holds no recorded session" if folder.is_dir() else "no such folder"
        raise SessionError(f"{folder}: {what}; give the folder of a session, with its {READINGS}")
    warnings: list[str] = []
    info = SessionMeta()
    content = contents[SESSION]
    if content is None:
        warnings.append(f"{SESSION}: missing; the source, the settings and the versions are not known")
    else:
        info = _meta(content, str(folder / SESSION))
    lines = {name: _lines(name, contents[name], warnings) for name in (READINGS, EVENTS)}
    readings, missing = read_rows(lines[READINGS], str(folder / READINGS))
    if missing and not 0 < info.schema_version < SCHEMA_VERSION:
        warnings.append(f"{READINGS}: without the columns {', '.join(missing)}")
    events = _events(lines[EVENTS], str(folder / EVENTS))
    notes: tuple[Note, ...] = ()
    try:
        notes = read_notes(folder, NOTES)
    except SessionError as error:
        warnings.append(f"{error}; until then the notes are left out, and none can be added")
    return Session(folder, info, readings, events, tuple(warnings), notes)


def _content(path: Path) -> bytes | None:
    """The file's bytes; None where there is no such file."""
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise SessionError(f"{path}: cannot be read ({error.strerror or error})") from error


def _lines(name: str, content: bytes | None, warnings: list[str]) -> bytes:
    if content is None:
        warnings.append(f"{name}: missing, as where a recording is cut short at its start")
        return b""
    whole, cut = complete_lines(content)
    if cut:
        warnings.append(f"{name}: the last line breaks off and is left out; the recording was cut short")
    return whole


def _events(data: bytes, where: str) -> tuple[SessionEvent, ...]:
    events: list[SessionEvent] = []
    for number, line in enumerate(data.rstrip(b"\n").split(b"\n") if data else (), 1):
        row = f"{where}: row {number}"
        try:
            # a note is one line, so that each line is a row
            cells = next(csv.reader([line.decode("utf-8")], strict=True), [])
        except (UnicodeDecodeError, csv.Error) as error:
            raise SessionError(f"{row}: not CSV in UTF-8 ({error}); correct the row or delete it") from error
        if number == 1:
            if cells != list(EVENT_COLUMNS):
                raise SessionError(f"{row}: not {','.join(EVENT_COLUMNS)}; give a session that Mien recorded")
            continue
        if len(cells) != len(EVENT_COLUMNS):
            raise SessionError(f"{row}: {len(cells)} cells, not {len(EVENT_COLUMNS)}; correct the row or delete it")
        t_s, utc, event, note = cells
        events.append(SessionEvent(seconds(t_s, row), utc, event, _plain(note)))
    return tuple(sorted(events, key=lambda event: event.t_s))


def _plain(cell: str) -> str:
    """Return the text that the writer guarded with an apostrophe, so that no spreadsheet runs it."""
    return cell[1:] if cell.startswith("'") and text_cell(cell[1:]) == cell else cell


def _meta(content: bytes, where: str) -> SessionMeta:
    remedy = "move the file away to read the numbers without it"
    try:
        values = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise SessionError(f"{where}: not JSON ({error}); {remedy}") from error
    if not isinstance(values, dict) or type(version := values.get("schema_version")) is not int:
        raise SessionError(f"{where}: without a schema_version, so not Mien's; {remedy}")
    if version > SCHEMA_VERSION:
        raise SessionError(
            f"{where}: written by a newer Mien (schema {version}; this one reads up to {SCHEMA_VERSION}); update Mien"
        )

    def taken(name: str, kind: type[_T], default: _T) -> _T:
        value = values.get(name)
        if value is None:
            return default
        if not isinstance(value, kind):
            raise SessionError(f"{where}: {name} is not what Mien writes there; {remedy}")
        return value

    try:
        started, ended = (_moment(taken(name, str, "")) for name in ("started_utc", "ended_utc"))
    except (ValueError, OverflowError) as error:
        raise SessionError(f"{where}: {error}; {remedy}") from error
    if started is not None and started > _LATEST:
        raise SessionError(f"{where}: started_utc is {started:%Y-%m-%d}, where the calendar ends; {remedy}")
    return SessionMeta(
        version,
        started,
        ended,
        taken("source", str, ""),
        taken("provider", str, ""),
        taken("settings", dict, {}),
        {name: str(text) for name, text in taken("versions", dict, {}).items()},
        {name: str(text) for name, text in taken("models_sha256", dict, {}).items()},
        taken("counters", dict, {}),
        taken("video", dict, {}),
    )


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    moment = datetime.fromisoformat(text)
    return moment.astimezone(UTC) if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
