"""Parts of a widget that seldom change: drawn once, and copied from then on."""

import math
from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QImage, QPainter


class Kept:
    """A part of a widget, in the screen's own pixels, wherever the widget lies on it."""

    def __init__(self) -> None:
        self._kind: object = None
        self._image = QImage()

    def paint(
        self, painter: QPainter, place: QRectF, ground: str, kind: object, draw: Callable[[QPainter], None]
    ) -> None:
        """Draw the part, anew only where something is not as it was.

        Args:
            painter: in logical pixels.
            place: what is drawn, all of it on ``ground``.
            ground: the colour below it, ``#rrggbb``.
            kind: all that the picture depends on besides.
            draw: draws it, with an antialiased painter in the same pixels.
        """
        to_screen = painter.deviceTransform()
        from_screen, _ = to_screen.inverted()
        corner, end = to_screen.map(place.topLeft()), to_screen.map(place.bottomRight())
        first = QPointF(math.floor(corner.x()), math.floor(corner.y()))
        # where its own pixels lie between the screen's, and how large it is in these
        lies = corner - first, end - first, to_screen.m11()
        if (lies, ground, kind) != self._kind:
            self._kind = lies, ground, kind
            self._image = QImage(math.ceil(lies[1].x()), math.ceil(lies[1].y()), QImage.Format.Format_RGB32)
            self._image.setDevicePixelRatio(to_screen.m11())
            self._image.fill(QColor(ground))
            inner = QPainter(self._image)
            inner.setRenderHint(QPainter.RenderHint.Antialiasing)
            inner.translate(-from_screen.map(first))
            draw(inner)
            inner.end()
        painter.drawImage(from_screen.map(first), self._image)
