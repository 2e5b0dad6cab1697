"""Read back what ``evaluate --json`` and ``cost --json`` print, as typed figures."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from model.data import DataError
from model.metrics import Labels

HEADS: Final = {"fer2013": "FER-2013", "ferplus": "FER+"}


@dataclass(frozen=True, slots=True)
class HeadScores:
    """One head's scores in percent, its C class names, and its confusion matrix (C, C): true down, predicted across."""

    faces: int
    accuracy: float
    macro_f1: float
    calibration_error: float
    labels: tuple[str, ...]
    confusion: Labels


@dataclass(frozen=True, slots=True)
class PoseScores:
    """How the attended region follows posed faces; accuracies in percent by head."""

    shift_px: float
    rotation_deg: float
    scale: tuple[float, float]
    r2_shift: float
    r2_axes: float
    theta_sd: tuple[float, ...]
    upright: dict[str, float]
    posed: dict[str, float]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What ``evaluate`` says of a network on one split.

    Attributes:
        name: the file's name without its ending.
        sha256: of the network; empty where it is not said.
        dataset: as ``evaluate --dataset``.
        split: as ``evaluate --split``.
        heads: the scores by ``fer2013`` and ``ferplus``, either of which may be absent.
        pose: None where it was not measured.
        occlusion: accuracies in percent by cover (``quarter``, ``half``), then by head; empty where not measured.
    """

    name: str
    sha256: str
    dataset: str
    split: str
    heads: dict[str, HeadScores]
    pose: PoseScores | None
    occlusion: dict[str, dict[str, float]]

    @property
    def title(self) -> str:
        """The data set and its split, to read."""
        return f"{HEADS.get(self.dataset, self.dataset)} {self.split}"


@dataclass(frozen=True, slots=True)
class Cost:
    """What ``cost`` says of a network: GFLOP/s of the core, and GFLOP a face, by who multiplied the matrices."""

    sha256: str
    multiply_adds: int
    parameters: int
    ms_a_face: float
    core_gflop_per_s: dict[str, float]
    gflop_a_face: dict[str, float]


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What ``tools.thresholds`` found with a network: a finished section of the card."""

    sha256: str
    markdown: str


def read_thresholds(path: Path) -> Thresholds:
    """Read what ``tools.thresholds --json`` wrote to ``path``.

    Raises:
        DataError: the file is missing or something else.
    """
    found = _read(path)
    try:
        return Thresholds(str(found["sha256"]), str(found["markdown"]).strip())
    except (KeyError, TypeError) as error:
        raise DataError(f"{path}: not what tools.thresholds --json writes ({error!r}); make it again") from error


def read_evaluation(path: Path) -> Evaluation:
    """Read what ``evaluate --json`` printed into ``path``.

    Raises:
        DataError: the file is missing or something else.
    """
    found = _read(path)
    try:
        return evaluation(path.stem, found)
    except (KeyError, TypeError, ValueError) as error:
        raise DataError(f"{path}: not what evaluate --json prints ({error!r}); make it again") from error


def read_cost(path: Path) -> Cost:
    """Read what ``cost --json`` printed into ``path``.

    Raises:
        DataError: the file is missing or something else.
    """
    found = _read(path)
    try:
        return Cost(
            str(found["sha256"]),
            int(found["multiply_adds"]),
            int(found["parameters"]),
            float(found["ms_a_face"]),
            _floats(found["core_gflop_per_s"]),
            _floats(found["gflop_a_face"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise DataError(f"{path}: not what cost --json prints ({error!r}); make it again") from error


def evaluation(name: str, found: dict[str, Any]) -> Evaluation:
    """Type the JSON of ``evaluate``.

    Raises:
        KeyError, TypeError, ValueError: it is something else.
    """
    heads = {head: _head(found[head]) for head in HEADS if head in found}
    if not heads:
        raise KeyError(*HEADS)
    return Evaluation(
        name,
        str(found.get("sha256", "")),
        str(found["dataset"]),
        str(found["split"]),
        heads,
        _pose(found["pose"]) if "pose" in found else None,
        {cover: _floats(by_head) for cover, by_head in dict(found.get("occlusion", {})).items()},
    )


def _head(found: dict[str, Any]) -> HeadScores:
    labels = tuple(str(label) for label in found["labels"])
    confusion = np.array(found["confusion"], np.int64)
    if confusion.shape != (len(labels), len(labels)):
        raise ValueError("a confusion matrix of another size than its labels")
    return HeadScores(
        int(found["faces"]),
        float(found["accuracy"]),
        float(found["macro_f1"]),
        float(found["calibration_error"]),
        labels,
        confusion,
    )


def _pose(found: dict[str, Any]) -> PoseScores:
    low, high = found["scale"]
    return PoseScores(
        float(found["shift_px"]),
        float(found["rotation_deg"]),
        (float(low), float(high)),
        float(found["r2_shift"]),
        float(found["r2_axes"]),
        tuple(float(sd) for sd in found["theta_sd"]),
        _floats(found["accuracy_upright"]),
        _floats(found["accuracy_posed"]),
    )


def _floats(found: dict[str, Any]) -> dict[str, float]:
    return {str(name): float(value) for name, value in dict(found).items()}


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise DataError(f"{path}: {error.strerror or error}; make it with --json") from error
    except ValueError as error:
        raise DataError(f"{path}: not JSON ({error}); make it with --json") from error
    if not isinstance(found, dict):
        raise DataError(f"{path}: not the JSON of one evaluation or cost; make it with --json")
    return found
