"""A slim bar for one message: the newest. It never asks and never blocks."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QWidget

from app.ui.controller import Message
from app.ui.controls import Button
from app.ui.language import translate
from app.ui.style import icon

_BREAKABLE = str.maketrans({sign: f"{sign}\u200b" for sign in "/\\_-"})


class MessageBar(QFrame):
    """Shows a message until it is dismissed or replaced; hidden while there is none.

    Attributes:
        dismissed: the user has read it.
    """

    dismissed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._message: Message | None = None
        self.setObjectName("message")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        dismiss = QAction(translate("Mien", "Close the message"), self)
        dismiss.setIcon(icon("dismiss"))
        dismiss.setToolTip(translate("Mien", "Close the message (Esc)"))
        dismiss.triggered.connect(self.dismissed)
        button = Button(dismiss, "dismiss")
        button.setIconSize(QSize(16, 16))
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 7, 10, 7)
        row.addWidget(self._text, 1)
        row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        self.hide()

    @property
    def message(self) -> Message | None:
        """What is said."""
        return self._message

    def show_message(self, message: Message | None) -> None:
        """Show a message in place of the last; None hides the bar."""
        if message == self._message:
            return
        self._message = message
        if message is not None:
            # Qt breaks lines at spaces alone; a long path has none
            self._text.setText(message.text.translate(_BREAKABLE))
            self._text.setAccessibleName(message.text)
            self.setProperty("error", message.error)
            self.style().unpolish(self)
            self.style().polish(self)
        self.setVisible(message is not None)
        if message is not None:
            # screen readers say it at once
            QAccessible.updateAccessibility(QAccessibleEvent(self._text, QAccessible.Event.Alert))
