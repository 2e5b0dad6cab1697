"""Scores, calibration and poses have the values that their definitions give by hand."""

import numpy as np
import pytest

from model.calibration import fit_temperature
from model.metrics import (
    Head,
    accuracy,
    calibration_error,
    confusion,
    head_scores,
    macro_f1,
    r_squared,
    reliability,
)
from model.poses import covered, posed, random_poses, undo

PROBABILITIES = np.array([[0.8, 0.2], [0.6, 0.4], [0.3, 0.7], [0.1, 0.9], [0.5, 0.5]], np.float32)
LABELS = np.array([0, 1, 1, 1, -1])


def softmax(logits: np.ndarray) -> np.ndarray:
    exponents = np.exp(logits - logits.max(1, keepdims=True))
    return np.asarray(exponents / exponents.sum(1, keepdims=True), np.float32)


def test_accuracy_and_confusion_leave_unlabelled_faces_out():
    assert accuracy(PROBABILITIES, LABELS) == 75
    assert confusion(PROBABILITIES, LABELS).tolist() == [[1, 0], [1, 2]]


def test_macro_f1_weighs_classes_alike():
    counts = confusion(PROBABILITIES, LABELS)
    assert macro_f1(counts) == pytest.approx(100 * (2 / 3 + 4 / 5) / 2)


def test_calibration_error_is_the_gap_between_confidence_and_accuracy():
    # alone in their bins, three right and one wrong
    assert calibration_error(PROBABILITIES, LABELS) == pytest.approx(100 * (0.2 + 0.6 + 0.3 + 0.1) / 4, abs=1e-4)
    bins = reliability(PROBABILITIES, LABELS)
    assert bins.count.sum() == 4
    assert bins.accuracy[9] == 0
    assert bins.confidence[9] == pytest.approx(0.6)


def test_the_recall_of_a_class_that_never_occurs_is_none():
    scores = head_scores(Head(PROBABILITIES, np.array([1, 1, 1, 1, -1]), ("a", "b")))
    assert scores["recall"] == {"a": None, "b": 50.0}
    assert scores["faces"] == 4


def test_the_temperature_that_spoiled_the_logits_is_found_again():
    rng = np.random.default_rng(1)
    logits = rng.normal(0, 2, (4000, 7))
    labels = np.array([rng.choice(7, p=row / row.sum()) for row in softmax(logits).astype(np.float64)])
    spoiled = softmax(logits * 0.4)
    found = fit_temperature(spoiled, labels)
    assert found == pytest.approx(0.4, rel=0.08)
    calibrated = softmax(np.log(spoiled) / found)
    assert calibration_error(calibrated, labels) < 3 < calibration_error(spoiled, labels)


def test_r_squared_is_one_for_the_same_and_zero_for_the_mean():
    expected = np.random.default_rng(2).normal(size=(50, 2))
    assert r_squared(expected, expected) == 1
    assert r_squared(expected, np.broadcast_to(expected.mean(0), expected.shape)) == pytest.approx(0)


def test_poses_stay_in_their_ranges_and_reach_them():
    poses = random_poses(2000, 0, shift_px=5, rotation_deg=20, scale=(0.8, 1.2))
    shift_px = poses[:, :, 2] * 24
    scale = np.sqrt(np.linalg.det(poses[:, :, :2]))
    angle = np.degrees(np.arctan2(poses[:, 1, 0], poses[:, 0, 0]))
    for values, low, high in ((shift_px, -5, 5), (scale, 0.8, 1.2), (angle, -20, 20)):
        slack = (high - low) * 0.01
        assert low <= values.min() <= low + slack
        assert high - slack <= values.max() <= high


def test_a_pose_undone_and_done_again_is_the_region_itself():
    rng = np.random.default_rng(3)
    poses = random_poses(20, 1, shift_px=5, rotation_deg=20, scale=(0.8, 1.2))
    theta = rng.normal(size=(20, 2, 3)).astype(np.float32)
    undone = undo(poses, theta)
    linear = poses[:, :, :2] @ undone[:, :, :2]
    shift = poses[:, :, :2] @ undone[:, :, 2:] + poses[:, :, 2:]
    np.testing.assert_allclose(np.concatenate([linear, shift], 2), theta, atol=1e-6)


def test_a_shift_of_whole_pixels_moves_the_picture_and_repeats_the_border():
    face = np.arange(48 * 48).reshape(1, 48, 48).astype(np.uint8)
    pose = np.array([[[1, 0, 3 * 2 / 48], [0, 1, 0]]])
    moved = posed(face, pose)
    np.testing.assert_array_equal(moved[:, :, :-3], face[:, :, 3:])
    np.testing.assert_array_equal(moved[:, :, -3:], np.repeat(face[:, :, -1:], 3, axis=2))


def test_a_quarter_and_a_half_are_covered_in_four_places_each():
    face = np.zeros((1, 48, 48), np.uint8)
    found = covered(face)
    assert {name: [float((view > 0).mean()) for view in views] for name, views in found.items()} == {
        "quarter": [0.25] * 4,
        "half": [0.5] * 4,
    }
    assert len({view.tobytes() for views in found.values() for view in views}) == 8
