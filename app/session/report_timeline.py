"""A report's timeline: what all faces showed, from a session's start to its end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from app.session import report_charts as charts
from app.session.reader import Session, SessionEvent
from app.session.report_text import clock, percent, ticks
from app.session.timing import FrameTimes, Numbers
from app.types import EMOTIONS, UNCERTAIN

MOST_FLAGS: Final = 500
# flags of the timeline closer than this, as parts of its width, would hide each other
_FLAG_ROOM: Final = 0.025


@dataclass(frozen=True, slots=True)
class Flag:
    """A moment on the timeline: where, 0 to 1, its number, its text, and whether there is room for the number."""

    at: float
    number: int
    text: str
    shown: bool


@dataclass(frozen=True, slots=True)
class Lane:
    """A lane of the timeline: its colour's name, label, paths of mean and peak, and its mean in words."""

    colour: str
    label: str
    mean: str
    peak: str
    value: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """A session over time; ``gaps`` are from and width, 0 to 1; ``data`` is for the cursor.

    ``step_s`` is what a bin spans where it spans several frames, else 0.
    """

    bins: int
    step_s: float
    ticks: list[tuple[float, str]]
    ribbon: Mapping[str, str]
    lanes: list[Lane]
    gaps: list[tuple[float, float]]
    flags: list[Flag]
    data: Mapping[str, Any]


def timeline(session: Session, times: FrameTimes, bins: int) -> Timeline:
    """Return the session over time: every face's mean in each bin."""
    end_s = times.end_s or 1.0
    bins = max(1, min(bins, 2 * len(times.t_s)))
    found = charts.binned(session.readings, times, np.arange(len(times.rows)), (0.0, end_s), bins)
    lanes = [
        Lane(name, name.capitalize(), charts.area(found.mean[:, at]), charts.area(found.peak[:, at]), value)
        for at, (name, value) in enumerate(zip(EMOTIONS, means(found.mean), strict=True))
    ]
    others = ((UNCERTAIN, "Uncertain", found.uncertain), ("withheld", "Withheld", found.withheld))
    lanes += [
        Lane(colour, label, charts.area(values), "", means(values[:, None])[0]) for colour, label, values in others
    ]
    markers = [event for event in session.events if event.event == "marker"]
    return Timeline(
        bins,
        end_s / bins if bins < len(times.t_s) else 0.0,
        ticks(0.0, end_s),
        charts.ribbon(found.shown),
        lanes,
        [(start / end_s, (end - start) / end_s) for start, end in times.gaps],
        _flags(markers, end_s),
        {
            "end_s": end_s,
            "emotions": len(EMOTIONS),
            "values": [_whole_percents(column) for column in (*found.mean.T, found.uncertain, found.withheld)],
        },
    )


def means(values: Numbers) -> list[str]:
    """Return the mean of each column over the rows that are numbers, in percent; a dash where there is none."""
    whole = values[~np.isnan(values).any(axis=1)]
    return [percent(float(mean)) for mean in whole.mean(axis=0)] if len(whole) else ["–"] * values.shape[1]


def _whole_percents(values: Numbers) -> list[int]:
    """In percent; -1 where there is nothing."""
    return [-1 if np.isnan(value) else round(value * 100) for value in values.tolist()]


def _flags(marked: Sequence[SessionEvent], end_s: float) -> list[Flag]:
    flags: list[Flag] = []
    free = 0.0
    for number, event in enumerate(marked[:MOST_FLAGS], 1):
        at = min(event.t_s / end_s, 1.0)
        shown = at >= free
        free = at + _FLAG_ROOM if shown else free
        flags.append(Flag(at, number, f"{clock(event.t_s, 1)} {event.note}".rstrip(), shown))
    return flags
