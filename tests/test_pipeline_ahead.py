"""Frames that are read one after the other, the next looked at meanwhile: the same results, and nothing left behind."""

import threading
from collections.abc import Iterator

import numpy as np
import pytest

from app.bench.frames import Frames
from app.types import Face, Frame, FrameResult, Image
from app.vision.pipeline import Pipeline, PipelineOptions
from app.vision.search import FaceSearch


@pytest.fixture(scope="module")
def crowd() -> list[Frame]:
    """Two near faces, then more and smaller ones that have to be found, and at last none."""
    frames = Frames()
    faces = [2] * 6 + [6] * 14 + [0] * 3
    return [Frame(at, at / 30, frames.crowd(at, count, 854, 480)) for at, count in enumerate(faces)]


def assert_same(one: FrameResult, other: FrameResult) -> None:
    assert one.frame is other.frame
    assert one.suspected == other.suspected
    assert [reading.track for reading in one.readings] == [reading.track for reading in other.readings]
    assert [reading.emotion for reading in one.readings] == [reading.emotion for reading in other.readings]
    for reading, twin in zip(one.readings, other.readings, strict=True):
        assert reading.face.box == twin.face.box
        np.testing.assert_array_equal(reading.probabilities, twin.probabilities)
        np.testing.assert_array_equal(reading.theta, twin.theta)
        np.testing.assert_array_equal(reading.attended, twin.attended)


@pytest.mark.parametrize("threads", [1, 2, 4])
@pytest.mark.parametrize("still", [False, True])
def test_the_results_are_those_of_one_frame_at_a_time(crowd: list[Frame], threads: int, still: bool) -> None:
    frames = crowd[::4] if still else crowd
    options = PipelineOptions(threads=threads)
    with Pipeline(options) as pipeline:
        wanted = [pipeline.process(frame, still=still) for frame in frames]
    with Pipeline(options) as pipeline:
        results = list(pipeline.process_each(iter(frames), still=still))
    assert max(len(result.readings) for result in wanted) == 6
    assert len(results) == len(wanted)
    for result, twin in zip(results, wanted, strict=True):
        assert_same(result, twin)
        assert set(result.timings_ms) == set(twin.timings_ms)


def test_a_result_is_given_once_the_next_frame_is_there(crowd: list[Frame]) -> None:
    taken: list[int] = []

    def source() -> Iterator[Frame]:
        for frame in crowd[:4]:
            taken.append(frame.index)
            yield frame

    with Pipeline() as pipeline:
        results = pipeline.process_each(source())
        assert taken == []
        for index in range(4):
            assert next(results).frame.index == index
            assert taken[-1] == min(index + 1, 3)
        assert list(results) == []
        assert list(pipeline.process_each([])) == []


def test_what_ends_the_frames_ends_the_reading_and_leaves_no_thread(crowd: list[Frame]) -> None:
    before = set(threading.enumerate())

    def source() -> Iterator[Frame]:
        yield from crowd[:3]
        raise OSError("unplugged")

    with Pipeline() as pipeline:
        results = pipeline.process_each(source())
        assert [next(results).frame.index for _ in range(2)] == [0, 1]
        with pytest.raises(OSError, match="unplugged"):
            next(results)
    assert set(threading.enumerate()) == before


def test_a_reading_that_is_given_up_leaves_no_thread(crowd: list[Frame]) -> None:
    before = set(threading.enumerate())
    with Pipeline() as pipeline:
        next(pipeline.process_each(crowd))
    assert set(threading.enumerate()) == before


def test_what_fails_while_looking_at_the_next_frame_is_raised_in_its_turn(
    crowd: list[Frame], monkeypatch: pytest.MonkeyPatch
) -> None:
    find = FaceSearch.find

    def failing(self: FaceSearch, image: Image, t_s: float, *, still: bool = False) -> tuple[Face, ...]:
        if image is crowd[1].image:
            raise MemoryError("too large")
        return find(self, image, t_s, still=still)

    monkeypatch.setattr(FaceSearch, "find", failing)
    with Pipeline() as pipeline:
        results = pipeline.process_each(crowd)
        assert next(results).frame is crowd[0]
        with pytest.raises(MemoryError, match="too large"):
            next(results)
