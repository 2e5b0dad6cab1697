"""The menu of the sources."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from app.capture.devices import Camera
from app.ui import cameras
from tests.ui.conftest import MakeBare

WEBCAM = Camera(0, "Webcam", "/dev/video0", "webcam")
C920 = Camera(2, "C920 & more", "/dev/video2", "c920")


def texts(menu: QMenu) -> list[str]:
    """What the menu shows."""
    return [action.text() for action in menu.actions() if not action.isSeparator()]


def test_cameras_come_and_go_in_the_open_menu(qtbot: QtBot, make_bare: MakeBare, monkeypatch):
    monkeypatch.setattr(cameras, "LOOK_AGAIN_S", 0.05)
    connected: list[Camera] = [WEBCAM]
    window = make_bare(find_cameras=lambda: list(connected))
    menu = window.source.menu()
    menu.popup(window.pos())
    files = ["Open &file …", "Open f&older …", "Open &URL …"]
    qtbot.waitUntil(lambda: texts(menu) == ["&Demo", "Webcam", *files])
    connected.append(C920)
    qtbot.waitUntil(lambda: texts(menu) == ["&Demo", "Webcam", "C920 && more", *files])
    connected.clear()
    qtbot.waitUntil(lambda: texts(menu) == ["&Demo", "No camera found", *files])
    menu.close()


def test_it_says_so_while_it_looks(qtbot: QtBot, make_bare: MakeBare):
    window = make_bare()
    assert "Looking for cameras …" in texts(window.source.menu())


def test_a_camera_is_chosen_from_the_button_and_from_the_menu_bar(qtbot: QtBot, make_bare: MakeBare):
    window = make_bare(find_cameras=lambda: [WEBCAM, C920])
    chosen: list[Sequence[str]] = []
    window.source.chosen.connect(lambda spec, label: chosen.append((spec, label)))

    def choose(menu: QMenu) -> None:
        menu.popup(window.pos())
        qtbot.waitUntil(lambda: "Webcam" in texts(menu))
        next(action for action in menu.actions() if action.text() == "C920 && more").trigger()
        menu.close()

    choose(window.source.menu())
    choose(window.menus.cameras)
    assert chosen == [("c920", "C920 & more")] * 2


def test_s_opens_the_menu(qtbot: QtBot, make_bare: MakeBare):
    window = make_bare()
    qtbot.keyClick(window.view, Qt.Key.Key_S)
    qtbot.waitUntil(window.source.menu().isVisible)
    window.source.menu().close()


def test_the_source_is_named_in_full_for_screen_readers(make_bare: MakeBare):
    window = make_bare()
    name = "a very long name of a camera on the roof"
    window.source.show_source(name)
    assert window.source.accessibleName() == f"Source: {name}"
    assert window.source.toolTip() == f"Source: {name}; choose another (S)"
    assert len(window.source.text()) < len(name)
