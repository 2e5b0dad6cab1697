"""Driving the review's window in tests."""

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.ui.review_body import ReviewBody
from app.ui.review_window import ReviewWindow
from tests.ui.bare import focused

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
NONE = Qt.KeyboardModifier.NoModifier


def body_of(window: ReviewWindow) -> ReviewBody:
    """The session that is shown."""
    assert window.body is not None
    return window.body


def press(qtbot: QtBot, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
    """Press a key where the focus is."""
    qtbot.keyClick(focused(), key, modifiers)


def message(window: ReviewWindow) -> str:
    """What the window says in its line."""
    said = window.message_bar.message
    return "" if said is None else said.text
