"""The hardware's edge for the window's tests: a source without a device, and a pipeline without models."""

import time
from collections.abc import Callable
from dataclasses import replace
from threading import Event

import numpy as np

from app.capture.source import Source, SourceKind
from app.capture.sources import open_source
from app.engine import Engine
from app.session.log import SessionInfo
from app.settings import Settings
from app.types import EMOTIONS, UNCERTAIN, Box, Crop, Face, Floats, Frame, FrameResult, Reading
from app.vision.pipeline import Pipeline, PipelineOptions

# the crop's [-1, 1] on the pixels 20 to 40 across and 10 to 30 down
_TO_FRAME = np.array([[10, 0, 30], [0, 10, 20]], np.float32)


def reading(
    emotion: str = "happiness",
    quality: str = "ok",
    box: Box | None = None,
    confidence: float = 0.93,
    track: int = 1,
) -> Reading:
    """A face with that emotion; a third of the crop is attended to."""
    best = EMOTIONS.index("happiness" if emotion == UNCERTAIN else emotion)
    probabilities = np.full(8, (1 - confidence) / 7, np.float32)
    probabilities[best] = confidence
    face = Face(box or Box(20, 10, 20, 20), 0.9, np.zeros((6, 2), np.float32))
    theta = np.array([[0.5, 0, 0], [0, 0.5, 0]], np.float32)
    pixels = np.tile(np.arange(48, dtype=np.uint8) * 5, (48, 1))
    return Reading(track, face, Crop(pixels, _TO_FRAME), probabilities, probabilities, theta, pixels, emotion, quality)


class FakePipeline:
    """Reads one face, of track 1, in every frame; calibrating it takes its time and changes nothing.

    Attributes:
        settings: what it was last configured with; None before.
    """

    provider = "cpu"

    def __init__(self) -> None:
        self.settings: Settings | None = None
        self.calibrated: dict[int, Floats] = {}
        self._seconds: float | None = None
        self._until_s: float | None = None

    def process(self, frame: Frame, *, still: bool = False) -> FrameResult:
        if self._seconds is not None:
            self._until_s, self._seconds = frame.t_s + self._seconds, None
        if self._until_s is not None and frame.t_s >= self._until_s:
            self._until_s = None
            self.calibrated[1] = np.zeros(8, np.float32)
        face = reading()
        if self._until_s is not None:
            face = replace(face, calibration="measuring", calibrating_s=self._until_s - frame.t_s)
        elif self.calibrated:
            face = replace(face, calibration="applied")
        return FrameResult(frame, (face,), {"detect": 3.0, "crop": 0.5, "classify": 2.0, "track": 0.1})

    def configure(self, settings: Settings) -> None:
        self.settings = settings

    def calibrate(self, track: int, seconds: float) -> None:
        self.clear_calibration(track)
        if track == 1:
            self._seconds = seconds

    def clear_calibration(self, track: int) -> None:
        self.calibrated.pop(track, None)
        self._seconds = self._until_s = None

    def close(self) -> None:
        """Nothing to free."""


class TinySource:
    """A live source of small frames of changing grey.

    Args:
        frames: how many; None for no end.
        interval_s: between two of them.
        stall_after: wait for ``released`` after so many.
        name: the source's.
    """

    kind: SourceKind = "demo"
    identity = ""
    live = True
    stills = False
    fps: float | None = 100.0

    def __init__(
        self,
        frames: int | None = None,
        interval_s: float = 0.01,
        stall_after: int | None = None,
        name: str = "tiny",
    ) -> None:
        self.name = name
        self.released = Event()
        self._frames = frames
        self._interval_s = interval_s
        self._stall_after = stall_after
        self._next = 0
        self._start_s = time.monotonic()

    def read(self) -> Frame | None:
        index = self._next
        if index == self._frames:
            return None
        if index == self._stall_after:
            self.released.wait()
        self._next += 1
        time.sleep(self._interval_s)
        return tiny_frame(index, time.monotonic() - self._start_s)

    def close(self) -> None:
        self.released.set()


def tiny_frame(index: int, t_s: float) -> Frame:
    """A frame (48, 64, 3) whose grey changes with its index; its left edge is white."""
    image = np.full((48, 64, 3), index % 200, np.uint8)
    image[:, :8] = 255
    return Frame(index, t_s, image)


def describe(_settings: Settings, source: str, provider: str) -> SessionInfo:
    """A session's description, without the versions and models that a real one tells."""
    return SessionInfo(source, provider)


def fake_engine(
    open_source: Callable[[str], Source] = lambda _spec: TinySource(), settings: Settings | None = None
) -> Engine:
    """An engine without models, on a source without a device."""
    return Engine(
        lambda spec, _settings: open_source(spec), lambda _settings: FakePipeline(), describe, settings or Settings()
    )


def real_engine(settings: Settings | None = None) -> Engine:
    """An engine that opens real sources and reads them by the real models."""
    return Engine(
        lambda spec, _settings: open_source(spec),
        lambda chosen: Pipeline(PipelineOptions.from_settings(chosen)),
        describe,
        settings or Settings(),
    )
