"""The look: Qt's Fusion style in calm dark colours, and the icons."""

from typing import Final

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QImage, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from app.resources import assets_dir

TEXT: Final = "#e4e6ea"
MUTED: Final = "#b9c0ca"
GROUND: Final = "#14171c"
RECORDING: Final = "#ff7a6b"
_PLACES: Final = {
    QPalette.ColorRole.Window: "#1b1f26",
    QPalette.ColorRole.WindowText: TEXT,
    QPalette.ColorRole.Base: GROUND,
    QPalette.ColorRole.AlternateBase: "#20252e",
    QPalette.ColorRole.Text: TEXT,
    QPalette.ColorRole.PlaceholderText: "#8d95a1",
    QPalette.ColorRole.Button: "#262c36",
    QPalette.ColorRole.ButtonText: TEXT,
    QPalette.ColorRole.BrightText: "#ffffff",
    QPalette.ColorRole.ToolTipBase: "#20252e",
    QPalette.ColorRole.ToolTipText: TEXT,
    QPalette.ColorRole.Highlight: "#2f5675",
    QPalette.ColorRole.HighlightedText: "#ffffff",
    QPalette.ColorRole.Link: "#56b4e9",
}
# logical sizes times the usual scale factors
_ICON_PX: Final = (16, 20, 24, 32, 40, 48, 64, 128, 256)


def apply_style(application: QApplication) -> None:
    """Give the whole application its look.

    Raises:
        MienError: the assets are missing.
    """
    application.setStyle("Fusion")
    palette = QPalette()
    for role, colour in _PLACES.items():
        palette.setColor(role, QColor(colour))
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText, QPalette.ColorRole.WindowText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor("#8d95a1"))
    application.setPalette(palette)
    application.setStyleSheet((assets_dir() / "style.qss").read_text(encoding="utf-8"))
    application.setWindowIcon(icon("mien"))


def icon(name: str, colour: str = TEXT, checked: str = "") -> QIcon:
    """Return the icon ``assets/icons/NAME.svg`` with its ``currentColor`` set, and in another one where it is checked.

    Raises:
        MienError: the assets are missing.
    """
    source = (assets_dir() / "icons" / f"{name}.svg").read_text(encoding="utf-8")
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
