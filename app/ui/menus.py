"""The menu bar: every action of the window with its key."""

from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from app.ui.actions import ActionGroup, Actions
from app.ui.sources import SourceButton


class MenuBar(QMenuBar):
    """A menu for each group of the actions; the first one also lists the cameras.

    Args:
        actions: the window's.
        source: opens the cameras that are chosen.
        parent: the window.

    Attributes:
        menus: in their order.
        cameras: within the first of them.
    """

    def __init__(self, actions: Actions, source: SourceButton, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._actions = actions
        self.menus = [self.addMenu(group.title) for group in actions.groups()]
        self.cameras = source.cameras_menu(self)
        actions.markers_changed.connect(self._fill)
        self._fill()

    def _fill(self) -> None:
        for menu, group in zip(self.menus, self._actions.groups(), strict=True):
            menu.clear()
            add_entries(menu, group)
        self.menus[0].insertMenu(self._actions.demo, self.cameras)


def add_entries(menu: QMenu, group: ActionGroup) -> None:
    """Add a group's entries to its menu."""
    for entry in group.entries:
        if entry is None:
            menu.addSeparator()
        else:
            menu.addAction(entry)
