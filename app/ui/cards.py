"""The column of cards, one a tracked face."""

import time
from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QAbstractAnimation, QSize, Qt, QTimer, QVariantAnimation, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from app.types import Reading
from app.ui.card import FaceCard
from app.ui.cards_heading import MARGIN_PX, WIDTH_PX, Empty, Heading
from app.ui.language import translate
from app.vision.explain import Explanation

_NARROWEST_PX: Final = 260
_GAP_PX: Final = 10
_BAR_GAP_PX: Final = 4
# a face that is missed in a few frames keeps its card and says nothing of it
_MISSED_S: Final = 0.3
_KEPT_S: Final = 1.0
_TIDY_MS: Final = 100
_SPEAK_MS: Final = 1000
_COLLAPSE_MS: Final = 160


class FaceCards(QWidget):
    """A column of cards in the order of the faces' numbers; it scrolls where there is not room for all.

    Args:
        clock: monotonic seconds; a card goes a second after its face.
        parent: the widget that holds it.
    """

    follow_asked = Signal(int)
    calibrate_asked = Signal(int)
    undo_asked = Signal(int)
    explain_asked = Signal(int)

    def __init__(self, clock: Callable[[], float] = time.monotonic, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._clock = clock
        self._cards: dict[int, FaceCard] = {}
        self._spare: list[FaceCard] = []
        self._collapsing: list[FaceCard] = []
        self._gone_s: dict[int, float] = {}
        self._heading = Heading()
        self._empty = Empty()
        self._column = QVBoxLayout()
        self._scroll = QScrollArea(self)
        self._tidying = QTimer(self, interval=_TIDY_MS)
        self._speaking = QTimer(self, interval=_SPEAK_MS)
        self._tidying.timeout.connect(self._tidy)
        self._speaking.timeout.connect(self._speak)
        self._arrange()

    @property
    def cards(self) -> list[FaceCard]:
        """The cards from top to bottom."""
        return [self._cards[track] for track in sorted(self._cards)]

    def show_readings(
        self,
        readings: Sequence[Reading],
        followed: int | None,
        *,
        mirrored: bool,
        blurred: bool,
        explanation: Explanation | None,
        attention: bool,
    ) -> None:
        """Show what was read in the newest frame.

        Args:
            readings: of the frame, in any order.
            followed: the number of the face that is followed.
            mirrored: draw pictures as in a mirror.
            blurred: draw pictures so coarse that nobody is recognised.
            explanation: drawn on the card of its face; None where none is asked for.
            attention: draw the attended regions.
        """
        self._find_cards({reading.track for reading in readings})
        for card in (*(self._cards[track] for track in self._gone_s), *self._collapsing):
            card.set_blurred(blurred)
        for reading in readings:
            self._cards[reading.track].show_reading(
                reading,
                followed=reading.track == followed,
                mirrored=mirrored,
                blurred=blurred,
                explanation=explanation if explanation is not None and explanation.track == reading.track else None,
                attention=attention,
            )

    def sizeHint(self) -> QSize:
        """Return a width at which nothing is cut."""
        return QSize(WIDTH_PX, 2 * WIDTH_PX)

    def showEvent(self, event: QShowEvent) -> None:
        """Lay the column out in the style that it is shown in."""
        self._keep_width()
        super().showEvent(event)

    def _find_cards(self, tracks: set[int]) -> None:
        """Have one card for each track, and remember since when the others' faces are gone."""
        if tracks and not tracks & self._cards.keys():
            # another scene, such as the next of a folder of pictures: the old cards are taken over at once
            self._spare = self.cards + self._spare
            self._cards.clear()
            self._gone_s.clear()
        new = sorted(tracks - self._cards.keys())
        for track in new:
            self._cards[track] = self._spare.pop(0) if self._spare else self._make_card()
        for card in self._spare:
            self._put_away(card)
        if new:
            self._order()
        now_s = self._clock()
        self._gone_s = {track: self._gone_s.get(track, now_s) for track in sorted(self._cards.keys() - tracks)}
        if self._gone_s and not self._tidying.isActive():
            self._tidying.start()

    def _make_card(self) -> FaceCard:
        card = FaceCard()
        card.follow_asked.connect(self.follow_asked)
        card.calibrate_asked.connect(self.calibrate_asked)
        card.undo_asked.connect(self.undo_asked)
        card.explain_asked.connect(self.explain_asked)
        return card

    def _order(self) -> None:
        """Put the cards, and the focus as it goes by Tab, in the order of the faces' numbers."""
        self._empty.hide()
        at = 0
        # Qt orders only widgets that take the focus; the heading, whose place in the order never changes, takes none
        self._heading.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        last: QWidget = self._heading
        for card in self.cards:
            if self._column.indexOf(card) < 0:
                self._column.insertWidget(at, card)
                card.setFixedHeight(card.sizeHint().height())
                card.show()
            at = self._column.indexOf(card) + 1
            for button in card.buttons:
                self.setTabOrder(last, button)
                last = button
        self._heading.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def _put_away(self, card: FaceCard) -> None:
        """Take a card off the column; it waits for the next face."""
        if self._column.indexOf(card) >= 0:
            self._column.removeWidget(card)
            card.hide()
        self._empty.setVisible(not self._cards)

    def _tidy(self) -> None:
        now_s = self._clock()
        for track, since_s in list(self._gone_s.items()):
            if now_s - since_s >= _KEPT_S:
                del self._gone_s[track]
                self._collapse(self._cards.pop(track))
            elif now_s - since_s >= _MISSED_S:
                self._cards[track].set_away()
        if not self._gone_s:
            self._tidying.stop()

    def _collapse(self, card: FaceCard) -> None:
        """Let a card shrink away, so that the eye can follow those below it."""

        def end() -> None:
            self._collapsing.remove(card)
            self._put_away(card)
            self._spare.append(card)

        self._collapsing.append(card)
        shrinking = QVariantAnimation(self, startValue=card.height(), endValue=0, duration=_COLLAPSE_MS)
        shrinking.valueChanged.connect(card.setFixedHeight)
        shrinking.finished.connect(end)
        shrinking.start(QAbstractAnimation.DeletionPolicy.DeleteWhenStopped)

    def _speak(self) -> None:
        for card in self.cards:
            card.speak()

    def _arrange(self) -> None:
        self.setAccessibleName(translate("Mien", "Faces"))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setMinimumWidth(_NARROWEST_PX)
        self._column.setSpacing(_GAP_PX)
        self._column.addWidget(self._empty)
        self._column.addStretch(1)
        content = QWidget()
        content.setLayout(self._column)
        self._scroll.setWidget(content)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.verticalScrollBar().rangeChanged.connect(self._keep_width)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._heading)
        whole.addWidget(self._scroll, 1)
        self._speaking.start()

    def _keep_width(self) -> None:
        """Leave the scroll bar's room free where there is none, so that the cards keep their width as it comes."""
        bar = self._scroll.verticalScrollBar()
        room = 0 if bar.maximum() > bar.minimum() else bar.sizeHint().width()
        self._column.setContentsMargins(MARGIN_PX, 0, _BAR_GAP_PX + room, MARGIN_PX)
