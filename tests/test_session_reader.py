"""A recorded session reads as arrays, also one that was cut short or that an older version wrote."""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from app.session.log import SessionInfo, SessionWriter
from app.session.notes import Note, change_notes
from app.session.reader import SessionEvent, SessionMeta, read_session
from app.session.schema import COLUMNS
from app.types import Box, Crop, Event, Face, Frame, FrameResult, MienError, Reading, SessionError
from tests.sessions import HEADER, META, ROWS, face, make_session, no_face

START = datetime(2026, 3, 1, 12, tzinfo=UTC)


def _frame(index: int, t_s: float) -> Frame:
    return Frame(index, t_s, np.zeros((48, 48, 3), np.uint8))


def _reading(track: int) -> Reading:
    shares = np.full(8, 0.05, np.float32)
    shares[4] = 0.65
    crop = Crop(np.zeros((48, 48), np.uint8), np.eye(2, 3, dtype=np.float32))
    box = Face(Box(1.0, 2.0, 30.0, 40.0), 0.9, np.zeros((6, 2), np.float32))
    theta = np.eye(2, 3, dtype=np.float32)
    return Reading(track, box, crop, shares, shares, theta, crop.pixels, "happiness", "ok")


def test_what_the_writer_wrote_reads_as_arrays(tmp_path: Path) -> None:
    writer = SessionWriter(tmp_path, SessionInfo("demo", "cpu"), _frame(7, 2.0), START, live=True)
    writer.write(FrameResult(_frame(7, 2.0), (_reading(3), _reading(5))))
    writer.write(FrameResult(_frame(9, 2.25)))
    writer.event(Event(2.25, "marker", "=1+1, they said"))
    writer.close()
    session = read_session(str(tmp_path))
    assert session.complete
    assert session.warnings == ()
    assert session.tracks == (3, 5)
    assert session.info.source == "demo"
    assert session.info.started_utc == START
    assert session.info.ended_utc == datetime(2026, 3, 1, 12, 0, 0, 250_000, UTC)
    assert session.readings["frame"].tolist() == [0, 0, 2]
    assert session.readings["t_s"].tolist() == [0.0, 0.0, 0.25]
    assert session.readings["track"].tolist() == [3, 5, -1]
    assert session.readings["emotion"].tolist() == ["happiness", "happiness", ""]
    assert session.readings["quality"].tolist() == ["ok", "ok", ""]
    np.testing.assert_allclose(session.readings["happiness"], [0.65, 0.65, np.nan])
    assert SessionEvent(0.25, "2026-03-01T12:00:00.250Z", "marker", "=1+1, they said") in session.events


def test_the_columns_have_the_types_that_are_promised(tmp_path: Path) -> None:
    readings = read_session(make_session(tmp_path, ROWS)).readings
    assert list(readings) == list(COLUMNS)
    kinds = {name: column.dtype.kind for name, column in readings.items()}
    texts = {"utc": "U", "emotion": "U", "quality": "U", "frame": "i", "track": "i"}
    assert kinds == {name: texts.get(name, "f") for name in COLUMNS}
    assert not any(column.flags.writeable for column in readings.values())


def test_a_track_has_its_rows_alone(tmp_path: Path) -> None:
    session = read_session(make_session(tmp_path, ROWS))
    assert session.of_track(1)["emotion"].tolist() == ["anger", "fear"]
    assert session.of_track(2)["quality"].tolist() == ["dark"]
    assert len(session.of_track(9)["t_s"]) == 0


def test_events_come_in_order_of_time(tmp_path: Path) -> None:
    session = read_session(make_session(tmp_path, ROWS, [(1.0, "stop", ""), (0.5, "marker", "late entry")]))
    assert [event.event for event in session.events] == ["marker", "stop"]


@pytest.mark.parametrize("kept", range(len(ROWS[-1]) + 1))
def test_a_last_row_that_breaks_off_anywhere_is_left_out_and_told(tmp_path: Path, kept: int) -> None:
    folder = make_session(tmp_path, ROWS[:-1], meta={"ended_utc": None})
    with (folder / "readings.csv").open("a") as file:
        file.write(ROWS[-1][:kept])
    session = read_session(folder)
    assert len(session.readings["t_s"]) == 3
    assert len(session.warnings) == (1 if kept else 0)
    assert not session.complete


def test_a_last_event_that_breaks_off_is_left_out_and_told(tmp_path: Path) -> None:
    folder = make_session(tmp_path, ROWS, [(0.0, "start", "demo")])
    with (folder / "events.csv").open("a") as file:
        file.write('1.0000,2026-03-01T12:00:01.000Z,marker,"a, ')
    session = read_session(folder)
    assert [event.event for event in session.events] == ["start"]
    assert session.warnings == ("events.csv: the last line breaks off and is left out; the recording was cut short",)


def test_what_a_power_failure_leaves_at_the_end_is_left_out(tmp_path: Path) -> None:
    folder = make_session(tmp_path, ROWS)
    with (folder / "readings.csv").open("ab") as file:
        file.write(b"3,1.5" + bytes(4096))
    assert len(read_session(folder).readings["t_s"]) == len(ROWS)


@pytest.mark.parametrize("content", [b"", HEADER.encode()[:20], f"{HEADER}\n".encode()])
def test_a_recording_killed_at_its_start_reads(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "readings.csv").write_bytes(content)
    session = read_session(tmp_path)
    assert session.tracks == ()
    assert session.events == ()
    assert session.info == SessionMeta()
    assert not session.complete
    assert len(session.readings["frame"]) == 0
    assert any("session.json: missing" in warning for warning in session.warnings)


def test_a_session_without_readings_yet_reads(tmp_path: Path) -> None:
    (tmp_path / "session.json").write_text(json.dumps(META))
    session = read_session(tmp_path)
    assert len(session.readings["t_s"]) == 0
    assert session.warnings[0] == "readings.csv: missing, as where a recording is cut short at its start"


def test_a_file_that_a_spreadsheet_saved_reads(tmp_path: Path) -> None:
    folder = make_session(tmp_path, ROWS)
    path = folder / "readings.csv"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert read_session(folder).readings["track"].tolist() == [1, -1, 1, 2]


def test_columns_of_someone_else_are_passed_over_and_their_order_is_free(tmp_path: Path) -> None:
    folder = make_session(tmp_path)
    rows = [f"note {n},{','.join(row.split(',')[::-1])}" for n, row in enumerate(ROWS)]
    text = "\n".join([f"mine,{','.join(reversed(COLUMNS))}", *rows, ""])
    (folder / "readings.csv").write_text(text)
    session = read_session(folder)
    assert session.readings["track"].tolist() == [1, -1, 1, 2]
    assert session.readings["quality"].tolist() == ["ok", "", "ok", "dark"]


def test_an_older_version_with_fewer_columns_and_no_counters_reads(tmp_path: Path) -> None:
    folder = make_session(tmp_path, meta={"schema_version": 1, "counters": None, "ended_utc": None})
    kept = [index for index, name in enumerate(COLUMNS) if not name.startswith(("raw_", "theta_", "quality"))]
    lines = [",".join(row.split(",")[index] for index in kept) for row in (HEADER, *ROWS)]
    (folder / "readings.csv").write_text("\n".join([*lines, ""]))
    session = read_session(folder)
    assert session.warnings == ()
    assert session.info.schema_version == 1
    assert session.info.counters == {}
    assert session.readings["emotion"].tolist() == ["anger", "", "fear", "neutral"]
    assert np.isnan(session.readings["raw_anger"]).all()
    assert set(session.readings["quality"].tolist()) == {""}


def test_the_same_columns_missing_from_this_version_are_told(tmp_path: Path) -> None:
    folder = make_session(tmp_path)
    lines = [row.rpartition(",")[0] for row in (HEADER, *ROWS)]
    (folder / "readings.csv").write_text("\n".join([*lines, ""]))
    assert read_session(folder).warnings == ("readings.csv: without the columns quality",)


def test_empty_cells_at_both_ends_of_a_row_are_empty_cells(tmp_path: Path) -> None:
    order = ["track", *(name for name in COLUMNS if name not in ("track", "x")), "x"]
    lines = [dict(zip(COLUMNS, row.split(","), strict=True)) for row in (HEADER, no_face(0, 0.0), *ROWS[2:])]
    folder = make_session(tmp_path)
    (folder / "readings.csv").write_text("".join(",".join(line[name] for name in order) + "\n" for line in lines))
    readings = read_session(folder).readings
    assert readings["track"].tolist() == [-1, 1, 2]
    np.testing.assert_array_equal(readings["x"], [np.nan, 10, 10])


def test_pandas_has_times_and_missing_tracks(tmp_path: Path) -> None:
    pandas = pytest.importorskip("pandas", reason="the extra analysis is not installed")
    frame = read_session(make_session(tmp_path, ROWS)).to_pandas()
    assert list(frame.columns) == list(COLUMNS)
    assert frame["utc"].iloc[1] == pandas.Timestamp("2026-03-01T12:00:00.500Z")
    assert frame["track"].isna().tolist() == [False, True, False, False]
    assert frame.groupby("track")["anger"].mean().index.tolist() == [1, 2]


def test_a_time_that_does_not_exist_is_told_by_pandas(tmp_path: Path) -> None:
    pytest.importorskip("pandas", reason="the extra analysis is not installed")
    folder = make_session(tmp_path, [ROWS[0].replace("-03-01T", "-13-01T")])
    with pytest.raises(
        SessionError, match=r"row 2: utc is '2026-13-.*', which does not exist; correct the row or delete it"
    ):
        read_session(folder).to_pandas()


def test_missing_pandas_is_one_line_that_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    session = read_session(make_session(tmp_path, ROWS))
    with pytest.raises(MienError, match=r'install it with: pip install "mien\[analysis\]"'):
        session.to_pandas()


def test_the_notes_of_a_review_are_read(tmp_path: Path) -> None:
    folder = make_session(tmp_path / "s", [face(0, 0.0, "fear")])
    assert read_session(folder).notes == ()
    change_notes(folder, add=Note(0.5, "", "looks up"))
    assert read_session(folder).notes == (Note(0.5, "", "looks up"),)
