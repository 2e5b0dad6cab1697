"""What showing a result costs, measured without a screen."""

import os
import time

from app.types import FrameResult


class PaintClock:
    """Shows results in a live view as large as their frames, painted into memory.

    Raises:
        ImportError: Qt, or a library of the system that it needs, cannot be loaded.
    """

    def __init__(self) -> None:
        # before Qt; whatever the environment asks for
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        from PySide6.QtGui import QImage
        from PySide6.QtWidgets import QApplication

        from app.ui.view import LiveView

        self._image = QImage
        self._application = QApplication.instance() or QApplication(["mien"])
        self._view = LiveView()

    def __call__(self, result: FrameResult) -> float:
        """Show a result; return the milliseconds that it took."""
        height, width = result.frame.image.shape[:2]
        self._view.resize(width, height)
        canvas = self._image(width, height, self._image.Format.Format_RGB32)
        began_s = time.perf_counter()
        self._view.show_result(result)
        self._view.render(canvas)
        return (time.perf_counter() - began_s) * 1000


def paint_clock() -> PaintClock | None:
    """Return a clock, or None where Qt, or a library of the system that it needs, cannot be loaded."""
    try:
        return PaintClock()
    except ImportError:
        return None
