"""Evaluation as pictures: confusion matrix, reliability diagram, training curves. matplotlib without a display."""

import json
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

from model.data import DataError
from model.metrics import Head, calibration_error, confusion, reliability

_DARK_FROM = 0.5
_DPI = 150


def draw_head(folder: Path, name: str, head: Head) -> list[Path]:
    """Write ``confusion_NAME.png`` and ``reliability_NAME.png`` into ``folder``; return their paths."""
    return [
        _save(_confusion_figure(name, head), folder / f"confusion_{name}.png"),
        _save(_reliability_figure(name, head), folder / f"reliability_{name}.png"),
    ]


def draw_history(folder: Path, history: Path) -> Path:
    """Draw the losses and PublicTest accuracies of a run's ``history.jsonl`` into ``training.png``; return its path.

    Raises:
        DataError: the file is not a history of ``train``.
    """
    try:
        epochs = [json.loads(line) for line in history.read_text(encoding="utf-8").splitlines()]
        at = [epoch["epoch"] + 1 for epoch in epochs]
        losses = {name: [epoch["loss"].get(name, np.nan) for epoch in epochs] for name in epochs[-1]["loss"]}
        scored = [epoch for epoch in epochs if "PublicTest" in epoch]
        accuracies = {
            name: [epoch["PublicTest"][name] for epoch in scored]
            for name in (scored[-1]["PublicTest"] if scored else {})
        }
        scored_at = [epoch["epoch"] + 1 for epoch in scored]
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise DataError(f"{history}: not the history of a run ({error}); delete it or restore it") from error
    figure = Figure(figsize=(10, 4), layout="constrained")
    left, right = figure.subplots(1, 2)
    for name, losses_of in losses.items():
        left.plot(at, losses_of, marker=".", label=name)
    left.set(title="Training loss", xlabel="epoch", yscale="log")
    for name, accuracies_of in accuracies.items():
        right.plot(scored_at, accuracies_of, marker=".", label=name)
    right.set(title="PublicTest", xlabel="epoch", ylabel="accuracy (%)")
    for axes in (left, right):
        axes.grid(alpha=0.3)
        if axes.lines:
            axes.legend()
    return _save(figure, folder / "training.png")


def _confusion_figure(name: str, head: Head) -> Figure:
    counts = confusion(head.probabilities, head.labels)
    share = counts / np.maximum(counts.sum(1, keepdims=True), 1)
    figure = Figure(figsize=(6.5, 5.5), layout="constrained")
    axes = figure.subplots()
    image = axes.imshow(share, cmap=mpl.colormaps["Blues"], vmin=0, vmax=1)
    ticks = range(len(head.names))
    axes.set_xticks(ticks, head.names, rotation=45, ha="right")
    axes.set_yticks(ticks, head.names)
    axes.set(title=f"{name}: share of each true class", xlabel="predicted", ylabel="true")
    for row in ticks:
        for column in ticks:
            colour = "white" if share[row, column] > _DARK_FROM else "black"
            text = f"{share[row, column] * 100:.0f} %\n{counts[row, column]}"
            axes.text(column, row, text, ha="center", va="center", color=colour, fontsize=7)
    figure.colorbar(image, ax=axes)
    return figure


def _reliability_figure(name: str, head: Head) -> Figure:
    bins = reliability(head.probabilities, head.labels)
    filled = bins.count > 0
    figure = Figure(figsize=(5, 5.5), layout="constrained")
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=[3, 1])
    centres = (np.arange(len(bins.count)) + 0.5) / len(bins.count)
    upper.bar(centres[filled], bins.accuracy[filled], width=0.9 / len(bins.count), color="tab:blue", alpha=0.7)
    upper.plot(bins.confidence[filled], bins.accuracy[filled], "o", color="tab:blue", label="accuracy")
    upper.plot([0, 1], [0, 1], "--", color="grey", label="perfectly calibrated")
    error = calibration_error(head.probabilities, head.labels)
    upper.set(title=f"{name}: calibration error {error:.1f} %", ylabel="accuracy", xlim=(0, 1), ylim=(0, 1))
    upper.legend()
    lower.bar(centres, bins.count, width=0.9 / len(bins.count), color="grey")
    lower.set(xlabel="confidence", ylabel="faces")
    return figure


def _save(figure: Figure, path: Path) -> Path:
    figure.savefig(path, dpi=_DPI)
    return path
