"""Frames with no face, a hundred, or a part of one, through the real models."""

from collections.abc import Iterator

import numpy as np
import pytest
from skimage import data

from app.types import Frame, FrameResult, Image
from app.vision.pipeline import Pipeline


@pytest.fixture
def pipeline() -> Iterator[Pipeline]:
    with Pipeline() as pipeline:
        yield pipeline


@pytest.fixture(scope="module")
def astronaut() -> Image:
    """Eileen Collins, 512x512 BGR (NASA, public domain); her face is about at x 175 to 276, y 74 to 175."""
    return np.ascontiguousarray(data.astronaut()[:, :, ::-1])


def check(result: FrameResult) -> None:
    """Hold every reading of a frame against what it promises."""
    height, width = result.frame.image.shape[:2]
    assert len({reading.track for reading in result.readings}) == len(result.readings)
    for reading in result.readings:
        assert reading.probabilities.sum() == pytest.approx(1, abs=1e-4)
        assert np.isfinite(reading.raw).all()
        assert np.isfinite(reading.attended_quad()).all()
        box = reading.face.box
        assert box.x < width
        assert box.y < height
        assert box.x + box.width > 0
        assert box.y + box.height > 0


def test_a_hundred_faces_are_read_in_one_frame(pipeline: Pipeline, astronaut: Image) -> None:
    crowd = np.tile(astronaut[:260, 110:370], (2, 50, 1))
    result = pipeline.process(Frame(0, 0.0, crowd), still=True)
    assert len(result.readings) >= 95
    check(result)
    emotions = [reading.emotion for reading in result.readings]
    assert emotions.count("happiness") > 0.9 * len(emotions)


def test_a_crowd_before_a_camera_is_read_frame_by_frame(pipeline: Pipeline, astronaut: Image) -> None:
    crowd = np.tile(astronaut[:260, 110:370], (2, 10, 1))
    for index in range(40):
        result = pipeline.process(Frame(index, index / 30, crowd))
        check(result)
    assert len(result.readings) >= 18
    # and all at once they are gone
    empty = pipeline.process(Frame(40, 40 / 30, np.full_like(crowd, 90)))
    assert empty.readings == ()


@pytest.mark.parametrize(
    ("rows", "columns"),
    [
        (slice(0, 512), slice(205, 512)),
        (slice(0, 512), slice(0, 246)),
        (slice(104, 512), slice(0, 512)),
        (slice(0, 145), slice(0, 512)),
    ],
    ids=["left", "right", "top", "bottom"],
)
def test_a_face_that_an_edge_cuts_is_read(pipeline: Pipeline, astronaut: Image, rows: slice, columns: slice) -> None:
    cut = np.ascontiguousarray(astronaut[rows, columns])
    result = pipeline.process(Frame(0, 0.0, cut), still=True)
    assert len(result.readings) == 1
    check(result)


def test_a_face_leaves_over_every_edge_and_no_frame_fails(pipeline: Pipeline, astronaut: Image) -> None:
    read = 0
    for index, (down, right) in enumerate([(0, 1), (0, -1), (1, 0), (-1, 0), (1, 1), (-1, -1)]):
        for step in range(0, 300, 20):
            x, y = right * step, down * step
            image = np.zeros_like(astronaut)
            shown = astronaut[max(0, -y) : 512 - max(0, y), max(0, -x) : 512 - max(0, x)]
            image[max(0, y) : max(0, y) + shown.shape[0], max(0, x) : max(0, x) + shown.shape[1]] = shown
            number = 15 * index + step // 20
            result = pipeline.process(Frame(number, number / 30, image))
            check(result)
            read += len(result.readings)
    assert read > 30
