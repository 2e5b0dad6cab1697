"""MediaPipe's face detection network, from its TensorFlow Lite file to the ONNX that Mien runs.

    python -m tools.detector_onnx --tflite tools/face_detector.tflite --out weights/face_detector.onnx

The network is rebuilt operator by operator: images in, in OpenCV's order of colours, numbers out, for any number of
images at once. Nothing is written unless ONNX Runtime agrees with OpenCV's own reader of the original file.
"""

import hashlib
import sys
from pathlib import Path
from typing import Final

import numpy as np
import onnx
from onnx import TensorProto, helper

from app.cv import cv2
from app.types import Image, ModelError
from app.vision import ort
from tools.arguments import ToolParser
from tools.tflite_graph import HALF_RANGE, TO_NCHW, Array, Graph

SIDE_PX: Final = 128
# what one half-precision weight's last bit can do to numbers of up to 200
MAX_DIFFERENCE: Final = 1e-3
_OPSET: Final = 18
_IR_VERSION: Final = 10
_SOURCE: Final = "face_detection_short_range.tflite of the wheel of mediapipe 0.10.21"


def convert(content: bytes) -> bytes:
    """Return the ONNX of a TensorFlow Lite face detector: the same bytes for the same file.

    Its input ``images`` is uint8 (N, 128, 128, 3), BGR; its outputs are ``regressors`` (N, 896, 16), in pixels, and
    ``scores`` (N, 896), before the sigmoid.

    Raises:
        ModelError: it is no such file.
    """
    made = Graph(content)
    first, made.nodes = made.nodes, []
    made.add("Transpose", ["images"], "images/nchw", perm=TO_NCHW)
    made.add("Cast", ["images/nchw"], "images/float", to=TensorProto.FLOAT)
    made.add("Sub", ["images/float", made.hold("half_range", np.array(HALF_RANGE, np.float32))], made.image)
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
        network.setInput(cv2.dnn.blobFromImage(image, 1 / HALF_RANGE, mean=(HALF_RANGE,) * 3, swapRB=True))
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


def main(argv: list[str] | None = None) -> int:
    """Convert and compare; return the exit status: 0 written, 2 for what cannot be used."""
    parser = ToolParser("detector_onnx", "MediaPipe's face detection network as ONNX.")
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
