"""Words lie where they are put."""

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication

from app.ui.words import LEFT, MIDDLE, RIGHT, draw_words

PLACE = QRectF(20, 10, 200, 40)


def ink(align: float, text: str = "HHH") -> QRectF:
    """Where the text is drawn."""
    picture = QImage(240, 60, QImage.Format.Format_RGB32)
    picture.fill(QColor("white"))
    painter = QPainter(picture)
    painter.setPen(QColor("black"))
    draw_words(painter, PLACE, text, align)
    painter.end()
    dark = [
        (x, y)
        for x in range(picture.width())
        for y in range(picture.height())
        if picture.pixelColor(x, y).lightness() < 128
    ]
    xs, ys = [x for x, _ in dark], [y for _, y in dark]
    return QRectF(min(xs), min(ys), max(xs) + 1 - min(xs), max(ys) + 1 - min(ys))


def test_words_begin_at_the_left_end_at_the_right_or_lie_in_the_middle(qapp: QApplication):
    assert ink(LEFT).left() == pytest.approx(PLACE.left(), abs=3)
    assert ink(RIGHT).right() == pytest.approx(PLACE.right(), abs=3)
    assert ink(MIDDLE).center().x() == pytest.approx(PLACE.center().x(), abs=2)
    assert ink(LEFT).width() == ink(RIGHT).width() == ink(MIDDLE).width() > 10


def test_words_lie_in_the_middle_from_top_to_bottom(qapp: QApplication):
    # capitals have no descenders below
    assert ink(LEFT).center().y() == pytest.approx(PLACE.center().y(), abs=3)


def test_words_that_are_too_long_reach_over_both_ends_or_the_other_one(qapp: QApplication):
    long = "H" * 30
    assert ink(RIGHT, long).left() < PLACE.left()
    assert ink(RIGHT, long).right() == pytest.approx(PLACE.right(), abs=3)
    assert ink(LEFT, long).right() > PLACE.right()
