"""The numbers at the cursor of a review."""

import math
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from app.palette import COLOURS, legible
from app.types import EMOTIONS
from app.ui.card_bars import Bars
from app.ui.card_model import Bar
from app.ui.card_paint import CardFonts
from app.ui.labels import muted
from app.ui.language import translate
from app.ui.layout import Rect
from app.ui.overlay import paint_pill, pill_size
from app.ui.review_model import FaceNumbers, Numbers, clock_text
from app.ui.style import theme
from app.ui.texts import emotion_text, percent_text

_GAP_PX: Final = 8.0
_ROW_GAP_PX: Final = 4.0
_TIME_SCALE: Final = 1.5


class NumbersPanel(QFrame):
    """Time, emotion and probabilities of the frame at the cursor."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("numbers")
        self.setAccessibleName(translate("Mien", "Numbers at the cursor"))
        self.time = _copied("")
        font = QFont(self.time.font())
        font.setPointSizeF(font.pointSizeF() * _TIME_SCALE)
        font.setWeight(QFont.Weight.DemiBold)
        font.setFeature(QFont.Tag("tnum"), 1)
        self.time.setFont(font)
        self.utc = _copied("")
        self.frame = _copied("")
        self.face = FaceBars()
        rows = QGridLayout()
        rows.setHorizontalSpacing(10)
        rows.setVerticalSpacing(2)
        rows.setColumnStretch(1, 1)
        for at, (name, value) in enumerate(
            ((translate("Mien", "UTC"), self.utc), (translate("Mien", "Frame"), self.frame))
        ):
            label = muted(name)
            rows.addWidget(label, at, 0)
            rows.addWidget(value, at, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 14, 12)
        column.setSpacing(6)
        column.addWidget(self.time)
        column.addLayout(rows)
        column.addSpacing(4)
        column.addWidget(self.face, 1)

    def show_numbers(self, t_s: float, numbers: Numbers) -> None:
        """Show the frame that was the newest at ``t_s``, where the cursor is."""
        self.time.setText(clock_text(t_s))
        self.utc.setText(numbers.utc or "–")
        none = translate("Mien", "none at this moment")
        self.frame.setText(none if numbers.frame is None else f"{numbers.frame} · {numbers.t_s:.4f} s")
        self.face.show_face(numbers.face, seen=numbers.frame is not None)

    def speak(self) -> None:
        """Give screen readers the present numbers; not at each frame, which would have them speak without end."""
        said = f"{self.time.text()}. {self.face.spoken}"
        self.setAccessibleDescription(said)
        self.face.setAccessibleDescription(said)


class FaceBars(QWidget):
    """A face's emotion, and a bar an emotion with the smoothed probability and that of the frame alone."""

    def __init__(self) -> None:
        super().__init__()
        self._face: FaceNumbers | None = None
        self._seen = False
        self._fonts = CardFonts(self.font())
        self._bars = Bars()
        self.setAccessibleName(translate("Mien", "What was read of the face"))
        self.setToolTip(translate("Mien", "Bar: smoothed over time. Tick: this frame alone, as the network gave it."))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

    @property
    def face(self) -> FaceNumbers | None:
        """What is shown."""
        return self._face

    @property
    def spoken(self) -> str:
        """All of it in one line, for screen readers."""
        return self._absent if self._face is None else self._face.spoken

    def show_face(self, face: FaceNumbers | None, *, seen: bool) -> None:
        """Show what was read of a face; None where it was not in the frame, or, not ``seen``, there was none."""
        if (face, seen) != (self._face, self._seen):
            self._face, self._seen = face, seen
            self.update()

    def sizeHint(self) -> QSize:
        """Return a comfortable width, and the height that all of it takes."""
        return QSize(300, round(self._bars_top + len(EMOTIONS) * self._row_px))

    def minimumSizeHint(self) -> QSize:
        """Return the size below which it cannot be read."""
        return QSize(220, self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the emotion, why it is uncertain, and the bars."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._face is None:
            painter.setPen(QColor(theme().muted))
            painter.setFont(self._fonts.base)
            painter.drawText(QRectF(self.rect()), Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap, self._absent)
        else:
            self._paint_headline(painter, self._face)
            self._paint_bars(painter, self._face)
        painter.end()

    @property
    def _absent(self) -> str:
        if self._seen:
            return translate("Mien", "The face is not in this frame")
        return translate("Mien", "No frame at this moment")

    @property
    def _row_px(self) -> float:
        return self._fonts.small_px + _ROW_GAP_PX

    @property
    def _bars_top(self) -> float:
        """Below the emotion, the line on the quality, and the heads of the columns."""
        return self._fonts.line_px + 8 + 2 * (self._fonts.small_px + _GAP_PX)

    def _paint_headline(self, painter: QPainter, face: FaceNumbers) -> None:
        colours, fonts = theme(), self._fonts
        painter.setFont(fonts.strong)
        width, height = pill_size(QFontMetricsF(fonts.strong), face.label)
        pill = Rect(0.5, 0.5, width, height - 1)
        paint_pill(painter, pill, face.label, QColor(COLOURS[face.emotion]))
        # a light pill has an edge on a light ground
        painter.setPen(QPen(QColor(legible(COLOURS[face.emotion], colours.panel)), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(pill.x, pill.y, pill.width, pill.height), 7, 7)
        beside = QRectF(pill.right + 9, 0, self.width() - pill.right - 9, height)
        self._write(painter, beside, face.beside, fonts.base, colours.text)
        below = QRectF(0, height + 4, self.width(), fonts.small_px)
        quality = face.quality[:1].upper() + face.quality[1:] if face.quality else translate("Mien", "Quality good")
        colour = colours.danger if face.quality else colours.muted
        self._write(painter, below, quality, fonts.small, colour)

    def _paint_bars(self, painter: QPainter, face: FaceNumbers) -> None:
        fonts, colours = self._fonts, theme()
        metrics = QFontMetricsF(fonts.small)
        heads = translate("Mien", "smoothed"), translate("Mien", "frame")
        raw_px = max(metrics.horizontalAdvance(text) for text in (heads[1], percent_text(1))) + 10
        width = self.width() - raw_px
        above = QRectF(0, self._bars_top - self._row_px, width, fonts.small_px)
        self._write(painter, above, heads[0], fonts.small, colours.muted, right=True)
        beside = QRectF(width, above.y(), raw_px, above.height())
        self._write(painter, beside, heads[1], fonts.small, colours.muted, right=True)
        tops = [self._bars_top + at * self._row_px for at in range(len(EMOTIONS))]
        rows = tuple(Rect(0, top, width, fonts.small_px) for top in tops)
        bars = tuple(
            Bar(name, emotion_text(name), value, raw, percent_text(value))
            for name, value, raw in zip(EMOTIONS, face.values, face.raw, strict=True)
        )
        self._bars.paint(painter, rows, bars, fonts, colours.panel)
        for top, raw in zip(tops, face.raw, strict=True):
            text = "–" if math.isnan(raw) else percent_text(raw)
            place = QRectF(width, top, raw_px, fonts.small_px)
            self._write(painter, place, text, fonts.small, colours.muted, right=True)

    def _write(
        self, painter: QPainter, place: QRectF, text: str, font: QFont, colour: str, *, right: bool = False
    ) -> None:
        painter.setFont(font)
        painter.setPen(QColor(colour))
        text = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, place.width())
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        painter.drawText(place, side | Qt.AlignmentFlag.AlignVCenter, text)


def _copied(text: str) -> QLabel:
    """A line that can be copied."""
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    # by a click: Tab goes to what can be done
    label.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
    return label
