"""A provider that fails during a run; only the provider itself is made up, as none that could fail is here."""

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from onnxruntime.capi import onnxruntime_pybind11_state as failures

from app.about import model_hashes
from app.analysis.basis import Basis, content_of
from app.analysis.job import Job, analyse
from app.bench.frames import Frames
from app.bench.measure import stages
from app.capture.demo import DemoSource
from app.cv import cv2
from app.engine import Engine
from app.resources import weights_dir
from app.settings import Settings
from app.status import State
from app.terminal import run
from app.types import Frame, MienError
from app.vision import ort
from app.vision.classifier import EmotionClassifier, Provider
from app.vision.pipeline import Pipeline, PipelineOptions
from tests.engine_fakes import FakeSource, describe, wait

LINE = "cuda failed (CUDA error 719: unspecified launch failure); the network runs on the processor from here on"


class FailingDriver:
    """What onnxruntime's own session drives: a graphics card whose driver goes away after some runs."""

    def __init__(self, driver: Any, runs: int, error: Exception) -> None:
        self._driver, self._runs, self._error = driver, runs, error

    def __getattr__(self, name: str) -> Any:
        return getattr(self._driver, name)

    def run(self, *arguments: Any) -> Any:
        self._runs -= 1
        if self._runs < 0:
            raise self._error
        return self._driver.run(*arguments)


def a_card(monkeypatch: pytest.MonkeyPatch, runs: int, error: type[Exception] = failures.EPFail) -> None:
    """A graphics card that reads so many batches, whenever it is opened."""
    real = ort.open_session

    def open_session(path: Path, kind: str, wanted: Sequence[str] = ("CPUExecutionProvider",)) -> Any:
        session = real(path, kind)
        if "CUDAExecutionProvider" in wanted:
            why = error("CUDA error 719: unspecified launch failure\nin node_conv2d_3")
            session._sess = FailingDriver(session._sess, runs, why)
            session.get_providers = lambda: ["CUDAExecutionProvider", "CPUExecutionProvider"]
        return session

    monkeypatch.setattr(ort, "providers", lambda: ["CUDAExecutionProvider", "CPUExecutionProvider"])
    monkeypatch.setattr(ort, "open_session", open_session)


def _demo_frame() -> Frame:
    source = DemoSource()
    try:
        frame = source.read()
        assert frame is not None
        return frame
    finally:
        source.close()


@pytest.mark.parametrize("error", [failures.EPFail, failures.Fail, failures.RuntimeException])
@pytest.mark.parametrize("provider", ["auto", "cuda"])
def test_a_provider_that_fails_is_left_for_the_processor_with_an_event(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], provider: Provider, error: type[Exception]
) -> None:
    a_card(monkeypatch, 3, error)
    image = _demo_frame().image
    with Pipeline(PipelineOptions(provider)) as pipeline:
        assert pipeline.provider == "cuda"
        results = [pipeline.process(Frame(index, index / 30, image)) for index in range(6)]
        assert pipeline.provider == "cpu"
    assert [[(event.name, event.note) for event in result.events] for result in results] == [
        [], [], [], [("provider_failed", LINE)], [], [],
    ]  # fmt: skip
    before, at, after = (results[index].readings[0].raw for index in (2, 3, 5))
    np.testing.assert_array_equal(at, before)
    np.testing.assert_array_equal(after, before)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("runs", [0, 3])
def test_a_run_goes_on_when_its_provider_fails_and_the_user_and_the_recording_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, runs: int
) -> None:
    a_card(monkeypatch, runs)
    engine = Engine(lambda _spec, _settings: DemoSource(), lambda _settings: Pipeline(), describe, Settings())
    engine.start("demo", record=tmp_path)
    wait(lambda: engine.status().remark != "", 20.0)
    seen = engine.status().processed
    wait(lambda: engine.status().processed > seen + 5)
    status = engine.status()
    assert (status.remark, status.provider, status.state) == (LINE, "cpu", State.RUNNING)
    assert not status.message
    assert engine.close(10.0)
    with (tmp_path / "events.csv").open(newline="", encoding="utf-8") as file:
        told = {row["event"]: row["note"] for row in csv.DictReader(file)}
    assert told["provider_failed"] == LINE
    assert "stop" in told
    # where it ran as the session began
    assert json.loads((tmp_path / "session.json").read_text())["provider"] == ("cuda" if runs else "cpu")


def test_a_provider_that_fails_at_the_only_frame_is_told_in_the_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_card(monkeypatch, 0)
    frame = _demo_frame()
    source = FakeSource(1)
    monkeypatch.setattr(source, "read", iter((frame, None)).__next__)
    engine = Engine(lambda _spec, _settings: source, lambda _settings: Pipeline(), describe, Settings(), paced=False)
    engine.start("x", record=tmp_path)
    out, err = io.StringIO(), io.StringIO()
    assert run(engine, out, err) == 0
    assert err.getvalue().splitlines().count(f"mien: {LINE}") == 1


def test_a_provider_that_fails_is_told_of_a_file_that_is_analysed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_card(monkeypatch, 0)
    photo = tmp_path / "face.png"
    assert cv2.imwrite(str(photo), _demo_frame().image)
    basis = Basis(str(photo), content_of(photo)[0], {}, model_hashes())
    job = Job(0, photo, tmp_path, "face", basis, PipelineOptions(), None, video=False, media_s=1.0)
    assert analyse(job, lambda _media_s: None).remarks == (LINE,)


def test_a_benchmark_of_a_provider_that_fails_measures_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    a_card(monkeypatch, 3)
    with pytest.raises(MienError, match=r"cuda failed .* Measure that with --provider cpu"):
        stages(Frames(), PipelineOptions(), 10, None, lambda: None)


def test_a_graphics_card_that_cannot_be_started_is_told_and_never_silently_replaced(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # onnxruntime-gpu without CUDA: it offers the provider, and then takes the processor without an error
    monkeypatch.setattr(ort, "providers", lambda: ["CUDAExecutionProvider", "CPUExecutionProvider"])
    real = ort.open_session
    monkeypatch.setattr(ort, "open_session", lambda path, kind, wanted=(): real(path, kind))
    image = _demo_frame().image
    with Pipeline() as pipeline:
        assert pipeline.provider == "cpu"
        told = [pipeline.process(Frame(index, index / 30, image)).events for index in range(3)]
    assert [[event.name for event in events] for events in told] == [["provider_failed"], [], []]
    assert told[0][0].note.startswith("cuda could not be started here; are CUDA and cuDNN installed")
    with pytest.raises(MienError, match=r"provider cuda could not be started here; .* Or take --provider auto or cpu"):
        Pipeline(PipelineOptions("cuda"))


def test_a_failure_of_the_processor_itself_is_no_provider_s(monkeypatch: pytest.MonkeyPatch) -> None:
    classifier = EmotionClassifier(weights_dir() / "emotion.onnx", "cpu")
    broken = FailingDriver(classifier._session._sess, 0, failures.RuntimeException("out of memory"))
    monkeypatch.setattr(classifier._session, "_sess", broken)
    with Pipeline() as pipeline:
        crop = pipeline.process(_demo_frame()).readings[0].crop
    with pytest.raises(failures.RuntimeException, match="out of memory"):
        classifier.classify([crop])
    assert not classifier.failure
