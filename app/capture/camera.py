"""A camera of this machine."""

import logging
import os
import time
from collections.abc import Callable

from app.capture.devices import CAMERA_BACKEND, Camera
from app.capture.handle import Handle
from app.capture.source import SourceKind
from app.capture.stamp import Stamp
from app.cv import cv2
from app.types import Frame, SourceError

_log = logging.getLogger(__name__)


class CameraSource:
    """Frames of a camera, live.

    Attributes:
        name: the camera's name.
        kind: ``camera``.
        live: True.
        stills: False.
        fps: what the camera granted, or None where it does not tell.
        size: width and height in pixels that the camera granted.
        identity: finds the same camera again after it was lost.
    """

    kind: SourceKind = "camera"
    live = True
    stills = False

    def __init__(
        self,
        camera: Camera,
        *,
        width: int = 1280,
        height: int = 720,
        fps: float = 30.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Open the camera and ask for a size in pixels and a rate; what it grants is in ``size`` and ``fps``.

        Raises:
            SourceError: it cannot be opened: another program has it, or the user may not.
        """
        self.name = camera.name
        self.identity = camera.identity
        self._path = camera.path if camera.path.startswith("/dev/") else ""
        self._stamp = Stamp(clock)
        self._label = f"camera {camera.index} ({camera.name})"
        if self._path and os.access(self._path, os.F_OK) and not os.access(self._path, os.R_OK | os.W_OK):
            raise SourceError(
                f"{self._label}: no permission to use {self._path}; add yourself to the group that owns it"
            )
        self._handle = Handle(camera.index, CAMERA_BACKEND)
        if not self._handle.opened:
            raise SourceError(f"{self._label} cannot be opened: close the program that uses it, or reconnect it")
        # MJPG first: uncompressed, USB 2 carries 720p at 10 frames/s, and V4L2 drivers fit size and rate to the format.
        self._handle.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
        self._handle.set(cv2.CAP_PROP_FRAME_WIDTH, width)
        self._handle.set(cv2.CAP_PROP_FRAME_HEIGHT, height)
        self._handle.set(cv2.CAP_PROP_FPS, fps)
        granted = self._handle.get(cv2.CAP_PROP_FPS)
        self.fps = granted if granted > 0 else None
        self.size = (
            int(self._handle.get(cv2.CAP_PROP_FRAME_WIDTH)),
            int(self._handle.get(cv2.CAP_PROP_FRAME_HEIGHT)),
        )
        _log.info("%s: %dx%d at %s frames/s", self._label, *self.size, self.fps)

    def read(self) -> Frame | None:
        """Wait for the next frame; None once closed.

        Raises:
            SourceError: the camera was unplugged, or sends nothing.
        """
        image = self._handle.read()
        if self._handle.closed:
            return None
        # Some drivers go on repeating the last frame of a camera that is gone; its device node is gone at once.
        if image is None or (self._path and not os.access(self._path, os.F_OK)):
            raise SourceError(f"{self._label} is lost: it sends no more frames; check its cable")
        return self._stamp.frame(image)

    def close(self) -> None:
        """Give the camera back."""
        self._handle.close()
