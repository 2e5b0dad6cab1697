"""What the timeline shows and where: the part of time, ticks, thinned lines and flags; plain numbers, without Qt."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from app.types import Floats
from app.ui.history import Times
from app.ui.layout import Rect

SHORTEST_SPAN_S: Final = 5.0
LONGEST_SPAN_S: Final = 600.0
EDGE_PX: Final = 3.0
_SPANS_S: Final = (5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 180.0, 300.0, 600.0, 1200.0, 1800.0, 3600.0, 7200.0, 14400.0)
_STEPS_S: Final = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 28800, 86400)


@dataclass(frozen=True, slots=True)
class TimeWindow:
    """The part of time that is shown.

    Attributes:
        span_s: how long it is.
        held_s: where it ends while it is held; None while it follows the newest frame.
        longest_s: the longest span that can be shown.
    """

    span_s: float = 60.0
    held_s: float | None = None
    longest_s: float = LONGEST_SPAN_S

    def __post_init__(self) -> None:
        """Check the span.

        Raises:
            ValueError: it is not between ``SHORTEST_SPAN_S`` and ``longest_s``.
        """
        if not SHORTEST_SPAN_S <= self.span_s <= self.longest_s:
            raise ValueError(f"a span of {self.span_s} s: {SHORTEST_SPAN_S:g} to {self.longest_s:g} s can be shown")

    def end_s(self, newest_s: float) -> float:
        """Return where it ends: at the newest frame, or where it is held."""
        return newest_s if self.held_s is None else self.held_s

    def held(self, at_s: float | None) -> "TimeWindow":
        """Return it held there; None lets it follow the newest frame."""
        return replace(self, held_s=at_s)

    def spanning(self, span_s: float) -> "TimeWindow":
        """Return it with another span, as near to ``span_s`` as can be shown; its end stays."""
        return replace(self, span_s=clamped_span(span_s, self.longest_s))

    def scrolled(self, by_s: float, oldest_s: float, newest_s: float) -> "TimeWindow":
        """Return it moved by ``by_s``, backwards where that is negative; it is held from then on.

        It does not pass the oldest frame; forwards, it follows the newest one again once it reaches it.
        """
        end_s = self.end_s(newest_s)
        if by_s > 0:
            return replace(self, held_s=end_s + by_s if self.held_s is not None and end_s + by_s < newest_s else None)
        moved = max(end_s + by_s, min(oldest_s + self.span_s, end_s))
        return self if moved == end_s else replace(self, held_s=moved)

    def zoomed(self, span_s: float, about_s: float, newest_s: float) -> "TimeWindow":
        """Return it with another span, as near to ``span_s`` as can be shown.

        Where it is held, ``about_s`` stays in its place.
        """
        zoomed = self.spanning(span_s)
        if self.held_s is None:
            return zoomed
        after_s = (self.held_s - about_s) * zoomed.span_s / self.span_s
        return zoomed.held(min(about_s + after_s, newest_s))


@dataclass(frozen=True, slots=True)
class PlotMap:
    """Where times and probabilities lie in the plot.

    Columns are the screen's own pixels, counted from the time 0: a reading stays in its column as time goes on, so that
    lines do not shimmer, and what was drawn once can be moved.

    Attributes:
        target: the plot's rectangle, logical pixels.
        left: the column at its left edge.
        columns_per_s: columns a second.
        ratio: columns a logical pixel.
    """

    target: Rect
    left: int
    columns_per_s: float
    ratio: float

    @staticmethod
    def of(target: Rect, span_s: float, end_s: float, ratio: float) -> "PlotMap":
        """Return the map that shows ``span_s`` seconds up to ``end_s`` on a screen of that ratio."""
        columns = max(1, int(target.width * ratio))
        columns_per_s = columns / span_s
        return PlotMap(target, int(np.ceil(end_s * columns_per_s)) - columns, columns_per_s, ratio)

    @property
    def columns(self) -> int:
        """How many columns are shown."""
        return max(1, int(self.target.width * self.ratio))

    @property
    def from_s(self) -> float:
        """The time at the left edge."""
        return self.left / self.columns_per_s

    @property
    def to_s(self) -> float:
        """The time at the right edge."""
        return (self.left + self.columns) / self.columns_per_s

    def x(self, t_s: float) -> float:
        """Return where a time lies, logical pixels."""
        return self.target.x + (t_s * self.columns_per_s - self.left) / self.ratio

    def t_s(self, x: float) -> float:
        """Return the time at ``x``, logical pixels."""
        return ((x - self.target.x) * self.ratio + self.left) / self.columns_per_s

    def y(self, probability: float) -> float:
        """Return how high a probability lies, logical pixels; lines at 0 and 1 are seen whole."""
        return self.target.bottom - EDGE_PX - probability * (self.target.height - 2 * EDGE_PX)


def clamped_span(span_s: float, longest_s: float = LONGEST_SPAN_S) -> float:
    """Return the span nearest to ``span_s`` that can be shown."""
    return min(max(span_s, SHORTEST_SPAN_S), longest_s)


def next_span(span_s: float, *, longer: bool, longest_s: float = LONGEST_SPAN_S) -> float:
    """Return the next round span that is longer, or shorter, than ``span_s``; ``longest_s`` counts as round, too."""
    if longer:
        return next((span for span in _SPANS_S if span_s < span < longest_s), longest_s)
    return next((span for span in reversed(_SPANS_S) if span < span_s), SHORTEST_SPAN_S)


def ticks(from_s: float, to_s: float, most: float) -> list[float]:
    """Return round times from ``from_s`` to ``to_s``, both included, at most ``most`` to that length."""
    least_s = (to_s - from_s) / max(most, 1.0)
    step = next((step for step in _STEPS_S if step >= least_s), _STEPS_S[-1] * int(np.ceil(least_s / _STEPS_S[-1])))
    first, last = int(np.ceil(from_s / step)), int(np.floor(to_s / step))
    return [float(index * step) for index in range(max(first, 0), last + 1)]


def thinned(t_s: Times, values: Floats, columns_per_s: float, away_s: float) -> list[tuple[Times, Floats]]:
    """Return lines with at most two points in each column of pixels that look like the ones given.

    A column with one or two readings keeps them; of one with more, the least and the greatest value stay, in the order
    in which the line rises or falls there.

    Args:
        t_s: times (N,), growing.
        values: of several lines (N, L).
        columns_per_s: pixels a second.
        away_s: lines break where there is nothing for longer than this.

    Returns:
        For each unbroken part, its times (M,) and values (M, L).
    """
    if not len(t_s):
        return []
    breaks = np.diff(t_s) > away_s
    first = np.flatnonzero(np.append(True, breaks | (np.diff(np.floor(t_s * columns_per_s)) > 0)))
    last = np.append(first[1:], len(t_s)) - 1
    least, greatest = np.minimum.reduceat(values, first), np.maximum.reduceat(values, first)
    rises = values[last] >= values[first]
    points = np.empty((2 * len(first), values.shape[1]), np.float32)
    points[0::2] = np.where(rises, least, greatest)
    points[1::2] = np.where(rises, greatest, least)
    times = np.repeat(t_s[first], 2)
    times[1::2] = t_s[last]
    # parts start where a break comes before a column's first reading
    parts = 2 * np.searchsorted(first, np.flatnonzero(breaks) + 1)
    return list(zip(np.split(times, parts), np.split(points, parts), strict=True))


def wrapped(widths: Sequence[float], room: float, gap: float) -> list[tuple[float, int]]:
    """Return for each item its x and its row, so that no row is wider than ``room`` where an item alone is not."""
    places: list[tuple[float, int]] = []
    x, row = 0.0, 0
    for width in widths:
        if x and x + width > room:
            x, row = 0.0, row + 1
        places.append((x, row))
        x += width + gap
    return places


def place_flags(
    xs: Sequence[float], widths: Sequence[float], room: tuple[float, float], rows: int, gap: float
) -> list[tuple[float, int] | None]:
    """Return for each flag its x and its row, None where there is no place; none covers another.

    Args:
        xs: where each belongs, growing.
        widths: their widths.
        room: the leftmost and the rightmost x that they may cover; one that belongs further left leaves with its line.
        rows: how many there are.
        gap: between two in one row.
    """
    free = [-np.inf] * rows
    places: list[tuple[float, int] | None] = []
    for x, width in zip(xs, widths, strict=True):
        start = min(x, room[1] - width)
        row = next((row for row in range(rows) if free[row] <= start and start >= min(x, room[0])), None)
        places.append(None if row is None else (start, row))
        if row is not None:
            free[row] = start + width + gap
    return places
