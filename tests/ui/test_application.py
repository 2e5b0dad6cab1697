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
from app.settings import Settings
from app.types import RecordingError, SourceError
from app.ui.application import run_window
from app.ui.controller import Message
from app.ui.window import MainWindow
from tests.ui.fakes import TinySource, fake_engine


def run(tmp_path: Path, open_source=lambda _spec: TinySource(), **options) -> int:
    """Run the window with settings of its own."""
    given = {"record": None, "seconds": None} | options
    return run_window(fake_engine(open_source), "demo", Settings(), tmp_path / "settings.json", **given)


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


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
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
