"""JSON lines over a WebSocket: real clients on loopback."""

import contextlib
import json
import socket
import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from app.session.publish import websocket
from app.session.publish.outbox import QUEUED
from app.session.publish.websocket import WebSocketPublisher
from app.types import EMOTIONS
from tests.engine_fakes import wait
from tests.publish_results import PROBABILITIES, result


@pytest.fixture
def publisher() -> Iterator[WebSocketPublisher]:
    publisher = WebSocketPublisher("127.0.0.1", 0)
    yield publisher
    publisher.close()


@contextlib.contextmanager
def _connected(publisher: WebSocketPublisher, **options: Any) -> Iterator[ClientConnection]:
    before = len(publisher._clients)
    with connect(_url(publisher), proxy=None, **options) as client:
        wait(lambda: len(publisher._clients) > before)
        yield client


def _url(publisher: WebSocketPublisher) -> str:
    host, port = publisher.address
    return f"ws://{host}:{port}"


def _received(client: ClientConnection) -> dict[str, Any]:
    message = client.recv(timeout=5)
    assert isinstance(message, str)
    assert "\n" not in message
    content: dict[str, Any] = json.loads(message)
    return content


def test_a_client_receives_every_frame_and_marker_in_order(publisher: WebSocketPublisher) -> None:
    with _connected(publisher) as client:
        publisher.publish(result(0, 0.0))
        publisher.publish(result(3, 0.1, 1, 2, quality="small;dark"))
        publisher.marker(0.1, "stimulus ä")
        empty, faces, marker = (_received(client) for _ in range(3))
    assert (empty["frame"], empty["t_s"], empty["faces"]) == (0, 0.0, [])
    assert (faces["frame"], faces["t_s"]) == (3, 0.1)
    assert [face["track"] for face in faces["faces"]] == [1, 2]
    face = faces["faces"][0]
    assert face["box"] == {"x": 10.2, "y": 20.0, "width": 30.0, "height": 40.0}
    assert (face["emotion"], face["confidence"], face["quality"]) == ("happiness", 0.4, "small;dark")
    assert list(face["probabilities"]) == list(EMOTIONS)
    assert list(face["probabilities"].values()) == pytest.approx(PROBABILITIES.tolist(), abs=1e-6)
    assert (marker["event"], marker["t_s"], marker["note"]) == ("marker", 0.1, "stimulus ä")
    assert marker["utc"] == faces["utc"]
    assert faces["utc"].endswith("Z")


def test_what_was_published_before_the_end_still_arrives(publisher: WebSocketPublisher) -> None:
    with _connected(publisher) as client:
        for index in range(50):
            publisher.publish(result(index, index / 30, 1))
        publisher.close()
        assert [_received(client)["frame"] for _ in range(50)] == list(range(50))
        with pytest.raises(ConnectionClosed):
            client.recv(timeout=5)
    publisher.publish(result(50, 2.0, 1))
    publisher.close()


def test_a_client_that_never_reads_slows_nobody_and_is_dropped(
    publisher: WebSocketPublisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    # long enough for the client that reads, also where the machine is slow
    monkeypatch.setattr(websocket, "STALLED_S", 2.0)
    with _silent(publisher) as silent, _connected(publisher) as reading:
        took_s = []
        for index in range(2000):
            before = time.perf_counter()
            publisher.publish(result(index, index / 30, 1, 2, 3, 4))
            took_s.append(time.perf_counter() - before)
            if index % 50 == 0:
                assert all(len(client.queue) <= QUEUED for client in publisher._clients)
                assert len(publisher._inbox) <= QUEUED
                time.sleep(0.002)
        assert statistics.median(took_s) < 0.0002
        while _received(reading)["frame"] != 1999:
            continue
        wait(lambda: len(publisher._clients) == 1)
        publisher.publish(result(2000, 70.0))
        assert _received(reading)["frame"] == 2000
        assert silent.fileno() >= 0


def _silent(publisher: WebSocketPublisher) -> socket.socket:
    """A client that shakes hands and then reads nothing."""
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.connect(publisher.address)
    client.sendall(
        b"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    wait(lambda: len(publisher._clients) == 1)
    return client


def test_a_stalled_client_does_not_hold_up_the_end(publisher: WebSocketPublisher) -> None:
    with _silent(publisher):
        for index in range(500):
            publisher.publish(result(index, index / 30, 1, 2, 3, 4))
            time.sleep(0.0005)
        before = time.monotonic()
        publisher.close()
        assert time.monotonic() - before < 4
        assert not publisher._thread.is_alive()


def test_a_connection_without_a_handshake_does_not_hold_up_the_end(publisher: WebSocketPublisher) -> None:
    with socket.create_connection(publisher.address) as silent, socket.create_connection(publisher.address) as half:
        half.sendall(b"GET / HTTP/1.1\r\nHost: local")
        wait(lambda: len(publisher._held) == 2, 30)
        # never by the handshake's own time, which is longer than the end may take
        assert websocket._JOIN_S < websocket._OPEN_S
        publisher.close()
        assert not publisher._thread.is_alive()
        for connection in (silent, half):
            connection.settimeout(30)
            assert _cut(connection)


def test_the_end_is_waited_for_no_longer_than_the_program_s_two_seconds() -> None:
    assert websocket._FLUSH_S + websocket._CLOSE_S < websocket._JOIN_S < 2


def test_connections_that_never_shake_hands_are_bounded_and_take_no_descriptors_from_the_recording(
    publisher: WebSocketPublisher, capfd: pytest.CaptureFixture[str]
) -> None:
    before = _descriptors()
    with _connected(publisher) as client, contextlib.ExitStack() as opened:
        for here in range(1, 301):
            opened.enter_context(socket.create_connection(publisher.address, timeout=30))
            # the client has two, one at each end
            assert _descriptors() - before - 2 - here < 3 * websocket.MAX_CONNECTIONS
            assert len(publisher._held) <= websocket.MAX_CONNECTIONS + websocket.MAX_CLIENTS
        wait(lambda: len(publisher._held) <= websocket.MAX_CONNECTIONS, 30)
        publisher.publish(result(0, 0.0))
        assert _received(client)["frame"] == 0
        opened.close()
        wait(lambda: len(publisher._held) == 1, 30)
        with _connected(publisher):
            pass
    assert capfd.readouterr().err == ""


def test_who_does_not_shake_hands_in_time_is_cut(
    publisher: WebSocketPublisher, capfd: pytest.CaptureFixture[str]
) -> None:
    with socket.create_connection(publisher.address, timeout=8) as silent:
        assert _cut(silent)
    assert capfd.readouterr().err == ""


def test_what_the_libraries_log_is_a_line_once_and_no_traceback(
    publisher: WebSocketPublisher, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def broken() -> None:
        raise OSError(24, "Too many open files")

    for _ in range(3):
        publisher._loop.call_soon_threadsafe(broken)
    # an error of our own, which websockets catches
    monkeypatch.setattr(publisher, "_clients", None)
    with connect(_url(publisher), proxy=None) as client, pytest.raises(ConnectionClosed):
        client.recv(timeout=30)
    monkeypatch.undo()
    publisher.close()
    first, second = capfd.readouterr().err.splitlines()
    assert first.startswith("mien: --websocket: Exception in callback")
    assert first.endswith("(OSError(24, 'Too many open files'))")
    assert second.startswith("mien: --websocket: connection handler failed (TypeError(")


def _cut(connection: socket.socket) -> bool:
    """Whether the other side ends a connection within its time."""
    try:
        return connection.recv(1) == b""
    except ConnectionResetError:
        return True


def test_a_client_that_dies_is_forgotten_and_the_others_go_on(publisher: WebSocketPublisher) -> None:
    with _connected(publisher) as staying, _connected(publisher) as dying:
        dying.socket.shutdown(socket.SHUT_RDWR)
        wait(lambda: len(publisher._clients) == 1)
        publisher.publish(result(0, 0.0))
        assert _received(staying)["frame"] == 0


@pytest.mark.parametrize(
    "origin", ["https://example.com", "null", "http://localhost.example.com", "http://127.0.0.1@x.org"]
)
def test_a_web_page_from_elsewhere_is_refused(publisher: WebSocketPublisher, origin: str) -> None:
    with (
        pytest.raises(InvalidStatus) as caught,
        connect(_url(publisher), proxy=None, additional_headers={"Origin": origin}),
    ):
        pass
    assert caught.value.response.status_code == 403


@pytest.mark.parametrize("origin", ["http://localhost:8000", "http://127.0.0.1", "https://[::1]:8443"])
def test_a_web_page_of_this_machine_is_let_in(publisher: WebSocketPublisher, origin: str) -> None:
    with _connected(publisher, additional_headers={"Origin": origin}) as client:
        publisher.publish(result(0, 0.0))
        assert _received(client)["frame"] == 0


def test_one_client_too_many_is_turned_away(publisher: WebSocketPublisher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(websocket, "MAX_CLIENTS", 1)
    with _connected(publisher), connect(_url(publisher), proxy=None) as second:
        with pytest.raises(ConnectionClosed):
            second.recv(timeout=5)
        assert second.close_code == 1013


def test_what_clients_say_is_ignored_and_nonsense_is_silent(
    publisher: WebSocketPublisher, capfd: pytest.CaptureFixture[str]
) -> None:
    with socket.create_connection(publisher.address) as stranger:
        stranger.sendall(b"\x00\xff nonsense\r\n\r\n")
        stranger.recv(1024)
    with _connected(publisher) as client:
        for _ in range(100):
            client.send("stop")
        publisher.publish(result(0, 0.0))
        assert _received(client)["frame"] == 0
    assert capfd.readouterr().err == ""


def test_the_other_hosts_are_listened_at_only_when_asked_for() -> None:
    publisher = WebSocketPublisher("127.0.0.1", 0)
    assert publisher.address[0] == "127.0.0.1"
    publisher.close()
    wide = WebSocketPublisher("0.0.0.0", 0)
    assert wide.address[0] == "0.0.0.0"
    wide.close()


def test_the_port_and_every_descriptor_are_free_after_the_end() -> None:
    before = _descriptors()
    port = 0
    for _ in range(3):
        publisher = WebSocketPublisher("127.0.0.1", port)
        port = publisher.address[1]
        with _connected(publisher) as client:
            publisher.publish(result(0, 0.0))
            _received(client)
            publisher.close()
    assert _descriptors() == before


def _descriptors() -> int:
    own = Path("/proc/self/fd")
    if not own.is_dir():
        pytest.skip("no /proc here to count descriptors in")
    return len(list(own.iterdir()))
