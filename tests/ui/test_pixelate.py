"""Hiding faces."""

import dataclasses

import numpy as np

from app.types import Box, FrameResult
from app.ui.pixelate import CROP_BLOCKS, attended_blocks, coarse, pictures
from app.vision.veil import Veil, around_head
from tests.ui.fakes import reading, tiny_frame

FACE = Box(20, 10, 20, 20)


def test_the_whole_head_is_hidden_not_the_face_alone():
    head = around_head(FACE)
    assert head.x < FACE.x
    assert head.y < FACE.y
    assert head.x + head.width > FACE.x + FACE.width
    assert head.y + head.height > FACE.y + FACE.height


def test_a_face_that_the_detector_misses_stays_hidden_for_a_second():
    veil = Veil()
    veil.boxes(FrameResult(tiny_frame(0, 5.0), (reading(box=FACE),)))
    assert veil.boxes(FrameResult(tiny_frame(1, 5.9))) == [around_head(FACE)]
    assert veil.boxes(FrameResult(tiny_frame(2, 6.1))) == []


def test_what_may_be_a_face_is_hidden_until_the_detector_has_looked_there_again():
    veil = Veil()
    assert veil.boxes(FrameResult(tiny_frame(0, 5.0), suspected=(FACE,))) == [around_head(FACE)]
    assert veil.boxes(FrameResult(tiny_frame(1, 5.9))) == [around_head(FACE)]
    assert veil.boxes(FrameResult(tiny_frame(2, 6.1))) == []


def test_the_next_of_a_folder_of_pictures_hides_nothing_of_the_one_before():
    veil = Veil()
    veil.boxes(FrameResult(tiny_frame(0, 5.0), (reading(box=FACE, track=1),)))
    moved = Box(25, 12, 20, 20)
    assert veil.boxes(FrameResult(tiny_frame(1, 6.0), (reading(box=moved, track=2),))) == [around_head(moved)]


def test_a_face_is_hidden_where_it_is_now():
    veil = Veil()
    veil.boxes(FrameResult(tiny_frame(0, 0.0), (reading(box=FACE),)))
    moved = Box(25, 12, 20, 20)
    assert veil.boxes(FrameResult(tiny_frame(1, 0.1), (reading(box=moved),))) == [around_head(moved)]


def test_another_source_starts_with_nothing_hidden():
    veil = Veil()
    veil.boxes(FrameResult(tiny_frame(0, 5.0), (reading(),)))
    assert veil.boxes(FrameResult(tiny_frame(0, 0.0))) == []


def test_a_coarse_crop_keeps_its_size_and_has_few_greys():
    noise = np.random.default_rng(0).integers(0, 256, (48, 48), np.uint8)
    hidden = coarse(noise)
    assert hidden.shape == noise.shape
    assert len(np.unique(hidden)) <= CROP_BLOCKS**2


def test_the_attended_region_is_no_finer_on_the_face_than_the_crop():
    whole = np.array([[1, 0, 0], [0, 1, 0]], np.float32)
    assert attended_blocks(whole) == CROP_BLOCKS
    assert attended_blocks(whole * 0.6) == 3
    assert attended_blocks(whole * 2) == CROP_BLOCKS


def test_pictures_are_left_alone_unless_faces_are_hidden():
    noise = np.random.default_rng(0).integers(0, 256, (48, 48), np.uint8)
    face = dataclasses.replace(reading(), attended=noise)
    assert pictures(face, blurred=False)[1] is noise
    assert len(np.unique(pictures(face, blurred=True)[1])) <= CROP_BLOCKS**2
