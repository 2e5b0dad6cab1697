"""Circles of objects are looked for on the window's thread alone, and they are looked for."""

import gc
import threading
import weakref

from PySide6.QtCore import QObject, QTimer
from pytestqt.qtbot import QtBot

from app.ui.collector import collected_here


class Ring(QTimer):
    """Refers to itself, as widgets with callbacks do, and notes which thread destroys it."""

    def __init__(self, ended_by: list[int]) -> None:
        super().__init__()
        self.me = self
        weakref.finalize(self, lambda: ended_by.append(threading.get_ident()))


def test_a_timer_in_a_circle_is_destroyed_by_the_window_s_thread_though_another_allocates(qtbot: QtBot):
    ended_by: list[int] = []
    with collected_here():
        Ring(ended_by)
        kept: list[list[int]] = []
        # enough for Python to look three times over, if it looked in this thread
        worker = threading.Thread(target=lambda: kept.extend([number] for number in range(300_000)))
        worker.start()
        worker.join()
        assert ended_by == []
        qtbot.waitUntil(lambda: bool(ended_by), timeout=30_000)
    assert ended_by == [threading.get_ident()]


def test_afterwards_python_looks_by_itself_again(qtbot: QtBot):
    assert gc.isenabled()
    with collected_here():
        assert not gc.isenabled()
        assert gc.get_freeze_count() > 0
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0


def test_nothing_is_looked_at_where_nothing_is_due(qtbot: QtBot):
    searches: list[str] = []

    def note(phase: str, _info: dict[str, int]) -> None:
        searches.append(phase)

    with collected_here():
        gc.collect()
        gc.callbacks.append(note)
        waited = QObject()
        QTimer.singleShot(1500, waited, waited.deleteLater)
        with qtbot.waitSignal(waited.destroyed, timeout=5000):
            pass
        gc.callbacks.remove(note)
    assert searches == []
