"""Whether a window can be shown: Qt ends the process, with no way to catch it, where it finds no screen."""

import os
import socket
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

_TIMEOUT_S: Final = 2.0
_X_FIRST_PORT: Final = 6000


def display_missing(environment: Mapping[str, str] = os.environ, platform: str = sys.platform) -> str:
    """Return why no window can be shown, in a few words; empty where one can.

    Asked of Linux alone: whether the X or Wayland display that the environment names answers. A ``QT_QPA_PLATFORM``
    that names one of both kinds leaves the other out; any other, as ``offscreen``, is taken at its word.
    """
    if not platform.startswith("linux"):
        return ""
    wayland, x11 = environment.get("WAYLAND_DISPLAY"), environment.get("DISPLAY")
    kinds = qt_platforms(environment)
    if kinds:
        if not all(kind == "xcb" or kind.startswith("wayland") for kind in kinds):
            return ""
        x11 = x11 if "xcb" in kinds else None
        wayland = wayland if kinds != ["xcb"] else None
    if not wayland and not x11:
        return f"no display for QT_QPA_PLATFORM={environment['QT_QPA_PLATFORM']}" if kinds else "no display"
    if wayland and _answers_unix(Path(environment.get("XDG_RUNTIME_DIR", "/")) / wayland):
        return ""
    if x11 and _x_answers(x11):
        return ""
    return f"the display {x11 or wayland} does not answer"


def qt_platforms(environment: Mapping[str, str]) -> list[str]:
    """Return the names of Qt's plugins that ``QT_QPA_PLATFORM`` asks for, without their options; mostly none."""
    return [name.partition(":")[0] for name in environment.get("QT_QPA_PLATFORM", "").split(";") if name]


def _x_answers(display: str) -> bool:
    """Connect as Xlib does: HOST:NUMBER.SCREEN, by TCP where there is a host."""
    host, _, rest = display.rpartition(":")
    number = rest.partition(".")[0]
    if not (number.isascii() and number.isdigit()):
        return False
    if host in ("", "unix"):
        name = f"/tmp/.X11-unix/X{number}"
        return _answers_unix(f"\0{name}") or _answers_unix(name)
    try:
        with socket.create_connection((host, _X_FIRST_PORT + int(number)), _TIMEOUT_S):
            return True
    except (OSError, OverflowError, UnicodeError):
        return False


def _answers_unix(address: Path | str) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(_TIMEOUT_S)
        try:
            probe.connect(str(address))
        except OSError:
            return False
    return True
