"""A camera on the network, for tests: an HTTP server on loopback that sends motion JPEG and can stall or hang up."""

import base64
import itertools
import threading
import time
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

import numpy as np

from app.cv import cv2
from app.types import Image

_BOUNDARY = "frame"


def moving_square(width: int, height: int, count: int) -> list[Image]:
    """Images (height, width, 3) of a bright square that crosses a grey gradient once in ``count`` frames."""
    side = height // 4
    ramp = np.linspace(40, 160, width, dtype=np.uint8)
    images = []
    for index in range(count):
        image = np.repeat(np.tile(ramp, (height, 1))[:, :, None], 3, axis=2)
        left = (width - side) * index // count
        image[side : 2 * side, left : left + side] = (60, 200, 250)
        images.append(image)
    return images


class MjpegServer:
    """Serves ``multipart/x-mixed-replace`` at ``url`` while it is entered, to any number of clients.

    Attributes:
        clients: how many are being served.

    Args:
        fps: frames a second.
        size: width and height in pixels of the default images.
        stall_after: go silent after this many frames, the connection left open.
        close_after: hang up after this many frames.
        password: ask for it (HTTP basic authentication, user ``mien``).
        port: where to listen; 0 for any free port.
        images: what to send, over and over; a moving square by default.
    """

    def __init__(
        self,
        *,
        fps: float = 30.0,
        size: tuple[int, int] = (1280, 720),
        stall_after: int | None = None,
        close_after: int | None = None,
        password: str | None = None,
        port: int = 0,
        images: Sequence[Image] | None = None,
    ) -> None:
        """Encode the images; nothing listens yet."""
        self.fps = fps
        self.stall_after = stall_after
        self.close_after = close_after
        self.authorization = password and "Basic " + base64.b64encode(f"mien:{password}".encode()).decode()
        self.jpegs = [cv2.imencode(".jpg", image)[1].tobytes() for image in images or moving_square(*size, count=30)]
        self.stopping = threading.Event()
        self.clients = 0
        self._http = ThreadingHTTPServer(("127.0.0.1", port), self._handler(), bind_and_activate=False)
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), name="mjpeg-server")

    @property
    def port(self) -> int:
        """The port on loopback, known once entered."""
        return int(self._http.server_address[1])

    @property
    def url(self) -> str:
        """The stream's address, known once entered."""
        return f"http://127.0.0.1:{self.port}/video.mjpg"

    def __enter__(self) -> Self:
        """Listen on a free port."""
        self._http.server_bind()
        self._http.server_activate()
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Hang up on everyone and wait for the threads."""
        self.hang_up()

    def hang_up(self) -> None:
        """Hang up on everyone and let nobody in any more; a second time does nothing."""
        if self.stopping.is_set():
            return
        self.stopping.set()
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        """The handler class of this server: one instance, in a thread of its own, a client."""
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if server.authorization and self.headers["Authorization"] != server.authorization:
                    self.send_response(401)
                    self.send_header("WWW-Authenticate", 'Basic realm="camera"')
                    self.end_headers()
                    return
                self.send_response(200)
                self.send_header("Content-Type", f"multipart/x-mixed-replace; boundary={_BOUNDARY}")
                self.end_headers()
                server.clients += 1
                try:
                    self._send_frames()
                except (BrokenPipeError, ConnectionResetError):
                    self.close_connection = True
                finally:
                    server.clients -= 1

            def _send_frames(self) -> None:
                start_s = time.monotonic()
                for index in itertools.count():
                    if index == server.close_after:
                        return
                    if index == server.stall_after:
                        server.stopping.wait()
                    if server.stopping.wait(max(0.0, start_s + index / server.fps - time.monotonic())):
                        return
                    jpeg = server.jpegs[index % len(server.jpegs)]
                    head = f"--{_BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n"
                    self.wfile.write(head.encode() + jpeg + b"\r\n")

            def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
                """Keep the test's output clean."""

        return Handler
