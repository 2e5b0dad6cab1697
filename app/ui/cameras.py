"""Finding the cameras without waiting for them, without Qt."""

import threading
from collections.abc import Callable, Sequence

from app.capture.devices import Camera


class CameraFinder:
    """Looks for cameras in a thread of its own: a driver may take seconds to answer.

    Args:
        list_cameras: finds them; called on that thread.
    """

    def __init__(self, list_cameras: Callable[[], Sequence[Camera]]) -> None:
        self._list_cameras = list_cameras
        self._thread: threading.Thread | None = None
        self._found: Sequence[Camera] = ()

    @property
    def busy(self) -> bool:
        """Whether it is still looking."""
        return self._thread is not None and self._thread.is_alive()

    @property
    def cameras(self) -> Sequence[Camera]:
        """The cameras that were found last."""
        return self._found

    def refresh(self) -> None:
        """Look again, unless it is looking already; returns at once."""
        if not self.busy:
            self._thread = threading.Thread(target=self._look, name="mien-cameras", daemon=True)
            self._thread.start()

    def _look(self) -> None:
        self._found = self._list_cameras()
