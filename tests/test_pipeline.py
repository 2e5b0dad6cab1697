"""Real frames through the real models."""

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from skimage import data

from app.bench.frames import Frames
from app.resources import weights_dir
from app.settings import Settings
from app.types import EMOTIONS, Face, Frame, FrameResult, Image, MienError, ModelError
from app.vision.classifier import EmotionClassifier
from app.vision.detector import FaceDetector
from app.vision.neutral import corrected
from app.vision.pipeline import Pipeline, PipelineOptions
from app.vision.quality import QualityLimits


@pytest.fixture(scope="module")
def pipeline(astronaut: Image) -> Iterator[Pipeline]:
    pipeline = Pipeline()
    # starts its threads, which no test of these leaves behind
    pipeline.read(astronaut)
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
        # without her badge, which can pass for a second face
        shifted = np.roll(astronaut[:280], 6 * index, axis=1)
        tracks |= {reading.track for reading in pipeline.process(Frame(index, index / 30, shifted)).readings}
    assert len(tracks) == 1


def test_a_low_confidence_is_uncertain(astronaut: Image) -> None:
    pipeline = Pipeline(PipelineOptions(min_confidence=1.0))
    try:
        assert pipeline.process(Frame(0, 0.0, astronaut)).readings[0].emotion == "uncertain"
    finally:
        pipeline.close()


def _follow(pipeline: Pipeline, image: Image, start_s: float, frames: int) -> list[FrameResult]:
    """Read the same picture so many times, at 10 frames/s."""
    times = [start_s + index / 10 for index in range(frames)]
    return [pipeline.process(Frame(round(t_s * 10), t_s, image)) for t_s in times]


def test_a_calibrated_face_is_corrected_from_the_event_on_and_raw_stays(astronaut: Image) -> None:
    pipeline = Pipeline()
    try:
        before = _follow(pipeline, astronaut, 0.0, 2)[-1].readings[0]
        assert (before.calibration, before.calibrating_s) == ("", 0.0)
        pipeline.calibrate(before.track, 1.5)
        *measuring, after = _follow(pipeline, astronaut, 1.0, 16)
        assert {result.readings[0].calibration for result in measuring} == {"measuring"}
        assert [round(result.readings[0].calibrating_s, 1) for result in measuring[:2]] == [1.5, 1.4]
        assert [result.events for result in measuring] == [()] * 15
        (event,) = after.events
        assert (event.t_s, event.name) == (2.5, "calibrated")
        assert event.note.startswith(f"track {before.track}: anger ")
        reading = after.readings[0]
        assert reading.calibration == "applied"
        shift = pipeline.calibrated[before.track]
        # the correction is not smoothed in: what was read before is no part of it
        np.testing.assert_allclose(reading.probabilities, corrected(reading.raw, shift), atol=1e-6)
        np.testing.assert_allclose(reading.raw, before.raw, atol=1e-5)
        assert reading.probabilities[EMOTIONS.index("happiness")] < before.probabilities[EMOTIONS.index("happiness")]
        pipeline.clear_calibration(before.track)
        undone = _follow(pipeline, astronaut, 3.0, 1)[0]
        assert [event.name for event in undone.events] == ["calibration_undone"]
        assert undone.readings[0].calibration == ""
        np.testing.assert_allclose(undone.readings[0].probabilities, undone.readings[0].raw, atol=1e-6)
    finally:
        pipeline.close()


def test_calibrating_again_starts_over(astronaut: Image) -> None:
    pipeline = Pipeline()
    try:
        track = _follow(pipeline, astronaut, 0.0, 1)[0].readings[0].track
        pipeline.calibrate(track, 1.0)
        _follow(pipeline, astronaut, 0.1, 11)
        assert set(pipeline.calibrated) == {track}
        pipeline.calibrate(track, 1.0)
        again = _follow(pipeline, astronaut, 1.2, 11)
        assert [event.name for event in again[0].events] == ["calibration_undone"]
        assert again[0].readings[0].calibration == "measuring"
        assert [event.name for event in again[-1].events] == ["calibrated"]
    finally:
        pipeline.close()


def test_frames_that_cannot_be_trusted_do_not_calibrate(astronaut: Image) -> None:
    pipeline = Pipeline(PipelineOptions(quality=QualityLimits(min_side_px=400)))
    try:
        track = _follow(pipeline, astronaut, 0.0, 1)[0].readings[0].track
        pipeline.calibrate(track, 1.0)
        *_, last = _follow(pipeline, astronaut, 0.1, 11)
        assert [event.name for event in last.events] == ["calibration_failed"]
        assert "only 0 of 10 frames could be read" in last.events[0].note
        assert last.readings[0].calibration == ""
        assert not pipeline.calibrated
    finally:
        pipeline.close()


def test_a_still_or_a_face_that_is_not_there_is_not_calibrated(pipeline: Pipeline, astronaut: Image) -> None:
    track = pipeline.process(Frame(0, 0.0, astronaut), still=True).readings[0].track
    pipeline.calibrate(track, 1.0)
    result = pipeline.process(Frame(1, 1.0, astronaut), still=True)
    assert [(event.name, event.note) for event in result.events] == [
        ("calibration_failed", f"track {track}: the images are not of one moment; open a video or a camera")
    ]
    pipeline.calibrate(999, 1.0)
    result = pipeline.process(Frame(2, 1.1, astronaut))
    assert result.events[0].note == "track 999: the face is not in view any more"


def test_settings_count_from_the_next_frame_on_and_are_told(astronaut: Image) -> None:
    pipeline = Pipeline()
    try:
        assert _follow(pipeline, astronaut, 0.0, 1)[0].readings[0].emotion == "happiness"
        pipeline.configure(Settings(min_confidence=1.0, min_side_px=400, provider="cuda", threads=4))
        result = _follow(pipeline, astronaut, 0.1, 1)[0]
        assert (result.readings[0].emotion, result.readings[0].quality) == ("uncertain", "small")
        assert [event.note for event in result.events] == ["min_side_px 400, min_confidence 1.0"]
        pipeline.configure(Settings(min_confidence=1.0, min_side_px=400, mirror=False))
        assert _follow(pipeline, astronaut, 0.2, 1)[0].events == ()
        pipeline.configure(Settings(min_detection=0.99))
        assert _follow(pipeline, astronaut, 0.3, 1)[0].readings == ()
    finally:
        pipeline.close()


def test_while_faces_are_hidden_no_part_of_the_search_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    frames = Frames()
    looked: list[Image] = []
    detect = FaceDetector.detect

    def counted(detector: FaceDetector, image: Image) -> tuple[Face, ...]:
        looked.append(image)
        return detect(detector, image)

    def looks(pipeline: Pipeline, first: int) -> int:
        """Return how many there are in ten frames, once the face is known for a round of the tiles."""
        for index in range(first, first + 32):
            if index == first + 22:
                looked.clear()
            pipeline.process(Frame(index, index / 30, frames.near(index)))
        return len(looked)

    monkeypatch.setattr(FaceDetector, "detect", counted)
    with Pipeline(PipelineOptions(blur_faces=True)) as hiding:
        assert looks(hiding, 0) == 20
    with Pipeline() as pipeline:
        assert looks(pipeline, 0) == 15
        pipeline.configure(Settings(blur_faces=True))
        assert looks(pipeline, 32) == 20
        pipeline.configure(Settings(blur_faces=True, min_detection=0.6))
        assert looks(pipeline, 64) == 20
        pipeline.configure(Settings())
        assert looks(pipeline, 96) == 15


def test_the_options_are_the_settings_and_the_command_line_goes_first() -> None:
    assert PipelineOptions.from_settings(Settings()) == PipelineOptions()
    chosen = Settings(
        provider="cpu", threads=3, smoothing_s=1.0, min_confidence=0.7, min_detection=0.8,
        min_side_px=50, min_brightness=20, max_brightness=200, min_sharpness=0.1, max_turn=0.3,
        blur_faces=True,
    )  # fmt: skip
    assert PipelineOptions.from_settings(chosen) == PipelineOptions(
        "cpu", 3, 1.0, 0.7, 0.8, QualityLimits(50, 20, 200, 0.1, 0.3), blur_faces=True
    )
    assert PipelineOptions.from_settings(chosen, "cuda").provider == "cuda"


@pytest.mark.parametrize("neutral", [None, "[1, 2]", "soon", "[1,2,3,4,5,6,7,NaN]", "[1,2,3,4,5,6,7,null]"])
def test_a_network_that_does_not_know_neutral_faces_is_another_one(tmp_path: Path, neutral: str | None) -> None:
    network = (weights_dir() / "emotion.onnx").read_bytes()
    # what takes the same place in the file leaves the rest of it whole
    if neutral is None:
        other = network.replace(b"neutral_log_mean", b"neutral_log_nean")
    else:
        written = re.search(rb"\[[-0-9., ]+\]", network[network.index(b"neutral_log_mean") :])
        assert written is not None
        other = network.replace(written[0], neutral.encode().ljust(len(written[0])))
    assert other != network
    (tmp_path / "emotion.onnx").write_bytes(other)
    with pytest.raises(ModelError, match="a network, but not one of Mien's"):
        EmotionClassifier(tmp_path / "emotion.onnx")


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
    path = tmp_path / "face_detector.onnx"
    path.write_bytes(content)
    with pytest.raises(ModelError, match=r"face_detector\.onnx: not a face detector"):
        FaceDetector(path)


def test_a_provider_that_is_not_here_is_refused_and_not_replaced() -> None:
    import onnxruntime

    if "CUDAExecutionProvider" in onnxruntime.get_available_providers():
        pytest.skip("this machine's onnxruntime has CUDA")
    with pytest.raises(MienError, match="provider cuda is not available"):
        EmotionClassifier(weights_dir() / "emotion.onnx", "cuda")
    assert EmotionClassifier(weights_dir() / "emotion.onnx", "auto").provider == "cpu"
