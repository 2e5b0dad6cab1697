import os
from types import SimpleNamespace

import numpy as np
import pytest

from app.capture import devices, handle, sources
from app.capture.camera import CameraSource
from app.capture.demo import DemoSource
from app.capture.devices import Camera, NoCameraError, find_camera, list_cameras
from app.capture.sources import open_source
from app.cv import cv2
from app.types import SourceError

LAPTOP = Camera(0, "Integrated Camera", "0-path", "laptop-id")
DESK = Camera(2, "HD Pro Webcam C920", "2-path", "desk-id")
DOOR = Camera(4, "HD Pro Webcam C920", "4-path", "door-id")


class FakeCapture:
    """A camera's driver: grants 640x480 at most, and loses the camera after three frames."""

    opens = True

    def __init__(self, target: int, backend: int, parameters: object) -> None:
        self.target = target
        self.calls: list[int] = []
        self.values: dict[int, float] = {}
        self.left = 3
        made.append(self)

    def isOpened(self) -> bool:  # noqa: N802
        return self.opens

    def set(self, prop: int, value: float) -> None:
        self.calls.append(prop)
        limits = {cv2.CAP_PROP_FRAME_WIDTH: 640, cv2.CAP_PROP_FRAME_HEIGHT: 480}
        self.values[prop] = min(value, limits.get(prop, value))

    def get(self, prop: int) -> float:
        return self.values.get(prop, 0.0)

    def read(self):
        self.left -= 1
        return (self.left >= 0, np.zeros((480, 640, 3), np.uint8) if self.left >= 0 else None)

    def release(self) -> None:
        self.left = 0


made: list[FakeCapture] = []


@pytest.fixture
def driver(monkeypatch: pytest.MonkeyPatch) -> list[FakeCapture]:
    made.clear()
    fake = SimpleNamespace(VideoCapture=FakeCapture)
    monkeypatch.setattr(handle, "cv2", fake)
    return made


def connect(monkeypatch: pytest.MonkeyPatch, *cameras: Camera) -> None:
    for module in (devices, sources):
        monkeypatch.setattr(module, "list_cameras", lambda: list(cameras))


def node(index: int, name: str | None, path: str) -> SimpleNamespace:
    return SimpleNamespace(index=index, name=name, path=path)


def test_cameras_are_listed_by_index_each_once(monkeypatch):
    nodes = [node(2, "C920", "/dev/video2"), node(0, "Integrated", "/dev/video0"), node(1, "Integrated", "/dev/video1")]
    monkeypatch.setattr(devices, "enumerate_cameras", lambda backend: nodes)
    monkeypatch.setattr(devices, "_hardware", lambda camera: "usb-1" if camera.index < 2 else "usb-2")
    assert [(camera.index, camera.name) for camera in list_cameras()] == [(0, "Integrated"), (2, "C920")]


def test_a_camera_without_a_name_is_called_by_its_index(monkeypatch):
    monkeypatch.setattr(devices, "enumerate_cameras", lambda backend: [node(3, None, "")])
    assert [camera.name for camera in list_cameras()] == ["camera 3"]


@pytest.mark.parametrize(
    ("spec", "index"),
    [("", 0), ("0", 0), ("2", 2), ("4", 4), ("integrated", 0), ("GRATED CAM", 0), ("door-id", 4), ("2-path", 2)],
)
def test_a_camera_is_found_by_index_name_part_identity_or_node(monkeypatch, spec: str, index: int):
    connect(monkeypatch, LAPTOP, DESK, DOOR)
    camera = find_camera(spec)
    assert camera is not None
    assert camera.index == index


def test_a_name_part_of_several_cameras_is_told_with_their_names(monkeypatch):
    connect(monkeypatch, LAPTOP, DESK, DOOR)
    with pytest.raises(SourceError, match=r"'c920': 2 \(HD Pro Webcam C920\), 4 \(HD Pro Webcam C920\)"):
        find_camera("c920")


def test_without_source_and_camera_a_distinct_error_is_raised(monkeypatch):
    connect(monkeypatch)
    with pytest.raises(NoCameraError, match="no camera is connected"):
        open_source(None)


@pytest.mark.parametrize("spec", ["", " "])
def test_an_empty_source_is_not_the_first_camera(monkeypatch, spec: str):
    connect(monkeypatch)
    with pytest.raises(SourceError, match="SOURCE is empty"):
        open_source(spec)


@pytest.mark.parametrize("spec", ["foo", "7"])
def test_what_is_nothing_is_told_with_what_there_is(monkeypatch, spec: str):
    connect(monkeypatch, LAPTOP)
    with pytest.raises(SourceError, match=rf"no file, camera or URL '{spec}'; cameras here: 0 \(Integrated Camera\)"):
        open_source(spec)


def test_a_camera_that_is_not_connected_now_is_told_by_its_identity():
    identity = "/dev/v4l/by-id/usb-gone-video-index0"
    with pytest.raises(SourceError, match=f"{identity}: no such device now; connect it"):
        open_source(identity)


def test_the_identity_that_windows_gives_a_camera_is_no_path(monkeypatch, driver):
    identity = r"\\?\usb#vid_046d&pid_082d&mi_00#7&1b6#{65e8773d-8f56-11d0-a3b9-00a0c9223196}\global"
    connect(monkeypatch, LAPTOP, Camera(1, "HD Pro Webcam C920", identity, identity))
    source = open_source(identity)
    assert (source.kind, source.identity, driver[0].target) == ("camera", identity, 1)


def test_demo_is_demo(monkeypatch):
    connect(monkeypatch)
    source = open_source("Demo")
    assert isinstance(source, DemoSource)
    assert (source.kind, source.identity) == ("demo", "")


def test_a_camera_is_asked_for_mjpg_before_size_and_rate_and_tells_what_it_granted(driver):
    source = CameraSource(DESK, width=1280, height=720, fps=30)
    assert driver[0].target == 2
    assert driver[0].calls == [
        cv2.CAP_PROP_FOURCC,
        cv2.CAP_PROP_FRAME_WIDTH,
        cv2.CAP_PROP_FRAME_HEIGHT,
        cv2.CAP_PROP_FPS,
    ]
    assert source.size == (640, 480)
    assert source.fps == 30
    assert source.live
    assert (source.kind, source.identity) == ("camera", "desk-id")
    assert source.name == "HD Pro Webcam C920"


def test_frames_are_timed_since_the_first_and_a_lost_camera_is_told(driver):
    times_s = iter([7.0, 7.5, 8.25])
    source = CameraSource(DESK, clock=lambda: next(times_s))
    frames = [source.read() for _ in range(3)]
    assert [(frame.index, frame.t_s) for frame in frames if frame] == [(0, 0.0), (1, 0.5), (2, 1.25)]
    with pytest.raises(SourceError, match=r"camera 2 \(HD Pro Webcam C920\) is lost"):
        source.read()


def test_a_camera_whose_node_is_gone_is_lost_though_its_driver_repeats_frames(driver, monkeypatch):
    source = CameraSource(Camera(0, "C920", "/dev/video0", "id"), clock=lambda: 0.0)
    monkeypatch.setattr(os, "access", lambda path, mode: True)
    assert source.read() is not None
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(SourceError, match="is lost"):
        source.read()


def test_a_camera_that_cannot_be_opened_is_told(driver, monkeypatch):
    monkeypatch.setattr(FakeCapture, "opens", False)
    with pytest.raises(SourceError, match="cannot be opened: close the program that uses it"):
        CameraSource(DESK)


def test_a_camera_that_the_user_may_not_use_is_told(monkeypatch):
    monkeypatch.setattr(os, "access", lambda path, mode: mode == os.F_OK)
    with pytest.raises(SourceError, match="no permission to use /dev/video0"):
        CameraSource(Camera(0, "C920", "/dev/video0", "id"))


def test_a_closed_camera_gives_no_more_frames(driver):
    source = CameraSource(DESK)
    source.read()
    source.close()
    source.close()
    assert source.read() is None
