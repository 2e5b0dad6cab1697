"""The geometry of a report's charts: a session's readings in bins of time, and the bins as SVG paths.

A path has two units of x a bin and 100 of y, from the top; the page stretches it to its width.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

from app.session.readings import NO_FACE, Columns
from app.session.timing import FrameTimes, Indices, Numbers, Span, probabilities, trusted
from app.types import EMOTIONS, UNCERTAIN

HEIGHT: Final = 100
_EMOTIONS: Final = len(EMOTIONS)


@dataclass(frozen=True, slots=True, eq=False)
class Binned:
    """What faces showed, in bins of equal time.

    Attributes:
        mean: (B, 8) mean smoothed probabilities over time and faces; NaN where no face was read.
        peak: (B, 8) the highest of any frame; NaN alike.
        shown: (B,) the index in ``EMOTIONS`` of the emotion that was named longest; -1 where none was.
        uncertain: (B,) the part of the faces' time that was uncertain; NaN where there was no face.
        withheld: (B,) the part of the faces' time that was withheld; NaN alike.
    """

    mean: Numbers
    peak: Numbers
    shown: Indices
    uncertain: Numbers
    withheld: Numbers


def binned(readings: Columns, times: FrameTimes, rows: Indices, span: Span, bins: int) -> Binned:
    """Return what ``rows`` hold from ``span``'s start to its end, in bins.

    A frame counts until the next one, so that a bin between two frames holds what the first of them showed.
    """
    start_s, end_s = span
    t_s = readings["t_s"][rows]
    frames, faces, good, values, named = _by_frame(readings, times, rows[(t_s >= start_s) & (t_s <= end_s)])
    edges = np.linspace(start_s, end_s, bins + 1)
    t_s = times.t_s[frames]
    at = np.clip(np.searchsorted(edges, t_s, "right") - 1, 0, bins - 1)
    weight = times.weight_s[frames]
    columns = np.c_[values * good[:, None], good, faces, named]
    sums = np.stack([np.bincount(at, weight * column, bins) for column in columns.T], axis=1)
    peak = np.full((bins, _EMOTIONS), np.nan)
    read = np.flatnonzero(good > 0)
    if len(read):
        filled, first = np.unique(at[read], return_index=True)
        peak[filled] = np.maximum.reduceat(values[read], first)
    # bins in which no frame begins
    middles = (edges[1:] + edges[:-1]) / 2
    before = np.searchsorted(t_s, middles, "right") - 1
    held = (np.bincount(at, minlength=bins) == 0) & (before >= 0)
    held[held] = middles[held] < (t_s + weight)[before[held]]
    sums[held] = columns[before[held]]
    peak[held] = np.where(good[before[held], None] > 0, values[before[held]], np.nan)
    return _as_bins(np.asarray(sums, np.float64), peak)


def _by_frame(
    readings: Columns, times: FrameTimes, rows: Indices
) -> tuple[Indices, Numbers, Numbers, Numbers, Numbers]:
    """Return the frames with a face, and of each the faces, those read, their mean (F, 8), and labels (F, 9) counted.

    The labels are the emotions, and uncertain.
    """
    rows = rows[readings["track"][rows] != NO_FACE]
    frames, index = np.unique(times.rows[rows], return_inverse=True)
    part = {name: readings[name][rows] for name in (*EMOTIONS, "track", "emotion", "quality")}
    is_good = trusted(part)
    count = len(frames)
    faces = np.bincount(index, minlength=count).astype(np.float64)
    good = np.bincount(index[is_good], minlength=count).astype(np.float64)
    found = probabilities(part)
    values = np.stack([np.bincount(index[is_good], column[is_good], count) for column in found.T], axis=1)
    labels = [is_good & (part["emotion"] == name) for name in (*EMOTIONS, UNCERTAIN)]
    named = np.stack([np.bincount(index[label], minlength=count) for label in labels], axis=1).astype(np.float64)
    return frames, faces, good, values / np.maximum(good, 1)[:, None], named


def _as_bins(sums: Numbers, peak: Numbers) -> Binned:
    good, faces, named = sums[:, _EMOTIONS], sums[:, _EMOTIONS + 1], sums[:, _EMOTIONS + 2 :]
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(good[:, None] > 0, sums[:, :_EMOTIONS] / good[:, None], np.nan)
        uncertain = np.where(faces > 0, named[:, -1] / faces, np.nan)
        withheld = np.where(faces > 0, (faces - good) / faces, np.nan)
    shown = np.where(named[:, :-1].sum(axis=1) > 0, named[:, :-1].argmax(axis=1), -1)
    return Binned(mean, peak, shown, uncertain, withheld)


def area(values: Numbers) -> str:
    """Return the path of the area under ``values`` (B,), 0 to 1; NaN leaves a gap. Empty where there is nothing."""
    parts = []
    for start, end in _stretches(~np.isnan(values)):
        y = [round(HEIGHT * (1 - min(max(value, 0.0), 1.0))) for value in values[start:end].tolist()]
        if min(y) == HEIGHT:
            continue
        steps = "".join(f"l2 {below - above}" for above, below in pairwise(y))
        parts.append(f"M{2 * start} {HEIGHT}V{y[0]}h1{steps}h1V{HEIGHT}z")
    return "".join(parts)


def line(values: Numbers) -> str:
    """Return the path of a line through ``values`` (B,), 0 to 1, broken at NaN."""
    parts = []
    for start, end in _stretches(~np.isnan(values)):
        y = [round(HEIGHT * (1 - value), 1) for value in values[start:end].tolist()]
        parts.append(f"M{2 * start + 1} {y[0]:g}" + "".join(f"L{2 * (start + n) + 1} {v:g}" for n, v in enumerate(y)))
    return "".join(parts)


def stacked(values: Numbers) -> list[str]:
    """Return an area a column of ``values`` (B, 8), each from the bottom to the sum of it and those before it.

    To be painted from the last to the first, so that each shows its own part alone.
    """
    return [area(column) for column in np.cumsum(values, axis=1).T]


def ribbon(labels: npt.NDArray[np.intp]) -> dict[str, str]:
    """Return emotion → path of the bins in which it is the label (B,), an index in ``EMOTIONS``; -1 is left out."""
    return {
        name: "".join(
            f"M{2 * start} 0h{2 * (end - start)}v{HEIGHT}h-{2 * (end - start)}z"
            for start, end in _stretches(labels == index)
        )
        for index, name in enumerate(EMOTIONS)
        if (labels == index).any()
    }


def _stretches(wanted: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Start and end (exclusive) of each run of True."""
    edges = np.flatnonzero(np.diff(np.r_[False, wanted, False].astype(np.int8)))
    return [(int(start), int(end)) for start, end in zip(edges[::2], edges[1::2], strict=True)]
