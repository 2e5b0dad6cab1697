"""Python's search for circles of objects that nobody uses, on the window's thread alone."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from PySide6.QtCore import QTimer

_EVERY_MS: Final = 1000


@contextmanager
def collected_here() -> Iterator[None]:
    """Within it, Python looks for such circles once a second, where it would have looked in between, on this thread.

    Otherwise whichever thread happens to allocate does so, and destroys what it finds; a timer or widget of Qt's that
    another thread than its own destroys ends the process. What there is already is looked at no more, so that each
    search is short. It needs an application and its loop.
    """
    gc.freeze()
    gc.disable()
    timer = QTimer(interval=_EVERY_MS)
    timer.timeout.connect(_collect)
    timer.start()
    try:
        yield
    finally:
        timer.stop()
        gc.enable()
        gc.unfreeze()


def _collect() -> None:
    """Look at the oldest generation that is due, and with it at all younger ones, as Python does by itself."""
    counts = zip(gc.get_count(), gc.get_threshold(), strict=True)
    due = [generation for generation, (count, limit) in enumerate(counts) if count > limit]
    if due:
        gc.collect(due[-1])
