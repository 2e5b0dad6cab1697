"""The timeline: the followed face's probabilities over the last minute, live, held, scrolled and zoomed."""

import math
from typing import Final

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui import plot as parts
from app.ui.curves import Curves, Look
from app.ui.history import History, Sample
from app.ui.language import translate
from app.ui.layout import Rect
from app.ui.overlay import to_qrect
from app.ui.style import theme
from app.ui.texts import percent_text
from app.ui.timescale import PlotMap, TimeWindow, next_span

_FONT_SCALE: Final = 0.9
_PADDING_PX: Final = 8.0
_WHEEL_STEP: Final = 120.0
_ZOOM_A_STEP: Final = 1.25
_SCROLL_A_STEP: Final = 0.1
# by how much of the span each key scrolls
_SCROLLS: Final[dict[int, float]] = {
    Qt.Key.Key_Left: -_SCROLL_A_STEP,
    Qt.Key.Key_Right: _SCROLL_A_STEP,
    Qt.Key.Key_PageUp: -1.0,
    Qt.Key.Key_PageDown: 1.0,
    Qt.Key.Key_Home: -math.inf,
    Qt.Key.Key_End: math.inf,
}
# whether a key makes the span longer
_ZOOMS: Final[dict[int, bool]] = {Qt.Key.Key_Plus: False, Qt.Key.Key_Equal: False, Qt.Key.Key_Minus: True}
_DRAG_AFTER_PX: Final = 3.0
_NEAR_PX: Final = 4.0
_TOLD_EVERY_S: Final = 1.0


class Timeline(QWidget):
    """Shows what a history remembers of one face.

    Dragging, a wheel's sideways turn, Left, Right, Page Up, Page Down and Home scroll; a wheel, + and − zoom; End and a
    double click lead back to the newest frame.

    Args:
        history: what it shows; call ``refresh`` after adding to it.
        parent: the widget that it is in.
    """

    span_changed = Signal(float)
    paused_changed = Signal(bool)

    def __init__(self, history: History, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._history = history
        self._curves = Curves(history)
        self._window = TimeWindow()
        self._track: int | None = None
        self._shown = (history.revision, history.run)
        self._status = ""
        self._told_s: float | None = None
        self._hover_x: float | None = None
        self._pressed_x: float | None = None
        self._dragging = False
        self._arrange()
        self.setAccessibleName(translate("Mien", "Timeline"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setMinimumSize(240, 110)

    @property
    def track(self) -> int | None:
        """The face that is followed."""
        return self._track

    @property
    def span_s(self) -> float:
        """How many seconds are shown."""
        return self._window.span_s

    @property
    def paused(self) -> bool:
        """Whether it stays where it is while time goes on."""
        return self._window.held_s is not None

    @property
    def status(self) -> str:
        """What it says of itself: nothing while it is live."""
        if not self.paused:
            return ""
        return parts.paused_text(self._history.newest_s - self._now_s)

    @property
    def plot(self) -> PlotMap:
        """Where times and probabilities lie now."""
        return PlotMap.of(self._target, self._window.span_s, self._now_s, self.devicePixelRatioF())

    def follow(self, track: int | None) -> None:
        """Show another face; None shows none."""
        if track != self._track:
            self._track = track
            self._told_s = None
            self._tell()
            self.update()

    def set_span(self, seconds: float) -> None:
        """Show so many seconds, as near as can be shown."""
        self._show(self._window.spanning(seconds))

    def set_paused(self, paused: bool) -> None:
        """Hold the right edge where it is, or let it follow the newest frame."""
        if paused != self.paused:
            self._show(self._window.held(self._history.newest_s if paused else None))

    def refresh(self) -> None:
        """Show what is new in the history; costs nothing where nothing is."""
        revision, run = self._history.revision, self._history.run
        if run != self._shown[1]:
            # what it was held at is gone
            self.set_paused(False)
            self._told_s = None
        if (revision, run) != self._shown:
            self._shown = revision, run
            self._tell()
            # while it is held, what is new lies out of sight
            if not self.paused or self.status != self._status:
                self._status = self.status
                self.update()

    def sizeHint(self) -> QSize:
        """Return the size that it likes to have."""
        return QSize(640, 170)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw all: the lines come from tiles that are drawn once."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._font)
        look, plot = theme(), self.plot
        painter.fillRect(self.rect(), QColor(look.ground))
        latest = None if self._track is None else self._history.latest(self._track, plot.from_s, self._now_s)
        top = None if latest is None else int(latest[1].argmax())
        self._legend.paint(painter, _PADDING_PX - 2, 4, top)
        parts.paint_axes(painter, plot)
        painter.setClipRect(to_qrect(plot.target))
        if self._track is not None:
            gaps = self._history.gaps(self._track, plot.from_s, min(plot.to_s, self._history.newest_s))
            parts.paint_gaps(painter, plot, gaps)
            colours = parts.line_colours(look.ground)
            self._curves.paint(painter, plot, Look(self._track, colours, look.muted), top)
        right = parts.paint_status(painter, plot, self.status) - 3 if self.status else plot.target.right
        markers = self._history.markers(plot.from_s - plot.target.width / plot.columns_per_s, plot.to_s)
        parts.paint_markers(painter, plot, markers, right)
        painter.setClipping(False)
        if latest is not None and top is not None and self._now_s - latest[0] <= self._history.away_s:
            parts.paint_dot(painter, plot, latest[0], float(latest[1][top]), top)
        self._paint_extras(painter, plot)
        painter.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Scroll and zoom."""
        key, span_s = event.key(), self._window.span_s
        if key in _SCROLLS:
            self._scroll(_SCROLLS[key] * span_s)
        elif key in _ZOOMS:
            span_s = next_span(span_s, longer=_ZOOMS[key])
            self._show(self._window.zoomed(span_s, self._now_s, self._history.newest_s))
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom about the mouse, or scroll where the wheel turns sideways or Shift is held."""
        across, along = event.angleDelta().x() / _WHEEL_STEP, event.angleDelta().y() / _WHEEL_STEP
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier and not across:
            across, along = along, 0.0
        if across:
            self._scroll(-across * _SCROLL_A_STEP * self._window.span_s)
        elif along:
            span_s = self._window.span_s * _ZOOM_A_STEP**-along
            about_s = self.plot.t_s(event.position().x())
            self._show(self._window.zoomed(span_s, about_s, self._history.newest_s))
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the plot."""
        if event.button() is Qt.MouseButton.LeftButton:
            self._pressed_x = event.position().x()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the plot, or read what is below the mouse."""
        x = event.position().x()
        if self._pressed_x is not None and (self._dragging or abs(x - self._pressed_x) > _DRAG_AFTER_PX):
            self._dragging = True
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            self._scroll((self._pressed_x - x) * self.plot.ratio / self.plot.columns_per_s)
            self._pressed_x = x
        self._hover(event.position().x())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go of the plot."""
        if event.button() is Qt.MouseButton.LeftButton:
            self._pressed_x = None
            self._dragging = False
            self.unsetCursor()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Return to the newest frame."""
        if event.button() is Qt.MouseButton.LeftButton:
            self.set_paused(False)

    def leaveEvent(self, event: QEvent) -> None:
        """Read nothing any more."""
        super().leaveEvent(event)
        self._hover(None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place the parts anew."""
        super().resizeEvent(event)
        self._arrange()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the font."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self._arrange()

    @property
    def _now_s(self) -> float:
        """The moment whose reading stands out: the right edge."""
        return self._window.end_s(self._history.newest_s)

    def _arrange(self) -> None:
        self._font = QFont(self.font())
        self._font.setPointSizeF(self.font().pointSizeF() * _FONT_SCALE)
        metrics = QFontMetricsF(self._font)
        self._legend = parts.Legend(metrics, self.width() - 2 * _PADDING_PX)
        left = round(metrics.horizontalAdvance(percent_text(1)) + _PADDING_PX + 7)
        top = round(self._legend.height + 8)
        bottom = round(metrics.height() + 6)
        width, height = self.width() - left - 2 * _PADDING_PX, self.height() - top - bottom
        self._target = Rect(left, top, max(1.0, width), max(1.0, height))
        self.update()

    def _paint_extras(self, painter: QPainter, plot: PlotMap) -> None:
        """What lies above the lines: the readout, a note, and the sign of the focus."""
        if self._track is None:
            title, hint = translate("Mien", "No face followed"), translate("Mien", "Click a face to follow it")
            parts.paint_note(painter, plot, title, hint)
        elif self._hover_x is not None:
            t_s, near_s = plot.t_s(self._hover_x), _NEAR_PX * plot.ratio / plot.columns_per_s
            marked = [marker.text for marker in self._history.markers(t_s - near_s, t_s + near_s) if marker.text]
            parts.paint_readout(painter, plot, self._hover_x, self._read_at(t_s), marked)
        if self.hasFocus():
            parts.paint_focus(painter, self.rect())

    def _show(self, window: TimeWindow) -> None:
        before, self._window = self._window, window
        if window == before:
            return
        if window.span_s != before.span_s:
            self.span_changed.emit(window.span_s)
        if (window.held_s is None) != (before.held_s is None):
            self.paused_changed.emit(self.paused)
        self.update()

    def _scroll(self, by_s: float) -> None:
        self._show(self._window.scrolled(by_s, self._history.oldest_s, self._history.newest_s))

    def _hover(self, x: float | None) -> None:
        if x is not None and (self._dragging or not self._target.x <= x <= self._target.right):
            x = None
        if x != self._hover_x:
            self._hover_x = x
            self.update()

    def _tell(self) -> None:
        """Say the most probable emotion to screen readers, once a second at most."""
        now_s = self._history.newest_s
        if self._told_s is not None and now_s - self._told_s < _TOLD_EVERY_S:
            return
        self._told_s = now_s
        self.setAccessibleDescription(parts.spoken_text(self._read_at(now_s), followed=self._track is not None))

    def _read_at(self, t_s: float) -> Sample | None:
        return None if self._track is None else self._history.at(self._track, t_s)
