"""Draws a face's card: words, pictures and the heat map."""

from functools import lru_cache
from typing import Final

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPainterPath, QPen, QPolygonF

from app.palette import COLOURS, legible
from app.types import Floats, Reading
from app.ui.card_layout import CardPlan
from app.ui.card_model import CardText
from app.ui.heat import HeatMap, colours_of_heat
from app.ui.language import translate
from app.ui.layout import Rect
from app.ui.overlay import SHADE, colour_image, grey_image, paint_image, paint_pill, to_qrect
from app.ui.pixelate import coarse, pictures
from app.ui.style import Theme, theme
from app.ui.words import LEFT, MIDDLE, RIGHT, draw_words
from app.vision.explain import Explanation

_SMALLER: Final = 0.92
# of the letters' width, in per cent, before words are cut
_SQUEEZED: Final = 85
_HEAT_OPACITY: Final = 0.66


class CardFonts:
    """The fonts of a card, made from the widget's.

    Args:
        base: the widget's.
    """

    def __init__(self, base: QFont) -> None:
        self.strong = QFont(base)
        self.strong.setWeight(QFont.Weight.DemiBold)
        self.small = QFont(base)
        self.small.setPointSizeF(base.pointSizeF() * _SMALLER)
        # figures of one width, so that numbers stand still as they change
        self.small.setFeature(QFont.Tag("tnum"), 1)
        self.base = QFont(base)
        self.base.setFeature(QFont.Tag("tnum"), 1)
        self.line_px = QFontMetricsF(self.strong).height()
        self.small_px = QFontMetricsF(self.small).height()


def paint_ground(painter: QPainter, area: Rect, *, followed: bool) -> None:
    """Draw the card itself, with a stronger border where its face is followed."""
    colours = theme()
    width = 2.0 if followed else 1.0
    painter.setPen(QPen(QColor(colours.accent if followed else colours.border), width))
    painter.setBrush(QColor(colours.raised))
    painter.drawRoundedRect(to_qrect(area.shrunk(width / 2)), 9, 9)


def paint_tag(painter: QPainter, row: Rect, text: str, ground: str, fonts: CardFonts) -> None:
    """Draw a word about the face at the right end of a row; nothing where it is empty."""
    if text:
        width = QFontMetricsF(fonts.small).horizontalAdvance(text) + 16
        painter.setFont(fonts.small)
        paint_pill(painter, Rect(row.right - width, row.y, width, row.height), text, QColor(ground))


def paint_words(painter: QPainter, plan: CardPlan, text: CardText, fonts: CardFonts) -> None:
    """Draw all lines of text above and below the bars and pictures."""
    colours = theme()
    _write(painter, plan.title, text.title, fonts.strong, colours.text)
    width = QFontMetricsF(fonts.strong).horizontalAdvance(text.pill) + 20
    pill = Rect(plan.headline.x, plan.headline.y, width, plan.headline.height)
    painter.setFont(fonts.strong)
    colour = COLOURS[text.emotion]
    paint_pill(painter, pill, text.pill, QColor(colour))
    # a light pill has an edge on a light card
    painter.setPen(QPen(QColor(legible(colour, colours.raised)), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(to_qrect(pill.shrunk(0.5)), 7, 7)
    beside = _from(plan.headline, pill.right + 9)
    _write(painter, beside, text.beside, fonts.base, colours.text)
    mark = Rect(plan.quality.x, plan.quality.y, plan.quality.height, plan.quality.height)
    (_paint_check if text.good else _paint_warning)(painter, mark, colours)
    _write(
        painter,
        _from(plan.quality, mark.right + 6),
        text.quality,
        fonts.small,
        colours.muted if text.good else colours.text,
    )
    words = Rect(plan.state.x, plan.state.y, plan.state.width, fonts.small_px)
    _write(painter, words, text.state, fonts.small, colours.text if text.calibrated else colours.muted)
    if text.measured is not None:
        groove = Rect(plan.state.x, plan.state.bottom - 4, plan.state.width, 4)
        fill(painter, groove, colours.grid, 2)
        fill(painter, Rect(groove.x, groove.y, groove.width * text.measured, 4), colours.accent, 2)


def paint_attention(
    painter: QPainter, plan: CardPlan, reading: Reading, fonts: CardFonts, *, mirrored: bool, blurred: bool
) -> None:
    """Draw the crop with the attended region on it, the region itself beside it, and what both are."""
    if plan.left is None or plan.right is None or plan.captions is None:
        return
    crop, attended = pictures(reading, blurred=blurred)
    _paint_picture(painter, plan.left, grey_image(crop), mirrored=mirrored)
    _paint_picture(painter, plan.right, grey_image(attended), mirrored=mirrored)
    colour = QColor(COLOURS[reading.emotion])
    painter.save()
    painter.setClipPath(_rounded(plan.left))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    quad = _attended_quad(reading.theta, plan.left, mirrored=mirrored)
    for pen in (QPen(SHADE, 4), QPen(colour, 2)):
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.drawPolygon(quad)
    painter.restore()
    painter.setPen(QPen(QColor(legible(colour.name(), theme().raised)), 2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(_rounded(plan.right.shrunk(1)))
    for place, words in ((plan.left, translate("Mien", "Face")), (plan.right, translate("Mien", "Attended region"))):
        below = Rect(place.x, plan.captions.y, place.width, plan.captions.height)
        _write(painter, below, words, fonts.small, theme().muted, align=MIDDLE)


def paint_explanation(
    painter: QPainter,
    plan: CardPlan,
    explanation: Explanation,
    heat: HeatMap,
    fonts: CardFonts,
    *,
    mirrored: bool,
    blurred: bool,
) -> None:
    """Draw the explained crop, the heat map over it beside, and the legend."""
    if plan.left is None or plan.right is None or plan.captions is None:
        return
    pixels = explanation.crop.pixels
    crop = grey_image(coarse(pixels) if blurred else pixels)
    _paint_picture(painter, plan.left, crop, mirrored=mirrored)
    _paint_picture(painter, plan.right, crop, mirrored=mirrored)
    if heat.image is not None:
        painter.setOpacity(_HEAT_OPACITY)
        _paint_picture(painter, plan.right, colour_image(heat.image), mirrored=mirrored)
        painter.setOpacity(1.0)
    _write(painter, plan.captions, heat.title, fonts.small, theme().text)
    if heat.image is not None:
        metrics = QFontMetricsF(fonts.small)
        most_px = metrics.horizontalAdvance(heat.most)
        _write(painter, plan.captions, heat.most, fonts.small, theme().text, align=RIGHT)
        zero = Rect(plan.right.x, plan.captions.y, metrics.horizontalAdvance("0"), plan.captions.height)
        _write(painter, zero, "0", fonts.small, theme().text)
        left = zero.right + 5
        ramp = QRectF(left, plan.captions.y + 3, plan.captions.right - most_px - 5 - left, plan.captions.height - 6)
        painter.drawImage(ramp, _ramp())


@lru_cache(maxsize=1)
def _ramp() -> QImage:
    """The heat map's colours from left to right, as they are over a middle grey."""
    colours = colours_of_heat(np.linspace(0, 1, 64, dtype=np.float32)[None])
    blended = colours * _HEAT_OPACITY + 128 * (1 - _HEAT_OPACITY)
    return colour_image(np.asarray(blended, np.uint8))


def _attended_quad(theta: Floats, place: Rect, *, mirrored: bool) -> QPolygonF:
    """The attended region on a picture of the crop."""
    corners = np.array([[-1, -1, 1], [1, -1, 1], [1, 1, 1], [-1, 1, 1]], np.float32) @ theta.T
    across = -corners[:, 0] if mirrored else corners[:, 0]
    xs = place.x + (across + 1) / 2 * place.width
    ys = place.y + (corners[:, 1] + 1) / 2 * place.height
    return QPolygonF([QPointF(x, y) for x, y in zip(xs.tolist(), ys.tolist(), strict=True)])


def _paint_picture(painter: QPainter, place: Rect, image: QImage, *, mirrored: bool) -> None:
    painter.save()
    painter.setClipPath(_rounded(place))
    paint_image(painter, image, to_qrect(place), mirrored=mirrored)
    painter.restore()


def _rounded(place: Rect) -> QPainterPath:
    path = QPainterPath()
    path.addRoundedRect(to_qrect(place), 6, 6)
    return path


def _paint_check(painter: QPainter, place: Rect, colours: Theme) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(colours.muted), 1.6))
    points = ((0.18, 0.55), (0.42, 0.78), (0.85, 0.26))
    painter.drawPolyline(QPolygonF([_within(place, x, y) for x, y in points]))


def _paint_warning(painter: QPainter, place: Rect, colours: Theme) -> None:
    """A triangle with an exclamation mark."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    pen = QPen(QColor(colours.danger), 1.5)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.drawPolygon(QPolygonF([_within(place, x, y) for x, y in ((0.5, 0.12), (0.94, 0.88), (0.06, 0.88))]))
    painter.drawLine(_within(place, 0.5, 0.4), _within(place, 0.5, 0.6))
    painter.drawPoint(_within(place, 0.5, 0.75))


def _within(place: Rect, x: float, y: float) -> QPointF:
    return QPointF(place.x + x * place.width, place.y + y * place.height)


def _from(row: Rect, x: float) -> Rect:
    """The part of a row right of ``x``."""
    return Rect(x, row.y, max(0.0, row.right - x), row.height)


def fill(painter: QPainter, place: Rect, colour: str, radius: float) -> None:
    """Draw a rectangle with rounded corners."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    round_px = min(radius, place.width / 2)
    painter.drawRoundedRect(to_qrect(place), round_px, round_px)


def _write(painter: QPainter, place: Rect, text: str, font: QFont, colour: str, *, align: float = LEFT) -> None:
    metrics = QFontMetricsF(font)
    if metrics.horizontalAdvance(text) > place.width:
        font = QFont(font)
        font.setStretch(_SQUEEZED)
        metrics = QFontMetricsF(font)
        text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, place.width)
    painter.setFont(font)
    painter.setPen(QColor(colour))
    draw_words(painter, to_qrect(place), text, align, metrics)
