"""MediaPipe's face detection network, operator by operator, as ONNX.

Inside, channels of zeros fill each tensor up to a multiple of what ONNX Runtime's convolutions take at once; else it
would reorder most tensors to and fro.
"""

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import onnx
import tflite
from onnx import helper, numpy_helper

from app.types import ModelError

HALF_RANGE: Final = 127.5
TO_NCHW: Final = (0, 3, 1, 2)
_TO_NHWC: Final = (0, 2, 3, 1)
# a dimension as it is, and all that is left
_KEEP: Final = 0
_REST: Final = -1
# ONNX Runtime's convolutions take 16 channels at once with AVX-512, and 8 with AVX2
_BLOCK: Final = 16
_OPERATORS: Final[dict[int, str]] = {
    code: name for name, code in vars(tflite.BuiltinOperator).items() if isinstance(code, int)
}
_RELU: Final = (tflite.ActivationFunctionType.NONE, tflite.ActivationFunctionType.RELU)

Array = npt.NDArray[Any]


class Graph:
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
        self._widths: dict[int, int] = {}
        self._same: dict[int, int] = {}
        self.nodes: list[onnx.NodeProto] = []
        self.initializers: list[onnx.TensorProto] = []
        self.image = self._name(self._graph.Inputs(0))
        operators = [self._graph.Operators(index) for index in range(self._graph.OperatorsLength())]
        # what goes in and out has the channels that it has
        for tensor in (self._graph.Inputs(0), *(o.Inputs(0) for o in operators if self._operator(o) == "RESHAPE")):
            self._widths[tensor] = self._channels(tensor)
        for operator in operators:
            name = self._operator(operator)
            rebuild = getattr(self, f"_{name.lower()}", None)
            if rebuild is None:
                raise ModelError(f"operator {name} is not in MediaPipe's short-range face detector; give that one")
            rebuild(operator.InputsAsNumpy().tolist(), operator.Outputs(0), operator)

    def _operator(self, operator: Any) -> str:
        code = self._model.OperatorCodes(operator.OpcodeIndex())
        return _OPERATORS[max(code.BuiltinCode(), code.DeprecatedBuiltinCode())]

    def _channels(self, tensor: int) -> int:
        return int(self._graph.Tensors(tensor).ShapeAsNumpy()[-1])

    def _width(self, tensor: int) -> int:
        """Return the channels that a tensor has here, those of zeros included."""
        return self._widths.get(tensor, -(-self._channels(tensor) // _BLOCK) * _BLOCK)

    def _name(self, tensor: int) -> str:
        return str(self._graph.Tensors(self._same.get(tensor, tensor)).Name().decode())

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
        self._convolve(inputs, output, options, np.transpose(self._constant(inputs[1]), TO_NCHW), groups=1)

    def _depthwise_conv_2d(self, inputs: list[int], output: int, operator: Any) -> None:
        options = _options(tflite.DepthwiseConv2DOptions(), operator)
        kernel = np.transpose(self._constant(inputs[1]), (3, 0, 1, 2))
        self._convolve(inputs, output, options, kernel, groups=self._width(output))

    def _convolve(self, inputs: list[int], output: int, options: Any, kernel: Array, groups: int) -> None:
        """Add a convolution with ``kernel`` (out, in per group, height, width)."""
        name = self._name(output)
        if self._name(inputs[0]) == self.image:
            # the network's colours are RGB, OpenCV's BGR, and from -1 to 1, where these are from -127.5 to 127.5
            kernel = kernel[:, ::-1] / np.float32(HALF_RANGE)
        width = self._width(output)
        kernel = _filled(kernel, width, self._width(inputs[0]) // groups)
        bias = _filled(self._constant(inputs[2]), width)
        weights = [self.hold(f"{name}/kernel", kernel), self.hold(f"{name}/bias", bias)]
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
        """Add channels of zeros where there are none yet: by a convolution, which ONNX Runtime merges with the rest."""
        if np.delete(self._constant(inputs[1]), 3, axis=0).any():
            raise ModelError("a padding of pixels is not in MediaPipe's short-range face detector; give that one")
        if self._width(output) == self._width(inputs[0]):
            self._same[output] = self._same.get(inputs[0], inputs[0])
            return
        name = self._name(output)
        same = np.eye(self._width(output), self._width(inputs[0]), dtype=np.float32)[..., None, None]
        self.add("Conv", [self._name(inputs[0]), self.hold(f"{name}/same", same)], name, kernel_shape=[1, 1])

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
        each = self._channels(output)
        shape = [_KEEP, _REST] if each == 1 else [_KEEP, _REST, each]
        self.add("Transpose", [self._name(inputs[0])], f"{name}/nhwc", perm=_TO_NHWC)
        self.add("Reshape", [f"{name}/nhwc", self.hold(f"{name}/shape", np.array(shape, np.int64))], name)

    def _concatenation(self, inputs: list[int], output: int, _: Any) -> None:
        self.add("Concat", [self._name(tensor) for tensor in inputs], self._name(output), axis=1)


def _filled(values: Array, *shape: int) -> Array:
    """Return ``values`` with zeros after them, on the first axes to ``shape``."""
    return np.pad(
        values,
        [(0, to - held) for to, held in zip(shape, values.shape, strict=False)] + [(0, 0)] * (values.ndim - len(shape)),
    )


def _options(options: Any, operator: Any) -> Any:
    """Read an operator's table of options as what it is; the file does not say it."""
    table = operator.BuiltinOptions()
    options.Init(table.Bytes, table.Pos)
    return options


def _same_padding(size: int, kernel: int, stride: int) -> tuple[int, int]:
    """Pixels before and after, as TensorFlow's SAME has them: with an odd sum, the one more is after."""
    total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
    return total // 2, total - total // 2
