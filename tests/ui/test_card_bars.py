"""A face's bars: what is kept from the last time is what would be drawn now."""

import math
from collections.abc import Callable

import pytest
from PySide6.QtGui import QColor, QFont, QImage, QPainter
from PySide6.QtWidgets import QApplication

from app.palette import COLOURS, legible
from app.types import EMOTIONS
from app.ui.card_bars import Bars
from app.ui.card_model import Bar
from app.ui.card_paint import CardFonts
from app.ui.layout import Rect
from app.ui.style import apply_style, theme

Paint = Callable[..., QImage]


@pytest.fixture
def paint(qapp: QApplication) -> Paint:
    """Paint bars of one emotion above the others on the card's ground, and return the picture."""
    apply_style(qapp, "dark")

    def paint(
        bars: Bars, high: int = 0, *, labels: str = "abcdefgh", raw: float = 0.5, y: float = 5.0, ratio: float = 1.0
    ) -> QImage:
        rows = tuple(Rect(10.0, y + 20 * at, 250.0, 16.0) for at in range(len(EMOTIONS)))
        told = [
            Bar(name, label, 0.8 if at == high else 0.02, raw, "80 %" if at == high else "2 %")
            for at, (name, label) in enumerate(zip(EMOTIONS, labels, strict=True))
        ]
        picture = QImage(round(280 * ratio), round(180 * ratio), QImage.Format.Format_RGB32)
        picture.setDevicePixelRatio(ratio)
        picture.fill(QColor(theme().raised))
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        bars.paint(painter, rows, told, CardFonts(QFont()), theme().raised)
        painter.end()
        return picture

    return paint


@pytest.mark.parametrize(
    "change", [{"high": 3}, {"labels": "ABCDEFGH"}, {"raw": 0.9}, {"raw": math.nan}, {"y": 7.5}, {"ratio": 1.5}]
)
def test_bars_that_were_painted_before_look_as_new_ones(paint: Paint, change: dict[str, object]) -> None:
    bars = Bars()
    before = paint(bars)
    assert paint(bars, **change) == paint(Bars(), **change)
    assert paint(bars, **change) != before
    assert paint(bars) == before


def test_bars_follow_the_look(paint: Paint, qapp: QApplication) -> None:
    bars = Bars()
    dark = paint(bars)
    apply_style(qapp, "light")
    light = paint(bars)
    apply_style(qapp, "dark")
    assert light != dark
    assert paint(bars) == dark


def test_a_bar_is_as_long_as_its_probability(paint: Paint) -> None:
    picture = paint(Bars(), 4, raw=math.nan)
    colour = QColor(legible(COLOURS[EMOTIONS[4]], theme().ground)).rgb()
    groove = QColor(theme().ground).rgb()
    middle = [picture.pixel(x, 5 + 20 * 4 + 8) for x in range(picture.width())]
    filled, bare = middle.count(colour), middle.count(groove)
    assert filled / (filled + bare) == pytest.approx(0.8, abs=0.03)
