"""The status bar: what the engine does, how fast, where, and what it leaves out."""

from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QStatusBar, QWidget

from app.status import State
from app.ui.controller import Snapshot
from app.ui.language import translate
from app.ui.texts import stages_texts, state_text

_SHORTEST_PX: Final = 60
_PADDING_PX: Final = 14


class FittingLabel(QLabel):
    """A line that shows its short text where the long one does not fit, and never keeps the window wide."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._long = ""
        self._short = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def set_texts(self, long: str, short: str) -> None:
        """Set both texts; the long one is the tooltip, too."""
        if (long, short) != (self._long, self._short):
            self._long, self._short = long, short
            self.setToolTip(long)
            self._fit()

    def minimumSizeHint(self) -> QSize:
        """Return room for a few characters."""
        return QSize(_SHORTEST_PX, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Choose the text anew."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        room = self.width() - _PADDING_PX
        text = self._long if self.fontMetrics().horizontalAdvance(self._long) <= room else self._short
        self.setText(self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room))


class Readout(QStatusBar):
    """Shows a snapshot in figures."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeGripEnabled(False)
        self.state = QLabel()
        self.rate = QLabel()
        self.stages = FittingLabel()
        self.provider = QLabel()
        self.dropped = QLabel()
        self._names: dict[QLabel, str] = {}
        for label, name, tip in (
            (self.state, translate("Mien", "State"), translate("Mien", "What Mien is doing")),
            (
                self.rate,
                translate("Mien", "Frames a second"),
                translate("Mien", "Frames read a second, over the last two seconds"),
            ),
            (self.stages, translate("Mien", "Milliseconds a stage"), ""),
            (self.provider, translate("Mien", "Provider"), translate("Mien", "Where the network runs")),
            (
                self.dropped,
                translate("Mien", "Dropped"),
                translate("Mien", "Frames left out because newer ones had come"),
            ),
        ):
            self._names[label] = name
            label.setToolTip(tip)
            self.addWidget(label, 1 if label is self.stages else 0)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the figures of this moment."""
        status = snapshot.status
        lost = translate("Mien", "Source lost") if status.trouble else ""
        self.state.setText(lost or state_text(status.state, waiting=snapshot.waiting))
        self.state.setToolTip(status.trouble or translate("Mien", "What Mien is doing"))
        self.rate.setText(translate("Mien", "{rate:.1f} frames/s").format(rate=status.frames_per_s))
        self.rate.setVisible(status.state is State.RUNNING)
        self.stages.set_texts(*stages_texts(snapshot.stages_ms))
        self.provider.setText(status.provider.upper())
        dropped = translate("Mien", "{n} dropped").format(n=sum(status.dropped.values()))
        self.dropped.setText(dropped if status.provider else "")
        for label, name in self._names.items():
            # a screen reader reads the name in place of the text
            said = f"{name}: {label.toolTip() if label is self.stages else label.text()}"
            if said != label.accessibleName():
                label.setAccessibleName(said)
