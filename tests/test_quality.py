"""The reasons against reading a face."""

import numpy as np
import pytest

from app.types import Box, Crop, Face, Image
from app.vision.quality import QualityLimits, assess, turn

_TO_FRAME = np.array([[50, 0, 100], [0, 50, 100]], np.float32)


def _face(side: float = 100, nose_x: float = 100) -> Face:
    points = [[80, 90], [120, 90], [nose_x, 105], [100, 125], [60, 95], [140, 95]]
    return Face(Box(50, 50, side, side), 0.9, np.array(points, np.float32))


def _pixels(mean: float) -> Image:
    noise = np.random.default_rng(0).normal(0, 12, (48, 48))
    return np.clip(mean + noise, 0, 255).astype(np.uint8)


@pytest.mark.parametrize(
    ("face", "pixels", "verdict"),
    [
        (_face(), _pixels(120), "ok"),
        (_face(side=20), _pixels(120), "small"),
        (_face(), _pixels(15), "dark"),
        (_face(), _pixels(245), "bright"),
        (_face(), np.tile(np.linspace(60, 180, 48).astype(np.uint8), (48, 1)), "blurred"),
        (_face(nose_x=130), _pixels(120), "turned"),
        (_face(side=20, nose_x=130), _pixels(15), "small;dark;turned"),
    ],
)
def test_each_reason_is_named(face: Face, pixels: Image, verdict: str) -> None:
    assert assess(face, Crop(pixels, _TO_FRAME), QualityLimits()) == verdict


def test_turning_is_measured_along_the_eyes_of_a_tilted_face() -> None:
    face = _face()
    rotation = np.array([[0.8, -0.6], [0.6, 0.8]], np.float32)
    tilted = Face(face.box, face.detection, face.keypoints @ rotation.T)
    assert turn(tilted) == pytest.approx(turn(face), abs=1e-5)
