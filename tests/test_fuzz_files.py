"""Files that somebody else may have written, in any shape: read, or told by the documented errors in one line."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from app.analysis.basis import BASIS, Basis, Result, read_result, write_result
from app.session.notes import NOTE_COLUMNS, NOTES, read_notes
from app.session.reader import read_session
from app.session.schema import MOST_S
from app.settings import Settings, limits, load_settings, settings_from
from app.types import SessionError
from model.data import DataError, load_fer2013
from tests.sessions import META, make_session

fuzzed = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)

# what Python's JSON reads and writes beyond the standard, too: NaN, Infinity, halves of characters
_SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([10**400, -(10**400)])
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["\ud800", "\x00", "0001-01-01T00:00:00+14:00", "2026-13-01"])
)
_VALUES = st.recursive(
    _SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
)
_TOO_DEEP = "[" * 100_000


def _objects(names: list[str]) -> st.SearchStrategy[bytes]:
    """JSON objects of these names with any values."""
    return st.dictionaries(st.sampled_from(names), _VALUES).map(lambda content: json.dumps(content).encode())


def _changed(good: bytes) -> st.SearchStrategy[bytes]:
    """A good file in which a piece was replaced by other bytes."""
    pieces = st.tuples(st.integers(0, len(good)), st.integers(0, 40), st.binary(max_size=12))
    return pieces.map(lambda piece: good[: piece[0]] + piece[2] + good[piece[0] + piece[1] :])


def _alone(content: bytes, name: str) -> Any:
    """What a setting is where the file holds no other: no value depends on whether its neighbours are right."""
    try:
        values = json.loads(content.decode("utf-8-sig"))
        return getattr(settings_from({name: values[name]}), name)
    except (ValueError, RecursionError, KeyError, TypeError, IndexError):
        return getattr(Settings(), name)


@fuzzed
@given(st.binary(max_size=200) | _objects(list(Settings().to_dict())))
@example(_TOO_DEEP.encode())
@example(b'{"smoothing_s": 1' + b"0" * 400 + b"}")
@example(b'{"markers": ' + b"[1]" * 1000 + b"}")
def test_any_settings_file_gives_settings_that_work(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "settings.json"
    path.write_bytes(content)
    found, complaint = load_settings(path)
    assert len(complaint.splitlines()) == bool(complaint)
    assert len(complaint) < 300 + 2 * len(str(path))
    if complaint:
        assert path.with_name("settings.json.damaged").read_bytes() == content
    for name, value in found.to_dict().items():
        assert value == _alone(content, name)
        assert type(value) is type(Settings().to_dict()[name])
        if isinstance(value, int | float) and not isinstance(value, bool):
            low, high = limits(name)
            assert low <= value <= high


_BASIS = Basis("/videos/a.mp4", "1 bytes, 2 ns", {"fps": None}, {"emotion.onnx": "ab"})


@fuzzed
@given(st.data())
def test_any_analysis_json_is_a_result_or_none(tmp_path: Path, data: st.DataObject) -> None:
    write_result(tmp_path, Result(_BASIS, {"file": "a.mp4"}))
    good = (tmp_path / BASIS).read_bytes()
    made_from = st.dictionaries(st.sampled_from(["source", "content", "settings", "models"]), _VALUES)
    objects = st.fixed_dictionaries({}, optional={"made_from": made_from | _VALUES, "summary": _VALUES})
    content = data.draw(_changed(good) | objects.map(lambda value: json.dumps(value).encode()))
    (tmp_path / BASIS).write_bytes(content)
    found = read_result(tmp_path)
    assert found is None or found.basis.changes(_BASIS) is not None


def test_an_analysis_json_too_deep_to_be_read_is_none(tmp_path: Path) -> None:
    (tmp_path / BASIS).write_text(_TOO_DEEP)
    assert read_result(tmp_path) is None


_NOTES = f"{','.join(NOTE_COLUMNS)}\n1.5000,2026-03-01T12:00:01.500Z,smiled\n2.0000,,'=1+1\n".encode()
_CELLS = st.lists(
    st.sampled_from(["", "1", "1e999", "1764436000", "nan", "-0", "\uff11", '"', "a\rb", "'=1", "\x00", "é"]),
    max_size=4,
)


@fuzzed
@given(_changed(_NOTES) | st.lists(_CELLS).map(lambda rows: "\n".join(map(",".join, [NOTE_COLUMNS, *rows])).encode()))
def test_any_notes_are_read_or_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / NOTES).write_bytes(content)
    notes = _told(SessionError, lambda: read_notes(tmp_path), tmp_path / NOTES)
    if notes is not None:
        assert [note.t_s for note in notes] == sorted(note.t_s for note in notes)
        assert all(0 <= note.t_s <= MOST_S for note in notes)


@fuzzed
@given(_changed(json.dumps(META).encode()) | _objects(list(META)))
@example(_TOO_DEEP.encode())
@example(json.dumps(META | {"started_utc": "0001-01-01T00:00:00+14:00"}).encode())
@example(json.dumps(META | {"started_utc": "9999-12-31T23:59:59.000Z"}).encode())
@example(json.dumps(META | {"started_utc": "9998-01-01T00:00:00.000Z"}).encode())
def test_any_session_json_is_read_or_told(tmp_path: Path, content: bytes) -> None:
    folder = make_session(tmp_path / "s")
    (folder / "session.json").write_bytes(content)
    session = _told(SessionError, lambda: read_session(folder), folder / "session.json")
    if session is not None:
        assert session.complete == (session.info.ended_utc is not None)
        if session.info.started_utc is not None:
            assert session.info.started_utc + timedelta(seconds=2 * MOST_S)


_FACE = " ".join(["7"] * 2304)
_FER2013 = f"emotion,pixels,Usage\n3,{_FACE},Training\n0,{_FACE},PublicTest\n".encode()
_PIXELS = st.sampled_from([_FACE, _FACE.replace("7", "256"), _FACE.replace("7", "-1"), _FACE[:-2], f"{_FACE[:-1]}x"])
_ODD_PIXELS = st.sampled_from(["\x00", "1e2", "\uff19", "9" * 400, "0x7", "1_0"]).map(
    lambda pixel: f"{_FACE[:-1]}{pixel}"
)
_ROWS = st.tuples(
    st.sampled_from(["0", "6", "7", "-1", "", "3.0", "\u0663", "9" * 5000, '"']),
    _PIXELS | _ODD_PIXELS,
    st.sampled_from(["Training", "PublicTest", "", "training", '"']),
)


@fuzzed
@given(
    _changed(_FER2013)
    | st.binary(max_size=200).map(lambda rest: b"emotion,pixels,Usage\n" + rest)
    | st.lists(_ROWS, max_size=3).map(lambda rows: "\n".join(["emotion,pixels,Usage", *map(",".join, rows)]).encode())
)
def test_any_fer2013_csv_is_read_or_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "fer2013.csv"
    path.write_bytes(content)
    faces = _told(DataError, lambda: load_fer2013(path, "Training"), path)
    if faces is not None:
        assert faces.pixels.shape == (len(faces), 48, 48)
        assert faces.pixels.dtype == np.uint8
        assert set(faces.labels.tolist()) <= set(range(7))


_VOTES = (
    b"Usage,Image name,neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF\n"
    b"Training,a.png,10,0,0,0,0,0,0,0,0,0\nPublicTest,b.png,4,0,0,1,3,2,0,0,0,0\n"
)


@fuzzed
@given(_changed(_VOTES))
@example(_VOTES.replace(b",10,", b",nan,"))
@example(_VOTES.replace(b",10,", b",inf,"))
def test_any_ferplus_votes_are_read_or_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "fer2013.csv").write_bytes(_FER2013)
    path = tmp_path / "fer2013new.csv"
    path.write_bytes(content)
    faces = _told(DataError, lambda: load_fer2013(tmp_path / "fer2013.csv", "Training", path), path)
    if faces is not None:
        assert faces.votes is not None
        assert faces.votes.shape == (1, 10)
        assert np.isfinite(faces.votes).all()
        assert (faces.votes >= 0).all()


def _told(error: type[Exception], read: Callable[[], Any], path: Path) -> Any:
    """What is read; None where it is refused as documented, in one line that names the file."""
    told = ""
    try:
        return read()
    except error as refused:
        told = str(refused)
    assert told.startswith(str(path))
    assert len(told.splitlines()) == 1
    return None
