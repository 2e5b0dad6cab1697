"""Hides faces, without Qt: which boxes of a frame to cover, and grey crops so coarse that nobody is recognised."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from app.cv import cv2
from app.types import Box, Floats, FrameResult, Image, Reading

# across a head
BLOCKS: Final = 8
# of a crop, which holds less than the head: no finer on the face than those
CROP_BLOCKS: Final = 5
_HOLD_S: Final = 1.0
# The detector's box ends at brows and chin; hair and ears tell who it is, too.
_WIDER: Final = 1.5
_TALLER: Final = 1.7
_RISE: Final = 0.15


class Veil:
    """Which boxes to cover: those of the faces, and, for a second, of faces that the detector has just lost.

    A face missed in one frame would else be seen in it.
    """

    def __init__(self) -> None:
        self._seen: dict[int, tuple[float, Box]] = {}

    def boxes(self, result: FrameResult) -> list[Box]:
        """Return the boxes to cover in this frame, in its pixels, each larger than the face."""
        now_s = result.frame.t_s
        self._seen = {track: seen for track, seen in self._seen.items() if 0 <= now_s - seen[0] <= _HOLD_S}
        self._seen |= {reading.track: (now_s, around_head(reading.face.box)) for reading in result.readings}
        return [box for _, box in self._seen.values()]

    def forget(self) -> None:
        """Forget the lost faces: what follows is another source."""
        self._seen.clear()


def around_head(box: Box) -> Box:
    """Return the box of the whole head around the box of a face."""
    width, height = box.width * _WIDER, box.height * _TALLER
    return Box(
        box.x - (width - box.width) / 2,
        box.y - (height - box.height) / 2 - _RISE * box.height,
        width,
        height,
    )


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
