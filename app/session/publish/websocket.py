"""Publishing as JSON lines over a WebSocket (RFC 6455)."""

import asyncio
import contextlib
import errno
import json
import logging
import re
import socket
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.protocol import State

from app.output import complain
from app.session.publish.clock import SourceClock
from app.session.publish.outbox import MessageQueue
from app.types import EMOTIONS, FrameResult, MienError, Reading

MAX_CLIENTS: Final = 16
# with those that have not shaken hands yet: each takes a file descriptor, of which the recording wants some
MAX_CONNECTIONS: Final = 2 * MAX_CLIENTS
STALLED_S: Final = 5.0
_PING_S: Final = 5.0
_PONG_S: Final = 10.0
_OPEN_S: Final = 2.0
# the program ends within two seconds: what waits is sent, then the connections are closed
_FLUSH_S: Final = 0.5
_CLOSE_S: Final = 0.5
_JOIN_S: Final = 1.5
# What the system holds for a client that does not read: little, so that one that falls behind gets what is new.
_SEND_BUFFER_BYTES: Final = 64 * 1024
# A web page always sends its origin, and any page may open a WebSocket to this machine: only this machine's may read
# faces. "null", as sandboxed pages say, is not one of them. Other programs send none.
_LOOPBACK_ORIGIN: Final = re.compile(r"https?://(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?")


class _Client:
    """One client and what waits for it; for the server's thread alone."""

    def __init__(self, connection: ServerConnection) -> None:
        self.connection = connection
        self.queue: MessageQueue[str] = MessageQueue()
        self.waiting = asyncio.Event()


class _Complaints(logging.Handler):
    """Tells what the libraries log as wrong: a line, once, and no traceback."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._told: set[str] = set()

    def emit(self, record: logging.LogRecord) -> None:
        """Tell a record of websockets."""
        self._tell(record.getMessage(), record.exc_info[1] if record.exc_info else None)

    def failed(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Tell an error that asyncio has caught."""
        self._tell(context["message"], context.get("exception"))

    def _tell(self, message: str, error: BaseException | None) -> None:
        line = f"--websocket: {message}" if error is None else f"--websocket: {message} ({error!r})"
        if line not in self._told:
            self._told.add(line)
            complain(line)


class WebSocketPublisher:
    """Serves the results to WebSocket clients, from a thread of its own.

    Each client has a bounded queue, which drops what is oldest. One that takes nothing for ``STALLED_S``, or lags by
    more than the 10 s in which a ping is to be answered, is dropped. What clients say is ignored. Connections above
    ``MAX_CONNECTIONS`` are cut as they come, and those that do not shake hands within 2 s.

    Args:
        host: the address to listen at.
        port: the port; 0 takes a free one.

    Attributes:
        address: host and port that it listens at.

    Raises:
        MienError: it cannot listen there.
    """

    def __init__(self, host: str, port: int) -> None:
        listening = _listen(host, port)
        self.address: tuple[str, int] = listening.getsockname()[:2]
        self._clock = SourceClock(time.time)
        self._lock = threading.Lock()  # of what the publishing threads share with the server's
        # What makes a message: the thread that reads frames has no time to write JSON.
        self._inbox: MessageQueue[Callable[[], dict[str, Any]]] = MessageQueue()
        self._running = True
        self._clients: set[_Client] = set()
        self._held: set[ServerConnection] = set()  # clients, and those that have not shaken hands
        self._stop = asyncio.Event()
        self._runner = asyncio.Runner(loop_factory=asyncio.new_event_loop)
        self._loop = self._runner.get_loop()
        self._thread = threading.Thread(target=self._run, args=(listening,), name="mien-websocket", daemon=True)
        self._thread.start()

    def publish(self, result: FrameResult) -> None:
        """Send one frame to every client; see ``Publisher``."""
        utc_s = self._clock.frame(result.frame.t_s, sum(result.timings_ms.values()) / 1000)
        if self._clients:
            # without its frame, whose image is large
            self._post(partial(_frame, result.frame.index, result.frame.t_s, utc_s, result.readings), keep=False)

    def marker(self, t_s: float, note: str) -> None:
        """Send a marker to every client; see ``Publisher``."""
        if self._clients:
            self._post(partial(_marker, t_s, self._clock.at(t_s), note), keep=True)

    def close(self) -> None:
        """Send what waits, close the connections and end the thread; see ``Publisher``."""
        with self._lock:
            running, self._running = self._running, False
            if running:
                self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(_JOIN_S)

    def _post(self, content: Callable[[], dict[str, Any]], *, keep: bool) -> None:
        with self._lock:
            if not self._running:
                return
            if not self._inbox:
                self._loop.call_soon_threadsafe(self._deliver)
            self._inbox.put(content, keep=keep)

    def _deliver(self) -> None:
        """From the publishing threads' queue into the clients'."""
        with self._lock:
            messages = [self._inbox.take() for _ in range(len(self._inbox))]
        for content, keep in messages:
            text = json.dumps(content(), ensure_ascii=False, separators=(",", ":"))
            for client in self._clients:
                client.queue.put(text, keep=keep)
                client.waiting.set()

    def _run(self, listening: socket.socket) -> None:
        try:
            with self._runner:
                self._runner.run(self._serve(listening))
        finally:
            with self._lock:
                self._running = False

    async def _serve(self, listening: socket.socket) -> None:
        complaints = _Complaints()
        asyncio.get_running_loop().set_exception_handler(complaints.failed)
        # of this server alone; the library's own would write tracebacks
        logger = logging.Logger("mien.websocket")
        logger.addHandler(complaints)
        async with serve(
            self._client,
            sock=listening,
            origins=[None, _LOOPBACK_ORIGIN],
            compression=None,
            open_timeout=_OPEN_S,
            ping_interval=_PING_S,
            ping_timeout=_PONG_S,
            close_timeout=_CLOSE_S,
            max_size=1024,
            logger=logger,
            create_connection=self._connection_class(),
            # so many are accepted at once, before any of them can be cut
            backlog=MAX_CLIENTS,
        ):
            await self._stop.wait()
            for connection in self._held:
                if connection.state is State.CONNECTING:
                    connection.transport.abort()  # the library would wait for the handshake
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_FLUSH_S):
                    while any(client.waiting.is_set() for client in self._clients):
                        await asyncio.sleep(0.005)
            for client in self._clients:
                if client.waiting.is_set():
                    client.connection.transport.abort()  # a closing frame would wait behind what it does not take

    def _connection_class(self) -> type[ServerConnection]:
        """Connections that are held from the moment they are accepted, or cut at once."""
        held, stop = self._held, self._stop

        class Connection(ServerConnection):
            def connection_made(self, transport: asyncio.BaseTransport) -> None:
                super().connection_made(transport)
                held.add(self)
                if stop.is_set() or len(held) > MAX_CONNECTIONS:
                    self.transport.abort()

            def connection_lost(self, exc: Exception | None) -> None:
                held.discard(self)
                super().connection_lost(exc)

        return Connection

    async def _client(self, connection: ServerConnection) -> None:
        if len(self._clients) >= MAX_CLIENTS:
            await connection.close(1013, "too many clients")
            return
        client = _Client(connection)
        self._clients.add(client)
        sending = asyncio.create_task(self._send(client))
        try:
            with contextlib.suppress(ConnectionClosed):
                async for _ in connection:
                    continue  # read, so that pings are answered and the end is seen
        finally:
            self._clients.discard(client)
            sending.cancel()
            await asyncio.wait([sending])

    @staticmethod
    async def _send(client: _Client) -> None:
        with contextlib.suppress(ConnectionClosed):
            while await client.waiting.wait():
                while client.queue:
                    try:
                        async with asyncio.timeout(STALLED_S):
                            await client.connection.send(client.queue.take()[0])
                    except TimeoutError:
                        client.connection.transport.abort()
                        return
                client.waiting.clear()


def _listen(host: str, port: int) -> socket.socket:
    """Listen at an address.

    Raises:
        MienError: that cannot be.
    """
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listening = socket.create_server((host, port), family=family)
    except (OSError, UnicodeError) as error:
        if isinstance(error, UnicodeError):
            reason, advice = "no name of a machine", "give an address of this machine"
        elif error.errno == errno.EADDRINUSE:
            reason, advice = "the port is in use", "give another port"
        elif error.errno == errno.EACCES:
            reason, advice = "the port may not be used", "give one from 1024 on"
        else:
            reason, advice = f"cannot listen there ({error.strerror or error})", "give an address of this machine"
        raise MienError(f"--websocket {host}:{port}: {reason}; {advice}") from error
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER_BYTES)
    return listening


def _frame(index: int, t_s: float, utc_s: float, readings: Sequence[Reading]) -> dict[str, Any]:
    return {"frame": index, **_moment(t_s, utc_s), "faces": [_face(reading) for reading in readings]}


def _marker(t_s: float, utc_s: float, note: str) -> dict[str, Any]:
    return {"event": "marker", **_moment(t_s, utc_s), "note": note}


def _moment(t_s: float, utc_s: float) -> dict[str, Any]:
    utc = datetime.fromtimestamp(utc_s, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {"t_s": round(t_s, 4), "utc": utc}


def _face(reading: Reading) -> dict[str, Any]:
    """A face as JSON has it, rounded as in ``readings.csv``."""
    box = reading.face.box
    sides = {"x": box.x, "y": box.y, "width": box.width, "height": box.height}
    return {
        "track": reading.track,
        "box": {name: round(float(value), 1) for name, value in sides.items()},
        "emotion": reading.emotion,
        "confidence": round(reading.confidence, 6),
        "probabilities": dict(zip(EMOTIONS, (round(p, 6) for p in reading.probabilities.tolist()), strict=True)),
        "quality": reading.quality,
    }
