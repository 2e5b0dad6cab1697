"""A camera or a player on the network."""

import time
from collections.abc import Callable
from typing import Final

from app.addresses import without_secrets
from app.capture.handle import Handle
from app.capture.source import SourceKind
from app.capture.stamp import Stamp
from app.cv import cv2
from app.types import Frame, SourceError

SCHEMES: Final = ("http", "https", "rtsp", "rtsps")


class StreamSource:
    """Frames of an http(s) or rtsp stream, live.

    Attributes:
        name: the URL without user, password and query.
        kind: ``stream``.
        identity: empty: the URL is all there is.
        live: True.
        stills: False.
        fps: None: what FFmpeg tells of live streams is a guess.
    """

    kind: SourceKind = "stream"
    identity = ""
    live = True
    stills = False
    fps: float | None = None

    def __init__(self, url: str, *, timeout_ms: int = 5000, clock: Callable[[], float] = time.monotonic) -> None:
        """Connect.

        Args:
            url: of one of ``SCHEMES``.
            timeout_ms: how long connecting, and each frame, may take.
            clock: seconds, monotonic.

        Raises:
            SourceError: nobody answers there, or not with video.
        """
        self.name = without_secrets(url)
        self._timeout_ms = timeout_ms
        self._clock = clock
        timeouts = (cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, timeout_ms, cv2.CAP_PROP_READ_TIMEOUT_MSEC, timeout_ms)
        start_s = clock()
        self._handle = Handle(url, cv2.CAP_FFMPEG, timeouts)
        if not self._handle.opened:
            if self._ran_out(start_s):
                raise SourceError(f"{self.name}: no video within {timeout_ms / 1000:g} s; check the address")
            raise SourceError(f"{self.name}: no video there; check the address, the password, and that it is on")
        self._stamp = Stamp(clock)

    def read(self) -> Frame | None:
        """Wait for the next frame; None once closed.

        Raises:
            SourceError: the stream stalls, or ended.
        """
        start_s = self._clock()
        image = self._handle.read()
        if self._handle.closed:
            return None
        if image is None:
            if self._ran_out(start_s):
                raise SourceError(f"{self.name}: the stream stalled: no frame for {self._timeout_ms / 1000:g} s")
            if not self._stamp.count:
                raise SourceError(f"{self.name}: what it sends is no video that can be read; check the address")
            raise SourceError(f"{self.name}: the stream ended after {self._stamp.count} frames; start it again there")
        return self._stamp.frame(image)

    def close(self) -> None:
        """Disconnect; a read under way ends within the timeout."""
        self._handle.close()

    def _ran_out(self, start_s: float) -> bool:
        """Whether the timeout has passed since then, rather than FFmpeg giving up at once."""
        return self._clock() - start_s > 0.9 * self._timeout_ms / 1000
