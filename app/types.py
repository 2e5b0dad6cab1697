"""The values that flow from capture to session and window: frozen, slotted, validated where they are made."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

EMOTIONS: Final = ("anger", "contempt", "disgust", "fear", "happiness", "neutral", "sadness", "surprise")
UNCERTAIN: Final = "uncertain"
CROP_PX: Final = 48

Image = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]


class MienError(Exception):
    """What the user gave cannot be used: one line that names it and says what to do. Exit status 2."""


class SourceError(MienError):
    """A source cannot be opened, or stopped giving frames."""


class ModelError(MienError):
    """A file of weights is missing, damaged or not what it should be."""


class RecordingError(MienError):
    """A session cannot be written, or not any more."""


class PictureError(RecordingError):
    """A picture is too large for a video."""


class FolderGoneError(RecordingError):
    """The folder that is recorded into is gone, moved or deleted."""


class SessionError(MienError):
    """A recorded session, or what is made of it, cannot be read or written."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One captured frame.

    Attributes:
        index: captured frames before this one, dropped ones included.
        t_s: seconds since the source's first frame: monotonic at the moment of capture for live sources, media time for
            files, 1 s an image for stills.
        image: uint8 (H, W, 3), BGR. Nobody writes to it.
    """

    index: int
    t_s: float
    image: Image

    def __post_init__(self) -> None:
        """Check shape and dtype.

        Raises:
            ValueError: the image is not uint8 (H, W, 3), or index or time are negative.
        """
        if self.image.ndim != 3 or self.image.shape[2] != 3 or self.image.dtype != np.uint8:
            raise ValueError(f"a frame is uint8 (H, W, 3), not {self.image.dtype} {self.image.shape}")
        if self.index < 0 or self.t_s < 0:
            raise ValueError(f"frame {self.index} at {self.t_s} s: neither may be negative")


@dataclass(frozen=True, slots=True)
class Box:
    """A bounding box in pixels of the captured frame; it may reach over the frame's edge."""

    x: float
    y: float
    width: float
    height: float

    def __post_init__(self) -> None:
        """Check that the box has an area.

        Raises:
            ValueError: width or height is not positive.
        """
        if not (self.width > 0 and self.height > 0):
            raise ValueError(f"a box has an area, not {self.width} x {self.height}")


@dataclass(frozen=True, slots=True)
class Face:
    """One detected face.

    Attributes:
        box: where it is.
        detection: the detector's score, 0 to 1.
        keypoints: float32 (6, 2), x and y in pixels of the captured frame, in MediaPipe's order: the eye on the image's
            left, the eye on its right, nose tip, mouth centre, the ear on the image's left, the ear on its right.
    """

    box: Box
    detection: float
    keypoints: Floats


@dataclass(frozen=True, slots=True)
class Crop:
    """A face framed as the network wants it.

    Attributes:
        pixels: uint8 (48, 48), grey, upright.
        to_frame: float32 (2, 3), the affine map from the crop's [-1, 1] coordinates to pixels of the captured frame.
    """

    pixels: Image
    to_frame: Floats


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read of one face in one frame.

    Attributes:
        track: the face's number, the same for as long as it is followed.
        face: the detection.
        crop: what the network was given.
        probabilities: float32 (8,), corrected where calibrated and smoothed over the track, in the order of
            ``EMOTIONS``, sum 1.
        raw: float32 (8,), the network's own of this frame alone, never corrected.
        theta: float32 (2, 3), the attended region as an affine map, in the crop's [-1, 1] coordinates.
        attended: uint8 (48, 48), the attended region as the network sampled it.
        emotion: one of ``EMOTIONS``, or ``UNCERTAIN``.
        quality: ``ok``, or reasons joined by ``;``.
        calibration: ``measuring`` while the face's neutral look is measured, ``applied`` once ``probabilities`` are
            corrected by it, else empty.
        calibrating_s: seconds still to look neutral while it is measured, else 0.
    """

    track: int
    face: Face
    crop: Crop
    probabilities: Floats
    raw: Floats
    theta: Floats
    attended: Image
    emotion: str
    quality: str = "ok"
    calibration: str = ""
    calibrating_s: float = 0.0

    @property
    def confidence(self) -> float:
        """The largest smoothed probability."""
        return float(self.probabilities.max())

    def attended_quad(self) -> Floats:
        """The corners (4, 2) of the attended region in pixels of the captured frame, clockwise from the top left."""
        corners = np.array([[-1, -1, 1], [1, -1, 1], [1, 1, 1], [-1, 1, 1]], np.float32)
        in_crop = np.c_[corners @ self.theta.T, np.ones(4, np.float32)]
        return np.asarray(in_crop @ self.crop.to_frame.T, np.float32)


@dataclass(frozen=True, slots=True)
class Event:
    """What happened at one moment, beside the readings.

    Attributes:
        t_s: seconds of the source's time, as a frame's.
        name: what it was, as ``events.csv`` calls it.
        note: the rest of it, in a line.
    """

    t_s: float
    name: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class FrameResult:
    """One processed frame.

    Attributes:
        frame: the frame.
        readings: one a face, empty where there is none.
        timings_ms: milliseconds a stage: ``detect``, ``crop``, ``classify``, ``track``.
        events: what counts from this frame on: calibrations and settings.
        suspected: boxes of what may be further faces and is not read: seen for the first time, or cut off.
    """

    frame: Frame
    readings: tuple[Reading, ...] = ()
    timings_ms: dict[str, float] = field(default_factory=dict)
    events: tuple[Event, ...] = ()
    suspected: tuple[Box, ...] = ()
