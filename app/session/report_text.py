"""Times, shares and names as a report says them."""

import math
from collections.abc import Iterable
from datetime import datetime
from typing import Final

_EVENTS: Final = {
    "start": "Start",
    "stop": "End",
    "dropped": "Frames dropped",
    "marker": "Marker",
    "note": "Note",
    "settings": "Settings changed",
    "calibrated": "Calibrated",
    "calibration_undone": "Calibration undone",
    "calibration_failed": "Calibration failed",
    "provider_failed": "Provider failed",
    "not_read": "Not read",
    "camera_lost": "Camera lost",
    "camera_back": "Camera back",
}
_REASONS: Final = {
    "small": "too small",
    "dark": "too dark",
    "bright": "too bright",
    "blurred": "blurred",
    "turned": "turned away",
}
# seconds between the ticks of an axis
_STEPS: Final = (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400)


def event_text(name: str) -> str:
    """Return what an event is called; one that this version does not know, as its file calls it."""
    return _EVENTS.get(name, name.replace("_", " "))


def reason_text(reason: str) -> str:
    """Return why a picture is not read, in words."""
    return _REASONS.get(reason, reason)


def clock(seconds: float, decimals: int = 0) -> str:
    """Return a moment as ``m:ss`` or ``h:mm:ss``, with so many decimals of a second."""
    whole = round(seconds, decimals)
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(int(minutes), 60)
    second = f"{rest:0{3 + decimals if decimals else 2}.{decimals}f}"
    return f"{hours}:{minutes:02}:{second}" if hours else f"{minutes}:{second}"


def duration(seconds: float) -> str:
    """Return a length of time: ``0.8 s``, ``42 s``, ``3 min 20 s``, ``1 h 2 min``."""
    if seconds < 9.95:
        return f"{seconds:.1f}\u00a0s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole}\u00a0s"
    if whole < 3600:
        return f"{whole // 60}\u00a0min" + (f" {whole % 60}\u00a0s" if whole % 60 else "")
    minutes = round(seconds / 60)
    return f"{minutes // 60}\u00a0h" + (f" {minutes % 60}\u00a0min" if minutes % 60 else "")


def percent(share: float) -> str:
    """Return a part of a whole, 0 to 1, in percent; what is little is not called nothing, nor nearly all all."""
    if 0 < share < 0.01:
        return "<\u202f1\u00a0%"
    if 0.99 < share < 1:
        return ">\u202f99\u00a0%" if share > 0.995 else "99\u00a0%"
    return f"{share * 100:.0f}\u00a0%"


def points(change: float) -> str:
    """Return a change of a probability in percentage points, with its sign; a dash where it is not known."""
    if math.isnan(change):
        return "–"
    value = round(change * 100)
    return f"+{value}" if value > 0 else f"−{-value}" if value < 0 else "0"


def moment(when: datetime | None) -> str:
    """Return a day and time, UTC."""
    return "unknown" if when is None else f"{when.day} {when:%B %Y, %H:%M:%S} UTC"


def setting(value: object) -> str:
    """Return a setting's value."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return listed(str(part) for part in value) or "none"
    return f"{value:g}" if isinstance(value, float) else str(value) or "–"


def listed(parts: Iterable[str]) -> str:
    """Return parts after commas."""
    return ", ".join(parts)


def ticks(start_s: float, end_s: float, most: int = 8) -> list[tuple[float, str]]:
    """Return the round moments on an axis: where each is, 0 to 1, and its text."""
    length_s = end_s - start_s
    if length_s <= 0:
        return [(0.0, clock(start_s))]
    step = next((step for step in _STEPS if length_s / step <= most), _STEPS[-1] * math.ceil(length_s / 86400 / most))
    decimals = 1 if step < 1 else 0
    count = math.floor(length_s / step + 1e-9)
    first = math.ceil(start_s / step - 1e-9)
    moments = [(first + n) * step for n in range(count + 1)]
    return [((at - start_s) / length_s, clock(at, decimals)) for at in moments if at <= end_s + 1e-9]
