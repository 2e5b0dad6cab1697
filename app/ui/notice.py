"""What to keep in mind when reading faces: over the window at the first start, and on request."""

from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from app.ui.cover import Cover, FittingArea
from app.ui.labels import heading
from app.ui.language import translate

_WIDTH_PX: Final = 560
_PADDING_PX: Final = 28
# between the text and the scroll bar of a small window
_SCROLL_PX: Final = 8


def notice_paragraphs() -> tuple[str, ...]:
    """Return the notice, a point a paragraph.

    The law it names is Regulation (EU) 2024/1689, Article 5(1)(f): it prohibits systems that infer emotions at the
    workplace and in education, but for medical and safety reasons.
    """
    return (
        translate(
            "Mien",
            "An expression is not a feeling. Mien names what a face looks like, not what a person feels, thinks or "
            "intends.",
        ),
        translate(
            "Mien",
            "It is sometimes wrong. Its scores were measured on collections of pictures; with other faces, light and "
            "cameras it may be wrong more often, and more often for some people than for others.",
        ),
        translate(
            "Mien",
            "Do not decide about people by it: not at work, in school, in hiring or in medicine. In the European Union "
            "inferring emotions at work and in education is prohibited (Regulation (EU) 2024/1689, Article 5(1)(f)).",
        ),
        translate("Mien", "Ask the people in view before you read or record their faces."),
        translate(
            "Mien",
            "Everything stays on this machine, and nothing is ever sent anywhere. Recordings hold numbers; "
            "pictures only where you ask for a video.",
        ),
    )


class Notice(Cover):
    """Says what to keep in mind until the button is pressed; nothing else of the window works meanwhile.

    Attributes:
        agreed: the button was pressed.
    """

    agreed = Signal()

    def __init__(self, window: QWidget) -> None:
        title = translate("Mien", "Before you read faces")
        super().__init__(window, title, firm=True)
        content = QWidget()
        points = QVBoxLayout(content)
        points.setContentsMargins(0, 0, _SCROLL_PX, 0)
        points.setSpacing(11)
        for paragraph in notice_paragraphs():
            label = QLabel(paragraph)
            label.setWordWrap(True)
            points.addWidget(label)
        self._text = FittingArea(title)
        self._text.setAccessibleDescription(" ".join(notice_paragraphs()))
        self._text.set_content(content)
        button = QPushButton(translate("Mien", "I understand"))
        button.setDefault(True)
        button.setAutoDefault(True)
        button.setAccessibleDescription(" ".join(notice_paragraphs()))
        button.clicked.connect(self._agree)
        self.button = button
        column = QVBoxLayout(self.card)
        column.setContentsMargins(_PADDING_PX, 22, _PADDING_PX, 22)
        column.setSpacing(14)
        column.addWidget(heading(title))
        column.addWidget(self._text, 1)
        column.addWidget(button, 0, Qt.AlignmentFlag.AlignRight)

    def arrange(self, room: QSize) -> None:
        """Take no more than a column that is easily read."""
        self._text.fit(min(_WIDTH_PX, room.width() - 2 * _PADDING_PX))

    def enter(self) -> None:
        """Cover the window, the button ready for Enter."""
        super().enter()
        self.button.setFocus()

    def _agree(self) -> None:
        self.leave()
        self.agreed.emit()
