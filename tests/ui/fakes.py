"""The hardware's edge for the window's tests: a source without a device, and a pipeline without models."""

import time
from collections.abc import Callable
from threading import Event
from typing import cast

import numpy as np

from app.capture.source import Source
from app.engine import Engine
from app.types import EMOTIONS, UNCERTAIN, Box, Crop, Face, Frame, FrameResult, Reading
from app.vision.pipeline import Pipeline

# the crop's [-1, 1] on the pixels 20 to 40 across and 10 to 30 down
_TO_FRAME = np.array([[10, 0, 30], [0, 10, 20]], np.float32)


def reading(
    emotion: str = "happiness", quality: str = "ok", box: Box | None = None, confidence: float = 0.93
) -> Reading:
    """A face with that emotion; a third of the crop is attended to."""
    best = EMOTIONS.index("happiness" if emotion == UNCERTAIN else emotion)
    probabilities = np.full(8, (1 - confidence) / 7, np.float32)
    probabilities[best] = confidence
    face = Face(box or Box(20, 10, 20, 20), 0.9, np.zeros((6, 2), np.float32))
    theta = np.array([[0.5, 0, 0], [0, 0.5, 0]], np.float32)
    pixels = np.tile(np.arange(48, dtype=np.uint8) * 5, (48, 1))
    return Reading(1, face, Crop(pixels, _TO_FRAME), probabilities, probabilities, theta, pixels, emotion, quality)


class FakePipeline:
    """Reads one face in every frame."""

    provider = "cpu"

    def process(self, frame: Frame, *, still: bool = False) -> FrameResult:
        return FrameResult(frame, (reading(),), {"detect": 3.0, "crop": 0.5, "classify": 2.0, "track": 0.1})

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


def fake_engine(open_source: Callable[[str], Source] = lambda _spec: TinySource()) -> Engine:
    """An engine without models, on a source without a device."""
    return Engine(open_source, cast("Callable[[], Pipeline]", FakePipeline))
