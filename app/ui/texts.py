"""What the window says, without Qt."""

import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple

from app.capture.stream import without_secrets
from app.status import State
from app.types import UNCERTAIN, Reading

DEMO: Final = "demo"
_QUALITY: Final = {
    "small": "too small",
    "dark": "too dark",
    "bright": "too bright",
    "blurred": "blurred",
    "turned": "turned away",
}
_SLUG_CHARS: Final = 40
_LABEL_CHARS: Final = 28


class Note(NamedTuple):
    """What the view says where it has no moving picture: a title, and a line on what to do."""

    title: str
    hint: str = ""


def label_text(reading: Reading) -> str:
    """Return a face's label: the emotion and its confidence, or ``uncertain`` and why."""
    if reading.emotion != UNCERTAIN:
        return f"{reading.emotion} {reading.confidence * 100:.0f}\u00a0%"
    if reading.quality == "ok":
        return f"{UNCERTAIN}: low confidence"
    reasons = [_QUALITY.get(reason, reason) for reason in reading.quality.split(";")]
    return f"{UNCERTAIN}: {', '.join(reasons)}"


def duration_text(seconds: float) -> str:
    """Return ``mm:ss``, or ``h:mm:ss`` from an hour on."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes:02d}:{rest:02d}"


def rows_text(rows: int) -> str:
    """Return the number of rows in words."""
    return "1 row" if rows == 1 else f"{rows} rows"


def is_camera(spec: str) -> bool:
    """Whether what was opened is a camera: by the order of ``open_source``, what is no path, no demo and no URL."""
    path = Path(spec)
    return spec.lower() != DEMO and "://" not in spec and (not path.exists() or path.is_char_device())


def source_label(spec: str) -> str:
    """Return what the window calls a source before it is open; never with a password."""
    if spec.lower() == DEMO:
        return "Demo"
    if "://" in spec:
        return without_secrets(spec)
    if spec.isdecimal() and is_camera(spec):
        return f"Camera {spec}"
    return Path(spec).name or spec


def shortened(text: str, limit: int = _LABEL_CHARS) -> str:
    """Return ``text`` in at most ``limit`` characters, its middle left out."""
    if len(text) <= limit:
        return text
    head = limit // 2
    return f"{text[:head].rstrip()}…{text[len(text) - (limit - head - 1) :].lstrip()}"


def session_name(moment: datetime, source: str) -> str:
    """Return the name of a recording's folder: time and source, fit for any file system and never a path."""
    slug = re.sub(r"\W+", "-", source).strip("-_")[:_SLUG_CHARS].strip("-_")
    return f"{moment:%Y-%m-%d_%H-%M-%S}_{slug or 'source'}"


def stages_texts(stages_ms: Mapping[str, float]) -> tuple[str, str]:
    """Return the milliseconds of each stage, and, for where that is too long, of all together."""
    if not stages_ms:
        return "", ""
    each = " · ".join(f"{stage} {ms:.1f}" for stage, ms in stages_ms.items())
    return f"{each} ms", f"{sum(stages_ms.values()):.1f} ms"


def state_text(state: State, *, waiting: bool) -> str:
    """Return the state in a word or two."""
    if state is State.RUNNING and waiting:
        return "Waiting for frames"
    return {
        State.IDLE: "Stopped",
        State.OPENING: "Opening",
        State.RUNNING: "Reading",
        State.ENDED: "Ended",
        State.FAILED: "Not reading",
    }[state]


def view_note(state: State, source: str, *, loaded: bool, waiting: bool, has_frame: bool) -> Note | None:
    """Return what the view says over or instead of the picture; None while it runs.

    Args:
        state: of the engine.
        source: what the window calls the source.
        loaded: the models are loaded.
        waiting: frames stay away.
        has_frame: there is a picture, if an old one.
    """
    if state is State.OPENING:
        return Note(f"Opening {source} …", "Waiting for the first frame …" if loaded else "Loading the models …")
    if state is State.RUNNING:
        return Note("Waiting for frames …") if waiting else None
    if state is State.FAILED:
        return Note("Not reading", "Space tries again; S chooses another source")
    if state is State.ENDED:
        return Note(f"The end of {source}", "Space plays it again")
    if has_frame:
        return Note("Stopped", "Space starts again")
    return Note("Ready", "Press Space to start, S to choose a source, or drop a video or a picture here")
