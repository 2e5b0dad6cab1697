"""The review's timeline: scrubbing, zooming, spans and their export."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from app.session.schema import READINGS
from app.ui.review_body import ReviewBody
from tests.ui.conftest import MakeReview
from tests.ui.review_sessions import recorded
from tests.ui.reviewing import CONTROL, NONE, SHIFT, body_of, message, press


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
