"""The report of a recording, written without waiting for it and shown in the browser."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices

from app.types import MienError
from app.ui.language import translate
from app.ui.review_work import Deadline, Task

_POLL_MS: Final = 50


def write_page(folder: Path) -> Path:
    """Write the report of the session in ``folder``; return where it is.

    Raises:
        SessionError: the session cannot be read, or the page not written.
    """
    # what makes it takes a while to import
    from app.session.report import write_report

    return write_report([folder])


class ReportWriter(QObject):
    """Writes a report on a thread of its own and opens it; one at a time.

    Args:
        tell: says a line to the user; True where something went wrong.
        parent: owns it.

    Attributes:
        busy_changed: whether one is being written.
    """

    busy_changed = Signal(bool)

    def __init__(self, tell: Callable[[str, bool], None], parent: QObject) -> None:
        super().__init__(parent)
        self._tell = tell
        self._task: Task[Path] | None = None
        self._timer = QTimer(self, interval=_POLL_MS)
        self._timer.timeout.connect(self._look)

    def write(self, folder: Path) -> None:
        """Write the report of the session in ``folder``, and show it in the browser."""
        if self._task is None:
            self._tell(translate("Mien", "Writing the report of {name} …").format(name=folder.name), False)
            self._task = Task(lambda: write_page(folder), "mien-report")
            self._timer.start()
            self.busy_changed.emit(True)

    def close(self, deadline: Deadline) -> None:
        """Wait for the one that is being written, no longer than that, and show it no more."""
        self._timer.stop()
        if self._task is not None:
            self._task.wait(deadline)

    def _look(self) -> None:
        task = self._task
        if task is None or not task.done:
            return
        self._task = None
        self._timer.stop()
        self.busy_changed.emit(False)
        try:
            page = task.result()
        except MienError as error:
            self._tell(str(error), True)
            return
        if QDesktopServices.openUrl(QUrl.fromLocalFile(str(page.resolve()))):
            self._tell(translate("Mien", "The report is in {file}").format(file=page), False)
        else:
            said = translate("Mien", "No browser could be opened; the report is in {file}")
            self._tell(said.format(file=page), True)
