"""What a face's card says, without Qt."""

import math
from dataclasses import dataclass
from typing import NamedTuple

from app.types import EMOTIONS, UNCERTAIN, Reading
from app.ui.language import translate
from app.ui.texts import emotion_text, percent_text, quality_text


class Bar(NamedTuple):
    """One emotion's bar.

    Attributes:
        emotion: one of ``EMOTIONS``.
        label: its name in the window's language.
        value: the smoothed probability, 0 to 1.
        raw: that of this frame alone, as the network gave it.
        percent: the smoothed one in words.
    """

    emotion: str
    label: str
    value: float
    raw: float
    percent: str


@dataclass(frozen=True, slots=True)
class CardText:
    """A card's words and numbers.

    Attributes:
        track: the face's number.
        title: the same in words.
        emotion: one of ``EMOTIONS``, or ``UNCERTAIN``: it gives the colour.
        pill: its name in the window's language.
        beside: the confidence, or why it is uncertain.
        quality: whether the face can be read, and else why not.
        good: it can be read.
        bars: in the order of ``EMOTIONS``.
        state: of the calibration.
        measured: how much of the measuring is done, 0 to 1; None where none is under way.
        calibrated: there is something to undo.
        calibrate: what the button for it says.
        calibrate_tip: the same in full.
    """

    track: int
    title: str
    emotion: str
    pill: str
    beside: str
    quality: str
    good: bool
    bars: tuple[Bar, ...]
    state: str
    measured: float | None
    calibrated: bool
    calibrate: str
    calibrate_tip: str

    @property
    def spoken(self) -> str:
        """All of it in one line, for screen readers."""
        bars = ", ".join(f"{bar.label} {bar.percent}" for bar in self.bars)
        return f"{self.pill}, {self.beside}. {self.quality}. {self.state}. {bars}"


def card_text(reading: Reading, calibration_s: float) -> CardText:
    """Return what the card of a face says.

    Args:
        reading: of the face.
        calibration_s: how long the calibration takes that may be under way.
    """
    good = reading.quality == "ok"
    measuring = reading.calibration == "measuring"
    return CardText(
        track=reading.track,
        title=face_text(reading.track),
        emotion=reading.emotion,
        pill=emotion_text(reading.emotion),
        beside=_beside(reading, good=good),
        quality=translate("Mien", "Quality good") if good else _capitalised(quality_text(reading.quality)),
        good=good,
        bars=_bars(reading),
        state=_state(reading),
        measured=1 - min(reading.calibrating_s / max(calibration_s, 0.001), 1) if measuring else None,
        calibrated=bool(reading.calibration),
        calibrate=_calibrate(reading.calibration),
        calibrate_tip=_calibrate_tip(reading.calibration),
    )


def face_text(track: int) -> str:
    """Return what a face is called."""
    return translate("Mien", "Face {n}").format(n=track)


def _beside(reading: Reading, *, good: bool) -> str:
    if reading.emotion != UNCERTAIN:
        return percent_text(reading.confidence)
    if not good:
        return translate("Mien", "cannot be read well")
    return translate("Mien", "low confidence, {percent}").format(percent=percent_text(reading.confidence))


def _bars(reading: Reading) -> tuple[Bar, ...]:
    values, raw = reading.probabilities.tolist(), reading.raw.tolist()
    return tuple(
        Bar(emotion, emotion_text(emotion), value, own, percent_text(value))
        for emotion, value, own in zip(EMOTIONS, values, raw, strict=True)
    )


def _state(reading: Reading) -> str:
    if reading.calibration == "measuring":
        seconds = math.ceil(reading.calibrating_s)
        return translate("Mien", "Look neutral: {n} s left").format(n=seconds)
    if reading.calibration == "applied":
        return translate("Mien", "Neutral baseline applied")
    return translate("Mien", "No neutral baseline")


def _calibrate(calibration: str) -> str:
    if calibration == "measuring":
        return translate("Mien", "Cancel")
    return translate("Mien", "Undo") if calibration else translate("Mien", "Calibrate")


def _calibrate_tip(calibration: str) -> str:
    if calibration == "measuring":
        return translate("Mien", "Stop measuring the neutral baseline")
    if calibration:
        return translate("Mien", "Read this face without its neutral baseline again")
    return translate("Mien", "Measure this face while it looks neutral, and correct what is read of it by that")


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]
