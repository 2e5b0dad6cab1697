"""What can be asked of the engine while it reads: settings, calibration, markers; and a camera that comes back."""

import csv
import json
import threading
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from app.capture.source import Source
from app.capture.sources import open_source
from app.settings import Settings
from app.status import State
from app.types import SourceError
from tests.engine_fakes import FakePipeline, FakeSource, engine_of, wait
from tests.mjpeg import MjpegServer

PERIOD_S = 1 / 30


def _endless() -> FakeSource:
    return FakeSource(100_000, live=True, period_s=0.002)


def _camera(frames: int, identity: str = "usb-1") -> FakeSource:
    lost = SourceError("cam: lost")
    return FakeSource(frames, live=True, period_s=PERIOD_S, then=lost, kind="camera", identity=identity)


def _events(folder: Path) -> list[dict[str, str]]:
    with (folder / "events.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def _rows(folder: Path) -> list[dict[str, str]]:
    with (folder / "readings.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def test_settings_reach_the_pipeline_on_the_thread_that_reads_and_the_next_start() -> None:
    opened: list[Settings] = []

    def open_fake(_spec: str, settings: Settings) -> Source:
        opened.append(settings)
        return _endless()

    pipeline = FakePipeline()
    first = Settings(width=640)
    engine = engine_of(open_fake, pipeline, first)
    engine.start("x")
    wait(lambda: engine.status().processed > 3)
    second = replace(first, width=1920, min_confidence=0.9)
    engine.configure(second)
    wait(lambda: bool(pipeline.asked))
    assert pipeline.asked == [("configure", second)]
    assert pipeline.threads == {"mien-vision"}
    engine.start("x")
    wait(lambda: len(opened) == 2)
    assert opened == [first, second]
    assert engine.close()


def test_calibrating_takes_the_seconds_of_the_settings_and_can_be_undone() -> None:
    pipeline = FakePipeline()
    engine = engine_of(_endless(), pipeline, Settings(calibration_s=4.0))
    engine.calibrate(1)
    engine.start("x")
    wait(lambda: engine.status().processed > 3)
    engine.calibrate(2)
    engine.clear_calibration(2)
    wait(lambda: len(pipeline.asked) == 2)
    assert pipeline.asked == [("calibrate", 2, 4.0), ("clear", 2)]
    assert engine.close()


def test_a_calibration_that_fails_is_a_remark_until_the_next_and_no_failure() -> None:
    pipeline = FakePipeline()
    engine = engine_of(_endless(), pipeline)
    engine.start("x")
    wait(lambda: engine.status().processed > 3)
    pipeline.events = [("calibration_failed", "track 1: too dark")]
    wait(lambda: engine.status().remark != "")
    assert engine.status().remark == "not calibrated, track 1: too dark"
    assert engine.status().message == ""
    assert engine.status().state is State.RUNNING
    engine.calibrate(1)
    assert engine.status().remark == ""
    assert engine.close()


def test_a_recording_tells_the_calibrations_it_began_with_and_those_on_the_way(tmp_path: Path) -> None:
    pipeline = FakePipeline()
    pipeline.calibrated = {7: np.full(8, -0.25, np.float32)}
    engine = engine_of(_endless(), pipeline)
    engine.start("x", record=tmp_path)
    wait(lambda: (recording := engine.status().recording) is not None and recording.rows > 3)
    pipeline.events = [("calibration_undone", "track 7")]
    wait(lambda: not pipeline.events)
    assert engine.close()
    events = _events(tmp_path)
    assert [event["event"] for event in events][:3] == ["start", "calibrated", "calibration_undone"]
    assert events[1]["note"].startswith("track 7: anger -0.25")
    assert float(events[2]["t_s"]) > 0


def test_a_marker_is_at_the_source_s_time_and_in_the_recording(tmp_path: Path) -> None:
    engine = engine_of(FakeSource(100_000, live=True, period_s=PERIOD_S), FakePipeline())
    assert engine.mark("nothing runs") is None
    engine.start("x")
    wait(lambda: engine.status().processed > 3)
    assert engine.mark("not recorded") is not None
    engine.start_recording(tmp_path)
    wait(lambda: (recording := engine.status().recording) is not None and recording.rows > 3)
    result = engine.latest()
    assert result is not None
    t_s = engine.mark("=task\n1")
    assert t_s is not None
    assert result.frame.t_s <= t_s < result.frame.t_s + 1
    wait(lambda: any(event["event"] == "marker" for event in _events(tmp_path)))
    engine.stop()
    assert engine.close()
    assert engine.mark("all is over") is None
    events = _events(tmp_path)
    assert [(event["event"], event["note"]) for event in events if event["event"] == "marker"] == [
        ("marker", "'=task 1")
    ]
    assert [float(event["t_s"]) for event in events] == sorted(float(event["t_s"]) for event in events)


def test_a_marker_in_a_file_is_at_the_frame_that_is_shown() -> None:
    engine = engine_of(FakeSource(300), FakePipeline(took_s=0.02))
    engine.start("x")
    wait(lambda: engine.status().processed > 3)
    before, t_s, after = engine.latest(), engine.mark(), engine.latest()
    assert before is not None
    assert after is not None
    assert t_s is not None
    assert before.frame.t_s <= t_s <= after.frame.t_s
    assert engine.close()


def test_a_lost_camera_is_told_looked_for_by_identity_and_recorded_with_a_gap(tmp_path: Path) -> None:
    specs: list[str] = []
    here = threading.Event()

    def open_fake(spec: str, _settings: Settings) -> Source:
        specs.append(spec)
        if len(specs) > 1 and not here.is_set():
            raise SourceError("no such camera")
        return _camera(5 if len(specs) == 1 else 100_000)

    engine = engine_of(open_fake, FakePipeline())
    engine.start("0", record=tmp_path)
    wait(lambda: engine.status().trouble != "")
    assert engine.status().trouble == "cam: lost"
    assert engine.status().state is State.RUNNING
    assert engine.status().recording is not None
    assert engine.mark("meanwhile") is not None
    here.set()
    wait(lambda: engine.status().trouble == "" and engine.status().processed > 8)
    engine.stop()
    assert engine.close()
    assert specs[0] == "0"
    assert set(specs[1:]) == {"usb-1"}
    rows = _rows(tmp_path)
    frames = [int(row["frame"]) for row in rows]
    assert frames == sorted(set(frames))
    after = next(index for index, frame in enumerate(frames) if frame >= 5)
    times = [float(row["t_s"]) for row in rows]
    assert times == sorted(times)
    assert times[after] - times[after - 1] > 0.4
    events = _events(tmp_path)
    assert [event["event"] for event in events if event["event"] != "dropped"] == [
        "start", "camera_lost", "marker", "camera_back", "stop",
    ]  # fmt: skip
    lost_s, back_s = float(events[1]["t_s"]), float(events[3]["t_s"])
    assert times[after - 1] <= lost_s < back_s <= times[after] + 0.2
    assert json.loads((tmp_path / "session.json").read_text())["ended_utc"]


def test_a_stream_that_breaks_off_goes_on(tmp_path: Path) -> None:
    with MjpegServer(close_after=10) as server:
        engine = engine_of(lambda spec, _settings: open_source(spec), FakePipeline())
        engine.start(server.url, record=tmp_path)
        events = tmp_path / "events.csv"
        wait(lambda: events.exists() and "camera_back" in events.read_text(), 15)
        assert engine.close(10)
    assert [event["event"] for event in _events(tmp_path)][:3] == ["start", "camera_lost", "camera_back"]


def test_stopping_during_the_search_ends_within_two_seconds_even_if_opening_hangs(tmp_path: Path) -> None:
    hanging = threading.Event()
    opened: list[str] = []

    def open_fake(spec: str, _settings: Settings) -> Source:
        opened.append(spec)
        if len(opened) > 1:
            hanging.wait(20)
        return _camera(3)

    engine = engine_of(open_fake, FakePipeline())
    engine.start("0", record=tmp_path)
    wait(lambda: len(opened) > 1)
    started = time.monotonic()
    assert engine.close()
    assert time.monotonic() - started < 2
    hanging.set()
    assert engine.status().state is State.IDLE
    assert engine.status().trouble == ""
    assert _events(tmp_path)[-1]["event"] == "stop"


def test_the_seconds_that_were_asked_for_end_a_search_too() -> None:
    cameras = iter([_camera(3)])

    def open_fake(_spec: str, _settings: Settings) -> Source:
        camera = next(cameras, None)
        if camera is None:
            raise SourceError("no such camera")
        return camera

    engine = engine_of(open_fake, FakePipeline())
    engine.start("0", seconds=1.0)
    wait(lambda: engine.status().state is State.ENDED)
    assert engine.status().message == ""
    assert engine.close()


def test_a_camera_that_cannot_be_opened_the_first_time_fails_at_once() -> None:
    engine = engine_of(SourceError("camera 0 cannot be opened"), FakePipeline())
    engine.start("0")
    wait(lambda: engine.status().state is State.FAILED)
    assert engine.status().message == "camera 0 cannot be opened"
    assert engine.status().trouble == ""
    assert engine.close()
