"""One picture of a data set: where it is, what it shows, and how its face is framed like FER-2013's."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image, UnidentifiedImageError

from model.data import SIDE_PX, DataError, Pixels

Square = tuple[float, float, float]
"""Left, top and side, in pixels; it may reach beyond the picture."""

# Where FER-2013 has eyes and mouth, in parts of its side: medians over 1,453 faces of PublicTest, found by MediaPipe's
# short-range face detector (which gives both eyes and the mouth's middle).
FER_EYES: Final = (0.507, 0.397)
FER_MOUTH: Final = (0.506, 0.781)


@dataclass(frozen=True, slots=True)
class Framing:
    """What part of a picture is its face.

    Attributes:
        name: how it was found, for the record.
        side_px: the side that the (square) picture must have; None where pictures differ.
        square: what is cut out; None for the middle of the picture.
        central: without ``square``, the side of the middle square in parts of the picture's shorter side.
    """

    name: str
    side_px: int | None = None
    square: Square | None = None
    central: float = 1.0


@dataclass(frozen=True, slots=True)
class Sample:
    """One labelled picture; ``emotion`` is one of ``FERPLUS_LABELS``, ``subject`` a name that is unique in the set."""

    path: Path
    emotion: str
    subject: str
    framing: Framing


@dataclass(frozen=True, slots=True)
class Found:
    """What a folder holds: its labelled pictures, and how many sequences have no label."""

    samples: list[Sample]
    unlabelled: int = 0


@dataclass(frozen=True, slots=True)
class Source:
    """A data set.

    Attributes:
        name: what ``--dataset`` calls it.
        title: what people call it.
        layout: the files that ``find`` needs, in words, for errors.
        find: from a folder to its pictures; raises DataError where the layout is another.
        sizes: pictures to train, validate and test on, of the complete set.
        split_by: ``subject`` or ``paper``, where the user names neither.
    """

    name: str
    title: str
    layout: str
    find: Callable[[Path], Found]
    sizes: tuple[int, int, int]
    split_by: str


def entries(folder: Path, hint: str) -> list[Path]:
    """Return what ``folder`` holds, sorted, without hidden files.

    Raises:
        DataError: it cannot be listed; the message ends with ``hint``.
    """
    try:
        return sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    except OSError as error:
        raise DataError(f"{folder}: {error.strerror or error}; {hint}") from error


def folders(folder: Path, hint: str) -> list[Path]:
    """Return the folders in ``folder``; errors as ``entries``."""
    return [path for path in entries(folder, hint) if path.is_dir()]


def square_of(eyes: tuple[float, float], mouth: tuple[float, float]) -> Square:
    """Return the upright square that has the middle of the eyes and the mouth where FER-2013 has them.

    Args:
        eyes: x, y of the middle between the eyes, in pixels.
        mouth: x, y of the mouth's middle, in pixels.
    """
    side = float(np.hypot(mouth[0] - eyes[0], mouth[1] - eyes[1])) / (FER_MOUTH[1] - FER_EYES[1])
    return eyes[0] - FER_EYES[0] * side, eyes[1] - FER_EYES[1] * side, side


def read_face(sample: Sample) -> Pixels:
    """Read a picture as grey, cut its face out and scale it to uint8 (48, 48) by area.

    What lies outside the picture repeats its border.

    Raises:
        DataError: the file is missing, damaged, no picture, or of another size than its set has.
    """
    try:
        with Image.open(sample.path) as image:
            grey = image.convert("L")
    except UnidentifiedImageError as error:
        raise DataError(f"{sample.path}: not a picture; restore it from the set's archive") from error
    except (OSError, SyntaxError, ValueError) as error:
        raise DataError(f"{sample.path}: not readable ({error}); restore it from the set's archive") from error
    width, height = grey.size
    wanted = sample.framing.side_px
    if wanted is not None and (width, height) != (wanted, wanted):
        raise DataError(f"{sample.path}: {width}x{height} pixels, not {wanted}x{wanted}; give the set as distributed")
    left, top, side = sample.framing.square or _middle(width, height, sample.framing.central)
    if side < SIDE_PX:
        raise DataError(f"{sample.path}: its face is {side:.0f} pixels wide, less than {SIDE_PX}; give larger pictures")
    margin = int(np.ceil(max(0, -left, -top, left + side - width, top + side - height)))
    padded = Image.fromarray(np.pad(np.asarray(grey), margin, mode="edge")) if margin else grey
    box = (left + margin, top + margin, left + side + margin, top + side + margin)
    return np.asarray(padded.resize((SIDE_PX, SIDE_PX), Image.Resampling.BOX, box=box), np.uint8)


def _middle(width: int, height: int, central: float) -> Square:
    side = central * min(width, height)
    return (width - side) / 2, (height - side) / 2, side
