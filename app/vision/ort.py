"""ONNX Runtime, imported here and nowhere else in the app: what it would send and write is switched off first.

Its wheels from 1.29 on send usage telemetry, and keep an identifier in the user's folders, unless the environment says
otherwise when they are loaded.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final, TypeAlias

# before the import, which reads it
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

import onnxruntime
from onnxruntime.capi import onnxruntime_pybind11_state as _failures

from app.types import ModelError

onnxruntime.disable_telemetry_events()
# what it would write of a provider that cannot be started, Mien says itself, in a line
onnxruntime.set_default_logger_severity(4)

Session: TypeAlias = onnxruntime.InferenceSession
_CPU: Final = ("CPUExecutionProvider",)
# what it raises for a file that it cannot load; they have no base of their own
_UNLOADABLE: Final = (
    _failures.Fail,
    _failures.InvalidArgument,
    _failures.InvalidGraph,
    _failures.InvalidProtobuf,
    _failures.NotImplemented,
    _failures.RuntimeException,
)
RUN_FAILURES: Final = (_failures.EPFail, _failures.Fail, _failures.NotImplemented, _failures.RuntimeException)
"""What it raises where a provider fails during a run: a driver that is gone, memory that is out."""


def providers() -> list[str]:
    """Return the names of what networks can run on here, the fastest first."""
    return list(onnxruntime.get_available_providers())


def load(model: bytes, wanted: Sequence[str] = _CPU) -> Session:
    """Load a serialised ONNX network; a run of it on the CPU takes the caller's thread alone.

    Args:
        model: the file's content.
        wanted: providers, the preferred first.

    Raises:
        ModelError: it is no network, or a damaged one; the line does not say which.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        # its own way out of a failing provider prints, and tells nobody
        return onnxruntime.InferenceSession(model, options, providers=list(wanted), enable_fallback=0)
    except _UNLOADABLE as error:
        raise ModelError("not a network, or a damaged one; install Mien again") from error


def open_session(path: Path, kind: str, wanted: Sequence[str] = _CPU) -> Session:
    """Load the network in a file, which errors call a ``kind``; the rest is as ``load`` has it.

    Raises:
        ModelError: the file is missing, or no such network.
    """
    if not path.is_file():
        raise ModelError(f"{path}: the {kind} is missing; install Mien again")
    try:
        return load(path.read_bytes(), wanted)
    except ModelError as error:
        raise ModelError(f"{path}: not a {kind}, or a damaged one; install Mien again") from error
