"""What the timeline shows, and where."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.session.schema import MOST_S
from app.ui.layout import Rect
from app.ui.timescale import (
    LONGEST_SPAN_S,
    SHORTEST_SPAN_S,
    PlotMap,
    TimeWindow,
    next_span,
    place_flags,
    thinned,
    ticks,
    wrapped,
)

TARGET = Rect(50, 20, 1100, 120)


def test_a_live_window_ends_at_the_newest_frame():
    assert TimeWindow().end_s(123.4) == 123.4


def test_scrolling_back_holds_the_window():
    window = TimeWindow(60).scrolled(-10, 0, 200)
    assert window.held_s == 190
    assert window.end_s(500) == 190


def test_scrolling_back_ends_at_the_oldest_frame():
    assert TimeWindow(60).scrolled(-np.inf, 30, 200).held_s == 90
    assert TimeWindow(60, 90).scrolled(-5, 30, 200).held_s == 90


def test_there_is_nothing_to_scroll_to_while_all_is_in_sight():
    assert TimeWindow(60).scrolled(-10, 0, 40).held_s is None
    assert TimeWindow(60, 35).scrolled(-10, 0, 40).held_s == 35


def test_scrolling_forward_to_the_newest_frame_is_live_again():
    held = TimeWindow(60, 150)
    assert held.scrolled(20, 0, 200).held_s == 170
    assert held.scrolled(50, 0, 200).held_s is None
    assert held.scrolled(np.inf, 0, 200).held_s is None


def test_zooming_keeps_what_is_below_the_mouse_in_its_place():
    window = TimeWindow(60, 100).zoomed(30, 80, 200)
    assert window == TimeWindow(30, 90)
    # 80 s lay a third from the right edge, and does
    assert window.span_s / 3 == pytest.approx(90 - 80)


def test_zooming_out_never_shows_the_future():
    assert TimeWindow(60, 100).zoomed(600, 50, 110).held_s == 110


def test_zooming_while_live_stays_live_and_within_bounds():
    assert TimeWindow(60).zoomed(1, 0, 10) == TimeWindow(SHORTEST_SPAN_S)
    assert TimeWindow(60).zoomed(1e9, 0, 10) == TimeWindow(LONGEST_SPAN_S)


def test_a_span_out_of_bounds_is_refused():
    with pytest.raises(ValueError, match="5 to 600 s"):
        TimeWindow(2)


def test_the_next_span_is_a_round_one():
    assert next_span(60, longer=True) == 120
    assert next_span(47, longer=True) == 60
    assert next_span(47, longer=False) == 30
    assert next_span(5, longer=False) == 5
    assert next_span(600, longer=True) == 600


@given(st.floats(5, 600), st.floats(0, 5000), st.sampled_from([1.0, 1.25, 2.0]))
def test_the_newest_frame_lies_at_the_right_edge(span_s: float, end_s: float, ratio: float):
    plot = PlotMap.of(TARGET, span_s, end_s, ratio)
    assert plot.x(end_s) == pytest.approx(TARGET.right, abs=1)
    assert plot.x(plot.from_s) == pytest.approx(TARGET.x, abs=1)
    assert plot.t_s(plot.x(end_s - 1)) == pytest.approx(end_s - 1, abs=1e-3)


def test_a_reading_stays_in_its_pixels_as_time_goes_on():
    xs = [PlotMap.of(TARGET, 60, 100 + frame / 30, 1).x(80) for frame in range(60)]
    assert np.allclose(np.array(xs) % 1, xs[0] % 1)


def test_probabilities_go_up_and_lines_at_the_edges_are_seen_whole():
    plot = PlotMap.of(TARGET, 60, 100, 1)
    assert TARGET.y < plot.y(1) < plot.y(0) < TARGET.bottom


def test_ticks_are_round_and_few():
    assert ticks(3, 63, 10) == [10, 20, 30, 40, 50, 60]
    assert ticks(0, 5, 5) == [0, 1, 2, 3, 4, 5]
    assert ticks(0, 600, 3) == [0, 300, 600]


def test_there_is_no_tick_before_the_source_started():
    assert ticks(-45, 15, 6) == [0, 10]


@given(st.floats(0, 1e5), st.floats(5, 600) | st.floats(5, 2 * MOST_S), st.floats(1, 30))
def test_there_are_never_more_ticks_than_have_room(from_s: float, span_s: float, most: float):
    assert len(ticks(from_s, from_s + span_s, most)) <= most + 1


def line(times: list[float], values: list[float]) -> tuple[list[list[float]], list[list[float]]]:
    parts = thinned(np.array(times), np.array(values, np.float32)[:, None], 1.0, 5.0)
    return [t.tolist() for t, _ in parts], [v[:, 0].tolist() for _, v in parts]


def test_columns_with_up_to_two_readings_are_left_as_they_are():
    times, values = line([0.1, 0.6, 1.2, 1.9], [0.25, 0.5, 0.75, 0.0])
    assert times == [[0.1, 0.6, 1.2, 1.9]]
    assert values == [[0.25, 0.5, 0.75, 0.0]]


def test_a_full_column_keeps_its_least_and_its_greatest_value_as_the_line_goes():
    rising = line([0.1, 0.3, 0.5, 0.7], [0.25, 1.0, 0.0, 0.5])
    falling = line([0.1, 0.3, 0.5, 0.7], [0.5, 1.0, 0.0, 0.25])
    assert rising == ([[0.1, 0.7]], [[0.0, 1.0]])
    assert falling == ([[0.1, 0.7]], [[1.0, 0.0]])


def test_no_line_goes_through_a_gap():
    times, _ = line([0.0, 1.0, 2.0, 8.0, 9.0], [0.0] * 5)
    assert [sorted(set(part)) for part in times] == [[0.0, 1.0, 2.0], [8.0, 9.0]]


def test_a_gap_within_one_column_breaks_the_line_too():
    parts = thinned(np.array([0.0, 1.0, 8.0, 9.0]), np.zeros((4, 8), np.float32), 0.01, 5.0)
    assert [part[0].tolist() for part in parts] == [[0.0, 1.0], [8.0, 9.0]]


def test_nothing_gives_no_lines():
    assert thinned(np.empty(0), np.empty((0, 8), np.float32), 1.0, 0.5) == []


def test_ten_minutes_become_two_points_a_column_at_most():
    times = np.arange(0, 600, 1 / 30)
    values = np.random.default_rng(1).random((len(times), 8), np.float32)
    ((kept, points),) = thinned(times, values, 1100 / 600, 0.5)
    assert len(kept) <= 2 * 1101
    assert np.array_equal(points.max(axis=0), values.max(axis=0))
    assert np.array_equal(points.min(axis=0), values.min(axis=0))
    assert (np.diff(kept) >= 0).all()


def test_items_wrap_where_the_row_is_full():
    assert wrapped([40, 40, 40], 90, 5) == [(0, 0), (45, 0), (0, 1)]
    assert wrapped([200, 40], 90, 5) == [(0, 0), (0, 1)]


def test_flags_stand_at_their_lines_and_stack_where_they_would_meet():
    assert place_flags([10, 20, 100], [50, 50, 50], (0, 500), 2, 4) == [(10, 0), (20, 1), (100, 0)]


def test_a_flag_without_room_is_left_out():
    assert place_flags([10, 20, 30], [50, 50, 50], (0, 500), 2, 4)[2] is None


def test_a_flag_at_the_right_edge_stays_in_sight():
    assert place_flags([480], [50], (0, 500), 1, 4) == [(450, 0)]


def test_a_flag_leaves_with_its_line():
    assert place_flags([-20], [50], (0, 500), 1, 4) == [(-20, 0)]


def test_a_flag_wider_than_the_plot_is_left_out():
    assert place_flags([100], [600], (0, 500), 1, 4) == [None]


@given(st.lists(st.tuples(st.floats(0, 500), st.floats(5, 150)), max_size=12), st.integers(1, 3))
def test_flags_never_cover_each_other(flags: list[tuple[float, float]], rows: int):
    flags.sort()
    widths = [width for _, width in flags]
    places = place_flags([x for x, _ in flags], widths, (0, 500), rows, 4)
    shown = [(place[1], place[0], place[0] + width) for place, width in zip(places, widths, strict=True) if place]
    for (row, _, end), (other, start, _) in zip(sorted(shown), sorted(shown)[1:], strict=False):
        assert row != other or end <= start


def test_a_window_may_be_as_long_as_a_session():
    whole = TimeWindow(9000, 9000, 9000)
    assert whole.spanning(1e9) == whole
    assert whole.zoomed(3600, 4500, 9000) == TimeWindow(3600, 6300, 9000)
    assert whole.zoomed(60, 0, 9000).scrolled(1e6, 0, 9000).longest_s == 9000
    assert next_span(7200, longer=True, longest_s=9000) == 9000
    assert next_span(9000, longer=False, longest_s=9000) == 7200
    with pytest.raises(ValueError, match="5 to 9000 s"):
        TimeWindow(9001, None, 9000)
