"""PublicTest faces made small, dark, bright and blurred, and what the app's own code measures and reads of them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from app.cv import cv2
from app.resources import weights_dir
from app.types import CROP_PX, Crop, Image
from app.vision.classifier import EmotionClassifier
from app.vision.crop import crop_face
from app.vision.detector import FaceDetector
from app.vision.geometry import iou
from app.vision.quality import OK, QualityLimits, assess, sharpness, turn
from tools.end_to_end import paste

# Side of a FER-2013 frame in pixels of the camera's: a face somewhat over a metre away, at 720p. The box is 0.86 of it.
SIZE_PX: Final = 96
_SIZES_PX: Final = (16, 18, 20, 24, 28, 32, 40, 48)
_DARK: Final = (0.35, 0.25, 0.18, 0.12, 0.08, 0.05)
_BRIGHT: Final = (1.3, 1.6, 2.0, 2.5, 3.0)
_BLURS_PX: Final = (0.5, 0.75, 1.0, 1.5, 2.0)
# Variance of a camera's noise, read out and with the light (Foi et al. 2008): sd 2 grey levels in the dark, 3 at 128.
_READ_NOISE, _SHOT_NOISE = 4.0, 0.04
# A frame around a face, about what the search for small ones looks at.
_FRAME_PER_FACE: Final = 3
_MIN_IOU: Final = 0.3
_BATCH: Final = 64

Array = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int64]
Degrade = Callable[[Image, np.random.Generator], Image]


@dataclass(frozen=True, slots=True)
class Sample:
    """What the app measures and reads of N faces, each (N,), NaN where it detects none.

    Attributes:
        side: shorter side of the box, pixels.
        brightness: mean of the crop.
        sharpness: as ``quality.sharpness``.
        turn: as ``quality.turn``.
        ok: 1 where the app's default limits let the face pass.
        confidence: the largest probability.
        right: 1 where its label is the true one.
    """

    side: Array
    brightness: Array
    sharpness: Array
    turn: Array
    ok: Array
    confidence: Array
    right: Array

    @property
    def detected(self) -> npt.NDArray[np.bool_]:
        """Which faces were found (N,)."""
        return ~np.isnan(self.right)

    def part(self, chosen: npt.NDArray[Any]) -> "Sample":
        """The faces of an index array."""
        return Sample(*(getattr(self, field.name)[chosen] for field in fields(self)))


class Reader:
    """The app's detector, crop, quality gate and network, over many small frames."""

    def __init__(self) -> None:
        self._detector = FaceDetector(weights_dir() / "face_detector.onnx")
        self._classifier = EmotionClassifier(weights_dir() / "emotion.onnx", "cpu")

    def close(self) -> None:
        """Free the detector."""
        self._detector.close()

    def answers(self, crops: list[Crop]) -> tuple[Array, Labels]:
        """The network's confidence (N,) and label (N,)."""
        batches = [crops[start : start + _BATCH] for start in range(0, len(crops), _BATCH)]
        found = np.concatenate([self._classifier.classify(batch).probabilities for batch in batches])
        return found.max(1).astype(np.float64), found.argmax(1)

    def read(self, faces: Iterable[Image], labels: Labels, size_px: int, degrade: Degrade) -> Sample:
        """Paste each of the faces (48, 48) at ``size_px`` into a frame, degrade the frame, and read it."""
        rng = np.random.default_rng(1)
        limits = QualityLimits()
        measured = np.full((len(labels), len(fields(Sample))), np.nan)
        crops: list[Crop] = []
        for row, pixels in zip(measured, faces, strict=True):
            image, place = paste(pixels, size_px, rng, _FRAME_PER_FACE * size_px, _FRAME_PER_FACE * size_px)
            image = degrade(image, rng)
            face = max(self._detector.detect(image), key=lambda found: iou(found.box, place), default=None)
            if face is not None and iou(face.box, place) >= _MIN_IOU:
                crop = crop_face(image, face)
                crops.append(crop)
                side = min(face.box.width, face.box.height)
                ok = assess(face, crop, limits) == OK
                row[:5] = side, crop.pixels.mean(), sharpness(crop), turn(face), ok
        found = ~np.isnan(measured[:, 0])
        if found.any():
            measured[found, 5], answers = self.answers(crops)
            measured[found, 6] = answers == labels[found]
        return Sample(*measured.T)


def unchanged(image: Image, _rng: np.random.Generator) -> Image:
    """As it is."""
    return image


def darkened(gain: float) -> Degrade:
    """Less light: the frame times ``gain`` below 1, with a camera's noise."""

    def degrade(image: Image, rng: np.random.Generator) -> Image:
        light = image.astype(np.float32) * gain
        noise = rng.standard_normal(image.shape, np.float32) * np.sqrt(_READ_NOISE + _SHOT_NOISE * light)
        return np.asarray(np.clip(np.rint(light + noise), 0, 255), np.uint8)

    return degrade


def brightened(gain: float) -> Degrade:
    """Too much light: the frame times ``gain`` above 1, clipped."""

    def degrade(image: Image, _rng: np.random.Generator) -> Image:
        return np.asarray(np.clip(image.astype(np.float32) * gain, 0, 255), np.uint8)

    return degrade


def blurred(sigma_px: float) -> Degrade:
    """Out of focus: a Gaussian of so many pixels of the crop, in frames with a face of ``SIZE_PX``."""
    sigma = sigma_px * SIZE_PX / CROP_PX

    def degrade(image: Image, _rng: np.random.Generator) -> Image:
        return np.asarray(cv2.GaussianBlur(image, (0, 0), sigma), np.uint8)

    return degrade


@dataclass(frozen=True, slots=True)
class Step:
    """One level of a degradation, the side of the face that is pasted, and what is done to the frame."""

    level: float
    size_px: int
    degrade: Degrade


@dataclass(frozen=True, slots=True)
class Series:
    """One way to make faces worse, mildest first.

    Attributes:
        name: the reason that the app gives.
        measure: the attribute of ``Sample`` that has a limit.
        level: what a level is, to read.
        sign: 1 where more of it is worse, -1 where less is.
        default: the app's limit.
        steps: the levels.
    """

    name: str
    measure: str
    level: str
    sign: int
    default: float
    steps: tuple[Step, ...]


def all_series() -> tuple[Series, ...]:
    """Every way to make faces worse that has levels."""
    limits = QualityLimits()
    small = tuple(Step(size, size, unchanged) for size in reversed(_SIZES_PX))
    dark = tuple(Step(gain, SIZE_PX, darkened(gain)) for gain in _DARK)
    bright = tuple(Step(gain, SIZE_PX, brightened(gain)) for gain in _BRIGHT)
    soft = tuple(Step(sigma, SIZE_PX, blurred(sigma)) for sigma in _BLURS_PX)
    return (
        Series("small", "side", "face, px", -1, limits.min_side_px, small),
        Series("dark", "brightness", "light ×", -1, limits.min_brightness, dark),
        Series("bright", "brightness", "light ×", 1, limits.max_brightness, bright),
        Series("blurred", "sharpness", "σ, px of the crop", -1, limits.min_sharpness, soft),
    )
