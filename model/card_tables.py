"""The measured parts of the model card, as Markdown."""

from collections.abc import Iterable, Sequence

import numpy as np

from model.figures import HEADS, Cost, Evaluation, HeadScores

_NOT_MEASURED = "–"


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Lay ``rows`` out below ``header`` as a Markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def scores(evaluations: Sequence[Evaluation]) -> str:
    """The scores of both heads on each split, then class by class."""
    rows = [
        (
            one.title,
            HEADS[name],
            str(head.faces),
            percent(head.accuracy),
            percent(head.macro_f1),
            percent(head.calibration_error),
        )
        for one in evaluations
        for name, head in one.heads.items()
    ]
    parts = [
        "### Scores",
        "One forward pass a face, no test-time augmentation. Calibration error: expected, over 15 bins of confidence\n"
        "(Guo et al. 2017).",
        table(("data", "head", "faces", "accuracy", "macro-F1", "calibration error"), rows),
    ]
    for one in evaluations:
        for name, head in one.heads.items():
            parts += [f"{HEADS[name]} by class on {one.title}: true labels down, predictions across.", by_class(head)]
    return "\n\n".join(parts)


def by_class(head: HeadScores) -> str:
    """The confusion matrix with recall, precision and F1 of each class."""
    true, predicted, right = head.confusion.sum(1), head.confusion.sum(0), head.confusion.diagonal()
    rows = [
        (
            label,
            *map(str, counts),
            _share(right[i], true[i]),
            _share(right[i], predicted[i]),
            _f1(right[i], true[i], predicted[i]),
        )
        for i, (label, counts) in enumerate(zip(head.labels, head.confusion, strict=True))
    ]
    return table(("", *head.labels, "recall", "precision", "F1"), rows)


def calibration(temperatures: dict[str, float], fitted_on: str) -> str:
    """The temperatures in the graph."""
    values = ", ".join(f"{HEADS.get(name, name)} {value:g}" for name, value in temperatures.items())
    return (
        "### Calibration\n\n"
        f"Logits are divided by one temperature a head inside the graph: {values}.\n"
        f"Fitted on {fitted_on}.\nThe calibration errors above are those that remain."
    )


def pose(one: Evaluation) -> str:
    """How the attended region and the accuracy take posed faces; empty where it was not measured."""
    if one.pose is None:
        return ""
    found = one.pose
    deviations = ", ".join(f"{sd:.3f}" for sd in found.theta_sd)
    rows = [
        (HEADS.get(name, name), percent(upright), percent(found.posed[name]), f"{found.posed[name] - upright:+.2f}")
        for name, upright in found.upright.items()
    ]
    return "\n\n".join(
        [
            "### Attention and pose",
            f"Faces of {one.title}, shifted to ±{found.shift_px:g} px, turned to ±{found.rotation_deg:g}° and scaled\n"
            f"by {found.scale[0]:g} to {found.scale[1]:g}, all at once.\n"
            "R² between where the attended region of the upright face should land and where it lands:\n"
            f"**shift {found.r2_shift:.3f}, axes {found.r2_axes:.3f}**.\n"
            f"Standard deviation of θ over the upright faces, row by row: {deviations} (0 would be a fixed frame).",
            table(("accuracy", "upright", "posed", "difference"), rows),
        ]
    )


def occlusion(one: Evaluation) -> str:
    """Accuracies with a part of the face covered; empty where it was not measured."""
    if not one.occlusion:
        return ""
    bare = {name: head.accuracy for name, head in one.heads.items()}
    rows = [
        (cover, *(_percent_of(by_head, name) for name in bare))
        for cover, by_head in {"nothing": bare, **one.occlusion}.items()
    ]
    return "\n\n".join(
        [
            "### Covered faces",
            f"Faces of {one.title} with a quarter or a half covered by mid-grey; the mean over four places.",
            table(("covered", *(HEADS[name] for name in bare)), rows),
        ]
    )


def ablation(own: Evaluation, others: Sequence[Evaluation]) -> str:
    """Other networks beside this one, upright and posed."""
    header = ["network", *HEADS.values(), *(f"{head}, posed" for head in HEADS.values()), "R² shift", "R² axes"]
    rows = []
    for one in (own, *others):
        accuracies = {name: head.accuracy for name, head in one.heads.items()}
        posed = {} if one.pose is None else one.pose.posed
        r2 = [_NOT_MEASURED] * 2 if one.pose is None else [f"{one.pose.r2_shift:.3f}", f"{one.pose.r2_axes:.3f}"]
        name = "**this one**" if one is own else one.name
        rows.append([name, *(_percent_of(values, head) for values in (accuracies, posed) for head in HEADS), *r2])
    return "\n\n".join(["### Ablation", f"Accuracies on {own.title}.", table(header, rows)])


def seeds(evaluations: Sequence[Evaluation]) -> str:
    """The same recipe with several seeds: each, and mean ± standard deviation."""
    heads = [name for name in HEADS if all(name in one.heads for one in evaluations)]
    header = ["run", *(f"{HEADS[name]} {score}" for name in heads for score in ("accuracy", "macro-F1"))]
    values = np.array(
        [[(one.heads[name].accuracy, one.heads[name].macro_f1) for name in heads] for one in evaluations]
    ).reshape(len(evaluations), -1)
    rows = [[one.name, *map(percent, row)] for one, row in zip(evaluations, values, strict=True)]
    spread = zip(values.mean(0), values.std(0, ddof=1), strict=True)
    rows.append(["**mean ± sd**", *(f"**{mean:.2f} ± {sd:.2f} %**" for mean, sd in spread)])
    title = f"The same recipe with {len(evaluations)} seeds, on {evaluations[0].title}."
    return "\n\n".join(["### Seeds", title, table(header, rows)])


def cost(found: Cost) -> str:
    """What one face costs on one core."""
    rows = [
        (name, f"{speed:.1f}", f"**{found.gflop_a_face[name]:.3f}**") for name, speed in found.core_gflop_per_s.items()
    ]
    return "\n\n".join(
        [
            "### Cost",
            f"{found.multiply_adds / 1e6:.1f} M multiply-adds a face, {found.parameters / 1e6:.2f} M parameters.\n"
            f"On one thread {found.ms_a_face:.2f} ms a face. Times the speed of the same core's float32 matrix\n"
            "product, measured in turns with it:",
            table(("product by", "GFLOP/s of the core", "GFLOP a face"), rows),
        ]
    )


def percent(value: float) -> str:
    """Write a value in percent to two places."""
    return f"{value:.2f} %"


def _percent_of(values: dict[str, float], name: str) -> str:
    return percent(values[name]) if name in values else _NOT_MEASURED


def _share(part: int, whole: int) -> str:
    return f"{part / whole * 100:.1f} %" if whole else _NOT_MEASURED


def _f1(right: int, true: int, predicted: int) -> str:
    return _share(2 * right, true + predicted) if true else _NOT_MEASURED
