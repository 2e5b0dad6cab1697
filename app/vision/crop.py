"""A face framed as FER-2013 frames its faces."""

import math
from typing import Final

import numpy as np

from app.cv import cv2
from app.types import CROP_PX, Crop, Face, Floats, Image

# Measured on FER-2013 with this detector: its box is 0.86 of the frame's side and centred 0.07 of it below the middle.
SIDE_PER_BOX: Final = 1.16
RISE_PER_BOX: Final = 0.08
# Faces above 384 px are sampled at every second pixel or so before the area filter: no difference is left at 48 px.
_MAX_OVERSAMPLING: Final = 8


def crop_face(image: Image, face: Face) -> Crop:
    """Cut ``face`` out of ``image``, uint8 (H, W, 3) BGR: square, upright by the eyes, 48x48 grey.

    Where the square leaves the frame, the frame's border is repeated.
    """
    to_frame = crop_to_frame(face)
    side = 2 * math.hypot(to_frame[0, 0], to_frame[1, 0])
    oversampling = min(max(1, math.ceil(side / CROP_PX)), _MAX_OVERSAMPLING)
    grey, offset = _grey_around(image, to_frame)
    sampled_px = CROP_PX * oversampling
    # from pixel indices of the sampled crop to [-1, 1], then to pixel indices of the grey patch
    step = 2 / sampled_px
    to_unit = np.array([[step, 0, step / 2 - 1], [0, step, step / 2 - 1], [0, 0, 1]])
    matrix = to_frame.astype(np.float64) @ to_unit
    matrix[:, 2] -= np.array(offset) + 0.5
    sampled = cv2.warpAffine(
        grey,
        matrix,
        (sampled_px, sampled_px),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    pixels = cv2.resize(sampled, (CROP_PX, CROP_PX), interpolation=cv2.INTER_AREA) if oversampling > 1 else sampled
    return Crop(np.asarray(pixels, np.uint8), to_frame)


def crop_to_frame(face: Face) -> Floats:
    """Return the affine map (2, 3) from the crop's [-1, 1] to pixels of the frame (whole numbers are edges)."""
    eye_a, eye_b = face.keypoints[0], face.keypoints[1]
    angle = math.atan2(float(eye_b[1] - eye_a[1]), float(eye_b[0] - eye_a[0]))
    box = face.box
    half = SIDE_PER_BOX * max(box.width, box.height) / 2
    rise = RISE_PER_BOX * box.height
    cos, sin = math.cos(angle), math.sin(angle)
    centre_x = box.x + box.width / 2 + rise * sin
    centre_y = box.y + box.height / 2 - rise * cos
    return np.array([[half * cos, -half * sin, centre_x], [half * sin, half * cos, centre_y]], np.float32)


def _grey_around(image: Image, to_frame: Floats) -> tuple[Image, tuple[int, int]]:
    """Return the grey pixels around the crop, and the (x, y) of their first one; at least one pixel."""
    height, width = image.shape[:2]
    reach = np.abs(to_frame[:, :2]).sum(axis=1)
    low = np.floor(to_frame[:, 2] - reach - 1).astype(int)
    high = np.ceil(to_frame[:, 2] + reach + 2).astype(int)
    left, top = min(max(int(low[0]), 0), width - 1), min(max(int(low[1]), 0), height - 1)
    right, bottom = min(max(int(high[0]), left + 1), width), min(max(int(high[1]), top + 1), height)
    grey = cv2.cvtColor(image[top:bottom, left:right], cv2.COLOR_BGR2GRAY)
    return np.asarray(grey, np.uint8), (left, top)
