"""What a short test does not show: twenty thousand frames, and a stream that goes on."""

import gc
import os
import threading
import time
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject
from pytestqt.qtbot import QtBot

from app.capture.demo import DemoSource
from app.capture.sources import open_source
from app.process import trim
from app.types import Image
from app.ui.window import MainWindow
from tests.mjpeg import MjpegServer
from tests.ui.conftest import MakeWindow
from tests.ui.fakes import FakePipeline, fake_engine, real_engine, tiny_frame

pytestmark = [
    pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="counts memory in Linux's /proc"),
]


class PaintCounter(QObject):
    """Counts how often a widget is painted."""

    count = 0

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        self.count += event.type() is QEvent.Type.Paint
        return False


def memory_mib() -> float:
    """Resident memory of this process, without what the tests before have left to be freed."""
    gc.collect()
    trim()
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def open_files() -> int:
    """Open file descriptors of this process."""
    return len(list(Path("/proc/self/fd").iterdir()))


@pytest.mark.slow
def test_twenty_thousand_frames_leave_the_window_alive_and_memory_flat(qtbot: QtBot, make_window: MakeWindow):
    window = make_window()
    window.resize(480, 360)
    painted = PaintCounter()
    window.view.installEventFilter(painted)
    qtbot.waitUntil(lambda: painted.count > 0)
    painted.count = 0
    pipeline = FakePipeline()
    start_mib = 0.0
    for index in range(20_000):
        window.view.show_result(pipeline.process(tiny_frame(index, index / 30)))
        window.view.repaint()
        if index % 10 == 0:
            window.refresh_status()
        if index == 2_000:
            start_mib = memory_mib()
    assert painted.count >= 20_000
    assert memory_mib() - start_mib < 5


def demo_images(count: int) -> list[Image]:
    """Images (720, 1280, 3) of the demo, one after the other."""
    source = DemoSource(loop=True)
    images = []
    for _ in range(count):
        frame = source.read()
        assert frame is not None
        images.append(frame.image)
    source.close()
    return images


def watch(qtbot: QtBot, window: MainWindow, url: str, seconds: float) -> tuple[int, float]:
    """Watch a stream; return how many frames were shown, and the growth of memory after a third of the time in MiB.

    Threads and open files must not grow at all.
    """
    window.open(url)
    qtbot.waitUntil(lambda: window.view.result is not None, timeout=20_000)
    start_s = time.monotonic()
    shown: set[int] = set()
    before: tuple[int, int, float] | None = None
    while (elapsed_s := time.monotonic() - start_s) < seconds:
        qtbot.wait(10)
        assert window.view.result is not None
        shown.add(window.view.result.frame.index)
        if before is None and elapsed_s > seconds / 3:
            before = threading.active_count(), open_files(), memory_mib()
    assert before is not None
    threads, files, mib = before
    assert threading.active_count() == threads
    assert open_files() == files
    assert window.readout.state.text() == "Reading"
    return len(shown), memory_mib() - mib


def test_the_window_is_live_on_a_stream_of_720p(qtbot: QtBot, make_window: MakeWindow):
    with MjpegServer() as server:
        window = make_window(fake_engine(open_source))
        shown, _ = watch(qtbot, window, server.url, 3.0)
        window.close()
    assert shown > 45


@pytest.mark.slow
def test_a_minute_of_a_720p_stream_with_the_real_models_leaks_nothing(qtbot: QtBot, make_window: MakeWindow):
    with MjpegServer(images=demo_images(60)) as server:
        window = make_window(real_engine())
        shown, grown_mib = watch(qtbot, window, server.url, 60.0)
        assert window.view.result is not None
        assert window.view.result.readings
        window.close()
    assert shown > 60 * 15
    assert grown_mib < 15
