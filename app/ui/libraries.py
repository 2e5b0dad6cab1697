"""Whether Qt can be loaded: it is installed along with Mien, but needs libraries of the system's."""


def library_missing() -> str:
    """Return what the loader says of a library that is missing; empty where Qt can be loaded."""
    try:
        from PySide6 import QtSvg, QtWidgets  # noqa: F401
    except ImportError as error:
        return str(error)
    return ""
