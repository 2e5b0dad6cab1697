"""The detector finds the faces that MediaPipe's network sees, wherever they lie, and says nothing else."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from skimage import data

from app.capture.demo import DemoClip
from app.cv import cv2
from app.resources import weights_dir
from app.types import Box, Face, Image, ModelError
from app.vision import ort
from app.vision.detector import FaceDetector, letterbox
from app.vision.geometry import iou

# the astronaut's face, by MediaPipe 1.2.2 of the same network: its box and the two eyes
_BOX = Box(177, 82, 95, 95)
_EYES = [[201.5, 104.9], [245.8, 109.1]]


@pytest.fixture(scope="module")
def detector() -> Iterator[FaceDetector]:
    with FaceDetector(weights_dir() / "face_detector.onnx") as made:
        yield made


@pytest.fixture(scope="module")
def astronaut() -> Image:
    return np.ascontiguousarray(data.astronaut()[:, :, ::-1])


def _only(faces: tuple[Face, ...]) -> Face:
    assert len(faces) == 1
    return faces[0]


def test_the_network_says_what_the_original_file_says(repository: Path, astronaut: Image) -> None:
    network = cv2.dnn.readNetFromTFLite(str(repository / "tools" / "face_detector.tflite"), cv2.dnn.ENGINE_CLASSIC)
    clip = DemoClip()
    batch = np.stack([letterbox(image).pixels for image in (astronaut, clip.render(1.0), clip.render(9.0)[:, :720])])
    regressors, scores = ort.load((weights_dir() / "face_detector.onnx").read_bytes()).run(
        ["regressors", "scores"], {"images": batch}
    )
    for pixels, ours, logits in zip(batch, regressors, scores, strict=True):
        network.setInput(cv2.dnn.blobFromImage(pixels, 1 / 127.5, mean=(127.5,) * 3, swapRB=True))
        theirs, raw = network.forward(["regressors", "classificators"])
        np.testing.assert_allclose(ours, theirs[0], atol=1e-3)
        np.testing.assert_allclose(logits, raw.reshape(-1), atol=1e-3)


def test_a_face_lies_where_mediapipe_finds_it(detector: FaceDetector, astronaut: Image) -> None:
    face = _only(detector.detect(astronaut))
    assert iou(face.box, _BOX) > 0.9
    np.testing.assert_allclose(face.keypoints[:2], _EYES, atol=5)
    assert face.detection > 0.8
    assert face.keypoints.shape == (6, 2)
    assert face.keypoints.dtype == np.float32


@pytest.mark.parametrize("cut", [np.s_[:, 100:350], np.s_[40:240], np.s_[20:300, 120:350]])
def test_a_part_of_an_image_shows_the_same_face_in_its_own_pixels(
    detector: FaceDetector, astronaut: Image, cut: tuple[slice, slice] | slice
) -> None:
    rows, columns = cut if isinstance(cut, tuple) else (cut, slice(None))
    face = _only(detector.detect(astronaut[rows, columns]))
    moved = Box(face.box.x + (columns.start or 0), face.box.y + (rows.start or 0), face.box.width, face.box.height)
    assert iou(moved, _BOX) > 0.8


def test_a_face_that_the_edge_cuts_reaches_over_it_and_stays_square(detector: FaceDetector, astronaut: Image) -> None:
    face = _only(detector.detect(astronaut[:, 200:]))
    assert face.box.x < -5
    assert face.box.width == pytest.approx(face.box.height, rel=0.01)


def test_the_largest_face_comes_first(detector: FaceDetector, astronaut: Image) -> None:
    large = cv2.resize(astronaut[:300, 100:350], (480, 576))
    both = np.zeros((576, 800, 3), np.uint8)
    both[:, 320:] = large
    both[:300, :250] = astronaut[:300, 100:350]
    sides = [face.box.width for face in detector.detect(both)]
    assert len(sides) == 2
    assert sides[0] > 1.5 * sides[1]


def test_fewer_faces_are_told_the_surer_they_must_be(astronaut: Image) -> None:
    with FaceDetector(weights_dir() / "face_detector.onnx", min_score=0.999) as strict:
        assert strict.detect(astronaut) == ()


@pytest.mark.parametrize("shape", [(1, 1), (1, 2000), (2000, 1), (128, 128), (127, 129)])
def test_an_image_of_any_size_is_looked_at(detector: FaceDetector, shape: tuple[int, int]) -> None:
    assert detector.detect(np.zeros((*shape, 3), np.uint8)) == ()


def test_the_square_holds_the_image_in_its_middle() -> None:
    square = letterbox(np.full((360, 640, 3), 200, np.uint8))
    assert square.pixels.shape == (128, 128, 3)
    assert (square.pixels[28:100] == 200).all()
    assert not square.pixels[:28].any()
    assert not square.pixels[100:].any()
    np.testing.assert_allclose(square.offset, [0, 28 / 128])
    np.testing.assert_allclose(square.size, [1, 72 / 128])


def test_another_network_is_no_face_detector() -> None:
    with pytest.raises(ModelError, match=r"emotion\.onnx: a network, but not a face detector; install Mien again$"):
        FaceDetector(weights_dir() / "emotion.onnx")


def test_a_missing_detector_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"face_detector\.onnx: the face detector is missing; install Mien again$"):
        FaceDetector(tmp_path / "face_detector.onnx")
