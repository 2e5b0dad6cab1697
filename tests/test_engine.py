"""The engine: two threads, newest frame for live sources, every frame for files, and clean ends."""

import csv
import json
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.capture.source import Source
from app.engine import Engine
from app.status import State
from app.types import Frame, FrameResult, ModelError, RecordingError, SourceError

IMAGE = np.zeros((8, 8, 3), np.uint8)


class FakeSource:
    """The hardware edge: ``count`` frames, ``period_s`` apart."""

    def __init__(self, count: int, *, live: bool = False, period_s: float = 0.0, then: Exception | None = None) -> None:
        self.name = "fake"
        self.live = live
        self.stills = False
        self.fps = None
        self.closed = threading.Event()
        self._count = count
        self._period_s = period_s
        self._then = then
        self._index = 0

    def read(self) -> Frame | None:
        if self._index >= self._count:
            if self._then is not None:
                raise self._then
            return None
        time.sleep(self._period_s)
        frame = Frame(self._index, self._index / 30, IMAGE)
        self._index += 1
        return frame

    def close(self) -> None:
        self.closed.set()


class FakePipeline:
    """Reads nothing, in ``took_s``; keeps what it was given."""

    provider = "cpu"

    def __init__(self, took_s: float = 0.0, error: Exception | None = None) -> None:
        self.seen: list[int] = []
        self.closed = False
        self._took_s = took_s
        self._error = error

    def process(self, frame: Frame, *, still: bool = False) -> FrameResult:
        if self._error is not None:
            raise self._error
        time.sleep(self._took_s)
        self.seen.append(frame.index)
        return FrameResult(frame)

    def close(self) -> None:
        self.closed = True


def _wait(condition: Callable[[], bool], timeout_s: float = 5.0) -> None:
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.005)


def _engine(source: Source | Exception, pipeline: FakePipeline | Exception, *, paced: bool = False) -> Engine:
    def open_source(_spec: str) -> Source:
        if isinstance(source, Exception):
            raise source
        return source

    def make_pipeline() -> FakePipeline:
        if isinstance(pipeline, Exception):
            raise pipeline
        return pipeline

    return Engine(open_source, make_pipeline, paced=paced)


def _counters(folder: Path) -> Any:
    return json.loads((folder / "session.json").read_text())["counters"]


def test_every_frame_of_a_file_is_read_however_slow_the_reading() -> None:
    source, pipeline = FakeSource(40), FakePipeline(took_s=0.003)
    engine = _engine(source, pipeline)
    engine.start("x")
    _wait(lambda: engine.status().state is State.ENDED)
    assert pipeline.seen == list(range(40))
    assert engine.status().dropped == {"busy": 0}
    assert engine.close()
    assert source.closed.is_set()
    assert pipeline.closed


def test_a_live_source_is_read_at_its_newest_and_the_others_are_counted() -> None:
    source, pipeline = FakeSource(100, live=True, period_s=0.004), FakePipeline(took_s=0.03)
    engine = _engine(source, pipeline)
    engine.start("x")
    _wait(lambda: engine.status().state is State.ENDED)
    assert len(pipeline.seen) < 60
    assert pipeline.seen == sorted(set(pipeline.seen))
    assert pipeline.seen[-1] == 99
    assert engine.status().dropped["busy"] + len(pipeline.seen) == 100
    engine.close()


def test_a_file_in_the_window_plays_at_its_own_pace() -> None:
    engine = _engine(FakeSource(16), FakePipeline(), paced=True)
    started = time.monotonic()
    engine.start("x")
    _wait(lambda: engine.status().state is State.ENDED)
    assert time.monotonic() - started >= 15 / 30
    engine.close()


def test_a_source_that_cannot_be_opened_is_told() -> None:
    engine = _engine(SourceError("x: no such source"), FakePipeline())
    engine.start("x")
    _wait(lambda: engine.status().state is State.FAILED)
    assert engine.status().message == "x: no such source"
    assert not engine.status().fault
    assert engine.close()


def test_a_missing_model_is_told_and_the_source_closed() -> None:
    source = FakeSource(10_000, live=True, period_s=0.001)
    engine = _engine(source, ModelError("emotion.onnx: the network is missing"))
    engine.start("x")
    _wait(lambda: engine.status().state is State.FAILED)
    assert engine.status().message == "emotion.onnx: the network is missing"
    assert source.closed.wait(5)
    assert engine.close()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_an_error_of_our_own_is_a_fault_and_closes_the_recording(tmp_path: Path) -> None:
    engine = _engine(FakeSource(10), FakePipeline(error=RuntimeError("bug")))
    engine.start("x", record=tmp_path)
    _wait(lambda: engine.status().state is State.FAILED)
    assert engine.status().fault
    assert "bug" in engine.status().message
    assert engine.close()


def test_a_lost_source_closes_the_recording_and_says_why(tmp_path: Path) -> None:
    source = FakeSource(5, live=True, period_s=0.02, then=SourceError("cam: lost"))
    engine = _engine(source, FakePipeline())
    engine.start("x", record=tmp_path / "s")
    _wait(lambda: engine.status().state is State.FAILED)
    assert engine.close()
    assert json.loads((tmp_path / "s" / "session.json").read_text())["ended_utc"]
    assert "cam: lost" in (tmp_path / "s" / "events.csv").read_text()


def test_a_recording_is_one_row_a_frame_from_zero(tmp_path: Path) -> None:
    engine = _engine(FakeSource(30), FakePipeline())
    engine.start("x", record=tmp_path)
    _wait(lambda: engine.status().state is State.ENDED)
    engine.close()
    with (tmp_path / "readings.csv").open(newline="") as file:
        assert [row["frame"] for row in csv.DictReader(file)] == [str(i) for i in range(30)]


def test_recording_can_start_and_stop_while_reading(tmp_path: Path) -> None:
    engine = _engine(FakeSource(100_000, live=True, period_s=0.002), FakePipeline())
    engine.start("x")
    _wait(lambda: engine.status().processed > 3)
    for name in ("a", "b"):
        engine.start_recording(tmp_path / name)
        _wait(lambda: (recording := engine.status().recording) is not None and recording.rows > 5)
        with pytest.raises(RecordingError, match="going on already"):
            engine.start_recording(tmp_path / "c")
        engine.stop_recording()
        assert engine.status().recording is None
        _wait(lambda name=name: _counters(tmp_path / name) is not None)  # type: ignore[misc]
        assert _counters(tmp_path / name)["rows"] > 5
        assert (tmp_path / name / "readings.csv").read_text().splitlines()[1].startswith("0,0.0000,")
    assert engine.status().state is State.RUNNING
    assert engine.close()


def test_recording_nothing_is_refused(tmp_path: Path) -> None:
    engine = _engine(FakeSource(1), FakePipeline())
    with pytest.raises(RecordingError, match="start a source first"):
        engine.start_recording(tmp_path)


def test_a_recording_that_cannot_be_written_any_more_is_told_and_reading_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = _engine(FakeSource(100_000, live=True, period_s=0.002), FakePipeline())
    engine.start("x", record=tmp_path / "s")
    _wait(lambda: (recording := engine.status().recording) is not None and recording.rows > 2)
    with Path("/dev/full").open("w") as full:
        assert engine._run is not None
        writer = engine._run.recorder._writer
        assert writer is not None
        readings = writer._readings
        monkeypatch.setattr(writer, "_readings", full)
        _wait(lambda: "No space left on device" in engine.status().message)
        before = engine.status().processed
        _wait(lambda: engine.status().processed > before + 5)
        assert engine.status().recording is None
        assert engine.close()
    assert readings is not None
    readings.close()


def test_an_end_after_seconds_of_the_source_s_time() -> None:
    pipeline = FakePipeline()
    engine = _engine(FakeSource(1000), pipeline)
    engine.start("x", seconds=2.0)
    _wait(lambda: engine.status().state is State.ENDED)
    assert pipeline.seen == list(range(60))
    assert engine.close()


def test_a_new_start_ends_the_one_before_without_waiting_for_it() -> None:
    first = FakeSource(100_000, live=True, period_s=0.01)
    sources = iter([first, FakeSource(3)])
    engine = Engine(lambda _spec: next(sources), FakePipeline, paced=False)
    engine.start("a")
    _wait(lambda: engine.status().processed > 0)
    started = time.monotonic()
    engine.start("b")
    assert time.monotonic() - started < 0.2
    _wait(lambda: engine.status().state is State.ENDED)
    assert first.closed.is_set()
    assert engine.status().processed == 3
    assert engine.close()


def test_two_hundred_starts_and_stops_leave_no_thread() -> None:
    before = threading.active_count()
    engine = Engine(lambda _spec: FakeSource(10_000, live=True, period_s=0.001), FakePipeline)
    for _ in range(200):
        engine.start("x")
        engine.stop()
    assert engine.close(timeout_s=20)
    _wait(lambda: threading.active_count() <= before)


def test_stopping_is_idle_and_keeps_the_last_result() -> None:
    engine = _engine(FakeSource(100_000, live=True, period_s=0.002), FakePipeline())
    engine.start("x")
    _wait(lambda: engine.latest() is not None)
    engine.stop()
    _wait(lambda: engine.status().state is State.IDLE)
    assert engine.latest() is not None
    assert engine.close()


def test_what_fails_after_the_user_has_ended_it_is_no_news() -> None:
    source = FakeSource(5, live=True, period_s=0.02, then=SourceError("the stream ended"))
    engine = _engine(source, FakePipeline())
    engine.start("x", seconds=0.05)
    _wait(lambda: engine.status().state is State.ENDED)
    assert engine.close()
    assert engine.status().state is State.ENDED
    assert engine.status().message == ""


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_recording_ended_by_a_fault_says_so(tmp_path: Path) -> None:
    pipeline = FakePipeline()
    engine = _engine(FakeSource(100_000, live=True, period_s=0.002), pipeline)
    engine.start("x", record=tmp_path)
    _wait(lambda: (recording := engine.status().recording) is not None and recording.rows > 2)
    pipeline._error = RuntimeError("bug")
    _wait(lambda: engine.status().state is State.FAILED)
    assert engine.close()
    assert "stop,an error in Mien" in (tmp_path / "events.csv").read_text()


def test_dropped_frames_of_a_recording_are_those_missing_from_its_rows(tmp_path: Path) -> None:
    engine = _engine(FakeSource(60, live=True, period_s=0.005), FakePipeline(took_s=0.03))
    engine.start("x", record=tmp_path)
    _wait(lambda: engine.status().state is State.ENDED)
    engine.close()
    with (tmp_path / "readings.csv").open(newline="") as file:
        frames = [int(row["frame"]) for row in csv.DictReader(file)]
    assert _counters(tmp_path)["dropped"]["busy"] == frames[-1] + 1 - len(frames) > 0
    recorded = engine.status().recorded
    assert recorded is not None
    assert recorded.rows == len(frames)
