"""Hides the faces of the cards and lenses, without Qt: crops so coarse that nobody is recognised."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from app.cv import cv2
from app.types import Floats, Image, Reading

# of a crop, which holds less than the head: no finer on the face than those
CROP_BLOCKS: Final = 5


def coarse(pixels: Image, blocks: int = CROP_BLOCKS) -> Image:
    """Return a grey image, uint8 (H, W), as ``blocks`` by ``blocks`` squares of their mean grey, in its own size."""
    height, width = pixels.shape
    small = cv2.resize(pixels, (blocks, blocks), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_NEAREST), np.uint8)


def attended_blocks(theta: Floats) -> int:
    """Return the blocks for an attended region, so that they are no finer on the face than those of the crop."""
    side = max(float(np.hypot(*theta[:, 0])), float(np.hypot(*theta[:, 1])))
    return int(np.clip(int(CROP_BLOCKS * side), 2, CROP_BLOCKS))


def pictures(reading: Reading, *, blurred: bool) -> Sequence[Image]:
    """Return the crop and the attended region of a face, uint8 (48, 48) each, as they may be shown."""
    if not blurred:
        return reading.crop.pixels, reading.attended
    return coarse(reading.crop.pixels), coarse(reading.attended, attended_blocks(reading.theta))
