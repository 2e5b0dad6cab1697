"""The column of cards."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QHBoxLayout, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.ui.cards import FaceCards
from tests.ui.card_faces import Clock, Show, face, picture


def titles(cards: FaceCards) -> list[str]:
    """What the visible cards are called, from top to bottom."""
    return [card.text.title for card in sorted(cards.cards, key=lambda card: card.y()) if card.text]


def test_there_is_a_card_for_each_face_in_the_order_of_their_numbers(cards: FaceCards, show: Show):
    show(face(7), face(2))
    show(face(7), face(2), face(4))
    QApplication.processEvents()
    assert titles(cards) == ["Face 2", "Face 4", "Face 7"]


def test_without_a_face_it_says_what_will_be_here(cards: FaceCards, show: Show):
    empty = cards.grab().toImage()
    show(face(1))
    assert cards.grab().toImage() != empty


def test_cards_are_kept_and_not_made_anew(cards: FaceCards, show: Show):
    show(face(1), face(2))
    before = cards.cards
    show(face(1, "fear"), face(2))
    assert cards.cards == before
    assert cards.cards[0].text is not None
    assert cards.cards[0].text.pill == "fear"


def test_a_face_that_is_missed_for_a_moment_keeps_its_card(cards: FaceCards, show: Show, clock: Clock):
    show(face(1), face(2))
    before = cards.cards
    show(face(1))
    clock.now_s = 0.9
    show(face(1), face(2))
    assert cards.cards == before


def test_the_card_of_a_vanished_face_goes_after_a_second_and_serves_the_next(
    qtbot: QtBot, cards: FaceCards, show: Show, clock: Clock
):
    show(face(1), face(2))
    gone = cards.cards[1]
    show(face(1))
    clock.now_s = 0.99
    qtbot.wait(150)
    assert gone.isVisible()
    clock.now_s = 1.01
    qtbot.waitUntil(lambda: not gone.isVisible())
    assert titles(cards) == ["Face 1"]
    show(face(1), face(3))
    assert cards.cards[1] is gone
    assert gone.height() == gone.sizeHint().height()


def test_the_last_card_goes_without_another_frame(qtbot: QtBot, cards: FaceCards, show: Show, clock: Clock):
    show(face(1))
    show()
    clock.now_s = 1.5
    qtbot.waitUntil(lambda: not cards.cards)


def test_cards_stay_as_long_as_nothing_newer_is_shown(qtbot: QtBot, cards: FaceCards, show: Show, clock: Clock):
    show(face(1))
    clock.now_s = 60.0
    qtbot.wait(150)
    assert titles(cards) == ["Face 1"]


def test_the_next_picture_takes_the_cards_over_at_once(cards: FaceCards, show: Show):
    show(face(1), face(2))
    before = cards.cards
    show(face(3))
    assert cards.cards == before[:1]
    assert not before[1].isVisible()


def test_the_followed_face_is_marked(cards: FaceCards, show: Show):
    show(face(1), followed=None)
    plain = picture(cards)
    show(face(1), followed=1)
    assert picture(cards) != plain
    assert cards.cards[0].buttons[0].isChecked()


@pytest.mark.parametrize("index", [0, 1])
def test_buttons_ask_for_the_face_of_their_card(qtbot: QtBot, cards: FaceCards, show: Show, index: int):
    show(face(4), face(6, calibration="applied"))
    follow, calibrate, why = cards.cards[index].buttons
    track = (4, 6)[index]
    for button, signal in (
        (follow, cards.follow_asked),
        (calibrate, cards.undo_asked if index else cards.calibrate_asked),
        (why, cards.explain_asked),
    ):
        with qtbot.waitSignal(signal) as asked:
            qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        assert asked.args == [track]


def test_buttons_are_reached_and_pressed_by_the_keyboard(qtbot: QtBot, cards: FaceCards, show: Show):
    window = QWidget()
    qtbot.addWidget(window)
    before, after = QPushButton("before"), QPushButton("after")
    row = QHBoxLayout(window)
    for widget in (before, cards, after):
        row.addWidget(widget)
    # the first card comes last: the focus still goes by their order
    show(face(5))
    show(face(5), face(3))
    window.show()
    window.activateWindow()
    before.setFocus()
    qtbot.waitUntil(before.hasFocus)
    passed = []
    for _ in range(7):
        window.focusNextChild()
        passed.append(QApplication.focusWidget())
    assert passed == [*cards.cards[0].buttons, *cards.cards[1].buttons, after]
    calibrate = cards.cards[0].buttons[1]
    with qtbot.waitSignal(cards.calibrate_asked) as asked:
        qtbot.keyClick(calibrate, Qt.Key.Key_Return)
    assert asked.args == [3]
    cards.setParent(None)


def test_every_button_has_a_name_of_its_own_and_a_tip(cards: FaceCards, show: Show):
    show(face(1), face(2, calibration="measuring", calibrating_s=2.0))
    buttons = [button for card in cards.cards for button in card.buttons]
    names = [button.accessibleName() for button in buttons]
    assert names[:2] == ["Follow, Face 1", "Calibrate, Face 1"]
    assert names[4] == "Cancel, Face 2"
    assert len(set(names)) == 6
    assert all(button.toolTip() for button in buttons)


def test_reasons_that_may_be_cut_are_told_in_full_in_the_tip(cards: FaceCards, show: Show):
    show(face(1, "uncertain", quality="small;dark;blurred;turned"))
    assert "Too small, too dark, blurred, turned away" in cards.cards[0].toolTip()
    show(face(1))
    assert "small" not in cards.cards[0].toolTip()


def test_a_face_out_of_view_says_so(qtbot: QtBot, cards: FaceCards, show: Show, clock: Clock):
    show(face(1), face(2))
    in_view = picture(cards, 1)
    show(face(1))
    clock.now_s = 0.5
    qtbot.waitUntil(lambda: picture(cards, 1) != in_view)


def test_screen_readers_get_the_numbers_once_a_second(qtbot: QtBot, cards: FaceCards, show: Show):
    show(face(1))
    card = cards.cards[0]
    assert card.accessibleName() == "Face 1"
    qtbot.waitUntil(lambda: "happiness 93" in card.accessibleDescription())


def test_without_the_attention_a_card_is_shorter(cards: FaceCards, show: Show):
    show(face(1))
    tall = cards.cards[0].height()
    show(face(1), attention=False)
    assert cards.cards[0].height() < tall - 80


def test_a_countdown_runs_from_the_time_that_was_told_first(cards: FaceCards, show: Show):
    for left_s, measured in ((4.0, 0.0), (1.0, 0.75)):
        show(face(1, calibration="measuring", calibrating_s=left_s))
        text = cards.cards[0].text
        assert text is not None
        assert text.measured == pytest.approx(measured)


def test_cards_keep_their_width_when_the_column_begins_to_scroll(cards: FaceCards, show: Show):
    show(face(1))
    QApplication.processEvents()
    width = cards.cards[0].width()
    cards.resize(cards.width(), 300)
    QApplication.processEvents()
    assert cards.cards[0].width() == width
