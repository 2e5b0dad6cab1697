"""What stands in the column of cards beside the cards: its heading, and the words where there is no face."""

from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui.language import translate
from app.ui.style import theme

WIDTH_PX: Final = 304
MARGIN_PX: Final = 12


class Heading(QWidget):
    """The column's title, and what bar and tick mean."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return the size of a line with some room."""
        return QSize(WIDTH_PX, self.fontMetrics().height() + 18)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the title and the key."""
        colours = theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        title = QFont(self.font())
        title.setWeight(QFont.Weight.DemiBold)
        small = QFont(self.font())
        small.setPointSizeF(small.pointSizeF() * 0.92)
        row = QRectF(MARGIN_PX, 0, self.width() - 2 * MARGIN_PX - 4, self.height())
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(title)
        painter.setPen(QColor(colours.text))
        painter.drawText(row, middle | Qt.AlignmentFlag.AlignLeft, translate("Mien", "Faces"))
        painter.setFont(small)
        painter.setPen(QColor(colours.muted))
        x = row.right()
        for word, sign in ((translate("Mien", "this frame"), 2.0), (translate("Mien", "smoothed"), 14.0)):
            width = QFontMetricsF(small).horizontalAdvance(word)
            painter.drawText(QRectF(x - width, 0, width, self.height()), middle, word)
            x -= width + 5 + sign
            painter.fillRect(QRectF(x, row.center().y() - 4, sign, 9), QColor(colours.muted))
            x -= 12
        painter.end()


class Empty(QWidget):
    """What the column says while there is no face."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self._words())

    def sizeHint(self) -> QSize:
        """Return a size for the words in the narrowest column."""
        return QSize(WIDTH_PX, self.fontMetrics().height() * 7)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the words in a frame of dashes."""
        colours = theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(colours.border), 1.2, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 9, 9)
        painter.setPen(QColor(colours.muted))
        wrapped = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignCenter
        painter.drawText(QRectF(self.rect()).adjusted(14, 8, -14, -8), wrapped, self._words())
        painter.end()

    def _words(self) -> str:
        return translate(
            "Mien", "Each face in view gets a card here: its expression, how sure the network is, and where it looked."
        )
