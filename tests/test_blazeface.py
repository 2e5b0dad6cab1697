"""The detection network's raw numbers become faces as MediaPipe's graph makes them."""

import numpy as np
import pytest

from app.types import Floats
from app.vision.blazeface import ANCHORS, SIDE_PX, VALUES, anchors, decode

# an anchor of the first layer, in the middle of row 8 and column 8
_MIDDLE = 2 * (8 * 16 + 8)


def _raw() -> tuple[Floats, Floats]:
    """No face at all."""
    return np.ones((len(ANCHORS), VALUES), np.float32), np.full(len(ANCHORS), -50, np.float32)


def _logit(score: float) -> float:
    return float(np.log(score / (1 - score)))


def test_anchors_are_two_a_cell_of_16_by_16_and_six_a_cell_of_8_by_8() -> None:
    places = anchors()
    assert places.shape == (896, 2)
    np.testing.assert_allclose(places[:4], [[1 / 32, 1 / 32]] * 2 + [[3 / 32, 1 / 32]] * 2)
    np.testing.assert_allclose(places[512:519], [[1 / 16, 1 / 16]] * 6 + [[3 / 16, 1 / 16]])
    np.testing.assert_allclose(places[-1], [15 / 16, 15 / 16])


def test_a_box_and_its_points_are_counted_from_the_anchor() -> None:
    regressors, logits = _raw()
    logits[_MIDDLE] = _logit(0.9)
    regressors[_MIDDLE] = [4, -4, 32, 64, *([8, 16] * 6)]
    found = decode(regressors, logits, 0.5)
    x, y = ANCHORS[_MIDDLE] * SIDE_PX
    np.testing.assert_allclose(found.boxes * SIDE_PX, [[x + 4 - 16, y - 4 - 32, 32, 64]], rtol=1e-5)
    np.testing.assert_allclose(found.keypoints[0] * SIDE_PX, [[x + 8, y + 16]] * 6, rtol=1e-5)
    assert found.scores[0] == pytest.approx(0.9)


def test_boxes_that_overlap_are_one_face_their_mean_by_score() -> None:
    regressors, logits = _raw()
    for index, (score, shift) in enumerate(((0.9, 0), (0.6, 10))):
        logits[_MIDDLE + index] = _logit(score)
        regressors[_MIDDLE + index] = [shift, 0, 40, 40, *([shift, 0] * 6)]
    found = decode(regressors, logits, 0.5)
    mean = 10 * 0.6 / (0.9 + 0.6)
    x, y = ANCHORS[_MIDDLE] * SIDE_PX
    np.testing.assert_allclose(found.boxes * SIDE_PX, [[x + mean - 20, y - 20, 40, 40]], rtol=1e-5)
    np.testing.assert_allclose(found.keypoints[0] * SIDE_PX, [[x + mean, y]] * 6, rtol=1e-5)
    assert found.scores[0] == pytest.approx(0.9)


def test_boxes_apart_are_two_faces_the_better_first() -> None:
    regressors, logits = _raw()
    for index, score in ((0, 0.6), (_MIDDLE, 0.8)):
        logits[index] = _logit(score)
        regressors[index, 2:4] = 16
    np.testing.assert_allclose(decode(regressors, logits, 0.5).scores, [0.8, 0.6], rtol=1e-5)
    np.testing.assert_allclose(decode(regressors, logits, 0.7).scores, [0.8], rtol=1e-5)


@pytest.mark.parametrize("logit", [-1e4, 1e4])
def test_scores_out_of_all_measure_are_no_error(logit: float) -> None:
    regressors, logits = _raw()
    logits[:] = logit
    found = decode(regressors, logits, 0.5)
    assert len(found.scores) == (0 if logit < 0 else len(found.boxes))
    assert np.isfinite(found.scores).all()


@pytest.mark.parametrize("size", [(0, 20), (20, -1), (float("nan"), 20)])
def test_a_box_without_a_size_is_no_face(size: tuple[float, float]) -> None:
    regressors, logits = _raw()
    logits[_MIDDLE] = 5
    regressors[_MIDDLE, 2:4] = size
    assert len(decode(regressors, logits, 0.5).boxes) == 0


def test_a_box_too_small_to_have_an_area_is_a_face_all_the_same() -> None:
    regressors, logits = _raw()
    logits[_MIDDLE] = 5
    regressors[_MIDDLE, 2:4] = 1e-25
    found = decode(regressors, logits, 0.5)
    assert found.boxes.shape == (1, 4)
    assert np.isfinite(found.boxes).all()
