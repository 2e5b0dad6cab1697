"""Pictures reach Qt as they are, and what is drawn over them is seen."""

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage, QPainter, qBlue, qGreen, qRed
from PySide6.QtWidgets import QApplication

from app.palette import COLOURS
from app.types import Image
from app.ui.layout import Rect, letterbox
from app.ui.overlay import SHADE, colour_image, paint_readings
from tests.ui.fakes import reading


@pytest.mark.parametrize("size", [(1, 1), (3, 5), (7, 333), (720, 1280)])
def test_a_picture_keeps_each_pixel_also_of_a_view_of_another(size: tuple[int, int]) -> None:
    whole: Image = np.random.default_rng(0).integers(0, 256, (size[0] + 4, size[1] + 4, 3), np.uint8)
    for pixels in (whole[: size[0], : size[1]], whole[2:-2, 2:-2][:, ::-1], np.asfortranarray(whole[2:-2, 2:-2])):
        image = colour_image(pixels)
        assert image.format() is QImage.Format.Format_RGB32
        assert (image.height(), image.width()) == size
        for y, x in ((0, 0), (size[0] // 2, size[1] // 3), (size[0] - 1, size[1] - 1)):
            colour = image.pixel(x, y)
            assert [qBlue(colour), qGreen(colour), qRed(colour)] == pixels[y, x].tolist()


@pytest.mark.parametrize("ground", ["white", "black"])
def test_the_attended_region_has_a_coloured_and_a_dark_line_and_a_tint(qapp: QApplication, ground: str):
    face = reading("happiness")
    view = Rect(0, 0, 640, 480)

    def painted(*, attention: bool) -> QImage:
        picture = QImage(640, 480, QImage.Format.Format_RGB32)
        picture.fill(QColor(ground))
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_readings(painter, [face], letterbox(640, 480, view), view, attention=attention)
        assert painter.testRenderHint(QPainter.RenderHint.Antialiasing)
        painter.end()
        return picture

    without, with_it = painted(attention=False), painted(attention=True)
    quad = face.attended_quad()
    middle = quad.mean(axis=0)
    # clear of the box and its label: along the lower half of both upright sides
    sides = [
        quad[start] + share * (quad[end] - quad[start])
        for start, end in ((1, 2), (0, 3))
        for share in np.linspace(0.55, 0.9, 80)
    ]
    near = {
        (round(float(x)) + dx, round(float(y)) + dy) for x, y in sides for dx in range(-3, 4) for dy in range(-3, 4)
    }
    changed = {with_it.pixel(*at) for at in near if with_it.pixel(*at) != without.pixel(*at)}
    for line in (QColor(COLOURS["happiness"]), SHADE):
        # smooth edges mix it with what lies beside
        assert min(_difference(QColor(pixel), line) for pixel in changed) < 30
    inside = round(float(middle[0])), round(float(middle[1]))
    assert with_it.pixel(*inside) != without.pixel(*inside)


def _difference(one: QColor, other: QColor) -> int:
    return max(abs(one.red() - other.red()), abs(one.green() - other.green()), abs(one.blue() - other.blue()))
