"""A lost source is found again: by identity, without losing count or time, and never in the way of closing."""

import itertools
import socket
import threading
import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from app.capture import camera as camera_module
from app.capture import devices, sources
from app.capture.camera import CameraSource
from app.capture.devices import Camera
from app.capture.reconnect import FROZEN_S, FreezeWatch, ReconnectingSource, delay_s
from app.capture.source import Source, SourceKind
from app.capture.sources import open_source
from app.types import Frame, Image, SourceError
from tests.mjpeg import MjpegServer

SMALL = (320, 180)
NOISE = np.random.default_rng(0)


def noisy() -> Image:
    return NOISE.integers(0, 255, (48, 64, 3), np.uint8)


class Clock:
    """Time that passes only while somebody waits."""

    def __init__(self) -> None:
        self.now_s = 100.0
        self._lock = threading.Lock()

    def __call__(self) -> float:
        return self.now_s

    def wait(self, seconds: float) -> bool:
        with self._lock:
            self.now_s += seconds
        time.sleep(0)
        return False


class FakeCamera:
    """A camera that gives so many frames, a tenth of a second apart, and is lost then."""

    live = True
    stills = False

    def __init__(
        self,
        clock: Clock,
        frames: int,
        *,
        name: str = "C920",
        identity: str = "by-id/c920",
        kind: SourceKind = "camera",
        image: Callable[[], Image] = noisy,
    ) -> None:
        self.name = name
        self.identity = identity
        self.kind: SourceKind = kind
        self.fps: float | None = 10.0
        self.closed = False
        self.taken_s: list[float] = []
        self._clock = clock
        self._frames = frames
        self._image = image
        self._start_s: float | None = None
        self._index = 0

    def read(self) -> Frame | None:
        if self.closed:
            return None
        if self._index == self._frames:
            raise SourceError(f"{self.name} is lost: check its cable")
        self._clock.wait(0.1)
        self.taken_s.append(self._clock.now_s)
        if self._start_s is None:
            self._start_s = self._clock.now_s
        self._index += 1
        return Frame(self._index - 1, self._clock.now_s - self._start_s, self._image())

    def close(self) -> None:
        self.closed = True


class Again:
    """Opens, one after the other, what a test has prepared; an error is raised instead."""

    def __init__(self, *results: Source | Exception) -> None:
        self.results = list(results)

    def __call__(self) -> Source:
        result = self.results.pop(0)
        if isinstance(result, Exception):
            raise result
        return result


def reconnecting(open_again: Callable[[], Source], first: Source, clock: Clock, told: list[str]) -> ReconnectingSource:
    return ReconnectingSource(open_again, first, on_lost=told.append, on_back=told.append, wait=clock.wait, clock=clock)


def take(source: Source, count: int) -> list[Frame]:
    frames = [source.read() for _ in range(count)]
    return [frame for frame in frames if frame is not None]


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


class Stuck:
    """Opens a source that hangs, in opening or in its first read, until it is let go."""

    def __init__(self, phase: str, clock: Clock) -> None:
        self.reached = threading.Event()
        self.go = threading.Event()
        self.source = FakeCamera(clock, 5)
        self._phase = phase
        self._read = self.source.read

    def __call__(self) -> Source:
        if self._phase == "unplugged":
            self.reached.set()
            raise SourceError("not there")
        if self._phase == "opening":
            self._hang()
        else:
            self.source.read = self._hang_and_read  # type: ignore[method-assign]
        return self.source

    def _hang(self) -> None:
        self.reached.set()
        self.go.wait(10.0)

    def _hang_and_read(self) -> Frame | None:
        self._hang()
        return self._read()


@pytest.fixture
def no_threads_left() -> Iterator[None]:
    yield
    deadline_s = time.monotonic() + 3.0
    while any(thread.name == "mien-reconnect" for thread in threading.enumerate()):
        assert time.monotonic() < deadline_s, "an attempt is still going on"
        time.sleep(0.01)


@pytest.mark.usefixtures("no_threads_left")
@pytest.mark.parametrize("how", ["closed", "cancelled"])
@pytest.mark.parametrize("phase", ["unplugged", "opening", "first frame"])
def test_closing_or_cancelling_ends_the_read_at_once_in_every_phase_of_a_gap(phase: str, how: str):
    stuck = Stuck(phase, Clock())
    cancelled = threading.Event()
    source = ReconnectingSource(
        stuck,
        FakeCamera(Clock(), 1),
        on_lost=lambda _: None,
        on_back=lambda _: pytest.fail("nothing is back"),
        wait=cancelled.wait,
        clock=time.monotonic,
    )
    assert source.read() is not None
    results: list[Frame | None] = []
    reader = threading.Thread(target=lambda: results.append(source.read()))
    reader.start()
    assert stuck.reached.wait(5.0)
    time.sleep(0.05)
    start_s = time.monotonic()
    if how == "closed":
        source.close()
    else:
        cancelled.set()
    reader.join(5.0)
    assert time.monotonic() - start_s < 0.1
    assert results == [None]
    stuck.go.set()
    source.close()
    if phase != "unplugged":
        deadline_s = time.monotonic() + 3.0
        while not stuck.source.closed:
            assert time.monotonic() < deadline_s, "what was opened too late stayed open"
            time.sleep(0.01)
    assert source.read() is None


def test_closing_before_it_is_lost_ends_the_read_with_the_source_s():
    clock = Clock()
    source = reconnecting(Again(), FakeCamera(clock, 5), clock, [])
    assert source.read() is not None
    source.close()
    source.close()
    assert source.read() is None
