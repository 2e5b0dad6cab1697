"""The same frames in every run, made of the demo's portrait."""

from typing import Final

import numpy as np

from app.capture.demo import FPS, WIDTH, DemoClip
from app.cv import cv2
from app.types import Image

# By its first five seconds the demo shows one face; the square holds it wherever it moves by then.
_ROUND: Final = round(5.0 * FPS)
_SIDE_PX: Final = 420
_LEFT_PX: Final = (WIDTH - _SIDE_PX) // 2
_TOP_PX: Final = 335 - _SIDE_PX // 2
_ACROSS: Final = 5
MOST_FACES: Final = 2 * _ACROSS
# so that no two faces of a frame do the same at once
_APART: Final = 9


class Frames:
    """Frames with any number of faces up to ``MOST_FACES``, of any size; the same arguments give the same frame."""

    def __init__(self) -> None:
        """Prepare the portrait.

        Raises:
            SourceError: matplotlib's sample portrait is missing.
        """
        self._clip = DemoClip()
        self._portraits: dict[int, Image] = {}

    def near(self, index: int) -> Image:
        """Return a frame of the demo, uint8 (720, 1280, 3) BGR: one face, some 250 px large."""
        return self._clip.render(index % _ROUND / FPS)

    def crowd(self, index: int, faces: int, width: int, height: int) -> Image:
        """Return a frame, uint8 (height, width, 3) BGR, of ``faces`` that are each an eighth of its width large.

        They are laid out as in a video conference, five in a row, and move as in the demo, each at another time of it.
        """
        image = np.full((height, width, 3), 96, np.uint8)
        side = min(width // _ACROSS, height // 2)
        for number in range(faces):
            row, column = divmod(number, _ACROSS)
            left, top = column * width // _ACROSS, row * height // 2 + (height // 2 - side) // 2
            portrait = self._portrait(index + number * _APART)
            # an average where it shrinks, as a camera's pixels are
            way = cv2.INTER_AREA if side < _SIDE_PX else cv2.INTER_LINEAR
            image[top : top + side, left : left + side] = cv2.resize(portrait, (side, side), interpolation=way)
        return image

    def _portrait(self, index: int) -> Image:
        index %= _ROUND
        if index not in self._portraits:
            whole = self._clip.render(index / FPS)
            self._portraits[index] = whole[_TOP_PX : _TOP_PX + _SIDE_PX, _LEFT_PX : _LEFT_PX + _SIDE_PX].copy()
        return self._portraits[index]
