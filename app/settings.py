"""What the user may set, kept from start to start."""

import dataclasses
import json
import math
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import platformdirs

from app.types import MienError

# name → least and greatest value that works; what lies beyond is set to the nearer one
_LIMITS: Final[dict[str, tuple[float, float]]] = {
    "width": (160, 7680),
    "height": (120, 4320),
    "fps": (1, 240),
    "smoothing_s": (0.0, 10.0),
    "min_confidence": (0.0, 1.0),
    "min_detection": (0.1, 0.99),
    "threads": (1, 16),
}


@dataclass(frozen=True, slots=True)
class Settings:
    """The user's settings.

    Attributes:
        width: of the frames a camera is asked for, pixels.
        height: of the frames a camera is asked for, pixels.
        fps: frames/s a camera is asked for.
        mirror: show the camera as a mirror would.
        show_attention: draw the attended region.
        smoothing_s: time constant of the probabilities' smoothing, seconds.
        min_confidence: below it the emotion is ``uncertain``.
        min_detection: faces that the detector scores lower are left out.
        threads: of the network on the CPU.
        recordings: folder for the sessions recorded from the window; empty for ``Mien`` in the user's documents.
    """

    width: int = 1280
    height: int = 720
    fps: int = 30
    mirror: bool = True
    show_attention: bool = True
    smoothing_s: float = 0.4
    min_confidence: float = 0.4
    min_detection: float = 0.5
    threads: int = 1
    recordings: str = ""

    def recordings_dir(self) -> Path:
        """Return the folder for new sessions; it need not exist."""
        return Path(self.recordings) if self.recordings else platformdirs.user_documents_path() / "Mien"

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, for JSON."""
        return dataclasses.asdict(self)


def settings_path() -> Path:
    """Where the settings are kept; the folder need not exist."""
    return platformdirs.user_config_path("mien", appauthor=False) / "settings.json"


def load_settings(path: Path) -> tuple[Settings, str]:
    """Read the settings; return them and a line for the user, empty where all is well.

    A missing file gives the defaults. A damaged one is kept aside as ``settings.json.damaged``, and the defaults are
    used.
    Unknown names, left by another version, are passed over; values out of range are clamped.
    """
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        return settings_from(values), ""
    except FileNotFoundError:
        return Settings(), ""
    except OSError as error:
        return Settings(), f"{path}: cannot be read ({error.strerror or error}); the defaults are used"
    except ValueError as error:
        aside = path.with_name(path.name + ".damaged")
        try:
            path.replace(aside)
        except OSError as refused:
            return Settings(), f"{path}: damaged ({error}) and cannot be moved ({refused.strerror}); defaults are used"
        return Settings(), f"{path}: damaged ({error}); kept as {aside.name}, the defaults are used"


def settings_from(values: Any) -> Settings:
    """Build settings from JSON values.

    Raises:
        ValueError: not an object, or a value has the wrong type.
    """
    if not isinstance(values, dict):
        raise ValueError("not a JSON object")
    defaults = Settings().to_dict()
    known: dict[str, Any] = {}
    for name, default in defaults.items():
        if name not in values:
            continue
        value = values[name]
        if isinstance(default, float) and isinstance(value, int) and not isinstance(value, bool):
            value = float(value)
        if type(value) is not type(default) or (isinstance(value, float) and math.isnan(value)):
            raise ValueError(f"{name} is {value!r}")
        if name in _LIMITS:
            low, high = _LIMITS[name]
            value = type(default)(min(max(value, low), high))
        known[name] = value
    return Settings(**known)


def save_settings(path: Path, settings: Settings) -> None:
    """Write the settings so that the file holds either the old or the new ones whenever the program dies.

    Raises:
        MienError: they cannot be written.
    """
    partial = path.with_name(path.name + ".partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("w", encoding="utf-8") as file:
            json.dump(settings.to_dict(), file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError as error:
        raise MienError(f"{path}: the settings cannot be saved ({error.strerror or error})") from error
