"""What MediaPipe's BlazeFace says of an image: its raw numbers decoded into faces.

BlazeFace, short range (Bazarevsky et al., "BlazeFace: Sub-millisecond Neural Face Detection on Mobile GPUs", 2019),
looks at 128x128 pixels and gives 896 anchors a score and 16 numbers each: a box and six key points, in pixels, from the
anchor's centre. Anchors, scaling and the blending of overlapping boxes are those of MediaPipe's face detection graph.
"""

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


def decode(regressors: Floats, logits: Floats, min_score: float) -> Found:
    """Decode one image's raw numbers.

    Args:
        regressors: (896, 16): for each anchor the box's centre, width and height, and six points, in input pixels. A
            box without a size is none.
        logits: (896,): scores before the sigmoid.
        min_score: anchors with a lower score are left out, 0 to 1.
    """
    # in float32, the exponential of the largest would overflow
    scores = 1 / (1 + np.exp(-np.clip(logits.astype(np.float64), -_MOST_LOGIT, _MOST_LOGIT)))
    kept = np.flatnonzero((scores >= min_score) & (regressors[:, 2:4] > 0).all(axis=1))
    kept = kept[np.argsort(-scores[kept], kind="stable")]
    raw = regressors[kept] / np.float32(SIDE_PX)
    centre = raw[:, :2] + ANCHORS[kept]
    boxes = np.concatenate([centre - raw[:, 2:4] / 2, raw[:, 2:4]], axis=1)
    keypoints = raw[:, 4:].reshape(-1, 6, 2) + ANCHORS[kept][:, None]
    return _blend(boxes, keypoints, scores[kept].astype(np.float32))


def _blend(boxes: Floats, keypoints: Floats, scores: Floats) -> Found:
    """Make one face of boxes that overlap: their mean, weighed by score (MediaPipe's weighted suppression)."""
    left = np.arange(len(boxes))
    faces: list[tuple[Floats, Floats, float]] = []
    while left.size:
        overlap = _iou(boxes[left[0]], boxes[left])
        one = overlap > _SAME_IOU
        one[0] = True
        chosen = left[one]
        weights = scores[chosen] / scores[chosen].sum()
        faces.append((weights @ boxes[chosen], np.tensordot(weights, keypoints[chosen], 1), float(scores[left[0]])))
        left = left[~one]
    return Found(
        np.array([face[0] for face in faces], np.float32).reshape(-1, 4),
        np.array([face[1] for face in faces], np.float32).reshape(-1, 6, 2),
        np.array([face[2] for face in faces], np.float32),
    )


def _iou(box: Floats, others: Floats) -> Floats:
    """Intersection over union of a box (4,) with others (N, 4)."""
    low = np.maximum(box[:2], others[:, :2])
    high = np.minimum(box[:2] + box[2:], others[:, :2] + others[:, 2:])
    shared = np.prod(np.clip(high - low, 0, None), axis=1)
    union = np.prod(box[2:]) + np.prod(others[:, 2:], axis=1) - shared
    return np.asarray(shared / np.maximum(union, np.finfo(np.float32).tiny), np.float32)
