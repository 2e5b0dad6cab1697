"""What MediaPipe's BlazeFace says of an image: its raw numbers decoded into faces.

BlazeFace, short range (Bazarevsky et al., "BlazeFace: Sub-millisecond Neural Face Detection on Mobile GPUs", 2019),
looks at 128x128 pixels and gives 896 anchors a score and 16 numbers each: a box and six key points, in pixels, from the
anchor's centre. Anchors, scaling and the blending of overlapping boxes are those of MediaPipe's face detection graph.
"""

import math
from typing import Final, NamedTuple

import numpy as np

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
    kept = kept[(regressors[kept, 2:4] > 0).all(axis=1)]
    kept = kept[np.argsort(-logits[kept], kind="stable")]
    raw = regressors[kept] / np.float32(SIDE_PX)
    centre = raw[:, :2] + ANCHORS[kept]
    boxes = np.concatenate([centre - raw[:, 2:4] / 2, raw[:, 2:4]], axis=1)
    keypoints = raw[:, 4:].reshape(-1, 6, 2) + ANCHORS[kept][:, None]
    # in float32, the exponential of the largest would overflow
    scores = 1 / (1 + np.exp(-np.clip(logits[kept].astype(np.float64), -_MOST_LOGIT, _MOST_LOGIT)))
    return _blend(boxes, keypoints, scores.astype(np.float32))


def _logit(score: float) -> float:
    """Return what the sigmoid makes ``score`` of."""
    if 0 < score < 1:
        return math.log(score / (1 - score))
    return -math.inf if score <= 0 else math.inf


def _blend(boxes: Floats, keypoints: Floats, scores: Floats) -> Found:
    """Make one face of boxes that overlap: their mean, weighed by score (MediaPipe's weighted suppression)."""
    same = _iou(boxes) > _SAME_IOU
    left = np.ones(len(boxes), bool)
    best: list[int] = []
    weights = np.zeros_like(same, np.float32)
    while left.any():
        index = int(left.argmax())
        one = same[index] & left
        # also where it has no area to share
        one[index] = True
        weights[len(best), one] = scores[one] / scores[one].sum()
        best.append(index)
        left &= ~one
    chosen = weights[: len(best)]
    return Found(chosen @ boxes, (chosen @ keypoints.reshape(-1, 12)).reshape(-1, 6, 2), scores[best])


def _iou(boxes: Floats) -> Floats:
    """Return the intersection over union (N, N) of each of ``boxes`` (N, 4) with each."""
    ends = boxes[:, :2] + boxes[:, 2:]
    low = np.maximum(boxes[:, None, :2], boxes[None, :, :2])
    high = np.minimum(ends[:, None], ends[None])
    sides = np.maximum(high - low, 0)
    shared = sides[..., 0] * sides[..., 1]
    areas = boxes[:, 2] * boxes[:, 3]
    return np.asarray(shared / np.maximum(areas[:, None] + areas - shared, np.finfo(np.float32).tiny), np.float32)
