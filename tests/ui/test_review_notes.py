"""Notes in the review's window."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.session.notes import NOTES
from app.session.schema import EVENTS, READINGS
from app.ui.review_model import Moment
from app.ui.review_moments import MomentList
from tests.ui.conftest import MakeReview
from tests.ui.review_sessions import recorded
from tests.ui.reviewing import body_of, message, press


def test_a_note_is_added_edited_and_deleted_by_keys(qtbot: QtBot, make_review: MakeReview, session_dir: Path):
    folder = recorded(session_dir)
    before = {name: (folder / name).read_bytes() for name in (READINGS, EVENTS)}
    window = make_review(folder)
    body = body_of(window)
    body.seek(5.0)
    press(qtbot, Qt.Key.Key_N)
    assert window.note_bar.field.hasFocus()
    qtbot.keyClicks(window.note_bar.field, "no, in 1 more")
    press(qtbot, Qt.Key.Key_Return)
    assert not window.note_bar.isVisible()
    assert body.timeline.hasFocus()
    assert (folder / NOTES).read_text().splitlines()[1] == '5.0000,2026-01-02T03:04:10.000Z,"no, in 1 more"'
    assert [marker.text for marker in body.review.history.markers(5, 5)] == ["no, in 1 more"]
    press(qtbot, Qt.Key.Key_F2)
    window.note_bar.field.setText("yes")
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
    qtbot.keyClicks(window.note_bar.field, "i o n 0")
    press(qtbot, Qt.Key.Key_Left)
    press(qtbot, Qt.Key.Key_Escape)
    assert not window.note_bar.isVisible()
    assert body.review.notes == ()
    assert (body.span, body.t_s) == ((1.0, 2.0), 0.0)


@pytest.mark.parametrize("text", ["long " * 200 + "end", "\N{GRINNING FACE}" * 400])
def test_a_long_note_that_was_written_by_hand_is_edited_whole(
    qtbot: QtBot, make_review: MakeReview, session_dir: Path, text: str
):
    recorded(session_dir)
    (session_dir / NOTES).write_text(f"t_s,utc,note\n5.0,,{text}\n", encoding="utf-8")
    window = make_review(session_dir)
    body = body_of(window)
    body.moments.mark_note(body.review.notes[0])
    window.commands.edit.setEnabled(True)
    press(qtbot, Qt.Key.Key_F2)
    press(qtbot, Qt.Key.Key_Return)
    assert [note.text for note in body.review.notes] == [text]
    press(qtbot, Qt.Key.Key_N)
    assert window.note_bar.field.maxLength() == 500


def test_an_event_is_not_edited(qtbot: QtBot, make_review: MakeReview, session_dir: Path):
    window = make_review(recorded(session_dir))
    press(qtbot, Qt.Key.Key_Period)
    assert not window.commands.edit.isEnabled()
    press(qtbot, Qt.Key.Key_Delete)
    assert len(body_of(window).review.moments) == 4


def test_a_session_with_broken_notes_is_shown_and_told_and_the_notes_are_kept_as_they_are(
    qtbot: QtBot, make_review: MakeReview, session_dir: Path
):
    recorded(session_dir)
    broken = "t_s,utc,note\n1.0,,good\nsoon,,bad\n"
    (session_dir / NOTES).write_text(broken)
    window = make_review(session_dir)
    body = body_of(window)
    assert len(body.review.moments) == 4
    assert message(window).startswith("notes.csv: row 3: t_s is 'soon', not seconds from 0; correct the row")
    assert "\n" not in message(window)
    window.commands.clear.trigger()
    press(qtbot, Qt.Key.Key_N)
    qtbot.keyClicks(window.note_bar.field, "one more")
    press(qtbot, Qt.Key.Key_Return)
    assert "notes.csv: row 3: t_s is 'soon'" in message(window)
    assert window.message_bar.message is not None
    assert window.message_bar.message.error
    assert (session_dir / NOTES).read_text() == broken
    (session_dir / NOTES).write_text(broken.replace("soon", "2.0"))
    press(qtbot, Qt.Key.Key_N)
    qtbot.keyClicks(window.note_bar.field, "one more")
    press(qtbot, Qt.Key.Key_Return)
    assert [note.text for note in body.review.notes] == ["one more", "good", "bad"]


def test_notes_that_cannot_be_written_are_told(make_review: MakeReview, session_dir: Path):
    window = make_review(recorded(session_dir))
    (session_dir / NOTES).write_text("a,b\n")
    window._keep_note(None, 1.0, "x")
    assert "notes.csv: row 1: not t_s,utc,note" in message(window)


def test_the_list_is_made_anew_without_going_from_moment_to_moment(qtbot: QtBot):
    moments = [Moment(float(number), "Marker", str(number)) for number in range(50)]
    listed = MomentList()
    qtbot.addWidget(listed)
    listed.show_moments(moments)
    listed.mark(moments[48])
    went: list[int] = []
    listed.selectionModel().currentChanged.connect(lambda index, _before: went.append(index.row()))
    listed.show_moments(moments)
    # each of them costs as much as the list is long
    assert went == [-1, 48]
    assert listed.moment == moments[48]
