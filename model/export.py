"""Export a trained network as the one ONNX file that the app reads.

The graph carries its own normalisation and temperatures, the metadata its labels, provenance and scores. Batch norm is
folded into the convolutions, most of which are then rounded to 8 bits. Nothing is written unless onnxruntime agrees
with torch on real faces before the rounding, and says nearly as often what is right after it.
"""

import copy
import json
import logging
import subprocess
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import onnx
import torch
from onnx_ir.passes.common import ClearMetadataAndDocStringPass
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from model import checkpoint
from model.calibration import fit_temperature
from model.config import Config
from model.cost import count
from model.data import SIDE_PX, DataError, Faces, Pixels
from model.evaluate import evaluate
from model.files import replacing
from model.inference import open_session, session_classifier
from model.labels import FER2013_LABELS, FERPLUS_LABELS
from model.metrics import Predictions, heads
from model.net import MienNet, standardise, warp
from model.predict import as_tensor, predict
from model.rounding import rounded

OUTPUTS: Final = ("ferplus", "fer2013", "theta", "attended")
# opset 16 brought GridSample; 18 is torch's own, so that nothing is converted.
_OPSET: Final = 18
_TOLERANCE: Final = 1e-4
_BATCHES: Final = (1, 16)
# percentage points of accuracy that rounding may cost, or one face where few faces make that more
_LOST_POINTS: Final = 0.3
# a probability's logarithm is taken no further down
_LEAST: Final = 1e-4
_SELECTED_BY: Final = "epoch with the highest mean of FER-2013 and FER+ accuracy on "


class Deployed(nn.Module):
    """What the ONNX file computes: ``net`` on uint8 faces, one temperature a head, and the attended face to show."""

    def __init__(self, net: MienNet, *, fer2013_temperature: float, ferplus_temperature: float) -> None:
        super().__init__()
        self.net = copy.deepcopy(net).eval()
        fold_batch_norm(self.net)
        self.fer2013_temperature = fer2013_temperature
        self.ferplus_temperature = ferplus_temperature

    def forward(self, faces: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Map faces, uint8 (N, 1, 48, 48), to ``OUTPUTS``: (N, 8), (N, 7), (N, 2, 3), (N, 1, 48, 48) in [0, 1]."""
        grey = faces.float() / 255
        theta = self.net.attend(grey)
        fer2013, ferplus = self.net.classifier(standardise(warp(grey, theta, self.net.attended_px)))
        return (
            (ferplus / self.ferplus_temperature).softmax(1),
            (fer2013 / self.fer2013_temperature).softmax(1),
            theta,
            warp(grey, theta, SIDE_PX),
        )


def fold_batch_norm(module: nn.Module) -> None:
    """Merge each batch norm that follows a convolution in an ``nn.Sequential`` into it, in place, eval mode."""
    for child in module.children():
        fold_batch_norm(child)
    if isinstance(module, nn.Sequential):
        for i in range(len(module) - 1):
            convolution, norm = module[i], module[i + 1]
            if isinstance(convolution, nn.Conv2d) and isinstance(norm, nn.BatchNorm2d):
                module[i], module[i + 1] = fuse_conv_bn_eval(convolution, norm), nn.Identity()


def export(path: Path, validation: Faces, out: Path, *, float32: bool = False) -> dict[str, Any]:
    """Write the averaged weights of the checkpoint at ``path`` to ``out`` as ONNX, atomically.

    The temperatures are fitted on ``validation`` (PublicTest with its FER+ votes), which also gives the scores and the
    ranges of what is rounded.

    Args:
        path: a checkpoint.
        validation: faces with votes.
        out: the file.
        float32: round nothing.

    Returns:
        ``temperatures`` and ``scores``, as in the file's metadata.

    Raises:
        DataError: the checkpoint cannot be used, votes are missing, onnxruntime and torch differ by more than 1e-4, or
            rounding costs more than 0.3 points of accuracy.
    """
    if validation.votes is None:
        raise DataError("exporting needs the FER+ votes; give fer2013new.csv with --ferplus")
    if len(validation) < sum(_BATCHES):
        raise DataError(f"{len(validation)} faces on PublicTest are too few to export with; give Kaggle's fer2013.csv")
    net, config = checkpoint.load_network(path)
    epoch = checkpoint.load(path)["epoch"]
    fitted = {
        name: fit_temperature(head.probabilities, head.labels)
        for name, head in heads(predict(net, as_tensor(validation.pixels)), validation).items()
    }
    deployed = Deployed(net, fer2013_temperature=fitted["fer2013"], ferplus_temperature=fitted["ferplus"]).eval()
    model = to_onnx(deployed)
    temperatures = {name: round(value, 4) for name, value in fitted.items()}
    training = {
        "data": _data(config),
        "seed": config.seed,
        "epochs": epoch,
        "selected_by": _SELECTED_BY + ("PublicTest" if config.dataset == "fer2013" else "the validation split"),
        "temperatures": temperatures,
        "temperatures_fitted_on": "PublicTest, negative log-likelihood (FER+: majority labels)",
        "config": config.provenance(),
    }
    metadata = {
        "labels_ferplus": json.dumps(FERPLUS_LABELS),
        "labels_fer2013": json.dumps(FER2013_LABELS),
        "git_commit": git_commit(Path(__file__).parent),
        "training": json.dumps(training),
        "multiply_adds": str(count(model)["multiply_adds"]),
    }
    onnx.helper.set_model_props(model, metadata)
    check(deployed, model.SerializeToString(), validation.pixels)
    predictions, scores = _scored(model, validation, out)
    if not float32:
        exact = {name: scores[name]["accuracy"] for name in fitted}
        model = rounded(model, validation.pixels)
        metadata["rounding"] = json.dumps({"bits": 8, "float32_accuracy": exact})
        onnx.helper.set_model_props(model, metadata)
        predictions, scores = _scored(model, validation, out)
        check_rounding(exact, scores)
    metadata["neutral_log_mean"] = json.dumps(neutral_log_mean(predictions, validation))
    onnx.helper.set_model_props(model, metadata | {"scores": json.dumps({"split": "PublicTest"} | scores)})
    onnx.checker.check_model(model)
    with replacing(out) as file:
        file.write(model.SerializeToString())
    return {"temperatures": temperatures, "scores": scores}


def _scored(model: onnx.ModelProto, faces: Faces, out: Path) -> tuple[Predictions, dict[str, Any]]:
    classify = session_classifier(open_session(model.SerializeToString(), str(out)), str(out))
    scores, predictions = evaluate(classify, faces)
    return predictions, scores


def neutral_log_mean(predictions: Predictions, faces: Faces) -> list[float]:
    """Return the mean log probability of each FER+ emotion (8,) over the faces that FER+ calls neutral.

    It is what the app holds a person's own neutral face against.

    Raises:
        DataError: no face is neutral.
    """
    head = heads(predictions, faces)["ferplus"]
    neutral = head.probabilities[head.labels == FERPLUS_LABELS.index("neutral")]
    if not len(neutral):
        raise DataError("FER+ calls no face of PublicTest neutral; give Kaggle's fer2013.csv and fer2013new.csv")
    return [round(float(value), 4) for value in np.log(neutral.clip(_LEAST)).mean(0)]


def _data(config: Config) -> str:
    """What the weights have learnt from, in words."""
    data = f"{config.dataset}, training split by {config.split_by or 'its default'}"
    if config.dataset == "fer2013":
        data = "FER-2013 (Kaggle's fer2013.csv), Training; FER+ votes (fer2013new.csv)"
    return f"{data}; started from {Path(config.init).name}" if config.init else data


def to_onnx(deployed: Deployed) -> onnx.ModelProto:
    """Trace ``deployed`` into ONNX with N dynamic, without the source paths that torch leaves in it."""
    example = torch.zeros(2, 1, SIDE_PX, SIDE_PX, dtype=torch.uint8)
    # torch's exporter says at each run that torchvision is absent, and warns of its own deprecated calls.
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", category=FutureWarning)
        warnings.simplefilter("ignore", category=DeprecationWarning)
        program = torch.onnx.export(
            deployed,
            (example,),
            dynamo=True,
            opset_version=_OPSET,
            external_data=False,
            input_names=["faces"],
            output_names=list(OUTPUTS),
            dynamic_shapes={"faces": {0: torch.export.Dim("N")}},
            verbose=False,
        )
    assert program is not None
    ClearMetadataAndDocStringPass()(program.model)
    return program.model_proto


def check(deployed: Deployed, model: bytes, pixels: Pixels) -> None:
    """Compare onnxruntime with torch on faces, uint8 (N, 48, 48), in batches of 1 and 16.

    Raises:
        DataError: an output differs by more than 1e-4, or is not finite.
    """
    session = open_session(model, "the exported network")
    start = 0
    for size in _BATCHES:
        faces = pixels[start : start + size, None]
        start += size
        with torch.no_grad():
            expected: list[npt.NDArray[np.float32]] = [output.numpy() for output in deployed(torch.from_numpy(faces))]
        for name, wanted, found in zip(OUTPUTS, expected, session.run(list(OUTPUTS), {"faces": faces}), strict=True):
            apart = float(np.abs(wanted - found).max())
            if not apart <= _TOLERANCE:
                raise DataError(f"the exported network's {name} differs from torch by {apart:.2g}; nothing was written")


def check_rounding(exact: Mapping[str, float], scores: Mapping[str, Any]) -> None:
    """Hold the accuracy of the rounded network, ``scores[head]``, against ``exact``, that in float32; both in percent.

    Raises:
        DataError: it has fallen by more than 0.3 points, and by more than one face.
    """
    for name, accuracy in exact.items():
        found = scores[name]["accuracy"]
        if not accuracy - found <= max(_LOST_POINTS, 100 / scores[name]["faces"]) + _TOLERANCE:
            raise DataError(
                f"rounded to 8 bits, {name} falls from {accuracy} % to {found} %; nothing was written; "
                "export with 'python -m model export --float32'"
            )


def git_commit(folder: Path) -> str:
    """Return the commit of ``folder``'s checkout, with ``-dirty`` where files in ``folder`` differ from it.

    ``unknown`` outside a checkout, before the first commit, or without git.
    """
    try:
        commit = _git(folder, "rev-parse", "HEAD")
        _git(folder, "ls-files", "--error-unmatch", ".")
        return commit + ("-dirty" if _git(folder, "status", "--porcelain", "--", ".") else "")
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def _git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["git", "-C", folder, *arguments], check=True, capture_output=True, text=True)
    return done.stdout.strip()
