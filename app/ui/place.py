"""The window's size and place on the screen, kept from start to start."""

from PySide6.QtCore import QByteArray
from PySide6.QtWidgets import QWidget


def place_of(window: QWidget) -> str:
    """Return size, place, and whether the window fills the screen, as text for ``put``."""
    return bytes(window.saveGeometry().toBase64().data()).decode("ascii")


def put(window: QWidget, place: str) -> None:
    """Put the window where it was; where that screen is gone, on one that is there.

    What ``place_of`` did not return, a damaged setting say, changes nothing.
    """
    window.restoreGeometry(QByteArray.fromBase64(place.encode("ascii", "replace")))
