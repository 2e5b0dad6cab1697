"""What every source of frames is."""

from typing import Literal, Protocol

from app.types import Frame

SourceKind = Literal["camera", "stream", "file", "stills", "demo"]


class Source(Protocol):
    """Frames, one after the other. Made open, and closed once; read by one thread."""

    @property
    def name(self) -> str:
        """What the user would call it: a camera's name, a file's name, a URL without its password, ``demo``."""

    @property
    def kind(self) -> SourceKind:
        """What it is: a camera of this machine, one on the network, a video, images, or the clip made on the fly."""

    @property
    def identity(self) -> str:
        """What finds the same camera again after it was lost; empty where there is no such thing."""

    @property
    def live(self) -> bool:
        """Whether it does not wait for its reader (cameras, streams, demo), so that only the newest frame counts."""

    @property
    def stills(self) -> bool:
        """Whether the frames are independent images, not moments of one scene."""

    @property
    def fps(self) -> float | None:
        """Frames a second; None for stills, and for live sources that do not know."""

    def read(self) -> Frame | None:
        """Wait for the next frame; None at the end of a file, and once closed.

        Raises:
            SourceError: the source was lost or stalls; the message says so in one line.
        """

    def close(self) -> None:
        """Release the device or file. May be called from another thread, and twice; it does not wait for a read."""
