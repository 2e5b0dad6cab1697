"""Streaming out: what was read goes to other programs while it is read. Off unless asked for."""

from typing import Final, Protocol

from app.types import FrameResult, MienError

LOOPBACK: Final = "127.0.0.1"
DEFAULT_PORT: Final = 8765


class Publisher(Protocol):
    """Takes results while they come. No method waits for a client: what cannot be sent at once is dropped."""

    def publish(self, result: FrameResult) -> None:
        """Publish one frame; for the thread that reads frames."""

    def marker(self, t_s: float, note: str) -> None:
        """Publish a marker; for any thread.

        Args:
            t_s: the moment, seconds of the source's time.
            note: what for, a line; may be empty.
        """

    def close(self) -> None:
        """End, and free what is held, within a few seconds; a second time does nothing."""


def make_publishers(lsl: bool, websocket: tuple[str, int] | None) -> list[Publisher]:
    """Return the publishers that the user asked for, running.

    Args:
        lsl: publish over the Lab Streaming Layer.
        websocket: host and port to serve JSON lines at; None serves none.

    Raises:
        MienError: one of them cannot be had; none is left running.
    """
    made: list[Publisher] = []
    try:
        if websocket is not None:
            from app.session.publish.websocket import WebSocketPublisher

            made.append(WebSocketPublisher(*websocket))
        if lsl:
            from app.session.publish.lsl import LslPublisher

            made.append(LslPublisher())
    except MienError:
        for publisher in made:
            publisher.close()
        raise
    return made


def websocket_address(text: str) -> tuple[str, int]:
    """Return host and port of ``PORT`` or ``HOST:PORT``; IPv6 as ``[::1]:PORT``. Without a host it is the loopback.

    Raises:
        MienError: it is neither.
    """
    host, colon, port = text.rpartition(":")
    host = host.removeprefix("[").removesuffix("]") if colon else LOOPBACK
    if not (host and port.isascii() and port.isdigit() and len(port) <= 5 and 0 < int(port) < 65536):
        raise MienError(
            f"--websocket {text}: neither a port nor HOST:PORT; give one from 1 to 65535, as {DEFAULT_PORT}"
        )
    return host, int(port)
