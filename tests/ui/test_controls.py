"""The actions, their keys, and the bar of buttons."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.ui.controls import Button
from tests.ui.bare import BareWindow, actions_done, focused
from tests.ui.conftest import MakeBare


def all_actions(window: BareWindow) -> list[QAction]:
    """Every action in every group."""
    return [action for group in window.commands.groups() for action in (*group.entries, *group.keys_only) if action]


def marks(window: BareWindow) -> list[tuple[str, float]]:
    """What is marked from now on."""
    asked: list[tuple[str, float]] = []
    window.commands.mark_asked.connect(lambda note, ago_s: asked.append((note, ago_s)))
    return asked


def test_every_action_is_in_a_group_says_what_it_does_and_tells_its_key(make_bare: MakeBare):
    window = make_bare(("Question",))
    actions = all_actions(window)
    assert set(actions) == {action for action in window.actions() if not action.isSeparator()}
    for action in actions:
        assert action.text()
        assert action.whatsThis()
        assert action.shortcut().isEmpty() or f"({action.shortcut().toString()})" in action.toolTip()


def test_no_key_does_two_things(make_bare: MakeBare):
    keys = [action.shortcut().toString() for action in all_actions(make_bare([f"name {i}" for i in range(9)]))]
    used = [key for key in keys if key]
    assert len(used) == len(set(used))


@pytest.mark.parametrize(
    ("key", "name"),
    [
        (Qt.Key.Key_Space, "run"),
        (Qt.Key.Key_R, "record"),
        (Qt.Key.Key_A, "attention"),
        (Qt.Key.Key_B, "blur"),
        (Qt.Key.Key_M, "mark"),
        (Qt.Key.Key_N, "calibrate"),
        (Qt.Key.Key_W, "explain"),
        (Qt.Key.Key_F, "faces"),
        (Qt.Key.Key_T, "timeline"),
        (Qt.Key.Key_P, "pause"),
        (Qt.Key.Key_F11, "full_screen"),
        (Qt.Key.Key_Question, "shortcuts"),
        (Qt.Key.Key_BracketRight, "follow_next"),
    ],
)
def test_a_key_does_its_action_whatever_has_the_focus(qtbot: QtBot, make_bare: MakeBare, key: Qt.Key, name: str):
    window = make_bare()
    action: QAction = getattr(window.commands, name)
    for widget in (window.view, *window.controls.findChildren(Button)):
        widget.setFocus()
        with qtbot.waitSignal(action.triggered):
            qtbot.keyClick(widget, key)


def test_start_becomes_stop_while_a_source_is_read(make_bare: MakeBare):
    commands = make_bare().commands
    run = commands.run
    told = [(run.text(), run.toolTip())]
    for active in (True, False):
        commands.show_active(active)
        told.append((run.text(), run.toolTip()))
    assert told == [
        ("Start", "Start reading (Space)"),
        ("Stop", "Stop reading (Space)"),
        ("Start", "Start reading (Space)"),
    ]


def test_m_marks_at_once(qtbot: QtBot, make_bare: MakeBare):
    window = make_bare()
    asked = marks(window)
    qtbot.keyClick(window.view, Qt.Key.Key_M)
    assert asked == [("", 0.0)]
    assert not window.mark_bar.isVisible()


def test_a_digit_marks_with_its_name_and_one_without_a_name_does_nothing(qtbot: QtBot, make_bare: MakeBare):
    window = make_bare(("Question", "", "Laughs & smiles"))
    asked = marks(window)
    for key in (Qt.Key.Key_3, Qt.Key.Key_2, Qt.Key.Key_1, Qt.Key.Key_4):
        qtbot.keyClick(window.view, key)
    assert asked == [("Laughs & smiles", 0.0), ("Question", 0.0)]


def test_other_names_take_the_place_of_the_first(qtbot: QtBot, make_bare: MakeBare):
    window = make_bare(("Question", "Answer"))
    asked = marks(window)
    window.commands.set_markers(("Pause",))
    for key in (Qt.Key.Key_1, Qt.Key.Key_2):
        qtbot.keyClick(window.view, key)
    assert asked == [("Pause", 0.0)]


def test_a_note_marks_the_moment_at_which_its_field_was_asked_for(qtbot: QtBot, make_bare: MakeBare):
    window = make_bare()
    asked = marks(window)
    qtbot.keyClick(window.view, Qt.Key.Key_M, Qt.KeyboardModifier.ShiftModifier)
    assert window.mark_bar.field.hasFocus()
    window.now_s += 4.5
    qtbot.keyClicks(window.mark_bar.field, " she laughs ")
    qtbot.keyClick(window.mark_bar.field, Qt.Key.Key_Return)
    assert asked == [("she laughs", 4.5)]
    assert not window.mark_bar.isVisible()
    assert window.view.hasFocus()


def test_letters_digits_and_space_are_written_where_a_note_is_written(qtbot: QtBot, make_bare: MakeBare):
    window = make_bare(("Question",))
    asked = marks(window)
    window.mark_bar.ask()
    done = actions_done(window)
    qtbot.keyClicks(window.mark_bar.field, "r a b m n w f t p s 1 ]?MN")
    assert window.mark_bar.field.text() == "r a b m n w f t p s 1 ]?MN"
    assert done == []
    assert asked == []
    qtbot.keyClick(window.mark_bar.field, Qt.Key.Key_F11)
    assert done == ["Full screen"]


def test_escape_leaves_the_note_and_nothing_else(qtbot: QtBot, make_bare: MakeBare):
    window = make_bare()
    asked, went_back = marks(window), []
    window.commands.back.triggered.connect(lambda: went_back.append(True))
    window.mark_bar.ask()
    qtbot.keyClick(window.mark_bar.field, Qt.Key.Key_Escape)
    assert not window.mark_bar.isVisible()
    assert asked == []
    assert went_back == []
    qtbot.keyClick(window.view, Qt.Key.Key_Escape)
    assert went_back == [True]


def test_asking_twice_for_a_note_keeps_the_first_moment_and_what_was_written(make_bare: MakeBare):
    window = make_bare()
    asked = marks(window)
    window.mark_bar.ask()
    window.mark_bar.field.setText("half")
    window.now_s += 1
    window.mark_bar.ask()
    window.now_s += 1
    window.mark_bar.field.returnPressed.emit()
    assert asked == [("half", 2.0)]


@pytest.mark.parametrize("width", [480, 640, 800, 1400])
def test_the_buttons_lose_their_words_where_there_is_no_room(qtbot: QtBot, make_bare: MakeBare, width: int):
    window = make_bare()
    window.source.show_source("HD Pro Webcam C920 at the upper window")
    window.resize(width, 480)
    QApplication.processEvents()
    buttons = window.controls.findChildren(Button)
    assert window.controls.width() <= width
    for button in buttons:
        assert button.geometry().right() <= window.controls.width()
        assert button.width() >= button.sizeHint().width()
    worded = [b for b in buttons if b.toolButtonStyle() is Qt.ToolButtonStyle.ToolButtonTextBesideIcon]
    assert (len(worded) == len(buttons) - 1) == (width == 1400)


def test_every_button_has_a_name_and_takes_the_focus_by_tab(qtbot: QtBot, make_bare: MakeBare):
    window = make_bare()
    buttons = window.controls.findChildren(Button)
    for button in buttons:
        assert button.accessibleName()
        assert button.focusPolicy() & Qt.FocusPolicy.TabFocus
    window.source.setFocus()
    reached = set()
    for _ in buttons:
        reached.add(focused())
        qtbot.keyClick(focused(), Qt.Key.Key_Tab)
    assert reached == set(buttons)
