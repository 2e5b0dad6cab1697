"""The window's faces: cards, timeline, keys, and what is kept of them."""

import csv
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from app.session.log import EVENTS
from app.settings import Settings, load_settings
from app.types import FrameResult
from app.ui.window import MainWindow
from tests.ui.conftest import MakeWindow
from tests.ui.driving import message_of, running
from tests.ui.fakes import FakePipeline, tiny_frame


def test_each_face_has_a_card_and_the_timeline_follows_one(qtbot: QtBot, make_window: MakeWindow):
    window = running(qtbot, make_window())
    qtbot.waitUntil(lambda: len(window.cards.cards) == 1)
    assert window.timeline.track == 1
    assert window.cards.isVisible()
    assert window.timeline.isVisible()


@pytest.mark.parametrize(
    ("key", "name"),
    [
        (Qt.Key.Key_B, "blur_faces"),
        (Qt.Key.Key_F, "show_faces"),
        (Qt.Key.Key_T, "show_timeline"),
        (Qt.Key.Key_A, "show_attention"),
    ],
)
def test_a_key_switches_and_what_it_switches_is_kept(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path, key: Qt.Key, name: str
):
    window = running(qtbot, make_window())
    before = getattr(Settings(), name)
    qtbot.keyClick(window, key)
    assert getattr(load_settings(tmp_path / "settings.json")[0], name) is not before
    qtbot.keyClick(window, key)
    assert getattr(load_settings(tmp_path / "settings.json")[0], name) is before


def _fed_by_hand(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> Callable[[int | None], FrameResult]:
    """Return what has a window tick once, with a new frame of that number or none, and returns what is newest."""
    window._frames.stop()
    pipeline, newest = FakePipeline(), [FakePipeline().process(tiny_frame(0, 0.0))]
    monkeypatch.setattr(window._controller._engine, "latest", lambda: newest[-1])

    def show(frame: int | None) -> FrameResult:
        if frame is not None:
            newest.append(pipeline.process(tiny_frame(frame, frame / 30)))
        window._tick()
        return newest[-1]

    return show


def test_cards_and_timeline_take_turns_and_both_show_the_last_frame(
    make_window: MakeWindow, monkeypatch: pytest.MonkeyPatch
):
    window = make_window()
    show = _fed_by_hand(window, monkeypatch)

    def tick(frame: int | None) -> tuple[bool, bool]:
        result = show(frame)
        assert window.view.result is result
        history = window._faces.history
        return window._shown_faces[0] is result.readings, window.timeline._shown == (history.revision, history.run)

    shown = [tick(frame) for frame in range(1, 9)]
    assert shown[0] in ((True, False), (False, True))
    assert shown == [shown[0], shown[0][::-1]] * 4
    assert [tick(None) for _ in range(4)][-1] == (True, True)


def test_blur_hides_faces_in_the_cards_at_once_whosever_turn_it_is(
    make_window: MakeWindow, monkeypatch: pytest.MonkeyPatch
):
    window = make_window()
    show = _fed_by_hand(window, monkeypatch)
    drawn = []
    for frame in range(1, 7):
        show(frame)
        if frame > 2:
            window.commands.blur.trigger()
            drawn.append(window.cards.cards[0].grab().toImage())
    assert drawn[0] == drawn[2] != drawn[1] == drawn[3]


def test_f_and_t_hide_the_cards_and_the_timeline(qtbot: QtBot, make_window: MakeWindow):
    window = running(qtbot, make_window())
    qtbot.keyClick(window, Qt.Key.Key_F)
    qtbot.keyClick(window, Qt.Key.Key_T)
    assert not window.cards.isVisible()
    assert not window.timeline.isVisible()


def test_a_small_window_keeps_the_picture_alone(qtbot: QtBot, make_window: MakeWindow):
    window = running(qtbot, make_window())
    window.resize(500, 420)
    qtbot.waitUntil(lambda: not window.cards.isVisible() and not window.timeline.isVisible())
    qtbot.waitUntil(lambda: window.view.width() > 400)
    window.resize(1200, 860)
    qtbot.waitUntil(lambda: window.cards.isVisible() and window.timeline.isVisible())


def test_m_marks_in_the_timeline_and_in_the_recording(qtbot: QtBot, make_window: MakeWindow, settings: Settings):
    window = running(qtbot, make_window(chosen=Settings(recordings=settings.recordings, markers=("door opens",))))
    qtbot.keyClick(window, Qt.Key.Key_R)
    qtbot.waitUntil(lambda: re.search(r"[1-9]\d* row", window.controls.recording.text()) is not None)
    qtbot.keyClick(window, Qt.Key.Key_M)
    assert "Marked" in message_of(qtbot, window)
    qtbot.keyClick(window, Qt.Key.Key_1)
    qtbot.keyClick(window, Qt.Key.Key_M, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClicks(window.mark_bar.field, "my r note")
    qtbot.keyClick(window.mark_bar.field, Qt.Key.Key_Return)
    qtbot.keyClick(window, Qt.Key.Key_R)
    qtbot.waitUntil(lambda: "Recorded" in message_of(qtbot, window))
    (folder,) = settings.recordings_dir().iterdir()
    with (folder / EVENTS).open(newline="") as file:
        notes = [row["note"] for row in csv.DictReader(file) if row["event"] == "marker"]
    assert sorted(notes) == ["", "door opens", "my r note"]


def test_n_calibrates_the_followed_face_and_shift_n_undoes_it(qtbot: QtBot, make_window: MakeWindow):
    window = running(qtbot, make_window())
    qtbot.keyClick(window, Qt.Key.Key_N)
    qtbot.waitUntil(lambda: _calibration(window) == "measuring")
    qtbot.keyClick(window, Qt.Key.Key_N, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: _calibration(window) == "")


def test_w_explains_the_followed_face_and_withdraws_it(qtbot: QtBot, make_window: MakeWindow):
    window = running(qtbot, make_window())
    qtbot.keyClick(window, Qt.Key.Key_W)
    qtbot.waitUntil(lambda: _explained(window), timeout=20_000)
    qtbot.keyClick(window, Qt.Key.Key_W)
    qtbot.waitUntil(lambda: not _explained(window))


def test_p_holds_the_timeline(qtbot: QtBot, make_window: MakeWindow):
    window = running(qtbot, make_window())
    qtbot.keyClick(window, Qt.Key.Key_P)
    assert window.timeline.paused
    qtbot.keyClick(window, Qt.Key.Key_P)
    assert not window.timeline.paused


def test_the_question_mark_lists_the_keys_and_takes_the_list_away(qtbot: QtBot, make_window: MakeWindow):
    window = make_window()
    window.commands.shortcuts.trigger()
    assert window.shortcuts.isVisible()
    window.commands.shortcuts.trigger()
    assert not window.shortcuts.isVisible()


def test_the_settings_dialog_changes_at_once_and_shows_what_keys_change(qtbot: QtBot, make_window: MakeWindow):
    window = running(qtbot, make_window())
    window.commands.settings.trigger()
    dialog = window.settings_dialog
    assert dialog is not None
    dialog.changed.emit(Settings(show_timeline=False))
    assert not window.timeline.isVisible()
    assert not window.commands.timeline.isChecked()
    window.commands.blur.trigger()
    assert dialog.settings.blur_faces
    dialog.close()


def test_another_language_asks_for_another_window(qtbot: QtBot, make_window: MakeWindow):
    window = make_window()
    window.commands.settings.trigger()
    dialog = window.settings_dialog
    assert dialog is not None
    with qtbot.waitSignal(window.rebuild_asked):
        dialog.changed.emit(Settings(language="zh_CN"))
    dialog.close()


def test_a_click_on_a_face_follows_it(qtbot: QtBot, make_window: MakeWindow):
    window = running(qtbot, make_window())
    with qtbot.waitSignal(window.view.face_clicked) as clicked:
        qtbot.mouseClick(window.view, Qt.MouseButton.LeftButton, pos=_middle_of_face(window))
    assert clicked.args == [1]


def _calibration(window: MainWindow) -> str:
    result = window.view.result
    return result.readings[0].calibration if result is not None and result.readings else ""


def _explained(window: MainWindow) -> bool:
    _follow, _calibrate, why = window.cards.cards[0].buttons
    return bool(why.isChecked())


def _middle_of_face(window: MainWindow) -> QPoint:
    """The fakes' face lies at 20 to 40 of 64 across, 10 to 30 of 48 down."""
    view = window.view
    scale = min(view.width() / 64, view.height() / 48)
    return QPoint(round(view.width() / 2 + (30 - 32) * scale), round(view.height() / 2 + (20 - 24) * scale))
