"""The list of the keys."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QLabel, QScrollArea
from pytestqt.qtbot import QtBot

from app.ui.shortcut_groups import Shortcut, ShortcutGroup, in_columns, without_mnemonic
from app.ui.shortcuts import ShortcutOverlay
from tests.ui.bare import focused
from tests.ui.conftest import MakeBare


def shown(overlay: ShortcutOverlay) -> list[str]:
    """The texts in the list."""
    return [label.text() for label in overlay.findChildren(QLabel) if label.isVisible()]


def test_it_lists_the_key_of_every_action(qtbot: QtBot, make_bare: MakeBare):
    window = make_bare(("Question & answer",))
    qtbot.keyClick(window.view, Qt.Key.Key_Question)
    texts = shown(window.keys)
    for group in window.commands.groups():
        for action in (*group.entries, *group.keys_only):
            if action and not action.shortcut().isEmpty():
                assert action.shortcut().toString() in texts
    assert {"Recording", "Mark with a note", "Question & answer", "Choose what to read"} <= set(texts)


def test_it_lists_the_markers_of_the_moment(make_bare: MakeBare):
    window = make_bare()
    window.keys.enter()
    assert "Pause" not in shown(window.keys)
    window.keys.leave()
    window.commands.set_markers(("Pause",))
    window.keys.enter()
    assert "Pause" in shown(window.keys)


@pytest.mark.parametrize("key", [Qt.Key.Key_Question, Qt.Key.Key_Escape])
def test_question_mark_and_escape_close_it_and_the_focus_comes_back(qtbot: QtBot, make_bare: MakeBare, key: Qt.Key):
    window = make_bare()
    went_back = []
    window.commands.back.triggered.connect(lambda: went_back.append(True))
    window.view.setFocus()
    qtbot.keyClick(window.view, Qt.Key.Key_Question)
    assert window.keys.isVisible()
    holder = focused()
    assert window.keys.isAncestorOf(holder)
    qtbot.keyClick(holder, key)
    assert not window.keys.isVisible()
    assert window.view.hasFocus()
    assert went_back == []


@pytest.mark.parametrize("beside", [True, False])
def test_a_click_closes_it(qtbot: QtBot, make_bare: MakeBare, beside: bool):
    window = make_bare()
    window.keys.enter()
    QApplication.processEvents()
    label = next(label for label in window.keys.findChildren(QLabel) if label.text() == "Faces")
    target, at = (window.keys, QPoint(5, 5)) if beside else (label, QPoint(2, 2))
    qtbot.mouseClick(target, Qt.MouseButton.LeftButton, pos=at)
    assert not window.keys.isVisible()


def test_tab_stays_within_and_other_keys_still_work(qtbot: QtBot, make_bare: MakeBare):
    window = make_bare()
    window.keys.enter()
    for _ in range(3):
        qtbot.keyClick(focused(), Qt.Key.Key_Tab)
        assert window.keys.isAncestorOf(focused())
    with qtbot.waitSignal(window.commands.blur.triggered):
        qtbot.keyClick(focused(), Qt.Key.Key_B)


@pytest.mark.parametrize(("width", "height"), [(900, 620), (480, 400), (1400, 900)])
def test_it_fits_the_window_at_any_size(make_bare: MakeBare, width: int, height: int):
    window = make_bare()
    window.keys.enter()
    window.resize(width, height)
    QApplication.processEvents()
    assert window.keys.geometry() == window.rect()
    assert window.keys.rect().contains(window.keys.card.geometry())
    for label in window.keys.findChildren(QLabel):
        assert label.width() >= label.minimumSizeHint().width()


def test_all_keys_are_seen_without_scrolling_at_900_by_620(make_bare: MakeBare):
    window = make_bare([f"Marker {number}" for number in range(1, 10)])
    window.keys.enter()
    QApplication.processEvents()
    area = window.keys.findChild(QScrollArea)
    assert area is not None
    assert area.verticalScrollBar().maximum() == 0


@pytest.mark.parametrize(
    ("text", "plain"),
    [("&File", "File"), ("文件(&F)", "文件"), ("Open f&older …", "Open folder …"), ("a && b", "a & b")],
)
def test_a_text_is_shown_without_the_mark_of_its_letter(text: str, plain: str):
    assert without_mnemonic(text) == plain


def group(title: str, keys: int) -> ShortcutGroup:
    """A group of so many keys."""
    return ShortcutGroup(title, tuple(Shortcut(str(key), "") for key in range(keys)))


def test_columns_keep_the_order_and_are_about_as_tall_as_one_another():
    groups = [group("a", 7), group("b", 3), group("c", 6), group("d", 8), group("e", 1)]
    titles = [[each.title for each in column] for column in in_columns(groups, 3)]
    assert titles == [["a"], ["b", "c"], ["d", "e"]]


def test_more_columns_than_groups_are_one_a_group():
    groups = [group("a", 1), group("b", 1)]
    assert in_columns(groups, 5) == [[groups[0]], [groups[1]]]
    assert in_columns(groups, 1) == [groups]
