"""Draws a bar an emotion: its name, the probability, and what this frame alone says."""

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter

from app.palette import COLOURS, legible
from app.ui.card_model import Bar
from app.ui.card_paint import CardFonts
from app.ui.layout import Rect
from app.ui.overlay import to_qrect
from app.ui.style import theme
from app.ui.words import RIGHT, draw_words

_GAP_PX: Final = 8.0
_ROUND_PX: Final = 3.0
_legible = lru_cache(maxsize=64)(legible)


class Bars:
    """The bars of one face; names and grooves, which stay as they are, are drawn once and kept."""

    def __init__(self) -> None:
        self._kind: object = None
        self._grooves: list[Rect] = []
        self._still = QImage()
        self._origin = QPointF()

    def paint(
        self, painter: QPainter, rows: tuple[Rect, ...], bars: Sequence[Bar], fonts: CardFonts, ground: str
    ) -> None:
        """Draw for each bar its name, the smoothed probability, the raw one as a tick unless NaN, the per cent.

        Args:
            painter: in logical pixels, antialiased.
            rows: a place for each.
            bars: what they say.
            fonts: of the card.
            ground: the colour that they stand on, ``#rrggbb``.
        """
        colours, metrics = theme(), QFontMetricsF(fonts.small)
        labels = tuple(bar.label for bar in bars)
        kind = rows, labels, ground, colours, painter.device().devicePixelRatioF()
        if kind != self._kind:
            self._kind = kind
            self._grooves = _grooves(rows, labels, metrics)
            self._draw_still(rows, labels, fonts, ground=ground, ratio=painter.device().devicePixelRatioF())
        painter.drawImage(self._origin, self._still)
        painter.setFont(fonts.small)
        painter.setPen(QColor(colours.text))
        for row, bar in zip(rows, bars, strict=True):
            draw_words(painter, to_qrect(row), bar.percent, RIGHT, metrics)
        painter.setPen(Qt.PenStyle.NoPen)
        for groove, bar in zip(self._grooves, bars, strict=True):
            width = groove.width * bar.value
            if width >= 1:
                _fill(
                    painter,
                    Rect(groove.x, groove.y, width, groove.height),
                    _legible(COLOURS[bar.emotion], colours.ground),
                )
        ticks = [
            (groove.x + 1 + (groove.width - 2) * bar.raw, row)
            for groove, bar, row in zip(self._grooves, bars, rows, strict=True)
            if not math.isnan(bar.raw)
        ]
        # the ground around it keeps it visible on a bar as light as itself
        for colour, half in ((colours.ground, 2.0), (colours.text, 1.0)):
            painter.setBrush(QColor(colour))
            painter.drawRects([QRectF(x - half, row.y + 0.5, 2 * half, row.height - 1) for x, row in ticks])

    def _draw_still(
        self, rows: Sequence[Rect], labels: Sequence[str], fonts: CardFonts, *, ground: str, ratio: float
    ) -> None:
        """Draw names and grooves, in the screen's own pixels, so that they are copied and not drawn anew."""
        self._origin = QPointF(*(math.floor(edge * ratio) / ratio for edge in (rows[0].x, rows[0].y)))
        across, down = rows[-1].right - self._origin.x(), rows[-1].bottom - self._origin.y()
        self._still = QImage(math.ceil(across * ratio), math.ceil(down * ratio), QImage.Format.Format_RGB32)
        self._still.setDevicePixelRatio(ratio)
        self._still.fill(QColor(ground))
        painter = QPainter(self._still)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(-self._origin)
        painter.setFont(fonts.small)
        painter.setPen(QColor(theme().text))
        for row, label in zip(rows, labels, strict=True):
            draw_words(painter, to_qrect(row), label)
        painter.setPen(Qt.PenStyle.NoPen)
        for groove in self._grooves:
            _fill(painter, groove, theme().ground)
        painter.end()


def _grooves(rows: Sequence[Rect], labels: Sequence[str], metrics: QFontMetricsF) -> list[Rect]:
    """Return where the bars run: between the longest name and the longest number."""
    names_px = max(metrics.horizontalAdvance(label) for label in labels) + _GAP_PX
    numbers_px = metrics.horizontalAdvance("100\u00a0%") + _GAP_PX
    return [Rect(row.x + names_px, row.y + 2, row.width - names_px - numbers_px, row.height - 4) for row in rows]


def _fill(painter: QPainter, place: Rect, colour: str) -> None:
    round_px = min(_ROUND_PX, place.width / 2)
    painter.setBrush(QColor(colour))
    painter.drawRoundedRect(to_qrect(place), round_px, round_px)
