"""Real frames through the real models."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from skimage import data

from app.resources import weights_dir
from app.types import EMOTIONS, Frame, Image, MienError, ModelError
from app.vision.classifier import EmotionClassifier
from app.vision.detector import FaceDetector
from app.vision.pipeline import Pipeline, PipelineOptions


@pytest.fixture(scope="module")
def pipeline() -> Iterator[Pipeline]:
    pipeline = Pipeline()
    yield pipeline
    pipeline.close()


@pytest.fixture(scope="module")
def astronaut() -> Image:
    """Eileen Collins, smiling, 512x512 BGR (NASA, public domain)."""
    return np.ascontiguousarray(data.astronaut()[:, :, ::-1])


def test_the_astronaut_is_happy(pipeline: Pipeline, astronaut: Image) -> None:
    result = pipeline.process(Frame(0, 0.0, astronaut), still=True)
    assert [reading.emotion for reading in result.readings] == ["happiness"]
    reading = result.readings[0]
    assert reading.quality == "ok"
    assert reading.confidence > 0.6
    assert 140 < reading.face.box.x < 210
    assert reading.probabilities.shape == (8,)
    assert reading.probabilities.sum() == pytest.approx(1, abs=1e-4)
    assert EMOTIONS[int(reading.raw.argmax())] == "happiness"


def test_the_attended_region_lies_on_the_face(pipeline: Pipeline, astronaut: Image) -> None:
    reading = pipeline.process(Frame(0, 0.0, astronaut), still=True).readings[0]
    quad, box = reading.attended_quad(), reading.face.box
    centre = quad.mean(axis=0)
    assert box.x < centre[0] < box.x + box.width
    assert box.y < centre[1] < box.y + box.height
    assert reading.attended.std() > 10
    assert reading.attended.dtype == np.uint8


def test_all_faces_of_a_frame_are_read_and_each_as_if_alone(pipeline: Pipeline, astronaut: Image) -> None:
    near = np.ascontiguousarray(astronaut[:260, 110:370])
    alone = pipeline.process(Frame(0, 0.0, near), still=True).readings[0]
    pair = np.concatenate([near, near], axis=1)
    both = pipeline.process(Frame(1, 0.0, pair), still=True).readings
    assert len(both) == 2
    for reading in both:
        assert reading.emotion == "happiness"
        np.testing.assert_allclose(reading.raw, alone.raw, atol=0.15)


def test_a_frame_without_faces_has_no_readings(pipeline: Pipeline) -> None:
    result = pipeline.process(Frame(0, 0.0, np.full((480, 640, 3), 120, np.uint8)))
    assert result.readings == ()
    assert set(result.timings_ms) == {"detect", "crop", "classify", "track"}


@pytest.mark.parametrize("shape", [(1, 1, 3), (2, 3000, 3), (4320, 7680, 3)])
def test_odd_frames_are_read_without_complaint(pipeline: Pipeline, shape: tuple[int, int, int]) -> None:
    assert pipeline.process(Frame(0, 0.0, np.zeros(shape, np.uint8))).readings == ()


def test_a_face_followed_over_frames_keeps_its_track(pipeline: Pipeline, astronaut: Image) -> None:
    tracks = set()
    for index in range(5):
        shifted = np.roll(astronaut, 6 * index, axis=1)
        tracks |= {reading.track for reading in pipeline.process(Frame(index, index / 30, shifted)).readings}
    assert len(tracks) == 1


def test_a_low_confidence_is_uncertain(astronaut: Image) -> None:
    pipeline = Pipeline(PipelineOptions(min_confidence=1.0))
    try:
        assert pipeline.process(Frame(0, 0.0, astronaut)).readings[0].emotion == "uncertain"
    finally:
        pipeline.close()


def test_a_missing_network_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"emotion\.onnx: the network is missing"):
        Pipeline(weights=tmp_path)


def test_a_truncated_network_is_named(tmp_path: Path) -> None:
    path = tmp_path / "emotion.onnx"
    path.write_bytes((weights_dir() / "emotion.onnx").read_bytes()[:20_000])
    with pytest.raises(ModelError, match=r"emotion\.onnx: not a network, or a damaged one"):
        EmotionClassifier(path)


@pytest.mark.parametrize("content", [b"", b"not a model"])
def test_a_damaged_detector_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "face_detector.tflite"
    path.write_bytes(content)
    with pytest.raises(ModelError, match=r"face_detector\.tflite: not a face detector"):
        FaceDetector(path)


def test_a_provider_that_is_not_here_is_refused_and_not_replaced() -> None:
    import onnxruntime

    if "CUDAExecutionProvider" in onnxruntime.get_available_providers():
        pytest.skip("this machine's onnxruntime has CUDA")
    with pytest.raises(MienError, match="provider cuda is not available"):
        EmotionClassifier(weights_dir() / "emotion.onnx", "cuda")
    assert EmotionClassifier(weights_dir() / "emotion.onnx", "auto").provider == "cpu"
