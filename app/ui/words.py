"""A line of text in a place, drawn from its baseline.

What Qt is given a rectangle for it lays out anew each time, which takes longer than to draw it; the numbers of a live
window change with every frame.
"""

from typing import Final

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFontMetricsF, QPainter

LEFT: Final = 0.0
MIDDLE: Final = 0.5
RIGHT: Final = 1.0


def draw_words(
    painter: QPainter, place: QRectF, text: str, align: float = LEFT, metrics: QFontMetricsF | None = None
) -> None:
    """Draw ``text`` as one line in the painter's font and pen, in the middle of ``place`` from top to bottom.

    Args:
        painter: in logical pixels.
        place: where it lies; what is longer reaches over it.
        text: without line breaks.
        align: the share of the room left free that is on its left.
        metrics: of the painter's font, where the caller has them.
    """
    metrics = QFontMetricsF(painter.font()) if metrics is None else metrics
    free_px = place.width() - metrics.horizontalAdvance(text) if align else 0.0
    baseline = place.y() + (place.height() - metrics.height()) / 2 + metrics.ascent()
    painter.drawText(QPointF(place.x() + align * free_px, baseline), text)
