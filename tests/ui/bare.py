"""A window with the controls alone, for their own tests."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QMainWindow, QVBoxLayout, QWidget

from app.capture.devices import Camera
from app.ui.actions import Actions
from app.ui.cameras import CameraFinder
from app.ui.controls import ControlBar
from app.ui.mark_bar import MarkBar
from app.ui.menus import MenuBar
from app.ui.shortcuts import ShortcutOverlay, shortcut_groups
from app.ui.sources import SourceButton


def focused() -> QWidget:
    """The widget that has the focus."""
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def actions_done(window: QWidget) -> list[str]:
    """The texts of the window's actions that are done from now on."""
    done: list[str] = []

    def note(action: QAction) -> None:
        action.triggered.connect(lambda: done.append(action.text()))

    for action in window.actions():
        note(action)
    return done


class BareWindow(QMainWindow):
    """Actions, bar, menus, list of keys and a place for notes around an empty view; no engine.

    Args:
        markers: names for the keys 1 to 9.
        find_cameras: lists the cameras.
    """

    def __init__(self, markers: Sequence[str] = (), find_cameras: Callable[[], Sequence[Camera]] = list) -> None:
        super().__init__()
        self.now_s = 100.0
        self.commands = Actions(self, markers)
        self.source = SourceButton(self.commands, CameraFinder(find_cameras))
        self.menus = MenuBar(self.commands, self.source, self)
        self.controls = ControlBar(self.commands, self.source)
        self.mark_bar = MarkBar(clock=lambda: self.now_s)
        self.view = QWidget()
        self.view.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.keys = ShortcutOverlay(self, lambda: shortcut_groups(self.commands.groups()))
        middle = QWidget()
        column = QVBoxLayout(middle)
        for widget in (self.controls, self.mark_bar):
            column.addWidget(widget)
        column.addWidget(self.view, 1)
        self.setCentralWidget(middle)
        self.setMenuBar(self.menus)
        self.commands.note.triggered.connect(self.mark_bar.ask)
        self.commands.shortcuts.triggered.connect(self.keys.toggle)
        self.mark_bar.mark_asked.connect(self.commands.mark_asked)
        self.resize(900, 620)
