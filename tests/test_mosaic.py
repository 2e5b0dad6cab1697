"""Parts of a frame beside each other, and faces back to where they came from."""

import numpy as np

from app.types import Box, Face
from app.vision.mosaic import compose, is_cut, split


def _face(x: float, y: float, side: float) -> Face:
    return Face(Box(x, y, side, side), 0.9, np.full((6, 2), (x, y), np.float32))


def test_each_window_fills_its_quarter_and_the_rest_is_black() -> None:
    image = np.zeros((200, 300, 3), np.uint8)
    image[:100, :100], image[100:200, 200:300] = 80, 160
    picture = compose(image, [(0, 0, 100, 100), (200, 100, 100, 100)])
    assert picture.shape == (512, 512, 3)
    assert (picture[:256, :256] == 80).all()
    assert (picture[:256, 256:] == 160).all()
    assert not picture[256:].any()


def test_a_face_goes_back_to_its_window_in_the_window_s_pixels() -> None:
    windows = [(0, 0, 100, 100), (50, 60, 128, 64), (10, 20, 512, 512)]
    found = split([_face(256 + 64, 64, 128), _face(64, 256 + 64, 100)], windows)
    assert [(window, face.box) for window, face in found] == [
        (windows[1], Box(32, 16, 64, 32)),
        (windows[2], Box(128, 128, 200, 200)),
    ]
    np.testing.assert_allclose(found[0][1].keypoints, np.full((6, 2), (32, 16)))


def test_a_face_in_an_empty_quarter_or_outside_is_none() -> None:
    windows = [(0, 0, 100, 100)]
    assert split([_face(300, 10, 50), _face(-200, 10, 50), _face(10, -200, 50), _face(10, 600, 50)], windows) == []


def test_only_the_frame_s_own_edge_does_not_cut_a_face() -> None:
    assert is_cut(Box(0, 30, 20, 20), (10, 0, 100, 100), 640, 480)
    assert is_cut(Box(30, 30, 69, 20), (10, 0, 100, 100), 640, 480)
    assert is_cut(Box(30, 85, 14, 14), (10, 0, 100, 100), 640, 480)
    assert not is_cut(Box(0, -3, 20, 20), (0, 0, 100, 100), 640, 480)
    assert not is_cut(Box(30, 85, 69, 14), (540, 380, 100, 100), 640, 480)
    assert not is_cut(Box(30, 30, 20, 20), (10, 0, 100, 100), 640, 480)
