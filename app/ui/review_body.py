"""A session under review: the cursor, and all that shows the moment where it is."""

import time
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.ui.history import Span
from app.ui.language import translate
from app.ui.review_actions import ReviewActions
from app.ui.review_controls import ReviewBar
from app.ui.review_model import Moment, Review
from app.ui.review_moments import MomentList
from app.ui.review_numbers import NumbersPanel
from app.ui.review_picture import PictureView
from app.ui.review_playback import Playback
from app.ui.review_timeline import ReviewTimeline, TimelinePane
from app.ui.review_work import Deadline, PictureFinder

_EVERY_MS: Final = 16
_SIDE_PX: Final = 340


class ReviewBody(QWidget):
    """Shows a session at one moment of it, chosen by keys and mouse, or as it is played.

    Args:
        review: the session.
        actions: of the window.
        clock: monotonic seconds.

    Attributes:
        span_changed: another span is chosen, or none.
    """

    span_changed = Signal()

    def __init__(self, review: Review, actions: ReviewActions, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self.review = review
        self._actions = actions
        self._playback = Playback(review.end_s, clock)
        self._span: Span | None = None
        self._track: int | None = next(iter(review.tracks), None)
        self._finder = None if review.video is None else PictureFinder(review.video)
        self._waiting = self._shown_playing = False
        self.picture = PictureView()
        self.numbers = NumbersPanel()
        self.moments = MomentList()
        self.timeline = ReviewTimeline(review.history)
        self.bar = ReviewBar(actions, review.tracks)
        self._timer = QTimer(self, interval=_EVERY_MS)
        self._arrange()
        self._connect()
        self.timeline.follow(self._track)
        self.show_notes()
        self.seek(0.0)

    @property
    def t_s(self) -> float:
        """Where the cursor is, seconds since the session's start."""
        return self._playback.at_s

    @property
    def span(self) -> Span | None:
        """The span that is chosen."""
        return self._span

    @property
    def playing(self) -> bool:
        """Whether the session is played."""
        return self._playback.playing

    def seek(self, t_s: float) -> None:
        """Put the cursor there, as near as the session allows."""
        self._playback.seek(t_s)
        self._show()

    def set_playing(self, playing: bool) -> None:
        """Play on from the cursor, or pause."""
        if playing:
            self._playback.play()
            self._timer.start()
        else:
            self._playback.pause()
        self._show()

    def step(self, frames: int) -> None:
        """Pause, and go to the frame that is so many frames later, or earlier where that is negative."""
        self._playback.pause()
        self.seek(self.review.stepped(self.t_s, frames))

    def jump(self, *, later: bool) -> None:
        """Go to the next event or note, or to the one before."""
        moment = self.review.neighbour(self.t_s, later=later)
        if moment is not None:
            self.seek(moment.t_s)
            self.moments.mark(moment)

    def choose_span(self, span: Span | None) -> None:
        """Choose a span; None chooses none."""
        self._span = span
        self.timeline.set_selection(span)
        self.bar.show_span(span)
        self.span_changed.emit()

    def begin_span(self) -> None:
        """Let the span begin at the cursor; it goes to the end where it would end before."""
        end_s = self.review.end_s
        until_s = self._span[1] if self._span is not None and self._span[1] > self.t_s else end_s
        self.choose_span((self.t_s, until_s))

    def end_span(self) -> None:
        """Let the span end at the cursor; it goes from the start where it would begin after."""
        since_s = self._span[0] if self._span is not None and self._span[0] < self.t_s else 0.0
        self.choose_span((since_s, self.t_s))

    def show_notes(self) -> None:
        """Show the notes of now."""
        self.moments.show_moments(self.review.moments)
        self.timeline.refresh()

    def take_over(self, before: "ReviewBody") -> None:
        """Show the moment, the face, the span and the part of the session that another one shows."""
        self.bar.faces.setCurrentIndex(before.bar.faces.currentIndex())
        self.choose_span(before.span)
        self.timeline.show_like(before.timeline)
        self.seek(before.t_s)

    def close_video(self, deadline: Deadline) -> None:
        """End the search for pictures, and wait no longer than that; nothing is played any more."""
        self._timer.stop()
        self._playback.pause()
        if self._finder is not None:
            self._finder.close(deadline)

    def _arrange(self) -> None:
        upper = QHBoxLayout()
        upper.setSpacing(0)
        upper.addWidget(self.picture, 1)
        if self._finder is None:
            self.picture.hide()
            upper.addWidget(self.numbers, 1)
            upper.addWidget(self.moments, 1)
        else:
            self.picture.say(translate("Mien", "Opening the video …"))
            side = QVBoxLayout()
            side.setSpacing(0)
            side.addWidget(self.numbers)
            side.addWidget(self.moments, 1)
            for widget in (self.numbers, self.moments):
                widget.setFixedWidth(_SIDE_PX)
            upper.addLayout(side)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(upper, 3)
        column.addWidget(self.bar)
        column.addWidget(TimelinePane(self.timeline), 2)

    def _connect(self) -> None:
        actions, timeline = self._actions, self.timeline
        actions.play.triggered.connect(lambda: self.set_playing(not self.playing))
        for action, frames in ((actions.frame_back, -1), (actions.frame_on, 1)):
            action.triggered.connect(lambda _checked=False, frames=frames: self.step(frames))
        for action, by_s in ((actions.second_back, -1.0), (actions.second_on, 1.0)):
            action.triggered.connect(lambda _checked=False, by_s=by_s: self.seek(self.t_s + by_s))
        actions.first.triggered.connect(lambda: self.seek(0.0))
        actions.last.triggered.connect(lambda: self.seek(self.review.end_s))
        actions.earlier.triggered.connect(lambda: self.jump(later=False))
        actions.later.triggered.connect(lambda: self.jump(later=True))
        actions.begin.triggered.connect(self.begin_span)
        actions.end.triggered.connect(self.end_span)
        actions.closer.triggered.connect(lambda: timeline.zoom(longer=False))
        actions.farther.triggered.connect(lambda: timeline.zoom(longer=True))
        actions.whole.triggered.connect(timeline.show_whole)
        actions.face.triggered.connect(self.bar.choose_next_face)
        self.bar.face_chosen.connect(self._follow)
        timeline.cursor_asked.connect(self.seek)
        timeline.selection_asked.connect(lambda start_s, end_s: self.choose_span((start_s, end_s)))
        self.moments.chosen.connect(self._go_to)
        self._timer.timeout.connect(self._tick)

    def _follow(self, track: int) -> None:
        self._track = track
        self.timeline.follow(track)
        self._show()

    def _go_to(self, moment: Moment) -> None:
        self.seek(moment.t_s)

    def _tick(self) -> None:
        # once more after it has come to its end by itself
        if self.playing or self._shown_playing:
            self._show()
        self._take_picture()
        if not self.playing and not self._waiting:
            self._timer.stop()

    def _show(self) -> None:
        """Show the moment where the cursor is."""
        t_s, playing = self.t_s, self.playing
        self._shown_playing = playing
        self._actions.show_playing(playing)
        self.numbers.show_numbers(t_s, self.review.numbers(self._track, t_s))
        self.timeline.set_cursor(t_s)
        if not playing:
            self.numbers.speak()
            self.timeline.speak()
        if self._finder is not None:
            self._finder.ask(t_s)
            self._waiting = True
            self._timer.start()

    def _take_picture(self) -> None:
        if self._finder is None:
            return
        found = self._finder.take()
        if found is not None:
            self.picture.show_picture(found.image)
            self._waiting = found.t_s != self.t_s
        elif self._finder.failure:
            self.picture.say(self._finder.failure)
            self._waiting = False
