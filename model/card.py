"""Write the model card: what a network is, and its figures, from its own metadata and from measurements of it."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Any, Final, TypeVar

from model import card_tables as tables
from model.config import Config, config_from
from model.data import DataError
from model.figures import Cost, Evaluation, Thresholds, evaluation, read_cost, read_evaluation, read_thresholds
from model.files import replacing, sha256
from model.inference import open_session, session_classifier

_TEMPLATE: Final = Path(__file__).with_name("card_template.md")
_FIRST_LINE: Final = b"# The weights\n"
# what the app holds the weights against; ``sha256sum --check`` reads it
_SUMS: Final = "SHA256SUMS"
_DETECTOR: Final = "face_detector.onnx"
_DETECTOR_SHA256: Final = "a21fc7ac0b0d251d053317152e5dec4ec98bf1ca785b9aeaa3e37cf438032886"
_DETECTOR_SECTION: Final = f"""
## {_DETECTOR}

MediaPipe's short-range face detector (BlazeFace: Bazarevsky et al., "BlazeFace: Sub-millisecond Neural Face Detection
on Mobile GPUs", 2019): the file `face_detection_short_range.tflite` as the wheel of mediapipe 0.10.21 ships it, turned
into ONNX by `python -m tools.detector_onnx`. © The MediaPipe Authors, Apache License 2.0 (the text is that of
[LICENSE](../LICENSE)).
"""

_Found = TypeVar("_Found", Evaluation, Cost, Thresholds)


@dataclass(frozen=True, slots=True)
class Measured:
    """Files of figures beside the network's own metadata; what is not given is left out of the card.

    Attributes:
        evaluations: of the network itself, each as ``evaluate --json``; instead of the metadata's scores.
        ablations: of other networks on the first evaluation's data; the file's name says which.
        seeds: of the same recipe with different seeds, likewise.
        cost: of the network itself, as ``cost --json``.
        thresholds: of the network itself in the app, as ``tools.thresholds --json``.
        experiments: a page with all runs, to link to.
    """

    evaluations: tuple[Path, ...] = ()
    ablations: tuple[Path, ...] = ()
    seeds: tuple[Path, ...] = ()
    cost: Path | None = None
    thresholds: Path | None = None
    experiments: Path | None = None


def write_card(network: Path, out: Path, measured: Measured) -> None:
    """Write the card of the exported network at ``network`` to ``out``, atomically.

    A face detector that lies beside the network is described along with it. A card beside its network has
    ``SHA256SUMS`` written beside it, too.

    Raises:
        DataError: the network or a file of figures cannot be used or belongs to another network, or ``out`` holds
            something else than a card.
        OSError: ``out`` cannot be written.
    """
    if out.exists() and not is_card(out):
        raise DataError(f"{out}: holds something else than a model card, which would be lost; give another --out")
    metadata = _metadata(network)
    try:
        training = json.loads(metadata["training"])
        config = config_from(training["config"], str(network))
        scored = evaluation(network.stem, {"dataset": "fer2013"} | json.loads(metadata["scores"]))
        parts = [_recipe(training, config, metadata["git_commit"])]
        temperatures = {name: float(value) for name, value in training["temperatures"].items()}
        rounding = _rounding(json.loads(metadata.get("rounding", "null")))
        calibration = tables.calibration(temperatures, str(training["temperatures_fitted_on"]))
    except (KeyError, TypeError, ValueError) as error:
        raise DataError(f"{network}: its metadata lacks how it was trained or scored; export it again") from error
    if config.dataset != "fer2013":
        raise DataError(f"{network}: trained on {config.dataset}; the card is for networks trained on FER-2013")
    if measured.experiments is not None:
        if not measured.experiments.is_file():
            raise DataError(f"{measured.experiments}: no such page; leave --experiments out, or write it")
        link = os.path.relpath(measured.experiments, out.parent).replace(os.sep, "/")
        parts.append(f"All runs, with what was expected and found: [{measured.experiments.name}]({link}).")
    digest = sha256(network)
    own = [_of(digest, read_evaluation(path), path, network) for path in measured.evaluations] or [scored]
    parts += [
        tables.scores(own),
        calibration,
        *(part for one in own for part in (tables.pose(one), tables.occlusion(one))),
    ]
    if measured.thresholds is not None:
        parts.append(_of(digest, read_thresholds(measured.thresholds), measured.thresholds, network).markdown)
    if measured.ablations:
        parts.append(tables.ablation(own[0], _alike(measured.ablations, own[0])))
    if measured.seeds:
        if len(measured.seeds) < 2:
            raise DataError(f"{measured.seeds[0]}: one seed has no spread; give --seeds the evaluations of several")
        parts.append(tables.seeds(_alike(measured.seeds, own[0])))
    if measured.cost is not None:
        parts.append(tables.cost(_of(digest, read_cost(measured.cost), measured.cost, network)))
    detector = network.with_name(_DETECTOR)
    sums = {path.name: sha256(path) for path in _weights(network, detector)}
    page = Template(_TEMPLATE.read_text(encoding="utf-8")).substitute(
        name=network.name,
        files="\n".join(f"| `{name}` | `{found}` | Apache-2.0 |" for name, found in sums.items()),
        network=_describe(config),
        rounding=rounding,
        measured="\n\n".join(part for part in parts if part),
    )
    with replacing(out) as file:
        file.write((page + (_DETECTOR_SECTION if detector.exists() else "")).encode())
    if out.resolve().parent == network.resolve().parent:
        with replacing(network.with_name(_SUMS)) as file:
            file.write("".join(f"{found}  {name}\n" for name, found in sums.items()).encode())


def is_card(path: Path) -> bool:
    """Whether ``path`` is a card, which ``write_card`` may replace.

    Raises:
        OSError: it is there and cannot be read.
    """
    return path.is_file() and path.read_bytes().startswith(_FIRST_LINE)


def _metadata(network: Path) -> dict[str, str]:
    try:
        content = network.read_bytes()
    except OSError as error:
        raise DataError(f"{network}: {error.strerror or error}; give an exported network with --onnx") from error
    session = open_session(content, str(network))
    session_classifier(session, str(network))
    return dict(session.get_modelmeta().custom_metadata_map)


def _weights(network: Path, detector: Path) -> list[Path]:
    if not detector.exists():
        return [network]
    if sha256(detector) != _DETECTOR_SHA256:
        raise DataError(f"{detector}: not the detector that the card describes; restore it, or describe the new one")
    return [network, detector]


def _of(digest: str, found: _Found, path: Path, network: Path) -> _Found:
    if found.sha256 != digest:
        raise DataError(f"{path}: measured of another file than {network}; measure this one")
    return found


def _alike(paths: tuple[Path, ...], own: Evaluation) -> list[Evaluation]:
    """Read evaluations that stand beside ``own``, which must be of the same faces."""
    found = [read_evaluation(path) for path in paths]
    for path, one in zip(paths, found, strict=True):
        if one.title != own.title:
            raise DataError(f"{path}: measured on {one.title}, not on {own.title} as what it stands beside")
    return found


def _describe(config: Config) -> str:
    channels = ", ".join(f"{width}, {width}" for width in config.widths)
    squeezed = ",\nwith squeeze-and-excitation after each pair but the first" if config.squeeze else ""
    front = "a spatial transformer (Jaderberg et al. 2015) in front of" if config.attention else "a fixed frame and"
    return (
        f"{front}\n{2 * len(config.widths)} convolutions of 3×3 ({channels} channels){squeezed},\n"
        f"and one dense layer a label set. The convolutions see the attended face at {config.attended_px}×"
        f"{config.attended_px}. After Minaee & Abdolrashidi,\n"
        '"Deep-Emotion: Facial Expression Recognition Using Attentional Convolutional Network", 2019.'
    )


def _rounding(rounding: dict[str, Any] | None) -> str:
    if rounding is None:
        return "- **Weights** in float32.\n"
    exact = rounding["float32_accuracy"]
    return (
        f"- **Weights** of the classifier's convolutions, but for the first, as {rounding['bits']}-bit integers, of\n"
        "  which 7 bits are used (`model/rounding.py`). In float32 the same network has "
        f"{float(exact['fer2013']):.2f} % of FER-2013's\n"
        f"  PublicTest right and {float(exact['ferplus']):.2f} % of FER+'s.\n"
    )


def _recipe(training: dict[str, Any], config: Config, commit: str) -> str:
    warm = config.localise_epochs if config.attention else 0
    of = f"{warm} of the localisation net alone and {config.epochs} of all of it" if warm else f"{config.epochs}"
    settings = "\n".join(f"{key} = {json.dumps(value)}" for key, value in config.provenance().items())
    return (
        "### Recipe\n\n"
        f"- **Trained on** {training['data']}\n"
        f"- **Seed** {training['seed']}; the weights after epoch {training['epochs']} ({of})\n"
        f"- **Chosen**: {training['selected_by']}\n"
        f"- **Commit** {commit}\n\n"
        f"```toml\n{settings}\n```"
    )
