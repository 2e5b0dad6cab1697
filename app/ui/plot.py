"""Paints the timeline's parts around its lines: legend, axes, gaps, markers and what stands below the mouse."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from app.palette import COLOURS, legible
from app.types import EMOTIONS, UNCERTAIN
from app.ui.history import Marker, Sample, Span
from app.ui.kept import Kept
from app.ui.language import translate
from app.ui.layout import Rect
from app.ui.overlay import to_qrect
from app.ui.style import theme
from app.ui.texts import duration_text, emotion_text, percent_text
from app.ui.timescale import PlotMap, place_flags, ticks, wrapped
from app.ui.words import MIDDLE, RIGHT, draw_words

_SWATCH_PX: Final = 10.0
_INDENT_PX: Final = 15.0
_ITEM_PADDING_PX: Final = 5.0
_FLAG_PX: Final = 140.0
_FLAG_PADDING_PX: Final = 5.0
_FLAG_OF_WIDTH: Final = 0.3
# a second row of flags needs a plot so many flags high
_FLAG_ROWS_OF_HEIGHT: Final = 5
_TOP: Final = 3
_GAP_ALPHA: Final = 150


@lru_cache(maxsize=8)
def line_colours(ground: str) -> tuple[str, ...]:
    """Return the colours of the emotions' lines on a ground, ``#rrggbb``, in the order of ``EMOTIONS``."""
    return tuple(legible(COLOURS[emotion], ground) for emotion in EMOTIONS)


def paused_text(behind_s: float) -> str:
    """Return what a timeline says that is so many seconds behind."""
    return translate("Mien", "Paused, {time} behind").format(time=duration_text(max(0.0, behind_s)))


def spoken_text(read: Sample | None, *, followed: bool) -> str:
    """Return what screen readers say of a reading; None where the face was away or none is followed."""
    if not followed:
        return translate("Mien", "No face followed")
    if read is None:
        return translate("Mien", "The face is away")
    best = int(read[1].argmax())
    return f"{emotion_text(EMOTIONS[best])} {percent_text(float(read[1][best]))}"


class Legend:
    """The emotions' names in as many rows as the width asks for.

    Args:
        metrics: of the font that it is painted in.
        room: its width, logical pixels.
    """

    def __init__(self, metrics: QFontMetricsF, room: float) -> None:
        self._names = [emotion_text(name) for name in (*EMOTIONS, UNCERTAIN)]
        extra = 2 * _ITEM_PADDING_PX + _INDENT_PX
        self._widths = [metrics.horizontalAdvance(name) + extra for name in self._names]
        self._places = wrapped(self._widths, room, 2.0)
        self._row_px = metrics.height() + 3
        self.height = (self._places[-1][1] + 1) * self._row_px
        self._room = max(room, 1.0)
        self._still = Kept()

    def paint(self, painter: QPainter, left: float, top: float, emphasised: int | None) -> None:
        """Draw it with its left top there; the emotion of number ``emphasised`` stands out."""
        place = QRectF(left, top, self._room, self.height)
        font = painter.font()

        def draw(still: QPainter) -> None:
            still.setFont(font)
            still.translate(place.topLeft())
            self._draw(still, emphasised)

        self._still.paint(painter, place, theme().ground, (emphasised, theme(), font), draw)

    def _draw(self, painter: QPainter, emphasised: int | None) -> None:
        colours, look = line_colours(theme().ground), theme()
        for item, ((x, row), width, name) in enumerate(zip(self._places, self._widths, self._names, strict=True)):
            place = QRectF(x, row * self._row_px, width, self._row_px - 1)
            if item == emphasised:
                painter.setPen(QPen(QColor(look.border), 1))
                painter.setBrush(QColor(look.raised))
                painter.drawRoundedRect(place.adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
            swatch = QRectF(place.x() + _ITEM_PADDING_PX, place.center().y() - _SWATCH_PX / 2, _SWATCH_PX, _SWATCH_PX)
            if item < len(EMOTIONS):
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(colours[item]))
                painter.drawRoundedRect(swatch.adjusted(0, 3, 0, -3), 2, 2)
            else:
                _paint_hatched(painter, swatch)
            painter.setPen(QColor(look.text if item == emphasised else look.muted))
            draw_words(painter, place.adjusted(_ITEM_PADDING_PX + _INDENT_PX, 0, 0, 0), name)


def paint_axes(painter: QPainter, plot: PlotMap) -> None:
    """Draw the grid, the probabilities at its left and the times below it."""
    metrics = QFontMetricsF(painter.font())
    target, look = plot.target, theme()
    quarters = (0, 25, 50, 75, 100) if target.height >= 5 * metrics.height() else (0, 50, 100)
    times = ticks(plot.from_s, plot.to_s, target.width / (metrics.horizontalAdvance("00:00:00") + 24))
    across = [QLineF(target.x, plot.y(value / 100), target.right, plot.y(value / 100)) for value in quarters]
    down = [QLineF(plot.x(t_s), target.y, plot.x(t_s), target.bottom) for t_s in times]
    _paint_lines(painter, across + down, QPen(QColor(look.grid), 1))
    painter.setPen(QColor(look.muted))
    height = metrics.height()
    for value in (0, 50, 100):
        top = min(max(plot.y(value / 100) - height / 2, target.y - 2), target.bottom + 2 - height)
        place = QRectF(0, top, target.x - 7, height)
        draw_words(painter, place, percent_text(value / 100), RIGHT, metrics)
    for t_s in times:
        text = duration_text(t_s)
        width = metrics.horizontalAdvance(text)
        left = plot.x(t_s) - width / 2
        if left >= target.x and left + width <= target.right:
            painter.drawText(QPointF(left, target.bottom + 3 + metrics.ascent()), text)


def paint_gaps(painter: QPainter, plot: PlotMap, gaps: Sequence[Span]) -> None:
    """Shade the spans in which the face was away, and say so where there is room."""
    look, target = theme(), plot.target
    shade = QColor(look.grid)
    shade.setAlpha(_GAP_ALPHA)
    text = translate("Mien", "away")
    least_px = QFontMetricsF(painter.font()).horizontalAdvance(text) + 12
    for start_s, end_s in gaps:
        left, right = max(plot.x(start_s), target.x), min(plot.x(end_s), target.right)
        place = QRectF(left, target.y, right - left, target.height)
        painter.fillRect(place, shade)
        if place.width() >= least_px:
            painter.setPen(QColor(look.muted))
            draw_words(painter, place, text, MIDDLE)


def paint_markers(painter: QPainter, plot: PlotMap, markers: Sequence[Marker], right: float) -> None:
    """Draw markers as lines, each with its text in a flag up to ``right``, where there is room for it."""
    target, metrics = plot.target, QFontMetricsF(painter.font())
    xs = [plot.x(marker.t_s) for marker in markers]
    lines = [QLineF(x, target.y, x, target.bottom) for x in xs]
    _paint_lines(painter, lines, QPen(QColor(theme().muted), 1, Qt.PenStyle.DashLine))
    named = [(x, marker.text) for x, marker in zip(xs, markers, strict=True) if marker.text]
    longest_px = min(_FLAG_PX, _FLAG_OF_WIDTH * target.width)
    texts = [metrics.elidedText(text, Qt.TextElideMode.ElideRight, longest_px) for _, text in named]
    widths = [metrics.horizontalAdvance(text) + 2 * _FLAG_PADDING_PX for text in texts]
    height = metrics.height() + 2
    rows = 2 if height * _FLAG_ROWS_OF_HEIGHT < target.height else 1
    places = place_flags([x for x, _ in named], widths, (target.x, right), rows, 3.0)
    for text, width, place in zip(texts, widths, places, strict=True):
        if place is None:
            continue
        x, row = place
        flag = QRectF(x + 0.5, target.y + 0.5 + row * (height + 2), width, height)
        _paint_sheet(painter, flag, 4)
        draw_words(painter, flag, text, MIDDLE, metrics)


def paint_status(painter: QPainter, plot: PlotMap, text: str) -> float:
    """Draw a pill with ``text`` at the plot's right top; return its left edge."""
    metrics = QFontMetricsF(painter.font())
    width = metrics.horizontalAdvance(text) + 18
    pill = QRectF(plot.target.right - width - 3, plot.target.y + 3, width, metrics.height() + 4)
    painter.setPen(QPen(QColor(theme().accent), 1))
    painter.setBrush(QColor(theme().accent_ground))
    painter.drawRoundedRect(pill.adjusted(0.5, 0.5, -0.5, -0.5), 7, 7)
    painter.setPen(QColor(theme().text))
    draw_words(painter, pill, text, MIDDLE, metrics)
    return pill.x()


def paint_dot(painter: QPainter, plot: PlotMap, t_s: float, probability: float, emotion: int) -> None:
    """Draw a dot on the line of the emotion of that number."""
    painter.setPen(QPen(QColor(theme().ground), 1.5))
    painter.setBrush(QColor(line_colours(theme().ground)[emotion]))
    painter.drawEllipse(QPointF(plot.x(t_s), plot.y(probability)), 3.5, 3.5)


def paint_readout(painter: QPainter, plot: PlotMap, x: float, read: Sample | None, marked: Sequence[str]) -> None:
    """Draw a line at ``x`` and beside it a box with the time and what was read there.

    Args:
        painter: in logical pixels.
        plot: where things lie.
        x: of the mouse.
        read: the time in seconds and the probabilities (8,); None where the face was away.
        marked: texts of markers below the mouse.
    """
    target, metrics = plot.target, QFontMetricsF(painter.font())
    at_s = plot.t_s(x) if read is None else read[0]
    x = x if read is None else plot.x(at_s)
    _paint_lines(painter, [QLineF(x, target.y, x, target.bottom)], QPen(QColor(theme().text), 1))
    heads = [duration_text(max(at_s, 0.0))]
    heads += [metrics.elidedText(text, Qt.TextElideMode.ElideRight, 2 * _FLAG_PX) for text in marked]
    rows: list[tuple[int, str, str]] = []
    if read is None:
        heads.append(translate("Mien", "away"))
    else:
        for emotion in np.argsort(read[1])[::-1][:_TOP].tolist():
            value = float(read[1][emotion])
            rows.append((emotion, emotion_text(EMOTIONS[emotion]), percent_text(value)))
            paint_dot(painter, plot, at_s, value, emotion)
    widths = [metrics.horizontalAdvance(text) for text in heads]
    widths += [_INDENT_PX + metrics.horizontalAdvance(name + value) + 14 for _, name, value in rows]
    width, height = max(widths) + 16, metrics.height() * (len(heads) + len(rows)) + 10
    left = x + 10 if x + 10 + width <= target.right else x - 10 - width
    device = Rect(0, 0, painter.window().width(), painter.window().height())
    box = Rect(left, target.y + (target.height - height) / 2, width, height).inside(device)
    _paint_sheet(painter, to_qrect(box).adjusted(0.5, 0.5, -0.5, -0.5), 6)
    _write_readout(painter, QRectF(box.x + 8, box.y + 5, box.width - 16, metrics.height()), heads, rows)


def _write_readout(painter: QPainter, line: QRectF, heads: Sequence[str], rows: Sequence[tuple[int, str, str]]) -> None:
    """Write what is in the box, from ``line``, its first one, downwards."""
    for text in heads:
        draw_words(painter, line, text)
        line.translate(0, line.height())
    colours = line_colours(theme().raised)
    for emotion, name, value in rows:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours[emotion]))
        painter.drawRoundedRect(QRectF(line.x(), line.center().y() - 2, _SWATCH_PX, 4), 2, 2)
        painter.setPen(QColor(theme().text))
        draw_words(painter, line.adjusted(_INDENT_PX, 0, 0, 0), name)
        draw_words(painter, line, value, RIGHT)
        line.translate(0, line.height())


def paint_note(painter: QPainter, plot: PlotMap, title: str, hint: str) -> None:
    """Draw two lines in the middle of the plot."""
    middle = to_qrect(plot.target).center()
    line = QFontMetricsF(painter.font()).height() + 2
    wide = QRectF(plot.target.x, middle.y() - line, plot.target.width, line)
    painter.setPen(QColor(theme().text))
    draw_words(painter, wide, title, MIDDLE)
    painter.setPen(QColor(theme().muted))
    draw_words(painter, wide.translated(0, line), hint, MIDDLE)


def paint_focus(painter: QPainter, rect: QRect) -> None:
    """Draw the sign of the focus around a widget."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(theme().accent), 1))
    painter.drawRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5))


def _paint_lines(painter: QPainter, lines: Sequence[QLineF], pen: QPen) -> None:
    """Draw level and upright lines, sharp."""
    painter.setPen(pen)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    painter.drawLines(lines)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)


def _paint_sheet(painter: QPainter, place: QRectF, radius: float) -> None:
    """Draw a raised ground for text; the painter's pen is the text's afterwards."""
    painter.setPen(QPen(QColor(theme().border), 1))
    painter.setBrush(QColor(theme().raised))
    painter.drawRoundedRect(place, radius, radius)
    painter.setPen(QColor(theme().text))


def _paint_hatched(painter: QPainter, swatch: QRectF) -> None:
    painter.save()
    painter.setClipRect(swatch)
    painter.setPen(QPen(QColor(theme().muted), 1))
    side = swatch.width()
    painter.drawLines(
        [
            QLineF(swatch.x() + d, swatch.y(), swatch.x() + d - side, swatch.y() + side)
            for d in (side * 0.5, side, side * 1.5)
        ]
    )
    painter.restore()
