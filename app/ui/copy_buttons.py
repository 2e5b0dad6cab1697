"""The row of buttons under what a dialog tells: copy it, or close the dialog."""

from collections.abc import Callable

from PySide6.QtWidgets import QApplication, QDialog, QDialogButtonBox

from app.ui.language import translate


def copy_buttons(dialog: QDialog, text: Callable[[], str], tip: str = "") -> QDialogButtonBox:
    """Return Copy and Close for a dialog, where Close has the focus and is pressed by Enter.

    Args:
        dialog: that Close rejects.
        text: returns what Copy copies.
        tip: what Copy does in full.
    """
    buttons = QDialogButtonBox(dialog)
    copy = buttons.addButton(translate("Mien", "Copy"), QDialogButtonBox.ButtonRole.ActionRole)
    copy.setToolTip(tip)
    copy.clicked.connect(lambda: QApplication.clipboard().setText(text()))
    close = buttons.addButton(translate("Mien", "Close"), QDialogButtonBox.ButtonRole.RejectRole)
    close.setDefault(True)
    close.setFocus()
    buttons.rejected.connect(dialog.reject)
    return buttons
