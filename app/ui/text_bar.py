"""A slim bar to write one line into, over what is shown."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QPushButton, QSizePolicy

from app.ui.focus import Focus


class TextBar(QFrame):
    """Hidden until it is asked; Enter or the button takes the text, Esc leaves it.

    Args:
        hint: shown in the field while it is empty.
        name: of the field, for screen readers.
        button: the word on the button.
        most_chars: that the field takes.

    Attributes:
        label: before the field.
        field: what is written into.
        taken: the text, without spaces around it; the bar is hidden by then.
    """

    taken = Signal(str)

    def __init__(self, *, hint: str, name: str, button: str, most_chars: int) -> None:
        super().__init__()
        self._focus = Focus()
        self.setObjectName("mark_bar")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.label = QLabel()
        self.field = QLineEdit()
        self.field.setMaxLength(most_chars)
        self.field.setPlaceholderText(hint)
        self.field.setAccessibleName(name)
        self.field.returnPressed.connect(self._take)
        self.label.setBuddy(self.field)
        take = QPushButton(button)
        take.setAutoDefault(True)
        take.clicked.connect(self._take)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 7, 10, 7)
        row.addWidget(self.label)
        row.addWidget(self.field, 1)
        row.addWidget(take)
        self.hide()

    def enter(self) -> None:
        """Show the bar, and let the field be written into; the focus goes back when it is left."""
        if not self.isVisible():
            self._focus.remember()
            self.show()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def write_like(self, before: "TextBar") -> None:
        """Show the text that is being written into another one, to be written on."""
        self.field.setText(before.field.text())
        self.enter()
        self.field.setCursorPosition(before.field.cursorPosition())

    def leave(self) -> None:
        """Hide without taking the text."""
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

    def _take(self) -> None:
        text = self.field.text().strip()
        self.leave()
        self.taken.emit(text)
