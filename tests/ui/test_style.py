"""The look, dark and light."""

import re
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QIcon, QPalette
from PySide6.QtWidgets import QApplication

from app.palette import SEEN, contrast
from app.resources import assets_dir
from app.ui.style import DARK, LIGHT, Theme, apply_style, icon, theme

GROUNDS = (
    "ground",
    "panel",
    "raised",
    "field",
    "hover",
    "pressed",
    "accent_ground",
    "danger_ground",
    "selection",
)
TEXTS = ("text", "muted", "faint")
READ = 4.5


@pytest.fixture
def application(qapp: QApplication) -> Iterator[QApplication]:
    """The application, which gets its usual look back."""
    yield qapp
    apply_style(qapp)


@pytest.mark.parametrize("colours", [DARK, LIGHT], ids=["dark", "light"])
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("text", TEXTS)
def test_every_text_can_be_read_on_every_ground(colours: Theme, text: str, ground: str):
    if (text, ground) != ("faint", "selection"):  # what cannot be used is never chosen
        assert contrast(getattr(colours, text), getattr(colours, ground)) >= READ


@pytest.mark.parametrize("colours", [DARK, LIGHT], ids=["dark", "light"])
@pytest.mark.parametrize(
    ("text", "ground"),
    [
        ("accent", "panel"),
        ("accent", "raised"),
        ("accent", "field"),
        ("danger", "panel"),
        ("danger", "raised"),
        ("danger", "ground"),
        ("danger", "danger_ground"),
    ],
)
def test_coloured_text_can_be_read(colours: Theme, text: str, ground: str):
    assert contrast(getattr(colours, text), getattr(colours, ground)) >= READ


@pytest.mark.parametrize("colours", [DARK, LIGHT], ids=["dark", "light"])
@pytest.mark.parametrize("line", ["accent", "danger", "text"])
@pytest.mark.parametrize("ground", GROUNDS)
def test_what_marks_the_focus_is_seen_on_every_ground(colours: Theme, line: str, ground: str):
    assert contrast(getattr(colours, line), getattr(colours, ground)) >= SEEN


@pytest.mark.parametrize(("name", "colours"), [("dark", DARK), ("light", LIGHT)])
def test_a_theme_is_used_at_once(application: QApplication, name: str, colours: Theme):
    apply_style(application, name)
    assert theme() is colours
    assert application.palette().color(QPalette.ColorRole.Window) == QColor(colours.panel)
    assert colours.panel in application.styleSheet()


def test_every_colour_of_the_sheet_is_the_themes_own(application: QApplication):
    sheet = (assets_dir() / "style.qss").read_text(encoding="utf-8")
    assert not re.search(r"#[0-9a-fA-F]{6}\b|\brgb|(?<![-\w])(white|black)\b", sheet)
    apply_style(application, "light")
    assert "$" not in application.styleSheet()


@pytest.mark.parametrize(
    ("scheme", "colours"),
    [(Qt.ColorScheme.Light, LIGHT), (Qt.ColorScheme.Dark, DARK), (Qt.ColorScheme.Unknown, DARK)],
)
def test_the_systems_choice_is_followed_and_is_dark_where_it_tells_none(
    application: QApplication, monkeypatch: pytest.MonkeyPatch, scheme: Qt.ColorScheme, colours: Theme
):
    hints = type(application.styleHints())
    monkeypatch.setattr(hints, "colorScheme", lambda _self: scheme)
    apply_style(application, "system")
    assert theme() is colours


@pytest.mark.parametrize(("name", "colours"), [("dark", DARK), ("light", LIGHT)])
def test_icons_have_the_colour_of_the_text(application: QApplication, name: str, colours: Theme):
    apply_style(application, name)
    image = icon("stop").pixmap(64, 64).toImage()
    painted = {
        image.pixelColor(x, y).name()
        for x in range(image.width())
        for y in range(image.height())
        if image.pixelColor(x, y).alpha() == 255
    }
    assert painted == {colours.text}


def test_an_icon_may_change_its_colour_where_it_is_checked(application: QApplication):
    made = icon("record", checked="#ff0000")
    on = made.pixmap(64, 64, QIcon.Mode.Normal, QIcon.State.On).toImage()
    assert on != made.pixmap(64, 64, QIcon.Mode.Normal, QIcon.State.Off).toImage()
