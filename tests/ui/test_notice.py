"""The notice of the first start."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from app.ui.notice import Notice, notice_paragraphs
from tests.ui.bare import BareWindow, actions_done, focused
from tests.ui.conftest import MakeBare


@pytest.fixture
def window(make_bare: MakeBare) -> BareWindow:
    """A window below the notice."""
    return make_bare(("Question",))


@pytest.fixture
def notice(window: BareWindow) -> Notice:
    """The notice, shown."""
    made = Notice(window)
    made.enter()
    return made


def test_it_says_what_must_be_said():
    text = " ".join(notice_paragraphs())
    for words in (
        "An expression is not a feeling",
        "sometimes wrong",
        "at work, in school, in hiring or in medicine",
        "prohibited (Regulation (EU) 2024/1689, Article 5(1)(f))",
        "Ask the people in view",
        "stays on this machine",
        "Recordings hold numbers",
        "pictures only where you ask for a video",
    ):
        assert words in text


def test_enter_agrees(qtbot: QtBot, notice: Notice):
    with qtbot.waitSignal(notice.agreed):
        qtbot.keyClick(focused(), Qt.Key.Key_Return)
    assert not notice.isVisible()


def test_a_click_on_the_button_agrees(qtbot: QtBot, notice: Notice):
    with qtbot.waitSignal(notice.agreed):
        qtbot.mouseClick(notice.button, Qt.MouseButton.LeftButton)


def test_nothing_else_makes_it_go_and_no_key_reaches_the_window(qtbot: QtBot, window: BareWindow, notice: Notice):
    done = actions_done(window)
    holder = focused()
    for key in (Qt.Key.Key_Escape, Qt.Key.Key_R, Qt.Key.Key_M, Qt.Key.Key_1, Qt.Key.Key_F11, Qt.Key.Key_Question):
        qtbot.keyClick(holder, key)
    qtbot.keyClick(holder, Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(holder, Qt.Key.Key_S, Qt.KeyboardModifier.AltModifier)
    qtbot.mouseClick(notice, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    assert notice.isVisible()
    assert done == []
    assert QApplication.activePopupWidget() is None


def test_nothing_can_be_dropped_on_the_window_before_it_was_read(qtbot: QtBot, window: BareWindow):
    window.setAcceptDrops(True)
    notice = Notice(window)
    notice.enter()
    assert not window.acceptDrops()
    notice.button.click()
    assert window.acceptDrops()


def test_quitting_works_all_the_same(qtbot: QtBot, window: BareWindow, notice: Notice):
    with qtbot.waitSignal(window.commands.quit.triggered):
        qtbot.keyClick(notice.button, Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier)


def test_the_focus_stays_within(qtbot: QtBot, notice: Notice):
    for _ in range(4):
        qtbot.keyClick(focused(), Qt.Key.Key_Tab)
        assert notice.isAncestorOf(focused())


def test_a_screen_reader_reads_it_with_the_button(notice: Notice):
    for paragraph in notice_paragraphs():
        assert paragraph in notice.button.accessibleDescription()


@pytest.mark.parametrize(("width", "height"), [(900, 620), (480, 400)])
def test_the_button_is_in_view_at_any_size(window: BareWindow, notice: Notice, width: int, height: int):
    window.resize(width, height)
    QApplication.processEvents()
    assert window.rect().contains(notice.button.mapTo(window, notice.button.rect().bottomRight()))
    for label in notice.findChildren(QLabel):
        assert label.height() >= label.heightForWidth(label.width())
