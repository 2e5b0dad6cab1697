"""What is running here: versions, models, providers."""

import hashlib
import platform
from collections.abc import Mapping
from importlib import metadata
from typing import Final

from app import __version__
from app.resources import weights_dir
from app.types import ModelError

_PACKAGES: Final = ("onnxruntime", "opencv-python-headless", "PySide6-Essentials", "numpy", "scipy")
# written by ``python -m model card``, as ``sha256sum`` writes and checks it
_SUMS: Final = "SHA256SUMS"
# what Mien reads with; another network that somebody lays beside them is no concern
_SHIPPED: Final = ("emotion.onnx", "face_detector.onnx")


def versions() -> dict[str, str]:
    """Return the versions of Mien, Python, the system, and the packages that decide a reading."""
    found = {"mien": __version__, "python": platform.python_version(), "system": platform.platform(terse=True)}
    for name in _PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = "not installed"
    return found


def model_hashes() -> Mapping[str, str]:
    """Return file name → sha256 of every file of weights.

    Raises:
        ModelError: the folder of weights is missing.
    """
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(weights_dir().iterdir())
        if path.suffix == ".onnx"
    }


def check_models() -> None:
    """Hold the weights that came with Mien against ``SHA256SUMS`` beside them. What is missing is left to its reader.

    Raises:
        ModelError: a file is not the one that it should be, or there is nothing to hold it against.
    """
    sums = weights_dir() / _SUMS
    try:
        lines = sums.read_text(encoding="ascii").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ModelError(f"{sums}: missing or damaged; install Mien again") from error
    known = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    found = model_hashes()
    for name in _SHIPPED:
        if name in found and found[name] != known.get(name):
            raise ModelError(f"{sums.with_name(name)}: not the file that {_SUMS} tells of; install Mien again")
