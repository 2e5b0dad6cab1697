"""Crops are framed like FER-2013, upright, and whole at the frame's edges."""

import math

import numpy as np
import pytest

from app.cv import cv2
from app.types import Box, Face, Image
from app.vision.crop import RISE_PER_BOX, SIDE_PER_BOX, crop_face, crop_to_frame


def _face(box: Box, tilt_deg: float = 0.0) -> Face:
    """A face whose eyes lie on a line at ``tilt_deg``."""
    angle = math.radians(tilt_deg)
    centre = np.array([box.x + box.width / 2, box.y + box.height / 2])
    half = box.width / 5 * np.array([math.cos(angle), math.sin(angle)])
    eyes = [centre - half, centre + half]
    return Face(box, 0.9, np.array([*eyes, centre, centre, centre, centre], np.float32))


def _ramp(width: int = 640, height: int = 480) -> Image:
    """Brightness rises from left to right."""
    row = np.linspace(0, 255, width).astype(np.uint8)
    return np.repeat(np.tile(row, (height, 1))[:, :, None], 3, axis=2)


def test_the_crop_is_a_square_of_the_measured_size_and_place() -> None:
    to_frame = crop_to_frame(_face(Box(100, 100, 200, 200)))
    top_left, bottom_right = to_frame @ [-1, -1, 1], to_frame @ [1, 1, 1]
    assert bottom_right[0] - top_left[0] == pytest.approx(SIDE_PER_BOX * 200, rel=1e-5)
    middle = (top_left + bottom_right) / 2
    np.testing.assert_allclose(middle, [200, 200 - RISE_PER_BOX * 200], atol=1e-3)


def test_a_crop_samples_what_lies_at_its_own_place() -> None:
    image = _ramp()
    crop = crop_face(image, _face(Box(200, 150, 150, 150)))
    for column in (0, 23, 47):
        x = float((crop.to_frame @ [(2 * column + 1) / 48 - 1, 0, 1])[0])
        assert crop.pixels[24, column] == pytest.approx(x / 640 * 255, abs=1.5)


@pytest.mark.parametrize("side", [20, 48, 100, 333, 1500])
def test_a_crop_is_48_by_48_grey_whatever_the_face_s_size(side: int) -> None:
    crop = crop_face(_ramp(1280, 720), _face(Box(-50, -50, side, side)))
    assert crop.pixels.shape == (48, 48)
    assert crop.pixels.dtype == np.uint8


@pytest.mark.parametrize("tilt_deg", [-35.0, 20.0, 40.0])
def test_a_tilted_face_comes_out_upright(tilt_deg: float) -> None:
    face = _face(Box(220, 140, 200, 200), tilt_deg)
    image = np.full((480, 640, 3), 40, np.uint8)
    for eye in face.keypoints[:2]:
        cv2.circle(image, (round(float(eye[0])), round(float(eye[1]))), 8, (255, 255, 255), -1)
    rows, columns = np.nonzero(crop_face(image, face).pixels > 140)
    left, right = rows[columns < 24].mean(), rows[columns >= 24].mean()
    assert left == pytest.approx(right, abs=0.6)


def test_beyond_the_frame_the_border_is_repeated() -> None:
    image = np.full((200, 200, 3), 90, np.uint8)
    crop = crop_face(image, _face(Box(150, 150, 120, 120)))
    np.testing.assert_array_equal(crop.pixels, 90)


def test_fine_stripes_do_not_alias_into_coarse_ones() -> None:
    image = np.zeros((480, 640, 3), np.uint8)
    image[:, ::2] = 255
    crop = crop_face(image, _face(Box(150, 100, 300, 300)))
    assert crop.pixels.std() < 10
