"""Cameras that are lost, and time that passes at once, for the tests of finding a source again."""

import threading
import time
from collections.abc import Callable

import numpy as np

from app.capture.reconnect import ReconnectingSource
from app.capture.source import Source, SourceKind
from app.types import Frame, Image, SourceError

NOISE = np.random.default_rng(0)


def noisy() -> Image:
    """A picture like no other."""
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
    """A source that is found again; what it tells is kept."""
    return ReconnectingSource(open_again, first, on_lost=told.append, on_back=told.append, wait=clock.wait, clock=clock)


def take(source: Source, count: int) -> list[Frame]:
    """Read so many frames; None where there is none is left out."""
    frames = [source.read() for _ in range(count)]
    return [frame for frame in frames if frame is not None]
