import itertools

import numpy as np
import pytest

from app.capture.demo import (
    FPS,
    HEIGHT,
    ROUND_S,
    SECOND_FACE_S,
    WIDTH,
    DemoClip,
    DemoSource,
    Pose,
    first_pose,
    second_pose,
)
from app.capture.portrait import Expression, Portrait
from app.resources import weights_dir
from app.types import Box, Image
from app.vision.detector import FaceDetector

FACE_PX = 194  # the side of the detector's box in the portrait


class Time:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s

    def sleep(self, seconds: float) -> None:
        self.now_s += seconds


@pytest.fixture(scope="module")
def clip() -> DemoClip:
    return DemoClip()


def source(clock: Time, *, loop: bool = True) -> DemoSource:
    return DemoSource(loop=loop, clock=clock, sleep=clock.sleep)


def test_the_same_time_gives_the_same_frame(clip: DemoClip):
    frame = clip.render(9.0)
    assert frame.shape == (HEIGHT, WIDTH, 3)
    assert frame.dtype == np.uint8
    np.testing.assert_array_equal(frame, DemoClip().render(9.0))


def test_the_round_closes_without_a_seam(clip: DemoClip):
    np.testing.assert_array_equal(clip.render(0.0), clip.render(ROUND_S))
    step = np.abs(clip.render(0.0).astype(int) - clip.render(1 / FPS)).mean()
    seam = np.abs(clip.render(ROUND_S - 1 / FPS).astype(int) - clip.render(0.0)).mean()
    assert 0 < seam < 2 * step


def test_nothing_jumps_between_two_frames():
    for poses in (first_pose, second_pose):
        places = [poses(index / FPS) for index in range(round(ROUND_S * FPS) + 1)]
        for before, after in itertools.pairwise(places):
            if before is not None and after is not None:
                assert np.hypot(after.x - before.x, after.y - before.y) < 15
                assert abs(after.tilt_deg - before.tilt_deg) < 1


def test_the_detector_finds_the_first_face_always_and_the_second_while_it_is_there(clip: DemoClip):
    first, second, times_s = [], [], np.arange(0, ROUND_S, 0.2)
    with FaceDetector(weights_dir() / "face_detector.onnx") as detector:
        for t_s in times_s:
            boxes = [face.box for face in detector.detect(clip.render(t_s))]
            first.append(_is_found(first_pose(t_s), boxes))
            pose = second_pose(t_s)
            if pose is None:
                assert len(boxes) <= 1
            elif SECOND_FACE_S[1] <= t_s <= SECOND_FACE_S[2]:
                second.append(_is_found(pose, boxes))
    assert np.mean(first) >= 0.98
    assert np.mean(second) >= 0.98
    assert len(second) > 20


def _is_found(pose: Pose, boxes: list[Box]) -> bool:
    return any(
        abs(box.x + box.width / 2 - pose.x) < 0.25 * box.width
        and abs(box.y + box.height / 2 - pose.y) < 0.25 * box.height
        and 0.75 < box.width / (FACE_PX * pose.scale) < 1.33
        for box in boxes
    )


def corner_above_middle_px(person: Image) -> float:
    """How far the left end of the line between the lips lies above its middle: its darkest pixels, by column."""
    grey = person[:, :, :3].mean(axis=2)
    left = grey[262:300, 228:236].mean(axis=1).argmin()
    middle = grey[262:300, 260:272].mean(axis=1).argmin()
    return float(middle) - float(left)


def test_a_smile_lifts_the_corners_of_the_mouth_and_a_frown_lowers_them():
    portrait = Portrait()
    calm = corner_above_middle_px(portrait.with_expression(Expression()))
    assert corner_above_middle_px(portrait.with_expression(Expression(smile=1))) >= calm + 5
    assert corner_above_middle_px(portrait.with_expression(Expression(frown=1))) <= calm - 5


def test_surprise_opens_a_dark_mouth():
    portrait = Portrait()
    mouth = (slice(280, 290), slice(255, 277), slice(0, 3))
    calm = portrait.with_expression(Expression())[mouth].mean()
    assert portrait.with_expression(Expression(jaw_open=1))[mouth].mean() < 0.5 * calm


def test_an_expression_moves_the_face_and_nothing_else():
    portrait = Portrait()
    moved = Expression(smile=1, brows_up=1, jaw_open=1)
    change = portrait.with_expression(moved).astype(int) != portrait.with_expression(Expression())
    rows, columns = np.nonzero(change.any(axis=2))
    assert rows.min() > 126
    assert rows.max() < 382
    assert columns.min() > 150
    assert columns.max() < 382


def test_the_mirrored_portrait_moves_as_the_mirror_shows():
    smile = Expression(smile=1, brows_down=0.5, jaw_open=0.3)
    mirrored = Portrait(mirrored=True).with_expression(smile)[:, ::-1].astype(int)
    assert np.abs(mirrored - Portrait().with_expression(smile)).max() <= 3


def test_frames_come_at_thirty_a_second():
    clock = Time()
    demo = source(clock)
    frames = [demo.read() for _ in range(4)]
    assert [frame.index for frame in frames if frame] == [0, 1, 2, 3]
    assert [frame.t_s for frame in frames if frame] == pytest.approx([0, 1 / 30, 2 / 30, 3 / 30])
    assert clock.now_s == pytest.approx(100.1)
    assert demo.live
    assert demo.fps == 30


def test_a_late_reader_misses_frames_and_the_index_counts_them():
    clock = Time()
    demo = source(clock)
    demo.read()
    clock.sleep(0.51)
    late = demo.read()
    assert late is not None
    assert late.index == 15
    assert late.t_s == pytest.approx(0.5)
    following = demo.read()
    assert following is not None
    assert following.index == 16
    assert clock.now_s == pytest.approx(100 + 16 / 30)


def test_it_ends_after_one_round_or_starts_over():
    for loop in (False, True):
        clock = Time()
        demo = source(clock, loop=loop)
        demo.read()
        clock.now_s = 100 + ROUND_S - 1.5 / FPS
        last = demo.read()
        assert last is not None
        assert last.index == 599 - 1
        assert demo.read() is not None
        after = demo.read()
        assert (after is not None) == loop
        if after is not None:
            assert after.index == 600


def test_a_closed_demo_gives_no_more_frames():
    demo = source(Time())
    demo.read()
    demo.close()
    demo.close()
    assert demo.read() is None
