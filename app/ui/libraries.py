"""Whether Qt can be loaded: it is installed along with Mien, but needs libraries of the system's."""

import ctypes
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from app.display import qt_platforms


def window_complaint(missing: str) -> str:
    """Return the line for the user on what ``library_missing`` has told."""
    return f"the window cannot be loaded here ({missing}); install the system's libraries that README.md names"


def library_missing(environment: Mapping[str, str] = os.environ, platform: str = sys.platform) -> str:
    """Return what the loader says of a library that is missing; empty where Qt can be loaded.

    On Linux, Qt's plugin for the Wayland or X display that the environment names is tried, too: Qt ends the process,
    with no way to catch it, where it cannot load one. So are those that ``QT_QPA_PLATFORM`` asks for.
    """
    try:
        from PySide6 import QtSvg, QtWidgets  # noqa: F401
        from PySide6.QtCore import QLibraryInfo
    except ImportError as error:
        return str(error)
    if not platform.startswith("linux"):
        return ""
    displays = {"wayland": environment.get("WAYLAND_DISPLAY"), "xcb": environment.get("DISPLAY")}
    # wayland-egl and its like are in the same file
    asked = ["wayland" if name.startswith("wayland") else name for name in qt_platforms(environment)]
    folder = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath), "platforms")
    missing = ""
    for plugin in asked or [name for name, display in displays.items() if display]:
        try:
            ctypes.CDLL(str(folder / f"libq{plugin}.so"))
        except OSError as error:
            missing = str(error)
        else:
            return ""
    return missing
