"""The window of one recording under review."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QFileDialog, QLabel, QMainWindow, QMenuBar, QStackedWidget, QVBoxLayout, QWidget

from app.session.notes import Note
from app.types import MienError
from app.ui.controller import Message
from app.ui.language import translate
from app.ui.menus import add_entries
from app.ui.message_bar import MessageBar
from app.ui.review_actions import ReviewActions
from app.ui.review_body import ReviewBody
from app.ui.review_export import export_span, span_name
from app.ui.review_model import Review, load_review
from app.ui.review_moments import NoteBar
from app.ui.review_report import ReportWriter
from app.ui.review_work import Deadline, Task
from app.ui.shortcuts import ShortcutOverlay, shortcut_groups

_POLL_MS: Final = 30


class ReviewWindow(QMainWindow):
    """Loads a session without waiting for it, and shows it; a session that cannot be read is one line.

    Args:
        folder: of the session.
        review: the same as it was loaded before; None to load it.

    Attributes:
        commands: what can be done.
        body: the session; None until it is loaded.
        open_asked: another recording is wanted.
        closed: the window is no more.
    """

    open_asked = Signal()
    closed = Signal()

    def __init__(self, folder: Path, review: Review | None = None) -> None:
        super().__init__()
        self.folder = folder
        self.commands = ReviewActions(self)
        self.message_bar = MessageBar()
        self.note_bar = NoteBar()
        self.body: ReviewBody | None = None
        self.reports = ReportWriter(lambda text, error: self.tell(text, error=error), self)
        self._page = QLabel()
        self._pages = QStackedWidget()
        # each with what is done with its result
        self._tasks: list[tuple[Task[Any], Callable[[Any], None]]] = []
        self._deadline: Deadline | None = None
        self._timer = QTimer(self, interval=_POLL_MS)
        self._arrange()
        self._keys = ShortcutOverlay(self, lambda: shortcut_groups(self.commands.groups()))
        self._connect()
        if review is None:
            self._page.setText(translate("Mien", "Opening {name} …").format(name=folder.name))
            self._do(Task(lambda: load_review(folder), "mien-review-load"), self._show_review)
        else:
            self._show_review(review)

    @property
    def loading(self) -> bool:
        """Whether the session, or an export, is being worked on."""
        return bool(self._tasks)

    @property
    def failure(self) -> str:
        """Why the session is not shown, in a line; empty where it is, or will be."""
        return "" if self.body is not None or self._tasks else self._page.text()

    def tell(self, text: str, *, error: bool = False) -> None:
        """Say a line in place of what was said before."""
        self.message_bar.show_message(Message(text, error))

    def export(self, path: Path, *, fresh: bool) -> None:
        """Write the chosen span into ``path``; ``fresh`` where it is not to be there yet."""
        if self.body is None or self.body.span is None:
            return
        session, span = self.body.review.session, self.body.span
        self.tell(translate("Mien", "Writing {file} …").format(file=path.name))

        def tell_rows(rows: int) -> None:
            self.tell(translate("Mien", "{rows} rows written to {file}").format(rows=rows, file=path))

        self._do(Task(lambda: export_span(session, span, path, fresh=fresh), "mien-review-export"), tell_rows)

    def close_by(self, deadline: Deadline) -> None:
        """Close, and wait for what goes on no longer than that."""
        self._deadline = deadline
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        """End what goes on, in bounded time."""
        deadline = self._deadline or Deadline()
        self._timer.stop()
        if self.body is not None:
            self.body.close_video(deadline)
        self.reports.close(deadline)
        # what is only read is not waited for
        for task, _ in self._tasks if self.body is not None else ():
            task.wait(deadline)
        self._tasks.clear()
        event.accept()
        self.closed.emit()

    def _arrange(self) -> None:
        self.setWindowTitle(translate("Mien", "{name} – Mien").format(name=self.folder.resolve().name))
        bar = QMenuBar(self)
        for group in self.commands.groups():
            add_entries(bar.addMenu(group.title), group)
        self.setMenuBar(bar)
        self._page.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._page.setTextFormat(Qt.TextFormat.PlainText)
        self._page.setWordWrap(True)
        self._page.setMargin(32)
        self._pages.addWidget(self._page)
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (self.message_bar, self.note_bar):
            column.addWidget(widget)
        column.addWidget(self._pages, 1)
        middle = QWidget()
        middle.setLayout(column)
        self.setCentralWidget(middle)
        self.resize(1120, 780)

    def _connect(self) -> None:
        commands = self.commands
        commands.open.triggered.connect(self.open_asked)
        commands.report.triggered.connect(lambda: self.reports.write(self.folder))
        commands.export.triggered.connect(self._ask_file)
        commands.close.triggered.connect(self.close)
        commands.keys.triggered.connect(self._keys.toggle)
        commands.add.triggered.connect(self._ask_note)
        commands.edit.triggered.connect(lambda: self._edit_note(self._chosen_note()))
        commands.remove.triggered.connect(lambda: self._remove_note(self._chosen_note()))
        commands.clear.triggered.connect(self._go_back)
        self.message_bar.dismissed.connect(lambda: self.message_bar.show_message(None))
        self.note_bar.written.connect(self._keep_note)
        self.reports.busy_changed.connect(commands.report.setDisabled)
        self._timer.timeout.connect(self._look)

    def _do(self, task: Task[Any], then: Callable[[Any], None]) -> None:
        self._tasks.append((task, then))
        self._timer.start()

    def _look(self) -> None:
        """Take a result that has come; the next one in another turn, should this one fail."""
        pair = next((pair for pair in self._tasks if pair[0].done), None)
        if pair is None:
            return
        self._tasks.remove(pair)
        if not self._tasks:
            self._timer.stop()
        task, then = pair
        try:
            then(task.result())
        except MienError as error:
            self._fail(str(error))
        except Exception as error:
            self._fail(f"{self.folder.name}: {translate('Mien', 'An error in Mien')}: {error!r:.200}")
            # the report of it is made by whoever catches what nobody does
            raise

    def _fail(self, text: str) -> None:
        if self.body is None:
            self._page.setText(text)
            self._page.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._page.setAccessibleName(text)
        else:
            self.tell(text, error=True)

    def _show_review(self, review: Review) -> None:
        self.body = body = ReviewBody(review, self.commands)
        self._pages.addWidget(body)
        self._pages.setCurrentWidget(body)
        self.commands.set_ready(True)
        body.span_changed.connect(lambda: self.commands.export.setEnabled(body.span is not None))
        body.moments.edit_asked.connect(self._edit_note)
        body.moments.currentItemChanged.connect(self._offer)
        self._offer()
        if review.session.warnings:
            self.tell("; ".join(review.session.warnings))
        elif not review.session.complete:
            self.tell(translate("Mien", "This recording was cut short, or still goes on; open it again for the rest"))
        body.timeline.setFocus()

    def _offer(self) -> None:
        """Let a note be edited and deleted where one is chosen."""
        chosen = self._chosen_note() is not None
        self.commands.edit.setEnabled(chosen)
        self.commands.remove.setEnabled(chosen)

    def _chosen_note(self) -> Note | None:
        moment = None if self.body is None else self.body.moments.moment
        return None if moment is None else moment.note

    def _ask_note(self) -> None:
        if self.body is not None:
            self.body.set_playing(False)
            self.note_bar.ask(self.body.t_s)

    def _edit_note(self, note: Note | None) -> None:
        if self.body is not None and note is not None:
            self.body.set_playing(False)
            self.note_bar.ask(note.t_s, note)

    def _keep_note(self, before: Note | None, t_s: float, text: str) -> None:
        if self.body is not None:
            utc = self.body.review.utc(t_s) if before is None else before.utc
            self._change_notes(remove=before, add=Note(t_s, utc, text))

    def _remove_note(self, note: Note | None) -> None:
        if note is not None:
            self._change_notes(remove=note, add=None)

    def _change_notes(self, *, remove: Note | None, add: Note | None) -> None:
        if self.body is None:
            return
        try:
            self.body.review.change_notes(remove=remove, add=add)
        except MienError as error:
            self.tell(str(error), error=True)
        self.body.show_notes()
        if add is not None:
            self.body.moments.mark_note(add)
        self._offer()

    def _go_back(self) -> None:
        if self.message_bar.message is not None:
            self.message_bar.show_message(None)
        elif self.body is not None:
            self.body.choose_span(None)

    def _ask_file(self) -> None:
        if self.body is None or self.body.span is None:
            return
        dialog = QFileDialog(self, translate("Mien", "Export the span"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters([translate("Mien", "CSV files (*.csv)")])
        # the dialog asks before it gives the name of a file that is there
        dialog.setDefaultSuffix("csv")
        dialog.setDirectory(str(self.folder.resolve().parent))
        dialog.selectFile(span_name(self.body.review.session, self.body.span))
        dialog.fileSelected.connect(lambda name: self.export(Path(name), fresh=not Path(name).exists()))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()
