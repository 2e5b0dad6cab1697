"""A camera that goes on repeating its last frame is lost; one that sees nothing change is believed."""

import numpy as np

from app.capture.reconnect import FROZEN_S, FreezeWatch
from tests.reconnect_fakes import Again, Clock, FakeCamera, noisy, reconnecting, take


def test_a_camera_that_repeats_its_last_frame_for_five_seconds_is_lost():
    clock, told = Clock(), list[str]()
    stuck = noisy()
    source = reconnecting(Again(FakeCamera(clock, 90)), FakeCamera(clock, 90, image=stuck.copy), clock, told)
    take(source, 50)
    assert told == []
    take(source, 5)
    assert told[0] == "C920 is lost: its picture has not changed for 5 s"
    take(source, 80)
    assert len(told) == 2


def test_a_covered_camera_is_opened_anew_once_and_then_believed():
    clock, told = Clock(), list[str]()
    black = np.zeros((48, 64, 3), np.uint8)
    source = reconnecting(
        Again(FakeCamera(clock, 900, image=lambda: black)), FakeCamera(clock, 900, image=lambda: black), clock, told
    )
    take(source, 400)
    assert len(told) == 2


def test_a_stream_may_show_the_same_picture_for_long():
    clock, told = Clock(), list[str]()
    still = noisy()
    source = reconnecting(Again(), FakeCamera(clock, 200, kind="stream", image=lambda: still), clock, told)
    assert len(take(source, 200)) == 200
    assert told == []


def test_one_pixel_is_a_change():
    watch = FreezeWatch()
    image = noisy()
    assert not watch.frozen(image, 0.0)
    changed = image.copy()
    changed[5, 7, 1] ^= 1
    assert not watch.frozen(changed, FROZEN_S)
    assert not watch.frozen(changed.copy(), 2 * FROZEN_S - 0.01)
    assert watch.frozen(changed.copy(), 2 * FROZEN_S)
