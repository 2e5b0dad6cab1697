"""Where the focus was before something took it."""

from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid


class Focus:
    """Remembers the widget that has the focus, and gives the focus back to it where it still exists."""

    def __init__(self) -> None:
        self._widget: QWidget | None = None

    def remember(self) -> None:
        """Remember the widget that has the focus now."""
        self._widget = QApplication.focusWidget()

    def give_back(self) -> None:
        """Give the focus back, once."""
        if self._widget is not None and isValid(self._widget):
            self._widget.setFocus()
        self._widget = None
