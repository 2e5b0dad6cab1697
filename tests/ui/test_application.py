"""The window's life, from the command line's call to the exit status."""

import json
import logging
import os
import signal
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer, qWarning
from PySide6.QtWidgets import QApplication

from app.session.log import READINGS, SESSION
from app.settings import Settings, load_settings
from app.types import RecordingError, SourceError
from app.ui.application import run_window
from app.ui.controller import Message
from app.ui.crash import CrashDialog
from app.ui.notice import Notice
from app.ui.window import MainWindow
from tests.ui.fakes import TinySource, fake_engine


def run(tmp_path: Path, open_source=lambda _spec: TinySource(), chosen: Settings | None = None, **options) -> int:
    """Run the window with settings of its own."""
    given = {"record": None, "seconds": None} | options
    settings = chosen or Settings(notice_seen=True, language="en")
    return run_window(fake_engine(open_source), "demo", settings, tmp_path / "settings.json", **given)


def main_window() -> MainWindow:
    """The window that is open."""
    return next(widget for widget in QApplication.topLevelWidgets() if isinstance(widget, MainWindow))


def test_it_ends_by_itself_after_the_seconds_asked_for(tmp_path: Path, session_dir: Path):
    assert run(tmp_path, seconds=0.3, record=session_dir) == 0
    assert len((session_dir / READINGS).read_text().splitlines()) > 5
    assert json.loads((session_dir / SESSION).read_text())["counters"]["rows"] > 5


def test_a_source_that_fails_within_the_seconds_is_status_2_and_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    def fail(_spec: str) -> TinySource:
        raise SourceError("demo: not today")

    assert run(tmp_path, fail, seconds=5) == 2
    assert capsys.readouterr().err == "mien: demo: not today\n"


def test_a_folder_that_cannot_be_recorded_into_is_told_before_a_window_opens(tmp_path: Path):
    (tmp_path / "file").touch()
    with pytest.raises(RecordingError, match="file"):
        run(tmp_path, record=tmp_path / "file" / "session")
    assert not [widget for widget in QApplication.topLevelWidgets() if isinstance(widget, MainWindow)]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_closes_the_window_and_the_recording(tmp_path: Path, session_dir: Path, number: signal.Signals):
    before = signal.getsignal(number)
    QTimer.singleShot(600, lambda: os.kill(os.getpid(), number))
    assert run(tmp_path, record=session_dir) == 0
    assert json.loads((session_dir / SESSION).read_text())["counters"]["rows"] > 5
    assert signal.getsignal(number) == before


def test_the_notice_of_the_start_is_a_message(tmp_path: Path):
    said: list[Message | None] = []

    def look() -> None:
        said.append(main_window().message_bar.message)
        main_window().close()

    QTimer.singleShot(600, look)
    assert run(tmp_path, notice="no camera found; playing the demo") == 0
    assert said == [Message("no camera found; playing the demo")]


def test_qt_complains_to_the_log(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    QTimer.singleShot(100, lambda: qWarning("a complaint of Qt"))
    with caplog.at_level(logging.WARNING, "mien.qt"):
        assert run(tmp_path, seconds=0.3) == 0
    assert "a complaint of Qt" in caplog.text


def test_nothing_is_opened_before_the_notice_was_read(tmp_path: Path):
    opened: list[str] = []

    def open_source(spec: str) -> TinySource:
        opened.append(spec)
        return TinySource()

    def read() -> None:
        assert opened == []
        notice = main_window().findChild(Notice)
        assert notice is not None
        notice.button.click()

    QTimer.singleShot(300, read)
    QTimer.singleShot(800, lambda: main_window().close())
    assert run(tmp_path, open_source, Settings(language="en")) == 0
    assert opened == ["demo"]
    assert load_settings(tmp_path / "settings.json")[0].notice_seen


def test_what_ends_by_itself_does_not_wait_for_anybody_to_read_the_notice(tmp_path: Path):
    assert run(tmp_path, chosen=Settings(language="en"), seconds=0.3) == 0
    assert not load_settings(tmp_path / "settings.json")[0].notice_seen


def test_the_window_comes_back_where_it_was(tmp_path: Path):
    found: list[object] = []
    QTimer.singleShot(200, lambda: main_window().setGeometry(30, 40, 650, 540))
    QTimer.singleShot(400, lambda: main_window().close())
    assert run(tmp_path) == 0
    kept = load_settings(tmp_path / "settings.json")[0]
    QTimer.singleShot(200, lambda: found.append(main_window().geometry().getRect()))
    QTimer.singleShot(400, lambda: main_window().close())
    assert run(tmp_path, chosen=kept) == 0
    assert found == [(30, 40, 650, 540)]


def test_an_error_in_the_window_is_status_1_and_the_recording_is_whole(tmp_path: Path, session_dir: Path):
    def fail() -> None:
        raise RuntimeError("the spoon is bent")

    def close() -> None:
        assert main_window().findChild(CrashDialog) is not None
        main_window().close()

    QTimer.singleShot(300, fail)
    QTimer.singleShot(900, close)
    assert run(tmp_path, record=session_dir) == 1
    assert json.loads((session_dir / SESSION).read_text())["counters"]["rows"] > 20


def test_an_error_while_reading_is_a_report_and_status_1(
    tmp_path: Path, session_dir: Path, capsys: pytest.CaptureFixture[str]
):
    class Broken(TinySource):
        def read(self):
            if self._next == 30:
                raise RuntimeError("the spoon is bent")
            return super().read()

    reports: list[str] = []

    def close() -> None:
        dialog = main_window().findChild(CrashDialog)
        assert dialog is not None
        reports.append(dialog.report.toPlainText())
        main_window().close()

    QTimer.singleShot(1500, close)
    assert run(tmp_path, lambda _spec: Broken(), record=session_dir) == 1
    assert "the spoon is bent" in reports[0]
    assert "an error in Mien" in capsys.readouterr().err
    assert len((session_dir / READINGS).read_text().splitlines()) > 20
