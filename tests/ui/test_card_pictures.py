"""What the cards draw, what they hide, and what is drawn again."""

import pytest
from PySide6.QtCore import QEvent, QObject, QRect, Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.ui.cards import FaceCards
from app.ui.style import apply_style
from app.vision.explain import Explanation
from tests.ui.card_faces import Clock, Show, explanation, face, picture


class Painted(QObject):
    """Notes which widgets are painted."""

    def __init__(self, *widgets: QWidget) -> None:
        super().__init__()
        self.widgets: list[QObject] = []
        for widget in widgets:
            widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint:
            self.widgets.append(watched)
        return False


def test_an_explanation_is_drawn_on_the_card_of_its_face_until_it_is_withdrawn(
    qtbot: QtBot, cards: FaceCards, show: Show
):
    show(face(1), face(2))
    plain = picture(cards, 0), picture(cards, 1)
    show(face(1), face(2), explanation=explanation(2))
    why = cards.cards[1].buttons[2]
    assert why.isChecked()
    assert picture(cards, 0) == plain[0]
    assert picture(cards, 1) != plain[1]
    with qtbot.waitSignal(cards.explain_asked) as asked:
        qtbot.mouseClick(why, Qt.MouseButton.LeftButton)
    assert asked.args == [2]
    show(face(1), face(2))
    assert not why.isChecked()
    assert picture(cards, 1) == plain[1]


def test_an_explanation_of_a_face_that_is_gone_is_drawn_nowhere(cards: FaceCards, show: Show):
    show(face(1))
    plain = picture(cards)
    show(face(1), explanation=explanation(2))
    assert picture(cards) == plain


@pytest.mark.parametrize("explained", [None, explanation(1)])
def test_pictures_are_mirrored_and_hidden_as_the_view_is(cards: FaceCards, show: Show, explained: Explanation | None):
    drawn = []
    for mirrored, blurred in ((False, False), (True, False), (False, True)):
        show(face(1), explanation=explained, mirrored=mirrored, blurred=blurred)
        drawn.append(picture(cards))
    assert drawn[0] != drawn[1]
    assert drawn[0] != drawn[2]


def test_the_card_of_a_face_just_lost_is_hidden_too(cards: FaceCards, show: Show):
    show(face(1), face(2))
    shown = picture(cards, 1)
    show(face(1), blurred=True)
    assert picture(cards, 1) != shown


def test_a_card_that_shrinks_away_is_hidden_too(
    qtbot: QtBot, cards: FaceCards, show: Show, clock: Clock, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("app.ui.cards._COLLAPSE_MS", 600_000)
    show(face(1), face(2))
    going = cards.cards[1]
    show(face(1))
    clock.now_s = 1.5
    qtbot.waitUntil(lambda: going not in cards.cards)
    drawn = []
    for blurred in (False, False, True):
        show(face(1), blurred=blurred)
        drawn.append(going.grab(QRect(0, 0, going.width(), going.sizeHint().height() - 60)).toImage())
    assert going.isVisible()
    assert drawn[0] == drawn[1]
    assert drawn[1] != drawn[2]


def test_another_look_is_used_with_the_next_drawing(qapp: QApplication, cards: FaceCards, show: Show):
    show(face(1))
    dark = picture(cards)
    apply_style(qapp, "light")
    light = picture(cards)
    apply_style(qapp, "dark")
    assert light != dark


def test_a_new_frame_paints_a_card_and_its_buttons_only_where_they_change(
    cards: FaceCards, show: Show, qapp: QApplication
):
    show(face(1))
    qapp.processEvents()
    card = cards.cards[0]
    painted = Painted(card, *card.buttons)
    show(face(1, "sadness"))
    qapp.processEvents()
    assert painted.widgets == [card]
    show(face(1, calibration="applied"))
    qapp.processEvents()
    assert painted.widgets == [card, card, card.buttons[1]]
    # the border, which is wider for the followed one, goes around the buttons, too
    show(face(1, calibration="applied"), followed=None)
    qapp.processEvents()
    assert painted.widgets[3:] == [card, *card.buttons]
