"""Tracks keep their numbers, and smoothing goes by time."""

import numpy as np
import pytest

from app.types import Box, Floats
from app.vision.geometry import iou
from app.vision.tracker import Tracker, smooth


def _one_hot(index: int) -> Floats:
    return np.asarray(np.eye(8)[index], np.float32)


def test_iou_of_known_boxes() -> None:
    assert iou(Box(0, 0, 10, 10), Box(0, 0, 10, 10)) == 1
    assert iou(Box(0, 0, 10, 10), Box(5, 0, 10, 10)) == pytest.approx(1 / 3)
    assert iou(Box(0, 0, 10, 10), Box(10, 0, 10, 10)) == 0


def test_two_faces_keep_their_numbers_when_the_detector_changes_their_order() -> None:
    tracker = Tracker()
    raw = np.stack([_one_hot(0), _one_hot(1)])
    left, right = Box(0, 0, 100, 100), Box(300, 0, 100, 100)
    first = tracker.update([left, right], raw, 0.0)
    moved = tracker.update([Box(310, 4, 100, 100), Box(8, 2, 100, 100)], raw[::-1].copy(), 0.033)
    assert [t.number for t in first] == [1, 2]
    assert [t.number for t in moved] == [2, 1]


def test_a_face_hidden_for_a_moment_keeps_its_number_and_one_gone_for_long_does_not() -> None:
    tracker = Tracker(forget_s=1.0)
    box, raw = Box(0, 0, 100, 100), _one_hot(0)[None]
    tracker.update([box], raw, 0.0)
    tracker.update([], raw[:0], 0.5)
    assert tracker.update([box], raw, 0.9)[0].number == 1
    assert tracker.update([box], raw, 2.5)[0].number == 2


def test_smoothing_depends_on_seconds_and_not_on_the_frame_rate() -> None:
    def after_one_second(frames_per_s: int) -> Floats:
        tracker = Tracker(smoothing_s=0.5)
        box = Box(0, 0, 100, 100)
        tracker.update([box], _one_hot(0)[None], 0.0)
        for index in range(1, frames_per_s + 1):
            last = tracker.update([box], _one_hot(3)[None], index / frames_per_s)
        return last[0].probabilities

    slow, fast = after_one_second(5), after_one_second(60)
    np.testing.assert_allclose(slow, fast, atol=1e-5)
    assert slow[3] == pytest.approx(1 - np.exp(-2), abs=1e-5)
    assert slow.sum() == pytest.approx(1)


def test_smoothing_each_face_leaves_the_other_alone() -> None:
    tracker = Tracker(smoothing_s=1.0)
    boxes = [Box(0, 0, 100, 100), Box(300, 0, 100, 100)]
    tracker.update(boxes, np.stack([_one_hot(0), _one_hot(1)]), 0.0)
    after = tracker.update(boxes, np.stack([_one_hot(0), _one_hot(4)]), 0.1)
    np.testing.assert_allclose(after[0].probabilities, _one_hot(0), atol=1e-6)
    assert 0 < after[1].probabilities[4] < 0.2


def test_no_smoothing_gives_the_raw_probabilities() -> None:
    np.testing.assert_array_equal(smooth(_one_hot(0), _one_hot(5), 0.01, 0.0), _one_hot(5))


def test_forgetting_starts_a_new_track_at_the_same_place() -> None:
    tracker = Tracker()
    box, raw = Box(0, 0, 100, 100), _one_hot(0)[None]
    tracker.update([box], raw, 0.0)
    tracker.forget()
    assert tracker.update([box], raw, 0.0)[0].number == 2


def test_a_correction_starts_smoothing_over_and_leaves_the_other_track_alone() -> None:
    tracker = Tracker(smoothing_s=10.0)
    boxes = [Box(0, 0, 100, 100), Box(300, 0, 100, 100)]
    uniform = np.full((2, 8), 0.125, np.float32)
    tracker.update(boxes, np.stack([_one_hot(0), _one_hot(1)]), 0.0)
    shift = np.zeros(8, np.float32)
    shift[5] = np.log(3)
    assert tracker.correct(1, shift)
    first, second = tracker.update(boxes, uniform, 0.1)
    assert first.corrected
    assert not second.corrected
    assert first.probabilities[0] / first.probabilities[5] == pytest.approx(3, rel=1e-5)
    assert second.probabilities[1] > 0.9
    assert set(tracker.shifts) == {1}
    tracker.correct(1, None)
    np.testing.assert_array_equal(tracker.update(boxes, uniform, 0.2)[0].probabilities, uniform[0])


def test_a_correction_lasts_as_long_as_its_track() -> None:
    tracker = Tracker(forget_s=1.0)
    box, raw = Box(0, 0, 100, 100), _one_hot(0)[None]
    tracker.update([box], raw, 0.0)
    tracker.correct(1, np.ones(8, np.float32))
    tracker.update([], raw[:0], 0.9)
    assert set(tracker.shifts) == {1}
    tracker.expire(1.1)
    assert tracker.shifts == {}
    assert not tracker.correct(1, np.ones(8, np.float32))
    after = tracker.update([box], raw, 1.2)[0]
    assert (after.number, after.corrected) == (2, False)


def test_smoothing_may_be_changed_on_the_way() -> None:
    tracker = Tracker(smoothing_s=100.0)
    box = Box(0, 0, 100, 100)
    tracker.update([box], _one_hot(0)[None], 0.0)
    tracker.smoothing_s = 0.0
    np.testing.assert_array_equal(tracker.update([box], _one_hot(3)[None], 0.1)[0].probabilities, _one_hot(3))
