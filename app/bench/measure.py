"""Times of single stages, and of whole frames by the number of faces."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from app.bench.frames import Frames
from app.capture.demo import FPS
from app.cv import cv2
from app.types import Frame, FrameResult, Image, MienError
from app.vision.draw import Annotator
from app.vision.pipeline import Pipeline, PipelineOptions

SIZES: Final = {"480p": (854, 480), "720p": (1280, 720), "1080p": (1920, 1080)}
FACES: Final = (0, 1, 2, 5, 10)
# A face that is small in its frame is found within a round of the search's 18 tiles, and counts from the next frame on;
# a round later the search is calm.
_WARM_UP: Final = 60
# Configurations take turns of so many frames, so that whatever slows the machine down meets all of them.
_TURN: Final = 10
# as cameras send 720p
_JPEG_QUALITY: Final = 90

Paint = Callable[[FrameResult], float]


@dataclass(frozen=True, slots=True)
class Spread:
    """Milliseconds: the median, the 95th percentile, and of how many."""

    median: float
    p95: float
    count: int

    @classmethod
    def of(cls, values_ms: Iterable[float]) -> "Spread":
        """Return what ``values_ms``, at least one, come to."""
        values = np.fromiter(values_ms, np.float64)
        return cls(float(np.median(values)), float(np.percentile(values, 95)), len(values))


@dataclass(frozen=True, slots=True)
class Rate:
    """How fast frames of one kind are read.

    Attributes:
        size: ``480p``, ``720p`` or ``1080p``.
        faces: in each frame.
        read: faces that were read, a frame, on average.
        frames_per_s: as those of a file are read, the next looked at meanwhile, without decoding and painting.
        frame_ms: of one frame by itself.
    """

    size: str
    faces: int
    read: float
    frames_per_s: float
    frame_ms: Spread


def stages(
    frames: Frames, options: PipelineOptions, count: int, paint: Paint | None, tick: Callable[[], object]
) -> Mapping[str, Spread]:
    """Time ``count`` frames of the demo at 720p with one near face, stage by stage, in the order of their flow.

    No tile is left out, as where faces are hidden: with one in every second frame the median would be of either kind.

    Args:
        frames: where they come from.
        options: what to read them with.
        count: how many.
        paint: shows a result as the window does and returns the milliseconds; None leaves it out.
        tick: called after each frame.

    Raises:
        MienError: the provider fails.
    """
    times: defaultdict[str, list[float]] = defaultdict(list)
    annotator, pipeline = Annotator(), Pipeline(replace(options, blur_faces=True))
    try:
        pipeline.process(Frame(0, 0.0, frames.near(0)))
        for index in range(count):
            _, sent = cv2.imencode(".jpg", frames.near(index), [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])
            began_ms = _now_ms()
            image = cv2.imdecode(sent, cv2.IMREAD_COLOR)
            times["decode"].append(_now_ms() - began_ms)
            result = _read(pipeline, Frame(index, index / FPS, np.asarray(image, np.uint8)))
            for stage, spent_ms in result.timings_ms.items():
                times[stage].append(spent_ms)
            began_ms = _now_ms()
            annotator.draw(result, blur=False)
            times["draw"].append(_now_ms() - began_ms)
            if paint is not None:
                times["paint"].append(paint(result))
            tick()
    finally:
        pipeline.close()
    return {stage: Spread.of(spent_ms) for stage, spent_ms in times.items()}


def rates(frames: Frames, options: PipelineOptions, count: int, tick: Callable[[], object]) -> list[Rate]:
    """Time at least ``count`` frames of each size and number of faces; ``tick`` is called after each turn of frames."""
    return [rate for size in SIZES for rate in _rates_of_size(frames, options, size, count, tick)]


def turns(count: int) -> int:
    """Return how often ``rates`` calls ``tick``."""
    return len(SIZES) * len(FACES) * -(-count // _TURN)


def _rates_of_size(
    frames: Frames, options: PipelineOptions, size: str, count: int, tick: Callable[[], object]
) -> list[Rate]:
    width, height = SIZES[size]
    pipelines = {faces: Pipeline(options) for faces in FACES}
    alone_ms: dict[int, list[float]] = {faces: [] for faces in FACES}
    spent_ms, read = dict.fromkeys(FACES, 0.0), dict.fromkeys(FACES, 0)
    try:
        for faces, pipeline in pipelines.items():
            for index in range(_WARM_UP):
                pipeline.process(_frame(frames.crowd(index, faces, width, height), index))
        rounds = range(_WARM_UP, _WARM_UP + 2 * count, 2 * _TURN)
        for first in rounds:
            for faces, pipeline in pipelines.items():
                turn = [
                    _frame(frames.crowd(index, faces, width, height), index)
                    for index in range(first, first + 2 * _TURN)
                ]
                for frame in turn[:_TURN]:
                    began_ms = _now_ms()
                    _read(pipeline, frame)
                    alone_ms[faces].append(_now_ms() - began_ms)
                began_ms = _now_ms()
                read[faces] += sum(len(result.readings) for result in _read_each(pipeline, turn[_TURN:]))
                spent_ms[faces] += _now_ms() - began_ms
                tick()
    finally:
        for pipeline in pipelines.values():
            pipeline.close()
    each = len(rounds) * _TURN
    return [
        Rate(size, faces, read[faces] / each, each / spent_ms[faces] * 1000, Spread.of(alone_ms[faces]))
        for faces in FACES
    ]


def _read(pipeline: Pipeline, frame: Frame) -> FrameResult:
    """Read a frame by itself.

    Raises:
        MienError: the provider fails.
    """
    provider = pipeline.provider
    result = pipeline.process(frame)
    _check(provider, pipeline, [result])
    return result


def _read_each(pipeline: Pipeline, frames: Iterable[Frame]) -> list[FrameResult]:
    """Read frames as those of a file are read.

    Raises:
        MienError: the provider fails.
    """
    provider = pipeline.provider
    results = list(pipeline.process_each(frames))
    _check(provider, pipeline, results)
    return results


def _check(provider: str, pipeline: Pipeline, results: Iterable[FrameResult]) -> None:
    """Times of two providers would be no times of either."""
    if pipeline.provider != provider:
        notes = "; ".join(event.note for result in results for event in result.events)
        raise MienError(f"{notes}. Measure that with --provider cpu")


def _frame(image: Image, index: int) -> Frame:
    return Frame(index, index / FPS, image)


def _now_ms() -> float:
    return time.perf_counter() * 1000
