"""Results for the tests of streaming out."""

import numpy as np

from app.types import Box, Crop, Face, Frame, FrameResult, Reading

IMAGE = np.zeros((4, 4, 3), np.uint8)
PROBABILITIES = np.array([0.05, 0.05, 0.1, 0.1, 0.4, 0.1, 0.1, 0.1], np.float32)


def result(index: int, t_s: float, *tracks: int, quality: str = "ok") -> FrameResult:
    """A frame with a face a track."""
    return FrameResult(Frame(index, t_s, IMAGE), tuple(_reading(track, quality) for track in tracks), {"detect": 2.0})


def _reading(track: int, quality: str) -> Reading:
    crop = Crop(np.zeros((48, 48), np.uint8), np.zeros((2, 3), np.float32))
    face = Face(Box(10.25, 20, 30, 40), 0.875, np.zeros((6, 2), np.float32))
    theta = np.zeros((2, 3), np.float32)
    return Reading(track, face, crop, PROBABILITIES, PROBABILITIES, theta, crop.pixels, "happiness", quality)
