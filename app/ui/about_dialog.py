"""What is running here, in a dialog."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.ui.about_text import Fact, facts, facts_text
from app.ui.copy_buttons import copy_buttons
from app.ui.labels import heading, muted
from app.ui.language import translate
from app.ui.style import icon

_PICTURE_PX: Final = 56


class AboutDialog(QDialog):
    """Tells versions, the models' sha256, the provider and the licence, and copies them; deleted as it closes.

    Args:
        parent: the window.
        provider: where the network runs; empty while it is not loaded.
    """

    def __init__(self, parent: QWidget, provider: str) -> None:
        super().__init__(parent)
        self.setWindowTitle(translate("Mien", "About Mien"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        version, *others = told = facts(provider)
        picture = QLabel()
        picture.setPixmap(icon("mien").pixmap(_PICTURE_PX, _PICTURE_PX))
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(heading(f"{version.name} {version.value}"))
        words.addWidget(muted(translate("Mien", "Reads facial expressions live, on this machine")))
        top = QHBoxLayout()
        top.setSpacing(16)
        top.addWidget(picture)
        top.addLayout(words, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 22, 24, 18)
        column.setSpacing(18)
        column.addLayout(top)
        column.addLayout(_grid(others))
        tip = translate("Mien", "Copy all of this, with the whole sha256")
        # last, so that Tab reaches it last
        column.addWidget(copy_buttons(self, lambda: facts_text(told), tip))


def _grid(facts: Sequence[Fact]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(24)
    grid.setVerticalSpacing(5)
    grid.setColumnStretch(1, 1)
    for row, fact in enumerate(facts):
        value = QLabel(fact.value)
        value.setAccessibleName(f"{fact.name}: {fact.whole or fact.value}")
        value.setToolTip(fact.whole)
        flags = Qt.TextInteractionFlag.TextSelectableByMouse
        if fact.value.startswith("https://"):
            value.setText(f'<a href="{fact.value}">{fact.value}</a>')
            value.setOpenExternalLinks(True)
            flags = Qt.TextInteractionFlag.TextBrowserInteraction
        value.setTextInteractionFlags(flags)
        grid.addWidget(muted(fact.name), row, 0)
        grid.addWidget(value, row, 1)
    return grid
