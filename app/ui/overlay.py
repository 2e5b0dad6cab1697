"""Draws what was read over the picture: boxes, labels, attended regions and their lenses. By Qt, never on pixels."""

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPainterPath, QPen, QPolygonF

from app.cv import cv2
from app.palette import COLOURS, text_on
from app.types import Image, Reading
from app.ui.layout import FrameMap, Rect, place_label, place_lens
from app.ui.pixelate import pictures
from app.ui.texts import label_text
from app.ui.words import MIDDLE, draw_words

_LENS_PX: Final = 96.0
_LENS_OF_VIEW: Final = 0.22
SHADE: Final = QColor("#14171c")
"""Under each coloured line, so that it shows on a light picture; opaque, as to blend it takes Qt four times as long."""
_MARGIN_PX: Final = 6.0
# a followed face's corners: how far outside its box, and how long
_TICK_PX: Final = 7.0
_CORNER_PX: Final = 16.0
_PILL_PADDING_PX: Final = (9.0, 4.0)


def paint_readings(
    painter: QPainter,
    readings: Sequence[Reading],
    frame_map: FrameMap,
    view: Rect,
    *,
    attention: bool,
    followed: int | None = None,
    blurred: bool = False,
) -> None:
    """Draw every face's box and label, and, with ``attention``, its attended region and lens.

    Args:
        painter: in logical pixels, antialiased.
        readings: of the frame that is shown.
        frame_map: where the frame is shown.
        view: the whole view; labels and lenses stay in it.
        attention: draw the attended regions.
        followed: the number of the face whose box is marked.
        blurred: nobody may be recognised in a lens.
    """
    boxes = [frame_map.rect(reading.face.box) for reading in readings]
    colours = [QColor(COLOURS[reading.emotion]) for reading in readings]
    room = view.shrunk(_MARGIN_PX)
    for reading, box, colour in zip(readings, boxes, colours, strict=True):
        _paint_box(painter, box, colour, marked=reading.track == followed)
    if attention:
        for reading, colour in zip(readings, colours, strict=True):
            _paint_quad(painter, reading, frame_map, colour)
    # with the corners of the followed one
    outlines = [
        box.grown(_TICK_PX) if reading.track == followed else box for reading, box in zip(readings, boxes, strict=True)
    ]
    taken = list(outlines)
    for reading, outline in zip(readings, outlines, strict=True):
        taken.append(_paint_label(painter, reading, outline, room, taken))
    if attention:
        side = min(_LENS_PX, _LENS_OF_VIEW * min(view.width, view.height))
        for reading, outline, colour in zip(readings, outlines, colours, strict=True):
            place = place_lens(outline, side, room, taken)
            taken.append(place)
            _, attended = pictures(reading, blurred=blurred)
            _paint_lens(painter, attended, place, colour, mirrored=frame_map.mirrored)


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
    draw_words(painter, to_qrect(rect), text, MIDDLE)


def _paint_box(painter: QPainter, box: Rect, colour: QColor, *, marked: bool) -> None:
    width = 4.0 if marked else 2.5
    painter.setBrush(Qt.BrushStyle.NoBrush)
    # the dark line under it keeps a light colour visible on a light picture
    for pen in (QPen(SHADE, width + 2), QPen(colour, width)):
        painter.setPen(pen)
        painter.drawRoundedRect(to_qrect(box), 6, 6)
        if marked:
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            painter.setPen(pen)
            painter.drawLines(list(_ticks(box)))


def _ticks(box: Rect) -> Iterable[QLineF]:
    """The corners of a frame around the box."""
    frame = box.grown(_TICK_PX)
    for x, across in ((frame.x, _CORNER_PX), (frame.right, -_CORNER_PX)):
        for y, down in ((frame.y, _CORNER_PX), (frame.bottom, -_CORNER_PX)):
            yield QLineF(x, y, x + across, y)
            yield QLineF(x, y, x, y + down)


def _paint_quad(painter: QPainter, reading: Reading, frame_map: FrameMap, colour: QColor) -> None:
    corners = [QPointF(*frame_map.point(x, y)) for x, y in reading.attended_quad().tolist()]
    tint = QColor(colour)
    tint.setAlpha(28)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(tint)
    # its edge lies under the lines, and to blend a smooth one takes ten times as long
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    painter.drawPolygon(QPolygonF(corners))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    # side by side: Qt draws wide lines in half of the time that it takes for the outline of a polygon, dashed ones in a
    # fifth
    sides = [QLineF(*ends) for ends in zip(corners, (*corners[1:], corners[0]), strict=True)]
    for pen in (QPen(SHADE, 3.5), QPen(colour, 1.5, Qt.PenStyle.DashLine)):
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        painter.drawLines(sides)


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
    outline = QPainterPath()
    outline.addRoundedRect(to_qrect(place), 7, 7)
    painter.save()
    painter.setClipPath(outline)
    paint_image(painter, grey_image(attended), to_qrect(place), mirrored=mirrored)
    painter.restore()
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for pen in (QPen(SHADE, 4), QPen(colour, 2)):
        painter.setPen(pen)
        painter.drawPath(outline)


def grey_image(pixels: Image) -> QImage:
    """Return a grey image (H, W) in the format that Qt draws fastest; it owns its pixels."""
    rows = np.ascontiguousarray(pixels)
    height, width = rows.shape
    shared = QImage(rows.data, width, height, rows.strides[0], QImage.Format.Format_Grayscale8)
    return shared.convertToFormat(QImage.Format.Format_RGB32)


def colour_image(pixels: Image) -> QImage:
    """Return an image (H, W, 3), BGR, in the format that Qt draws fastest; it owns its pixels.

    Converting each frame once costs half a millisecond at 720p and saves more than that in each drawing. Qt's own
    conversion takes twice the processor's time, on threads.
    """
    height, width = pixels.shape[:2]
    image = QImage(width, height, QImage.Format.Format_RGB32)
    # what Qt calls RGB32 is blue, green, red and a fourth byte in memory, four bytes to each pixel without a gap
    rows = np.frombuffer(image.bits(), np.uint8).reshape(height, width, 4)
    cv2.cvtColor(pixels, cv2.COLOR_BGR2BGRA, rows)
    return image


def paint_image(painter: QPainter, image: QImage, target: QRectF, *, mirrored: bool) -> None:
    """Draw an image into ``target``, left and right swapped where it is ``mirrored``."""
    painter.save()
    if mirrored:
        painter.translate(2 * target.x() + target.width(), 0)
        painter.scale(-1, 1)
    painter.drawImage(target, image)
    painter.restore()
