"""The moments of a review: events and notes in a list, and the field that a note is written into."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QModelIndex, QSignalBlocker, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidget, QTreeWidgetItem

from app.session.notes import Note
from app.ui.language import translate
from app.ui.review_model import Moment, clock_text
from app.ui.text_bar import TextBar

_NOTE_CHARS: Final = 500


class MomentList(QTreeWidget):
    """Lists the moments; the one that is chosen, by the mouse or by Up and Down, is jumped to.

    Attributes:
        chosen: the user has chosen this ``Moment``.
        edit_asked: this ``Note`` is to be written anew: by a double click or Enter.
    """

    chosen = Signal(object)
    edit_asked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._moments: tuple[Moment, ...] = ()
        self.setAccessibleName(translate("Mien", "Events and notes"))
        self.setHeaderLabels([translate("Mien", "Time"), translate("Mien", "What"), translate("Mien", "Text")])
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setAllColumnsShowFocus(True)
        self.setTabKeyNavigation(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.header().setSectionsMovable(False)
        self.setMinimumSize(220, 90)
        self.currentItemChanged.connect(self._choose)
        self.itemClicked.connect(self._choose)
        self.itemActivated.connect(lambda _item: self._edit())

    @property
    def moment(self) -> Moment | None:
        """The one that is chosen."""
        at = self.currentIndex().row()
        return self._moments[at] if at >= 0 else None

    def show_moments(self, moments: Sequence[Moment]) -> None:
        """List these; nothing is chosen by that, and what was chosen stays so where it is among them."""
        before = self.moment
        self._moments = tuple(moments)
        with QSignalBlocker(self):
            # the items go one by one, and each time what is chosen would move to the next
            self.setCurrentIndex(QModelIndex())
            self.clear()
            for moment in self._moments:
                item = QTreeWidgetItem([clock_text(moment.t_s), moment.kind, moment.text])
                item.setToolTip(2, moment.text)
                self.addTopLevelItem(item)
        if before is not None:
            self.mark(before)

    def mark(self, moment: Moment) -> None:
        """Show one as chosen that was jumped to otherwise."""
        if moment in self._moments:
            index = self.model().index(self._moments.index(moment), 0)
            with QSignalBlocker(self):
                self.setCurrentIndex(index)
            self.scrollTo(index)
            self.viewport().update()

    def mark_note(self, note: Note) -> None:
        """Show a note as chosen."""
        for moment in self._moments:
            if moment.note is not None and abs(moment.note.t_s - note.t_s) < 1e-4 and moment.note.text == note.text:
                self.mark(moment)

    def _choose(self) -> None:
        if self.moment is not None:
            self.chosen.emit(self.moment)

    def _edit(self) -> None:
        if self.moment is not None and self.moment.note is not None:
            self.edit_asked.emit(self.moment.note)


class NoteBar(TextBar):
    """Hidden until it is asked; Enter keeps the note, Esc leaves it.

    Attributes:
        written: the note that it replaces, None for a new one; the time in seconds; and the text.
    """

    written = Signal(object, float, str)

    def __init__(self) -> None:
        super().__init__(
            hint=translate("Mien", "A note; Enter keeps it, Esc leaves"),
            name=translate("Mien", "Text of the note"),
            button=translate("Mien", "Keep"),
            most_chars=_NOTE_CHARS,
        )
        self._note: Note | None = None
        self._t_s = 0.0
        self.taken.connect(self._write)

    def ask(self, t_s: float, note: Note | None = None) -> None:
        """Ask for a note on a moment, or for another text of one that there is."""
        self._note, self._t_s = note, t_s
        self.label.setText(translate("Mien", "Note at {time}:").format(time=clock_text(t_s)))
        text = "" if note is None else note.text
        # one written by hand may be longer, and none is cut; Qt counts in UTF-16
        self.field.setMaxLength(max(_NOTE_CHARS, len(text.encode("utf-16-le")) // 2))
        self.field.setText(text)
        self.field.selectAll()
        self.enter()

    def take_over(self, before: "NoteBar") -> None:
        """Ask for what another one asks for, with what is written there; nothing where that one is hidden."""
        if not before.isHidden():
            self.ask(before._t_s, before._note)
            self.write_like(before)

    def _write(self, text: str) -> None:
        if text:
            self.written.emit(self._note, self._t_s, text)
