"""When not to trust a reading: the thresholds of confidence and quality, from PublicTest, through the app's own code.

    python -m tools.thresholds --data fer2013.csv --ferplus fer2013new.csv [--faces N] [--json FILE]

Prints a section of the model card. The defaults that the app has now stand beside what is measured.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy.optimize import isotonic_regression
from tqdm import tqdm

from app.resources import weights_dir
from app.types import Crop, Image
from app.vision.pipeline import PipelineOptions
from model.card_tables import percent, table
from model.data import DataError, load_fer2013, majority_labels
from model.files import sha256
from tools.arguments import ToolParser
from tools.degraded import SIZE_PX, Array, Reader, Sample, Series, all_series, unchanged

FALL: Final = 5.0
# No limit may withhold more of the undegraded faces, in percent: they are read well, however soft or dark they are.
SPARED: Final = 1.0
CONFIDENCES: Final = tuple(round(0.2 + 0.05 * i, 2) for i in range(15))
TURNS: Final = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5)

_CONFIDENCE: Final = """
### When not to trust a reading

FER+ accuracies by the majority protocol on {split}, {faces} faces. "In frames": each pasted {size} px large into a
frame, then detected ({detected} are), cropped and read by the app's own code. By `python -m tools.thresholds`.

**Confidence.** Below the threshold the label is `uncertain`. The default answers where the label is more likely right
than wrong: Chow's rule (1970), where a wrong answer costs twice what none costs. By isotonic regression of right
answers on confidence (Zadrozny & Elkan 2002) that is so from {even_directly} on, in frames from {even_in_frames};
**default {default:g}**. The last column is of the {apart} faces on whose emotion people do not agree.
Area under the risk-coverage curve (Geifman et al. 2019): {area_directly} directly, {area_in_frames} in frames.
"""
_QUALITY: Final = """
**Quality.** {degraded} of these faces, evenly spread, each as it is and again smaller, darker (with a camera's noise),
brighter (clipped) and blurred; each row is set beside the same faces as they are. A limit lies where accuracy has
fallen by {fall:g} points, between the medians of what the app measures, or where {spared:g} % of the faces as they are
lie beyond, whichever lets more pass. Turned faces are those of the set itself, against the less turned half of it, by
isotonic regression. "Passed" is the share of the detected faces that the defaults let through, all reasons together:
{passed} of the faces as they are.
"""


def coverage(confidence: Array, right: Array) -> list[dict[str, float]]:
    """Percent of faces (N,) answered at each threshold, and how many of these are right."""
    told = [confidence >= threshold for threshold in CONFIDENCES]
    return [
        {"threshold": threshold, "answered": _mean(kept), "accuracy": _mean(right[kept])}
        for threshold, kept in zip(CONFIDENCES, told, strict=True)
    ]


def risk_coverage_area(confidence: Array, right: Array) -> float:
    """Area under the risk-coverage curve in percent: the mean error over all coverages (Geifman et al. 2019)."""
    wrong = 1 - right[np.argsort(-confidence, kind="stable")]
    return float((np.cumsum(wrong) / np.arange(1, len(wrong) + 1)).mean() * 100)


def first_reaching(values: Array, outcome: Array, level: float) -> float | None:
    """The least of ``values`` (N,) at which the isotonic regression of ``outcome`` (N,) reaches ``level``."""
    order = np.argsort(values, kind="stable")
    beyond = np.flatnonzero(isotonic_regression(outcome[order]).x >= level)
    return float(values[order][beyond[0]]) if len(beyond) else None


def between_steps(measured: list[float], falls: list[float]) -> float | None:
    """Return the measured value at which the fall passes ``FALL`` points, linear between two steps; None: it does not.

    A step that costs less than a milder one, by chance, counts like the milder.
    """
    worse = np.maximum.accumulate(falls)
    if worse[-1] < FALL:
        return None
    after = int(np.argmax(worse >= FALL))
    if after == 0:
        return measured[0]
    share = (FALL - worse[after - 1]) / (worse[after] - worse[after - 1])
    return float(measured[after - 1] + share * (measured[after] - measured[after - 1]))


def compare(series: Series, samples: list[Sample], reference: Sample, whole: Sample) -> dict[str, Any]:
    """Set the faces of each step beside the same faces as they are (``reference``, of the ``whole`` set)."""
    as_they_are = getattr(whole, series.measure)[whole.detected]
    measured, falls, rows = [float(np.median(as_they_are))], [0.0], []
    for step, sample in zip(series.steps, samples, strict=True):
        both = sample.detected & reference.detected
        if not both.any():
            break
        measured.append(float(np.median(getattr(sample, series.measure)[both])))
        falls.append(float((reference.right - sample.right)[both].mean() * 100))
        rows.append(
            {
                "level": step.level,
                "measured": round(measured[-1], 4),
                "detected": _mean(sample.detected[reference.detected]),
                "as_they_are": _mean(reference.right[both]),
                "accuracy": _mean(sample.right[both]),
                "passed": _mean(sample.ok[both]),
            }
        )
    falls_at = between_steps(measured, falls)
    spares = series.sign * float(np.percentile(series.sign * as_they_are, 100 - SPARED))
    limit = None if falls_at is None else series.sign * max(series.sign * falls_at, series.sign * spares)
    return {"limit": limit, "falls_at": falls_at, "spares": spares, "default": series.default, "rows": rows}


def by_turn(sample: Sample) -> dict[str, Any]:
    """Accuracy by how far faces are turned."""
    seen = sample.part(np.flatnonzero(sample.detected))
    rows = []
    for low, high in zip(TURNS, (*TURNS[1:], np.inf), strict=True):
        inside = (seen.turn >= low) & (seen.turn < high)
        rows.append({"from": low, "faces": int(inside.sum()), "accuracy": _mean(seen.right[inside])})
    frontal = seen.right[seen.turn <= np.median(seen.turn)].mean()
    return {"limit": first_reaching(seen.turn, (frontal - seen.right) * 100, FALL), "rows": rows}


def measure(data: Path, ferplus: Path, count: int) -> dict[str, Any]:
    """Measure everything on PublicTest, of whose faces with a majority about ``count`` are degraded.

    Raises:
        DataError: the data cannot be used.
    """
    everything = load_fer2013(data, "PublicTest", ferplus)
    assert everything.votes is not None
    all_labels = majority_labels(everything.votes)
    named = np.flatnonzero(all_labels >= 0)
    if not len(named):
        raise DataError(f"{ferplus}: no face of PublicTest has a majority; give FER+'s own file")
    faces, labels = everything.pixels[named], all_labels[named]
    chosen = np.unique(np.linspace(0, len(named) - 1, min(count, len(named))).round().astype(int))
    series = all_series()
    network = weights_dir() / "emotion.onnx"
    digest = sha256(network)
    reader = Reader()
    confidence, answers = reader.answers([Crop(pixels, np.eye(2, 3, dtype=np.float32)) for pixels in everything.pixels])
    right = (answers == all_labels).astype(np.float64)
    total = len(faces) + len(chosen) * sum(len(one.steps) for one in series)
    with tqdm(total=total, unit=" faces", mininterval=1.0) as bar:

        def counted(pixels: Image) -> Iterator[Image]:
            for face in pixels:
                yield face
                bar.update()

        whole = reader.read(counted(faces), labels, SIZE_PX, unchanged)
        reference = whole.part(chosen)
        quality = {}
        for one in series:
            read = [reader.read(counted(faces[chosen]), labels[chosen], s.size_px, s.degrade) for s in one.steps]
            quality[one.name] = compare(one, read, reference, whole)
    reader.close()
    quality["turned"] = by_turn(whole) | {"default": PipelineOptions().quality.max_turn}
    seen = whole.part(np.flatnonzero(whole.detected))
    apart = np.delete(confidence, named)
    return {
        "network": network.name,
        "sha256": digest,
        "split": "PublicTest",
        "faces": len(faces),
        "degraded": len(chosen),
        "detected": _mean(whole.detected),
        "passed": _mean(seen.ok),
        "confidence": {
            "default": PipelineOptions().min_confidence,
            "directly": _confidence(confidence[named], right[named]),
            "in_frames": _confidence(seen.confidence, seen.right),
            "no_majority": {"faces": len(apart), "answered": [_mean(apart >= t) for t in CONFIDENCES]},
        },
        "quality": quality,
    }


def _confidence(confidence: Array, right: Array) -> dict[str, Any]:
    return {
        "rows": coverage(confidence, right),
        "even": first_reaching(confidence, right, 0.5),
        "risk_coverage_area": round(risk_coverage_area(confidence, right), 2),
    }


def report(found: dict[str, Any]) -> str:
    """Lay what ``measure`` found out as Markdown."""
    confidence = found["confidence"]
    directly, framed, apart = (confidence[name] for name in ("directly", "in_frames", "no_majority"))
    rows = [
        (f"{a['threshold']:g}", *map(percent, (a["answered"], a["accuracy"], b["answered"], b["accuracy"], c)))
        for a, b, c in zip(directly["rows"], framed["rows"], apart["answered"], strict=True)
    ]
    columns = (
        "confidence from",
        "answered",
        "right",
        "answered, in frames",
        "right, in frames",
        "answered, disagreed on",
    )
    parts = [
        _CONFIDENCE.strip().format(
            split=found["split"],
            faces=found["faces"],
            size=SIZE_PX,
            detected=percent(found["detected"]),
            even_directly=_place(directly["even"]),
            even_in_frames=_place(framed["even"]),
            default=confidence["default"],
            apart=apart["faces"],
            area_directly=percent(directly["risk_coverage_area"]),
            area_in_frames=percent(framed["risk_coverage_area"]),
        ),
        table(columns, rows),
        _QUALITY.strip().format(degraded=found["degraded"], fall=FALL, spared=SPARED, passed=percent(found["passed"])),
    ]
    for series in all_series():
        one = found["quality"][series.name]
        parts += [_limit(series.name, series.measure, one), _steps(series, one["rows"])]
    turned = found["quality"]["turned"]
    by_turn = [(f"{row['from']:g}", str(row["faces"]), percent(row["accuracy"])) for row in turned["rows"]]
    parts += [_limit("turned", "turn", turned), table(("turn from", "faces", "accuracy"), by_turn)]
    return "\n\n".join(parts)


def _limit(name: str, measure: str, one: dict[str, Any]) -> str:
    told = [f"`{name}`: {measure} never costs {FALL:g} points"]
    if (falls_at := one.get("falls_at", one["limit"])) is not None:
        told = [f"`{name}`: {measure} costs {FALL:g} points at {falls_at:.3g}"]
        if one["limit"] != falls_at:
            told.append(f"{SPARED:g} % of the faces as they are lie beyond {one['spares']:.3g}")
    return f"{', '.join(told)}; **default {one['default']:g}**."


def _steps(series: Series, rows: list[dict[str, float]]) -> str:
    cells = [
        (
            f"{row['level']:g}",
            f"{row['measured']:.3g}",
            *map(percent, (row["detected"], row["as_they_are"], row["accuracy"])),
            f"{row['accuracy'] - row['as_they_are']:+.2f}",
            percent(row["passed"]),
        )
        for row in rows
    ]
    header = (series.level, series.measure, "detected", "as they are", "accuracy", "difference", "passed")
    return table(header, cells)


def _place(value: float | None) -> str:
    return "nowhere" if value is None else f"{value:.2f}"


def _mean(values: npt.NDArray[Any]) -> float:
    """In percent; 0 of nothing."""
    return round(float(values.mean()) * 100, 2) if len(values) else 0.0


def main(argv: list[str] | None = None) -> int:
    """Measure and print; return the exit status: 0 done, 2 for what cannot be used."""
    parser = ToolParser("thresholds", "When not to trust a reading: thresholds from PublicTest.")
    parser.add_argument("--data", type=Path, required=True, metavar="FILE", help="Kaggle's fer2013.csv")
    parser.add_argument("--ferplus", type=Path, required=True, metavar="FILE", help="fer2013new.csv of FER+")
    parser.add_argument("--faces", type=int, default=600, metavar="N", help="how many are degraded (default: 600)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures and the section there")
    args = parser.parse_args(argv)
    if args.faces < 1:
        parser.error(f"--faces {args.faces}: at least one face must be degraded")
    try:
        found = measure(args.data, args.ferplus, args.faces)
        section = report(found)
        print(section)
        if args.json:
            args.json.write_text(json.dumps(found | {"markdown": section}, indent=1) + "\n", encoding="utf-8")
    except DataError as error:
        print(f"thresholds: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"thresholds: {error.filename}: {error.strerror}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
