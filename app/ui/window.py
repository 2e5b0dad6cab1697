"""The window: it puts the parts together and asks for the newest result on a timer."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QMainWindow, QVBoxLayout, QWidget

from app.capture.devices import Camera, list_cameras
from app.settings import Settings
from app.ui.about_dialog import AboutDialog
from app.ui.actions import Actions
from app.ui.cameras import CameraFinder
from app.ui.cards import FaceCards
from app.ui.controller import LiveController
from app.ui.controls import ControlBar
from app.ui.mark_bar import MarkBar
from app.ui.menus import MenuBar
from app.ui.message_bar import MessageBar
from app.ui.panes import Panes
from app.ui.readout import Readout
from app.ui.review_work import Deadline
from app.ui.reviews import Reviews
from app.ui.settings_dialog import SettingsDialog
from app.ui.shortcuts import ShortcutOverlay, shortcut_groups
from app.ui.sources import SourceButton, dropped_source
from app.ui.timeline import Timeline
from app.ui.turns import Turns
from app.ui.view import LiveView

_FRAME_EVERY_MS: Final = 16
_STATUS_EVERY_MS: Final = 200
_KEEP_SPAN_AFTER_MS: Final = 800
_CLOSE_S: Final = 2.0


class MainWindow(QMainWindow):
    """Shows what the engine reads and passes on what the user wants.

    Args:
        controller: does what the controls say.
        find_cameras: lists the cameras for the source menu; called on a thread of its own.

    Attributes:
        rebuild_asked: the settings now name another language or look.
        settings_dialog: once it was asked for.
    """

    rebuild_asked = Signal()

    def __init__(self, controller: LiveController, find_cameras: Callable[[], Sequence[Camera]] = list_cameras) -> None:
        super().__init__()
        self._controller = controller
        self._faces = controller.faces
        self.commands = Actions(self, controller.settings.markers)
        self.source = SourceButton(self.commands, CameraFinder(find_cameras))
        self.controls = ControlBar(self.commands, self.source)
        self.message_bar = MessageBar()
        self.mark_bar = MarkBar()
        self.view = LiveView()
        self.cards = FaceCards()
        self.timeline = Timeline(self._faces.history)
        self.readout = Readout()
        self.reviews = Reviews(self, self.commands, self._recordings, self._tell)
        self._panes = Panes(self.view, self.cards, self.timeline)
        self._shown_faces: tuple[object, ...] = (None,) * 4
        self._turns = Turns()
        self.settings_dialog: SettingsDialog | None = None
        self._frames = QTimer(self, interval=_FRAME_EVERY_MS, timerType=Qt.TimerType.PreciseTimer)
        self._status = QTimer(self, interval=_STATUS_EVERY_MS)
        self._span = QTimer(self, interval=_KEEP_SPAN_AFTER_MS, singleShot=True)
        self._arrange()
        self._show_settings()
        self.shortcuts = ShortcutOverlay(self, lambda: shortcut_groups(self.commands.groups()))
        self._connect()
        self.refresh()

    def open(self, spec: str, label: str = "") -> None:
        """Read a source in place of the present one."""
        self._controller.open(spec, label)
        self.refresh()

    def refresh(self) -> None:
        """Show the present state without waiting for the next tick."""
        self._show_picture()
        self._show_faces()
        self.timeline.refresh()
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
        self.reviews.follow(snapshot.status.recorded)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take one file, folder or address."""
        if dropped_source(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Read what was dropped."""
        event.acceptProposedAction()
        self.open(dropped_source(event.mimeData()))

    def closeEvent(self, event: QCloseEvent) -> None:
        """End reading and recording, and then the reviews, in bounded time."""
        # half, so that the whole end stays within it
        deadline = Deadline(_CLOSE_S / 2)
        self._frames.stop()
        self._status.stop()
        self.hide()
        self._controller.close(_CLOSE_S)
        self.reviews.close(deadline)
        event.accept()

    def _arrange(self) -> None:
        self.setWindowTitle("Mien")
        self.setAcceptDrops(True)
        self.setMenuBar(MenuBar(self.commands, self.source, self))
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for bar in (self.controls, self.message_bar, self.mark_bar):
            column.addWidget(bar)
        column.addWidget(self._panes, 1)
        middle = QWidget()
        middle.setLayout(column)
        self.setCentralWidget(middle)
        self.setStatusBar(self.readout)
        self.view.setFocus()
        self.resize(1240, 860)

    def _connect(self) -> None:
        self._connect_commands()
        self.source.chosen.connect(self.open)
        self.message_bar.dismissed.connect(self._dismiss)
        self.view.face_clicked.connect(self._faces.follow)
        self.cards.follow_asked.connect(self._faces.follow)
        self.cards.calibrate_asked.connect(self._faces.calibrate)
        self.cards.undo_asked.connect(self._faces.undo_calibration)
        self.cards.explain_asked.connect(self._faces.explain)
        self.timeline.span_changed.connect(lambda _seconds: self._span.start())
        self.timeline.paused_changed.connect(self.commands.pause.setChecked)
        self._span.timeout.connect(lambda: self._change(timeline_s=self.timeline.span_s))
        self._frames.timeout.connect(self._tick)
        self._status.timeout.connect(self.refresh_status)
        self._frames.start()
        self._status.start()

    def _connect_commands(self) -> None:
        commands = self.commands
        commands.run.triggered.connect(self._toggle_running)
        commands.record.triggered.connect(self._toggle_recording)
        commands.note.triggered.connect(self.mark_bar.ask)
        for marks in (commands, self.mark_bar):
            marks.mark_asked.connect(self._mark)
        for action, name in (
            (commands.attention, "show_attention"),
            (commands.blur, "blur_faces"),
            (commands.mirror, "mirror"),
            (commands.faces, "show_faces"),
            (commands.timeline, "show_timeline"),
        ):
            action.toggled.connect(lambda on, name=name: self._change(**{name: on}))
        commands.follow_next.triggered.connect(self._faces.follow_next)
        commands.calibrate.triggered.connect(lambda: self._faces.calibrate(self._faces.followed))
        commands.undo.triggered.connect(lambda: self._faces.undo_calibration(self._faces.followed))
        commands.explain.triggered.connect(self._explain)
        commands.pause.toggled.connect(self.timeline.set_paused)
        commands.full_screen.toggled.connect(self._fill_screen)
        commands.settings.triggered.connect(self._show_settings_dialog)
        commands.shortcuts.triggered.connect(self.shortcuts.toggle)
        commands.about.triggered.connect(lambda: AboutDialog(self, self._controller.poll().status.provider).open())
        commands.back.triggered.connect(self._go_back)
        commands.quit.triggered.connect(self.close)

    def _change(self, **values: Any) -> None:
        self._take_settings(replace(self._controller.settings, **values))

    def _take_settings(self, settings: Settings) -> None:
        """Use other settings at once: in the engine, here, and in the open dialog."""
        before = self._controller.settings
        if settings == before:
            return
        self._controller.change(settings)
        self._show_settings()
        if self.settings_dialog is not None and self.settings_dialog.settings != settings:
            self.settings_dialog.show_settings(settings)
        if settings.markers != before.markers:
            self.commands.set_markers(settings.markers)
        if (settings.language, settings.theme) != (before.language, before.theme):
            self.rebuild_asked.emit()
        self._show_again()

    def _show_settings(self) -> None:
        settings, commands = self._controller.settings, self.commands
        commands.attention.setChecked(settings.show_attention)
        commands.blur.setChecked(settings.blur_faces)
        commands.mirror.setChecked(settings.mirror)
        commands.faces.setChecked(settings.show_faces)
        commands.timeline.setChecked(settings.show_timeline)
        commands.pause.setEnabled(settings.show_timeline)
        self.view.set_attention(settings.show_attention)
        self.view.set_blur(settings.blur_faces)
        self._panes.show_panes(cards=settings.show_faces, timeline=settings.show_timeline)
        if not self._span.isActive():
            self.timeline.set_span(settings.timeline_s)

    def _show_settings_dialog(self) -> None:
        if self.settings_dialog is None:
            self.settings_dialog = SettingsDialog(self._controller.settings, self)
            self.settings_dialog.changed.connect(self._take_settings)
        self.settings_dialog.show_settings(self._controller.settings)
        self.settings_dialog.show()
        self.settings_dialog.raise_()
        self.settings_dialog.activateWindow()

    def _toggle_running(self) -> None:
        self._controller.toggle_running()
        self.refresh()

    def _toggle_recording(self) -> None:
        self._controller.toggle_recording()
        self.refresh()

    def _mark(self, note: str, ago_s: float) -> None:
        self._faces.mark(note, ago_s)
        self.refresh()

    def _explain(self) -> None:
        self._change(show_faces=True)
        self._faces.explain(self._faces.followed)

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

    def _recordings(self) -> Path:
        return self._controller.settings.recordings_dir()

    def _tell(self, text: str, error: bool) -> None:
        self._controller.notify(text, error=error)
        self.refresh_status()

    def _tick(self) -> None:
        cards, timeline = self._turns.due(new=self._show_picture())
        self._show_faces(due=cards)
        if timeline:
            self.timeline.refresh()

    def _show_picture(self) -> bool:
        """Show the newest picture; return whether it is another."""
        if (result := self._controller.newest()) is self.view.result:
            return False
        self.view.show_result(result, mirrored=self._controller.mirrored)
        return True

    def _show_again(self) -> None:
        """Show the same picture under other settings."""
        self.view.show_result(self._controller.newest(), mirrored=self._controller.mirrored)
        self._show_faces()

    def _show_faces(self, *, due: bool = True) -> None:
        """Show the faces as they are now; those not ``due`` only where something else than their numbers changed."""
        settings, followed = self._controller.settings, self._faces.followed
        self.view.set_followed(followed)
        self.timeline.follow(followed)
        shown = (self._faces.readings, followed, self._faces.explanation, settings)
        # by identity: readings hold arrays, and a new result is another object
        changed = [new is not old for new, old in zip(shown, self._shown_faces, strict=True)]
        if settings.show_faces and any(changed if due else changed[1:]):
            self._shown_faces = shown
            self.cards.show_readings(
                self._faces.readings,
                followed,
                mirrored=self._controller.mirrored,
                blurred=settings.blur_faces,
                explanation=self._faces.explanation,
                attention=settings.show_attention,
            )
