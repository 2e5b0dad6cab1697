"""From frame to frame: who is known stays found, who is missed is looked for, and where nothing changes, tiles wait."""

import numpy as np
import pytest

from app.bench.frames import Frames
from app.resources import weights_dir
from app.types import Box, Face, Image
from app.vision.detector import FaceDetector
from app.vision.search import FaceSearch, _Known, tile_windows
from tests.search_fakes import NearSighted, a_face, a_frame


def _all_of(search: FaceSearch, image: Image, t_s: float) -> tuple[tuple[Face, ...], tuple[Box, ...]]:
    """Return the faces of an image and what is suspected beside them, once all looks at it have ended."""
    return search.find(image, t_s), search.suspected


def test_a_new_small_face_is_found_within_a_round_of_tiles_and_then_in_every_frame() -> None:
    search = FaceSearch(NearSighted())
    round_of_tiles = len(tile_windows(1280, 720))
    seen = [bool(search.find(a_frame(300 + index, 200), index / 30)) for index in range(2 * round_of_tiles)]
    first = seen.index(True)
    assert first <= round_of_tiles
    assert all(seen[first:])


def test_a_frame_without_faces_costs_two_looks() -> None:
    detector = NearSighted()
    search = FaceSearch(detector)
    for index in range(40):
        search.find(np.zeros((720, 1280, 3), np.uint8), index / 30)
        assert search.suspected == ()
    assert detector.looks == 80


@pytest.mark.parametrize(
    ("fps", "calm", "every"), [(30, True, 2), (30, False, 1), (60, True, 3), (20, True, 1), (5, True, 1)]
)
def test_once_a_round_of_tiles_has_shown_nobody_new_they_are_looked_at_less_often(
    fps: int, calm: bool, every: int
) -> None:
    detector = NearSighted()
    search = FaceSearch(detector, calm=calm)
    # that frame in which the face is new, and a round
    settled = 1 + len(tile_windows(1280, 720))
    for index in range(settled + 60):
        faces, _ = _all_of(search, a_frame(300, 200, 300), index / fps)
        assert len(faces) == 1
        if index == settled - 1:
            assert detector.looks == 2 * settled
    assert detector.looks == 2 * settled + 60 + 60 // every


def test_tiles_are_looked_at_in_every_frame_again_once_somebody_has_come_or_gone() -> None:
    detector = NearSighted()
    search = FaceSearch(detector)
    indices = iter(range(1000))

    def looks(image: Image, frames: int) -> int:
        before = detector.looks
        for _ in range(frames):
            _all_of(search, image, next(indices) / 30)
        return detector.looks - before

    here, there = a_frame(100, 200, 300), a_frame(900, 200, 300)
    looks(here, 20)
    assert looks(here, 10) == 15
    # the whole, a tile, and where the face was that is gone
    assert looks(there, 10) == 30
    looks(there, 30)
    assert looks(there, 10) == 15


def test_a_further_small_face_is_found_within_two_rounds_and_within_one_where_none_may_be_left_out() -> None:
    frames = Frames()
    one, two = frames.crowd(0, 1, 1280, 720), frames.crowd(0, 2, 1280, 720)
    a_round = len(tile_windows(1280, 720))
    with FaceDetector(weights_dir() / "face_detector.onnx") as detector:
        for calm, rounds in ((True, 2), (False, 1)):
            search = FaceSearch(detector.detect, calm=calm)
            for index in range(3 * a_round):
                search.find(one, index / 30)
            seen = [len(search.find(two, (3 * a_round + index) / 30)) for index in range(2 * a_round + 2)]
            first = seen.index(2)
            assert first <= rounds * a_round + 1
            assert set(seen[first:]) == {2}


@pytest.mark.parametrize(("score", "found_again"), [(0.9, True), (0.6, False)])
def test_a_face_that_the_whole_frame_shows_no_more_is_looked_for_closer_and_must_be_surely_one(
    score: float, found_again: bool
) -> None:
    shown = [True]
    windows: list[tuple[int, ...]] = []

    def detect(image: Image) -> tuple[Face, ...]:
        windows.append(image.shape[:2])
        if image.shape[:2] == (720, 1280):
            return (a_face(300, 200, 200),) if shown[0] else ()
        return (a_face(120, 120, 200, score),) if image.shape[:2] == (440, 440) else ()

    search = FaceSearch(detect)
    blank = np.zeros((720, 1280, 3), np.uint8)
    assert [face.box.x for face in search.find(blank, 0.0)] == [300]
    shown[0] = False
    for index in range(1, 5):
        windows.clear()
        assert [face.box for face in search.find(blank, index / 30)] == found_again * [Box(300, 200, 200, 200)]
        # a square of 2.2 times its side, while the face is known
        assert windows.count((440, 440)) == int(found_again or index == 1)


def test_a_face_that_nearly_fills_the_frame_is_not_looked_for_in_all_of_it_again() -> None:
    shown = [True]
    looks: list[tuple[int, ...]] = []

    def detect(image: Image) -> tuple[Face, ...]:
        looks.append(image.shape[:2])
        return (a_face(100, 100, 250),) if shown[0] else ()

    search = FaceSearch(detect)
    assert len(search.find(np.zeros((480, 480, 3), np.uint8), 0.0)) == 1
    shown[0] = False
    assert search.find(np.zeros((480, 480, 3), np.uint8), 0.1) == ()
    assert looks.count((480, 480)) == 2


@pytest.mark.parametrize(
    ("there_s", "missed_s", "found_again"), [(0.4, 0.1, True), (0.4, 0.4, True), (0.4, 0.7, False), (0.2, 0.1, False)]
)
def test_a_lost_face_is_looked_for_where_it_was_for_half_a_second_if_it_was_there_for_a_time(
    there_s: float, missed_s: float, found_again: bool
) -> None:
    see = NearSighted()
    there = [True]

    def detect(image: Image) -> tuple[Face, ...]:
        # too small for all looks but the one at itself
        return see(image) if there[0] and image.shape[:2] == (180, 180) else ()

    search = FaceSearch(detect)
    search._new = [Box(300, 200, 60, 60)]
    frames, missed = round(there_s * 30), round(missed_s * 30)
    for index in range(frames):
        assert len(search.find(a_frame(300, 200), index / 30)) == 1
    there[0] = False
    for index in range(frames, frames + missed):
        assert search.find(a_frame(300, 200), index / 30) == ()
    there[0] = True
    assert bool(search.find(a_frame(300, 200), (frames + missed) / 30)) == found_again


def test_of_five_that_are_lost_at_once_each_is_looked_for() -> None:
    see = NearSighted()
    boxes = [Box(100 + 200 * n, 300, 60, 60) for n in range(5)]
    found_again = []
    for box in boxes:
        search = FaceSearch(see)
        search._lost = [_Known(other, 0.0, 1.0, near=False) for other in boxes]
        found_again.append(bool(search.find(a_frame(round(box.x), round(box.y)), 1.1)))
    assert found_again == 5 * [True]


def test_what_is_seen_once_is_not_told() -> None:
    detector = NearSighted()
    search = FaceSearch(detector)
    blank = np.zeros((720, 1280, 3), np.uint8)
    flickering = [search.find(a_frame(300, 200) if index % 2 == 0 else blank, index / 30) for index in range(80)]
    assert not any(flickering)


def test_a_face_that_is_lost_among_many_is_looked_for_closer() -> None:
    looks: list[Image] = []
    boxes = [Box(100 + 200 * n, 300, 60, 60) for n in range(5)]

    def detect(seen: Image) -> tuple[Face, ...]:
        looks.append(seen)
        return (a_face(36, 36, 60),) if seen.shape[:2] == (132, 132) else ()

    search = FaceSearch(detect)
    search._new = boxes
    found = search.find(np.zeros((720, 1280, 3), np.uint8), 0.0)
    assert sorted(face.box.x for face in found) == [box.x for box in boxes]
    assert search.suspected == ()
    # the whole, four together and the fifth, which is left over, and all of them closer; then a tile
    assert [seen.shape[0] for seen in looks[:-1]] == [720, 512, 180] + 5 * [132]
    assert looks[-1].shape[:2] == (720, 720)
