"""Icons for Windows and macOS, made of ``assets/icons/mien.svg``: ``python packaging/icons.py OUT.ico OUT.icns``."""

import os
import sys
from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import Image

_SVG: Final = Path(__file__).resolve().parent.parent / "assets" / "icons" / "mien.svg"
# By file suffix, in pixels. ICO: what Windows shows from a list of files to its largest tiles. ICNS: Apple's icon set,
# 16 to 512 pt at two pixels a point.
SIZES_PX: Final = {".ico": (16, 24, 32, 48, 64, 128, 256), ".icns": (32, 64, 128, 256, 512, 1024)}


def write_icon(path: Path) -> None:
    """Write Mien's icon as ICO or ICNS, by the suffix of ``path``; each size is drawn, none is scaled.

    Raises:
        KeyError: another suffix.
        OSError: the file cannot be written.
    """
    sizes = SIZES_PX[path.suffix]
    *smaller, largest = (_drawn(size) for size in sizes)
    largest.save(path, append_images=smaller, sizes=[(size, size) for size in sizes])


def _drawn(size_px: int) -> Image.Image:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import QBuffer, QIODevice, Qt
    from PySide6.QtGui import QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    canvas = QImage(size_px, size_px, QImage.Format.Format_ARGB32)
    canvas.fill(Qt.GlobalColor.transparent)
    painter = QPainter(canvas)
    QSvgRenderer(str(_SVG)).render(painter)
    painter.end()
    png = QBuffer()
    png.open(QIODevice.OpenModeFlag.WriteOnly)
    canvas.save(png, "PNG")  # type: ignore[call-overload]
    return Image.open(BytesIO(png.data().data())).copy()


if __name__ == "__main__":
    for name in sys.argv[1:]:
        write_icon(Path(name))
