"""What the user may set, kept from start to start."""

import dataclasses
import json
import math
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
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
    "timeline_s": (5.0, 600.0),
    "calibration_s": (1.0, 10.0),
    "min_side_px": (10.0, 1000.0),
    # apart, so that some brightness is always between them
    "min_brightness": (0.0, 120.0),
    "max_brightness": (130.0, 255.0),
    "min_sharpness": (0.0, 1.0),
    "max_turn": (0.05, 2.0),
}
THEMES: Final = ("system", "dark", "light")
LANGUAGES: Final = ("system", "en", "zh_CN")
PROVIDERS: Final = ("auto", "cpu", "cuda")
# name → what it may be; anything else, left by another version, is set to the first
_CHOICES: Final[dict[str, tuple[str, ...]]] = {"theme": THEMES, "language": LANGUAGES, "provider": PROVIDERS}
# so many wrong values are told, so that it stays a line
_TOLD: Final = 3
MARKERS: Final = 9
MARKER_CHARS: Final = 60


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
        provider: where the network runs: ``auto``, ``cpu`` or ``cuda``.
        threads: on which a frame is read at most: the detector's looks, the crops, and on the CPU the network.
        recordings: folder for the sessions recorded from the window; empty for ``Mien`` in the user's documents.
        record_video: keep an annotated video of recordings made from the window.
        min_side_px: faces whose box has a shorter side are not read, pixels of the frame.
        min_brightness: faces whose crop is darker on average are not read, 0 to 255.
        max_brightness: faces whose crop is brighter on average are not read, 0 to 255.
        min_sharpness: faces less sharp are not read; variance of the Laplacian over the variance of the crop.
        max_turn: faces turned further away are not read; the nose off the middle of the eyes, in eye distances.
        calibration_s: how long a face is measured for its neutral look, seconds.
        markers: what the keys 1 to 9 mark in a recording, in their order.
        theme: ``system``, ``dark`` or ``light``.
        language: of the window: ``system``, ``en`` or ``zh_CN``.
        blur_faces: make faces unrecognisable in view.
        show_faces: show the card of each face.
        show_timeline: show the followed face's probabilities over time.
        timeline_s: what the timeline spans, seconds.
        notice_seen: the notice of the first start has been read.
        window: size and place of the window, as Qt keeps them, base64; empty where none is kept.
    """

    width: int = 1280
    height: int = 720
    fps: int = 30
    mirror: bool = True
    show_attention: bool = True
    smoothing_s: float = 0.4
    min_confidence: float = 0.5
    min_detection: float = 0.5
    provider: str = "auto"
    threads: int = 2
    recordings: str = ""
    record_video: bool = False
    min_side_px: float = 24.0
    min_brightness: float = 20.0
    max_brightness: float = 205.0
    min_sharpness: float = 0.12
    max_turn: float = 0.44
    calibration_s: float = 3.0
    markers: tuple[str, ...] = ()
    theme: str = "system"
    language: str = "system"
    blur_faces: bool = False
    show_faces: bool = True
    show_timeline: bool = True
    timeline_s: float = 60.0
    notice_seen: bool = False
    window: str = ""

    def recordings_dir(self) -> Path:
        """Return the folder for new sessions; it need not exist."""
        return Path(self.recordings) if self.recordings else platformdirs.user_documents_path() / "Mien"

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, for JSON."""
        return dataclasses.asdict(self)


def limits(name: str) -> tuple[float, float]:
    """Return the least and the greatest value of a number among the settings.

    Raises:
        KeyError: it has none.
    """
    return _LIMITS[name]


def settings_path() -> Path:
    """Where the settings are kept; the folder need not exist."""
    return platformdirs.user_config_path("mien", appauthor=False) / "settings.json"


def load_settings(path: Path) -> tuple[Settings, str]:
    """Read the settings; return them and a line for the user, empty where all is well.

    A missing file gives the defaults. Of a damaged one a copy is kept as ``settings.json.damaged``. For a value of a
    wrong type the default is used, and the others stay; where nothing can be read, all are the defaults. Unknown names,
    left by another version, are passed over; values out of range are clamped.
    """
    try:
        # some editors put a mark before UTF-8
        settings, wrong = _read(json.loads(path.read_text(encoding="utf-8-sig")))
    except FileNotFoundError:
        return Settings(), ""
    except OSError as error:
        return Settings(), f"{path}: cannot be read ({error.strerror or error}); the defaults are used"
    except (ValueError, RecursionError) as error:
        settings, wrong = Settings(), [str(error)]
    if not wrong:
        return settings, ""
    told = "; ".join(wrong[:_TOLD]) + (f" and {len(wrong) - _TOLD} more" if len(wrong) > _TOLD else "")
    instead = "the defaults are used" if settings == Settings() else "the other settings stay"
    aside = path.with_name(path.name + ".damaged")
    try:
        with _partial(path) as partial:
            shutil.copyfile(path, partial)
            partial.replace(aside)
    except OSError as refused:
        return settings, f"{path}: damaged ({told}) and cannot be copied ({refused.strerror or refused}); {instead}"
    return settings, f"{path}: damaged ({told}); a copy is kept as {aside.name}, {instead}"


def settings_from(values: Any) -> Settings:
    """Build settings from JSON values; what is out of range is set to the nearest that works.

    Raises:
        ValueError: not an object, or a value has the wrong type.
    """
    settings, wrong = _read(values)
    if wrong:
        raise ValueError(wrong[0])
    return settings


def _read(values: Any) -> tuple[Settings, list[str]]:
    """Return the settings in JSON values, and what is wrong with each of which the default was taken instead.

    Raises:
        ValueError: not an object.
    """
    if not isinstance(values, dict):
        raise ValueError("not a JSON object")
    taken: dict[str, Any] = {}
    wrong: list[str] = []
    for name, default in Settings().to_dict().items():
        if name in values:
            try:
                taken[name] = _taken(name, values[name], default)
            except ValueError as error:
                wrong.append(str(error))
    return Settings(**taken), wrong


def _taken(name: str, value: Any, default: Any) -> Any:
    """Return the value as a setting of ``default``'s type, set to the nearest that works.

    Raises:
        ValueError: it has the wrong type.
    """
    if isinstance(default, tuple):
        if not isinstance(value, list | tuple) or not all(isinstance(entry, str) for entry in value):
            raise ValueError(f"{name} is {value!r:.60}")
        return tuple(entry[:MARKER_CHARS] for entry in value[:MARKERS])
    if isinstance(default, float) and isinstance(value, int) and not isinstance(value, bool):
        # JSON's whole numbers have no end, and floats do
        value = float(min(max(value, -sys.maxsize), sys.maxsize))
    if type(value) is not type(default) or (isinstance(value, float) and math.isnan(value)):
        raise ValueError(f"{name} is {value!r:.60}")
    if name in _LIMITS:
        low, high = _LIMITS[name]
        return type(default)(min(max(value, low), high))
    if name in _CHOICES and value not in _CHOICES[name]:
        return _CHOICES[name][0]
    return value


def save_settings(path: Path, settings: Settings, before: Settings | None = None) -> None:
    """Write the settings so that the file holds either the old or the new ones whenever the program dies.

    Args:
        path: of the file; its folder is made.
        settings: to keep.
        before: as this process loaded or saved them last. What is still the same stays as the file has it by now, which
            another window or an editor may have changed; None, as where the file is missing or damaged, writes all.

    Raises:
        MienError: they cannot be written.
    """
    text = _text(path, settings, before)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with _partial(path) as partial:
            with partial.open("w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            partial.replace(path)
    except OSError as error:
        raise MienError(f"{path}: the settings cannot be saved ({error.strerror or error})") from error


def _text(path: Path, settings: Settings, before: Settings | None) -> str:
    """Return what the file is to hold: what differs from ``before``, and the rest as it is in the file."""
    values = settings.to_dict()
    if before is not None:
        was = before.to_dict()
        changed = {name: value for name, value in values.items() if value != was[name]}
        with suppress(OSError, ValueError, RecursionError):
            found = json.loads(path.read_text(encoding="utf-8-sig"))
            _, wrong = _read(found)
            if not wrong:
                return json.dumps(found | changed, indent=1)
    return json.dumps(values, indent=1)


@contextmanager
def _partial(path: Path) -> Iterator[Path]:
    """Make a file beside ``path`` that no other process and no link has the name of; it is removed unless it was moved.

    Raises:
        OSError: it cannot be made.
    """
    handle, name = tempfile.mkstemp(prefix=f"{path.name}.", suffix=".partial", dir=path.parent)
    os.close(handle)
    try:
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)
