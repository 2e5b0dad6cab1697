"""Scores of predictions: accuracy, macro-F1, confusion, calibration. numpy alone."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from model.data import Faces, majority_labels
from model.labels import FER2013_LABELS, FERPLUS_LABELS

Array = npt.NDArray[np.float32]
Labels = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Predictions:
    """Of N faces: probabilities (N, 7) and (N, 8), θ (N, 2, 3); float32."""

    fer2013: Array
    ferplus: Array
    theta: Array


@dataclass(frozen=True, slots=True)
class Head:
    """One head's probabilities (N, C) beside the true labels (N,), -1 where a face is left out, and the C names."""

    probabilities: Array
    labels: Labels
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reliability:
    """Of each bin of confidence: the mean confidence and the accuracy, 0 to 1 (0 where empty), and how many faces."""

    confidence: npt.NDArray[np.float64]
    accuracy: npt.NDArray[np.float64]
    count: Labels


def heads(predictions: Predictions, faces: Faces) -> dict[str, Head]:
    """Set predictions beside labels: ``fer2013`` and, where there are votes, ``ferplus`` by the majority protocol."""
    found = {"fer2013": Head(predictions.fer2013, faces.labels, FER2013_LABELS)}
    if faces.votes is not None:
        found["ferplus"] = Head(predictions.ferplus, majority_labels(faces.votes), FERPLUS_LABELS)
    return found


def accuracy(probabilities: Array, labels: Labels) -> float:
    """Percent of rows of probabilities (N, C) whose largest is at labels (N,); labels below 0 are left out."""
    kept = labels >= 0
    return float((probabilities[kept].argmax(1) == labels[kept]).mean() * 100)


def confusion(probabilities: Array, labels: Labels) -> Labels:
    """Count (C, C): true labels down, predictions across; labels below 0 are left out."""
    classes = probabilities.shape[1]
    kept = labels >= 0
    flat = labels[kept] * classes + probabilities[kept].argmax(1)
    return np.bincount(flat, minlength=classes * classes).reshape(classes, classes)


def macro_f1(counts: Labels) -> float:
    """Mean F1 over the classes of a confusion matrix (C, C), in percent; classes that never occur are left out."""
    true, predicted = counts.sum(1), counts.sum(0)
    f1 = 2 * counts.diagonal() / np.maximum(true + predicted, 1)
    return float(f1[true > 0].mean() * 100)


def reliability(probabilities: Array, labels: Labels, bins: int = 15) -> Reliability:
    """Sort faces into equal-width bins of confidence (Guo et al. 2017); labels below 0 are left out."""
    kept = labels >= 0
    confidence = probabilities[kept].max(1).astype(np.float64)
    right = probabilities[kept].argmax(1) == labels[kept]
    index = np.minimum((confidence * bins).astype(int), bins - 1)
    count = np.bincount(index, minlength=bins)
    divisor = np.maximum(count, 1)
    return Reliability(
        np.bincount(index, weights=confidence, minlength=bins) / divisor,
        np.bincount(index, weights=right, minlength=bins) / divisor,
        count,
    )


def calibration_error(probabilities: Array, labels: Labels) -> float:
    """Expected calibration error in percent: the bins' |confidence - accuracy|, by their size (Guo et al. 2017)."""
    bins = reliability(probabilities, labels)
    return float((np.abs(bins.confidence - bins.accuracy) * bins.count).sum() / bins.count.sum() * 100)


def quick_scores(predictions: Predictions, faces: Faces) -> dict[str, float]:
    """Accuracies in percent of both heads (FER+ by the majority protocol, where there are votes)."""
    return {
        name: round(accuracy(head.probabilities, head.labels), 2) for name, head in heads(predictions, faces).items()
    }


def head_scores(head: Head) -> dict[str, Any]:
    """All scores of one head, in percent, and its confusion matrix; recall is None for a class that never occurs."""
    counts = confusion(head.probabilities, head.labels)
    of_class = counts.sum(1)
    recall = counts.diagonal() / np.maximum(of_class, 1) * 100
    return {
        "accuracy": round(accuracy(head.probabilities, head.labels), 2),
        "macro_f1": round(macro_f1(counts), 2),
        "calibration_error": round(calibration_error(head.probabilities, head.labels), 2),
        "faces": int(of_class.sum()),
        "recall": {
            name: round(float(r), 2) if n else None for name, r, n in zip(head.names, recall, of_class, strict=True)
        },
        "labels": list(head.names),
        "confusion": counts.tolist(),
    }


def r_squared(expected: npt.NDArray[np.float64], found: npt.NDArray[np.float64]) -> float:
    """Coefficient of determination over all columns of (N, K): 1 - residual / variance about the columns' means."""
    residual = np.square(expected - found).sum()
    return float(1 - residual / np.square(expected - expected.mean(0)).sum())
