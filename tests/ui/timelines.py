"""Timelines on made readings."""

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.types import EMOTIONS, Frame, FrameResult
from app.ui.history import History
from app.ui.plot import line_colours
from app.ui.style import theme
from app.ui.timeline import Timeline
from tests.ui.fakes import reading

AWAY = (20.0, 25.0)
_IMAGE = np.zeros((2, 2, 3), np.uint8)
_HAPPINESS = EMOTIONS.index("happiness")


def add(history: History, t_s: float, emotion: str = "happiness", confidence: float = 0.75) -> None:
    away = AWAY[0] <= t_s < AWAY[1]
    read = replace(reading(emotion, confidence=confidence), track=1)
    history.add(FrameResult(Frame(0, t_s, _IMAGE), () if away else (read,)))


def filled(seconds: float, rate: float = 30.0) -> History:
    history = History()
    for index in range(int(seconds * rate)):
        add(history, index / rate)
    return history


def shown(qtbot: QtBot, history: History, width: int = 800, height: int = 160) -> Timeline:
    timeline = Timeline(history)
    qtbot.addWidget(timeline)
    timeline.resize(width, height)
    timeline.follow(1)
    timeline.show()
    timeline.refresh()
    return timeline


def picture(timeline: Timeline) -> QImage:
    return timeline.grab().toImage()


def colours_at(image: QImage, timeline: Timeline, t_s: float) -> set[str]:
    """The colours of the plot at a time."""
    plot, ratio = timeline.plot, image.devicePixelRatio()
    middle = round(plot.x(t_s) * ratio)
    rows = range(round(plot.target.y * ratio), round(plot.target.bottom * ratio))
    return {image.pixelColor(x, y).name() for y in rows for x in range(middle - 1, middle + 2)}


def drawn(colours: set[str]) -> bool:
    """Whether the line of happiness is among colours; its edges are mixed with the ground."""
    wanted = QColor(line_colours(theme().ground)[_HAPPINESS])

    def apart(colour: QColor) -> int:
        return max(
            abs(colour.red() - wanted.red()),
            abs(colour.green() - wanted.green()),
            abs(colour.blue() - wanted.blue()),
        )

    return any(apart(QColor(colour)) < 50 for colour in colours)


def wheel(timeline: Timeline, across: int, along: int, x: float = 400.0) -> None:
    nothing = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase
    place = QPointF(x, 80)
    turned = QWheelEvent(place, timeline.mapToGlobal(place), QPoint(), QPoint(across, along), *nothing, False)
    QApplication.sendEvent(timeline, turned)


def hover(timeline: Timeline, x: float) -> None:
    """Move the mouse to ``x``, no button held."""
    place, none = QPointF(x, 80), Qt.MouseButton.NoButton
    moved = QMouseEvent(
        QEvent.Type.MouseMove, place, timeline.mapToGlobal(place), none, none, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(timeline, moved)


class Paints(QObject):
    """Counts how often a widget is painted."""

    count = 0

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        self.count += event.type() is QEvent.Type.Paint
        return False
