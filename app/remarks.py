"""Lines for the user about what did not come about, or changed by itself, while reading goes on."""

import contextlib
import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from app.types import Event

# Events of a reader that the user is told of, and how.
_TOLD: Final = {"calibration_failed": "not calibrated, {}", "provider_failed": "{}"}


class Remarks:
    """Those of one run.

    Attributes:
        newest: the line to tell; empty where there is none.
    """

    def __init__(self) -> None:
        self.newest = ""
        self._unread = 0

    def take(self, events: Sequence[Event]) -> None:
        """Look for what is to be told among a reader's events."""
        for event in events:
            if event.name in _TOLD:
                self.newest = _TOLD[event.name].format(event.note)

    def not_read(self, message: str) -> None:
        """Tell of a part of the source that is not read, and of how many before it: one line takes another's place."""
        self.newest = f"{message} (and {self._unread} before it)" if self._unread else message
        self._unread += 1


@contextlib.contextmanager
def listening(tell: Callable[[str], None]) -> Iterator[None]:
    """Tell what Mien's rooms warn of on this thread: a damaged file, an image that was skipped."""
    thread = threading.get_ident()

    class Told(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.thread == thread:
                tell(record.getMessage())

    handler = Told(logging.WARNING)
    logger = logging.getLogger("app")
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)
