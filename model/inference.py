"""Run a network over faces: the exported ONNX through onnxruntime, or a checkpoint through torch."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime
from onnxruntime.capi import onnxruntime_pybind11_state as ort_errors

from model.data import DataError, Pixels
from model.labels import FER2013_LABELS, FERPLUS_LABELS
from model.metrics import Predictions

Classify = Callable[[Pixels], Predictions]
"""From faces, uint8 (N, 48, 48), to what a network says of them."""

# What onnxruntime raises for a file that it cannot load; it has no common base class of its own.
_UNLOADABLE = (
    ort_errors.Fail,
    ort_errors.InvalidArgument,
    ort_errors.InvalidGraph,
    ort_errors.InvalidProtobuf,
    ort_errors.NotImplemented,
    ort_errors.RuntimeException,
)
_BATCH = 64


def open_session(model: bytes, name: str, threads: int = 0) -> onnxruntime.InferenceSession:
    """Load a serialised ONNX model onto the processor.

    Args:
        model: the file's content.
        name: what errors call it.
        threads: how many work on one operator; 0 leaves it to onnxruntime.

    Raises:
        DataError: it is no ONNX model, or a damaged one.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except _UNLOADABLE as error:
        raise DataError(f"{name}: not an ONNX model, or a damaged one; export it again") from error


def onnx_classifier(path: Path) -> Classify:
    """Return what runs the ONNX file at ``path``, as ``session_classifier``.

    Raises:
        DataError: the file is missing, damaged, or not Mien's network.
    """
    try:
        model = path.read_bytes()
    except OSError as error:
        raise DataError(f"{path}: {error.strerror or error}; give an exported network with --onnx") from error
    return session_classifier(open_session(model, str(path)), str(path))


def session_classifier(session: onnxruntime.InferenceSession, name: str) -> Classify:
    """Return what runs ``session`` in batches; its DataErrors say ``name``.

    Raises:
        DataError: inputs, outputs or labels are not those of Mien's network.
    """
    outputs = {output.name for output in session.get_outputs()}
    if [i.name for i in session.get_inputs()] != ["faces"] or not {"fer2013", "ferplus", "theta"} <= outputs:
        raise DataError(f"{name}: not Mien's network (its inputs or outputs have other names); export it again")
    metadata = session.get_modelmeta().custom_metadata_map
    for key, labels in (("labels_fer2013", FER2013_LABELS), ("labels_ferplus", FERPLUS_LABELS)):
        if metadata.get(key) != json.dumps(labels):
            raise DataError(f"{name}: {key} is {metadata.get(key)}, not {json.dumps(labels)}; export it again")

    def classify(pixels: Pixels) -> Predictions:
        batches = [
            session.run(["fer2013", "ferplus", "theta"], {"faces": pixels[start : start + _BATCH, None]})
            for start in range(0, len(pixels), _BATCH)
        ]
        fer2013, ferplus, theta = (np.concatenate(parts) for parts in zip(*batches, strict=True))
        return _finite(Predictions(fer2013, ferplus, theta), name)

    return classify


def checkpoint_classifier(path: Path) -> Classify:
    """Return what runs the averaged weights of the checkpoint at ``path`` in torch, without temperatures.

    Raises:
        DataError: as ``checkpoint.load_network``.
    """
    from model import checkpoint
    from model.predict import as_tensor, predict

    net, _ = checkpoint.load_network(path)

    def classify(pixels: Pixels) -> Predictions:
        return _finite(predict(net, as_tensor(pixels)), str(path))

    return classify


def _finite(predictions: Predictions, name: str) -> Predictions:
    outputs: tuple[npt.NDArray[np.float32], ...] = (predictions.fer2013, predictions.ferplus, predictions.theta)
    if not all(np.isfinite(output).all() for output in outputs):
        raise DataError(f"{name}: gives values that are not finite; go back to an earlier checkpoint")
    return predictions
