"""The bar of buttons for what is done most."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from app.status import RecordingStatus
from app.ui.actions import Actions
from app.ui.language import translate
from app.ui.texts import duration_text, rows_text

_ICON_SIZE: Final = QSize(20, 20)
_NARROWEST_PX: Final = 480


class Button(QToolButton):
    """A button that shows an action, takes the focus, and is pressed by Enter; Space belongs to Start and Stop."""

    def __init__(self, action: QAction, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setDefaultAction(action)
        self.setIconSize(_ICON_SIZE)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(action.text())
        action.changed.connect(self._name_it)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Press the button by Enter."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def _name_it(self) -> None:
        self.setAccessibleName(self.defaultAction().text())


def fit_words(buttons: Sequence[Button], row: QHBoxLayout, width_px: int) -> None:
    """Leave out the words of ``buttons``, those of the last first, until their ``row`` fits into ``width_px``."""
    for button in buttons:
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    for button in reversed(buttons):
        if row.minimumSize().width() <= width_px:
            return
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)


class ControlBar(QWidget):
    """A row of buttons; where it gets narrow they lose their words and keep their icons.

    Args:
        actions: the window's.
        source: the button that chooses the source.
    """

    def __init__(self, actions: Actions, source: Button) -> None:
        super().__init__()
        self.setObjectName("controls")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.recording = QLabel()
        self.recording.setObjectName("recording")
        run = Button(actions.run, "run")
        record = Button(actions.record, "record")
        mark = Button(actions.mark, "mark")
        attention = Button(actions.attention, "attention")
        blur = Button(actions.blur, "blur")
        full_screen = Button(actions.full_screen, "full_screen")
        # the rightmost loses its words first
        self._worded = (source, run, record, mark, attention, blur)
        actions.choose.changed.connect(self._fit)
        actions.run.changed.connect(self._fit)
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(10, 8, 10, 8)
        row.setSpacing(8)
        for widget in (source, run, record, mark, self.recording):
            row.addWidget(widget)
        row.addStretch(1)
        for widget in (attention, blur, full_screen):
            row.addWidget(widget)
        full_screen.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        self._fit()

    def show_recording(self, recording: RecordingStatus | None) -> None:
        """Show the elapsed time and the rows of a recording, or that there is none."""
        text = ""
        if recording is not None:
            text = f"{duration_text(recording.elapsed_s)} · {rows_text(recording.rows)}"
        grown = len(text) != len(self.recording.text())
        self.recording.setText(text)
        # a screen reader reads the name in place of the text
        name = translate("Mien", "Recorded so far")
        self.recording.setAccessibleName(f"{name}: {text}")
        if grown:
            self._fit()

    def minimumSizeHint(self) -> QSize:
        """Return the size of the icons alone, so that the words do not keep the window wide."""
        return QSize(_NARROWEST_PX, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show the words where there is room for them."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        fit_words(self._worded, self._row, self.width())
