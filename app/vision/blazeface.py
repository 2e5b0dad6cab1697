"""What MediaPipe's BlazeFace says of an image: its raw numbers decoded into faces.

BlazeFace, short range (Bazarevsky et al., "BlazeFace: Sub-millisecond Neural Face Detection on Mobile GPUs", 2019),
looks at 128x128 pixels and gives 896 anchors a score and 16 numbers each: a box and six key points, in pixels, from the
anchor's centre. Anchors, scaling and the blending of overlapping boxes are those of MediaPipe's face detection graph.
"""

import math
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from app.types import Floats

SIDE_PX: Final = 128
# Numbers an anchor: a box's centre and size, and six points.
VALUES: Final = 16
# Cells a side, and anchors a cell: two layers of stride 8 and 16.
_LAYERS: Final = ((16, 2), (8, 6))
# Boxes that overlap by more than this are one face's.
_SAME_IOU: Final = 0.3
# A score's logit is taken no further from 0, as MediaPipe does.
_MOST_LOGIT: Final = 100.0


class Found(NamedTuple):
    """N faces, the best-scored first: boxes (N, 4) as left, top, width, height; keypoints (N, 6, 2); scores (N,).

    All float32, in shares of the network's square input.
    """

    boxes: Floats
    keypoints: Floats
    scores: Floats


def anchors() -> Floats:
    """Return the centres (896, 2) of the anchors, in shares of the input."""
    layers = []
    for cells, a_cell in _LAYERS:
        centre = (np.arange(cells, dtype=np.float32) + 0.5) / cells
        y, x = np.meshgrid(centre, centre, indexing="ij")
        layers.append(np.repeat(np.stack([x.ravel(), y.ravel()], 1), a_cell, axis=0))
    return np.concatenate(layers)


ANCHORS: Final = anchors()
# What is added to an anchor's numbers: its centre to all places, nothing to a size.
_PLACES: Final = np.concatenate([ANCHORS, np.zeros_like(ANCHORS), np.tile(ANCHORS, (1, 6))], axis=1)
_NOBODY: Final = Found(np.empty((0, 4), np.float32), np.empty((0, 6, 2), np.float32), np.empty(0, np.float32))


def decode(regressors: Floats, logits: Floats, min_score: float) -> Found:
    """Decode one image's raw numbers.

    Args:
        regressors: (896, 16): for each anchor the box's centre, width and height, and six points, in input pixels. A
            box without a size is none.
        logits: (896,): scores before the sigmoid.
        min_score: anchors with a lower score are left out, 0 to 1.
    """
    # most anchors see nothing: what follows is for the few that do
    kept = np.flatnonzero(logits >= _logit(min_score))
    if not kept.size:
        return _NOBODY
    raw = regressors[kept]
    has_size = (raw[:, 2] > 0) & (raw[:, 3] > 0)
    if not has_size.all():
        kept, raw = kept[has_size], raw[has_size]
        if not kept.size:
            return _NOBODY
    order = np.argsort(-logits[kept], kind="stable")
    kept = kept[order]
    values = raw[order] * np.float32(1 / SIDE_PX) + _PLACES[kept]
    # in float32, the exponential of the largest would overflow
    scores = 1 / (1 + np.exp(-np.clip(logits[kept].astype(np.float64), -_MOST_LOGIT, _MOST_LOGIT)))
    return _blend(values, scores.astype(np.float32))


def _logit(score: float) -> float:
    """Return what the sigmoid makes ``score`` of."""
    if 0 < score < 1:
        return math.log(score / (1 - score))
    return -math.inf if score <= 0 else math.inf


def _blend(values: Floats, scores: Floats) -> Found:
    """Make one face of boxes that overlap: their mean, weighed by score (MediaPipe's weighted suppression).

    Args:
        values: (N, 16), the best-scored first: centre, width and height, and six points.
        scores: (N,).
    """
    same = _iou(values[:, :2], values[:, 2:4]) > _SAME_IOU
    # also where it has no area to share
    np.fill_diagonal(same, val=True)
    left = np.ones(len(values), bool)
    best: list[int] = []
    members: list[npt.NDArray[np.bool_]] = []
    for index in range(len(values)):
        if left[index]:
            best.append(index)
            members.append(same[index] & left)
            left &= ~same[index]
    weights = np.where(members, scores, np.float32(0))
    weights /= weights.sum(axis=1, keepdims=True)
    mean = weights @ values
    boxes = mean[:, :4]
    boxes[:, :2] -= boxes[:, 2:] / 2
    return Found(boxes, mean[:, 4:].reshape(-1, 6, 2), scores[best])


def _iou(centres: Floats, sizes: Floats) -> Floats:
    """Return the intersection over union (N, N) of each of N boxes, (N, 2) and (N, 2), with each."""
    low, high = centres - sizes / 2, centres + sizes / 2
    sides = np.minimum(high[:, None], high) - np.maximum(low[:, None], low)
    sides = np.maximum(sides, 0)
    shared = sides[..., 0] * sides[..., 1]
    areas = sizes[:, 0] * sizes[:, 1]
    return np.asarray(shared / np.maximum(areas[:, None] + areas - shared, np.finfo(np.float32).tiny), np.float32)
