"""Explains faces on demand, on a thread of its own and with a network of its own: the live reading is not held up."""

import threading
from collections.abc import Callable
from typing import Final

from app.types import Crop, MienError
from app.vision.explain import Classifier, Explanation, explain

_JOIN_S: Final = 2.0


class Explainer:
    """Takes one face at a time; of those asked for in the meantime only the newest is explained.

    All methods return at once, but for ``close``, and may be called from any one thread, the window's say.

    Args:
        make_classifier: loads the network; called on the explaining thread, for each face anew: it takes 6 ms, and the
            150 MB that so large a batch needs are free again afterwards.
    """

    def __init__(self, make_classifier: Callable[[], Classifier]) -> None:
        self._make_classifier = make_classifier
        self._condition = threading.Condition()
        self._asked: tuple[int, Crop] | None = None
        self._working = False
        self._closed = False
        self._latest: Explanation | None = None
        self._error = ""
        self._thread: threading.Thread | None = None

    @property
    def busy(self) -> bool:
        """Whether a face that was asked for is not explained yet."""
        with self._condition:
            return self._asked is not None or self._working

    @property
    def error(self) -> str:
        """Why the last face could not be explained, in one line; empty where it could."""
        with self._condition:
            return self._error

    def latest(self) -> Explanation | None:
        """Return the newest explanation; the same one until there is a newer."""
        with self._condition:
            return self._latest

    def ask(self, track: int, crop: Crop) -> None:
        """Explain this face next; nothing once closed."""
        with self._condition:
            if self._closed:
                return
            self._asked = (track, crop)
            self._error = ""
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="mien-explain", daemon=True)
                self._thread.start()
            self._condition.notify_all()

    def close(self, timeout_s: float = _JOIN_S) -> bool:
        """Finish the face in work, drop the next, and wait for the thread; return whether it ended in time."""
        with self._condition:
            self._closed = True
            self._asked = None
            thread = self._thread
            self._condition.notify_all()
        if thread is None:
            return True
        thread.join(timeout_s)
        return not thread.is_alive()

    def _run(self) -> None:
        """The thread; an error of our own is told to the user, reaches its excepthook, and the next face a new one."""
        try:
            while (asked := self._take()) is not None:
                self._explain(*asked)
        except Exception as error:
            with self._condition:
                self._error = f"an error in Mien: {error!r}"
                self._working = False
                self._asked = None
                self._thread = None
            raise

    def _take(self) -> tuple[int, Crop] | None:
        """Wait for a face; None once closed."""
        with self._condition:
            self._condition.wait_for(lambda: self._asked is not None or self._closed)
            asked, self._asked = self._asked, None
            self._working = asked is not None
            return asked

    def _explain(self, track: int, crop: Crop) -> None:
        found: Explanation | None = None
        trouble = ""
        try:
            found = explain(self._make_classifier(), track, crop)
        except MienError as error:
            trouble = str(error)
        with self._condition:
            self._working = False
            if found is not None:
                self._latest = found
            # a face asked for since then tells its own trouble
            self._error = "" if self._asked is not None else trouble
