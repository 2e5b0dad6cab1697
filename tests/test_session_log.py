"""A recorded session is what the contract says, row by row."""

import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest

from app.session.log import SessionInfo, SessionWriter
from app.types import EMOTIONS, Event, FrameResult, RecordingError
from tests.disks import writing_to_a_full_disk
from tests.session_writers import START, frame_of, reading_of, writer_in

HEADER = (
    "frame,t_s,utc,track,x,y,width,height,detection,emotion,confidence,"
    "anger,contempt,disgust,fear,happiness,neutral,sadness,surprise,"
    "raw_anger,raw_contempt,raw_disgust,raw_fear,raw_happiness,raw_neutral,raw_sadness,raw_surprise,"
    "theta_11,theta_12,theta_13,theta_21,theta_22,theta_23,quality"
)


def _rows(folder: Path) -> list[dict[str, str]]:
    with (folder / "readings.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def _events(folder: Path) -> list[dict[str, str]]:
    with (folder / "events.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def test_the_header_is_the_contract_s(tmp_path: Path) -> None:
    writer_in(tmp_path / "s").close()
    assert (tmp_path / "s" / "readings.csv").read_text().splitlines() == [HEADER]


def test_a_row_a_face_and_an_empty_one_without_faces(tmp_path: Path) -> None:
    writer = writer_in(tmp_path)
    writer.write(FrameResult(frame_of(7, 2.0), (reading_of(1), reading_of(2))))
    writer.write(FrameResult(frame_of(9, 2.0667)))
    writer.close()
    rows = _rows(tmp_path)
    assert [row["frame"] for row in rows] == ["0", "0", "2"]
    assert [row["track"] for row in rows] == ["1", "2", ""]
    assert rows[2]["t_s"] == "0.0667"
    assert rows[2]["utc"] == "2026-03-01T12:00:00.066Z"
    assert all(value == "" for name, value in rows[2].items() if name not in ("frame", "t_s", "utc"))


def test_every_column_of_a_face_is_filled_with_its_own_value(tmp_path: Path) -> None:
    writer = writer_in(tmp_path)
    writer.write(FrameResult(frame_of(7, 2.0), (reading_of(3),)))
    row = _rows(tmp_path)[0]
    assert (row["x"], row["y"], row["width"], row["height"]) == ("10.2", "20.0", "30.0", "40.0")
    assert (row["emotion"], row["quality"], row["detection"]) == ("happiness", "ok", "0.875")
    assert float(row["confidence"]) == float(row["happiness"]) == pytest.approx(0.4)
    assert sum(float(row[name]) for name in EMOTIONS) == pytest.approx(1, abs=1e-5)
    assert float(row["raw_surprise"]) == pytest.approx(0.05)
    assert [row[f"theta_{r}{c}"] for r in (1, 2) for c in (1, 2, 3)] == [
        "0.9000", "0.0100", "0.0200", "-0.0100", "0.9000", "-0.0500",
    ]  # fmt: skip
    writer.close()


def test_rows_are_in_the_file_before_the_session_is_closed(tmp_path: Path) -> None:
    writer = writer_in(tmp_path)
    writer.write(FrameResult(frame_of(7, 2.0), (reading_of(),)))
    assert len(_rows(tmp_path)) == 1
    assert json.loads((tmp_path / "session.json").read_text())["ended_utc"] is None
    writer.close()


def test_session_json_tells_how_the_data_came_about(tmp_path: Path) -> None:
    writer = writer_in(tmp_path)
    writer.write(FrameResult(frame_of(7, 2.0), (reading_of(),)))
    writer.write(FrameResult(frame_of(12, 2.2)))
    writer.close()
    session = json.loads((tmp_path / "session.json").read_text())
    assert session["schema_version"] == 2
    assert session["source"] == "demo"
    assert session["provider"] == "cpu"
    assert session["models_sha256"] == {"emotion.onnx": "abc"}
    assert session["counters"] == {
        "frames": 2, "rows": 2, "dropped": {"busy": 4, "disk": 0}, "calibrated_tracks": [],
    }  # fmt: skip
    assert list(session["columns"]) == HEADER.split(",")


def test_events_tell_start_drops_and_stop(tmp_path: Path) -> None:
    writer = writer_in(tmp_path)
    writer.write(FrameResult(frame_of(7, 2.0)))
    writer.write(FrameResult(frame_of(12, 3.5)))
    writer.close("camera lost")
    events = _events(tmp_path)
    assert [event["event"] for event in events] == ["start", "dropped", "stop"]
    assert events[1]["note"] == "busy: 4 frames"
    assert events[2] == {"t_s": "1.5000", "utc": "2026-03-01T12:00:01.500Z", "event": "stop", "note": "camera lost"}


def test_an_event_is_at_its_own_time_and_the_end_is_not_before_it(tmp_path: Path) -> None:
    writer = writer_in(tmp_path)
    writer.event(Event(1.5, "marker", "before the first frame"))
    writer.write(FrameResult(frame_of(7, 2.0)))
    writer.event(Event(5.25, "camera_lost"))
    writer.close()
    events = _events(tmp_path)
    assert [(event["t_s"], event["event"]) for event in events] == [
        ("0.0000", "start"), ("0.0000", "marker"), ("3.2500", "camera_lost"), ("3.2500", "stop"),
    ]  # fmt: skip
    assert events[2]["utc"] == "2026-03-01T12:00:03.250Z"
    assert json.loads((tmp_path / "session.json").read_text())["ended_utc"] == "2026-03-01T12:00:03.250Z"


@pytest.mark.parametrize(
    ("note", "cell"),
    [
        ("Task 1, part b", "Task 1, part b"),
        ("two\nlines\r\n and\ttabs", "two lines and tabs"),
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("\t=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(1)", "'@SUM(1)"),
        ("\uff1d1+1", "'\uff1d1+1"),
        ("a\x00b\x1b[31m", "a b [31m"),
        ("half \ud83d", "half"),
        ('say "a, b"', 'say "a, b"'),
    ],
)
def test_a_note_is_one_line_and_no_formula(tmp_path: Path, note: str, cell: str) -> None:
    writer = writer_in(tmp_path)
    writer.event(Event(2.0, "marker", note))
    writer.close()
    assert _events(tmp_path)[1]["note"] == cell
    assert len((tmp_path / "events.csv").read_text().splitlines()) == 4  # the header, start, marker and stop


def test_a_source_whose_name_is_a_formula_is_no_formula(tmp_path: Path) -> None:
    SessionWriter(tmp_path, SessionInfo("=1+1.mp4", "cpu"), frame_of(0, 0.0), START, live=False).close()
    assert _events(tmp_path)[0]["note"] == "'=1+1.mp4"


def test_calibrations_are_noted_and_the_corrected_tracks_counted(tmp_path: Path) -> None:
    info = SessionInfo("demo", "cpu", calibrated={4: "anger +0.10"})
    writer = SessionWriter(tmp_path, info, frame_of(0, 0.0), START, live=False)
    writer.write(FrameResult(frame_of(0, 0.0), (replace(reading_of(2), calibration="applied"), reading_of(1))))
    writer.write(FrameResult(frame_of(1, 1.0), (replace(reading_of(3), calibration="measuring"),)))
    writer.close()
    assert [(e["event"], e["note"]) for e in _events(tmp_path)[:2]] == [
        ("start", "demo"),
        ("calibrated", "track 4: anger +0.10"),
    ]
    assert json.loads((tmp_path / "session.json").read_text())["counters"]["calibrated_tracks"] == [2]


def test_every_event_is_explained_in_session_json(tmp_path: Path) -> None:
    writer_in(tmp_path).close()
    explained = json.loads((tmp_path / "session.json").read_text())["events"]
    assert {event["event"] for event in _events(tmp_path)} <= set(explained)
    assert {"marker", "calibrated", "calibration_undone", "camera_lost", "camera_back"} <= set(explained)


def test_missing_frame_numbers_of_a_file_are_no_drops(tmp_path: Path) -> None:
    writer = SessionWriter(tmp_path, SessionInfo("a folder", "cpu"), frame_of(0, 0.0), START, live=False)
    writer.write(FrameResult(frame_of(0, 0.0)))
    writer.write(FrameResult(frame_of(3, 3.0)))
    writer.close()
    assert json.loads((tmp_path / "session.json").read_text())["counters"]["dropped"] == {"busy": 0, "disk": 0}


def test_a_full_disk_is_told_in_one_line_and_keeps_whole_rows(tmp_path: Path) -> None:
    writer = writer_in(tmp_path)
    writer.write(FrameResult(frame_of(7, 2.0), (reading_of(),)))
    with writing_to_a_full_disk(writer), pytest.raises(RecordingError, match="No space left on device"):
        writer.write(FrameResult(frame_of(8, 2.1), (reading_of(),)))
    writer.abandon("the disk is full")
    assert len(_rows(tmp_path)) == 1
    assert [event["event"] for event in _events(tmp_path)] == ["start", "stop"]
    session = json.loads((tmp_path / "session.json").read_text())
    assert session["counters"]["rows"] == 1
    assert session["ended_utc"]


def test_several_frames_are_written_at_once_like_one_by_one(tmp_path: Path) -> None:
    frames = [FrameResult(frame_of(7 + n, 2.0 + n / 10), (reading_of(),) * (n % 3)) for n in range(6)]
    one, two = writer_in(tmp_path / "one"), writer_in(tmp_path / "two")
    one.write(*frames)
    for frame in frames:
        two.write(frame)
    for writer in (one, two):
        writer.close()
    for name in ("readings.csv", "events.csv", "session.json"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_frames_lost_to_the_disk_are_told_apart_from_those_not_read(tmp_path: Path) -> None:
    writer = writer_in(tmp_path)
    writer.write(FrameResult(frame_of(7, 2.0)))
    writer.lose(first_s=2.4, last_index=14, frames=3, rows=5)
    writer.write(FrameResult(frame_of(15, 3.0)))
    writer.close()
    assert json.loads((tmp_path / "session.json").read_text())["counters"]["dropped"] == {"busy": 4, "disk": 3}
    events = [(event["t_s"], event["event"], event["note"]) for event in _events(tmp_path)]
    assert events[1:] == [
        ("0.4000", "dropped", "disk: 3 frames, 5 rows"),
        ("1.0000", "dropped", "busy: 4 frames"),
        ("1.0000", "stop", ""),
    ]


def test_a_session_that_goes_on_has_the_counters_of_the_last_sync(tmp_path: Path) -> None:
    writer = writer_in(tmp_path)
    writer.write(FrameResult(frame_of(7, 2.0)))
    writer.sync()
    writer.write(FrameResult(frame_of(8, 2.1)))
    session = json.loads((tmp_path / "session.json").read_text())
    assert session["counters"]["rows"] == 1
    assert session["ended_utc"] is None
    writer.close()
