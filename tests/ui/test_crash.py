"""What happens when Mien itself fails."""

import logging
import sys
import threading
from collections.abc import Iterator
from pathlib import Path, PureWindowsPath

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.settings import Settings
from app.ui.crash import CrashDialog, CrashGuard
from app.ui.crash_report import crash_report, where_raised, without_personal
from tests.ui.bare import BareWindow
from tests.ui.conftest import MakeBare

SETTINGS = Settings(recordings="/media/ann/sessions", markers=("Ann laughs",), min_confidence=0.123)


@pytest.fixture
def window(make_bare: MakeBare) -> BareWindow:
    """A window that fails."""
    return make_bare()


@pytest.fixture
def guard(window: BareWindow) -> Iterator[CrashGuard]:
    """A guard at work."""
    with CrashGuard(lambda: window, lambda: SETTINGS) as entered:
        yield entered


def dialogs(window: QMainWindow) -> list[CrashDialog]:
    """The dialogs that are open."""
    return [dialog for dialog in window.findChildren(CrashDialog) if dialog.isVisible()]


def fail(text: str = "the spoon is bent") -> None:
    """Fail as a slot may."""
    raise RuntimeError(text)


def test_an_error_in_a_slot_is_logged_and_shown(
    qtbot: QtBot, window: BareWindow, guard: CrashGuard, caplog: pytest.LogCaptureFixture
):
    QTimer.singleShot(0, fail)
    qtbot.waitUntil(lambda: len(dialogs(window)) == 1)
    report = dialogs(window)[0].report.toPlainText()
    assert "RuntimeError: the spoon is bent" in report
    assert "onnxruntime" in report
    assert "min_confidence = 0.123" in report
    assert guard.happened
    (record,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert record.exc_info is not None


def test_an_error_in_a_thread_is_shown_by_the_window(qtbot: QtBot, window: BareWindow, guard: CrashGuard):
    thread = threading.Thread(target=fail, name="mien-worker")
    thread.start()
    thread.join()
    assert dialogs(window) == []
    qtbot.waitUntil(lambda: len(dialogs(window)) == 1)
    assert "thread: mien-worker" in dialogs(window)[0].report.toPlainText()


def test_an_error_while_painting_is_shown_once_though_it_comes_with_each_paint(
    qtbot: QtBot, window: BareWindow, guard: CrashGuard, caplog: pytest.LogCaptureFixture
):
    class Broken(QWidget):
        painted = 0

        def paintEvent(self, _event: QPaintEvent) -> None:
            Broken.painted += 1
            fail()

    broken = Broken(window)
    broken.show()
    qtbot.waitUntil(lambda: len(dialogs(window)) == 1)
    dialogs(window)[0].close()
    seen = Broken.painted
    broken.update()
    qtbot.waitUntil(lambda: Broken.painted > seen)
    QApplication.processEvents()
    assert dialogs(window) == []
    assert len([record for record in caplog.records if record.levelno == logging.ERROR]) == 1
    broken.setParent(None)
    broken.deleteLater()


def test_there_is_one_dialog_for_all_that_fails_meanwhile(qtbot: QtBot, window: BareWindow, guard: CrashGuard):
    def fail_otherwise() -> None:
        raise ValueError("the knife, too")

    QTimer.singleShot(0, fail)
    QTimer.singleShot(0, fail_otherwise)
    qtbot.waitUntil(lambda: bool(dialogs(window)) and "knife" in dialogs(window)[0].report.toPlainText())
    assert len(dialogs(window)) == 1
    assert "spoon" in dialogs(window)[0].report.toPlainText()


def test_another_error_after_the_dialog_was_closed_is_shown_again(qtbot: QtBot, window: BareWindow, guard: CrashGuard):
    def fail_otherwise() -> None:
        raise ValueError("the knife, too")

    QTimer.singleShot(0, fail)
    qtbot.waitUntil(lambda: len(dialogs(window)) == 1)
    qtbot.keyClick(dialogs(window)[0], Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: window.findChildren(CrashDialog) == [])
    QTimer.singleShot(0, fail_otherwise)
    qtbot.waitUntil(lambda: len(dialogs(window)) == 1)
    assert "spoon" not in dialogs(window)[0].report.toPlainText()


def test_a_report_that_was_not_closed_is_shown_over_the_window_that_comes_next(qtbot: QtBot, window: BareWindow):
    def fail_otherwise() -> None:
        raise ValueError("the knife, too")

    present = old = QMainWindow()
    with CrashGuard(lambda: present, lambda: SETTINGS):
        QTimer.singleShot(0, fail)
        QTimer.singleShot(0, fail_otherwise)
        qtbot.waitUntil(lambda: bool(dialogs(old)) and "knife" in dialogs(old)[0].report.toPlainText())
        told = dialogs(old)[0].report.toPlainText()
        present = window
        old.hide()
        old.deleteLater()
        qtbot.waitUntil(lambda: bool(dialogs(window)))
        (dialog,) = dialogs(window)
        qtbot.waitUntil(lambda: dialog.report.toPlainText() == told)
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)
        qtbot.waitUntil(lambda: window.findChildren(CrashDialog) == [])
        for _ in range(5):
            QApplication.processEvents()
        assert dialogs(window) == []


def test_a_dialog_that_fails_itself_does_not_fail_for_ever(
    qtbot: QtBot, window: BareWindow, guard: CrashGuard, monkeypatch, caplog: pytest.LogCaptureFixture
):
    def open_no_more(_dialog: CrashDialog) -> None:
        raise RuntimeError("the dialog")

    monkeypatch.setattr(CrashDialog, "open", open_no_more)
    QTimer.singleShot(0, fail)

    def errors() -> list[str]:
        return [str(record.exc_info[1]) for record in caplog.records if record.exc_info]

    qtbot.waitUntil(lambda: len(errors()) == 2)
    for _ in range(20):
        QApplication.processEvents()
    assert errors() == ["the spoon is bent", "the dialog"]


def test_copy_copies_the_report(qtbot: QtBot, window: BareWindow):
    dialog = CrashDialog(window, "all of it")
    dialog.open()
    copy = next(button for button in dialog.findChildren(QPushButton) if button.text() == "Copy")
    qtbot.mouseClick(copy, Qt.MouseButton.LeftButton)
    assert QApplication.clipboard().text() == "all of it"
    dialog.close()


def test_the_hooks_are_given_back(window: BareWindow):
    before = sys.excepthook, threading.excepthook
    with CrashGuard(lambda: window, Settings):
        assert (sys.excepthook, threading.excepthook) != before
    assert (sys.excepthook, threading.excepthook) == before


def test_what_is_no_error_goes_to_the_hook_before(window: BareWindow, monkeypatch):
    passed_on = []
    monkeypatch.setattr(sys, "excepthook", lambda *args: passed_on.append(args[0]))

    with CrashGuard(lambda: window, Settings) as guard:
        sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert passed_on == [KeyboardInterrupt]
    assert not guard.happened


def caught(text: str) -> RuntimeError:
    """An error that was raised."""
    try:
        fail(text)
    except RuntimeError as error:
        return error
    raise AssertionError


def test_a_report_holds_nothing_personal():
    error = caught(f"{Path.home()}/films/a.mp4 or rtsp://ann:secret@cam/1?key=7\nnext line")
    report = crash_report(error, "MainThread", SETTINGS)
    for private in (str(Path.home()), "secret", "key=7", "sessions", "Ann laughs"):
        assert private not in report
    assert "~/films/a.mp4" in report
    assert "next line" in report


def test_a_home_is_hidden_in_a_quoted_path_of_windows_too(monkeypatch):
    monkeypatch.setattr(Path, "home", lambda: PureWindowsPath(r"C:\Users\Ann"))
    told = str(FileNotFoundError(2, "gone", r"C:\Users\Ann\films"))
    assert "Ann" in told
    assert "Ann" not in without_personal(told)
    assert "Ann" not in without_personal(r"C:\Users\Ann\films")


def test_a_home_at_the_root_is_no_name(monkeypatch):
    monkeypatch.setattr(Path, "home", lambda: Path("/"))
    assert without_personal("/usr/lib/x.py") == "/usr/lib/x.py"


def test_the_same_fault_is_told_from_another():
    assert where_raised(caught("one")) == where_raised(caught("two"))
    assert where_raised(caught("one")) != where_raised(ValueError("never raised"))
