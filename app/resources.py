"""Where the files lie that come with the program: the weights and the assets.

A wheel carries them inside the package; a checkout has them beside it.
"""

from pathlib import Path

from app.types import MienError, ModelError

_PACKAGE = Path(__file__).resolve().parent


def weights_dir() -> Path:
    """Return the folder of ``emotion.onnx`` and ``face_detector.onnx``.

    Raises:
        ModelError: there is none: the installation is damaged.
    """
    folder = _find("weights")
    if folder is None:
        raise ModelError(f"weights: no such folder in {_PACKAGE} or beside it; install Mien again")
    return folder


def assets_dir() -> Path:
    """Return the folder of icons and styles.

    Raises:
        MienError: there is none: the installation is damaged.
    """
    folder = _find("assets")
    if folder is None:
        raise MienError(f"assets: no such folder in {_PACKAGE} or beside it; install Mien again")
    return folder


def _find(name: str) -> Path | None:
    return next((folder for folder in (_PACKAGE / name, _PACKAGE.parent / name) if folder.is_dir()), None)
