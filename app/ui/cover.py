"""A sheet over the whole window with a card on it, in place of a dialog: what lies below can still be seen."""

from typing import Final

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QKeySequence, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from app.ui.focus import Focus
from app.ui.style import theme

_MARGIN_PX: Final = 24
_RADIUS_PX: Final = 12
_SHADE_ALPHA: Final = 190


class _Card(QWidget):
    """A rounded ground in the theme's colours."""

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the ground and its border."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(theme().border))
        painter.setBrush(QColor(theme().panel))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), _RADIUS_PX, _RADIUS_PX)


class FittingArea(QScrollArea):
    """As tall as its content is at a given width; scrolled, by the arrow keys too, where there is less room.

    Args:
        name: what screen readers call it.
    """

    def __init__(self, name: str) -> None:
        super().__init__()
        self._width = 0
        self._content = QWidget(self)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidgetResizable(True)
        self.setAccessibleName(name)

    def set_content(self, content: QWidget) -> None:
        """Show this; what was shown is deleted."""
        self._content = content
        self.setWidget(content)
        # the card is the ground
        content.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)
        self.updateGeometry()

    def fit(self, width: int) -> None:
        """Be so wide where there is room, in pixels."""
        self._width = width
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Return the width asked for, and the height of the content at that width."""
        content = self._content
        height = content.heightForWidth(self._width) if content.hasHeightForWidth() else content.sizeHint().height()
        return QSize(self._width, height)


class Cover(QWidget):
    """Covers its window, keeps the focus to itself while it is shown, and gives it back.

    Args:
        window: what it covers.
        name: what screen readers call it.
        firm: it does not go by Esc or a click, no key of the window but that of Quit works below it, and nothing can be
            dropped on the window; else all of that works.

    Attributes:
        card: what is shown; the subclass fills it.
        left: it was shown and is no more.
    """

    left = Signal()

    def __init__(self, window: QWidget, name: str, *, firm: bool = False) -> None:
        super().__init__(window)
        self._window = window
        self._firm = firm
        self._takes_drops = False
        self._focus = Focus()
        self.setAccessibleName(name)
        self.card = _Card()
        # a press on the card is none beside it
        self.card.setAttribute(Qt.WidgetAttribute.WA_NoMousePropagation)
        column = QVBoxLayout(self)
        column.setContentsMargins(_MARGIN_PX, _MARGIN_PX, _MARGIN_PX, _MARGIN_PX)
        column.addWidget(self.card, 0, Qt.AlignmentFlag.AlignCenter)
        window.installEventFilter(self)
        self.hide()

    def arrange(self, room: QSize) -> None:
        """Fit the card into ``room``; for subclasses."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the card anew."""
        super().resizeEvent(event)
        if self.isVisible():
            self.arrange(self.room())

    def room(self) -> QSize:
        """Return the greatest size that the card can have."""
        return self._window.size() - QSize(2 * _MARGIN_PX, 2 * _MARGIN_PX)

    def enter(self) -> None:
        """Cover the window."""
        if self.isVisible():
            return
        self._focus.remember()
        if self._firm:
            self._takes_drops = self._window.acceptDrops()
            self._window.setAcceptDrops(False)
        self.setGeometry(self._window.rect())
        self.arrange(self.room())
        self.raise_()
        self.show()
        self.focusNextPrevChild(True)

    def leave(self) -> None:
        """Uncover the window."""
        if not self.isVisible():
            return
        self.hide()
        if self._firm:
            self._window.setAcceptDrops(self._takes_drops)
        self._focus.give_back()
        self.left.emit()

    def toggle(self) -> None:
        """Cover the window, or uncover it."""
        if self.isVisible():
            self.leave()
        else:
            self.enter()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay as large as the window."""
        if event.type() == QEvent.Type.Resize and watched is self._window:
            self.setGeometry(self._window.rect())
        return False

    def event(self, event: QEvent) -> bool:
        """Take the keys that are not for the window."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            quits = QKeySequence(event.keyCombination()) == QKeySequence("Ctrl+Q")
            if event.key() == Qt.Key.Key_Escape or (self._firm and not quits):
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go by Esc; no other key passes."""
        if event.key() == Qt.Key.Key_Escape and not self._firm:
            self.leave()
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go by a click beside the card."""
        if not self._firm:
            self.leave()
        event.accept()

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Move the focus within, round and round."""
        stops = [child for child in self.findChildren(QWidget) if _takes_focus(child)]
        if stops:
            at = next((i for i, child in enumerate(stops) if child.hasFocus()), None)
            step = 1 if forward else -1
            following = 0 if at is None else (at + step) % len(stops)
            stops[following].setFocus(Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason)
        return True

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Shade what lies below."""
        shade = QColor(theme().ground)
        shade.setAlpha(_SHADE_ALPHA)
        QPainter(self).fillRect(self.rect(), shade)


def _takes_focus(widget: QWidget) -> bool:
    return widget.isVisible() and widget.isEnabled() and bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
