"""One contender of ``tools.peers``, in a process of its own.

Run by this file's path, with the Python that the contender is installed in: of Mien, only the contenders ``mien`` and
``mien-file`` import anything. Answers on stdout in lines of JSON: first what it is, then, for each line ``go K`` on
stdin, how long the next K frames took. Ends with stdin.
"""

from __future__ import annotations

import inspect
import json
import os
import platform
import sys
import time
from importlib import import_module, metadata
from typing import IO, TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    # indices of frames, and the frames, uint8 (height, width, 3) BGR, to the number of faces that were read in each
    Read = Callable[[Sequence[tuple[int, np.ndarray]]], list[int]]

# what a contender computes with, besides OpenCV and numpy
_FER = ("fer", "tensorflow", "keras")
_MIEN = ("onnxruntime",)
_PACKAGES = {"mien": _MIEN, "mien-file": _MIEN, "fer": _FER, "fer-keras": _FER}


class Reader(NamedTuple):
    """A contender, ready to read.

    Attributes:
        read: reads frames.
        call: how it is called.
        file: whether it is given all frames of a turn at once, as those of a file; else each by itself, as live ones.
    """

    read: Read
    call: str
    file: bool = False


def mien() -> Reader:
    """Return Mien's whole pipeline with its defaults, each frame by itself."""
    from app.capture.demo import FPS
    from app.types import Frame
    from app.vision.pipeline import Pipeline

    pipeline = Pipeline()

    def read(frames: Sequence[tuple[int, np.ndarray]]) -> list[int]:
        return [len(pipeline.process(Frame(index, index / FPS, image)).readings) for index, image in frames]

    return Reader(read, "Pipeline().process(frame)")


def mien_file() -> Reader:
    """Return the same as ``mien analyze`` uses it."""
    from app.capture.demo import FPS
    from app.types import Frame
    from app.vision.pipeline import Pipeline

    pipeline = Pipeline()

    def read(frames: Sequence[tuple[int, np.ndarray]]) -> list[int]:
        results = pipeline.process_each(Frame(index, index / FPS, image) for index, image in frames)
        return [len(result.readings) for result in results]

    return Reader(read, "Pipeline().process_each(frames)", file=True)


def fer(**settings: bool) -> Reader | None:
    """Return ``fer``'s reader of a frame, and how it is called; None where it does not know one of ``settings``.

    ``fer.fer`` has the class in all of its versions; ``fer`` itself lost it in 25.10.
    """
    made = import_module("fer.fer").FER
    if not set(settings) <= set(inspect.signature(made).parameters):
        return None
    reader = made(**settings)
    told = ", ".join(f"{name}={value}" for name, value in settings.items())
    return Reader(
        lambda frames: [len(reader.detect_emotions(image)) for _, image in frames],
        f"FER({told}).detect_emotions(frame)",
    )


def fer_keras() -> Reader | None:
    """Return ``fer``'s reader by the Keras model, where that is not what it reads by anyway (before 25.10.3)."""
    return fer(use_tflite=False)


CONTENDERS: dict[str, Callable[[], Reader | None]] = {
    "mien": mien,
    "mien-file": mien_file,
    "fer": fer,
    "fer-keras": fer_keras,
}


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


def turn(reader: Reader, frames: np.ndarray, first: int, count: int) -> dict[str, float]:
    """Read a frame that does not count, and the ``count`` after it, from number ``first`` on.

    The process that was at work before has left its own data in the caches; the first frame fetches these back.

    Args:
        reader: who reads.
        frames: uint8 (N, height, width, 3), BGR; after the last comes the first again.
        first: counts on through all the turns.
        count: at least 1.

    Returns:
        ``seconds`` that reading took, in how many frames a face was ``found``, and ``faces`` altogether.
    """

    def taken(begin: int, end: int) -> list[tuple[int, np.ndarray]]:
        # a copy lies in memory and, where it is one, in the cache, as a frame does that was just decoded
        return [(index, np.array(frames[index % len(frames)])) for index in range(begin, end)]

    reader.read(taken(first, first + 1))
    seconds, found, faces = 0.0, 0, 0
    at_once = count if reader.file else 1
    for begin in range(first + 1, first + 1 + count, at_once):
        given = taken(begin, begin + at_once)
        began_s = time.perf_counter()
        read = reader.read(given)
        seconds += time.perf_counter() - began_s
        found += sum(1 for seen in read if seen)
        faces += sum(read)
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
    say(describe(name, contender.call))
    first = 0
    for order in orders:
        count = int(order.split()[1])
        say(turn(contender, frames, first, count))
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
