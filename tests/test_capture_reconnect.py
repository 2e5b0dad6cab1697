"""A lost source is found again: by identity, without losing count or time."""

import itertools
import socket
import threading
import time

import pytest

from app.capture import camera as camera_module
from app.capture import devices, sources
from app.capture.camera import CameraSource
from app.capture.devices import Camera
from app.capture.reconnect import ReconnectingSource, delay_s
from app.capture.source import Source
from app.capture.sources import open_source
from app.types import Frame, Image, SourceError
from tests.mjpeg import MjpegServer
from tests.reconnect_fakes import Again, Clock, FakeCamera, noisy, reconnecting, take

SMALL = (320, 180)


def test_attempts_back_off_from_half_a_second_to_five_and_go_on_for_ever():
    assert [delay_s(attempt) for attempt in range(6)] == [0.5, 1.0, 2.0, 4.0, 5.0, 5.0]
    assert delay_s(10**6) == 5.0


def test_a_lost_camera_is_told_found_again_and_told():
    clock, told = Clock(), list[str]()
    first = FakeCamera(clock, 3)
    source = reconnecting(Again(SourceError("not there"), FakeCamera(clock, 3)), first, clock, told)
    assert (source.name, source.kind, source.identity, source.live, source.stills, source.fps) == (
        "C920",
        "camera",
        "by-id/c920",
        True,
        False,
        10.0,
    )
    assert len(take(source, 3)) == 3
    assert told == []
    assert len(take(source, 3)) == 3
    assert first.closed
    assert len(told) == 2
    assert told[0] == "C920 is lost: check its cable"
    assert told[1].startswith("C920 is back after ")


def test_frames_go_on_in_number_and_in_real_time_over_every_gap():
    clock, told = Clock(), list[str]()
    cameras = [FakeCamera(clock, 3) for _ in range(4)]
    frames = take(reconnecting(Again(*cameras[1:]), cameras[0], clock, told), 12)
    assert [frame.index for frame in frames] == list(range(12))
    taken_s = [at_s - cameras[0].taken_s[0] for camera in cameras for at_s in camera.taken_s]
    # the fake's time goes on in another thread between a frame and the look at the clock
    assert [frame.t_s for frame in frames] == pytest.approx(taken_s, abs=0.1)
    assert sum(after.t_s - before.t_s >= 0.5 for before, after in itertools.pairwise(frames)) == 3
    assert len(told) == 6


def test_numbers_that_the_source_leaves_out_are_left_out():
    clock = Clock()

    class Skipping(FakeCamera):
        def read(self) -> Frame | None:
            frame = super().read()
            return frame and Frame(3 * frame.index, frame.t_s, frame.image)

    source = reconnecting(Again(Skipping(clock, 3)), Skipping(clock, 3), clock, [])
    assert [frame.index for frame in take(source, 6)] == [0, 3, 6, 7, 10, 13]


@pytest.mark.parametrize("other", [{"identity": "by-id/door"}, {"name": "Integrated Camera"}])
def test_another_camera_in_its_place_is_not_taken_for_it(other: dict[str, str]):
    clock, told = Clock(), list[str]()
    wrong = FakeCamera(clock, 3, **other)  # type: ignore[arg-type]
    right = FakeCamera(clock, 3)
    source = reconnecting(Again(wrong, right), FakeCamera(clock, 1), clock, told)
    assert len(take(source, 3)) == 3
    assert wrong.closed
    assert not right.closed
    assert len(told) == 2


def test_a_camera_that_opens_and_sends_nothing_is_not_back():
    clock, told = Clock(), list[str]()
    mute = FakeCamera(clock, 0)
    source = reconnecting(Again(mute, FakeCamera(clock, 3)), FakeCamera(clock, 1), clock, told)
    assert len(take(source, 2)) == 2
    assert mute.closed
    assert len(told) == 2


def test_a_camera_that_never_gave_a_frame_is_not_lost_but_fails():
    clock, told = Clock(), list[str]()
    source = reconnecting(Again(), FakeCamera(clock, 0), clock, told)
    with pytest.raises(SourceError, match="C920 is lost"):
        source.read()
    assert told == []


def test_an_error_of_our_own_while_opening_is_not_hidden():
    clock = Clock()
    source = reconnecting(Again(RuntimeError("bug")), FakeCamera(clock, 1), clock, [])
    source.read()
    with pytest.raises(RuntimeError, match="bug"):
        source.read()


class Driver:
    """``Handle`` of a camera: gives frames while its index is plugged in."""

    plugged: frozenset[int] = frozenset()

    def __init__(self, target: int, backend: int) -> None:
        self.target = target
        self.closed = False

    @property
    def opened(self) -> bool:
        return self.target in self.plugged

    def get(self, prop: int) -> float:
        return 30.0

    def set(self, prop: int, value: float) -> None:
        """Grant nothing."""

    def read(self) -> Image | None:
        return noisy() if self.opened and not self.closed else None

    def close(self) -> None:
        self.closed = True


def test_a_camera_that_comes_back_under_another_index_is_found_by_its_identity(monkeypatch: pytest.MonkeyPatch):
    clock, told = Clock(), list[str]()
    laptop = Camera(0, "Integrated Camera", "laptop-path", "laptop-id")
    # the desk's camera had index 2; while it is away, the door's, of the same make, takes that
    states = [
        [laptop, Camera(2, "C920", "2-path", "door-id")],
        [laptop, Camera(2, "C920", "2-path", "door-id"), Camera(4, "C920", "4-path", "desk-id")],
    ]

    def list_cameras() -> list[Camera]:
        Driver.plugged = frozenset(camera.index for camera in states[0])
        return states.pop(0) if len(states) > 1 else states[0]

    for module in (devices, sources):
        monkeypatch.setattr(module, "list_cameras", list_cameras)
    monkeypatch.setattr(camera_module, "Handle", Driver)
    monkeypatch.setattr(Driver, "plugged", frozenset({0, 2}))
    opened: list[Source] = []

    def open_again() -> Source:
        opened.append(open_source(first.identity, clock=clock))
        return opened[-1]

    first = CameraSource(Camera(2, "C920", "2-path", "desk-id"), clock=clock)
    source = reconnecting(open_again, first, clock, told)
    assert source.read() is not None
    Driver.plugged = frozenset({0})
    assert source.read() is not None
    assert [(again.identity, again.name) for again in opened] == [("desk-id", "C920")]
    assert told[0] == "camera 2 (C920) is lost: it sends no more frames; check its cable"
    assert told[1].startswith("C920 is back after")


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def test_a_stream_whose_server_dies_goes_on_when_the_server_is_back():
    told: list[str] = []
    lost = threading.Event()
    port = free_port()
    frames: list[Frame] = []

    def open_again() -> Source:
        return open_source(url, timeout_ms=1000)

    def tell_lost(message: str) -> None:
        told.append(message)
        lost.set()

    with MjpegServer(size=SMALL, port=port) as server:
        url = server.url
        source = ReconnectingSource(
            open_again,
            open_again(),
            on_lost=tell_lost,
            on_back=told.append,
            wait=threading.Event().wait,
            clock=time.monotonic,
        )
        frames += take(source, 10)
    killed_s = time.monotonic()
    rest: list[Frame] = []
    reader = threading.Thread(target=lambda: rest.extend(take(source, 40)))
    reader.start()
    assert lost.wait(5.0)
    time.sleep(0.6)
    assert len(told) == 1
    with MjpegServer(size=SMALL, port=port):
        reader.join(8.0)
        gap_s = time.monotonic() - killed_s
        source.close()
    assert not reader.is_alive()
    frames += rest
    assert "the stream ended after" in told[0]
    assert "is back after" in told[1]
    assert [frame.index for frame in frames] == list(range(50))
    times_s = [frame.t_s for frame in frames]
    assert times_s == sorted(times_s)
    assert 0.5 < max(after - before for before, after in itertools.pairwise(times_s)) < gap_s
