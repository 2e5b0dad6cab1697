"""The live view."""

import dataclasses

import numpy as np
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from app.types import Box, Frame, FrameResult
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


def _noise(t_s: float, *boxes: Box) -> FrameResult:
    """A frame (480, 640, 3) of black and white pixels, with a face in each box."""
    image = np.random.default_rng(0).integers(0, 2, (480, 640, 1), np.uint8) * np.full(3, 255, np.uint8)
    faces = [dataclasses.replace(reading(box=box), track=track) for track, box in enumerate(boxes, 1)]
    return FrameResult(Frame(0, t_s, image), tuple(faces))


def _contrast_inside(view: LiveView, box: Box) -> float:
    """How far the drawn greys inside a box's middle are from their mean, 0 to 127."""
    image = view.grab().toImage()
    xs = range(int(box.x + box.width * 0.3), int(box.x + box.width * 0.7))
    ys = range(int(box.y + box.height * 0.3), int(box.y + box.height * 0.7))
    return float(np.std([image.pixelColor(x, y).green() for x in xs for y in ys]))


def test_one_key_hides_the_faces_and_shows_them_again(qtbot: QtBot):
    view = LiveView()
    qtbot.addWidget(view)
    view.resize(640, 480)
    view.set_attention(False)
    box = Box(200, 150, 160, 160)
    view.show_result(_noise(0.0, box))
    assert _contrast_inside(view, box) > 100
    view.set_blur(True)
    assert _contrast_inside(view, box) < 10
    view.set_blur(False)
    assert _contrast_inside(view, box) > 100


def test_a_face_missed_in_a_frame_stays_hidden(qtbot: QtBot):
    view = LiveView()
    qtbot.addWidget(view)
    view.resize(640, 480)
    view.set_blur(True)
    box = Box(200, 150, 160, 160)
    view.show_result(_noise(0.0, box))
    view.show_result(_noise(0.1))
    assert _contrast_inside(view, box) < 10


def test_a_face_at_the_edge_is_hidden(qtbot: QtBot):
    view = LiveView()
    qtbot.addWidget(view)
    view.resize(640, 480)
    view.set_attention(False)
    view.set_blur(True)
    view.show_result(_noise(0.0, Box(-60, -40, 160, 160), Box(600, 440, 90, 90), Box(900, 700, 50, 50)))
    assert _contrast_inside(view, Box(0, 30, 60, 60)) < 10


def test_the_lens_hides_the_face_too(qtbot: QtBot):
    view = LiveView()
    qtbot.addWidget(view)
    view.resize(640, 480)
    blank = Frame(0, 0.0, np.full((480, 640, 3), 90, np.uint8))
    noise = np.random.default_rng(0).integers(0, 256, (48, 48), np.uint8)
    view.show_result(FrameResult(blank, (dataclasses.replace(reading(), attended=noise),)))
    shown = view.grab().toImage()
    # the frame is of one grey, so that only the lens can change
    view.set_blur(True)
    assert view.grab().toImage() != shown


def test_the_followed_face_is_marked(qtbot: QtBot):
    view = LiveView()
    qtbot.addWidget(view)
    view.resize(640, 480)
    view.show_result(_noise(0.0, Box(200, 150, 160, 160)))
    plain = view.grab().toImage()
    view.set_followed(1)
    assert view.grab().toImage() != plain
    view.set_followed(2)
    assert view.grab().toImage() == plain


def test_a_click_on_a_face_tells_its_number_also_in_the_mirror(qtbot: QtBot):
    view = LiveView()
    qtbot.addWidget(view)
    view.resize(640, 480)
    result = _noise(0.0, Box(20, 100, 100, 100), Box(400, 100, 100, 100))
    for mirrored, at, track in ((False, QPoint(60, 150), 1), (True, QPoint(580, 150), 1), (True, QPoint(190, 150), 2)):
        view.show_result(result, mirrored=mirrored)
        with qtbot.waitSignal(view.face_clicked) as clicked:
            qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=at)
        assert clicked.args == [track]


def test_a_click_beside_the_faces_or_with_another_button_tells_nothing(qtbot: QtBot):
    view = LiveView()
    qtbot.addWidget(view)
    view.resize(640, 480)
    with qtbot.assertNotEmitted(view.face_clicked):
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton)
        view.show_result(_noise(0.0, Box(20, 100, 100, 100)))
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(300, 150))
        qtbot.mouseClick(view, Qt.MouseButton.RightButton, pos=QPoint(60, 150))


def test_the_pointer_is_a_hand_over_a_face(qtbot: QtBot):
    view = LiveView()
    qtbot.addWidget(view)
    view.resize(640, 480)
    view.show()
    view.show_result(_noise(0.0, Box(20, 100, 100, 100)))
    qtbot.mouseMove(view, QPoint(60, 150))
    qtbot.waitUntil(lambda: view.cursor().shape() is Qt.CursorShape.PointingHandCursor)
    qtbot.mouseMove(view, QPoint(300, 150))
    qtbot.waitUntil(lambda: view.cursor().shape() is Qt.CursorShape.ArrowCursor)
