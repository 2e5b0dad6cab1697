"""What the timeline remembers."""

from dataclasses import replace

import numpy as np
import pytest

from app.types import EMOTIONS, UNCERTAIN, Frame, FrameResult, Reading
from app.ui.history import History, Marker, Series
from tests.ui.fakes import reading

_IMAGE = np.zeros((2, 2, 3), np.uint8)


def result(t_s: float, *readings: Reading) -> FrameResult:
    return FrameResult(Frame(0, t_s, _IMAGE), readings)


def filled(history: History, times: list[float], track: int = 1, emotion: str = "happiness") -> History:
    for t_s in times:
        history.add(result(t_s, replace(reading(emotion), track=track)))
    return history


def at_rate(from_s: float, to_s: float, rate: float = 30.0) -> list[float]:
    return np.arange(from_s, to_s, 1 / rate).tolist()


def test_a_face_is_remembered_with_its_smoothed_probabilities():
    history = History()
    shown = reading("surprise", confidence=0.8)
    history.add(result(2.5, shown))
    t_s, probabilities = history.series(1, 0.0, 10.0)
    assert t_s.dtype == np.float64
    assert probabilities.dtype == np.float32
    assert t_s.tolist() == [2.5]
    assert np.array_equal(probabilities[0], shown.probabilities)
    assert history.newest_s == history.oldest_s == 2.5


def test_both_ends_of_what_is_asked_for_are_included():
    history = filled(History(), [0.0, 0.1, 0.2, 0.3])
    assert history.series(1, 0.1, 0.2)[0].tolist() == [0.1, 0.2]


def test_faces_are_kept_apart_and_an_unknown_one_is_empty():
    history = History()
    history.add(result(0.0, replace(reading("anger"), track=3), replace(reading("fear"), track=5)))
    history.add(result(0.1, replace(reading("anger"), track=3)))
    assert history.tracks == (3, 5)
    assert len(history.series(3, 0, 1)[0]) == 2
    assert history.series(5, 0, 1)[1].argmax() == EMOTIONS.index("fear")
    t_s, probabilities = history.series(9, 0, 1)
    assert t_s.shape == (0,)
    assert probabilities.shape == (0, 8)
    assert history.gaps(9, 0, 1) == history.uncertain(9, 0, 1) == []


def test_what_is_too_old_is_forgotten_and_memory_stays_bounded():
    history = filled(History(keep_s=10.0), at_rate(0, 100))
    t_s, probabilities = history.series(1, 0, 100)
    assert t_s[0] >= 89.9
    assert len(t_s) == pytest.approx(300, abs=2)
    whole = probabilities.base
    assert whole is not None
    assert len(whole) <= 4 * 330


def test_frames_that_come_far_too_often_do_not_fill_the_memory():
    history = filled(History(keep_s=2.0), at_rate(0, 2, rate=1000))
    assert len(history.series(1, 0, 2)[0]) == 2 * 120


def test_a_face_long_gone_is_forgotten_with_its_markers():
    history = filled(History(keep_s=5.0), at_rate(0, 1), track=1)
    history.mark(0.5, "early")
    filled(history, at_rate(1, 10), track=2)
    assert history.tracks == (2,)
    assert history.markers(0, 100) == ()


def test_what_was_given_out_stays_as_it_was():
    history = filled(History(keep_s=2.0), at_rate(0, 2))
    t_s, probabilities = history.series(1, 0, 2)
    before = t_s.copy(), probabilities.copy()
    filled(history, at_rate(2, 30), emotion="fear")
    assert np.array_equal(t_s, before[0])
    assert np.array_equal(probabilities, before[1])
    with pytest.raises(ValueError, match="read-only"):
        t_s[0] = 1.0


def test_the_same_frame_again_changes_nothing():
    history = filled(History(), [0.0, 0.1])
    revision = history.revision
    filled(history, [0.1])
    assert history.revision == revision
    assert len(history.series(1, 0, 1)[0]) == 2


def test_a_source_started_anew_begins_a_new_history():
    history = filled(History(), at_rate(0, 3))
    history.mark(1.0, "before")
    filled(history, [0.0, 0.1])
    assert history.run == 1
    assert history.series(1, 0, 10)[0].tolist() == [0.0, 0.1]
    assert history.markers(0, 10) == ()


def test_clearing_forgets_everything():
    history = filled(History(), at_rate(0, 3))
    history.mark(1.0, "a")
    revision = history.revision
    history.clear()
    assert history.tracks == ()
    assert history.markers(0, 10) == ()
    assert history.newest_s == history.oldest_s == 0.0
    assert history.revision > revision


def test_a_face_that_stays_away_leaves_a_gap_and_a_blink_does_not():
    history = filled(History(), [*at_rate(0, 2), *at_rate(2.3, 4), *at_rate(5, 6)])
    ((start_s, end_s),) = history.gaps(1, 0, 10)
    assert start_s == pytest.approx(4.0, abs=0.05)
    assert end_s == pytest.approx(5.0, abs=0.05)


def test_a_gap_lasts_to_the_newest_frame_while_the_face_is_away():
    history = filled(History(), at_rate(0, 2))
    for t_s in at_rate(2, 3):
        history.add(result(t_s))
    ((start_s, end_s),) = history.gaps(1, 0, 10)
    assert start_s == pytest.approx(2.0, abs=0.05)
    assert end_s == history.newest_s
    assert history.gaps(1, 2.5, 2.75) == [(2.5, 2.75)]
    assert history.gaps(1, 0, 1) == []


def test_a_slow_source_is_not_all_gaps():
    history = filled(History(), [float(second) for second in range(20)])
    assert history.gaps(1, 0, 20) == []
    filled(history, [25.0])
    assert history.gaps(1, 0, 30) == [(19.0, 25.0)]


def test_the_reading_nearest_to_a_moment_is_found_unless_the_face_was_away():
    history = filled(History(), [*at_rate(0, 2), *at_rate(5, 6)])
    read = history.at(1, 1.01)
    assert read is not None
    assert read[0] == pytest.approx(1.0, abs=1e-6)
    assert history.at(1, 3.5) is None


def test_the_last_reading_in_sight_is_found():
    history = filled(History(), [0.0, 0.1, 0.2])
    latest = history.latest(1, 0.0, 0.15)
    assert latest is not None
    assert latest[0] == 0.1
    assert history.latest(1, 5.0, 6.0) is None


def test_spans_without_a_label_last_to_the_next_label():
    history = filled(History(), [0.0, 0.1])
    filled(history, [0.2, 0.3], emotion=UNCERTAIN)
    filled(history, [0.4])
    filled(history, [0.5], emotion=UNCERTAIN)
    filled(history, [0.6])
    assert history.uncertain(1, 0, 1) == [(0.2, 0.4), (0.5, 0.6)]
    assert history.uncertain(1, 0, 1, merge_s=0.2) == [(0.2, 0.6)]
    assert history.uncertain(1, 0.25, 0.35) == [(0.25, 0.35)]


def test_a_span_without_a_label_ends_where_the_face_goes_away():
    history = filled(History(), at_rate(0, 1), emotion=UNCERTAIN)
    filled(history, at_rate(3, 4))
    ((start_s, end_s),) = history.uncertain(1, 0, 10)
    assert start_s == 0.0
    assert end_s == pytest.approx(1.0, abs=0.05)


def test_markers_come_in_the_order_of_time():
    history = History()
    for t_s, text in ((3.0, "c"), (1.0, "a"), (2.0, "b")):
        history.mark(t_s, text)
    assert history.markers(1.0, 2.0) == (Marker(1.0, "a"), Marker(2.0, "b"))


def test_a_whole_session_is_loaded_at_once_and_nothing_of_it_is_too_old():
    t_s = np.arange(0, 3600, 0.1)
    values = np.full((len(t_s), 8), 0.125, np.float32)
    history = History.of(3700.0, 0.1, {7: Series(t_s, values, t_s < 1.0)})
    assert (history.oldest_s, history.newest_s, history.tracks) == (0.0, 3700.0, (7,))
    assert len(history.series(7, 0, 4000)[0]) == len(t_s)
    assert history.gaps(7, 0, 4000) == [pytest.approx((3599.9, 3700.0))]
    assert history.uncertain(7, 0, 4000) == [pytest.approx((0.0, 1.0))]


def test_markers_are_replaced_by_others():
    history = History()
    history.mark(1.0, "a")
    before = history.revision
    history.set_markers([Marker(3.0, "c"), Marker(2.0, "b")])
    assert history.markers(0, 9) == (Marker(2.0, "b"), Marker(3.0, "c"))
    assert history.revision > before
