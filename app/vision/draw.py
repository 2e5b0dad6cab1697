"""Draws what was read on a copy of the frame, for videos. The window draws by Qt, in its own resolution."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from app.cv import cv2
from app.palette import COLOURS, text_on
from app.types import UNCERTAIN, Box, FrameResult, Image, Reading
from app.vision.veil import Veil, pixelate

_Colour = tuple[int, int, int]

_DARK: Final = (20, 20, 20)
# of the frame's shorter side
_TEXT: Final = 1 / 28
_LINE: Final = 1 / 300
_LEAST_TEXT_PX: Final = 12
# sub-pixel bits of OpenCV's coordinates
_SHIFT: Final = 4
_BOLD: Final = 600


class Annotator:
    """Draws a source's frames, one after the other; used by one thread.

    It keeps in mind where faces were: blurring hides one for a second after the detector has lost it.
    """

    def __init__(self) -> None:
        self._veil = Veil()
        # OpenCV 5's own; it has every letter of the emotions' names
        self._font = cv2.FontFace("sans")

    def draw(self, result: FrameResult, *, blur: bool) -> Image:
        """Return a copy of the frame, uint8 (H, W, 3), BGR, with each face's box, label and attended region.

        Args:
            result: the frame and what was read of it.
            blur: make the faces unrecognisable.
        """
        image = result.frame.image.copy()
        # kept also while faces are shown, so that the first blurred frame hides those just lost
        boxes = self._veil.boxes(result)
        if blur:
            pixelate(image, boxes)
        side = min(image.shape[:2])
        line = max(1, round(side * _LINE))
        for reading in result.readings:
            colour = _bgr(COLOURS[reading.emotion])
            _polygon(image, _corners(reading.face.box), colour, line)
            _polygon(image, reading.attended_quad().tolist(), colour, max(1, line // 2))
        for reading in result.readings:
            self._label(image, reading, max(_LEAST_TEXT_PX, round(side * _TEXT)))
        return image

    def _label(self, image: Image, reading: Reading, size: int) -> None:
        """Write emotion and confidence above the face, or below its upper edge where there is no room above."""
        ground = COLOURS[reading.emotion]
        text = label(reading)
        height, width = image.shape[:2]
        pad = size // 3
        _, _, across, _ = cv2.getTextSize((width, height), text, (0, 0), self._font, size, _BOLD)
        wide, high = across + 2 * pad, size + 2 * pad
        box = reading.face.box
        left = min(max(0, round(box.x)), max(0, width - wide))
        top = round(box.y) - high if box.y >= high else max(0, round(box.y))
        cv2.rectangle(image, (left, top), (left + wide, top + high), _bgr(ground), cv2.FILLED)
        place = (left + pad, top + pad + round(0.8 * size))
        cv2.putText(image, text, place, _bgr(text_on(ground)), self._font, size, _BOLD)


def label(reading: Reading) -> str:
    """Return a face's label in English: its number, and emotion and confidence, or ``uncertain`` and why."""
    if reading.emotion != UNCERTAIN:
        return f"#{reading.track} {reading.emotion} {reading.confidence * 100:.0f} %"
    why = "" if reading.quality == "ok" else f" ({reading.quality.replace(';', ', ')})"
    return f"#{reading.track} {reading.emotion}{why}"


def _corners(box: Box) -> list[tuple[float, float]]:
    right, bottom = box.x + box.width, box.y + box.height
    return [(box.x, box.y), (right, box.y), (right, bottom), (box.x, bottom)]


def _polygon(image: Image, corners: Sequence[Sequence[float]], colour: _Colour, line: int) -> None:
    """Draw a closed line; a dark one under it keeps a light colour visible on a light picture."""
    points = [np.rint(np.array(corners) * (1 << _SHIFT)).astype(np.int32)]
    for drawn, width in ((_DARK, line + 2), (colour, line)):
        cv2.polylines(image, points, isClosed=True, color=drawn, thickness=width, lineType=cv2.LINE_AA, shift=_SHIFT)


def _bgr(colour: str) -> _Colour:
    """``#rrggbb`` for OpenCV."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return blue, green, red
