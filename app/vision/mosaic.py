"""Up to four parts of a frame in one picture, so that the detector looks at all of them at once."""

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np

from app.cv import cv2
from app.types import Box, Face, Floats, Image

# x, y, width, height in pixels of the frame
Window = tuple[int, int, int, int]

_ACROSS: Final = 2
PARTS: Final = _ACROSS * _ACROSS
_CELL_PX: Final = 256
# A face that ends so near to the edge of its part may be cut by it.
EDGE_PX: Final = 2.0


def compose(image: Image, windows: Sequence[Window]) -> Image:
    """Return the windows of ``image``, uint8 (H, W, 3), at most ``PARTS``, beside each other, uint8 (512, 512, 3)."""
    picture = np.zeros((_ACROSS * _CELL_PX, _ACROSS * _CELL_PX, 3), np.uint8)
    for index, (x, y, width, height) in enumerate(windows):
        down, across = divmod(index, _ACROSS)
        top, left = down * _CELL_PX, across * _CELL_PX
        cell = picture[top : top + _CELL_PX, left : left + _CELL_PX]
        cv2.resize(image[y : y + height, x : x + width], (_CELL_PX, _CELL_PX), cell, interpolation=cv2.INTER_LINEAR)
    return picture


def split(faces: Iterable[Face], windows: Sequence[Window]) -> list[tuple[Window, Face]]:
    """Return each face of the composed picture with its window, in pixels of that window.

    A face belongs where its centre is; of an empty part there are none.
    """
    found: list[tuple[Window, Face]] = []
    for face in faces:
        box = face.box
        across = int((box.x + box.width / 2) // _CELL_PX)
        down = int((box.y + box.height / 2) // _CELL_PX)
        index = down * _ACROSS + across
        if not (0 <= across < _ACROSS and down >= 0 and index < len(windows)):
            continue
        window = windows[index]
        offset: Floats = np.array([across * _CELL_PX, down * _CELL_PX], np.float32)
        scale: Floats = np.array([window[2] / _CELL_PX, window[3] / _CELL_PX], np.float32)
        left, top = float((box.x - offset[0]) * scale[0]), float((box.y - offset[1]) * scale[1])
        inside = Box(left, top, box.width * float(scale[0]), box.height * float(scale[1]))
        found.append((window, Face(inside, face.detection, (face.keypoints - offset) * scale)))
    return found


def is_cut(box: Box, window: Window, width: int, height: int) -> bool:
    """Return whether ``box``, in pixels of ``window``, ends at an edge of it that is not the frame's."""
    x, y, across, down = window
    return (
        (x > 0 and box.x < EDGE_PX)
        or (y > 0 and box.y < EDGE_PX)
        or (x + across < width and box.x + box.width > across - EDGE_PX)
        or (y + down < height and box.y + box.height > down - EDGE_PX)
    )
