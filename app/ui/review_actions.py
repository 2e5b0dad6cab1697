"""What can be done in a review: the actions with their keys, in the groups of the menus and of the list of keys."""

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from app.ui.actions import ActionGroup, make_action
from app.ui.language import translate
from app.ui.style import icon


class ReviewActions(QObject):
    """The actions of a review's window; those that need a session are off until there is one.

    Args:
        window: has the keys.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._make_session()
        self._make_cursor()
        self._make_notes()
        self._make_span()
        self._make_view()
        self.set_ready(False)

    def groups(self) -> tuple[ActionGroup, ...]:
        """Return all actions in groups, in the order of the menus."""
        line = None
        return (
            ActionGroup(
                translate("Mien", "&Session"), (self.open, self.report, self.export, line, self.close, line, self.keys)
            ),
            ActionGroup(
                translate("Mien", "&Cursor"),
                (
                    self.play, line, self.frame_back, self.frame_on, self.second_back, self.second_on, line,
                    self.earlier, self.later, line, self.first, self.last,
                ),
            ),
            ActionGroup(translate("Mien", "&Notes"), (self.add, self.edit, self.remove)),
            ActionGroup(translate("Mien", "S&pan"), (self.begin, self.end, self.clear)),
            ActionGroup(translate("Mien", "&View"), (self.closer, self.farther, self.whole, line, self.face)),
        )  # fmt: skip

    def show_playing(self, playing: bool) -> None:
        """Let Play become Pause while the session is played."""
        text = translate("Mien", "Pause") if playing else translate("Mien", "Play")
        if text != self.play.text():
            self.play.setText(text)
            self.play.setIcon(self._play_icons[playing])

    def set_ready(self, ready: bool) -> None:
        """Let what needs a session be done, or not."""
        always = (self.open, self.close, self.keys, self.export)
        for group in self.groups():
            for action in group.entries:
                if action is not None and action not in always:
                    action.setEnabled(ready)

    def _make_session(self) -> None:
        action = self._action
        tip = translate("Mien", "Look through another recording")
        self.open = action(translate("Mien", "&Open recording …"), "Ctrl+R", tip)
        tip = translate("Mien", "Show the report of this recording in the browser")
        self.report = action(translate("Mien", "Re&port"), "Ctrl+Shift+R", tip)
        tip = translate("Mien", "Write the rows of the chosen span into a CSV file")
        self.export = action(translate("Mien", "Export span …"), "Ctrl+E", tip, "export")
        self.export.setEnabled(False)
        self.close = action(translate("Mien", "&Close"), "Ctrl+W", translate("Mien", "Close this window"))
        self.keys = action(translate("Mien", "Keys"), "?", translate("Mien", "List the keys"))

    def _make_cursor(self) -> None:
        action = self._action
        self.play = action(translate("Mien", "Play"), "Space", translate("Mien", "Play or pause"), "start")
        self._play_icons = {False: self.play.icon(), True: icon("pause")}
        tip = translate("Mien", "Go to the frame before")
        self.frame_back = action(translate("Mien", "Frame back"), "Left", tip)
        self.frame_on = action(translate("Mien", "Frame on"), "Right", translate("Mien", "Go to the next frame"))
        tip = translate("Mien", "Go back by a second")
        self.second_back = action(translate("Mien", "Second back"), "Shift+Left", tip)
        tip = translate("Mien", "Go on by a second")
        self.second_on = action(translate("Mien", "Second on"), "Shift+Right", tip)
        tip = translate("Mien", "Go to the event or note before")
        self.earlier = action(translate("Mien", "Previous event"), ",", tip, "earlier")
        tip = translate("Mien", "Go to the next event or note")
        self.later = action(translate("Mien", "Next event"), ".", tip, "later")
        self.first = action(translate("Mien", "Start"), "Home", translate("Mien", "Go to the start"))
        self.last = action(translate("Mien", "End"), "End", translate("Mien", "Go to the end"))
        for repeated in (self.frame_back, self.frame_on, self.second_back, self.second_on):
            repeated.setAutoRepeat(True)

    def _make_notes(self) -> None:
        action = self._action
        tip = translate("Mien", "Write a note on the moment at the cursor")
        self.add = action(translate("Mien", "Add a note …"), "N", tip, "note")
        tip = translate("Mien", "Change the text of the chosen note")
        self.edit = action(translate("Mien", "Edit the note …"), "F2", tip)
        self.remove = action(translate("Mien", "Delete the note"), "Del", translate("Mien", "Delete the chosen note"))

    def _make_span(self) -> None:
        action = self._action
        tip = translate("Mien", "Let the span begin at the cursor")
        self.begin = action(translate("Mien", "Begin at the cursor"), "I", tip)
        tip = translate("Mien", "Let the span end at the cursor")
        self.end = action(translate("Mien", "End at the cursor"), "O", tip)
        tip = translate("Mien", "Choose no span, or close the message")
        self.clear = action(translate("Mien", "No span"), "Esc", tip)

    def _make_view(self) -> None:
        action = self._action
        tip = translate("Mien", "Show a shorter part of the session")
        self.closer = action(translate("Mien", "Zoom in"), "+", tip)
        tip = translate("Mien", "Show a longer part of the session")
        self.farther = action(translate("Mien", "Zoom out"), "-", tip)
        # where + needs Shift, the key alone does as well
        self.closer.setShortcuts([self.closer.shortcut(), QKeySequence("=")])
        self.whole = action(translate("Mien", "Whole session"), "0", translate("Mien", "Show the whole session"))
        self.face = action(translate("Mien", "Next face"), "]", translate("Mien", "Show the next face"))

    def _action(self, text: str, key: str, tip: str, picture: str = "") -> QAction:
        return make_action(self._window, text, key, tip, picture)
