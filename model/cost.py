"""What one face costs on one core: counted in the ONNX graph, and timed beside that core's own matrix product.

A time alone says more of the machine than of the network. Times the float32 matrix product of the same core, measured
in the same run, it becomes an amount of arithmetic, in GFLOP, that can be compared across machines.
"""

import hashlib
import math
import os
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnx
from threadpoolctl import threadpool_limits

from model.data import SIDE_PX, DataError
from model.inference import open_session, session_classifier

# A product of about a face's own length, so that whatever interrupts one interrupts the other.
_PRODUCT_SIDE: Final = 512
_ROUNDS: Final = 60
_FACES_A_ROUND: Final = 10
# The operators that multiply by weights or sum products; all others together are a few in a hundred of these.
_COUNTED: Final = ("Conv", "Gemm", "MatMul")


def cost(path: Path, rounds: int = _ROUNDS, side: int = _PRODUCT_SIDE) -> dict[str, Any]:
    """Count and time the exported network at ``path``, one face at a time on one thread.

    In each round a matrix product by numpy, one by onnxruntime and ten faces take turns, so that all meet the same
    clock rate. The time is the thread's own: what other programs take of the core does not count.

    Args:
        path: an exported network.
        rounds: how many times.
        side: of the square float32 matrices that are multiplied.

    Returns:
        ``multiply_adds`` and ``parameters``; medians ``ms_a_face`` and, by ``numpy`` and ``onnxruntime``,
        ``core_gflop_per_s``; and ``gflop_a_face``, their product.

    Raises:
        DataError: the file is missing, damaged or not Mien's network, or the system's clock is too coarse.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DataError(f"{path}: {error.strerror or error}; give an exported network with --onnx") from error
    session = open_session(content, str(path), threads=1)
    session_classifier(session, str(path))
    rng = np.random.default_rng(0)
    faces = rng.integers(0, 256, (_FACES_A_ROUND, 1, 1, SIDE_PX, SIDE_PX), dtype=np.uint8)
    a, b = rng.random((2, side, side), dtype=np.float32)
    product = open_session(_product(side), "the matrix product", threads=1)
    products: dict[str, Callable[[], object]] = {
        "numpy": lambda: a @ b,
        "onnxruntime": lambda: product.run(None, {"a": a, "b": b}),
    }
    product_s: dict[str, list[float]] = {name: [] for name in products}
    face_s: list[float] = []
    with threadpool_limits(1):
        # the first round warms up
        for _ in range(rounds + 1):
            for name, multiply in products.items():
                product_s[name].append(_seconds(multiply))
            face_s += [_seconds(partial(session.run, None, {"faces": face})) for face in faces]
    face_ms = float(np.median(face_s[_FACES_A_ROUND:])) * 1e3
    medians = {name: float(np.median(times[1:])) for name, times in product_s.items()}
    if not min(face_ms, *medians.values()) > 0:
        raise DataError("this system counts a thread's time too coarsely to measure a face; measure on Linux or macOS")
    speed = {name: 2 * side**3 / seconds / 1e9 for name, seconds in medians.items()}
    return {
        "network": path.name,
        "sha256": hashlib.sha256(content).hexdigest(),
        **count(onnx.load_from_string(content)),
        "ms_a_face": round(face_ms, 3),
        "core_gflop_per_s": {name: round(value, 1) for name, value in speed.items()},
        "gflop_a_face": {name: round(face_ms / 1e3 * value, 3) for name, value in speed.items()},
    }


def table(found: dict[str, Any]) -> str:
    """Lay what ``cost`` found out as lines to read."""
    lines = [
        f"{found['network']}, one face on one thread",
        f"  {found['multiply_adds'] / 1e6:.1f} M multiply-adds, {found['parameters'] / 1e6:.2f} M parameters",
        f"  {found['ms_a_face']:.2f} ms a face",
    ]
    lines += [
        f"  {found['gflop_a_face'][name]:.3f} GFLOP a face beside {speed:.1f} GFLOP/s of a float32 product by {name}"
        for name, speed in found["core_gflop_per_s"].items()
    ]
    if kind := os.environ.get("OPENBLAS_CORETYPE"):
        lines.append(f"  OPENBLAS_CORETYPE={kind} is set: numpy's product may be slower than the core")
    return "\n".join(lines)


def count(model: onnx.ModelProto) -> dict[str, int]:
    """Count ``multiply_adds`` of one face, and ``parameters``, in a graph of convolutions and dense layers.

    Parameters are the weights and biases of these layers, batch norms merged into them, rounded or not.
    """
    shapes = _shapes_of_one_face(model)
    weights = {tensor.name: math.prod(tensor.dims) for tensor in model.graph.initializer}
    weights |= {
        node.output[0]: weights[node.input[0]]
        for node in model.graph.node
        if node.op_type == "DequantizeLinear" and node.input[0] in weights
    }
    multiply_adds, used = 0, set[str]()
    for node in model.graph.node:
        if node.op_type in _COUNTED:
            first, second, result = shapes[node.input[0]], shapes[node.input[1]], shapes[node.output[0]]
            # a result of a convolution sums one filter (out, in / groups, height, width), any other a row of the first
            summed = math.prod(second[1:]) if node.op_type == "Conv" else first[-1]
            multiply_adds += math.prod(result) * summed
            used.update(name for name in node.input[1:] if name in weights)
    return {"multiply_adds": multiply_adds, "parameters": sum(weights[name] for name in used)}


def _shapes_of_one_face(model: onnx.ModelProto) -> dict[str, tuple[int, ...]]:
    one = onnx.ModelProto()
    one.CopyFrom(model)
    # what the exporter noted of N faces would otherwise win over what is inferred of one
    del one.graph.value_info[:]
    for value in (*one.graph.input, *one.graph.output):
        value.type.tensor_type.shape.dim[0].dim_value = 1
    inferred = onnx.shape_inference.infer_shapes(one, strict_mode=True, data_prop=True).graph
    shapes = {tensor.name: tuple(tensor.dims) for tensor in inferred.initializer}
    for value in (*inferred.input, *inferred.value_info, *inferred.output):
        shapes[value.name] = tuple(dim.dim_value for dim in value.type.tensor_type.shape.dim)
    return shapes


def _product(side: int) -> bytes:
    a, b, c = (
        onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, [side, side]) for name in ("a", "b", "c")
    )
    graph = onnx.helper.make_graph([onnx.helper.make_node("MatMul", ["a", "b"], ["c"])], "product", [a, b], [c])
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 18)], ir_version=10)
    return bytes(model.SerializeToString())


def _seconds(work: Callable[[], object]) -> float:
    started = time.thread_time()
    work()
    return time.thread_time() - started
