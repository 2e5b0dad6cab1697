"""The card of one face: painted as a whole, with three buttons."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from app.types import Reading
from app.ui.card_bars import Bars
from app.ui.card_layout import CardPlan, plan_card
from app.ui.card_model import CardText, card_text
from app.ui.card_paint import (
    CardFonts,
    paint_attention,
    paint_explanation,
    paint_ground,
    paint_tag,
    paint_words,
)
from app.ui.heat import HeatMap, heat_map
from app.ui.language import translate
from app.ui.layout import Rect
from app.ui.style import theme
from app.ui.words import MIDDLE, draw_words
from app.vision.explain import Explanation


class CardButton(QAbstractButton):
    """A small button on a card: takes the focus by Tab and is pressed by Enter; Space belongs to Start and Stop."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def say(self, text: str, tip: str, face: str) -> None:
        """Set the word on it, what it does in full, and for which face."""
        if (text, tip, f"{text}, {face}") != (self.text(), self.toolTip(), self.accessibleName()):
            self.setText(text)
            self.setToolTip(tip)
            self.setAccessibleName(f"{text}, {face}")
            self.setAccessibleDescription(tip)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Press the button by Enter."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw it as the other buttons of the window are drawn."""
        colours = theme()
        ground, border = colours.panel, colours.border
        if self.isChecked():
            ground, border = colours.accent_ground, colours.accent
        elif self.isDown():
            ground = colours.pressed
        elif self.underMouse():
            ground = colours.hover
        width = 1.0
        if self.hasFocus():
            border, width = colours.text, 2.0
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(border), width))
        painter.setBrush(QColor(ground))
        half = width / 2
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(half, half, -half, -half), 7, 7)
        painter.setPen(QColor(colours.text))
        room = self.rect().adjusted(4, 0, -4, 0)
        metrics = QFontMetricsF(self.font())
        text = metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        draw_words(painter, QRectF(room), text, MIDDLE, metrics)
        painter.end()


class FaceCard(QWidget):
    """What is read of one face."""

    follow_asked = Signal(int)
    calibrate_asked = Signal(int)
    undo_asked = Signal(int)
    explain_asked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._reading: Reading | None = None
        self._text: CardText | None = None
        self._explanation: Explanation | None = None
        self._heat: HeatMap | None = None
        self._calibration_s = 0.0
        self._followed = self._mirrored = self._blurred = self._away = False
        self._pictures = True
        self._fonts = CardFonts(self.font())
        self._bars = Bars()
        self._follow, self._calibrate, self._why = (CardButton(self) for _ in range(3))
        self._follow.setCheckable(True)
        self._why.setCheckable(True)
        self._follow.clicked.connect(self._ask_follow)
        self._calibrate.clicked.connect(self._ask_calibration)
        self._why.clicked.connect(self._ask_why)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._plan = self._replan()

    @property
    def text(self) -> CardText | None:
        """What it says."""
        return self._text

    @property
    def buttons(self) -> tuple[CardButton, CardButton, CardButton]:
        """Follow, calibrate or undo, and why, in the order of Tab."""
        return self._follow, self._calibrate, self._why

    def show_reading(
        self,
        reading: Reading,
        *,
        followed: bool,
        mirrored: bool,
        blurred: bool,
        explanation: Explanation | None,
        attention: bool,
    ) -> None:
        """Show what was read in the newest frame.

        Args:
            reading: of the face.
            followed: it is the face that the timeline shows.
            mirrored: draw its pictures as in a mirror.
            blurred: draw its pictures so coarse that nobody is recognised.
            explanation: of this face, drawn in place of the attended region.
            attention: draw the attended region.
        """
        if self._reading is None or reading.track != self._reading.track:
            self._calibration_s = 0.0
        # the first that is told is the whole time
        measuring = reading.calibration == "measuring"
        self._calibration_s = max(self._calibration_s, reading.calibrating_s) if measuring else 0.0
        whole = self._reading is None or followed != self._followed
        self._reading = reading
        self._text = card_text(reading, self._calibration_s)
        self._followed, self._mirrored, self._blurred, self._away = followed, mirrored, blurred, False
        if explanation is not self._explanation:
            self._explanation = explanation
            self._heat = None if explanation is None else heat_map(explanation)
        if (attention or explanation is not None) != self._pictures:
            self._pictures = not self._pictures
            self._plan = self._replan()
            whole = True
        self._name_parts(self._text)
        # without the buttons, which would be painted as well; where they change, they see to it themselves
        self.update(0, 0, self.width(), self.height() if whole else int(self._plan.buttons.y))

    def set_blurred(self, blurred: bool) -> None:
        """Draw its pictures so coarse that nobody is recognised, or as they are."""
        if blurred != self._blurred:
            self._blurred = blurred
            self.update()

    def set_away(self) -> None:
        """Say that the face is not seen now."""
        if not self._away:
            self._away = True
            self.update()

    def speak(self) -> None:
        """Give screen readers the present numbers; not at each frame, which would have them speak without end."""
        if self._text is not None and self.accessibleDescription() != self._text.spoken:
            self.setAccessibleDescription(self._text.spoken)

    def sizeHint(self) -> QSize:
        """Return a comfortable width, and the height that all of it takes."""
        return QSize(276, round(self._plan.height))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw all but the buttons."""
        reading, text = self._reading, self._text
        if reading is None or text is None:
            return
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        paint_ground(painter, Rect(0, 0, self.width(), self.height()), followed=self._followed)
        paint_words(painter, self._plan, text, self._fonts)
        tag, colour = self._tag()
        paint_tag(painter, self._plan.title, tag, colour, self._fonts)
        self._bars.paint(painter, self._plan.bars, text.bars, self._fonts, theme().raised)
        shown = {"mirrored": self._mirrored, "blurred": self._blurred}
        if self._explanation is not None and self._heat is not None:
            paint_explanation(painter, self._plan, self._explanation, self._heat, self._fonts, **shown)
        else:
            paint_attention(painter, self._plan, reading, self._fonts, **shown)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay it out for the new width."""
        if event.size().width() != event.oldSize().width():
            self._plan = self._replan()

    def _replan(self) -> CardPlan:
        plan = plan_card(self.width(), self._fonts.line_px, self._fonts.small_px, pictures=self._pictures)
        if self.minimumHeight() != round(plan.height):
            self.setFixedHeight(round(plan.height))
        gap = 6
        row = plan.buttons
        each = (row.width - 2 * gap) / 3
        for index, button in enumerate(self.buttons):
            left, right = round(row.x + index * (each + gap)), round(row.x + index * (each + gap) + each)
            button.setGeometry(QRect(left, round(row.y), right - left, round(row.height)))
        return plan

    def _tag(self) -> tuple[str, str]:
        """Return a word about the face, empty for none, and its ground."""
        if self._away:
            return translate("Mien", "not in view"), theme().border
        return translate("Mien", "Followed") if self._followed else "", theme().accent

    def _name_parts(self, text: CardText) -> None:
        face = text.title
        if self.accessibleName() != face:
            self.setAccessibleName(face)
        tip = translate("Mien", "Bar: smoothed over time. Tick: this frame alone, as the network gave it.")
        if not text.good:
            # in a narrow column the card may cut it
            tip = f"{text.quality}\n{tip}"
        if self.toolTip() != tip:
            self.setToolTip(tip)
        self._follow.say(
            translate("Mien", "Follow"), translate("Mien", "Show this face in the timeline, and mark it"), face
        )
        self._calibrate.say(text.calibrate, text.calibrate_tip, face)
        explained = self._explanation is not None
        tip = translate("Mien", "Show how much each part of the face matters: the fall in probability without it")
        self._why.say(
            translate("Mien", "Why?"), translate("Mien", "Hide the heat map again") if explained else tip, face
        )
        self._follow.setChecked(self._followed)
        self._why.setChecked(explained)

    def _ask_follow(self) -> None:
        # what is followed is told by the next ``show_reading``
        self._follow.setChecked(self._followed)
        if self._text is not None:
            self.follow_asked.emit(self._text.track)

    def _ask_calibration(self) -> None:
        if self._text is not None:
            (self.undo_asked if self._text.calibrated else self.calibrate_asked).emit(self._text.track)

    def _ask_why(self) -> None:
        self._why.setChecked(self._explanation is not None)
        if self._text is not None:
            self.explain_asked.emit(self._text.track)
