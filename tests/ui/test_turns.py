"""The panels beside the picture are painted in turns, and none stays behind."""

import pytest

from app.ui.turns import Turns


@pytest.mark.parametrize("ticks_a_frame", [1, 2, 3])
def test_each_new_frame_is_for_one_panel_and_the_next_for_the_other(ticks_a_frame: int) -> None:
    turns = Turns()
    dues = [turns.due(new=tick % ticks_a_frame == 0) for tick in range(12 * ticks_a_frame)]
    first = dues[::ticks_a_frame]
    assert first == [(True, False), (False, True)] * 6
    # a tick between two frames changes nothing
    assert dues == [due for due in first for _ in range(ticks_a_frame)]


@pytest.mark.parametrize("frames", [0, 1, 2])
def test_both_are_due_once_no_new_frame_comes(frames: int) -> None:
    turns = Turns()
    for _ in range(frames):
        turns.due(new=True)
    for _ in range(2):
        turns.due(new=False)
    assert [turns.due(new=False) for _ in range(5)] == [(True, True)] * 5
