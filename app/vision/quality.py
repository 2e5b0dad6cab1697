"""Whether a face can be read at all."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from app.cv import cv2
from app.types import Crop, Face

OK: Final = "ok"


@dataclass(frozen=True, slots=True)
class QualityLimits:
    """What a face must keep to.

    The defaults are where FER+ accuracy on FER-2013's PublicTest has fallen by 5 points, measured through this code by
    ``tools.thresholds``; the model card has the tables.

    Attributes:
        min_side_px: side of the bounding box, pixels of the frame.
        min_brightness: mean of the crop, 0 to 255.
        max_brightness: mean of the crop, 0 to 255.
        min_sharpness: variance of the Laplacian over the variance of the crop (after Pech-Pacheco et al. 2000).
        max_turn: the nose's distance from the middle between the eyes, along the line of the eyes, in eye distances.
    """

    min_side_px: float = 24.0
    min_brightness: float = 20.0
    max_brightness: float = 205.0
    min_sharpness: float = 0.12
    max_turn: float = 0.44


def assess(face: Face, crop: Crop, limits: QualityLimits) -> str:
    """Return ``ok``, or the reasons against reading ``face``: small, dark, bright, blurred, turned, joined by ``;``."""
    reasons: list[str] = []
    if min(face.box.width, face.box.height) < limits.min_side_px:
        reasons.append("small")
    mean = cv2.mean(crop.pixels)[0]
    if mean < limits.min_brightness:
        reasons.append("dark")
    elif mean > limits.max_brightness:
        reasons.append("bright")
    if sharpness(crop) < limits.min_sharpness:
        reasons.append("blurred")
    if turn(face) > limits.max_turn:
        reasons.append("turned")
    return ";".join(reasons) or OK


def sharpness(crop: Crop) -> float:
    """Return the variance of the crop's Laplacian over the crop's own variance, so that light does not count."""
    return _variance(cv2.Laplacian(crop.pixels, cv2.CV_32F)) / (_variance(crop.pixels) + 1.0)


def turn(face: Face) -> float:
    """Return how far the nose is off the middle between the eyes, along their line, in eye distances (0: frontal)."""
    eye_a, eye_b, nose = face.keypoints[:3].astype(np.float64)
    line = eye_b - eye_a
    squared = float(line @ line)
    if squared == 0:
        return float("inf")
    return abs(float((nose - (eye_a + eye_b) / 2) @ line)) / squared


def _variance(pixels: cv2.typing.MatLike) -> float:
    # in a tenth of numpy's time
    return float(cv2.meanStdDev(pixels)[1][0, 0]) ** 2
