"""Hides faces: which boxes of a frame to cover, and how."""

from collections.abc import Iterable
from math import ceil, floor
from typing import Final

from app.cv import cv2
from app.types import Box, FrameResult, Image

# squares across a head: so coarse that nobody is recognised
BLOCKS: Final = 8
_HOLD_S: Final = 1.0
# The detector's box ends at brows and chin; hair and ears tell who it is, too.
_WIDER: Final = 1.5
_TALLER: Final = 1.7
_RISE: Final = 0.15


class Veil:
    """Which boxes to cover: those of the faces, of what may be one, and, for a second, of what was just lost.

    A face missed in one frame would else be seen in it.
    """

    def __init__(self) -> None:
        self._seen: dict[int, tuple[float, Box]] = {}
        self._suspected: list[tuple[float, Box]] = []

    def boxes(self, result: FrameResult) -> list[Box]:
        """Return the boxes to cover in this frame, in its pixels, each larger than the face."""
        now_s = result.frame.t_s
        self._seen = {track: seen for track, seen in self._seen.items() if 0 <= now_s - seen[0] < _HOLD_S}
        self._seen |= {reading.track: (now_s, around_head(reading.face.box)) for reading in result.readings}
        self._suspected = [seen for seen in self._suspected if 0 <= now_s - seen[0] < _HOLD_S]
        self._suspected += [(now_s, around_head(box)) for box in result.suspected]
        return [box for _, box in (*self._seen.values(), *self._suspected)]

    def forget(self) -> None:
        """Forget the lost faces: what follows is another source."""
        self._seen.clear()
        self._suspected.clear()


def around_head(box: Box) -> Box:
    """Return the box of the whole head around the box of a face."""
    width, height = box.width * _WIDER, box.height * _TALLER
    return Box(
        box.x - (width - box.width) / 2,
        box.y - (height - box.height) / 2 - _RISE * box.height,
        width,
        height,
    )


def pixelate(image: Image, boxes: Iterable[Box]) -> None:
    """Draw each box of an image, uint8 (H, W, 3), as few large squares, on the image itself."""
    height, width = image.shape[:2]
    for box in boxes:
        left, top = max(0, floor(box.x)), max(0, floor(box.y))
        right, bottom = min(width, ceil(box.x + box.width)), min(height, ceil(box.y + box.height))
        if right <= left or bottom <= top:
            continue
        # of the whole box, also where the frame holds only a part of it
        side = max(box.width, box.height) / BLOCKS
        blocks = (max(1, round((right - left) / side)), max(1, round((bottom - top) / side)))
        part = image[top:bottom, left:right]
        few = cv2.resize(part, blocks, interpolation=cv2.INTER_AREA)
        part[:] = cv2.resize(few, (right - left, bottom - top), interpolation=cv2.INTER_NEAREST)
