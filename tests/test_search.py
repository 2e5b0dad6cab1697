"""Faces of every size are found, and small ones stay found from frame to frame."""

import threading

import numpy as np
import pytest
from skimage import data

from app.bench.frames import Frames
from app.cv import cv2
from app.resources import weights_dir
from app.types import Box, Face, Frame, Image
from app.vision.detector import FaceDetector
from app.vision.geometry import iou
from app.vision.pipeline import Pipeline, PipelineOptions
from app.vision.search import FaceSearch, _Known, merge, tile_windows, window_around
from app.vision.workers import Workers


def _face(x: float, y: float, side: float, score: float = 0.9) -> Face:
    return Face(Box(x, y, side, side), score, np.full((6, 2), (x, y), np.float32))


class NearSighted:
    """A detector that sees a bright square only where it is at least a tenth of what it is shown."""

    def __init__(self) -> None:
        self.looks = 0

    def __call__(self, image: Image) -> tuple[Face, ...]:
        self.looks += 1
        rows, columns = np.nonzero(image[:, :, 0] > 200)
        if not rows.size:
            return ()
        x, y = float(columns.min()), float(rows.min())
        side = float(max(columns.max() - x, rows.max() - y) + 1)
        return (_face(x, y, side),) if side >= max(image.shape[:2]) / 10 else ()


def _frame(x: int, y: int, side: int = 60) -> Image:
    image = np.zeros((720, 1280, 3), np.uint8)
    image[y : y + side, x : x + side] = 255
    return image


def _all_of(search: FaceSearch, image: Image, t_s: float) -> tuple[tuple[Face, ...], tuple[Box, ...]]:
    """Return the faces of an image and what is suspected beside them, once all looks at it have ended."""
    return search.find(image, t_s), search.suspected


def test_a_small_face_of_a_still_is_found_where_it_is() -> None:
    found = FaceSearch(NearSighted()).find(_frame(900, 500), 0.0, still=True)
    assert [(face.box.x, face.box.y, face.box.width) for face in found] == [(900, 500, 60)]
    np.testing.assert_allclose(found[0].keypoints, np.full((6, 2), (900, 500)))


def test_a_new_small_face_is_found_within_a_round_of_tiles_and_then_in_every_frame() -> None:
    search = FaceSearch(NearSighted())
    round_of_tiles = len(tile_windows(1280, 720))
    seen = [bool(search.find(_frame(300 + index, 200), index / 30)) for index in range(2 * round_of_tiles)]
    first = seen.index(True)
    assert first <= round_of_tiles
    assert all(seen[first:])


def test_what_is_seen_for_the_first_time_is_suspected_and_then_a_face() -> None:
    search = FaceSearch(NearSighted())
    suspected: tuple[Box, ...] = ()
    while not search.find(_frame(300, 200), 0.0):
        suspected = search.suspected
    assert (300, 200) in [(box.x, box.y) for box in suspected]
    assert (300, 200) not in [(box.x, box.y) for box in search.suspected]


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
        faces, _ = _all_of(search, _frame(300, 200, 300), index / fps)
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

    here, there = _frame(100, 200, 300), _frame(900, 200, 300)
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
            return (_face(300, 200, 200),) if shown[0] else ()
        return (_face(120, 120, 200, score),) if image.shape[:2] == (440, 440) else ()

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
        return (_face(100, 100, 250),) if shown[0] else ()

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
        assert len(search.find(_frame(300, 200), index / 30)) == 1
    there[0] = False
    for index in range(frames, frames + missed):
        assert search.find(_frame(300, 200), index / 30) == ()
    there[0] = True
    assert bool(search.find(_frame(300, 200), (frames + missed) / 30)) == found_again


def test_of_five_that_are_lost_at_once_each_is_looked_for() -> None:
    see = NearSighted()
    boxes = [Box(100 + 200 * n, 300, 60, 60) for n in range(5)]
    found_again = []
    for box in boxes:
        search = FaceSearch(see)
        search._lost = [_Known(other, 0.0, 1.0, near=False) for other in boxes]
        found_again.append(bool(search.find(_frame(round(box.x), round(box.y)), 1.1)))
    assert found_again == 5 * [True]


def test_a_small_frame_is_looked_at_once() -> None:
    detector = NearSighted()
    FaceSearch(detector).find(np.zeros((200, 300, 3), np.uint8), 0.0, still=True)
    assert detector.looks == 1


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (640, 480), (480, 640), (7680, 4320), (3000, 2)])
def test_the_tiles_of_each_size_cover_the_frame_and_stay_in_it(width: int, height: int) -> None:
    tiles = tile_windows(width, height)
    for side in {tile[2:] for tile in tiles}:
        covered = np.zeros((height, width), bool)
        for x, y, w, h in (tile for tile in tiles if tile[2:] == side):
            assert 0 <= x <= width - w
            assert 0 <= y <= height - h
            covered[y : y + h, x : x + w] = True
        assert covered.all()


def test_a_window_is_moved_into_the_frame() -> None:
    assert window_around(Box(-20, 700, 50, 50), 1280, 720) == (0, 570, 150, 150)
    assert window_around(Box(0, 0, 1000, 1000), 640, 480) == (0, 0, 640, 480)


def test_two_looks_at_one_face_are_one_face() -> None:
    kept = merge([_face(0, 0, 50, 0.7), _face(3, 2, 50, 0.9), _face(200, 0, 50, 0.6)])
    assert [(face.box.x, face.detection) for face in kept] == [(3, 0.9), (200, 0.6)]


def test_a_part_of_a_face_is_no_face_of_its_own() -> None:
    kept = merge([_face(0, 0, 290, 0.93), _face(80, 90, 115, 0.58), _face(400, 0, 60, 0.7)])
    assert [face.box.width for face in kept] == [290, 60]


def test_what_is_seen_once_is_not_told() -> None:
    detector = NearSighted()
    search = FaceSearch(detector)
    blank = np.zeros((720, 1280, 3), np.uint8)
    flickering = [search.find(_frame(300, 200) if index % 2 == 0 else blank, index / 30) for index in range(80)]
    assert not any(flickering)


def test_a_real_face_of_a_hundred_pixels_in_720p_is_read() -> None:
    astronaut = np.ascontiguousarray(data.astronaut()[:300, 90:390, ::-1])
    small = cv2.resize(astronaut, (270, 270), interpolation=cv2.INTER_AREA)
    image = np.full((720, 1280, 3), 120, np.uint8)
    image[400:670, 950:1220] = small
    pipeline = Pipeline()
    try:
        readings = pipeline.process(Frame(0, 0.0, image), still=True).readings
    finally:
        pipeline.close()
    assert [reading.emotion for reading in readings] == ["happiness"]
    assert 60 < readings[0].face.box.width < 130


def test_many_small_faces_cost_a_look_for_four_of_them_and_stay_where_they_are() -> None:
    astronaut = cv2.resize(np.ascontiguousarray(data.astronaut()[:300, 90:390, ::-1]), (220, 220))
    image = np.full((720, 1280, 3), 120, np.uint8)
    places = [(x, y) for y in (60, 420) for x in (20, 340, 660, 1000)]
    for x, y in places:
        image[y : y + 220, x : x + 220] = astronaut
    detector = FaceDetector(weights_dir() / "face_detector.onnx")
    looks: list[Image] = []

    def detect(seen: Image) -> tuple[Face, ...]:
        looks.append(seen)
        # as a detector to which the whole is too coarse
        return () if seen.shape == image.shape else detector.detect(seen)

    search = FaceSearch(detect)
    try:
        still = search.find(image, 0.0, still=True)
        assert len(still) == len(places)
        a_round = len(tile_windows(1280, 720))
        for index in range(2 * a_round):
            search.find(image, index / 5)
        counts = []
        for index in range(2 * a_round, 3 * a_round):
            looks.clear()
            found = search.find(image, index / 5)
            counts.append(len(looks))
            assert len(found) == len(places)
            for face in found:
                assert max(iou(face.box, other.box) for other in still) > 0.7
    finally:
        detector.close()
    # the whole, a tile, and two pictures of four
    assert float(np.median(counts)) == 4


def test_a_face_that_is_lost_among_many_is_looked_for_closer() -> None:
    looks: list[Image] = []
    boxes = [Box(100 + 200 * n, 300, 60, 60) for n in range(5)]

    def detect(seen: Image) -> tuple[Face, ...]:
        looks.append(seen)
        return (_face(36, 36, 60),) if seen.shape[:2] == (132, 132) else ()

    search = FaceSearch(detect)
    search._new = boxes
    found = search.find(np.zeros((720, 1280, 3), np.uint8), 0.0)
    assert sorted(face.box.x for face in found) == [box.x for box in boxes]
    assert search.suspected == ()
    # the whole, four together and the fifth, which is left over, and all of them closer; then a tile
    assert [seen.shape[0] for seen in looks[:-1]] == [720, 512, 180] + 5 * [132]
    assert looks[-1].shape[:2] == (720, 720)


def test_a_face_cut_by_its_part_of_a_composed_picture_is_suspected_and_does_not_count() -> None:
    boxes = [Box(100 + 200 * n, 300, 60, 60) for n in range(5)]

    def detect(seen: Image) -> tuple[Face, ...]:
        return (_face(0, 40, 150),) if seen.shape[:2] == (512, 512) else ()

    search = FaceSearch(detect)
    search._new = boxes
    assert search.find(np.zeros((720, 1280, 3), np.uint8), 0.0) == ()
    left = window_around(boxes[0], 1280, 720, 1.6)[0]
    assert [box.x for box in search.suspected] == [left]


def test_the_look_at_a_tile_is_waited_for_by_whoever_needs_what_it_shows() -> None:
    begun, go_on = threading.Event(), threading.Event()
    see = NearSighted()

    def detect(image: Image) -> tuple[Face, ...]:
        if image.shape[:2] != (720, 1280):
            begun.set()
            assert go_on.wait(20)
        return see(image)

    workers = Workers(2)
    search = FaceSearch(detect, workers)
    tiles = tile_windows(1280, 720)
    x, y = tiles[0][0] + 100, tiles[0][1] + 100
    try:
        # the tile shows what the whole does not; the faces that count are there before it has
        assert search.find(_frame(x, y, 100), 0.0) == ()
        assert begun.wait(20)
        go_on.set()
        assert [(box.x, box.y) for box in search.suspected] == [(x, y)]
        assert [(face.box.x, face.box.y) for face in search.find(_frame(x, y, 100), 0.0)] == [(x, y)]
    finally:
        go_on.set()
        workers.close()


def test_several_looks_at_once_find_the_same_as_one_after_the_other() -> None:
    frames = Frames()
    options = [PipelineOptions(threads=1), PipelineOptions(threads=3)]
    # long enough for one face that tiles wait
    for faces, count in ((0, 25), (1, 60), (5, 25), (10, 25)):
        with Pipeline(options[0]) as alone, Pipeline(options[1]) as shared:
            most = 0
            for index in range(count):
                frame = Frame(index, index / 30, frames.crowd(index, faces, 1280, 720))
                one, other = alone.process(frame), shared.process(frame)
                assert [reading.track for reading in other.readings] == [reading.track for reading in one.readings]
                assert [r.face.box for r in other.readings] == [r.face.box for r in one.readings]
                assert other.suspected == one.suspected
                most = max(most, len(one.readings))
            assert most == faces
