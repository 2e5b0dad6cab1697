"""Where things go in the live view."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.types import Box
from app.ui.layout import Rect, letterbox, place_label, place_lens, smallest_at

VIEW = Rect(0, 0, 800, 600)
lengths = st.floats(20, 700)
places = st.builds(Rect, st.floats(-200, 900), st.floats(-200, 700), lengths, lengths)


def test_a_wide_frame_touches_left_and_right_and_lies_in_the_middle():
    frame_map = letterbox(1600, 900, VIEW)
    assert frame_map.target == Rect(0, 75, 800, 450)
    assert frame_map.scale == 0.5


def test_a_tall_frame_touches_top_and_bottom():
    assert letterbox(300, 600, VIEW).target == Rect(250, 0, 300, 600)


def test_a_box_follows_the_frame():
    assert letterbox(1600, 900, VIEW).rect(Box(200, 100, 400, 300)) == Rect(100, 125, 200, 150)


def test_a_mirrored_frame_swaps_left_and_right_of_points_and_boxes():
    frame_map = letterbox(1600, 900, VIEW, mirrored=True)
    assert frame_map.point(0, 0) == (800, 75)
    assert frame_map.rect(Box(200, 100, 400, 300)) == Rect(500, 125, 200, 150)


def test_of_faces_one_in_another_the_smaller_is_meant():
    boxes = [Rect(0, 0, 300, 300), Rect(100, 100, 50, 50), Rect(500, 0, 20, 20)]
    assert smallest_at(boxes, 120, 120) == 1
    assert smallest_at(boxes, 20, 20) == 0
    assert smallest_at(boxes, 400, 400) is None


def test_a_label_stands_above_its_face():
    label = place_label(Rect(100, 200, 150, 150), 120, 24, VIEW, [])
    assert label.bottom <= 200
    assert label.x == 100


def test_a_label_at_the_upper_edge_goes_below_the_face():
    face = Rect(100, 2, 150, 150)
    assert place_label(face, 120, 24, VIEW, [face]).y >= face.bottom


def test_a_label_moves_off_another_one():
    face = Rect(100, 200, 150, 150)
    other = place_label(face, 120, 24, VIEW, [face])
    assert place_label(face, 120, 24, VIEW, [face, other]).overlap(other) == 0


def test_a_lens_stands_right_of_a_face_with_room_there():
    assert place_lens(Rect(100, 200, 150, 150), 96, VIEW, []) == Rect(258, 200, 96, 96)


def test_a_lens_stands_left_of_a_face_at_the_right_edge():
    lens = place_lens(Rect(640, 200, 150, 150), 96, VIEW, [])
    assert lens.right < 640


def test_a_lens_spares_a_second_face():
    second = Rect(260, 180, 150, 150)
    lens = place_lens(Rect(100, 200, 150, 150), 96, VIEW, [second])
    assert lens.overlap(second) == 0


@given(places, st.lists(places, max_size=3))
def test_label_and_lens_never_leave_the_view(face: Rect, taken: list[Rect]):
    for place in (place_label(face, 120, 24, VIEW, taken), place_lens(face, 96, VIEW, taken)):
        assert place.inside(VIEW) == place


@pytest.mark.parametrize("x", [-50, 0, 300, 704, 780])
@pytest.mark.parametrize("y", [-50, 0, 300, 504, 580])
def test_a_lens_never_covers_its_face_where_the_view_has_room(x: float, y: float):
    face = Rect(x, y, 100, 100)
    assert place_lens(face, 96, VIEW, []).overlap(face) == 0
