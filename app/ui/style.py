"""The look: Qt's Fusion style in calm dark or light colours, and the icons."""

import dataclasses
from dataclasses import dataclass
from string import Template
from typing import Final

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QImage, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from app.resources import assets_dir


@dataclass(frozen=True, slots=True)
class Theme:
    """The colours of the window, each ``#rrggbb``.

    Each of ``text``, ``muted`` and ``faint`` is told from every ground by a contrast of 4.5:1 at least, ``accent`` and
    ``danger`` by 3:1 (WCAG 2.2, 1.4.3 and 1.4.11); ``accent`` and ``danger`` also serve as text on the panel.

    Attributes:
        ground: behind the picture and the plots.
        panel: of the window.
        raised: of buttons and cards.
        field: of what is written into.
        hover: of a button below the mouse.
        pressed: of a button held down.
        border: around buttons, cards and fields.
        grid: lines of a plot and between parts of the window.
        text: of what is read.
        muted: of what is read second.
        faint: of what cannot be used now.
        accent: of what has the focus or is switched on.
        accent_ground: below what is switched on, and of messages.
        danger: of recording and of trouble.
        danger_ground: below it.
        selection: of the entry chosen.
    """

    ground: str
    panel: str
    raised: str
    field: str
    hover: str
    pressed: str
    border: str
    grid: str
    text: str
    muted: str
    faint: str
    accent: str
    accent_ground: str
    danger: str
    danger_ground: str
    selection: str


DARK: Final = Theme(
    ground="#14171c",
    panel="#1b1f26",
    raised="#262c36",
    field="#14171c",
    hover="#303845",
    pressed="#363e4c",
    border="#414b5a",
    grid="#2b313b",
    text="#e4e6ea",
    muted="#b9c0ca",
    faint="#a6aeb9",
    accent="#56b4e9",
    accent_ground="#1d3a52",
    danger="#ff8d80",
    danger_ground="#54201d",
    selection="#294d6a",
)
LIGHT: Final = Theme(
    ground="#e9ecf0",
    panel="#f6f7f9",
    raised="#ffffff",
    field="#ffffff",
    hover="#e6ebf1",
    pressed="#d8dfe8",
    border="#b9c1cc",
    grid="#d3d8df",
    text="#1b1f26",
    muted="#434b57",
    faint="#525b68",
    accent="#00669f",
    accent_ground="#d3e7f6",
    danger="#b3261e",
    danger_ground="#fbdfdb",
    selection="#b8d9f0",
)
# logical sizes times the usual scale factors
_ICON_PX: Final = (16, 20, 24, 32, 40, 48, 64, 128, 256)
_in_use = DARK


def theme() -> Theme:
    """Return the colours in use; they change while the program runs, so ask when painting."""
    return _in_use


def apply_style(application: QApplication, name: str = "system") -> None:
    """Give the whole application its look; icons made before keep their colour.

    Args:
        application: whose windows there may be already.
        name: ``dark``, ``light`` or ``system``, which is the desktop's choice now, and dark where it tells none.
            ``application.styleHints().colorSchemeChanged`` tells when the desktop's choice changes.

    Raises:
        MienError: the assets are missing.
    """
    global _in_use  # noqa: PLW0603 - one look an application, as its palette and style sheet
    hints = application.styleHints()
    # asks for window frames of the same kind, where the desktop can do that
    hints.setColorScheme(_SCHEMES[name])
    light = hints.colorScheme() is Qt.ColorScheme.Light if name == "system" else name == "light"
    _in_use = LIGHT if light else DARK
    application.setStyle("Fusion")
    application.setPalette(_palette(_in_use))
    assets = assets_dir()
    sheet = Template((assets / "style.qss").read_text(encoding="utf-8"))
    marks = assets / "icons" / ("light" if light else "dark")
    application.setStyleSheet(sheet.substitute(dataclasses.asdict(_in_use), marks=marks.as_posix()))
    application.setWindowIcon(icon("mien"))


def icon(name: str, colour: str = "", checked: str = "") -> QIcon:
    """Return the icon ``assets/icons/NAME.svg`` with its ``currentColor`` set.

    Args:
        name: of the file, without its ending.
        colour: ``#rrggbb``; empty for that of the theme's text.
        checked: the colour where the button is checked; empty for the same.

    Raises:
        MienError: the assets are missing.
    """
    source = (assets_dir() / "icons" / f"{name}.svg").read_text(encoding="utf-8")
    colour = colour or _in_use.text
    made = QIcon()
    for state, chosen in ((QIcon.State.Off, colour), (QIcon.State.On, checked or colour)):
        renderer = QSvgRenderer(QByteArray(source.replace("currentColor", chosen).encode()))
        for side in _ICON_PX:
            image = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
            image.fill(Qt.GlobalColor.transparent)
            painter = QPainter(image)
            renderer.render(painter, QRectF(0, 0, side, side))
            painter.end()
            made.addPixmap(QPixmap.fromImage(image), QIcon.Mode.Normal, state)
    return made


_SCHEMES: Final = {
    "system": Qt.ColorScheme.Unknown,
    "dark": Qt.ColorScheme.Dark,
    "light": Qt.ColorScheme.Light,
}


def _palette(colours: Theme) -> QPalette:
    role = QPalette.ColorRole
    places = {
        role.Window: colours.panel,
        role.WindowText: colours.text,
        role.Base: colours.field,
        role.AlternateBase: colours.raised,
        role.Text: colours.text,
        role.PlaceholderText: colours.faint,
        role.Button: colours.raised,
        role.ButtonText: colours.text,
        role.BrightText: colours.danger,
        role.ToolTipBase: colours.raised,
        role.ToolTipText: colours.text,
        role.Highlight: colours.selection,
        role.HighlightedText: colours.text,
        role.Accent: colours.accent,
        role.Link: colours.accent,
        role.LinkVisited: colours.accent,
        role.Light: colours.hover,
        role.Midlight: colours.hover,
        role.Mid: colours.border,
        role.Dark: colours.border,
    }
    palette = QPalette()
    for place, colour in places.items():
        palette.setColor(place, QColor(colour))
    for place in (role.Text, role.ButtonText, role.WindowText, role.HighlightedText):
        palette.setColor(QPalette.ColorGroup.Disabled, place, QColor(colours.faint))
    return palette
