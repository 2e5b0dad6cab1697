"""Round a network's convolutions to 8 bits, for processors that multiply small integers faster than floats.

Post-training static quantisation (Jacob et al. 2018, "Quantization and Training of Neural Networks for Efficient
Integer-Arithmetic-Only Inference"): each weight becomes an int8 with a scale a channel, each map an uint8 whose range
is that of some real faces. ONNX holds it as pairs of QuantizeLinear and DequantizeLinear, which onnxruntime merges into
integer convolutions, and which mean the same on a provider that has none.
"""

import logging
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import onnx
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static

from model.data import Pixels

# Enough for the range of each map; more change it by little.
_FACES: Final = 512
_BATCH: Final = 64
_NETWORK: Final = "net."
_ROUNDED: Final = f"{_NETWORK}classifier."
_SUFFIX: Final = "_quantized"


class _Calibration(CalibrationDataReader):  # type: ignore[misc]  # onnxruntime has no types
    """Feeds faces, uint8 (N, 48, 48), in batches."""

    def __init__(self, pixels: Pixels) -> None:
        self._batches: Iterator[Pixels] = (
            pixels[start : start + _BATCH, None] for start in range(0, len(pixels), _BATCH)
        )

    def get_next(self) -> dict[str, Pixels] | None:
        batch = next(self._batches, None)
        return None if batch is None else {"faces": batch}


def rounded(model: onnx.ModelProto, pixels: Pixels) -> onnx.ModelProto:
    """Return ``model`` with the classifier's convolutions in 8 bits, but for the first, which sees the face itself.

    The localisation net stays as it is, so that θ and what is shown of it are exact. Weights take 7 of their 8 bits:
    without VNNI, an x86 processor adds two products in 16 bits, which 8 would overflow (onnxruntime's documentation,
    "Quantize ONNX models").

    Args:
        model: an exported network in float32, unchanged.
        pixels: faces for the maps' ranges, uint8 (N, 48, 48); the first 512 are taken.
    """
    shapes = {tensor.name: tuple(tensor.dims) for tensor in model.graph.initializer}
    nodes = [
        node.name
        for node in model.graph.node
        if node.op_type == "Conv" and node.input[1].startswith(_ROUNDED) and shapes[node.input[1]][1] > 1
    ]
    # it recommends its own preparation, which merges what torch's exporter has merged already
    logging.getLogger().addFilter(_without_recommendation)
    try:
        with tempfile.TemporaryDirectory() as folder:
            # given the model itself, it would move its tensors out into a file
            given, path = Path(folder, "float32.onnx"), Path(folder, "rounded.onnx")
            onnx.save(model, given)
            quantize_static(
                given,
                path,
                _Calibration(pixels[:_FACES]),
                quant_format=QuantFormat.QDQ,
                per_channel=True,
                reduce_range=True,
                activation_type=QuantType.QUInt8,
                weight_type=QuantType.QInt8,
                nodes_to_quantize=nodes,
            )
            return onnx.load(path)
    finally:
        logging.getLogger().removeFilter(_without_recommendation)


def _without_recommendation(record: logging.LogRecord) -> bool:
    return "pre-processing before quantization" not in record.getMessage()


def weights(model: onnx.ModelProto) -> dict[str, npt.NDArray[np.float32]]:
    """Return the network's tensors by their names, those that were rounded as the floats that they stand for."""
    held = {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    found = {name: array for name, array in held.items() if name.startswith(_NETWORK)}
    for node in model.graph.node:
        if node.op_type == "DequantizeLinear" and node.input[0] in found:
            integers, scale, zero = (held[name] for name in node.input)
            # a scale a channel, which is the first axis of a convolution's weights
            across = (-1,) + (1,) * (integers.ndim - 1)
            floats = (integers.astype(np.float32) - zero.reshape(across)) * scale.reshape(across)
            found[node.input[0].removesuffix(_SUFFIX)] = floats.astype(np.float32)
            for name in node.input:
                del found[name]
    return {name.removeprefix(_NETWORK): array for name, array in found.items()}
