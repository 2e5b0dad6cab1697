"""The review's window: loading, moving about, playing, notes, spans and the video."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from app.session.notes import NOTES
from app.session.schema import EVENTS, READINGS, VIDEO
from app.ui.review_body import ReviewBody
from app.ui.review_window import ReviewWindow
from app.ui.style import apply_style
from tests.ui.bare import focused
from tests.ui.review_sessions import recorded

MakeReview = Callable[[Path], ReviewWindow]
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
NONE = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def make_review(qtbot: QtBot, qapp: QApplication) -> Iterator[MakeReview]:
    """Open a session in a window, shown and active; each is closed at the end."""
    apply_style(qapp, "dark")
    made: list[ReviewWindow] = []

    def make(folder: Path) -> ReviewWindow:
        window = ReviewWindow(folder)
        made.append(window)
        window.show()
        window.activateWindow()
        qtbot.waitUntil(lambda: not window.loading)
        qtbot.waitUntil(lambda: qapp.activeWindow() is window)
        return window

    yield make
    for window in made:
        window.close()
        window.deleteLater()
    made.clear()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def body_of(window: ReviewWindow) -> ReviewBody:
    assert window.body is not None
    return window.body


def press(qtbot: QtBot, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
    qtbot.keyClick(focused(), key, modifiers)


def message(window: ReviewWindow) -> str:
    said = window.message_bar.message
    return "" if said is None else said.text


def test_it_is_there_at_once_and_says_that_it_opens(qtbot: QtBot, session_dir: Path):
    window = ReviewWindow(recorded(session_dir))
    qtbot.addWidget(window)
    assert window.loading
    assert window.body is None
    assert not window.commands.play.isEnabled()
    qtbot.waitUntil(lambda: window.body is not None)
    assert window.commands.play.isEnabled()
    assert window.windowTitle() == "session – Mien"
    window.close()


def test_a_broken_session_is_one_line(make_review: MakeReview, session_dir: Path):
    recorded(session_dir)
    with (session_dir / READINGS).open("a") as file:
        file.write("nonsense\n")
    window = make_review(session_dir)
    assert window.body is None
    assert f"{READINGS}: row " in window.failure
    assert "\n" not in window.failure


def test_a_folder_without_a_session_is_told(make_review: MakeReview, tmp_path: Path):
    assert "holds no recorded session" in make_review(tmp_path).failure


def test_a_recording_that_was_cut_short_is_shown_and_told(make_review: MakeReview, session_dir: Path):
    folder = recorded(session_dir)
    with (folder / READINGS).open("ab") as file:
        file.write(b"120,12.0,2026")
    window = make_review(folder)
    assert "the last line breaks off" in message(window)
    assert body_of(window).review.end_s == pytest.approx(12.0)


def test_the_whole_session_is_in_sight_and_the_cursor_at_its_start(make_review: MakeReview, session_dir: Path):
    body = body_of(make_review(recorded(session_dir)))
    assert body.timeline.span_s == pytest.approx(12.0)
    assert body.timeline.hasFocus()
    assert body.numbers.time.text() == "00:00.000"
    assert body.numbers.utc.text() == "2026-01-02T03:04:05.000Z"
    assert not body.picture.isVisible()


def test_keys_move_the_cursor(qtbot: QtBot, make_review: MakeReview, session_dir: Path):
    body = body_of(make_review(recorded(session_dir)))
    places = []
    for key, modifiers in (
        (Qt.Key.Key_Right, NONE),
        (Qt.Key.Key_Right, SHIFT),
        (Qt.Key.Key_Left, NONE),
        (Qt.Key.Key_End, NONE),
        (Qt.Key.Key_Left, SHIFT),
        (Qt.Key.Key_Home, NONE),
    ):
        press(qtbot, key, modifiers)
        places.append(round(body.t_s, 3))
    assert places == [0.1, 1.1, 1.0, 12.0, 11.0, 0.0]


def test_the_numbers_follow_the_cursor(make_review: MakeReview, session_dir: Path):
    body = body_of(make_review(recorded(session_dir)))
    body.seek(3.5)
    face = body.numbers.face.face
    assert face is not None
    assert face.quality == "too dark, turned away"
    assert "too dark" in body.numbers.face.accessibleDescription()
    body.seek(7.0)
    assert body.numbers.face.face is None
    assert body.numbers.face.spoken == "No frame at this moment"


def test_the_next_face_is_shown_by_a_key(qtbot: QtBot, make_review: MakeReview, session_dir: Path):
    body = body_of(make_review(recorded(session_dir)))
    body.seek(2.5)
    press(qtbot, Qt.Key.Key_BracketRight)
    face = body.numbers.face.face
    assert face is not None
    assert face.emotion == "anger"
    assert body.timeline.track == 2
    body.seek(5.0)
    assert body.numbers.face.spoken == "The face is not in this frame"


def test_space_plays_and_pauses_wherever_the_focus_is(qtbot: QtBot, make_review: MakeReview, session_dir: Path):
    body = body_of(make_review(recorded(session_dir)))
    body.moments.setFocus()
    press(qtbot, Qt.Key.Key_Space)
    assert body.playing
    assert body.bar.play.text() == "Pause"
    qtbot.waitUntil(lambda: body.t_s > 0.15)
    press(qtbot, Qt.Key.Key_Space)
    assert not body.playing
    at_s = body.t_s
    qtbot.wait(60)
    assert body.t_s == at_s
    assert body.bar.play.text() == "Play"


def test_it_stops_at_the_end(qtbot: QtBot, make_review: MakeReview, session_dir: Path):
    body = body_of(make_review(recorded(session_dir)))
    body.seek(11.9)
    press(qtbot, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: body.bar.play.text() == "Play")
    assert body.t_s == body.review.end_s
    assert body.numbers.time.text() == "00:12.000"


def test_events_are_jumped_to(qtbot: QtBot, make_review: MakeReview, session_dir: Path):
    body = body_of(make_review(recorded(session_dir)))
    press(qtbot, Qt.Key.Key_Period)
    assert body.t_s == 1.0
    moment = body.moments.moment
    assert moment is not None
    assert moment.text == "Question"
    press(qtbot, Qt.Key.Key_Period)
    assert body.t_s == 9.0
    press(qtbot, Qt.Key.Key_Comma)
    assert body.t_s == 1.0
    body.moments.setFocus()
    press(qtbot, Qt.Key.Key_Down)
    assert body.t_s == 9.0


def test_a_note_is_added_edited_and_deleted_by_keys(qtbot: QtBot, make_review: MakeReview, session_dir: Path):
    folder = recorded(session_dir)
    before = {name: (folder / name).read_bytes() for name in (READINGS, EVENTS)}
    window = make_review(folder)
    body = body_of(window)
    body.seek(5.0)
    press(qtbot, Qt.Key.Key_N)
    assert window.note_bar.text.hasFocus()
    qtbot.keyClicks(window.note_bar.text, "no, in 1 more")
    press(qtbot, Qt.Key.Key_Return)
    assert not window.note_bar.isVisible()
    assert body.timeline.hasFocus()
    assert (folder / NOTES).read_text().splitlines()[1] == '5.0000,2026-01-02T03:04:10.000Z,"no, in 1 more"'
    assert [marker.text for marker in body.review.history.markers(5, 5)] == ["no, in 1 more"]
    press(qtbot, Qt.Key.Key_F2)
    window.note_bar.text.setText("yes")
    press(qtbot, Qt.Key.Key_Return)
    assert [note.text for note in body.review.notes] == ["yes"]
    press(qtbot, Qt.Key.Key_Delete)
    assert body.review.notes == ()
    assert not window.commands.edit.isEnabled()
    assert before == {name: (folder / name).read_bytes() for name in (READINGS, EVENTS)}


def test_escape_leaves_the_note_and_what_is_written_into_it_is_no_key(
    qtbot: QtBot, make_review: MakeReview, session_dir: Path
):
    window = make_review(recorded(session_dir))
    body = body_of(window)
    body.choose_span((1.0, 2.0))
    press(qtbot, Qt.Key.Key_N)
    qtbot.keyClicks(window.note_bar.text, "i o n 0")
    press(qtbot, Qt.Key.Key_Left)
    press(qtbot, Qt.Key.Key_Escape)
    assert not window.note_bar.isVisible()
    assert body.review.notes == ()
    assert (body.span, body.t_s) == ((1.0, 2.0), 0.0)


def test_an_event_is_not_edited(qtbot: QtBot, make_review: MakeReview, session_dir: Path):
    window = make_review(recorded(session_dir))
    press(qtbot, Qt.Key.Key_Period)
    assert not window.commands.edit.isEnabled()
    press(qtbot, Qt.Key.Key_Delete)
    assert len(body_of(window).review.moments) == 4


def test_notes_that_cannot_be_written_are_told(make_review: MakeReview, session_dir: Path):
    window = make_review(recorded(session_dir))
    (session_dir / NOTES).write_text("a,b\n")
    window._keep_note(None, 1.0, "x")
    assert "notes.csv: row 1: not t_s,utc,note" in message(window)


def test_a_span_is_chosen_by_keys_and_taken_back(qtbot: QtBot, make_review: MakeReview, session_dir: Path):
    window = make_review(recorded(session_dir))
    body = body_of(window)
    assert not window.commands.export.isEnabled()
    body.seek(2.0)
    press(qtbot, Qt.Key.Key_I)
    assert body.span == (2.0, body.review.end_s)
    body.seek(4.0)
    press(qtbot, Qt.Key.Key_O)
    assert body.span == (2.0, 4.0)
    assert body.bar.span.text() == "00:02.000 – 00:04.000 (2.000 s)"
    assert window.commands.export.isEnabled()
    body.seek(1.0)
    press(qtbot, Qt.Key.Key_O)
    assert body.span == (0.0, 1.0)
    press(qtbot, Qt.Key.Key_Escape)
    assert body.span is None
    assert not window.commands.export.isEnabled()


def drag(body: ReviewBody, from_s: float, to_s: float, modifiers: Qt.KeyboardModifier = NONE) -> None:
    timeline = body.timeline
    xs = [round(timeline.plot.x(t_s)) for t_s in (from_s, (from_s + to_s) / 2, to_s)]
    y = timeline.height() // 2
    QTest.mousePress(timeline, Qt.MouseButton.LeftButton, modifiers, QPoint(xs[0], y))
    for x in xs[1:]:
        QTest.mouseMove(timeline, QPoint(x, y))
    QTest.mouseRelease(timeline, Qt.MouseButton.LeftButton, modifiers, QPoint(xs[-1], y))


def test_the_mouse_scrubs_and_with_shift_chooses(make_review: MakeReview, session_dir: Path):
    body = body_of(make_review(recorded(session_dir)))
    drag(body, 2.0, 5.0)
    assert body.t_s == pytest.approx(5.0, abs=0.05)
    assert body.span is None
    drag(body, 9.0, 3.0, SHIFT)
    assert body.span == (pytest.approx(3.0, abs=0.05), pytest.approx(9.0, abs=0.05))
    assert body.t_s == pytest.approx(5.0, abs=0.05)


def test_the_timeline_zooms_about_the_cursor_and_scrolls(qtbot: QtBot, make_review: MakeReview, session_dir: Path):
    body = body_of(make_review(recorded(session_dir, 60.0)))
    timeline = body.timeline
    body.seek(40.0)
    x = timeline.plot.x(40.0)
    press(qtbot, Qt.Key.Key_Plus)
    assert timeline.span_s == 30
    assert timeline.plot.x(40.0) == pytest.approx(x, abs=1)
    for _ in range(9):
        press(qtbot, Qt.Key.Key_Equal)
    assert timeline.span_s == 5
    press(qtbot, Qt.Key.Key_PageUp)
    assert timeline.from_s == pytest.approx(
        40 - (x - timeline.plot.target.x) / timeline.plot.target.width * 5 - 5, abs=0.1
    )
    press(qtbot, Qt.Key.Key_End)
    assert timeline.from_s == pytest.approx(55.0, abs=0.1)
    drag(body, 57.0, 58.0, CONTROL)
    assert timeline.from_s == pytest.approx(54.0, abs=0.1)
    assert body.t_s == body.review.end_s
    press(qtbot, Qt.Key.Key_0)
    assert timeline.span_s == pytest.approx(60.0)


def test_nothing_before_and_after_the_session_is_in_sight(make_review: MakeReview, session_dir: Path):
    timeline = body_of(make_review(recorded(session_dir, 60.0))).timeline
    timeline.zoom(longer=False)
    for t_s, from_s in ((-50.0, 0.0), (500.0, 30.0), (12.0, 12.0)):
        timeline.show_from(t_s)
        assert timeline.from_s == pytest.approx(from_s)


def test_what_is_played_stays_in_sight(make_review: MakeReview, session_dir: Path):
    body = body_of(make_review(recorded(session_dir, 60.0)))
    for _ in range(3):
        body.timeline.zoom(longer=False)
    body.seek(50.0)
    assert body.timeline.from_s <= 50.0 <= body.timeline.from_s + body.timeline.span_s


def test_the_span_is_exported_to_the_file_that_is_chosen(
    qtbot: QtBot, make_review: MakeReview, session_dir: Path, tmp_path: Path
):
    window = make_review(recorded(session_dir))
    body_of(window).choose_span((2.0, 2.5))
    press(qtbot, Qt.Key.Key_E, CONTROL)
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), QFileDialog))
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, QFileDialog)
    assert not dialog.testOption(QFileDialog.Option.DontConfirmOverwrite)
    assert Path(dialog.selectedFiles()[0]).name == "session_2.0-2.5s.csv"
    dialog.fileSelected.emit(str(tmp_path / "part.csv"))
    dialog.reject()
    qtbot.waitUntil(lambda: "12 rows written to" in message(window))
    assert len((tmp_path / "part.csv").read_text().splitlines()) == 13


def test_an_export_that_fails_is_told(qtbot: QtBot, make_review: MakeReview, session_dir: Path):
    window = make_review(recorded(session_dir))
    body_of(window).choose_span((2.0, 2.5))
    window.export(session_dir / READINGS, fresh=False)
    qtbot.waitUntil(lambda: "belongs to a recorded session" in message(window))
    assert window.message_bar.message is not None
    assert window.message_bar.message.error


def test_the_picture_of_the_moment_is_shown(qtbot: QtBot, make_review: MakeReview, session_dir: Path):
    body = body_of(make_review(recorded(session_dir, video=True)))
    assert body.picture.isVisible()

    def grey() -> int:
        image = body.picture.image
        return -1 if image.isNull() else image.pixelColor(30, 20).red()

    def wait_for(wanted: int) -> None:
        qtbot.waitUntil(lambda: abs(grey() - wanted) <= 2)

    for t_s in (0.0, 10.0, 3.0, 3.05, 11.9):
        body.seek(t_s)
        wait_for(2 * int(t_s * 10 + 1e-6))
    body.seek(1.0)
    body.set_playing(True)
    qtbot.waitUntil(lambda: 22 <= grey() < 80)


def test_a_damaged_video_is_told_and_the_numbers_are_there(qtbot: QtBot, make_review: MakeReview, session_dir: Path):
    folder = recorded(session_dir)
    (folder / VIDEO).write_bytes(b"no video")
    body = body_of(make_review(folder))
    qtbot.waitUntil(lambda: "no video that can be read" in body.picture.said)
    assert body.numbers.face.face is not None


def test_the_keys_are_listed(qtbot: QtBot, make_review: MakeReview, session_dir: Path):
    window = make_review(recorded(session_dir))
    press(qtbot, Qt.Key.Key_Question)
    assert window._keys.isVisible()
    press(qtbot, Qt.Key.Key_Escape)
    assert not window._keys.isVisible()


def test_tab_reaches_all_that_can_be_done(qtbot: QtBot, make_review: MakeReview, session_dir: Path):
    window = make_review(recorded(session_dir))
    body = body_of(window)
    body.choose_span((1.0, 2.0))
    reached = set()
    for _ in range(12):
        reached.add(focused())
        press(qtbot, Qt.Key.Key_Tab)
    bar = body.bar
    assert {body.timeline, body.moments, bar.play, bar.earlier, bar.later, bar.faces, bar.note, bar.export} <= reached
    for widget in reached:
        assert widget.accessibleName()


def test_a_session_without_a_face_says_so(make_review: MakeReview, session_dir: Path):
    recorded(session_dir, 0.1)
    header = (session_dir / READINGS).read_text().splitlines()[0]
    (session_dir / READINGS).write_text(f"{header}\n")
    body = body_of(make_review(session_dir))
    assert body.timeline.track is None
    assert not body.bar.faces.isVisible()
    body.grab()
