"""Reviews and reports from the window."""

import threading
import time
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from app.session.schema import EVENTS
from app.ui import review_window
from app.ui.review_window import ReviewWindow
from app.ui.review_work import Deadline, Task
from app.ui.window import MainWindow
from tests.ui.conftest import MakeWindow
from tests.ui.driving import message_of, running
from tests.ui.review_sessions import recorded

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """What the browser was asked to show; none is started."""
    shown: list[Path] = []

    def open_url(url: QUrl) -> bool:
        shown.append(Path(url.toLocalFile()))
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", open_url)
    return shown


def choose(qtbot: QtBot, folder: Path) -> None:
    """Choose a folder in the dialog that is open."""
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), QFileDialog))
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, QFileDialog)
    dialog.fileSelected.emit(str(folder))
    dialog.reject()


def opened(qtbot: QtBot, window: MainWindow, folder: Path) -> ReviewWindow:
    review = window.reviews.open(folder)
    qtbot.waitUntil(lambda: review.body is not None)
    return review


def test_a_recording_is_opened_beside_the_window(qtbot: QtBot, make_window: MakeWindow, session_dir: Path):
    window = running(qtbot, make_window())
    qtbot.keyClick(window, Qt.Key.Key_R, CONTROL)
    choose(qtbot, recorded(session_dir))
    (review,) = window.reviews.windows
    qtbot.waitUntil(lambda: review.body is not None)
    assert not review.isModal()
    seen = window.view.result
    qtbot.waitUntil(lambda: window.view.result is not seen)


def test_several_are_open_at_once_and_all_go_with_the_window(qtbot: QtBot, make_window: MakeWindow, tmp_path: Path):
    window = make_window()
    reviews = [opened(qtbot, window, recorded(tmp_path / name)) for name in ("a", "b")]
    assert all(review.isVisible() for review in reviews)
    reviews[0].commands.close.trigger()
    assert window.reviews.windows == reviews[1:]
    window.close()
    assert window.reviews.windows == []


def test_another_is_opened_from_a_review(qtbot: QtBot, make_window: MakeWindow, tmp_path: Path):
    window = make_window()
    opened(qtbot, window, recorded(tmp_path / "a")).commands.open.trigger()
    choose(qtbot, recorded(tmp_path / "b"))
    assert [review.folder.name for review in window.reviews.windows] == ["a", "b"]
    qtbot.waitUntil(lambda: not window.reviews.windows[1].loading)


def test_a_review_goes_on_where_it_was_in_another_look(qtbot: QtBot, make_window: MakeWindow, session_dir: Path):
    before, after = make_window(), make_window()
    review = opened(qtbot, before, recorded(session_dir))
    assert review.body is not None
    review.body.seek(3.0)
    review.body.choose_span((1.0, 2.0))
    after.reviews.take_over(before.reviews)
    assert before.reviews.windows == []
    (made,) = after.reviews.windows
    assert made.body is not None
    assert (made.body.t_s, made.body.span) == (3.0, (1.0, 2.0))
    assert made.body.review is review.body.review


def test_a_note_that_is_being_written_is_written_on_in_another_look(
    qtbot: QtBot, make_window: MakeWindow, session_dir: Path
):
    before, between, after = make_window(), make_window(), make_window()
    review = opened(qtbot, before, recorded(session_dir))
    body = review.body
    assert body is not None
    body.seek(3.0)
    between.reviews.take_over(before.reviews)
    (review,) = between.reviews.windows
    # what is hidden stays so
    assert review.note_bar.isHidden()
    review.commands.add.trigger()
    review.note_bar.field.setText("she laughs, and")
    assert review.body is not None
    review.body.seek(5.0)
    after.reviews.take_over(between.reviews)
    (made,) = after.reviews.windows
    assert made.note_bar.isVisible()
    assert made.note_bar.label.text() == "Note at 00:03.000:"
    qtbot.keyClicks(made.note_bar.field, " looks away")
    qtbot.keyClick(made.note_bar.field, Qt.Key.Key_Return)
    assert made.body is not None
    assert [(note.t_s, note.text) for note in made.body.review.notes] == [(3.0, "she laughs, and looks away")]
    # so is another text of one that is there
    made.note_bar.ask(3.0, made.body.review.notes[0])
    made.note_bar.field.setText("she laughs")
    before.reviews.take_over(after.reviews)
    (made,) = before.reviews.windows
    qtbot.keyClick(made.note_bar.field, Qt.Key.Key_Return)
    assert made.body is not None
    assert [(note.t_s, note.text) for note in made.body.review.notes] == [(3.0, "she laughs")]


def test_the_report_of_the_last_recording_is_shown(
    qtbot: QtBot, make_window: MakeWindow, session_dir: Path, browser: list[Path]
):
    window = make_window()
    window._controller.open("demo", record=session_dir)
    qtbot.waitUntil(lambda: window._controller.poll().status.recording is not None)
    qtbot.wait(150)
    window._controller.toggle_recording()
    qtbot.waitUntil(lambda: window._controller.poll().status.recorded is not None)
    window.refresh()
    window.commands.report.trigger()
    assert not window.commands.report.isEnabled()
    assert message_of(qtbot, window) == "Writing the report of session …"
    qtbot.waitUntil(lambda: bool(browser), timeout=20_000)
    assert browser == [session_dir / "report.html"]
    assert "<html" in browser[0].read_text(encoding="utf-8")
    assert "The report is in" in message_of(qtbot, window)
    assert window.commands.report.isEnabled()


def test_where_nothing_was_recorded_a_folder_is_asked_for(
    qtbot: QtBot, make_window: MakeWindow, session_dir: Path, browser: list[Path]
):
    window = make_window()
    window.commands.report.trigger()
    choose(qtbot, recorded(session_dir))
    qtbot.waitUntil(lambda: bool(browser), timeout=20_000)
    assert browser == [session_dir / "report.html"]


def test_a_report_that_cannot_be_written_is_told(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path, browser: list[Path]
):
    window = make_window()
    window.commands.report.trigger()
    choose(qtbot, tmp_path)
    qtbot.waitUntil(lambda: "holds no recorded session" in message_of(qtbot, window), timeout=20_000)
    assert browser == []


def test_where_there_is_no_browser_the_file_is_named(
    qtbot: QtBot, make_window: MakeWindow, session_dir: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda _url: False)
    review = opened(qtbot, make_window(), recorded(session_dir))
    review.commands.report.trigger()

    def told() -> bool:
        said = review.message_bar.message
        return said is not None and said.text.startswith("No browser could be opened; the report is in ")

    qtbot.waitUntil(told, timeout=20_000)


def test_closing_waits_for_the_report_and_shows_it_no_more(
    qtbot: QtBot, make_window: MakeWindow, session_dir: Path, browser: list[Path]
):
    window = make_window()
    review = opened(qtbot, window, recorded(session_dir))
    review.commands.report.trigger()
    window.close()
    assert browser == []


def test_all_reviews_that_still_work_are_waited_for_together(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    window, released = make_window(), threading.Event()
    for name in ("a", "b", "c"):
        opened(qtbot, window, recorded(tmp_path / name))._do(Task(released.wait, "test-work"), lambda _result: None)
    # this one is only being read
    monkeypatch.setattr(review_window, "load_review", lambda _folder: released.wait())
    loading = window.reviews.open(tmp_path / "a")
    start_s = time.monotonic()
    loading.close()
    unwaited_s = time.monotonic() - start_s
    window.reviews.close(Deadline(0.5))
    took_s = time.monotonic() - start_s
    released.set()
    assert window.reviews.windows == []
    assert unwaited_s < 1.5
    assert took_s < 3.5


def test_the_recording_is_closed_before_any_review_is_waited_for(
    qtbot: QtBot, make_window: MakeWindow, session_dir: Path, monkeypatch: pytest.MonkeyPatch
):
    window = make_window()
    window._controller.open("demo", record=session_dir)
    qtbot.waitUntil((session_dir / EVENTS).exists, timeout=20_000)
    ends: list[bool] = []
    close = window.reviews.close

    def look(*deadline: Deadline) -> None:
        ends.append(",stop," in (session_dir / EVENTS).read_text())
        close(*deadline)

    monkeypatch.setattr(window.reviews, "close", look)
    window.close()
    assert ends == [True]
