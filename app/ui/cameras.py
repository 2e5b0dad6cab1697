"""Finding the cameras without waiting for them, without Qt."""

import threading
import time
from collections.abc import Callable, Sequence
from typing import Final

from app.capture.devices import Camera

LOOK_AGAIN_S: Final = 2.0


class CameraFinder:
    """Looks for cameras in a thread of its own: a driver may take seconds to answer.

    A list that is shown calls ``refresh`` as often as it likes, and shows ``cameras`` where they differ.

    Args:
        list_cameras: finds them; called on that thread.
        clock: seconds, monotonic.
    """

    def __init__(
        self, list_cameras: Callable[[], Sequence[Camera]], *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._list_cameras = list_cameras
        self._clock = clock
        self._thread: threading.Thread | None = None
        self._looked_s: float | None = None
        self._found: tuple[Camera, ...] = ()

    @property
    def busy(self) -> bool:
        """Whether it is looking."""
        return self._thread is not None and self._thread.is_alive()

    @property
    def cameras(self) -> Sequence[Camera]:
        """The cameras that were found last; none before the first look has ended."""
        return self._found

    def refresh(self) -> None:
        """Look again, unless it is looking, or has looked within the last two seconds; returns at once."""
        if self.busy or (self._looked_s is not None and self._clock() - self._looked_s < LOOK_AGAIN_S):
            return
        self._thread = threading.Thread(target=self._look, name="mien-cameras", daemon=True)
        self._thread.start()

    def _look(self) -> None:
        self._found = tuple(self._list_cameras())
        self._looked_s = self._clock()
