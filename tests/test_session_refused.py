"""What is wrong with a session is named: the file, the row, and what to do."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.session.reader import read_session
from app.session.readings import complete_lines, read_rows
from app.session.schema import COLUMNS, SCHEMA_VERSION
from app.types import EMOTIONS, SessionError
from tests.sessions import HEADER, ROWS, face, make_session, no_face


def test_a_newer_version_is_refused_and_told_what_to_do(tmp_path: Path) -> None:
    folder = make_session(tmp_path, ROWS, meta={"schema_version": SCHEMA_VERSION + 1})
    with pytest.raises(SessionError, match=r"session\.json: written by a newer Mien .*; update Mien$"):
        read_session(folder)


@pytest.mark.parametrize(
    ("column", "cell", "says"),
    [
        ("frame", "1.5", "row 4: frame is 1.5, not a whole number from 0"),
        ("frame", "0", "row 4: frame is 0, not that of the row above or a later one"),
        ("t_s", "nan", "row 4: t_s is empty, not seconds from 0"),
        ("t_s", "0.4", "row 4: t_s is 0.4, not at or after that of the row above"),
        ("t_s", "1764436000", "row 4: t_s is 1.76444e+09, not 31622400 or less, a year after the session's start"),
        ("t_s", "1.7e308", "row 4: t_s is 1.7e+308, not 31622400 or less, a year after the session's start"),
        ("t_s", "soon", "row 4: t_s is 'soon', not a number"),
        ("utc", "1 March 2026", "row 4: utc is '1 March 2026', not like 0000-00-00T00:00:00.000Z"),
        ("track", "-1", "row 4: track is -1, not a whole number from 0"),
        ("x", "", "row 4: x is empty, not a number where the row has a track"),
        ("x", "inf", "row 4: x is inf, not a number where the row has a track"),
        ("width", "1_0", "row 4: width is '1_0', not a number"),
        ("width", "\u0661", "row 4: width is '\u0661', not a number"),
        ("emotion", "angry", "row 4: emotion is 'angry', not one of Mien's labels"),
        ("emotion", "", "row 4: emotion is empty, not one of Mien's labels"),
        ("anger", "1.5", "row 4: anger is not from 0 to 1"),
        ("fear", "0.1", "row 4: anger to surprise sum to 0.240, not 1"),
        ("raw_fear", "0.1", "row 4: raw_anger to raw_surprise sum to 0.240, not 1"),
        ("quality", "", "row 4: quality is empty, not ok or reasons"),
        ("quality", "x" * 200, "row 4: quality is 'xxxx"),
        ("quality", "ok,ok", f"row 4: {len(COLUMNS) + 1} cells, not {len(COLUMNS)}"),
        ("quality", "ok\n", "row 5: 1 cells"),
        ("quality", "o\0k", "row 4: a NUL byte in it"),
        ("quality", "ok\rok", "row 4: a stray carriage return in it"),
    ],
)
def test_a_wrong_row_is_named(tmp_path: Path, column: str, cell: str, says: str) -> None:
    cells = ROWS[2].split(",")
    cells[list(COLUMNS).index(column)] = cell
    folder = make_session(tmp_path, [*ROWS[:2], ",".join(cells), ROWS[3]])
    with pytest.raises(SessionError) as caught:
        read_session(folder)
    told = str(caught.value)
    assert told.startswith(f"{folder / 'readings.csv'}: {says}")
    assert told.endswith("correct the row or delete it")
    assert "\n" not in told


def test_the_first_of_several_wrong_rows_is_named(tmp_path: Path) -> None:
    folder = make_session(tmp_path, [face(0, 0.0, "angry"), face(1, 0.5, "anger").replace("10.0", "", 1)])
    with pytest.raises(SessionError, match="row 2: emotion is 'angry'"):
        read_session(folder)


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([face(0, 0.0, "fear"), face(0, 0.0, "fear")], "row 3: track is 1, not new in its frame;"),
        (
            [face(0, 0.0, "fear"), face(0, 0.0, "fear", track=2), face(0, 0.0, "anger")],
            "row 4: track is 1, not new in its frame;",
        ),
        ([no_face(0, 0.0), no_face(0, 0.0)], "row 3: track is empty, not new in its frame;"),
        (
            [face(3, 0.0, "fear"), face(3, 0.5, "fear", track=2)],
            "row 3: t_s is 0.5, not that of the row above, which is of the same frame;",
        ),
    ],
)
def test_a_row_whose_time_would_count_twice_is_named(tmp_path: Path, rows: list[str], says: str) -> None:
    folder = make_session(tmp_path, rows)
    with pytest.raises(SessionError) as caught:
        read_session(folder)
    assert str(caught.value).startswith(f"{folder / 'readings.csv'}: {says}")


def test_a_row_that_is_no_utf8_is_named(tmp_path: Path) -> None:
    folder = make_session(tmp_path, ROWS)
    path = folder / "readings.csv"
    path.write_bytes(path.read_bytes().replace(b"dark", b"d\xe9rk"))
    with pytest.raises(SessionError, match="row 5: not UTF-8 text"):
        read_session(folder)


@pytest.mark.parametrize(
    ("header", "says"),
    [
        (HEADER.replace("track,", ""), "row 1: no column track"),
        (HEADER.replace(",", ";"), "row 1: no column frame; the first row names the columns, separated by commas"),
        (f"{HEADER},anger", "row 1: two columns anger; delete one"),
    ],
)
def test_a_wrong_header_is_told(tmp_path: Path, header: str, says: str) -> None:
    folder = make_session(tmp_path)
    (folder / "readings.csv").write_text(f"{header}\n")
    with pytest.raises(SessionError, match=says):
        read_session(folder)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("soon,x,marker,a", "row 2: t_s is 'soon', not seconds from 0"),
        ("1764436000,x,marker,a", "row 2: t_s is '1764436000', not 31622400 or less, a year after"),
        ("-1,x,marker,a", "row 2: t_s is '-1', not seconds from 0"),
        ("1.0,x,marker", "row 2: 3 cells, not 4"),
        ('1.0,x,marker,"a', "row 2: not CSV in UTF-8"),
        ("", "row 2: 0 cells, not 4"),
    ],
)
def test_a_wrong_event_is_named(tmp_path: Path, row: str, says: str) -> None:
    folder = make_session(tmp_path, ROWS)
    (folder / "events.csv").write_text(f"t_s,utc,event,note\n{row}\n1.0,x,stop,\n")
    with pytest.raises(SessionError, match=says):
        read_session(folder)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[]", "without a schema_version"),
        ('{"schema_version": "1"}', "without a schema_version"),
        ('{"schema_version": 1, "source": 5}', "source is not what Mien writes there"),
        ('{"schema_version": 1, "settings": []}', "settings is not what Mien writes there"),
        ('{"schema_version": 1, "started_utc": "9999-12-31T23:59:59Z"}', "started_utc is 9999-12-31, where"),
        ('{"schema_version": 1, "started_utc": "today"}', "move the file away to read the numbers without it"),
    ],
)
def test_a_damaged_session_json_is_told(tmp_path: Path, content: str, says: str) -> None:
    folder = make_session(tmp_path, ROWS)
    (folder / "session.json").write_text(content)
    with pytest.raises(SessionError, match=rf"session\.json: .*{says}"):
        read_session(folder)


def test_what_is_no_session_is_told(tmp_path: Path) -> None:
    with pytest.raises(SessionError, match="holds no recorded session; give the folder of a session"):
        read_session(tmp_path)
    with pytest.raises(SessionError, match="nowhere: no such folder"):
        read_session(tmp_path / "nowhere")
    (tmp_path / "file").touch()
    with pytest.raises(SessionError, match="file: no such folder"):
        read_session(tmp_path / "file")


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    folder = make_session(tmp_path, ROWS)
    (folder / "events.csv").unlink()
    (folder / "events.csv").mkdir()
    with pytest.raises(SessionError, match=r"events\.csv: cannot be read \(Is a directory\)"):
        read_session(folder)


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_told(data: bytes) -> None:
    _read_or_told(data)
    _read_or_told(f"{HEADER}\n".encode() + data)


@settings(deadline=None)
@given(st.lists(st.lists(st.sampled_from(["", "1", "0.5", "nan", "inf", "fear", "ok", "é", '"', " 1 ", "#"]))))
def test_any_cells_are_read_or_told(rows: list[list[str]]) -> None:
    _read_or_told("".join(f"{','.join(row)}\n" for row in [list(COLUMNS), *rows]).encode())


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_good_file_with_any_change_is_read_or_told(data: st.DataObject) -> None:
    good = "".join(f"{row}\n" for row in [HEADER, *ROWS]).encode()
    start = data.draw(st.integers(0, len(good)))
    end = data.draw(st.integers(start, min(len(good), start + 40)))
    _read_or_told(good[:start] + data.draw(st.binary(max_size=12)) + good[end:])


def _read_or_told(data: bytes) -> None:
    whole, _ = complete_lines(data)
    told = ""
    try:
        columns, _ = read_rows(whole, "readings.csv")
    except SessionError as error:
        told, columns = str(error), {}
    if not columns:
        assert told.startswith("readings.csv: row ")
        assert "\n" not in told
        return
    assert len({len(column) for column in columns.values()}) == 1
    faces = columns["track"] >= 0
    assert set(columns["emotion"][faces].tolist()) <= {*EMOTIONS, "uncertain"}
    assert np.isfinite(columns["anger"][faces]).all()
    assert (np.diff(columns["t_s"]) >= 0).all()
