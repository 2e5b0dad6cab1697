"""The picture of a session's video at the cursor."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.types import Image
from app.ui.language import translate
from app.ui.layout import Rect, letterbox
from app.ui.overlay import colour_image, to_qrect
from app.ui.style import theme


class PictureView(QWidget):
    """Shows a picture whole and as large as fits, or says why there is none."""

    def __init__(self) -> None:
        super().__init__()
        self._image = QImage()
        self._said = ""
        self.setAccessibleName(translate("Mien", "Video"))
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(240, 160)

    @property
    def image(self) -> QImage:
        """What is shown; null where nothing is."""
        return self._image

    @property
    def said(self) -> str:
        """What is said in the picture's place."""
        return self._said

    def show_picture(self, image: Image | None) -> None:
        """Show a picture, uint8 (H, W, 3), BGR; None says that there is none yet."""
        if image is None:
            self.say(translate("Mien", "The video has no picture of this moment"))
        else:
            self._image, self._said = colour_image(image), ""
            self.update()

    def say(self, text: str) -> None:
        """Say a line in the picture's place."""
        self._image, self._said = QImage(), text
        self.setAccessibleDescription(text)
        self.update()

    def sizeHint(self) -> QSize:
        """Return a size for pictures of 16:9."""
        return QSize(640, 360)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the picture, or the line."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(self.rect(), QColor(theme().ground))
        if self._image.isNull():
            painter.setPen(QColor(theme().muted))
            middle = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect().adjusted(24, 24, -24, -24), middle, self._said)
        else:
            view = Rect(0, 0, self.width(), self.height())
            place = letterbox(self._image.width(), self._image.height(), view).target
            painter.drawImage(to_qrect(place), self._image)
        painter.end()
