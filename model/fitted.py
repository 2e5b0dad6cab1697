"""What ``compare`` needs of a fitted method, however it was fitted."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from model.data import DataError, Faces, Pixels
from model.metrics import Array

Score = Callable[[Pixels], Array]
"""From faces, uint8 (N, 48, 48), to scores (N, 7) in the order of FER2013_LABELS; the largest is the prediction."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """A method fitted on Training, its settings chosen on PublicTest.

    Attributes:
        score: the method itself.
        parameters: numbers that were learnt.
        fit_s: seconds that fitting and choosing took; None where it was not fitted here.
        chosen: what PublicTest decided, JSON-like.
        key: tells it from the same method fitted on other data or with other settings.
    """

    score: Score
    parameters: int
    fit_s: float | None
    chosen: dict[str, Any]
    key: str


def digest(*parts: Faces | bytes | str) -> str:
    """Return 16 hexadecimal digits (SHA-256) that stand for faces with their labels, files and settings."""
    found = hashlib.sha256()
    for part in parts:
        if isinstance(part, Faces):
            found.update(part.pixels.tobytes())
            found.update(part.labels.tobytes())
        else:
            found.update(part if isinstance(part, bytes) else part.encode())
    return found.hexdigest()[:16]


def other_fit(where: object) -> DataError:
    """Return the error for a folder of an earlier fit that cannot be taken up."""
    return DataError(f"{where}: fitted on other data or with other settings; give another --out, or delete it")
