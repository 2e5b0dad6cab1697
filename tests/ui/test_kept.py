"""What is kept of a widget is what would be drawn now, wherever the widget lies on the screen."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter
from PySide6.QtWidgets import QApplication

from app.ui.kept import Kept
from app.ui.plot import Legend
from app.ui.style import apply_style, theme

PLACE = QRectF(10, 4, 60, 20)


def painted(draw: Callable[[QPainter], None], ratio: float = 1.0, at: float = 0.0, width: int = 100) -> QImage:
    """A widget that lies ``at`` logical pixels from the screen's left top, drawn."""
    picture = QImage(round(width * ratio), round(60 * ratio), QImage.Format.Format_RGB32)
    picture.setDevicePixelRatio(ratio)
    picture.fill(QColor("#204060"))
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(at, at)
    draw(painter)
    painter.end()
    return picture


def bar(painter: QPainter) -> None:
    painter.fillRect(PLACE.adjusted(5, 5, -5, -5), QColor("white"))


@pytest.mark.parametrize("ratio", [1.0, 1.25, 1.5, 2.0])
@pytest.mark.parametrize("at", [0.0, 3.0, 7.0])
def test_it_lies_where_it_would_be_drawn(qapp: QApplication, ratio: float, at: float) -> None:
    kept = Kept()
    for _ in range(2):
        copied = painted(lambda painter: kept.paint(painter, PLACE, "#204060", 0, bar), ratio, at)
        drawn = painted(bar, ratio, at)
        far = [
            (x, y)
            for x in range(drawn.width())
            for y in range(drawn.height())
            if abs(drawn.pixelColor(x, y).lightness() - copied.pixelColor(x, y).lightness()) > 3
        ]
        assert far == []


def test_it_is_drawn_again_only_where_something_is_not_as_it_was(qapp: QApplication) -> None:
    kept = Kept()
    drawn: list[int] = []

    def paint(kind: int = 0, ground: str = "#000000", place: QRectF = PLACE, *, ratio: float = 1, at: float = 0) -> int:
        painted(lambda painter: kept.paint(painter, place, ground, kind, lambda _: drawn.append(kind)), ratio, at)
        return len(drawn)

    assert [paint(), paint(), paint(1), paint(1), paint(1, "#ffffff")] == [1, 1, 2, 2, 3]
    assert [paint(1, "#ffffff", QRectF(10, 4, 61, 20)), paint(1, "#ffffff", QRectF(10, 4, 61, 20))] == [4, 4]
    # a widget that is moved by whole pixels of the screen looks the same there
    assert [paint(5, ratio=1.5), paint(5, ratio=1.5, at=2), paint(5, ratio=1.5, at=3)] == [5, 5, 6]


@pytest.mark.parametrize("name", ["dark", "light"])
def test_a_legend_painted_before_looks_as_a_new_one(qapp: QApplication, name: str) -> None:
    apply_style(qapp, "dark")

    def legend() -> Legend:
        return Legend(QFontMetricsF(qapp.font()), 600)

    def shown(legend: Legend, emphasised: int | None) -> QImage:
        def draw(painter: QPainter) -> None:
            painter.setFont(qapp.font())
            painter.fillRect(QRectF(0, 0, 640, 60), QColor(theme().ground))
            legend.paint(painter, 6, 4, emphasised)

        return painted(draw, width=640)

    old = legend()
    before = shown(old, None)
    apply_style(qapp, name)
    for emphasised in (3, 5, None):
        assert shown(old, emphasised) == shown(legend(), emphasised)
    assert (shown(old, None) == before) == (name == "dark")
    assert shown(old, 3) != shown(old, 5)
    apply_style(qapp, "dark")
