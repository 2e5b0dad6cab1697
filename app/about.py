"""What is running here: versions, models, providers."""

import hashlib
import platform
from collections.abc import Mapping
from importlib import metadata
from typing import Final

from app import __version__
from app.resources import weights_dir

_PACKAGES: Final = ("mediapipe", "onnxruntime", "opencv-contrib-python", "PySide6-Essentials", "numpy", "scipy")


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
        if path.suffix in (".onnx", ".tflite")
    }
