"""The review's window: loading, moving about, playing and the video."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollBar
from pytestqt.qtbot import QtBot

from app.session.schema import COLUMNS, MOST_S, READINGS, VIDEO
from app.ui import review_window
from app.ui.review_timeline import TimelinePane
from app.ui.review_window import ReviewWindow
from app.ui.timescale import SHORTEST_SPAN_S
from tests.ui.bare import focused
from tests.ui.conftest import MakeReview
from tests.ui.review_sessions import recorded
from tests.ui.reviewing import NONE, SHIFT, body_of, message, press


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


def test_a_review_that_fails_says_so_and_the_error_is_left_to_be_reported(
    qtbot: QtBot, session_dir: Path, monkeypatch: pytest.MonkeyPatch
):
    def fail(*_given: object) -> None:
        raise OverflowError("too far")

    monkeypatch.setattr(review_window, "ReviewBody", fail)
    window = ReviewWindow(recorded(session_dir))
    qtbot.addWidget(window)
    with qtbot.captureExceptions() as errors:
        qtbot.waitUntil(lambda: not window.loading, timeout=20_000)
    assert [kind for kind, _error, _trace in errors] == [OverflowError]
    assert window.failure == "session: An error in Mien: OverflowError('too far')"
    window.close()


def test_an_export_that_fails_unexpectedly_is_told_too(
    qtbot: QtBot, make_review: MakeReview, session_dir: Path, monkeypatch: pytest.MonkeyPatch
):
    def fail(*_given: object, fresh: bool) -> int:
        raise RuntimeError(fresh)

    monkeypatch.setattr(review_window, "export_span", fail)
    window = make_review(recorded(session_dir))
    body_of(window).choose_span((2.0, 2.5))
    with qtbot.captureExceptions() as errors:
        window.export(session_dir / "a.csv", fresh=True)
        qtbot.waitUntil(lambda: not window.loading, timeout=20_000)
    assert [kind for kind, _error, _trace in errors] == [RuntimeError]
    assert message(window) == "session: An error in Mien: RuntimeError(True)"


def test_a_folder_without_a_session_is_told(make_review: MakeReview, tmp_path: Path):
    assert "holds no recorded session" in make_review(tmp_path).failure


def test_a_recording_that_was_cut_short_is_shown_and_told(make_review: MakeReview, session_dir: Path):
    folder = recorded(session_dir)
    with (folder / READINGS).open("ab") as file:
        file.write(b"120,12.0,2026")
    window = make_review(folder)
    assert "the last line breaks off" in message(window)
    assert body_of(window).review.end_s == pytest.approx(12.0)


def test_a_session_as_long_as_one_can_be_is_shown_and_moved_about_in(make_review: MakeReview, session_dir: Path):
    folder = recorded(session_dir)
    readings = folder / READINGS
    first, *_, last = readings.read_text().splitlines()[1:]
    late = last.split(",")
    late[1] = str(MOST_S)
    readings.write_text("\n".join([",".join(COLUMNS), first, ",".join(late)]) + "\n")
    window = make_review(folder)
    body, commands = body_of(window), window.commands
    pane = body.findChild(TimelinePane)
    assert pane is not None
    bar = pane.findChild(QScrollBar)
    assert bar is not None
    assert bar.maximum() == 0
    for _ in range(30):
        commands.closer.trigger()
    assert body.timeline.span_s == SHORTEST_SPAN_S
    # two frames a year apart: the second one counts for as long
    assert body.review.end_s == 2 * MOST_S
    body.seek(MOST_S)
    assert body.timeline.from_s == pytest.approx(MOST_S, abs=SHORTEST_SPAN_S)
    assert body.review.utc(body.review.end_s) == "2028-01-04T03:04:05.000Z"
    bar.setValue(bar.maximum())
    assert body.timeline.from_s == pytest.approx(2 * MOST_S - SHORTEST_SPAN_S, abs=0.1)
    bar.setValue(0)
    assert body.timeline.from_s == 0.0
    window.grab()


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


def test_a_face_of_a_number_beyond_32_bits_is_shown(make_review: MakeReview, session_dir: Path):
    recorded(session_dir)
    head, *rows = (session_dir / READINGS).read_text().splitlines()
    track = head.split(",").index("track")
    cells = [row.split(",") for row in rows]
    for row in cells:
        row[track] = row[track].replace("2", str(2**32 + 1))
    (session_dir / READINGS).write_text("".join(",".join(row) + "\n" for row in (head.split(","), *cells)))
    body = body_of(make_review(session_dir))
    body.seek(2.5)
    body.bar.choose_next_face()
    face = body.numbers.face.face
    assert face is not None
    assert face.emotion == "anger"
    assert body.timeline.track == 2**32 + 1


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
    qtbot.waitUntil(lambda: body.bar.play.text() == "Play", timeout=30_000)
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
