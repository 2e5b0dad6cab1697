"""A slim bar to write a marker's note into, while reading goes on."""

import time
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QPushButton, QSizePolicy, QWidget

from app.ui.focus import Focus
from app.ui.language import translate

_NOTE_CHARS: Final = 200


class MarkBar(QFrame):
    """Hidden until it is asked; Enter marks the moment at which it was asked, Esc leaves it.

    Args:
        clock: monotonic seconds.

    Attributes:
        mark_asked: the note, and how many seconds ago the moment was.
    """

    mark_asked = Signal(str, float)

    def __init__(self, parent: QWidget | None = None, *, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(parent)
        self._clock = clock
        self._asked_s = 0.0
        self._focus = Focus()
        self.setObjectName("mark_bar")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        label = QLabel(translate("Mien", "Marker:"))
        self.note = QLineEdit()
        self.note.setMaxLength(_NOTE_CHARS)
        self.note.setPlaceholderText(translate("Mien", "A note; Enter marks, Esc leaves"))
        self.note.setAccessibleName(translate("Mien", "Note of the marker"))
        self.note.returnPressed.connect(self._mark)
        label.setBuddy(self.note)
        button = QPushButton(translate("Mien", "Mark"))
        button.setAutoDefault(True)
        button.clicked.connect(self._mark)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 7, 10, 7)
        row.addWidget(label)
        row.addWidget(self.note, 1)
        row.addWidget(button)
        self.hide()

    def ask(self) -> None:
        """Ask for the note of a marker at this moment."""
        if not self.isVisible():
            self._focus.remember()
            self._asked_s = self._clock()
            self.note.clear()
            self.show()
        self.note.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def leave(self) -> None:
        """Hide without marking."""
        self.hide()
        self._focus.give_back()

    def event(self, event: QEvent) -> bool:
        """Keep Esc from the window's other uses of it."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            event.setAccepted(event.key() == Qt.Key.Key_Escape)
            return event.isAccepted()
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave by Esc."""
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        else:
            super().keyPressEvent(event)

    def _mark(self) -> None:
        note, ago_s = self.note.text().strip(), self._clock() - self._asked_s
        self.leave()
        self.mark_asked.emit(note, ago_s)
