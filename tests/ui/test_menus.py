"""The menu bar."""

from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from tests.ui.bare import BareWindow
from tests.ui.conftest import MakeBare


def menus(window: BareWindow) -> dict[str, QMenu]:
    """The menus by their titles."""
    return {menu.title().replace("&", ""): menu for menu in window.menus.menus}


def test_every_action_with_an_entry_is_in_a_menu(make_bare: MakeBare):
    window = make_bare(("Question",))
    found = {action for menu in menus(window).values() for action in menu.actions()}
    for group in window.commands.groups():
        assert {entry for entry in group.entries if entry} <= found
    assert list(menus(window)) == ["Source", "Recording", "Faces", "View", "Help"]


def test_the_menus_have_letters_of_their_own(make_bare: MakeBare):
    titles = [menu.title() for menu in make_bare().menus.menus]
    letters = [title[title.index("&") + 1].lower() for title in titles]
    assert len(set(letters)) == len(letters)


def test_the_markers_of_the_settings_are_in_the_menu(qtbot: QtBot, make_bare: MakeBare):
    window = make_bare(("Question",))
    window.commands.set_markers(("Pause", "Stimulus"))
    texts = [action.text() for action in menus(window)["Recording"].actions() if not action.isSeparator()]
    assert texts == [
        "Record", "Mark", "Mark with a note …", "Pause", "Stimulus", "&Open recording …", "Re&port …"
    ]  # fmt: skip


def test_what_is_on_is_marked_in_the_menu(make_bare: MakeBare):
    commands = make_bare().commands
    for action in (commands.record, commands.attention, commands.blur, commands.faces, commands.timeline):
        assert action.isCheckable()
        # an icon would stand in the place of the mark
        assert action.icon().isNull() or not action.isIconVisibleInMenu()
