"""Finding the controls of the settings dialog."""

from collections.abc import Iterator
from typing import Any, TypeVar

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QAbstractSpinBox, QCheckBox, QComboBox, QDoubleSpinBox, QLineEdit, QPushButton, QWidget

from app.ui.settings_dialog import SettingsDialog

W = TypeVar("W", bound=QWidget)


def controls_of(page: QWidget) -> list[QWidget]:
    kinds = (QAbstractSpinBox, QCheckBox, QComboBox, QLineEdit)
    return [
        widget
        for widget in page.findChildren(QWidget)
        if isinstance(widget, kinds) and not isinstance(widget.parent(), QAbstractSpinBox | QComboBox)
    ]


def shown_in(dialog: SettingsDialog) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for control in controls_of(dialog):
        if isinstance(control, QDoubleSpinBox):
            values[control.objectName()] = control.value()
        elif isinstance(control, QCheckBox):
            values[control.objectName()] = control.isChecked()
        elif isinstance(control, QComboBox):
            values[control.objectName()] = control.currentText()
        elif isinstance(control, QLineEdit):
            values[control.objectName()] = control.text()
    return values


def pages_of(dialog: SettingsDialog) -> Iterator[QWidget]:
    """Each page, in front while it is looked at."""
    for index in range(dialog.pages.count()):
        dialog.pages.setCurrentIndex(index)
        page = dialog.pages.widget(index)
        assert page is not None
        yield page


def control_named(dialog: SettingsDialog, name: str, kind: type[W]) -> W:
    """Return a control, its page in front."""
    return next(
        control for page in pages_of(dialog) for control in page.findChildren(kind) if control.objectName() == name
    )


def button_named(dialog: SettingsDialog, text: str) -> QPushButton:
    return next(button for button in dialog.findChildren(QPushButton) if button.text() == text)


def top_of(control: QWidget) -> int:
    return control.mapTo(control.window(), QPoint(0, 0)).y()


def wheel_over(widget: QWidget) -> QWheelEvent:
    place = QPointF(widget.rect().center())
    return QWheelEvent(
        place,
        widget.mapToGlobal(place),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
