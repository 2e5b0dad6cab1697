"""MediaPipe's face detection network, from its TensorFlow Lite file to the ONNX that Mien runs.

    python -m tools.detector_onnx --tflite tools/face_detector.tflite --out weights/face_detector.onnx

The network is rebuilt operator by operator: images in, in OpenCV's order of colours, numbers out, for any number of
images at once. Nothing is written unless ONNX Runtime agrees with OpenCV's own reader of the original file.
"""

import argparse
import hashlib
import sys
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import onnx
import tflite
from onnx import TensorProto, helper, numpy_helper

from app.cv import cv2
from app.types import Image, ModelError
from app.vision import ort

SIDE_PX: Final = 128
# what one half-precision weight's last bit can do to numbers of up to 200
MAX_DIFFERENCE: Final = 1e-3
_OPSET: Final = 18
_IR_VERSION: Final = 10
_SOURCE: Final = "face_detection_short_range.tflite of the wheel of mediapipe 0.10.21"
_TO_NCHW: Final = (0, 3, 1, 2)
_TO_NHWC: Final = (0, 2, 3, 1)
# a dimension as it is, and all that is left
_KEEP: Final = 0
_REST: Final = -1
_OPERATORS: Final = {code: name for name, code in vars(tflite.BuiltinOperator).items() if isinstance(code, int)}
_RELU: Final = (tflite.ActivationFunctionType.NONE, tflite.ActivationFunctionType.RELU)

Array = npt.NDArray[Any]


class Conversion:
    """One TensorFlow Lite graph, rebuilt as ONNX nodes; tensors keep their names, and are N, C, H, W.

    Args:
        content: the file.

    Raises:
        ModelError: the file is no TensorFlow Lite model, or one with other operators than this network has.
    """

    def __init__(self, content: bytes) -> None:
        if not tflite.Model.ModelBufferHasIdentifier(content, 0):
            raise ModelError("not a TensorFlow Lite file; give MediaPipe's face_detection_short_range.tflite")
        self._model = tflite.Model.GetRootAs(content, 0)
        self._graph = self._model.Subgraphs(0)
        self._constants: dict[int, Array] = {}
        self.nodes: list[onnx.NodeProto] = []
        self.initializers: list[onnx.TensorProto] = []
        self.image = self._name(self._graph.Inputs(0))
        for index in range(self._graph.OperatorsLength()):
            operator = self._graph.Operators(index)
            code = self._model.OperatorCodes(operator.OpcodeIndex())
            name = _OPERATORS[max(code.BuiltinCode(), code.DeprecatedBuiltinCode())]
            rebuild = getattr(self, f"_{name.lower()}", None)
            if rebuild is None:
                raise ModelError(f"operator {name} is not in MediaPipe's short-range face detector; give that one")
            rebuild(operator.InputsAsNumpy().tolist(), operator.Outputs(0), operator)

    def _name(self, tensor: int) -> str:
        return str(self._graph.Tensors(tensor).Name().decode())

    def _constant(self, tensor: int) -> Array:
        """Return a tensor that the file holds, half-precision weights as float32."""
        if tensor not in self._constants:
            stored = self._graph.Tensors(tensor)
            kinds = {tflite.TensorType.FLOAT16: "<f2", tflite.TensorType.FLOAT32: "<f4", tflite.TensorType.INT32: "<i4"}
            raw = self._model.Buffers(stored.Buffer()).DataAsNumpy().tobytes()
            values = np.frombuffer(raw, kinds[stored.Type()]).reshape(stored.ShapeAsNumpy())
            self._constants[tensor] = values.astype(np.float32) if values.dtype.kind == "f" else values
        return self._constants[tensor]

    def hold(self, name: str, values: Array) -> str:
        """Add an initializer; return its name."""
        self.initializers.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def add(self, operator: str, inputs: list[str], output: str, **attributes: Any) -> None:
        """Add a node named as its output."""
        self.nodes.append(helper.make_node(operator, inputs, [output], name=output, **attributes))

    def _dequantize(self, inputs: list[int], output: int, _: Any) -> None:
        self._constants[output] = self._constant(inputs[0])

    def _conv_2d(self, inputs: list[int], output: int, operator: Any) -> None:
        options = _options(tflite.Conv2DOptions(), operator)
        self._convolve(inputs, output, options, np.transpose(self._constant(inputs[1]), _TO_NCHW), groups=1)

    def _depthwise_conv_2d(self, inputs: list[int], output: int, operator: Any) -> None:
        options = _options(tflite.DepthwiseConv2DOptions(), operator)
        kernel = np.transpose(self._constant(inputs[1]), (3, 0, 1, 2))
        self._convolve(inputs, output, options, kernel, groups=len(kernel))

    def _convolve(self, inputs: list[int], output: int, options: Any, kernel: Array, groups: int) -> None:
        """Add a convolution with ``kernel`` (out, in per group, height, width)."""
        name = self._name(output)
        if self._name(inputs[0]) == self.image:
            kernel = kernel[:, ::-1]  # the network's colours are RGB, OpenCV's BGR
        weights = [self.hold(f"{name}/kernel", kernel), self.hold(f"{name}/bias", self._constant(inputs[2]))]
        strides = [options.StrideH(), options.StrideW()]
        size = self._graph.Tensors(inputs[0]).ShapeAsNumpy()[1:3]
        before, after = zip(
            *(_same_padding(int(n), k, s) for n, k, s in zip(size, kernel.shape[2:], strides, strict=True)),
            strict=True,
        )
        if options.Padding() == tflite.Padding.VALID:
            before = after = (0, 0)
        linear = self._activated(name, options)
        self.add(
            "Conv",
            [self._name(inputs[0]), *weights],
            linear,
            kernel_shape=kernel.shape[2:],
            strides=strides,
            pads=[*before, *after],
            group=groups,
        )

    def _activated(self, name: str, options: Any) -> str:
        """Add what the operator does after itself; return what its own output is called then."""
        if options.FusedActivationFunction() not in _RELU:
            raise ModelError(f"{name}: an activation that MediaPipe's short-range face detector has not; give that one")
        if options.FusedActivationFunction() == tflite.ActivationFunctionType.NONE:
            return name
        self.add("Relu", [f"{name}/linear"], name)
        return f"{name}/linear"

    def _add(self, inputs: list[int], output: int, operator: Any) -> None:
        linear = self._activated(self._name(output), _options(tflite.AddOptions(), operator))
        self.add("Add", [self._name(tensor) for tensor in inputs], linear)

    def _relu(self, inputs: list[int], output: int, _: Any) -> None:
        self.add("Relu", [self._name(inputs[0])], self._name(output))

    def _pad(self, inputs: list[int], output: int, _: Any) -> None:
        name = self._name(output)
        widths = self._constant(inputs[1])[list(_TO_NCHW)].T.ravel().astype(np.int64)
        self.add("Pad", [self._name(inputs[0]), self.hold(f"{name}/widths", widths)], name)

    def _max_pool_2d(self, inputs: list[int], output: int, operator: Any) -> None:
        options = _options(tflite.Pool2DOptions(), operator)
        kernel, strides = (
            [options.FilterHeight(), options.FilterWidth()],
            [options.StrideH(), options.StrideW()],
        )
        if kernel != strides:
            raise ModelError("a pooling that overlaps is not in MediaPipe's short-range face detector; give that one")
        self.add("MaxPool", [self._name(inputs[0])], self._name(output), kernel_shape=kernel, strides=strides)

    def _reshape(self, inputs: list[int], output: int, _: Any) -> None:
        """Lay an output (N, C, H, W) out as TensorFlow's (N, H, W, C) and then by anchors."""
        name = self._name(output)
        each = int(self._graph.Tensors(output).ShapeAsNumpy()[-1])
        shape = [_KEEP, _REST] if each == 1 else [_KEEP, _REST, each]
        self.add("Transpose", [self._name(inputs[0])], f"{name}/nhwc", perm=_TO_NHWC)
        self.add("Reshape", [f"{name}/nhwc", self.hold(f"{name}/shape", np.array(shape, np.int64))], name)

    def _concatenation(self, inputs: list[int], output: int, _: Any) -> None:
        self.add("Concat", [self._name(tensor) for tensor in inputs], self._name(output), axis=1)


def convert(content: bytes) -> bytes:
    """Return the ONNX of a TensorFlow Lite face detector: the same bytes for the same file.

    Its input ``images`` is uint8 (N, 128, 128, 3), BGR; its outputs are ``regressors`` (N, 896, 16), in pixels, and
    ``scores`` (N, 896), before the sigmoid.

    Raises:
        ModelError: it is no such file.
    """
    made = Conversion(content)
    first, made.nodes = made.nodes, []
    made.add("Transpose", ["images"], "images/nchw", perm=_TO_NCHW)
    made.add("Cast", ["images/nchw"], "images/float", to=TensorProto.FLOAT)
    # from 0..255 to -1..1, as MediaPipe's graph gives it
    made.add("Div", ["images/float", made.hold("half_range", np.array(127.5, np.float32))], "images/scaled")
    made.add("Sub", ["images/scaled", made.hold("one", np.array(1, np.float32))], made.image)
    made.nodes += first
    made.add("Identity", ["classificators"], "scores")
    graph = helper.make_graph(
        made.nodes,
        "face_detector",
        [helper.make_tensor_value_info("images", TensorProto.UINT8, ["N", SIDE_PX, SIDE_PX, 3])],
        [
            helper.make_tensor_value_info("regressors", TensorProto.FLOAT, ["N", 896, 16]),
            helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["N", 896]),
        ],
        made.initializers,
    )
    model = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=_IR_VERSION, producer_name="mien"
    )
    helper.set_model_props(
        model,
        {
            "copyright": "The MediaPipe Authors",
            "licence": "Apache-2.0",
            "source": _SOURCE,
            "source_sha256": hashlib.sha256(content).hexdigest(),
        },
    )
    onnx.checker.check_model(model, full_check=True)
    return bytes(model.SerializeToString(deterministic=True))


def by_opencv(path: Path, images: Image) -> tuple[Array, Array]:
    """Return what OpenCV's own reader of the TensorFlow Lite file says: regressors (N, 896, 16) and scores (N, 896).

    Args:
        path: the TensorFlow Lite file.
        images: uint8 (N, 128, 128, 3) BGR.
    """
    # the newer engine gives one output alone
    network = cv2.dnn.readNetFromTFLite(str(path), cv2.dnn.ENGINE_CLASSIC)
    found = []
    for image in images:
        network.setInput(cv2.dnn.blobFromImage(image, 1 / 127.5, mean=(127.5,) * 3, swapRB=True))
        found.append([np.array(part[0]) for part in network.forward(["regressors", "classificators"])])
    return np.stack([one[0] for one in found]), np.stack([one[1].reshape(-1) for one in found])


def difference(original: Path, converted: bytes, images: Image) -> float:
    """Return the largest absolute difference between the ONNX and OpenCV's reading of the original, of ``images``."""
    session = ort.load(converted)
    ours = session.run(["regressors", "scores"], {"images": images})
    return max(float(np.abs(a - b).max()) for a, b in zip(ours, by_opencv(original, images), strict=True))


def check_images() -> Image:
    """Return uint8 (8, 128, 128, 3): noise from fine to coarse, the same each time."""
    rng = np.random.default_rng(0)
    sides = (128, 64, 32, 16, 8, 4, 2, 1)
    noise = [rng.integers(0, 256, (side, side, 3), dtype=np.uint8) for side in sides]
    return np.stack([cv2.resize(one, (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_LINEAR) for one in noise])


def _options(options: Any, operator: Any) -> Any:
    """Read an operator's table of options as what it is; the file does not say it."""
    table = operator.BuiltinOptions()
    options.Init(table.Bytes, table.Pos)
    return options


def _same_padding(size: int, kernel: int, stride: int) -> tuple[int, int]:
    """Pixels before and after, as TensorFlow's SAME has them: with an odd sum, the one more is after."""
    total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
    return total // 2, total - total // 2


def main(argv: list[str] | None = None) -> int:
    """Convert and compare; return the exit status: 0 written, 2 for what cannot be used."""
    parser = argparse.ArgumentParser(description="MediaPipe's face detection network as ONNX.")
    parser.add_argument("--tflite", type=Path, required=True, metavar="FILE", help="face_detection_short_range.tflite")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="the ONNX to write")
    args = parser.parse_args(argv)
    try:
        content = args.tflite.read_bytes()
        converted = convert(content)
        found = difference(args.tflite, converted, check_images())
        if found > MAX_DIFFERENCE:
            raise ModelError(f"differs from the original by {found:.2g}, more than {MAX_DIFFERENCE:g}; not written")
        args.out.write_bytes(converted)
    except ModelError as error:
        print(f"detector_onnx: {args.tflite}: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"detector_onnx: {error.filename}: {error.strerror}", file=sys.stderr)
        return 2
    print(f"{args.out}: {len(converted):,} bytes, sha256 {hashlib.sha256(converted).hexdigest()}")
    print(f"differs from the original by at most {found:.2g}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
