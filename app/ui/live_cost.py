"""The live window in a process of its own: how old a frame is when it is painted, and what all of it takes.

``python -m app.ui.live_cost PROVIDER THREADS SECONDS`` plays the demo at 720p and 30 frames/s and prints a line of
JSON. It needs no screen.
"""

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

# before Qt; whatever the environment asks for
os.environ["QT_QPA_PLATFORM"] = "offscreen"

import numpy as np
from PySide6.QtCore import QEvent, QEventLoop, QObject, QTimer
from PySide6.QtWidgets import QApplication

from app.capture.measured import MeasuredDemo
from app.engine import Engine
from app.process import prepare
from app.session.log import SessionInfo
from app.settings import Settings
from app.types import MienError
from app.ui.controller import LiveController
from app.ui.shell import Shell
from app.ui.view import LiveView
from app.vision.pipeline import Pipeline, PipelineOptions

# the first frames wait for what is loaded and laid out but once
_WARM_UP_S: Final = 1.0
_PATIENCE_S: Final = 60.0
_POLL_MS: Final = 20


class PaintWatch(QObject):
    """Notes how old each frame is by the time it is painted, together with all that is painted along with it.

    Attributes:
        delays_ms: of each frame that was shown.

    Args:
        view: what shows them.
        captured_s: frame number → monotonic seconds; what was painted, or passed over, is taken out.
    """

    def __init__(self, view: LiveView, captured_s: dict[int, float]) -> None:
        super().__init__(view)
        self.delays_ms: list[float] = []
        self._view = view
        self._captured_s = captured_s
        self._newest = -1
        view.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take notice of a frame's first paint."""
        result = self._view.result
        if event.type() is QEvent.Type.Paint and result is not None and result.frame.index > self._newest:
            self._newest = result.frame.index
            captured_s = self._captured_s[self._newest]
            for index in [index for index in list(self._captured_s) if index <= self._newest]:
                del self._captured_s[index]
            # Qt paints all that changed in one go; this runs after it
            QTimer.singleShot(0, lambda: self.delays_ms.append((time.monotonic() - captured_s) * 1000))
        return super().eventFilter(watched, event)


def main(provider: str, threads: int, seconds: float) -> int:
    """Show the demo and print; return 0, or 2 with a line on stderr where that cannot be."""
    prepare()
    application = QApplication(["mien"])
    source = MeasuredDemo()
    engine = Engine(
        lambda _spec, _settings: source,
        lambda settings: Pipeline(PipelineOptions.from_settings(settings, provider)),
        lambda _settings, name, where: SessionInfo(name, where, {}, {}, {}),
        Settings(threads=threads, notice_seen=True),
    )
    with tempfile.TemporaryDirectory() as folder:
        controller = LiveController(engine, Settings(threads=threads, notice_seen=True), Path(folder, "settings.json"))
        shell = Shell(application, controller)
        shell.window.show()
        watch = PaintWatch(shell.window.view, source.captured_s)
        controller.open("demo")
        try:
            _run(lambda: bool(watch.delays_ms) or bool(engine.status().message), _PATIENCE_S)
            if not watch.delays_ms:
                raise MienError(engine.status().message or f"no frame was painted within {_PATIENCE_S:g} s")
            _run(lambda: False, _WARM_UP_S)
            seen, before = len(watch.delays_ms), engine.status()
            cpu_s, drawn_s, began_s = time.process_time(), source.drawn_s, time.monotonic()
            _run(lambda: False, seconds)
            passed_s, after = time.monotonic() - began_s, engine.status()
            core_share, demo_share = (time.process_time() - cpu_s) / passed_s, (source.drawn_s - drawn_s) / passed_s
            if len(watch.delays_ms) == seen:
                raise MienError(f"no frame was painted within {seconds:g} s")
        except MienError as error:
            print(error, file=sys.stderr)
            return 2
        finally:
            shell.window.close()
            shell.close()
    median_ms, p95_ms = np.percentile(watch.delays_ms[seen:], (50, 95))
    told = {
        "delay_ms": {"median": float(median_ms), "p95": float(p95_ms), "count": len(watch.delays_ms) - seen},
        "frames_per_s": (after.processed - before.processed) / passed_s,
        "dropped": sum(after.dropped.values()) - sum(before.dropped.values()),
        "core_share": core_share,
        "demo_share": demo_share,
    }
    print(json.dumps(told), flush=True)
    return 0


def _run(done: Callable[[], bool], seconds: float) -> None:
    """Let Qt work until it is done, at most for so many seconds."""
    # a loop of its own: leaving the application's closes its windows
    loop = QEventLoop()
    deadline_s = time.monotonic() + seconds
    timer = QTimer(interval=_POLL_MS)
    timer.timeout.connect(lambda: loop.quit() if done() or time.monotonic() >= deadline_s else None)
    timer.start()
    loop.exec()
    timer.stop()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3])))
