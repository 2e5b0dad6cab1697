"""The live view."""

from pytestqt.qtbot import QtBot

from app.types import FrameResult
from app.ui.view import LiveView
from tests.ui.fakes import reading, tiny_frame


def test_an_uncertain_face_is_drawn_otherwise_than_a_certain_one(qtbot: QtBot):
    view = LiveView()
    qtbot.addWidget(view)
    view.resize(640, 480)
    drawn = []
    for shown in (reading("happiness"), reading("uncertain", "dark;turned")):
        view.show_result(FrameResult(tiny_frame(7, 0.0), (shown,)))
        drawn.append(view.grab().toImage())
    assert drawn[0] != drawn[1]


def test_a_camera_is_shown_as_in_a_mirror(qtbot: QtBot):
    view = LiveView()
    qtbot.addWidget(view)
    view.resize(640, 480)
    result = FrameResult(tiny_frame(0, 0.0))
    view.show_result(result)
    plain = view.grab().toImage()
    view.show_result(result, mirrored=True)
    mirrored = view.grab().toImage()
    for picture, bright, dark in ((plain, 20, 620), (mirrored, 620, 20)):
        assert picture.pixelColor(bright, 240).lightness() > 200
        assert picture.pixelColor(dark, 240).lightness() < 50


def test_the_attended_region_is_drawn_only_where_it_is_asked_for(qtbot: QtBot):
    view = LiveView()
    qtbot.addWidget(view)
    view.resize(640, 480)
    view.show_result(FrameResult(tiny_frame(0, 0.0), (reading(),)))
    with_region = view.grab().toImage()
    view.set_attention(False)
    assert view.grab().toImage() != with_region
