"""Faces of every size are found: the looks at a frame, and what they show."""

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
from app.vision.search import FaceSearch, merge, tile_windows, window_around
from app.vision.workers import Workers
from tests.search_fakes import NearSighted, a_face, a_frame


def test_a_small_face_of_a_still_is_found_where_it_is() -> None:
    found = FaceSearch(NearSighted()).find(a_frame(900, 500), 0.0, still=True)
    assert [(face.box.x, face.box.y, face.box.width) for face in found] == [(900, 500, 60)]
    np.testing.assert_allclose(found[0].keypoints, np.full((6, 2), (900, 500)))


def test_what_is_seen_for_the_first_time_is_suspected_and_then_a_face() -> None:
    search = FaceSearch(NearSighted())
    suspected: tuple[Box, ...] = ()
    while not search.find(a_frame(300, 200), 0.0):
        suspected = search.suspected
    assert (300, 200) in [(box.x, box.y) for box in suspected]
    assert (300, 200) not in [(box.x, box.y) for box in search.suspected]


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
    kept = merge([a_face(0, 0, 50, 0.7), a_face(3, 2, 50, 0.9), a_face(200, 0, 50, 0.6)])
    assert [(face.box.x, face.detection) for face in kept] == [(3, 0.9), (200, 0.6)]


def test_a_part_of_a_face_is_no_face_of_its_own() -> None:
    kept = merge([a_face(0, 0, 290, 0.93), a_face(80, 90, 115, 0.58), a_face(400, 0, 60, 0.7)])
    assert [face.box.width for face in kept] == [290, 60]


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


def test_a_face_cut_by_its_part_of_a_composed_picture_is_suspected_and_does_not_count() -> None:
    boxes = [Box(100 + 200 * n, 300, 60, 60) for n in range(5)]

    def detect(seen: Image) -> tuple[Face, ...]:
        return (a_face(0, 40, 150),) if seen.shape[:2] == (512, 512) else ()

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
        assert search.find(a_frame(x, y, 100), 0.0) == ()
        assert begun.wait(20)
        go_on.set()
        assert [(box.x, box.y) for box in search.suspected] == [(x, y)]
        assert [(face.box.x, face.box.y) for face in search.find(a_frame(x, y, 100), 0.0)] == [(x, y)]
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
