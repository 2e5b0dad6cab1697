"""When Mien itself fails while the window is open: the log, a dialog with a report to copy, and no lost row."""

import logging
import sys
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QDialog, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from app.settings import Settings
from app.ui.copy_buttons import copy_buttons
from app.ui.crash_report import crash_report, where_raised
from app.ui.language import translate

_log = logging.getLogger(__name__)
_SIZE_PX: Final = (680, 420)


class CrashGuard(QObject):
    """While entered, logs each error that nothing has caught, in any thread, and shows a report in a dialog.

    Reading and recording are left alone: an error in the window does not touch them, and what fails on their own
    threads ends them properly. An error that comes again, with each frame say, is logged and shown once.

    Args:
        window: returns what the dialog belongs to.
        settings: returns those in use, for the report.

    Attributes:
        happened: there was such an error.
    """

    _faulted = Signal(str)

    def __init__(self, window: Callable[[], QWidget], settings: Callable[[], Settings]) -> None:
        super().__init__()
        self.happened = False
        self._window = window
        self._settings = settings
        self._seen: set[tuple[str, str, int]] = set()
        self._dialog: CrashDialog | None = None
        self._shown: list[str] = []
        # queued also within the window's thread: an error may come while a widget paints itself
        self._faulted.connect(self._show, Qt.ConnectionType.QueuedConnection)

    def __enter__(self) -> "CrashGuard":
        """Take over the hooks of Python and of its threads."""
        self._hooks = sys.excepthook, threading.excepthook
        sys.excepthook, threading.excepthook = self._on_error, self._on_thread_error
        return self

    def __exit__(self, *_error: object) -> None:
        """Give the hooks back; what goes with the window now is not shown again."""
        sys.excepthook, threading.excepthook = self._hooks
        self._faulted.disconnect(self._show)

    def _on_error(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if isinstance(error, Exception):
            self._take(error, threading.current_thread().name)
        else:
            self._hooks[0](kind, error, trace)

    def _on_thread_error(self, args: threading.ExceptHookArgs) -> None:
        if isinstance(args.exc_value, Exception):
            self._take(args.exc_value, args.thread.name if args.thread else "")
        else:
            self._hooks[1](args)

    def _take(self, error: Exception, thread: str) -> None:
        self.happened = True
        fault = where_raised(error)
        if fault in self._seen:
            return
        self._seen.add(fault)
        _log.error("an error in Mien, thread %s", thread, exc_info=error)
        self._faulted.emit(crash_report(error, thread, self._settings()))

    def _show(self, report: str) -> None:
        self._shown.append(report)
        if self._dialog is not None:
            self._dialog.add(report)
            return
        self._dialog = CrashDialog(self._window(), report)
        self._dialog.finished.connect(self._forget)
        self._dialog.destroyed.connect(self._show_again)
        self._dialog.open()

    def _forget(self) -> None:
        """The user has closed the dialog."""
        assert self._dialog is not None
        self._dialog.destroyed.disconnect(self._show_again)
        self._dialog = None
        self._shown.clear()

    def _show_again(self) -> None:
        """The dialog went with its window, as another language or look is chosen: show all over the one that came."""
        self._dialog = None
        reports, self._shown = self._shown, []
        for report in reports:
            self._faulted.emit(report)


class CrashDialog(QDialog):
    """Says that Mien failed, and lets the report be copied; deleted as it closes.

    Args:
        parent: the window.
        report: what to copy.
    """

    def __init__(self, parent: QWidget, report: str) -> None:
        super().__init__(parent)
        self.setWindowTitle(translate("Mien", "An error in Mien"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        said = QLabel(
            translate(
                "Mien",
                "Something went wrong in Mien itself; what was recorded up to now is safe, and this report helps to "
                "find the fault.",
            )
        )
        said.setWordWrap(True)
        self.report = QPlainTextEdit(report)
        self.report.setReadOnly(True)
        self.report.setTabChangesFocus(True)
        self.report.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.report.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.report.setAccessibleName(translate("Mien", "Report"))
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(14)
        column.addWidget(said)
        column.addWidget(self.report, 1)
        # last, so that Tab reaches it last
        column.addWidget(copy_buttons(self, self.report.toPlainText))
        self.resize(*_SIZE_PX)

    def add(self, report: str) -> None:
        """Add what else has failed meanwhile."""
        self.report.appendPlainText(f"\n{report}")
