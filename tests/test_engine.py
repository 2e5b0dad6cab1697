"""The engine: two threads, newest frame for live sources, every frame for files, and clean ends."""

import csv
import json
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from app.capture.source import Source
from app.settings import Settings
from app.status import State
from app.types import Frame, FrameResult, ModelError, RecordingError, SourceError
from tests.disks import writing_to_a_full_disk
from tests.engine_fakes import FakePipeline, FakeSource, engine_of, wait


def _counters(folder: Path) -> Any:
    return json.loads((folder / "session.json").read_text())["counters"]


def _ended(folder: Path) -> bool:
    return json.loads((folder / "session.json").read_text())["ended_utc"] is not None


def test_every_frame_of_a_file_is_read_however_slow_the_reading() -> None:
    source, pipeline = FakeSource(40), FakePipeline(took_s=0.003)
    engine = engine_of(source, pipeline)
    engine.start("x")
    wait(lambda: engine.status().state is State.ENDED)
    assert pipeline.seen == list(range(40))
    assert engine.status().dropped == {"busy": 0}
    assert engine.close()
    assert source.closed.is_set()
    assert pipeline.closed


def test_a_live_source_is_read_at_its_newest_and_the_others_are_counted() -> None:
    source, pipeline = FakeSource(100, live=True, period_s=0.004), FakePipeline(took_s=0.03)
    engine = engine_of(source, pipeline)
    engine.start("x")
    wait(lambda: engine.status().state is State.ENDED)
    assert len(pipeline.seen) < 60
    assert pipeline.seen == sorted(set(pipeline.seen))
    assert pipeline.seen[-1] == 99
    assert engine.status().dropped["busy"] + len(pipeline.seen) == 100
    engine.close()


def test_a_file_in_the_window_plays_at_its_own_pace() -> None:
    engine = engine_of(FakeSource(16), FakePipeline(), paced=True)
    started = time.monotonic()
    engine.start("x")
    wait(lambda: engine.status().state is State.ENDED)
    assert time.monotonic() - started >= 15 / 30
    engine.close()


def test_a_source_that_cannot_be_opened_is_told() -> None:
    engine = engine_of(SourceError("x: no such source"), FakePipeline())
    engine.start("x")
    wait(lambda: engine.status().state is State.FAILED)
    assert engine.status().message == "x: no such source"
    assert not engine.status().fault
    assert engine.close()


def test_a_missing_model_is_told_and_the_source_closed() -> None:
    source = FakeSource(10_000, live=True, period_s=0.001)
    engine = engine_of(source, ModelError("emotion.onnx: the network is missing"))
    engine.start("x")
    wait(lambda: engine.status().state is State.FAILED)
    assert engine.status().message == "emotion.onnx: the network is missing"
    assert source.closed.wait(5)
    assert engine.close()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_an_error_of_our_own_is_a_fault_and_closes_the_recording(tmp_path: Path) -> None:
    engine = engine_of(FakeSource(10), FakePipeline(error=RuntimeError("bug")))
    engine.start("x", record=tmp_path)
    wait(lambda: engine.status().state is State.FAILED)
    assert engine.status().fault
    assert "bug" in engine.status().message
    assert engine.close()


def test_a_lost_source_closes_the_recording_and_says_why(tmp_path: Path) -> None:
    source = FakeSource(5, live=True, period_s=0.02, then=SourceError("cam: lost"))
    engine = engine_of(source, FakePipeline())
    engine.start("x", record=tmp_path / "s")
    wait(lambda: engine.status().state is State.FAILED)
    assert engine.close()
    assert json.loads((tmp_path / "s" / "session.json").read_text())["ended_utc"]
    assert "cam: lost" in (tmp_path / "s" / "events.csv").read_text()


def test_a_recording_is_one_row_a_frame_from_zero(tmp_path: Path) -> None:
    engine = engine_of(FakeSource(30), FakePipeline())
    engine.start("x", record=tmp_path)
    wait(lambda: engine.status().state is State.ENDED)
    engine.close()
    with (tmp_path / "readings.csv").open(newline="") as file:
        assert [row["frame"] for row in csv.DictReader(file)] == [str(i) for i in range(30)]


def test_recording_can_start_and_stop_while_reading(tmp_path: Path) -> None:
    engine = engine_of(FakeSource(100_000, live=True, period_s=0.002), FakePipeline())
    engine.start("x")
    wait(lambda: engine.status().processed > 3)
    for name in ("a", "b"):
        engine.start_recording(tmp_path / name)
        wait(lambda: (recording := engine.status().recording) is not None and recording.rows > 5)
        with pytest.raises(RecordingError, match="going on already"):
            engine.start_recording(tmp_path / "c")
        engine.stop_recording()
        assert engine.status().recording is None
        wait(lambda name=name: _ended(tmp_path / name))  # type: ignore[misc]
        assert _counters(tmp_path / name)["rows"] > 5
        assert (tmp_path / name / "readings.csv").read_text().splitlines()[1].startswith("0,0.0000,")
    assert engine.status().state is State.RUNNING
    assert engine.close()


def test_recording_nothing_is_refused(tmp_path: Path) -> None:
    engine = engine_of(FakeSource(1), FakePipeline())
    with pytest.raises(RecordingError, match="start a source first"):
        engine.start_recording(tmp_path)


def test_a_recording_that_cannot_be_written_any_more_is_told_and_reading_goes_on(tmp_path: Path) -> None:
    engine = engine_of(FakeSource(100_000, live=True, period_s=0.002), FakePipeline())
    engine.start("x", record=tmp_path / "s")
    wait(lambda: (recording := engine.status().recording) is not None and recording.rows > 2)
    assert engine._run is not None
    recording = engine._run.recorder._recording
    assert recording is not None
    with writing_to_a_full_disk(recording.writer):
        wait(lambda: "No space left on device" in engine.status().message)
    before = engine.status().processed
    wait(lambda: engine.status().processed > before + 5)
    assert engine.status().state is State.RUNNING
    assert engine.status().recording is None
    engine.start_recording(tmp_path / "another")
    wait(lambda: (status := engine.status().recording) is not None and status.rows > 2)
    assert engine.close()
    assert _counters(tmp_path / "s")["rows"] == len((tmp_path / "s" / "readings.csv").read_text().splitlines()) - 1
    assert _counters(tmp_path / "another")["rows"] > 2


def test_an_end_after_seconds_of_the_source_s_time() -> None:
    pipeline = FakePipeline()
    engine = engine_of(FakeSource(1000), pipeline)
    engine.start("x", seconds=2.0)
    wait(lambda: engine.status().state is State.ENDED)
    assert pipeline.seen == list(range(60))
    assert engine.close()


def test_a_new_start_ends_the_one_before_without_waiting_for_it() -> None:
    first = FakeSource(100_000, live=True, period_s=0.01)
    sources = iter([first, FakeSource(3)])
    engine = engine_of(lambda _spec, _settings: next(sources), FakePipeline())
    engine.start("a")
    wait(lambda: engine.status().processed > 0)
    started = time.monotonic()
    engine.start("b")
    assert time.monotonic() - started < 0.2
    wait(lambda: engine.status().state is State.ENDED)
    assert first.closed.is_set()
    assert engine.status().processed == 3
    assert engine.close()


def test_a_stop_while_the_source_before_still_ends_opens_no_other() -> None:
    going, reading = threading.Event(), threading.Event()

    class Hanging(FakeSource):
        def read(self) -> Frame | None:
            reading.set()
            assert going.wait(10)
            return None

    opened: list[str] = []
    first = Hanging(1)

    def open_fake(spec: str, _settings: Settings) -> Source:
        opened.append(spec)
        return first if spec == "first" else FakeSource(3)

    engine = engine_of(open_fake, FakePipeline())
    engine.start("first")
    assert reading.wait(5)
    engine.start("second")
    engine.stop()
    going.set()
    assert engine.close()
    assert first.closed.is_set()
    assert opened == ["first"]
    assert engine.status().state is State.IDLE
    engine.start("third")
    wait(lambda: engine.status().state is State.ENDED)
    assert opened == ["first", "third"]
    assert engine.close()


def test_two_hundred_starts_and_stops_leave_no_thread() -> None:
    before = threading.active_count()
    engine = engine_of(lambda _spec, _settings: FakeSource(10_000, live=True, period_s=0.001), FakePipeline())
    for _ in range(200):
        engine.start("x")
        engine.stop()
    assert engine.close(timeout_s=20)
    wait(lambda: threading.active_count() <= before)


def test_stopping_is_idle_and_keeps_the_last_result() -> None:
    engine = engine_of(FakeSource(100_000, live=True, period_s=0.002), FakePipeline())
    engine.start("x")
    wait(lambda: engine.latest() is not None)
    engine.stop()
    wait(lambda: engine.status().state is State.IDLE)
    assert engine.latest() is not None
    assert engine.close()


def test_what_fails_after_the_user_has_ended_it_is_no_news() -> None:
    source = FakeSource(5, live=True, period_s=0.02, then=SourceError("the stream ended"))
    engine = engine_of(source, FakePipeline())
    engine.start("x", seconds=0.05)
    wait(lambda: engine.status().state is State.ENDED)
    assert engine.close()
    assert engine.status().state is State.ENDED
    assert engine.status().message == ""


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_recording_ended_by_a_fault_says_so(tmp_path: Path) -> None:
    pipeline = FakePipeline()
    engine = engine_of(FakeSource(100_000, live=True, period_s=0.002), pipeline)
    engine.start("x", record=tmp_path)
    wait(lambda: (recording := engine.status().recording) is not None and recording.rows > 2)
    pipeline.error = RuntimeError("bug")
    wait(lambda: engine.status().state is State.FAILED)
    assert engine.close()
    assert "stop,an error in Mien" in (tmp_path / "events.csv").read_text()


def test_dropped_frames_of_a_recording_are_those_missing_from_its_rows(tmp_path: Path) -> None:
    engine = engine_of(FakeSource(60, live=True, period_s=0.005), FakePipeline(took_s=0.03))
    engine.start("x", record=tmp_path)
    wait(lambda: engine.status().state is State.ENDED)
    engine.close()
    with (tmp_path / "readings.csv").open(newline="") as file:
        frames = [int(row["frame"]) for row in csv.DictReader(file)]
    assert _counters(tmp_path)["dropped"]["busy"] == frames[-1] + 1 - len(frames) > 0
    recorded = engine.status().recorded
    assert recorded is not None
    assert recorded.rows == len(frames)


class _Publisher:
    def __init__(self) -> None:
        self.seen: list[int] = []
        self.marked: list[tuple[float, str]] = []

    def publish(self, result: FrameResult) -> None:
        self.seen.append(result.frame.index)

    def marker(self, t_s: float, note: str) -> None:
        self.marked.append((t_s, note))

    def close(self) -> None:
        """Nothing is held."""


def test_a_publisher_gets_every_result_and_marker_of_one_source_after_the_other() -> None:
    publisher, pipeline = _Publisher(), FakePipeline()
    engine = engine_of(FakeSource(100_000, live=True, period_s=0.002), pipeline, publishers=[publisher])
    engine.start("x")
    wait(lambda: engine.status().processed > 5)
    t_s = engine.mark("task")
    assert engine.close()
    engine.mark("all is over")
    assert publisher.seen == pipeline.seen
    assert publisher.marked == [(t_s, "task")]
    before = len(publisher.seen)
    engine.start("x")
    wait(lambda: len(publisher.seen) > before + 2)
    assert engine.close()
