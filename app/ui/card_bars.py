"""Draws a bar an emotion: its name, the probability, and what this frame alone says."""

import math
from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from app.palette import COLOURS, legible
from app.ui.card_model import Bar
from app.ui.card_paint import CardFonts, fill
from app.ui.kept import Kept
from app.ui.layout import Rect
from app.ui.overlay import to_qrect
from app.ui.style import theme
from app.ui.words import RIGHT, draw_words

_GAP_PX: Final = 8.0
_ROUND_PX: Final = 3.0


class Bars:
    """The bars of one face; names and grooves, which stay as they are, are drawn once and kept."""

    def __init__(self) -> None:
        self._still = Kept()

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
        grooves = _grooves(rows, labels, metrics)

        def draw(still: QPainter) -> None:
            still.setFont(fonts.small)
            still.setPen(QColor(colours.text))
            for row, label in zip(rows, labels, strict=True):
                draw_words(still, to_qrect(row), label)
            for groove in grooves:
                fill(still, groove, colours.ground, _ROUND_PX)

        place = QRectF(rows[0].x, rows[0].y, rows[0].width, rows[-1].bottom - rows[0].y)
        self._still.paint(painter, place, ground, (labels, colours, fonts.small), draw)
        painter.setFont(fonts.small)
        painter.setPen(QColor(colours.text))
        for row, bar in zip(rows, bars, strict=True):
            draw_words(painter, to_qrect(row), bar.percent, RIGHT, metrics)
        for groove, bar in zip(grooves, bars, strict=True):
            width = groove.width * bar.value
            if width >= 1:
                filled = Rect(groove.x, groove.y, width, groove.height)
                fill(painter, filled, legible(COLOURS[bar.emotion], colours.ground), _ROUND_PX)
        ticks = [
            (groove.x + 1 + (groove.width - 2) * bar.raw, row)
            for groove, bar, row in zip(grooves, bars, rows, strict=True)
            if not math.isnan(bar.raw)
        ]
        painter.setPen(Qt.PenStyle.NoPen)
        # the ground around it keeps it visible on a bar as light as itself
        for colour, half in ((colours.ground, 2.0), (colours.text, 1.0)):
            painter.setBrush(QColor(colour))
            painter.drawRects([QRectF(x - half, row.y + 0.5, 2 * half, row.height - 1) for x, row in ticks])


def _grooves(rows: Sequence[Rect], labels: Sequence[str], metrics: QFontMetricsF) -> list[Rect]:
    """Return where the bars run: between the longest name and the longest number."""
    names_px = max(metrics.horizontalAdvance(label) for label in labels) + _GAP_PX
    numbers_px = metrics.horizontalAdvance("100\u00a0%") + _GAP_PX
    return [Rect(row.x + names_px, row.y + 2, row.width - names_px - numbers_px, row.height - 4) for row in rows]
