"""The timeline of a whole recorded session: with a cursor, and a span that can be chosen."""

from typing import Final

from PySide6.QtCore import QLineF, QPointF, QRectF, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QScrollBar, QVBoxLayout, QWidget

from app.ui import plot as parts
from app.ui.history import History, Span
from app.ui.language import translate
from app.ui.style import theme
from app.ui.timeline import Timeline
from app.ui.timescale import SHORTEST_SPAN_S, PlotMap, TimeWindow, next_span

_SELECTION_ALPHA: Final = 46
_HANDLE_PX: Final = 5.0
# where the cursor comes to lie, as a part of the width, when it has left what is in sight
_PAGE: Final = 0.1
# a scroll bar counts in 32 bits: in milliseconds, or coarser where a session takes longer than twelve days
_STEPS_PER_S: Final = 1000.0
_MOST_STEPS: Final = 2.0**30


class ReviewTimeline(Timeline):
    """Shows a face over a session, from five seconds to all of it.

    A press or a drag moves the cursor, with Shift it chooses a span, with Ctrl it moves the plot; a wheel zooms about
    the mouse, and scrolls with Shift; Page Up and Page Down scroll; a double click shows the whole session.

    Args:
        history: of the session.
        parent: the widget that it is in.

    Attributes:
        cursor_asked: the cursor is wanted at that time, seconds.
        selection_asked: this span is chosen.
        window_changed: another part of the session is in sight.
    """

    cursor_asked = Signal(float)
    selection_asked = Signal(float, float)
    window_changed = Signal()

    def __init__(self, history: History, parent: QWidget | None = None) -> None:
        super().__init__(history, parent)
        self._cursor_s = 0.0
        self._selection: Span | None = None
        self._anchor_s: float | None = None
        self._scrubbing = False
        longest_s = max(history.newest_s, SHORTEST_SPAN_S)
        self._window = TimeWindow(longest_s, longest_s, longest_s)

    @property
    def status(self) -> str:
        """Nothing: it is never behind."""
        return ""

    @property
    def plot(self) -> PlotMap:
        """Where times and probabilities lie now."""
        end_s = self._window.end_s(self._history.newest_s)
        return PlotMap.of(self._target, self._window.span_s, end_s, self.devicePixelRatioF())

    @property
    def from_s(self) -> float:
        """Where what is in sight begins."""
        return self._window.end_s(self._history.newest_s) - self._window.span_s

    @property
    def longest_s(self) -> float:
        """The span that shows the whole session."""
        return self._window.longest_s

    def set_cursor(self, t_s: float, *, in_sight: bool = True) -> None:
        """Put the cursor there; with ``in_sight`` the plot moves on where it would be outside."""
        self._cursor_s = t_s
        if in_sight and not self.from_s <= t_s <= self.from_s + self.span_s:
            self.show_from(t_s - _PAGE * self.span_s)
        self.update()

    def set_selection(self, span: Span | None) -> None:
        """Show this span as chosen; None shows none."""
        self._selection = span
        self.update()

    def show_from(self, t_s: float) -> None:
        """Let what is in sight begin there, as near as the session allows."""
        self._show(self._window.held(t_s + self._window.span_s))

    def show_like(self, other: "ReviewTimeline") -> None:
        """Show the part of the session that another timeline of it shows."""
        self._show(other._window)

    def zoom(self, *, longer: bool) -> None:
        """Show the next longer or shorter round span about the cursor, or about the middle where that is not seen."""
        self._zoom_to(next_span(self.span_s, longer=longer, longest_s=self.longest_s))

    def show_whole(self) -> None:
        """Show the whole session."""
        self._zoom_to(self.longest_s)

    def set_paused(self, paused: bool) -> None:
        """Do nothing: a session does not go on."""

    def speak(self) -> None:
        """Give screen readers what was read at the cursor; not at each frame while it is played."""
        said = parts.spoken_text(self._read_at(self._cursor_s), followed=self._track is not None)
        self.setAccessibleDescription(said)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Scroll by what is in sight."""
        pages = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1}.get(Qt.Key(event.key()))
        if pages is None:
            QWidget.keyPressEvent(self, event)
        else:
            self._scroll(pages * self.span_s)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the cursor, begin a span, or take hold of the plot."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().mousePressEvent(event)
        elif event.button() is Qt.MouseButton.LeftButton:
            self._anchor_s = self._time_at(event)
            self._hover(None)
            self._scrubbing = not event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            if self._scrubbing:
                self.cursor_asked.emit(self._anchor_s)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move what was taken, or read what is below the mouse."""
        if self._anchor_s is None:
            super().mouseMoveEvent(event)
            return
        t_s = self._time_at(event)
        if self._scrubbing:
            self.cursor_asked.emit(t_s)
        elif t_s != self._anchor_s:
            self.selection_asked.emit(min(t_s, self._anchor_s), max(t_s, self._anchor_s))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        self._anchor_s = None
        super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Show the whole session."""
        if event.button() is Qt.MouseButton.LeftButton:
            self.show_whole()

    @property
    def _now_s(self) -> float:
        """The moment whose reading stands out: the cursor, while it is in sight."""
        plot = self.plot
        return self._cursor_s if plot.from_s <= self._cursor_s <= plot.to_s else float("-inf")

    def _time_at(self, event: QMouseEvent) -> float:
        return min(max(self.plot.t_s(event.position().x()), 0.0), self._history.newest_s)

    def _zoom_to(self, span_s: float) -> None:
        seen = self.from_s <= self._cursor_s <= self.from_s + self.span_s
        about_s = self._cursor_s if seen else self.from_s + self.span_s / 2
        self._show(self._window.zoomed(span_s, about_s, self._history.newest_s))

    def _show(self, window: TimeWindow) -> None:
        """Show a part of the session, and nothing before or after it."""
        newest_s = self._history.newest_s
        held_s = max(min(window.end_s(newest_s), newest_s), window.span_s)
        before, window = self._window, window.held(held_s)
        super()._show(window)
        if window != before:
            self.window_changed.emit()

    def _tell(self) -> None:
        self.speak()

    def _paint_extras(self, painter: QPainter, plot: PlotMap) -> None:
        """What lies above the lines: the span, the cursor, the readout, a note, and the sign of the focus."""
        painter.save()
        painter.setClipRect(QRectF(plot.target.x - _HANDLE_PX, 0, plot.target.width + 2 * _HANDLE_PX, self.height()))
        self._paint_selection(painter, plot)
        self._paint_cursor(painter, plot)
        painter.restore()
        if self._track is not None:
            super()._paint_extras(painter, plot)
            return
        parts.paint_note(painter, plot, translate("Mien", "No face in this session"), "")
        if self.hasFocus():
            parts.paint_focus(painter, self.rect())

    def _paint_selection(self, painter: QPainter, plot: PlotMap) -> None:
        if self._selection is None:
            return
        left, right = (plot.x(t_s) for t_s in self._selection)
        target = plot.target
        tint = QColor(theme().accent)
        painter.setPen(QPen(tint, 1.5))
        painter.drawLines([QLineF(x, target.y, x, target.bottom) for x in (left, right)])
        tint.setAlpha(_SELECTION_ALPHA)
        painter.fillRect(QRectF(left, target.y, right - left, target.height), tint)

    def _paint_cursor(self, painter: QPainter, plot: PlotMap) -> None:
        x, target = plot.x(self._cursor_s), plot.target
        colour = QColor(theme().text)
        painter.setPen(QPen(colour, 1.5))
        painter.drawLine(QLineF(x, target.y, x, target.bottom))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        top = [(x - _HANDLE_PX, target.y - _HANDLE_PX), (x + _HANDLE_PX, target.y - _HANDLE_PX), (x, target.y + 2)]
        painter.drawPolygon(QPolygonF([QPointF(*corner) for corner in top]))


class TimelinePane(QWidget):
    """A timeline with a scroll bar below it.

    Args:
        timeline: is put in here.
    """

    def __init__(self, timeline: ReviewTimeline) -> None:
        super().__init__()
        self._timeline = timeline
        self._bar = QScrollBar(Qt.Orientation.Horizontal)
        # what it does, the timeline does by keys
        self._bar.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._bar.setAccessibleName(translate("Mien", "What is in sight of the timeline"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(timeline, 1)
        column.addWidget(self._bar)
        self._steps_per_s = min(_STEPS_PER_S, _MOST_STEPS / timeline.longest_s)
        timeline.window_changed.connect(self._follow)
        self._bar.valueChanged.connect(lambda value: timeline.show_from(value / self._steps_per_s))
        self._follow()

    def _follow(self) -> None:
        """Move the bar with the timeline."""
        timeline, steps = self._timeline, self._steps_per_s
        with QSignalBlocker(self._bar):
            self._bar.setRange(0, round((timeline.longest_s - timeline.span_s) * steps))
            self._bar.setPageStep(round(timeline.span_s * steps))
            self._bar.setSingleStep(round(timeline.span_s * steps / 10))
            self._bar.setValue(round(timeline.from_s * steps))
