"""The list of all keys, over the window."""

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QAction, QColor, QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.ui.actions import ActionGroup
from app.ui.cover import Cover, FittingArea
from app.ui.labels import heading, muted
from app.ui.language import translate
from app.ui.shortcut_groups import Shortcut, ShortcutGroup, in_columns, without_mnemonic
from app.ui.style import theme

_COLUMNS: Final = 3
_COLUMN_PX: Final = 250
_GAP_PX: Final = 22
_TEXT_PX: Final = 150


def shortcut_groups(groups: Sequence[ActionGroup]) -> list[ShortcutGroup]:
    """Return the keys of all actions that have one; an entry of a menu is called as it is there."""
    found = []
    for group in groups:
        entries = [
            Shortcut(_keys(action), without_mnemonic(action.text()).removesuffix(" …"))
            for action in group.entries
            if action
        ]
        others = [Shortcut(_keys(action), action.whatsThis()) for action in group.keys_only]
        shortcuts = tuple(shortcut for shortcut in entries + others if shortcut.keys)
        if shortcuts:
            found.append(ShortcutGroup(without_mnemonic(group.title), shortcuts))
    return found


class ShortcutOverlay(Cover):
    """Lists the keys; Esc, a click, and ``toggle``, which the window ties to ?, close it.

    Args:
        window: what it covers.
        groups: asked each time it opens, so that the keys of the settings are among them.
    """

    def __init__(self, window: QWidget, groups: Callable[[], Sequence[ShortcutGroup]]) -> None:
        super().__init__(window, translate("Mien", "Keys"))
        self._groups = groups
        self._list = FittingArea(translate("Mien", "Keys"))
        column = QVBoxLayout(self.card)
        column.setContentsMargins(_GAP_PX, 16, _GAP_PX, 16)
        column.setSpacing(12)
        column.addWidget(heading(translate("Mien", "Keys")))
        column.addWidget(self._list, 1)
        column.addWidget(muted(translate("Mien", "Esc, ? or a click closes this list")))
        # a press on it closes it, too
        self.card.setAttribute(Qt.WidgetAttribute.WA_NoMousePropagation, False)

    def arrange(self, room: QSize) -> None:
        """Show the keys of this moment in as many columns as there is room for."""
        groups = self._groups()
        # where the list is scrolled, its bar takes some of the width
        bar_px = self._list.verticalScrollBar().sizeHint().width()
        free_px = room.width() - 2 * _GAP_PX - bar_px
        for columns in range(_COLUMNS, 0, -1):
            content = _content(in_columns(groups, columns))
            width_px = max(columns * _COLUMN_PX, content.minimumSizeHint().width())
            if width_px <= free_px:
                break
        self._list.set_content(content)
        self._list.fit(min(width_px, max(_COLUMN_PX, free_px)) + bar_px)
        lines = [f"{shortcut.keys}: {shortcut.text}" for group in groups for shortcut in group.shortcuts]
        self._list.setAccessibleDescription("; ".join(lines))


class _KeyCap(QLabel):
    """A key as it looks on a keyboard."""

    def __init__(self, keys: str) -> None:
        super().__init__(keys)
        self.setContentsMargins(7, 2, 7, 2)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the key below its text."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(theme().border))
        painter.setBrush(QColor(theme().raised))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
        painter.end()
        super().paintEvent(event)


def _content(columns: Sequence[Sequence[ShortcutGroup]]) -> QWidget:
    content = QWidget()
    row = QHBoxLayout(content)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(_GAP_PX)
    for groups in columns:
        row.addLayout(_column(groups), 1)
    return content


def _column(groups: Sequence[ShortcutGroup]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(10)
    grid.setVerticalSpacing(4)
    grid.setColumnStretch(1, 1)
    grid.setColumnMinimumWidth(1, _TEXT_PX)
    for group in groups:
        if grid.count():
            grid.setRowMinimumHeight(grid.rowCount(), 10)
        title = heading(group.title, 1.0)
        grid.addWidget(title, grid.rowCount(), 0, 1, 2)
        for keys, text in group.shortcuts:
            at = grid.rowCount()
            label = QLabel(text)
            label.setWordWrap(True)
            grid.addWidget(_KeyCap(keys), at, 0, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(label, at, 1)
    grid.setRowStretch(grid.rowCount(), 1)
    return grid


def _keys(action: QAction) -> str:
    return action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
