"""Draws what was read over the picture: boxes, labels, attended regions and their lenses. By Qt, never on pixels."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPainterPath, QPen, QPolygonF

from app.palette import COLOURS, text_on
from app.types import Image, Reading
from app.ui.layout import FrameMap, Rect, place_label, place_lens
from app.ui.texts import label_text

_LENS_PX: Final = 96.0
_LENS_OF_VIEW: Final = 0.22
_SHADE: Final = QColor(0, 0, 0, 130)
_MARGIN_PX: Final = 6.0
_PILL_PADDING_PX: Final = (9.0, 4.0)


def paint_readings(
    painter: QPainter, readings: Sequence[Reading], frame_map: FrameMap, view: Rect, *, attention: bool
) -> None:
    """Draw every face's box and label, and, with ``attention``, its attended region and lens.

    Args:
        painter: in logical pixels, antialiased.
        readings: of the frame that is shown.
        frame_map: where the frame is shown.
        view: the whole view; labels and lenses stay in it.
        attention: draw the attended regions.
    """
    boxes = [frame_map.rect(reading.face.box) for reading in readings]
    colours = [QColor(COLOURS[reading.emotion]) for reading in readings]
    room = view.shrunk(_MARGIN_PX)
    for box, colour in zip(boxes, colours, strict=True):
        _paint_box(painter, box, colour)
    if attention:
        for reading, colour in zip(readings, colours, strict=True):
            _paint_quad(painter, reading, frame_map, colour)
    taken = list(boxes)
    for reading, box in zip(readings, boxes, strict=True):
        taken.append(_paint_label(painter, reading, box, room, taken))
    if attention:
        side = min(_LENS_PX, _LENS_OF_VIEW * min(view.width, view.height))
        for reading, box, colour in zip(readings, boxes, colours, strict=True):
            place = place_lens(box, side, room, taken)
            taken.append(place)
            _paint_lens(painter, reading.attended, place, colour, mirrored=frame_map.mirrored)


def to_qrect(rect: Rect) -> QRectF:
    """Return the same rectangle for Qt."""
    return QRectF(rect.x, rect.y, rect.width, rect.height)


def pill_size(metrics: QFontMetricsF, text: str) -> tuple[float, float]:
    """Return the width and height in logical pixels of a pill around ``text``."""
    across, down = _PILL_PADDING_PX
    return metrics.horizontalAdvance(text) + 2 * across, metrics.height() + 2 * down


def paint_pill(painter: QPainter, rect: Rect, text: str, ground: QColor) -> None:
    """Draw ``text`` in the painter's font on a rounded ground, in black or white, whichever reads better."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    painter.drawRoundedRect(to_qrect(rect), 7, 7)
    painter.setPen(QColor(text_on(ground.name())))
    painter.drawText(to_qrect(rect), Qt.AlignmentFlag.AlignCenter, text)


def _paint_box(painter: QPainter, box: Rect, colour: QColor) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    # the dark line under it keeps a light colour visible on a light picture
    for pen in (QPen(_SHADE, 4.5), QPen(colour, 2.5)):
        painter.setPen(pen)
        painter.drawRoundedRect(to_qrect(box), 6, 6)


def _paint_quad(painter: QPainter, reading: Reading, frame_map: FrameMap, colour: QColor) -> None:
    corners = [QPointF(*frame_map.point(x, y)) for x, y in reading.attended_quad().tolist()]
    tint = QColor(colour)
    tint.setAlpha(28)
    painter.setBrush(tint)
    for pen in (QPen(_SHADE, 3.5), QPen(colour, 1.5, Qt.PenStyle.DashLine)):
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.drawPolygon(QPolygonF(corners))
        painter.setBrush(Qt.BrushStyle.NoBrush)


def _paint_label(painter: QPainter, reading: Reading, box: Rect, room: Rect, taken: Sequence[Rect]) -> Rect:
    font = QFont(painter.font())
    font.setWeight(QFont.Weight.DemiBold)
    text = label_text(reading)
    width, height = pill_size(QFontMetricsF(font), text)
    place = place_label(box, width, height, room, taken)
    painter.save()
    painter.setFont(font)
    paint_pill(painter, place, text, QColor(COLOURS[reading.emotion]))
    painter.restore()
    return place


def _paint_lens(painter: QPainter, attended: Image, place: Rect, colour: QColor, *, mirrored: bool) -> None:
    pixels = np.ascontiguousarray(attended)
    height, width = pixels.shape
    # drawn before ``pixels`` goes out of scope: the image shares its memory
    image = QImage(pixels.data, width, height, pixels.strides[0], QImage.Format.Format_Grayscale8)
    outline = QPainterPath()
    outline.addRoundedRect(to_qrect(place), 7, 7)
    painter.save()
    painter.setClipPath(outline)
    paint_image(painter, image, to_qrect(place), mirrored=mirrored)
    painter.restore()
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for pen in (QPen(_SHADE, 4), QPen(colour, 2)):
        painter.setPen(pen)
        painter.drawPath(outline)


def paint_image(painter: QPainter, image: QImage, target: QRectF, *, mirrored: bool) -> None:
    """Draw an image into ``target``, left and right swapped where it is ``mirrored``."""
    painter.save()
    if mirrored:
        painter.translate(2 * target.x() + target.width(), 0)
        painter.scale(-1, 1)
    painter.drawImage(target, image)
    painter.restore()
