"""One contender of ``tools.peers``, in a process of its own.

Run by this file's path, with the Python that the contender is installed in: of Mien, only the contender ``mien``
imports anything. Answers on stdout in lines of JSON: first what it is, then, for each line ``go K`` on stdin, how long
the next K frames took. Ends with stdin.
"""

from __future__ import annotations

import inspect
import json
import os
import platform
import sys
import time
from importlib import import_module, metadata
from typing import IO, TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    # index of a frame, and the frame, uint8 (height, width, 3) BGR, to the number of faces that were read in it
    Read = Callable[[int, np.ndarray], int]

# what a contender computes with, besides OpenCV and numpy
_FER = ("fer", "tensorflow", "keras")
_PACKAGES = {"mien": ("onnxruntime",), "fer": _FER, "fer-keras": _FER}


def mien() -> tuple[Read, str]:
    """Return Mien's whole pipeline with its defaults, and how it is called."""
    from app.capture.demo import FPS
    from app.types import Frame
    from app.vision.pipeline import Pipeline

    pipeline = Pipeline()

    def read(index: int, image: np.ndarray) -> int:
        return len(pipeline.process(Frame(index, index / FPS, image)).readings)

    return read, "Pipeline().process(frame)"


def fer(**settings: bool) -> tuple[Read, str] | None:
    """Return ``fer``'s reader of a frame, and how it is called; None where it does not know one of ``settings``.

    ``fer.fer`` has the class in all of its versions; ``fer`` itself lost it in 25.10.
    """
    made = import_module("fer.fer").FER
    if not set(settings) <= set(inspect.signature(made).parameters):
        return None
    reader = made(**settings)
    told = ", ".join(f"{name}={value}" for name, value in settings.items())
    return lambda _, image: len(reader.detect_emotions(image)), f"FER({told}).detect_emotions(frame)"


def fer_keras() -> tuple[Read, str] | None:
    """Return ``fer``'s reader by the Keras model, where that is not what it reads by anyway (before 25.10.3)."""
    return fer(use_tflite=False)


CONTENDERS: dict[str, Callable[[], tuple[Read, str] | None]] = {"mien": mien, "fer": fer, "fer-keras": fer_keras}


def describe(name: str, call: str) -> dict[str, Any]:
    """Return ``call``, ``versions`` of what ``name`` is made of, and on how many threads its OpenCV computes."""
    # the contender has imported it by now, each in its own way
    cv2 = sys.modules["cv2"]
    versions = {"python": platform.python_version(), "opencv": cv2.__version__, "numpy": np.__version__}
    for package in _PACKAGES[name]:
        try:
            versions[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return {"call": call, "versions": versions, "opencv_threads": cv2.getNumThreads()}


def turn(read: Read, frames: np.ndarray, first: int, count: int) -> dict[str, float]:
    """Read a frame that does not count, and the ``count`` after it, from number ``first`` on.

    The process that was at work before has left its own data in the caches; the first frame fetches these back.

    Args:
        read: see ``Read``.
        frames: uint8 (N, height, width, 3), BGR; after the last comes the first again.
        first: counts on through all the turns.
        count: at least 1.

    Returns:
        ``seconds`` that reading took, in how many frames a face was ``found``, and ``faces`` altogether.
    """
    seconds, found, faces = 0.0, 0, 0
    for index in range(first, first + 1 + count):
        # a copy lies in memory and in the cache, as a frame does that was just decoded
        image = np.array(frames[index % len(frames)])
        began_s = time.perf_counter()
        read_faces = read(index, image)
        spent_s = time.perf_counter() - began_s
        if index == first:
            continue
        seconds += spent_s
        found += int(read_faces > 0)
        faces += read_faces
    return {"seconds": seconds, "found": found, "faces": faces}


def serve(name: str, frames: np.ndarray, orders: IO[str], answers: IO[str]) -> None:
    """Make the contender ``name``, say what it is, or that it is ``absent``, and read frames in turns until the end."""

    def say(told: dict[str, Any]) -> None:
        answers.write(json.dumps(told) + "\n")
        answers.flush()

    contender = CONTENDERS[name]()
    if contender is None:
        say({"absent": True})
        return
    read, call = contender
    say(describe(name, call))
    first = 0
    for order in orders:
        count = int(order.split()[1])
        say(turn(read, frames, first, count))
        first += 1 + count


def main() -> None:
    """Serve the contender of the first argument with the frames in the file of the second."""
    # libraries print what they like: stdout is kept for the answers, and theirs goes to stderr
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    name, file = sys.argv[1:]
    with answers:
        serve(name, np.load(file, mmap_mode="r"), sys.stdin, answers)


if __name__ == "__main__":
    main()
