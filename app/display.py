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

    Asked of Linux alone: whether the X or Wayland display that the environment names answers. A ``QT_QPA_PLATFORM`` is
    taken at its word.
    """
    if not platform.startswith("linux") or environment.get("QT_QPA_PLATFORM"):
        return ""
    wayland, x11 = environment.get("WAYLAND_DISPLAY"), environment.get("DISPLAY")
    if not wayland and not x11:
        return "no display"
    if wayland and _answers_unix(Path(environment.get("XDG_RUNTIME_DIR", "/")) / wayland):
        return ""
    if x11 and _x_answers(x11):
        return ""
    return f"the display {x11 or wayland} does not answer"


def _x_answers(display: str) -> bool:
    """Connect as Xlib does: HOST:NUMBER.SCREEN, by TCP where there is a host."""
    host, _, rest = display.rpartition(":")
    number = rest.partition(".")[0]
    if not number.isdigit():
        return False
    if host in ("", "unix"):
        name = f"/tmp/.X11-unix/X{number}"
        return _answers_unix(f"\0{name}") or _answers_unix(name)
    try:
        with socket.create_connection((host, _X_FIRST_PORT + int(number)), _TIMEOUT_S):
            return True
    except (OSError, OverflowError):
        return False


def _answers_unix(address: Path | str) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(_TIMEOUT_S)
        try:
            probe.connect(str(address))
        except OSError:
            return False
    return True
