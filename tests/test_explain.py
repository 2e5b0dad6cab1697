"""Why this emotion: the map of what a patch over the face takes from it."""

import numpy as np
import pytest
from skimage import data

from app.resources import weights_dir
from app.types import CROP_PX, EMOTIONS, Crop, Image
from app.vision.classifier import Classified, EmotionClassifier
from app.vision.crop import crop_face
from app.vision.detector import FaceDetector
from app.vision.explain import PATCH_PX, STRIDE_PX, explain, occluded

SIDE = CROP_PX // STRIDE_PX
_TO_FRAME = np.array([[50, 0, 100], [0, 50, 100]], np.float32)


class SeesOnePlace:
    """The sadder, the brighter one pixel."""

    def __init__(self, row: int, column: int) -> None:
        self.batches: list[int] = []
        self._place = (row, column)

    def classify(self, crops: list[Crop]) -> Classified:
        self.batches.append(len(crops))
        probabilities = np.zeros((len(crops), len(EMOTIONS)), np.float32)
        probabilities[:, EMOTIONS.index("sadness")] = [crop.pixels[self._place] / 255 for crop in crops]
        probabilities[:, EMOTIONS.index("fear")] = 1 - probabilities.sum(axis=1)
        thetas = np.zeros((len(crops), 2, 3), np.float32)
        return Classified(probabilities, thetas, np.stack([crop.pixels for crop in crops]))


def _noise() -> Image:
    return np.random.default_rng(3).integers(0, 255, (CROP_PX, CROP_PX), dtype=np.uint8)


@pytest.mark.parametrize(("row", "column"), [(0, 0), (10, 30), (47, 47)])
def test_the_probability_falls_where_the_patch_covers_what_the_network_looks_at(row: int, column: int) -> None:
    pixels = np.zeros((CROP_PX, CROP_PX), np.uint8)
    pixels[row, column] = 255
    classifier = SeesOnePlace(row, column)
    found = explain(classifier, 4, Crop(pixels, _TO_FRAME))
    assert (found.track, found.emotion, found.confidence) == (4, "sadness", 1.0)
    assert found.drops.shape == (SIDE, SIDE)
    assert found.drops.dtype == np.float32
    centres = (np.arange(SIDE) + 0.5) * STRIDE_PX
    near_row = np.abs(centres - (row + 0.5)) < PATCH_PX / 2
    near_column = np.abs(centres - (column + 0.5)) < PATCH_PX / 2
    np.testing.assert_array_equal(found.drops > 0.99, np.outer(near_row, near_column))
    np.testing.assert_array_equal(found.drops[~np.outer(near_row, near_column)], 0)


def test_all_places_are_read_in_one_batch() -> None:
    classifier = SeesOnePlace(0, 0)
    explain(classifier, 0, Crop(_noise(), _TO_FRAME))
    assert classifier.batches == [1 + SIDE * SIDE]


def test_a_patch_is_the_faces_mean_grey_and_lies_on_every_pixel() -> None:
    pixels = _noise()
    covered = occluded(pixels)
    assert covered.shape == (SIDE * SIDE, CROP_PX, CROP_PX)
    assert covered.dtype == np.uint8
    changed = covered != pixels
    assert set(covered[changed]) == {round(float(pixels.mean()))}
    assert changed.any(axis=0).mean() > 0.99
    middle = covered[SIDE // 2 * SIDE + SIDE // 2] == round(float(pixels.mean()))
    assert middle.sum() >= PATCH_PX**2


def test_a_face_without_any_structure_has_no_drops() -> None:
    classifier = EmotionClassifier(weights_dir() / "emotion.onnx", "cpu")
    found = explain(classifier, 0, Crop(np.full((CROP_PX, CROP_PX), 120, np.uint8), _TO_FRAME))
    np.testing.assert_allclose(found.drops, 0, atol=1e-5)


def test_the_network_itself_is_explained_by_its_own_answer() -> None:
    image = np.ascontiguousarray(data.astronaut()[:, :, ::-1])
    with FaceDetector(weights_dir() / "face_detector.onnx") as detector:
        crop = crop_face(image, detector.detect(image)[0])
    classifier = EmotionClassifier(weights_dir() / "emotion.onnx", "cpu")
    raw = classifier.classify([crop]).probabilities[0]
    found = explain(classifier, 1, crop)
    assert found.emotion == EMOTIONS[int(raw.argmax())] == "happiness"
    assert found.confidence == pytest.approx(raw.max(), abs=1e-5)
    assert found.crop is crop
    assert 0 < found.drops.max() <= found.confidence
