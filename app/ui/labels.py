"""Lines of text in the theme's manner."""

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QLabel

from app.ui.style import theme


def heading(text: str, scale: float = 1.3) -> QLabel:
    """Return a bold line, its letters so many times as tall as others."""
    label = QLabel(text)
    font = label.font()
    font.setBold(True)
    font.setPointSizeF(font.pointSizeF() * scale)
    label.setFont(font)
    return label


def muted(text: str) -> QLabel:
    """Return a line that is read second."""
    label = QLabel(text)
    palette = label.palette()
    palette.setColor(QPalette.ColorRole.WindowText, QColor(theme().muted))
    label.setPalette(palette)
    return label
