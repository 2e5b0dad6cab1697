"""Score a network on one split: one forward pass a face, no test-time augmentation."""

from typing import Any, Final

import numpy as np

from model import poses
from model.data import DataError, Faces
from model.inference import Classify
from model.metrics import Predictions, head_scores, heads, quick_scores, r_squared

# The poses under which the attended region must follow the face, all at once.
POSE_SHIFT_PX: Final = 5.0
POSE_ROTATION_DEG: Final = 20.0
POSE_SCALE: Final = (0.8, 1.2)
_POSE_SEED: Final = 5


def evaluate(
    classify: Classify, faces: Faces, *, pose: bool = False, occlusion: bool = False
) -> tuple[dict[str, Any], Predictions]:
    """Score ``classify`` on ``faces``.

    Returns:
        The scores, JSON-like (``faces``, ``fer2013``, with votes ``ferplus``, on demand ``pose`` and ``occlusion``),
        and the predictions that the first three are of.

    Raises:
        DataError: the network gives values that are not finite, or no face has a label of one head (FER+: no majority).
    """
    predictions = classify(faces.pixels)
    scores: dict[str, Any] = {"faces": len(faces)}
    for name, head in heads(predictions, faces).items():
        if (head.labels < 0).all():
            raise DataError(f"no face of this split has a {name} label; give another split, or more of the set")
        scores[name] = head_scores(head)
    if pose:
        scores["pose"] = pose_scores(classify, faces, predictions)
    if occlusion:
        scores["occlusion"] = occlusion_scores(classify, faces)
    return scores, predictions


def pose_scores(classify: Classify, faces: Faces, upright: Predictions) -> dict[str, Any]:
    """Compare faces with the same faces posed.

    For a pose A of a face x, the attended region should land on A⁻¹ ∘ θ(x) and lands on θ(x ∘ A): ``r2_shift`` is the
    R² of the translation, ``r2_axes`` that of the four linear entries. ``theta_sd`` (6 values, row by row) is θ's
    standard deviation over the upright faces; near 0 the attention is a fixed frame.
    """
    drawn = poses.random_poses(
        len(faces), _POSE_SEED, shift_px=POSE_SHIFT_PX, rotation_deg=POSE_ROTATION_DEG, scale=POSE_SCALE
    )
    found = classify(poses.posed(faces.pixels, drawn))
    should = poses.undo(drawn, upright.theta)
    lands = found.theta.astype(np.float64)
    return {
        "shift_px": POSE_SHIFT_PX,
        "rotation_deg": POSE_ROTATION_DEG,
        "scale": list(POSE_SCALE),
        "r2_shift": round(r_squared(should[:, :, 2], lands[:, :, 2]), 4),
        "r2_axes": round(r_squared(should[:, :, :2].reshape(-1, 4), lands[:, :, :2].reshape(-1, 4)), 4),
        "theta_sd": [round(float(sd), 4) for sd in upright.theta.std(0).ravel()],
        "accuracy_upright": quick_scores(upright, faces),
        "accuracy_posed": quick_scores(found, faces),
    }


def occlusion_scores(classify: Classify, faces: Faces) -> dict[str, dict[str, float]]:
    """Accuracies in percent with a ``quarter`` and a ``half`` of the face covered, each the mean over four places."""
    scores: dict[str, dict[str, float]] = {}
    for name, views in poses.covered(faces.pixels).items():
        found = [quick_scores(classify(view), faces) for view in views]
        scores[name] = {head: round(float(np.mean([one[head] for one in found])), 2) for head in found[0]}
    return scores


def table(scores: dict[str, Any]) -> str:
    """Lay the scores of ``evaluate`` out as lines to read."""
    lines: list[str] = []
    for name, title in (("fer2013", "FER-2013"), ("ferplus", "FER+ (majority protocol)")):
        if name in scores:
            lines += [*_head_lines(title, scores[name]), ""]
    if "pose" in scores:
        pose = scores["pose"]
        lines += [
            f"Posed (shift ±{pose['shift_px']:g} px, rotation ±{pose['rotation_deg']:g}°, "
            f"scale {pose['scale'][0]:g} to {pose['scale'][1]:g})",
            f"  attended region, R²    shift {pose['r2_shift']:.3f}   axes {pose['r2_axes']:.3f}",
            f"  accuracy upright       {_accuracies(pose['accuracy_upright'])}",
            f"  accuracy posed         {_accuracies(pose['accuracy_posed'])}",
            "",
        ]
    if "occlusion" in scores:
        lines.append("Covered")
        lines += [f"  a {name:<20} {_accuracies(found)}" for name, found in scores["occlusion"].items()]
    return "\n".join(lines).rstrip()


def _head_lines(title: str, scores: dict[str, Any]) -> list[str]:
    names = scores["labels"]
    width = max(len(name) for name in names)
    lines = [
        f"{title}, {scores['faces']} faces",
        f"  accuracy {scores['accuracy']:.2f} %   macro-F1 {scores['macro_f1']:.2f} %   "
        f"calibration error {scores['calibration_error']:.2f} %",
        f"  {'true, then predicted':<{width}} {'recall':>8} " + " ".join(f"{name[:6]:>6}" for name in names),
    ]
    for name, row in zip(names, scores["confusion"], strict=True):
        recall = scores["recall"][name]
        shown = "-" if recall is None else f"{recall:.1f} %"
        lines.append(f"  {name:<{width}} {shown:>8} " + " ".join(f"{count:>6}" for count in row))
    return lines


def _accuracies(found: dict[str, float]) -> str:
    return "   ".join(f"{name} {value:.2f} %" for name, value in found.items())
