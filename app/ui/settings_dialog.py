"""The settings: what is changed is used at once."""

from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from app.settings import Settings
from app.ui.language import translate
from app.ui.settings_form import SettingsForm
from app.ui.settings_model import SettingsModel
from app.ui.settings_pages import camera_page, computation_page, display_page, reading_page, recording_page

_SIZE: Final = QSize(660, 690)
# left free on a small screen, for the frame and the desktop's bars
_FREE: Final = QSize(40, 80)


class SettingsDialog(QDialog):
    """All that the user may set, in pages; it stands beside the window and does not stop it.

    Args:
        settings: as they are now.
        parent: the window.

    Attributes:
        changed: the new ``Settings``, at each change.
    """

    changed = Signal(object)

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = SettingsModel(settings)
        self.setWindowTitle(translate("Mien", "Settings"))
        self.setModal(False)
        self.pages = QTabWidget()
        self.pages.setAccessibleName(translate("Mien", "Groups of settings"))
        self.pages.setDocumentMode(True)
        self._forms: list[SettingsForm] = []
        for form, title in (
            (reading_page(), translate("Mien", "Readings")),
            (camera_page(), translate("Mien", "Camera")),
            (display_page(), translate("Mien", "Display")),
            (recording_page(), translate("Mien", "Recording")),
            (computation_page(), translate("Mien", "Computation")),
        ):
            self._add(form, title)
        self.reset = QPushButton()
        self.reset.setObjectName("reset")
        self.reset.setAutoDefault(False)
        self.reset.clicked.connect(self._reset)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        close = buttons.button(QDialogButtonBox.StandardButton.Close)
        # Enter ends what is typed into a field; it must not close the dialog, too
        close.setAutoDefault(False)
        foot = QHBoxLayout()
        foot.setContentsMargins(14, 10, 14, 12)
        foot.addWidget(self.reset)
        foot.addStretch(1)
        foot.addWidget(buttons)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 6, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.pages, 1)
        column.addLayout(foot)
        self.resize(_SIZE.boundedTo(self.screen().availableSize() - _FREE))
        self._name_reset()
        self.show_settings(settings)

    @property
    def settings(self) -> Settings:
        """As they are shown."""
        return self._model.settings

    def show_settings(self, settings: Settings) -> None:
        """Show settings that were changed elsewhere; ``changed`` says nothing."""
        self._model.replace(settings)
        for form in self._forms:
            form.show_settings(settings)

    def take_over(self, other: "SettingsDialog") -> None:
        """Go on where another dialog, still open, stands: its page, its control, and the reset it can undo.

        Another window in a new language or look has another dialog.
        """
        self._model = other._model.copy()
        self._name_reset()
        self.show_settings(other.settings)
        self.pages.setCurrentIndex(other.pages.currentIndex())
        focused = other.focusWidget()
        if focused is not None:
            name = focused.objectName()
            for control in self.findChildren(QWidget, name) if name else []:
                control.setFocus()

    def done(self, result: int) -> None:
        """Take over what is still being typed, and close."""
        focused = self.focusWidget()
        if focused is not None:
            focused.clearFocus()
        self._model.forget_reset()
        self._name_reset()
        super().done(result)

    def _add(self, form: SettingsForm, title: str) -> None:
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(form)
        form.edited.connect(self._change)
        self._forms.append(form)
        self.pages.addTab(area, title)

    def _change(self, values: dict[str, object]) -> None:
        self.changed.emit(self._model.change(values))

    def _reset(self) -> None:
        settings = self._model.undo_reset() if self._model.can_undo else self._model.reset()
        self._name_reset()
        self.show_settings(settings)
        self.changed.emit(settings)

    def _name_reset(self) -> None:
        if self._model.can_undo:
            text = translate("Mien", "Undo reset")
            tip = translate("Mien", "Bring back the settings as they were before the reset")
        else:
            text = translate("Mien", "Reset to defaults")
            tip = translate("Mien", "Set everything back to its default; this can be undone until the dialog is closed")
        self.reset.setText(text)
        self.reset.setAccessibleName(text)
        self.reset.setToolTip(tip)
