"""The row of buttons of a review, with the chosen span and face."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSizePolicy, QWidget

from app.ui.card_model import face_text
from app.ui.controls import Button, fit_words
from app.ui.history import Span
from app.ui.language import translate
from app.ui.review_actions import ReviewActions
from app.ui.review_model import clock_text


class ReviewBar(QWidget):
    """Play, jump, note and export; the span; and which face is shown.

    Args:
        actions: of the window.
        tracks: the faces to choose from.

    Attributes:
        face_chosen: the number of the face that the user chose.
    """

    # int would be one of 32 bits
    face_chosen = Signal(object)

    def __init__(self, actions: ReviewActions, tracks: Sequence[int]) -> None:
        super().__init__()
        self.setObjectName("controls")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._tracks = tuple(tracks)
        self.play, self.earlier, self.later = (
            Button(action, name)
            for action, name in ((actions.play, "play"), (actions.earlier, "earlier"), (actions.later, "later"))
        )
        self.note, self.export = Button(actions.add, "note"), Button(actions.export, "export")
        self._worded = (self.play, self.note, self.export)
        for button in (self.earlier, self.later):
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        self.span = QLabel()
        self.faces = QComboBox()
        self.faces.addItems([face_text(track) for track in self._tracks])
        self.faces.setAccessibleName(translate("Mien", "Face"))
        self.faces.setToolTip(translate("Mien", "The face that the numbers and the timeline are of"))
        self.faces.setEnabled(len(self._tracks) > 1)
        if not self._tracks:
            self.faces.hide()
        self.faces.currentIndexChanged.connect(lambda at: self.face_chosen.emit(self._tracks[at]))
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(10, 8, 10, 8)
        row.setSpacing(8)
        for widget in (self.earlier, self.play, self.later, self.faces):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self.span)
        row.addWidget(self.note)
        row.addWidget(self.export)
        actions.play.changed.connect(self._fit)
        self.show_span(None)

    def show_span(self, span: Span | None) -> None:
        """Say what is chosen."""
        if span is None:
            self.span.setText(translate("Mien", "No span"))
        else:
            said = translate("Mien", "{start} – {end} ({seconds} s)")
            start, end = (clock_text(t_s) for t_s in span)
            self.span.setText(said.format(start=start, end=end, seconds=f"{span[1] - span[0]:.3f}"))
        self.span.setToolTip(translate("Mien", "The chosen span: Shift and drag in the timeline, or the keys I and O"))
        name = translate("Mien", "Chosen span")
        self.span.setAccessibleName(f"{name}: {self.span.text()}")
        self._fit()

    def choose_next_face(self) -> None:
        """Choose the face after the present one; after the last one, the first."""
        if self._tracks:
            self.faces.setCurrentIndex((self.faces.currentIndex() + 1) % len(self._tracks))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show the words where there is room for them."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        fit_words(self._worded, self._row, self.width())
