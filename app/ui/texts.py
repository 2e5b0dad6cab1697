"""What the window says, without Qt."""

import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple

from app.addresses import without_secrets
from app.status import State
from app.types import UNCERTAIN, Reading
from app.ui.language import translate

DEMO: Final = "demo"
_SLUG_CHARS: Final = 40
_LABEL_CHARS: Final = 28


class Note(NamedTuple):
    """What the view says where it has no moving picture: a title, and a line on what to do."""

    title: str
    hint: str = ""


def emotion_text(name: str) -> str:
    """Return what the window calls an emotion, one of ``EMOTIONS`` or ``uncertain``."""
    return {
        "anger": translate("Mien", "anger"),
        "contempt": translate("Mien", "contempt"),
        "disgust": translate("Mien", "disgust"),
        "fear": translate("Mien", "fear"),
        "happiness": translate("Mien", "happiness"),
        "neutral": translate("Mien", "neutral"),
        "sadness": translate("Mien", "sadness"),
        "surprise": translate("Mien", "surprise"),
        UNCERTAIN: translate("Mien", "uncertain"),
    }[name]


def quality_text(quality: str) -> str:
    """Return why a face is not read, in words: ``Reading.quality``'s reasons; empty where it is ``ok``."""
    if quality == "ok":
        return ""
    words = {
        "small": translate("Mien", "too small"),
        "dark": translate("Mien", "too dark"),
        "bright": translate("Mien", "too bright"),
        "blurred": translate("Mien", "blurred"),
        "turned": translate("Mien", "turned away"),
    }
    return translate("Mien", ", ").join(words.get(reason, reason) for reason in quality.split(";"))


def label_text(reading: Reading) -> str:
    """Return a face's label: the emotion and its confidence, or ``uncertain`` and why."""
    emotion = emotion_text(reading.emotion)
    if reading.emotion != UNCERTAIN:
        return f"{emotion} {percent_text(reading.confidence)}"
    why = quality_text(reading.quality) or translate("Mien", "low confidence")
    return translate("Mien", "{emotion}: {why}").format(emotion=emotion, why=why)


def percent_text(probability: float) -> str:
    """Return a probability in whole per cent."""
    return f"{probability * 100:.0f}\u00a0%"


def duration_text(seconds: float) -> str:
    """Return ``mm:ss``, or ``h:mm:ss`` from an hour on."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes:02d}:{rest:02d}"


def rows_text(rows: int) -> str:
    """Return the number of rows in words."""
    return translate("Mien", "1 row") if rows == 1 else translate("Mien", "{rows} rows").format(rows=rows)


def is_camera(spec: str) -> bool:
    """Whether what was opened is a camera: by the order of ``open_source``, what is no path, no demo and no URL."""
    path = Path(spec)
    return spec.lower() != DEMO and "://" not in spec and (not path.exists() or path.is_char_device())


def source_label(spec: str) -> str:
    """Return what the window calls a source before it is open; never with a password."""
    if spec.lower() == DEMO:
        return translate("Mien", "Demo")
    if "://" in spec:
        return without_secrets(spec)
    if spec.isdecimal() and is_camera(spec):
        return translate("Mien", "Camera {index}").format(index=spec)
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
    names = {
        "detect": translate("Mien", "detect"),
        "crop": translate("Mien", "crop"),
        "classify": translate("Mien", "classify"),
        "track": translate("Mien", "track"),
    }
    each = " · ".join(f"{names.get(stage, stage)} {ms:.1f}" for stage, ms in stages_ms.items())
    return f"{each} ms", f"{sum(stages_ms.values()):.1f} ms"


def state_text(state: State, *, waiting: bool) -> str:
    """Return the state in a word or two."""
    if state is State.RUNNING and waiting:
        return translate("Mien", "Waiting for frames")
    return {
        State.IDLE: translate("Mien", "Stopped"),
        State.OPENING: translate("Mien", "Opening"),
        State.RUNNING: translate("Mien", "Reading"),
        State.ENDED: translate("Mien", "Ended"),
        State.FAILED: translate("Mien", "Not reading"),
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
        title = translate("Mien", "Opening {source} …").format(source=source)
        first, models = translate("Mien", "Waiting for the first frame …"), translate("Mien", "Loading the models …")
        return Note(title, first if loaded else models)
    if state is State.RUNNING:
        return Note(translate("Mien", "Waiting for frames …")) if waiting else None
    if state is State.FAILED:
        hint = translate("Mien", "Space tries again; S chooses another source")
        return Note(translate("Mien", "Not reading"), hint)
    if state is State.ENDED:
        title = translate("Mien", "The end of {source}").format(source=source)
        return Note(title, translate("Mien", "Space plays it again"))
    if has_frame:
        return Note(translate("Mien", "Stopped"), translate("Mien", "Space starts again"))
    hint = translate("Mien", "Press Space to start, S to choose a source, or drop a video or a picture here")
    return Note(translate("Mien", "Ready"), hint)
