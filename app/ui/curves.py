"""The timeline's lines, drawn once in tiles that move with time: a new frame costs the newest tile, not all of them."""

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QByteArray, QDataStream, QLineF, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap, QPolygonF, QRegion

from app.types import Floats
from app.ui.history import History, Times
from app.ui.timescale import EDGE_PX, PlotMap, thinned

_TILE_COLUMNS: Final = 128
_LINE_PX: Final = 1.0
_EMPHASISED_PX: Final = 2.4
_HATCH_PX: Final = 7.0
_HATCH_ALPHA: Final = 48
# the layer of all lines; the others are the emphasised lines, by the emotion's number
_ALL: Final = -1
# layers kept: all lines, and as many emphasised ones as a face changes between
_KEPT: Final = 4


@dataclass(frozen=True, slots=True)
class Look:
    """All that a tile's picture depends on besides its place and what was read.

    Attributes:
        track: the face.
        colours: of the eight lines, ``#rrggbb``.
        hatch: of the spans without a label, ``#rrggbb``.
    """

    track: int
    colours: tuple[str, ...]
    hatch: str


class Curves:
    """Draws a face's probabilities over time."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._tiles: dict[tuple[int, int], QPixmap] = {}
        self._kind: object = None

    def paint(self, painter: QPainter, plot: PlotMap, look: Look, emphasised: int | None) -> None:
        """Draw the lines in sight, the one of number ``emphasised`` stronger and above the others."""
        height = max(1, round(plot.target.height * plot.ratio))
        kind = look, plot.columns_per_s, plot.ratio, height, self._history.run
        if kind != self._kind:
            self._tiles.clear()
            self._kind = kind
        tiles = range(plot.left // _TILE_COLUMNS, (plot.left + plot.columns - 1) // _TILE_COLUMNS + 1)
        for layer in (_ALL,) if emphasised is None else (_ALL, emphasised):
            for index in tiles:
                x = plot.target.x + (index * _TILE_COLUMNS - plot.left) / plot.ratio
                painter.drawPixmap(QPointF(x, plot.target.y), self._tile(index, plot, look, layer, height))
        while len(self._tiles) > _KEPT * len(tiles):
            del self._tiles[next(iter(self._tiles))]

    def _tile(self, index: int, plot: PlotMap, look: Look, layer: int, height: int) -> QPixmap:
        tile = self._tiles.pop((index, layer), None)
        if tile is None:
            tile = self._draw(index * _TILE_COLUMNS, plot, look, layer, height)
            # lines reach into it from beyond its end until then
            until_s = ((index + 1) * _TILE_COLUMNS + 2) / plot.columns_per_s + self._history.away_s
            if self._history.newest_s <= until_s:
                return tile
        self._tiles[index, layer] = tile
        return tile

    def _draw(self, start: int, plot: PlotMap, look: Look, layer: int, height: int) -> QPixmap:
        """Draw one emotion's line strongly, or all lines and the spans without a label."""
        tile = QPixmap(_TILE_COLUMNS, height)
        tile.fill(Qt.GlobalColor.transparent)
        away_s = self._history.away_s
        # whole columns on both sides, so that the lines over the edges are the neighbours' own
        margin = int(np.ceil(away_s * plot.columns_per_s)) + 2
        from_s, to_s = (start - margin) / plot.columns_per_s, (start + _TILE_COLUMNS + margin) / plot.columns_per_s
        t_s, values = self._history.series(look.track, from_s, to_s)
        lines = list(range(len(look.colours))) if layer == _ALL else [layer]
        width = (_LINE_PX if layer == _ALL else _EMPHASISED_PX) * plot.ratio
        edge = EDGE_PX * plot.ratio
        painter = QPainter(tile)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if layer == _ALL:
            region = self._withheld(start, plot, look, height)
            _hatch(painter, region, start, round(_HATCH_PX * plot.ratio), look.hatch)
        for times, points in thinned(t_s, values[:, lines], plot.columns_per_s, away_s):
            x, y = times * plot.columns_per_s - start, height - edge - points * (height - 2 * edge)
            for column, line in enumerate(lines):
                _draw_line(painter, x, y[:, column], QColor(look.colours[line]), width)
        painter.end()
        tile.setDevicePixelRatio(plot.ratio)
        return tile

    def _withheld(self, start: int, plot: PlotMap, look: Look, height: int) -> QRegion:
        """The spans of a tile without a label, in its pixels; those nearer than a hatch's width are one."""
        merge_s = _HATCH_PX * plot.ratio / plot.columns_per_s
        end = start + _TILE_COLUMNS
        spans = self._history.uncertain(look.track, start / plot.columns_per_s, end / plot.columns_per_s, merge_s)
        region = QRegion()
        for from_s, to_s in spans:
            left, right = round(from_s * plot.columns_per_s), round(to_s * plot.columns_per_s)
            region += QRect(left - start, 0, max(1, right - left), height)
        return region


def _hatch(painter: QPainter, region: QRegion, start: int, step: int, colour: str) -> None:
    """Draw diagonals in a region; they go on in the next tile."""
    if region.isEmpty():
        return
    tint = QColor(colour)
    tint.setAlpha(_HATCH_ALPHA)
    painter.save()
    painter.setClipRegion(region)
    painter.setPen(QPen(tint, 1))
    box = region.boundingRect()
    first = -(start % step)
    diagonals = range(first, _TILE_COLUMNS + box.height() + step, step)
    painter.drawLines([QLineF(x, 0, x - box.height(), box.height()) for x in diagonals])
    painter.restore()


def _draw_line(painter: QPainter, x: Times, y: Floats, colour: QColor, width: float) -> None:
    """Draw a line of that width, in the painter's pixels.

    Qt draws lines of one pixel fifty times faster than wider ones, so a wide one is several of those side by side.
    """
    if x[-1] - x[0] < 1:
        # a face seen in one frame alone
        x = np.array([x[0] - 1 - width / 2, x[-1] + 1 + width / 2])
        y = y[[0, -1]]
    polyline = _polyline(np.column_stack((x, y)))
    painter.setPen(QPen(colour, 1))
    for dx, dy in _offsets(width):
        painter.translate(dx, dy)
        painter.drawPolyline(polyline)
        painter.translate(-dx, -dy)


@cache
def _offsets(width: float) -> list[tuple[float, float]]:
    """Return where lines of one pixel go, so that together they are ``width`` wide: in the middle and on rings."""
    places = [0j]
    for radius in np.arange((width - 1) / 2, 0, -1).tolist():
        count = 3 if radius < 1 else 6
        places += [radius * np.exp(2j * np.pi * (number / count + 0.25)) for number in range(count)]
    return [(float(place.real), float(place.imag)) for place in places]


def _polyline(points: npt.NDArray[np.float64]) -> QPolygonF:
    """Return points (N, 2) as Qt's own, through its documented serialisation; a Python call a point would be slow."""
    stored = np.array(len(points), ">u4").tobytes() + points.astype(">f8").tobytes()
    polyline = QPolygonF()
    QDataStream(QByteArray(stored)) >> polyline
    return polyline
