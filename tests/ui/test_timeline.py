"""What the timeline shows."""

import time
from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.palette import contrast
from app.ui.history import History
from app.ui.plot import line_colours
from app.ui.style import apply_style, theme
from tests.ui.timelines import Paints, add, colours_at, drawn, filled, hover, picture, shown


@pytest.fixture(autouse=True)
def _dark(qapp: QApplication) -> Iterator[None]:
    apply_style(qapp, "dark")
    yield
    apply_style(qapp, "dark")


def test_the_most_probable_emotion_is_drawn_where_it_belongs(qtbot: QtBot):
    timeline = shown(qtbot, filled(60))
    plot = timeline.plot
    image = picture(timeline)
    x, y, ratio = plot.x(40), plot.y(0.75), image.devicePixelRatio()
    here, above, below = (image.pixelColor(round(x * ratio), round((y + dy) * ratio)).name() for dy in (0, -6, 6))
    assert drawn({here})
    assert not drawn({above, below})


def test_where_the_face_was_away_the_plot_is_shaded_and_no_line_goes_through(qtbot: QtBot):
    timeline = shown(qtbot, filled(60))
    image = picture(timeline)
    assert drawn(colours_at(image, timeline, 19.0))
    assert not drawn(colours_at(image, timeline, 20.5))
    assert not drawn(colours_at(image, timeline, 24.5))
    assert theme().ground not in colours_at(image, timeline, 20.5)
    assert theme().ground in colours_at(image, timeline, 19.0)


def test_a_picture_built_up_frame_by_frame_is_the_one_drawn_at_once(qtbot: QtBot):
    history = History()
    live = shown(qtbot, history)
    names = ("happiness", "sadness", "neutral")
    for index in range(70 * 15):
        t_s = index / 15
        add(history, t_s, names[int(t_s / 7) % 3], 0.5 + 0.3 * np.sin(t_s).item())
        if index % 5 == 0:
            live.refresh()
            live.repaint()
    live.clearFocus()
    anew = shown(qtbot, history)
    anew.clearFocus()
    assert picture(live) == picture(anew)


def test_withheld_labels_are_hatched(qtbot: QtBot):
    pictures = []
    for emotion in ("happiness", "uncertain"):
        history = filled(10)
        for index in range(300, 600):
            add(history, index / 30, emotion)
        pictures.append(picture(shown(qtbot, history)))
    assert pictures[0] != pictures[1]


def test_markers_are_lines_with_their_text(qtbot: QtBot):
    history = filled(60)
    timeline = shown(qtbot, history)
    before = picture(timeline)
    history.mark(40, "")
    timeline.refresh()
    line = picture(timeline)
    assert theme().muted in colours_at(line, timeline, 40)
    assert theme().muted not in colours_at(before, timeline, 40)
    history.mark(40, "question")
    timeline.refresh()
    assert picture(timeline) != line


def test_without_a_followed_face_there_is_a_note_and_no_line(qtbot: QtBot):
    timeline = shown(qtbot, filled(60))
    timeline.follow(None)
    image = picture(timeline)
    assert not drawn(colours_at(image, timeline, 40))
    assert timeline.accessibleDescription() == "No face followed"


def test_a_face_that_is_not_remembered_is_no_error(qtbot: QtBot):
    timeline = shown(qtbot, filled(10))
    timeline.follow(77)
    assert not picture(timeline).isNull()


def test_nothing_is_painted_where_nothing_is_new(qtbot: QtBot):
    history = filled(10)
    timeline = shown(qtbot, history)
    paints = Paints()
    timeline.installEventFilter(paints)
    qtbot.waitUntil(lambda: paints.count > 0)
    QApplication.processEvents()
    paints.count = 0
    timeline.refresh()
    QApplication.processEvents()
    assert paints.count == 0
    add(history, 10.1)
    timeline.refresh()
    qtbot.waitUntil(lambda: paints.count == 1)


def test_what_was_read_is_shown_below_the_mouse(qtbot: QtBot):
    history = filled(60)
    history.mark(30, "a long text of which the flag shows no more than its beginning")
    timeline = shown(qtbot, history)
    timeline.clearFocus()
    QApplication.processEvents()
    before = picture(timeline)
    seen = []
    for t_s in (22, 30, 50):
        hover(timeline, timeline.plot.x(t_s))
        seen.append(picture(timeline))
        assert theme().text in colours_at(seen[-1], timeline, t_s)
    assert len({image.cacheKey() for image in seen}) == 3
    assert all(image != before for image in seen)
    QApplication.sendEvent(timeline, QEvent(QEvent.Type.Leave))
    assert picture(timeline) == before


def test_screen_readers_are_told_once_a_second_at_most(qtbot: QtBot):
    history = filled(1)
    timeline = shown(qtbot, history)
    assert timeline.accessibleName() == "Timeline"
    assert timeline.accessibleDescription() == "happiness 75\u00a0%"
    told = set()
    for index in range(30, 59):
        add(history, index / 30, "anger", 0.5 + index / 200)
        timeline.refresh()
        told.add(timeline.accessibleDescription())
    assert len(told) == 1
    add(history, 2.1, "fear", 0.9)
    timeline.refresh()
    assert timeline.accessibleDescription() == "fear 90\u00a0%"


def test_the_theme_is_followed(qtbot: QtBot, qapp: QApplication):
    timeline = shown(qtbot, filled(30))
    for name in ("dark", "light"):
        apply_style(qapp, name)
        timeline.clearFocus()
        image = picture(timeline)
        assert image.pixelColor(image.width() - 2, image.height() // 2).name() == theme().ground
        assert all(contrast(colour, theme().ground) >= 3 for colour in line_colours(theme().ground))
        assert drawn(colours_at(image, timeline, 15))


@pytest.mark.parametrize(("width", "height"), [(240, 110), (360, 110), (1200, 160)])
def test_the_plot_keeps_a_place_at_any_size(qtbot: QtBot, width: int, height: int):
    target = shown(qtbot, filled(10), width, height).plot.target
    assert target.right <= width
    assert target.bottom <= height - 12
    assert target.height >= 30


def test_a_new_frame_costs_little_of_its_time_even_with_ten_minutes_in_sight(qtbot: QtBot):
    history = filled(590)
    timeline = shown(qtbot, history, 1200, 160)
    timeline.set_span(600)
    QApplication.processEvents()
    costs_ms = []
    for index in range(590 * 30, 591 * 30):
        add(history, index / 30)
        # of this thread alone: the machine may be busy with other things
        start_s = time.thread_time()
        timeline.refresh()
        timeline.repaint()
        costs_ms.append((time.thread_time() - start_s) * 1000)
    assert np.median(costs_ms) < 8
