"""The picture, the face cards beside it and the timeline below."""

from typing import Final

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

_SMALLEST: Final = QSize(480, 200)
# below these there is no picture worth looking at beside or above the others
_CARDS_FROM_PX: Final = 640
_TIMELINE_FROM_PX: Final = 380


class Panes(QWidget):
    """Lays out the three; cards and timeline are hidden where they are not wanted, or where there is no room for them.

    Args:
        view: the picture.
        cards: stand beside it.
        timeline: runs below both.
    """

    def __init__(self, view: QWidget, cards: QWidget, timeline: QWidget) -> None:
        super().__init__()
        self._cards, self._timeline = cards, timeline
        self._cards_wanted = self._timeline_wanted = True
        picture = QHBoxLayout()
        picture.setSpacing(0)
        picture.addWidget(view, 1)
        picture.addWidget(cards)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(picture, 1)
        column.addWidget(timeline)

    def show_panes(self, *, cards: bool, timeline: bool) -> None:
        """Show or hide cards and timeline."""
        self._cards_wanted, self._timeline_wanted = cards, timeline
        self._fit()

    def minimumSizeHint(self) -> QSize:
        """Return the size of a small picture alone, so that cards and timeline do not keep the window large."""
        return _SMALLEST

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show what there is room for."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        self._cards.setVisible(self._cards_wanted and self.width() >= _CARDS_FROM_PX)
        self._timeline.setVisible(self._timeline_wanted and self.height() >= _TIMELINE_FROM_PX)
