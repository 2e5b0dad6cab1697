"""Mien's network beside the paper's and beside hand-crafted features, all under the same rules.

Fitted on Training; epoch and settings chosen on PublicTest; one pass a face over the split that is scored. What was
fitted and scored stays in a folder, so that an interrupted comparison goes on.
"""

import contextlib
import json
import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnx
from threadpoolctl import threadpool_limits
from tqdm import tqdm

from model import inference, metrics
from model.cost import count
from model.data import DataError, Faces, Pixels, majority_labels
from model.files import replacing
from model.fitted import Fitted, Score, digest
from model.labels import FER2013_LABELS, FERPLUS_LABELS
from model.methods import METHODS
from model.metrics import Array

_TIMED_FACES: Final = 200
_WARM_UP: Final = 10


def compare(
    names: list[str],
    training: Faces,
    validation: Faces,
    faces: Faces,
    out: Path,
    *,
    split: str,
    onnx_path: Path | None,
    epochs: int | None,
) -> list[dict[str, Any]]:
    """Fit, choose and score each of ``names``; return a row of scores for each, best accuracy first.

    Args:
        names: of ``METHODS``; ``mien`` is scored as it is, the others are fitted on ``training`` first.
        training: Training.
        validation: PublicTest, which decides epochs and settings.
        faces: what is scored; with FER+ votes the rows have ``ferplus_accuracy`` too.
        out: the folder of fits, ``NAME/SPLIT.json`` (the row), ``NAME/SPLIT.npz`` (the predictions) and ``table.md``.
        split: the name of ``faces``.
        onnx_path: Mien's exported network.
        epochs: how long Deep-Emotion is trained; None for ``deep_emotion.Recipe``'s.

    Raises:
        DataError: ``mien`` without its file, or what the methods raise.
    """
    rows = []
    for name in sorted(names, key=list(METHODS).index):
        folder = out / name
        if name == "mien":
            fitted, ferplus = _mien(onnx_path)
        else:
            fitted, ferplus = _fit(name, training, validation, folder, epochs), None
        rows.append(_row(name, fitted, ferplus, faces, folder / split))
    rows.sort(key=lambda row: -row["accuracy"])
    with replacing(out / "table.md") as file:
        file.write((table(rows, split) + "\n").encode())
    return rows


def table(rows: list[dict[str, Any]], split: str) -> str:
    """Lay the rows of ``compare`` out as Markdown."""
    ferplus = any("ferplus_accuracy" in row for row in rows)
    head = ["method", "FER-2013, %", "macro-F1, %", *(["FER+, %"] if ferplus else []), "parameters", "ms a face"]
    lines = [[*head, "fit, min", "published FER-2013, %"]]
    for row in rows:
        fit_s = row["fit_s"]
        cells = [row["title"], f"{row['accuracy']:.2f}", f"{row['macro_f1']:.2f}"]
        cells += [f"{row['ferplus_accuracy']:.2f}"] if ferplus else []
        cells += [f"{row['parameters']:,}", f"{row['ms_per_face']:.2f}", "–" if fit_s is None else f"{fit_s / 60:.1f}"]
        lines.append([*cells, row["published"] or "–"])
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    text = [" | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines]
    text.insert(1, " | ".join("-" * width for width in widths))
    notes = (
        f"{split}, {rows[0]['faces']} faces. Fitted on Training, epoch and settings chosen on PublicTest, "
        "one pass a face. Published figures are of PrivateTest. Milliseconds: median of single faces on one thread."
    )
    if ferplus:
        notes += (
            " FER+: majority protocol; Mien by its FER+ head, the others by the names of the FER-2013 labels that they "
            "were fitted to, so never contempt."
        )
    return "\n".join([*(f"| {line} |" for line in text), "", notes])


def _mien(path: Path | None) -> tuple[Fitted, Score]:
    """Open the exported network on one thread; return its FER-2013 head, and its FER+ head."""
    if path is None:
        raise DataError("comparing with Mien needs its network; give weights/emotion.onnx with --onnx")
    content = path.read_bytes()
    classify = inference.session_classifier(inference.open_session(content, str(path), threads=1), str(path))
    parameters = count(onnx.load_model_from_string(content))["parameters"]
    fitted = Fitted(lambda pixels: classify(pixels).fer2013, parameters, None, {}, digest(content))
    return fitted, lambda pixels: classify(pixels).ferplus


def _fit(name: str, training: Faces, validation: Faces, folder: Path, epochs: int | None) -> Fitted:
    if name == "deep_emotion":
        from model import deep_emotion

        recipe = deep_emotion.Recipe() if epochs is None else deep_emotion.Recipe(epochs=epochs)
        return deep_emotion.fit(training, validation, folder, recipe)
    from model import baselines

    return baselines.fit(baselines.BASELINES[name], training, validation, folder)


def _row(name: str, fitted: Fitted, ferplus: Score | None, faces: Faces, path: Path) -> dict[str, Any]:
    """Score a method, or read what an earlier run with the same fit and the same faces wrote beside ``path``."""
    key = digest(fitted.key, faces, b"" if faces.votes is None else faces.votes.tobytes())
    record, predicted = path.with_suffix(".json"), path.with_suffix(".npz")
    if predicted.exists() and (earlier := _earlier(record, key)):
        return earlier
    scores = {"fer2013": fitted.score(faces.pixels)}
    counts = metrics.confusion(scores["fer2013"], faces.labels)
    row: dict[str, Any] = {
        "method": name,
        "title": METHODS[name].title,
        "published": METHODS[name].published,
        "faces": len(faces),
        "accuracy": round(metrics.accuracy(scores["fer2013"], faces.labels), 2),
        "macro_f1": round(metrics.macro_f1(counts), 2),
        "confusion": counts.tolist(),
        "parameters": fitted.parameters,
        "ms_per_face": round(_milliseconds(fitted.score, faces.pixels), 3),
        "fit_s": fitted.fit_s,
        "chosen": fitted.chosen,
    }
    if faces.votes is not None:
        scores["ferplus"] = ferplus(faces.pixels) if ferplus else _by_name(scores["fer2013"])
        labels = majority_labels(faces.votes)
        row["ferplus_accuracy"] = round(metrics.accuracy(scores["ferplus"], labels), 2)
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(predicted) as file:
        np.savez(file, allow_pickle=False, **scores)
    with replacing(record) as file:
        file.write(json.dumps(row | {"key": key}).encode())
    return row


def _earlier(record: Path, key: str) -> dict[str, Any] | None:
    """Return the row in ``record`` where it is of ``key``; a damaged one is no loss, as scoring takes seconds."""
    try:
        row: dict[str, Any] = json.loads(record.read_text(encoding="utf-8"))
        return row if row.pop("key") == key else None
    except (FileNotFoundError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _by_name(scores: Array) -> Array:
    """Turn FER-2013 scores (N, 7) into FER+ scores (N, 8) by the labels' names; contempt is never predicted."""
    found = np.full((len(scores), len(FERPLUS_LABELS)), -np.inf, np.float32)
    found[:, [FERPLUS_LABELS.index(name) for name in FER2013_LABELS]] = scores
    return found


def _milliseconds(score: Score, pixels: Pixels) -> float:
    """Median time of one face at a time, on one thread, in ms."""
    taken = []
    with _one_thread():
        for i in tqdm(range(_WARM_UP + _TIMED_FACES), desc="timing", leave=False):
            face = pixels[i % len(pixels)][None]
            started = time.perf_counter()
            score(face)
            taken.append(time.perf_counter() - started)
    return statistics.median(taken[_WARM_UP:]) * 1000


@contextlib.contextmanager
def _one_thread() -> Iterator[None]:
    """Keep torch, OpenCV and the BLAS of numpy to one thread; onnxruntime is told when it opens a network."""
    import cv2
    import torch

    torch_threads, cv2_threads = torch.get_num_threads(), cv2.getNumThreads()
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    try:
        with threadpool_limits(1):
            yield
    finally:
        torch.set_num_threads(torch_threads)
        cv2.setNumThreads(cv2_threads)
