"""The values that flow are checked where they are made."""

import numpy as np
import pytest

from app.types import Box, Crop, Face, Frame, Reading


def test_a_frame_of_another_shape_or_dtype_is_refused() -> None:
    with pytest.raises(ValueError, match="uint8"):
        Frame(0, 0.0, np.zeros((4, 4, 3), np.float32))
    with pytest.raises(ValueError, match="uint8"):
        Frame(0, 0.0, np.zeros((4, 4), np.uint8))


def test_a_box_without_area_is_refused() -> None:
    with pytest.raises(ValueError, match="area"):
        Box(0, 0, 0, 5)


def test_the_attended_quadrilateral_is_theta_through_the_crop_into_the_frame() -> None:
    face = Face(Box(100, 50, 40, 40), 0.9, np.zeros((6, 2), np.float32))
    # the crop is 60 px wide around (120, 70), upright
    to_frame = np.array([[30, 0, 120], [0, 30, 70]], np.float32)
    theta = np.array([[0.5, 0, 0.1], [0, 0.5, 0]], np.float32)
    eight = np.full(8, 0.125, np.float32)
    grey = np.zeros((48, 48), np.uint8)
    reading = Reading(1, face, Crop(grey, to_frame), eight, eight, theta, grey, "neutral")
    np.testing.assert_allclose(reading.attended_quad(), [[108, 55], [138, 55], [138, 85], [108, 85]], atol=1e-4)
