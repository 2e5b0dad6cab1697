"""A ``cv2.VideoCapture`` that may be closed while another thread reads it."""

import threading
from collections.abc import Sequence

import numpy as np

from app.capture.names import check_name
from app.cv import cv2
from app.types import Image


class Handle:
    """An open device, file or stream.

    OpenCV lets go of the GIL in both and guards neither against the other: a ``VideoCapture`` must not be released
    during a read. Here ``close`` never waits for one: the reading thread releases the capture as it leaves.
    """

    def __init__(self, target: int | str, backend: int, parameters: Sequence[int] = ()) -> None:
        """Open the target.

        Args:
            target: a camera's index, a file's path or a URL.
            backend: one of OpenCV's ``CAP_*`` back ends, so that none can take over for another.
            parameters: pairs of ``CAP_PROP_*`` and value that must be known on opening.

        Raises:
            SourceError: the file's name is not valid UTF-8. What else cannot be opened is not ``opened``.
        """
        if isinstance(target, str):
            check_name(target)
        self._capture = cv2.VideoCapture(target, backend, parameters)
        self._in_use = threading.Lock()
        self._closed = False

    @property
    def opened(self) -> bool:
        """Whether there was something to open."""
        return self._capture.isOpened()

    @property
    def closed(self) -> bool:
        """Whether ``close`` was called."""
        return self._closed

    def get(self, prop: int) -> float:
        """The value of a ``CAP_PROP_*``; 0 where it is not known, or closed."""
        with self._in_use:
            return 0.0 if self._closed else self._capture.get(prop)

    def set(self, prop: int, value: float) -> None:
        """Ask for a value; ``get`` tells what was granted."""
        with self._in_use:
            if not self._closed:
                self._capture.set(prop, value)

    def read(self) -> Image | None:
        """The next image, uint8 (H, W, 3) BGR; None where there is none, or closed."""
        with self._in_use:
            image: Image | None = None
            if not self._closed:
                got, pixels = self._capture.read()
                if got:
                    image = np.asarray(pixels, np.uint8)
        if self._closed:
            self._release()
            return None
        return image

    def close(self) -> None:
        """Release the capture, now or when the read under way ends. From any thread, any number of times."""
        self._closed = True
        self._release()

    def _release(self) -> None:
        """Release the capture unless a thread is in it, which then does so itself."""
        if self._in_use.acquire(blocking=False):
            try:
                self._capture.release()
            finally:
                self._in_use.release()
