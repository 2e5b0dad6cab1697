"""What every reader of frames is."""

from collections.abc import Mapping
from typing import Protocol

from app.settings import Settings
from app.types import Floats, Frame, FrameResult


class FrameReader(Protocol):
    """Reads frames one at a time; used by one thread."""

    @property
    def provider(self) -> str:
        """Where the network runs."""

    @property
    def calibrated(self) -> Mapping[int, Floats]:
        """Track → shift (8,), nats, of the faces that are corrected by their own neutral look."""

    def process(self, frame: Frame, *, still: bool) -> FrameResult:
        """Read one frame; a ``still`` is an image by itself."""

    def configure(self, settings: Settings) -> None:
        """Read the next frame by these settings, as far as can be."""

    def calibrate(self, track: int, seconds: float) -> None:
        """Measure the neutral look of a face from the next frame on."""

    def clear_calibration(self, track: int) -> None:
        """Correct a face no more from the next frame on."""

    def close(self) -> None:
        """Free what it holds."""
