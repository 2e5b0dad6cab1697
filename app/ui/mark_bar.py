"""A slim bar to write a marker's note into, while reading goes on."""

import time
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Signal

from app.ui.language import translate
from app.ui.text_bar import TextBar

_NOTE_CHARS: Final = 200


class MarkBar(TextBar):
    """Hidden until it is asked; Enter marks the moment at which it was asked, Esc leaves it.

    Args:
        clock: monotonic seconds.

    Attributes:
        mark_asked: the note, and how many seconds ago the moment was.
    """

    mark_asked = Signal(str, float)

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(
            hint=translate("Mien", "A note; Enter marks, Esc leaves"),
            name=translate("Mien", "Note of the marker"),
            button=translate("Mien", "Mark"),
            most_chars=_NOTE_CHARS,
        )
        self._clock = clock
        self._asked_s = 0.0
        self.label.setText(translate("Mien", "Marker:"))
        self.taken.connect(self._mark)

    def ask(self) -> None:
        """Ask for the note of a marker at this moment."""
        if not self.isVisible():
            self._asked_s = self._clock()
            self.field.clear()
        self.enter()

    def take_over(self, before: "MarkBar") -> None:
        """Ask for what another one asks for, with what is written there; nothing where that one is hidden."""
        if not before.isHidden():
            self._asked_s = before._asked_s
            self.write_like(before)

    def _mark(self, note: str) -> None:
        self.mark_asked.emit(note, self._clock() - self._asked_s)
