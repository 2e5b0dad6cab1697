"""Which face is followed."""

from dataclasses import replace

from app.types import Box, Reading
from app.ui.following import Following
from tests.ui.fakes import reading


def _face(track: int, side: float = 20.0) -> Reading:
    return replace(reading(box=Box(0, 0, side, side)), track=track)


def test_the_largest_face_is_followed_until_another_is_chosen():
    following = Following()
    following.update([_face(1), _face(2, side=30)], 0.0)
    assert following.track == 2
    following.follow(1)
    following.update([_face(1), _face(2, side=30)], 0.1)
    assert following.track == 1


def test_a_face_that_is_gone_for_a_moment_stays_followed():
    following = Following()
    following.update([_face(1)], 0.0)
    following.update([_face(2)], 1.0)
    assert following.track == 1
    following.update([_face(2)], 1.6)
    assert following.track == 2


def test_with_nobody_in_view_for_long_nobody_is_followed():
    following = Following()
    following.update([_face(1)], 0.0)
    following.update([], 2.0)
    assert following.track is None


def test_a_source_that_starts_over_does_not_hold_on_to_the_past():
    following = Following()
    following.update([_face(1)], 100.0)
    following.update([_face(4)], 0.0)
    assert following.track == 4


def test_the_next_face_comes_by_number_and_after_the_last_the_first():
    following = Following()
    following.follow_next()
    assert following.track is None
    following.update([_face(3), _face(1, side=30), _face(7)], 0.0)
    seen = [following.track]
    for _ in range(3):
        following.follow_next()
        seen.append(following.track)
    assert seen == [1, 3, 7, 1]


def test_a_face_that_is_not_in_view_cannot_be_chosen():
    following = Following()
    following.update([_face(1)], 0.0)
    following.follow(9)
    assert following.track == 1
    following.clear()
    assert following.track is None
