"""What can be done in the window: the actions with their keys, in the groups of the menus and of the list of keys."""

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from app.ui.language import translate
from app.ui.style import icon, theme


class ActionGroup(NamedTuple):
    """A menu: its title with the mnemonic, its entries (None is a line), and actions that have a key and no entry."""

    title: str
    entries: tuple[QAction | None, ...]
    keys_only: tuple[QAction, ...] = ()


class Actions(QObject):
    """The window's actions. Most have a key, which works wherever the focus is and is in the tooltip.

    A field that is written into keeps the keys that write: there M is a letter. ``whatsThis`` of an action says in a
    sentence what it does.

    Args:
        window: has the keys.
        markers: names for the keys 1 to 9; see ``set_markers``.

    Attributes:
        mark_asked: put a marker: its name or note, and how many seconds ago the key was pressed.
        markers_changed: there are other ``markers``.
    """

    mark_asked = Signal(str, float)
    markers_changed = Signal()

    def __init__(self, window: QWidget, markers: Sequence[str] = ()) -> None:
        super().__init__(window)
        self._window = window
        self.markers: tuple[QAction, ...] = ()
        self._make_source()
        self._make_recording()
        self._make_faces()
        self._make_view()
        self._make_help()
        self.set_markers(markers)

    def show_active(self, active: bool) -> None:
        """Let Start become Stop while a source is read."""
        text = translate("Mien", "Stop") if active else translate("Mien", "Start")
        if self.run.text() != text:
            self.run.setText(text)
            self.run.setIcon(self._run_icons[active])
            _describe(self.run, translate("Mien", "Stop reading") if active else translate("Mien", "Start reading"))

    def set_markers(self, names: Sequence[str]) -> None:
        """Let the keys 1, 2, … mark with these names; a key whose name is empty does nothing."""
        for action in self.markers:
            self._window.removeAction(action)
            action.deleteLater()
        made = []
        for number, name in enumerate(names, 1):
            if name:
                tip = translate("Mien", "Mark: {name}").format(name=name)
                action = self._action(name.replace("&", "&&"), str(number), tip)
                action.triggered.connect(lambda _checked=False, name=name: self.mark_asked.emit(name, 0.0))
                made.append(action)
        self.markers = tuple(made)
        self.markers_changed.emit()

    def groups(self) -> tuple[ActionGroup, ...]:
        """Return all actions in groups, in the order of the menus."""
        line = None
        named = (line, *self.markers) if self.markers else ()
        return (
            ActionGroup(
                translate("Mien", "&Source"),
                (self.demo, self.open_file, self.open_folder, self.open_url, line, self.run, line, self.quit),
                (self.choose,),
            ),
            ActionGroup(
                translate("Mien", "&Recording"),
                (self.record, line, self.mark, self.note, *named, line, self.review, self.report),
            ),
            ActionGroup(
                translate("Mien", "F&aces"),
                (self.follow_next, self.attention, self.explain, line, self.calibrate, self.undo, line, self.blur),
            ),
            ActionGroup(
                translate("Mien", "&View"),
                (self.faces, self.timeline, self.pause, line, self.mirror, self.full_screen, line, self.settings),
                (self.back,),
            ),
            ActionGroup(translate("Mien", "&Help"), (self.shortcuts, self.notice, line, self.about)),
        )

    def _make_source(self) -> None:
        action = self._action
        tip = translate("Mien", "Start reading")
        self.run = action(translate("Mien", "Start"), "Space", tip, "start")
        self._run_icons = {False: self.run.icon(), True: icon("stop")}
        tip = translate("Mien", "Choose what to read")
        self.choose = action(translate("Mien", "Source"), "S", tip, "source")
        tip = translate("Mien", "Read a moving picture that comes with Mien")
        self.demo = action(translate("Mien", "&Demo"), "Ctrl+D", tip)
        tip = translate("Mien", "Read a video or a picture")
        self.open_file = action(translate("Mien", "Open &file …"), "Ctrl+O", tip)
        tip = translate("Mien", "Read a folder of pictures")
        self.open_folder = action(translate("Mien", "Open f&older …"), "Ctrl+Shift+O", tip)
        tip = translate("Mien", "Read a stream")
        self.open_url = action(translate("Mien", "Open &URL …"), "Ctrl+U", tip)
        self.quit = action(translate("Mien", "&Quit"), "Ctrl+Q", translate("Mien", "End Mien"))
        self.quit.setMenuRole(QAction.MenuRole.QuitRole)

    def _make_recording(self) -> None:
        action = self._action
        tip = translate("Mien", "Record the readings into a new folder")
        self.record = action(translate("Mien", "Record"), "R", tip, "record", checkable=True)
        tip = translate("Mien", "Put a marker at this moment")
        self.mark = action(translate("Mien", "Mark"), "M", tip, "mark")
        tip = translate("Mien", "Put a marker with a note at this moment")
        self.note = action(translate("Mien", "Mark with a note …"), "Shift+M", tip)
        self.mark.triggered.connect(lambda: self.mark_asked.emit("", 0.0))
        tip = translate("Mien", "Look through a recording: numbers, video and notes")
        self.review = action(translate("Mien", "&Open recording …"), "Ctrl+R", tip)
        tip = translate("Mien", "Show the report of the last recording in the browser, or of one that you choose")
        self.report = action(translate("Mien", "Re&port …"), "Ctrl+Shift+R", tip)

    def _make_faces(self) -> None:
        action = self._action
        self.follow_next = action(translate("Mien", "Next face"), "]", translate("Mien", "Follow the next face"))
        tip = translate("Mien", "Show where the network looked")
        self.attention = action(translate("Mien", "Attended region"), "A", tip, "attention", checkable=True)
        tip = translate("Mien", "Show what made the followed face's emotion likely")
        self.explain = action(translate("Mien", "Why this emotion?"), "W", tip)
        tip = translate("Mien", "Take the followed face's look of the next seconds as neutral")
        self.calibrate = action(translate("Mien", "Calibrate"), "N", tip)
        tip = translate("Mien", "Forget the followed face's calibration")
        self.undo = action(translate("Mien", "Undo calibration"), "Shift+N", tip)
        tip = translate("Mien", "Make the faces unrecognisable in view")
        self.blur = action(translate("Mien", "Blur"), "B", tip, "blur", checkable=True)

    def _make_view(self) -> None:
        action = self._action
        tip = translate("Mien", "Show a card for each face")
        self.faces = action(translate("Mien", "Face cards"), "F", tip, checkable=True)
        tip = translate("Mien", "Show the followed face's emotions over time")
        self.timeline = action(translate("Mien", "Timeline"), "T", tip, checkable=True)
        tip = translate("Mien", "Hold the timeline while reading goes on")
        self.pause = action(translate("Mien", "Pause the timeline"), "P", tip, checkable=True)
        tip = translate("Mien", "Show the camera as a mirror would")
        self.mirror = action(translate("Mien", "Mirror"), "Ctrl+M", tip, checkable=True)
        tip = translate("Mien", "Fill the screen")
        self.full_screen = action(translate("Mien", "Full screen"), "F11", tip, "full_screen", checkable=True)
        tip = translate("Mien", "Change the settings")
        self.settings = action(translate("Mien", "Settings …"), "Ctrl+,", tip)
        self.settings.setMenuRole(QAction.MenuRole.PreferencesRole)
        tip = translate("Mien", "Leave the full screen, or close the message")
        self.back = action(translate("Mien", "Back"), "Esc", tip)

    def _make_help(self) -> None:
        action = self._action
        self.shortcuts = action(translate("Mien", "Keys"), "?", translate("Mien", "List the keys"))
        tip = translate("Mien", "Read the notice of the first start again")
        self.notice = action(translate("Mien", "What to keep in mind"), "", tip)
        tip = translate("Mien", "Tell versions, models and licence")
        self.about = action(translate("Mien", "About Mien"), "", tip)
        self.about.setMenuRole(QAction.MenuRole.AboutRole)

    def _action(self, text: str, key: str, tip: str, picture: str = "", *, checkable: bool = False) -> QAction:
        return make_action(self._window, text, key, tip, picture, checkable=checkable)


def make_action(
    window: QWidget, text: str, key: str, tip: str, picture: str = "", *, checkable: bool = False
) -> QAction:
    """Return an action of a window.

    Args:
        window: has the key.
        text: of its entry in the menu.
        key: as ``QKeySequence`` reads it; empty for none.
        tip: in a sentence, what it does.
        picture: the name of its icon; empty for none.
        checkable: it is on or off.
    """
    action = QAction(text, window)
    action.setShortcut(QKeySequence(key))
    action.setAutoRepeat(False)
    action.setCheckable(checkable)
    _describe(action, tip)
    if picture:
        # a menu shows the mark of what is on in the icon's place
        action.setIconVisibleInMenu(False)
        action.setIcon(icon(picture, checked=theme().danger if picture == "record" else ""))
    window.addAction(action)
    return action


def _describe(action: QAction, tip: str) -> None:
    key = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
    action.setWhatsThis(tip)
    action.setToolTip(f"{tip} ({key})" if key else tip)
