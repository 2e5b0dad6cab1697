"""FER-2013 and FER+ as arrays.

``fer2013.csv`` is Kaggle's file (``emotion,pixels,Usage``); ``fer2013new.csv`` holds the FER+ votes, row for row.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from model.labels import FER2013_LABELS, FERPLUS_LABELS

Pixels = npt.NDArray[np.uint8]
Split = Literal["Training", "PublicTest", "PrivateTest"]
SPLITS: Final = ("Training", "PublicTest", "PrivateTest")
SIDE_PX: Final = 48
_PIXELS: Final = SIDE_PX * SIDE_PX
_OTHER_VOTES: Final = ("unknown", "NF")
# The column order of fer2013new.csv; every row sums to ten votes.
_FERPLUS_COLUMNS: Final = ("neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt")


class DataError(ValueError):
    """What the user gave cannot be used as data; the message names the file, the row and what to do."""


@dataclass(frozen=True, slots=True)
class Faces:
    """One split of FER-2013, or of another data set mapped onto its labels.

    Attributes:
        pixels: uint8 (N, 48, 48), grey.
        labels: int64 (N,), indices into ``FER2013_LABELS``; -1 where another set's emotion is none of them.
        votes: float32 (N, 10), FER+ votes for ``FERPLUS_LABELS`` then ``unknown`` and not-a-face; None without FER+.
    """

    pixels: Pixels
    labels: npt.NDArray[np.int64]
    votes: npt.NDArray[np.float32] | None = None

    def __len__(self) -> int:
        """Return the number of faces."""
        return len(self.labels)


def load_fer2013(csv_path: Path, split: Split, ferplus_path: Path | None = None) -> Faces:
    """Read one split of Kaggle's ``fer2013.csv`` and, where given, its FER+ votes.

    Args:
        csv_path: Kaggle's ``fer2013.csv``.
        split: the value of the ``Usage`` column to keep.
        ferplus_path: ``fer2013new.csv`` with as many rows in the same order.

    Raises:
        DataError: a file is missing, a row is broken, or the split has no rows.
    """
    pixels: list[Pixels] = []
    labels: list[int] = []
    kept: list[int] = []
    count = 0
    hint = "give Kaggle's fer2013.csv with --data"
    for index, row in enumerate(_rows(csv_path, ("emotion", "pixels", "Usage"), hint)):
        count += 1
        if row["Usage"] not in SPLITS:
            raise DataError(
                f"{csv_path}:{index + 2}: Usage is {row['Usage']!r}, not one of {', '.join(SPLITS)} "
                "(is the file truncated?)"
            )
        if row["Usage"] != split:
            continue
        labels.append(_label(row["emotion"], csv_path, index + 2))
        pixels.append(_face(row["pixels"], csv_path, index + 2))
        kept.append(index)
    if not labels:
        raise DataError(f"{csv_path}: no rows with Usage {split}; this copy of the data does not hold that split")
    votes = None if ferplus_path is None else _load_votes(ferplus_path, count)[kept]
    return Faces(np.stack(pixels), np.array(labels, np.int64), votes)


def soft_targets(votes: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Turn FER+ votes (N, 10) into target distributions (N, 8); a row of zeros where the votes name no emotion.

    Single votes are dropped as noise, as the FER+ authors do.
    """
    emotions = np.where(votes[:, :8] > 1, votes[:, :8], 0)
    total = emotions.sum(axis=1, keepdims=True)
    usable = (total[:, 0] > 0) & (emotions.max(axis=1) > votes[:, 8:].max(axis=1))
    return np.where(usable[:, None], emotions / np.maximum(total, 1), 0).astype(np.float32)


def majority_labels(votes: npt.NDArray[np.float32]) -> npt.NDArray[np.int64]:
    """Return FER+ majority labels (N,), -1 where a row is left out.

    The FER+ authors' majority protocol (Barsoum et al. 2016): single votes are dropped, the winner needs more than half
    of what remains, and rows won by ``unknown`` or not-a-face are left out.
    """
    kept = np.where(votes > 1, votes, 0)
    winner = kept.argmax(axis=1)
    clear = (kept.max(axis=1) > 0.5 * kept.sum(axis=1)) & (winner < len(FERPLUS_LABELS))
    return np.where(clear, winner, -1).astype(np.int64)


def _rows(path: Path, columns: tuple[str, ...], hint: str) -> Iterator[dict[str, str | None]]:
    """Yield the rows of a CSV file with at least ``columns``; a cell that a short row lacks is None."""
    line = 1
    try:
        with path.open(newline="", encoding="utf-8") as file:
            reader = csv.DictReader(file)
            if not set(columns) <= set(reader.fieldnames or ()):
                raise DataError(f"{path}: the header lacks one of {', '.join(columns)}; {hint}")
            for row in reader:
                yield row
                line = reader.line_num
    except OSError as error:
        raise DataError(f"{path}: {error.strerror or error}; {hint}") from error
    except (csv.Error, UnicodeDecodeError) as error:
        raise DataError(f"{path}: not readable as CSV after line {line} ({error}); {hint}") from error


def _label(text: str | None, path: Path, row: int) -> int:
    try:
        label = int(text or "")
    except ValueError:
        label = -1
    if not 0 <= label < len(FER2013_LABELS):
        raise DataError(f"{path}:{row}: emotion is {text!r}, not 0 to {len(FER2013_LABELS) - 1}")
    return label


def _face(text: str | None, path: Path, row: int) -> Pixels:
    values = (text or "").split()
    if len(values) != _PIXELS:
        raise DataError(f"{path}:{row}: {len(values)} pixels, not {_PIXELS} ({SIDE_PX}x{SIDE_PX})")
    try:
        face = np.array(values, dtype=np.int64)
    except (ValueError, OverflowError):
        raise DataError(f"{path}:{row}: a pixel is not a whole number") from None
    if face.min() < 0 or face.max() > 255:
        raise DataError(f"{path}:{row}: a pixel is not between 0 and 255")
    return face.astype(np.uint8).reshape(SIDE_PX, SIDE_PX)


def _load_votes(path: Path, count: int) -> npt.NDArray[np.float32]:
    by_name = [_FERPLUS_COLUMNS.index(name) for name in FERPLUS_LABELS]
    rows: list[list[float]] = []
    wanted = (*_FERPLUS_COLUMNS, *_OTHER_VOTES)
    for index, row in enumerate(_rows(path, wanted, "give FER+'s fer2013new.csv with --ferplus")):
        try:
            rows.append([float(int(row[name] or "")) for name in wanted])
        except ValueError:
            raise DataError(f"{path}:{index + 2}: a vote is not a whole number") from None
    if len(rows) != count:
        raise DataError(f"{path}: {len(rows)} rows of votes for {count} faces; the two files do not belong together")
    votes = np.array(rows, np.float32)
    return np.concatenate([votes[:, by_name], votes[:, 8:]], axis=1)
