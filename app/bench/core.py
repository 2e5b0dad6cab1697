"""One core's own float32 matrix product, and one face through the network beside it: run as a child.

``python -m app.bench.core ROUNDS`` prints a line of JSON. Its parent holds numpy to one thread by the environment.
"""

import json
import sys
import time
from collections.abc import Callable
from typing import Final

import numpy as np

from app.resources import weights_dir
from app.types import CROP_PX, Crop
from app.vision.classifier import EmotionClassifier

# A product of about a face's own length, so that whatever interrupts one interrupts the other.
_SIDE: Final = 512
_FACES: Final = 4


def main(rounds: int) -> None:
    """Let products and faces take turns, by the thread's own time, and print the medians."""
    rng = np.random.default_rng(0)
    a, b = rng.random((2, _SIDE, _SIDE), dtype=np.float32)
    face = Crop(rng.integers(0, 256, (CROP_PX, CROP_PX), dtype=np.uint8), np.eye(2, 3, dtype=np.float32))
    classifier = EmotionClassifier(weights_dir() / "emotion.onnx", "cpu")
    product_s: list[float] = []
    face_s: list[float] = []
    # the first round warms up
    for _ in range(rounds + 1):
        product_s.append(_seconds(lambda: a @ b))
        face_s += [_seconds(lambda: classifier.classify([face])) for _ in range(_FACES)]
    product, one = float(np.median(product_s[1:])), float(np.median(face_s[_FACES:]))
    # a clock that counts too coarsely says nothing
    speed = 2 * _SIDE**3 / product / 1e9 if product > 0 else None
    print(json.dumps({"gflop_per_s": speed, "ms_a_face": one * 1e3, "multiply_adds": classifier.multiply_adds}))


def _seconds(work: Callable[[], object]) -> float:
    started = time.thread_time()
    work()
    return time.thread_time() - started


if __name__ == "__main__":
    main(int(sys.argv[1]))
