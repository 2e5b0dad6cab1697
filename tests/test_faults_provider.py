"""A provider that fails during a run; only the provider itself is made up, as none that could fail is here."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from onnxruntime.capi import onnxruntime_pybind11_state as failures

from app.capture.demo import DemoSource
from app.engine import Engine
from app.resources import weights_dir
from app.settings import Settings
from app.status import State
from app.types import Frame, MienError
from app.vision import ort
from app.vision.classifier import EmotionClassifier, Provider
from app.vision.pipeline import Pipeline, PipelineOptions
from tests.engine_fakes import describe, wait

LINE = "cuda failed (CUDA error 719: unspecified launch failure); the network runs on the processor from here on"


class FailingSession:
    """The network on a graphics card whose driver goes away after some runs."""

    def __init__(self, session: Any, runs: int, error: Exception) -> None:
        self._session, self._runs, self._error = session, runs, error

    def __getattr__(self, name: str) -> Any:
        return getattr(self._session, name)

    def get_providers(self) -> list[str]:
        return ["CUDAExecutionProvider", "CPUExecutionProvider"]

    def run(self, *arguments: Any) -> Any:
        self._runs -= 1
        if self._runs < 0:
            raise self._error
        return self._session.run(*arguments)


@pytest.fixture(params=[failures.EPFail, failures.Fail, failures.RuntimeException])
def card_that_fails(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A graphics card that reads three batches."""
    real = ort.open_session

    def open_session(path: Path, kind: str, wanted: Sequence[str] = ("CPUExecutionProvider",), threads: int = 1) -> Any:
        session = real(path, kind, ("CPUExecutionProvider",), threads)
        error = request.param("CUDA error 719: unspecified launch failure\nin node_conv2d_3")
        return FailingSession(session, 3, error) if "CUDAExecutionProvider" in wanted else session

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


@pytest.mark.usefixtures("card_that_fails")
@pytest.mark.parametrize("provider", ["auto", "cuda"])
def test_a_provider_that_fails_is_left_for_the_processor_with_an_event(provider: Provider) -> None:
    image = _demo_frame().image
    pipeline = Pipeline(PipelineOptions(provider))
    try:
        assert pipeline.provider == "cuda"
        results = [pipeline.process(Frame(index, index / 30, image)) for index in range(6)]
        assert pipeline.provider == "cpu"
    finally:
        pipeline.close()
    assert [[(event.name, event.note) for event in result.events] for result in results] == [
        [], [], [], [("provider_failed", LINE)], [], [],
    ]  # fmt: skip
    before, at, after = (results[index].readings[0].raw for index in (2, 3, 5))
    np.testing.assert_array_equal(at, before)
    np.testing.assert_array_equal(after, before)


@pytest.mark.usefixtures("card_that_fails")
def test_a_run_goes_on_when_its_provider_fails_and_the_user_and_the_recording_are_told(tmp_path: Path) -> None:
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


def test_a_graphics_card_that_cannot_be_started_is_told_and_never_silently_replaced(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # onnxruntime-gpu without CUDA: it offers the provider, and then takes the processor without an error
    monkeypatch.setattr(ort, "providers", lambda: ["CUDAExecutionProvider", "CPUExecutionProvider"])
    real = ort.open_session
    monkeypatch.setattr(
        ort,
        "open_session",
        lambda path, kind, wanted=(), threads=1: real(path, kind, ("CPUExecutionProvider",), threads),
    )
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

    class Broken(FailingSession):
        def get_providers(self) -> list[str]:
            return ["CPUExecutionProvider"]

    broken = Broken(classifier._session, 0, failures.RuntimeException("out of memory"))
    monkeypatch.setattr(classifier, "_session", broken)
    pipeline = Pipeline()
    try:
        crop = pipeline.process(_demo_frame()).readings[0].crop
    finally:
        pipeline.close()
    with pytest.raises(failures.RuntimeException, match="out of memory"):
        classifier.classify([crop])
    assert not classifier.failure
