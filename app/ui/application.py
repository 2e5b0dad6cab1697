"""The live reading in a window, from the first paint to the exit status."""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from PySide6.QtCore import QCoreApplication, QMessageLogContext, QTimer, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from app.engine import Engine
from app.output import complain
from app.session.log import prepare_folder
from app.settings import Settings
from app.signals import asked_to_end
from app.status import State
from app.types import RecordingError
from app.ui.collector import collected_here
from app.ui.controller import LiveController
from app.ui.crash import CrashGuard
from app.ui.shell import Shell
from app.ui.window import MainWindow

_TICK_MS: Final = 100
_SHOWN_WITHIN_S: Final = 0.3
_LEVELS: Final = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}
_log = logging.getLogger("mien.qt")


def run_window(
    engine: Engine,
    spec: str,
    settings: Settings,
    settings_path: Path,
    *,
    record: Path | None,
    record_video: bool = False,
    seconds: float | None,
    notice: str = "",
) -> int:
    """Read ``spec`` in a window until it is closed, or asked to end by a signal; each closes the recording properly.

    Args:
        engine: not started yet.
        spec: the source, as the command line takes it.
        settings: as loaded.
        settings_path: where changed settings are saved.
        record: record from the first frame on into this folder.
        record_video: with an annotated video.
        seconds: end after so many seconds of the source's time, or when it fails.
        notice: what the user should know at the start.

    Returns:
        The exit status by how the last source ended: 0 done, 2 where it or its recording failed, 1 for a fault of ours.

    Raises:
        RecordingError: the folder cannot be used.
        MienError: the assets are missing.
    """
    if record is not None:
        prepare_folder(record, video=record_video)
    application = QApplication.instance()
    if not isinstance(application, QApplication):
        application = QApplication(["mien"])
    with _qt_messages_logged():
        application.setApplicationName("Mien")
        application.setDesktopFileName("mien")
        controller = LiveController(engine, settings, settings_path)
        shell = Shell(application, controller)
        _show(shell.window)

        def begin() -> None:
            try:
                controller.open(spec, record=record, record_video=record_video, seconds=seconds)
            except RecordingError as error:
                controller.notify(str(error), error=True)
            if notice:
                controller.notify(notice)

        # what ends by itself may run where nobody presses a button
        at_once = settings.notice_seen or seconds is not None
        if at_once:
            begin()
        if not settings.notice_seen:
            shell.show_notice(None if at_once else begin)
        with (
            CrashGuard(lambda: shell.window, lambda: controller.settings) as guard,
            _closed_by_signals(shell, engine, ends_itself=seconds is not None),
            collected_here(),
        ):
            application.exec()
        shell.close()
    status = engine.status()
    if status.message:
        complain(status.message)
    if guard.happened or status.fault:
        return 1
    return 2 if status.message else 0


def _show(window: MainWindow) -> None:
    """Show the window and let it paint itself once: what is imported next keeps Python busy."""
    window.show()
    deadline = time.monotonic() + _SHOWN_WITHIN_S
    while not window.windowHandle().isExposed() and time.monotonic() < deadline:
        QCoreApplication.processEvents()
    QCoreApplication.processEvents()


@contextmanager
def _closed_by_signals(shell: Shell, engine: Engine, *, ends_itself: bool) -> Iterator[None]:
    """Close the window when asked to end by a signal, and, where it ``ends_itself``, once the engine has ended."""
    asked = threading.Event()

    def tick() -> None:
        ended = engine.status().state not in (State.OPENING, State.RUNNING)
        if asked.is_set() or (ends_itself and ended):
            shell.window.close()

    # Python runs its signal handlers between two of its own instructions: Qt's loop has to come by now and then
    timer = QTimer(interval=_TICK_MS)
    timer.timeout.connect(tick)
    timer.start()
    try:
        with asked_to_end(asked.set):
            yield
    finally:
        timer.stop()


@contextmanager
def _qt_messages_logged() -> Iterator[None]:
    """Send what Qt complains of to the log."""
    before = qInstallMessageHandler(_log_qt)
    try:
        yield
    finally:
        qInstallMessageHandler(before)


def _log_qt(kind: QtMsgType, _context: QMessageLogContext, message: str) -> None:
    _log.log(_LEVELS[kind], "%s", message)
