"""The hardware's edge for the engine's tests, and how they wait."""

import threading
import time
from collections.abc import Callable, Sequence

import numpy as np

from app.capture.source import Source, SourceKind
from app.engine import Engine
from app.session.log import SessionInfo
from app.session.publish import Publisher
from app.settings import Settings
from app.types import Event, Floats, Frame, FrameResult

IMAGE = np.zeros((8, 8, 3), np.uint8)


class FakeSource:
    """The hardware edge: ``count`` frames, ``period_s`` apart, timed at 30 frames/s."""

    fps: float | None = None

    def __init__(
        self,
        count: int,
        *,
        live: bool = False,
        period_s: float = 0.0,
        then: Exception | None = None,
        kind: SourceKind = "file",
        identity: str = "",
    ) -> None:
        self.name = "fake"
        self.kind = kind
        self.identity = identity
        self.live = live
        self.stills = False
        self.closed = threading.Event()
        self._count = count
        self._period_s = period_s
        self._then = then
        self._index = 0

    def read(self) -> Frame | None:
        if self._index >= self._count:
            if self._then is not None:
                raise self._then
            return None
        time.sleep(self._period_s)
        frame = Frame(self._index, self._index / 30, IMAGE)
        self._index += 1
        return frame

    def close(self) -> None:
        self.closed.set()


class FakePipeline:
    """Reads nothing, in ``took_s``; keeps what it was given, and on which thread."""

    provider = "cpu"

    def __init__(self, took_s: float = 0.0, error: Exception | None = None) -> None:
        self.seen: list[int] = []
        self.asked: list[tuple[object, ...]] = []
        self.threads: set[str] = set()
        self.calibrated: dict[int, Floats] = {}
        self.events: list[tuple[str, str]] = []
        self.closed = False
        self.error = error
        self._took_s = took_s

    def process(self, frame: Frame, *, still: bool = False) -> FrameResult:
        if self.error is not None:
            raise self.error
        time.sleep(self._took_s)
        self.seen.append(frame.index)
        events, self.events = self.events, []
        return FrameResult(frame, events=tuple(Event(frame.t_s, name, note) for name, note in events))

    def configure(self, settings: Settings) -> None:
        self._ask("configure", settings)

    def calibrate(self, track: int, seconds: float) -> None:
        self._ask("calibrate", track, seconds)

    def clear_calibration(self, track: int) -> None:
        self._ask("clear", track)

    def close(self) -> None:
        self.closed = True

    def _ask(self, *what: object) -> None:
        self.asked.append(what)
        self.threads.add(threading.current_thread().name)


def wait(condition: Callable[[], bool], timeout_s: float = 5.0) -> None:
    """Wait until it is so, or fail."""
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.005)


def describe(settings: Settings, source: str, provider: str) -> SessionInfo:
    """A session's description."""
    return SessionInfo(source, provider, settings.to_dict())


def engine_of(
    source: Source | Exception | Callable[[str, Settings], Source],
    pipeline: FakePipeline | Exception,
    settings: Settings | None = None,
    *,
    publishers: Sequence[Publisher] = (),
    paced: bool = False,
) -> Engine:
    """An engine that opens this source, or calls it, and reads with this pipeline; an exception is raised instead."""

    def open_source(spec: str, settings: Settings) -> Source:
        if isinstance(source, Exception):
            raise source
        return source(spec, settings) if callable(source) else source

    def make_pipeline(_settings: Settings) -> FakePipeline:
        if isinstance(pipeline, Exception):
            raise pipeline
        return pipeline

    return Engine(open_source, make_pipeline, describe, settings or Settings(), publishers=publishers, paced=paced)
