"""The reviews that are open beside the window, and the report of what was recorded last."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from app.status import RecordingStatus
from app.ui.actions import Actions
from app.ui.language import translate
from app.ui.place import place_of, put
from app.ui.review_model import Review
from app.ui.review_report import ReportWriter
from app.ui.review_window import ReviewWindow
from app.ui.review_work import Deadline


class Reviews(QObject):
    """Opens recordings, each in a window of its own, as many at once as are wanted.

    Args:
        window: belongs to it.
        actions: of the window.
        recordings: returns the folder that the recordings are in.
        tell: says a line in the window; True where something went wrong.

    Attributes:
        windows: those that are open.
    """

    def __init__(
        self, window: QWidget, actions: Actions, recordings: Callable[[], Path], tell: Callable[[str, bool], None]
    ) -> None:
        super().__init__(window)
        self.windows: list[ReviewWindow] = []
        self._window = window
        self._recordings = recordings
        self._recorded: Path | None = None
        self._reports = ReportWriter(tell, self)
        self._reports.busy_changed.connect(actions.report.setDisabled)
        actions.review.triggered.connect(lambda: self.ask(window))
        actions.report.triggered.connect(self._report)

    def follow(self, recorded: RecordingStatus | None) -> None:
        """Take notice of what was recorded last."""
        if recorded is not None:
            self._recorded = recorded.folder

    def ask(self, over: QWidget) -> None:
        """Ask for a recording, over a window, and open it."""
        self._ask_folder(over, translate("Mien", "Open the folder of a recording"), self.open)

    def open(self, folder: Path, review: Review | None = None) -> ReviewWindow:
        """Open a recording in a window of its own; ``review`` where it was loaded before."""
        made = ReviewWindow(folder, review)
        self.windows.append(made)
        made.open_asked.connect(lambda: self.ask(made))
        made.closed.connect(lambda: self._forget(made))
        made.show()
        return made

    def take_over(self, before: "Reviews") -> None:
        """Open what is open there, in the present language and look, and close it there."""
        self._recorded = before._recorded
        for old in list(before.windows):
            body = old.body
            made = self.open(old.folder, None if body is None else body.review)
            put(made, place_of(old))
            if body is not None and made.body is not None:
                made.body.take_over(body)
                made.note_bar.take_over(old.note_bar)
        before.close(Deadline())

    def close(self, deadline: Deadline) -> None:
        """Close all, and wait for what goes on no longer than that."""
        for window in list(self.windows):
            window.close_by(deadline)
        self._reports.close(deadline)

    def _forget(self, window: ReviewWindow) -> None:
        if window in self.windows:
            self.windows.remove(window)
            window.deleteLater()

    def _report(self) -> None:
        if self._recorded is not None:
            self._reports.write(self._recorded)
        else:
            title = translate("Mien", "Report of the recording in which folder?")
            self._ask_folder(self._window, title, self._reports.write)

    def _ask_folder(self, over: QWidget, title: str, then: Callable[[Path], object]) -> None:
        dialog = QFileDialog(over, title)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        folder = self._recordings()
        if folder.is_dir():
            dialog.setDirectory(str(folder))
        dialog.fileSelected.connect(lambda path: then(Path(path)))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()
