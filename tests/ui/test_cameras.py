"""Cameras that are plugged in and out while they are shown."""

import threading
import time
from collections.abc import Callable

from app.capture.devices import Camera
from app.ui.cameras import LOOK_AGAIN_S, CameraFinder

LAPTOP = Camera(0, "Integrated Camera", "/dev/video0", "laptop")
DESK = Camera(2, "C920", "/dev/video2", "desk")


class Machine:
    """Its clock, its cameras, and how often they were looked for."""

    def __init__(self) -> None:
        self.now_s = 50.0
        self.cameras: list[Camera] = [LAPTOP]
        self.looks = 0
        self.answer = threading.Event()
        self.answer.set()

    def list_cameras(self) -> list[Camera]:
        self.looks += 1
        self.answer.wait(5.0)
        return self.cameras

    def finder(self) -> CameraFinder:
        return CameraFinder(self.list_cameras, clock=lambda: self.now_s)


def wait_for(condition: Callable[[], bool]) -> None:
    deadline_s = time.monotonic() + 5.0
    while not condition():
        assert time.monotonic() < deadline_s, "it did not happen in time"
        time.sleep(0.002)


def look(finder: CameraFinder) -> None:
    finder.refresh()
    wait_for(lambda: not finder.busy)


def test_plugging_in_and_out_is_seen_while_the_list_is_shown():
    machine = Machine()
    finder = machine.finder()
    look(finder)
    assert list(finder.cameras) == [LAPTOP]
    for cameras in ([LAPTOP, DESK], [DESK], []):
        machine.cameras = list(cameras)
        machine.now_s += LOOK_AGAIN_S
        look(finder)
        assert list(finder.cameras) == cameras


def test_the_last_cameras_are_there_while_it_looks_again():
    machine = Machine()
    finder = machine.finder()
    look(finder)
    machine.answer.clear()
    machine.now_s += LOOK_AGAIN_S
    finder.refresh()
    assert finder.busy
    assert list(finder.cameras) == [LAPTOP]
    machine.answer.set()


def test_however_often_it_is_asked_it_looks_every_two_seconds_and_never_waits():
    machine = Machine()
    finder = machine.finder()
    machine.answer.clear()
    start_s = time.monotonic()
    for _ in range(100):
        finder.refresh()
    assert time.monotonic() - start_s < 0.5
    assert finder.busy
    machine.answer.set()
    wait_for(lambda: not finder.busy)
    assert machine.looks == 1
    machine.now_s += LOOK_AGAIN_S - 0.01
    look(finder)
    assert machine.looks == 1
    machine.now_s += 0.01
    look(finder)
    assert machine.looks == 2
