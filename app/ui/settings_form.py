"""A page of settings: labelled controls, each with a line that explains it, bound to the settings by name."""

from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from app.settings import Settings, limits

_LINE_PX: Final = 150
_TEXT_MARGIN_PX: Final = 6
W = TypeVar("W", bound=QWidget)


class SettingsForm(QWidget):
    """A page that is filled row by row.

    Attributes:
        edited: the settings that the user changed, by name.
    """

    edited = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._rows = QGridLayout()
        self._rows.setHorizontalSpacing(18)
        self._rows.setVerticalSpacing(12)
        self._rows.setColumnStretch(1, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 16)
        column.addLayout(self._rows)
        column.addStretch(1)
        self._shown: list[tuple[QWidget, Callable[[Settings], None]]] = []
        self._wheel = _WheelGuard(self)

    def show_settings(self, settings: Settings) -> None:
        """Let every control show its setting, without a word to ``edited``."""
        for control, show in self._shown:
            with QSignalBlocker(control):
                show(settings)

    def number(
        self, name: str, label: str, hint: str, *, unit: str, step: float, decimals: int = 0, times: float = 1.0
    ) -> QDoubleSpinBox:
        """Add a number, shown ``times`` as large as the setting is, within the setting's limits."""
        whole = isinstance(getattr(Settings(), name), int)
        box = QDoubleSpinBox()
        box.setObjectName(name)
        box.setDecimals(decimals)
        low, high = limits(name)
        box.setRange(low * times, high * times)
        box.setSingleStep(step)
        if unit:
            box.setSuffix(f"\u00a0{unit}")
        # the style sheet's padding does not reach the text of a spin box
        box.lineEdit().setTextMargins(_TEXT_MARGIN_PX, 0, 0, 0)
        # a number being typed is not the number that is meant
        box.setKeyboardTracking(False)
        box.valueChanged.connect(
            lambda value: self.edited.emit({name: round(value / times) if whole else value / times})
        )
        self._shown.append((box, lambda settings: box.setValue(getattr(settings, name) * times)))
        return self.row(label, box, hint, fixed=True)

    def check(self, name: str, label: str, hint: str) -> QCheckBox:
        """Add a setting that is on or off."""
        box = QCheckBox(label)
        box.setObjectName(name)
        box.toggled.connect(lambda on: self.edited.emit({name: on}))
        self._shown.append((box, lambda settings: box.setChecked(getattr(settings, name))))
        self._describe(box, label, hint)
        self._rows.addLayout(_column(box, _explanation(hint)), self._rows.rowCount(), 1)
        return box

    def choice(
        self,
        names: Sequence[str],
        label: str,
        hint: str,
        entries: Sequence[tuple[Any, ...]],
        text: Callable[[tuple[Any, ...]], str],
    ) -> QComboBox:
        """Add a choice of one of ``entries``, each a value for every one of ``names``; ``text`` says what it is called.

        A combination that is not among the entries, from a settings file, is shown as one more.
        """
        box = QComboBox()
        box.setObjectName(names[0])
        known = list(entries)
        for entry in known:
            box.addItem(text(entry))

        def show(settings: Settings) -> None:
            now = tuple(getattr(settings, name) for name in names)
            if now not in known:
                known.append(now)
                box.addItem(text(now))
            box.setCurrentIndex(known.index(now))

        box.currentIndexChanged.connect(lambda index: self.edited.emit(dict(zip(names, known[index], strict=True))))
        self._shown.append((box, show))
        return self.row(label, box, hint, fixed=True)

    def line(
        self, name: str, show: Callable[[QLineEdit, Settings], None], changes: Callable[[str], dict[str, Any]]
    ) -> QLineEdit:
        """Return a line of text, not yet in a row; what was written counts once Enter is pressed or the focus leaves.

        Args:
            name: of the line.
            show: show the setting in the line.
            changes: the settings by name that the text stands for; empty where it stands for none.
        """
        line = QLineEdit()
        line.setObjectName(name)

        def edited() -> None:
            if line.isModified():
                line.setModified(False)
                values = changes(line.text())
                if values:
                    self.edited.emit(values)

        line.editingFinished.connect(edited)
        self._shown.append((line, lambda settings: show(line, settings)))
        return line

    def row(
        self,
        label: str,
        control: W,
        hint: str = "",
        *,
        beside: Sequence[QWidget] = (),
        below: Sequence[QWidget] = (),
        fixed: bool = False,
    ) -> W:
        """Add a row of a label, its control, and what stands beside and below it."""
        self._describe(control, label, hint)
        if fixed:
            control.setMinimumWidth(max(control.minimumWidth(), _LINE_PX))
        name = QLabel(label)
        name.setBuddy(control)
        # level with the control, not with the control and its explanation
        name.setMinimumHeight(control.sizeHint().height())
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(control, 0 if fixed else 1)
        for widget in beside:
            line.addWidget(widget)
        if fixed:
            line.addStretch(1)
        row = self._rows.rowCount()
        self._rows.addWidget(name, row, 0, Qt.AlignmentFlag.AlignTop)
        self._rows.addLayout(_column(line, *([_explanation(hint)] if hint else []), *below), row, 1)
        return control

    def heading(self, text: str) -> QLabel:
        """Add a heading for the rows that follow."""
        heading = QLabel(text)
        heading.setObjectName("heading")
        heading.setIndent(0)
        self._rows.addWidget(heading, self._rows.rowCount(), 0, 1, 2)
        return heading

    def note(self, text: str) -> QLabel:
        """Add a line that spans the page."""
        note = _explanation(text)
        self._rows.addWidget(note, self._rows.rowCount(), 0, 1, 2)
        return note

    def _describe(self, control: QWidget, label: str, hint: str) -> None:
        control.setAccessibleName(label)
        control.setAccessibleDescription(hint)
        control.setToolTip(hint)
        if isinstance(control, QComboBox | QAbstractSpinBox):
            control.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            control.installEventFilter(self._wheel)


class _WheelGuard(QObject):
    """Lets the wheel scroll the page rather than change a control that it happens to pass over."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stop the wheel where the control has not the focus."""
        if event.type() is QEvent.Type.Wheel and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return super().eventFilter(watched, event)


def _explanation(text: str) -> QLabel:
    label = QLabel(text)
    label.setObjectName("explanation")
    label.setWordWrap(True)
    return label


def _column(*parts: QWidget | QLayout) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(3)
    for part in parts:
        if isinstance(part, QLayout):
            column.addLayout(part)
        else:
            column.addWidget(part)
    return column
