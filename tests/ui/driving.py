"""Driving the window in tests."""

from pytestqt.qtbot import QtBot

from app.ui.window import MainWindow


def running(qtbot: QtBot, window: MainWindow, spec: str = "demo") -> MainWindow:
    """Open a source and wait for its first frame."""
    window.open(spec)
    qtbot.waitUntil(lambda: window.view.result is not None)
    return window


def message_of(qtbot: QtBot, window: MainWindow) -> str:
    """Wait for a message and return it."""
    qtbot.waitUntil(lambda: window.message_bar.message is not None and window.message_bar.isVisible())
    assert window.message_bar.message is not None
    return window.message_bar.message.text
