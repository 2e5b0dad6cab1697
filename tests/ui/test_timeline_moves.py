"""Moving about in the timeline: pausing, scrolling and zooming."""

from itertools import pairwise

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.timelines import Paints, add, filled, shown, wheel


def test_paused_it_stays_where_it_is_and_says_how_far_behind(qtbot: QtBot):
    history = filled(60)
    timeline = shown(qtbot, history)
    with qtbot.waitSignal(timeline.paused_changed) as told:
        timeline.set_paused(True)
    assert told.args == [True]
    plot = timeline.plot
    for index in range(1800, 2400):
        add(history, index / 30)
        timeline.refresh()
    assert timeline.plot == plot
    assert timeline.status == "Paused, 00:20 behind"
    assert history.newest_s > 79
    timeline.set_paused(False)
    assert timeline.status == ""
    assert timeline.plot.to_s == pytest.approx(history.newest_s, abs=0.2)


def test_paused_it_is_painted_once_a_second(qtbot: QtBot):
    history = filled(60)
    timeline = shown(qtbot, history)
    timeline.set_paused(True)
    paints = Paints()
    timeline.installEventFilter(paints)
    qtbot.waitUntil(lambda: paints.count > 0)
    QApplication.processEvents()
    paints.count = 0
    for index in range(1800, 1890):
        add(history, index / 30)
        timeline.refresh()
        QApplication.processEvents()
    assert 2 <= paints.count <= 4


def test_keys_scroll_back_and_return_to_live(qtbot: QtBot):
    timeline = shown(qtbot, filled(180))
    qtbot.keyClick(timeline, Qt.Key.Key_Left)
    assert timeline.paused
    ends = [timeline.plot.to_s]
    for key in (Qt.Key.Key_PageUp, Qt.Key.Key_Home):
        qtbot.keyClick(timeline, key)
        ends.append(timeline.plot.to_s)
    assert all(before > after for before, after in pairwise(ends))
    assert timeline.plot.from_s == pytest.approx(0, abs=0.2)
    qtbot.keyClick(timeline, Qt.Key.Key_Right)
    assert timeline.plot.from_s == pytest.approx(6, abs=0.2)
    qtbot.keyClick(timeline, Qt.Key.Key_End)
    assert not timeline.paused


def test_keys_zoom_from_five_seconds_to_ten_minutes(qtbot: QtBot):
    timeline = shown(qtbot, filled(10))
    with qtbot.waitSignal(timeline.span_changed) as told:
        qtbot.keyClick(timeline, Qt.Key.Key_Plus)
    assert told.args == [30.0]
    for _ in range(10):
        qtbot.keyClick(timeline, Qt.Key.Key_Plus)
    assert timeline.span_s == 5
    for _ in range(12):
        qtbot.keyClick(timeline, Qt.Key.Key_Minus)
    assert timeline.span_s == 600


def test_other_keys_are_left_to_the_window(qtbot: QtBot):
    pressed = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Space, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(shown(qtbot, filled(10)), pressed)
    assert not pressed.isAccepted()


def test_the_wheel_zooms_and_its_sideways_turn_scrolls(qtbot: QtBot):
    timeline = shown(qtbot, filled(120))
    wheel(timeline, 0, 120)
    assert timeline.span_s == pytest.approx(48)
    assert not timeline.paused
    wheel(timeline, 120, 0)
    assert timeline.paused
    below_s = timeline.plot.t_s(300)
    wheel(timeline, 0, 120, x=300)
    assert timeline.plot.t_s(300) == pytest.approx(below_s, abs=0.2)


def test_dragging_moves_what_is_below_the_mouse_with_it(qtbot: QtBot):
    timeline = shown(qtbot, filled(120))
    below_s = timeline.plot.t_s(300)
    QTest.mousePress(timeline, Qt.MouseButton.LeftButton, pos=QPoint(300, 80))
    for x in (320, 400, 500):
        QTest.mouseMove(timeline, QPoint(x, 80))
    QTest.mouseRelease(timeline, Qt.MouseButton.LeftButton, pos=QPoint(500, 80))
    assert timeline.paused
    assert timeline.plot.t_s(500) == pytest.approx(below_s, abs=0.2)
    QTest.mouseDClick(timeline, Qt.MouseButton.LeftButton, pos=QPoint(400, 80))
    assert not timeline.paused


def test_a_click_alone_does_not_pause(qtbot: QtBot):
    timeline = shown(qtbot, filled(60))
    QTest.mouseClick(timeline, Qt.MouseButton.LeftButton, pos=QPoint(300, 80))
    assert not timeline.paused


def test_a_source_started_anew_is_shown_live(qtbot: QtBot):
    history = filled(60)
    timeline = shown(qtbot, history)
    timeline.set_paused(True)
    history.clear()
    add(history, 0.0)
    timeline.refresh()
    assert not timeline.paused
    assert timeline.plot.to_s == pytest.approx(0.0, abs=0.2)


def test_a_span_is_set_within_bounds_and_told_only_when_it_changes(qtbot: QtBot):
    timeline = shown(qtbot, filled(10))
    with qtbot.assertNotEmitted(timeline.span_changed):
        timeline.set_span(60)
    timeline.set_span(1)
    assert timeline.span_s == 5
    timeline.set_span(1e6)
    assert timeline.span_s == 600
