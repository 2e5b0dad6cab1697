"""The window: it puts the parts together and asks for the newest result on a timer."""

import logging
from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QMimeData, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QMainWindow, QVBoxLayout, QWidget

from app.capture.devices import Camera, list_cameras
from app.ui.cameras import CameraFinder
from app.ui.controller import LiveController
from app.ui.controls import Actions, ControlBar
from app.ui.message_bar import MessageBar
from app.ui.readout import Readout
from app.ui.sources import SourceButton
from app.ui.view import LiveView

_FRAME_EVERY_MS: Final = 16
_STATUS_EVERY_MS: Final = 200
_CLOSE_S: Final = 2.0
_log = logging.getLogger(__name__)


class MainWindow(QMainWindow):
    """Shows what the engine reads and passes on what the user wants.

    Args:
        controller: does what the controls say.
        find_cameras: lists the cameras for the source menu; called on a thread of its own.
    """

    def __init__(self, controller: LiveController, find_cameras: Callable[[], Sequence[Camera]] = list_cameras) -> None:
        super().__init__()
        self._controller = controller
        self.commands = Actions(self)
        self.source = SourceButton(self.commands, CameraFinder(find_cameras))
        self.controls = ControlBar(self.commands, self.source)
        self.message_bar = MessageBar()
        self.view = LiveView()
        self.readout = Readout()
        self._frames = QTimer(self, interval=_FRAME_EVERY_MS, timerType=Qt.TimerType.PreciseTimer)
        self._status = QTimer(self, interval=_STATUS_EVERY_MS)
        self._arrange()
        self._connect()
        self.view.set_attention(controller.settings.show_attention)
        self.refresh()

    def open(self, spec: str, label: str = "") -> None:
        """Read a source in place of the present one."""
        self._controller.open(spec, label)
        self.refresh()

    def refresh(self) -> None:
        """Show the present state without waiting for the next tick."""
        self._show_newest()
        self.refresh_status()

    def refresh_status(self) -> None:
        """Show all but the picture."""
        snapshot = self._controller.poll()
        self.commands.show_active(snapshot.active)
        self.commands.record.setChecked(snapshot.status.recording is not None)
        self.source.show_source(self._controller.label)
        self.controls.show_recording(snapshot.status.recording)
        self.message_bar.show_message(snapshot.message)
        self.view.set_note(snapshot.note)
        self.readout.show_snapshot(snapshot)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take one file, folder or address."""
        if _dropped(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Read what was dropped."""
        event.acceptProposedAction()
        self.open(_dropped(event.mimeData()))

    def closeEvent(self, event: QCloseEvent) -> None:
        """End reading and recording, in bounded time."""
        self._frames.stop()
        self._status.stop()
        self.hide()
        if not self._controller.close(_CLOSE_S):
            _log.warning("%s did not stop within %g s", self._controller.label, _CLOSE_S)
        event.accept()

    def _arrange(self) -> None:
        self.setWindowTitle("Mien")
        self.setAcceptDrops(True)
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.controls)
        column.addWidget(self.message_bar)
        column.addWidget(self.view, 1)
        middle = QWidget()
        middle.setLayout(column)
        self.setCentralWidget(middle)
        self.setStatusBar(self.readout)
        self.view.setFocus()
        self.resize(1100, 760)

    def _connect(self) -> None:
        commands = self.commands
        commands.attention.setChecked(self._controller.settings.show_attention)
        commands.run.triggered.connect(self._toggle_running)
        commands.record.triggered.connect(self._toggle_recording)
        commands.attention.toggled.connect(self._show_attention)
        commands.full_screen.toggled.connect(self._fill_screen)
        commands.back.triggered.connect(self._go_back)
        self.source.chosen.connect(self.open)
        self.message_bar.dismissed.connect(self._dismiss)
        self._frames.timeout.connect(self._show_newest)
        self._status.timeout.connect(self.refresh_status)
        self._frames.start()
        self._status.start()

    def _toggle_running(self) -> None:
        self._controller.toggle_running()
        self.refresh()

    def _toggle_recording(self) -> None:
        self._controller.toggle_recording()
        self.refresh()

    def _show_attention(self, shown: bool) -> None:
        self.view.set_attention(shown)
        self._controller.set_attention(shown)
        self.refresh()

    def _fill_screen(self, full: bool) -> None:
        whole = Qt.WindowState.WindowFullScreen
        self.setWindowState(self.windowState() | whole if full else self.windowState() & ~whole)

    def _go_back(self) -> None:
        if self.commands.full_screen.isChecked():
            self.commands.full_screen.setChecked(False)
        else:
            self._dismiss()

    def _dismiss(self) -> None:
        self._controller.dismiss()
        self.refresh()

    def _show_newest(self) -> None:
        result = self._controller.newest()
        if result is not self.view.result:
            self.view.show_result(result, mirrored=self._controller.mirrored)


def _dropped(data: QMimeData) -> str:
    """Return the first thing that was dropped as a source; empty where there is none."""
    if not data.hasUrls():
        return ""
    url = data.urls()[0]
    return url.toLocalFile() if url.isLocalFile() else url.toString()
