"""The live view: the newest frame and what was read of it."""

from typing import Final

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.types import FrameResult, Image
from app.ui.layout import Rect, letterbox
from app.ui.overlay import paint_image, paint_pill, paint_readings, pill_size, to_qrect
from app.ui.style import GROUND, MUTED, TEXT
from app.ui.texts import Note

# below this scale bilinear sampling passes over whole pixels of the frame
_AVERAGE_BELOW: Final = 0.5
_NOTE_GROUND: Final = QColor("#14171c")


class LiveView(QWidget):
    """Shows one result at a time: whole, as large as fits, sharp at any scale of the screen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._result: FrameResult | None = None
        self._image = QImage()
        self._mirrored = False
        self._attention = True
        self._note: Note | None = None
        self.setAccessibleName("Live view")
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(240, 160)
        # it has the focus at the start, so that no button looks chosen
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    @property
    def result(self) -> FrameResult | None:
        """What is shown."""
        return self._result

    @property
    def note(self) -> Note | None:
        """What is said over the picture or in its place."""
        return self._note

    @property
    def attention(self) -> bool:
        """Whether attended regions are drawn."""
        return self._attention

    def show_result(self, result: FrameResult | None, *, mirrored: bool = False) -> None:
        """Show a result, mirrored or not; None shows the note alone."""
        self._result = result
        self._mirrored = mirrored
        self._image = QImage() if result is None else _to_qimage(result.frame.image)
        self.update()

    def set_attention(self, shown: bool) -> None:
        """Draw the attended regions or leave them out."""
        self._attention = shown
        self.update()

    def set_note(self, note: Note | None) -> None:
        """Say something over the picture or, where there is none, in its place; None says nothing."""
        if note != self._note:
            self._note = note
            self.setAccessibleDescription("" if note is None else f"{note.title} {note.hint}".strip())
            self.update()

    def sizeHint(self) -> QSize:
        """Return a size for frames of 16:9."""
        return QSize(960, 540)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the picture, what was read, and the note."""
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(self.rect(), QColor(GROUND))
        view = Rect(0, 0, self.width(), self.height())
        if self._result is None:
            self._paint_placeholder(painter, view)
        else:
            self._paint_result(painter, self._result, view)
            if self._note is not None:
                self._paint_chip(painter, self._note, view)
        painter.end()

    def _paint_result(self, painter: QPainter, result: FrameResult, view: Rect) -> None:
        frame_map = letterbox(self._image.width(), self._image.height(), view, mirrored=self._mirrored)
        image = self._image
        device_scale = frame_map.scale * self.devicePixelRatioF()
        if device_scale < _AVERAGE_BELOW:
            size = QSize(round(image.width() * device_scale), round(image.height() * device_scale))
            image = image.scaled(
                size.expandedTo(QSize(1, 1)),
                Qt.AspectRatioMode.IgnoreAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
        paint_image(painter, image, to_qrect(frame_map.target), mirrored=self._mirrored)
        paint_readings(painter, result.readings, frame_map, view, attention=self._attention)

    def _paint_placeholder(self, painter: QPainter, view: Rect) -> None:
        if self._note is None:
            return
        area = to_qrect(view.shrunk(24))
        middle = area.center().y()
        font = QFont(self.font())
        font.setPointSizeF(self.font().pointSizeF() * 1.6)
        painter.setFont(font)
        painter.setPen(QColor(TEXT))
        upper = QRectF(area.x(), area.y(), area.width(), middle - area.y())
        wrapped = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignHCenter
        painter.drawText(upper, wrapped | Qt.AlignmentFlag.AlignBottom, self._note.title)
        painter.setFont(self.font())
        painter.setPen(QColor(MUTED))
        lower = QRectF(area.x(), middle + 10, area.width(), area.bottom() - middle - 10)
        painter.drawText(lower, wrapped | Qt.AlignmentFlag.AlignTop, self._note.hint)

    def _paint_chip(self, painter: QPainter, note: Note, view: Rect) -> None:
        metrics = QFontMetricsF(self.font())
        text = " · ".join(part for part in note if part)
        text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, view.width - 48)
        width, height = pill_size(metrics, text)
        place = Rect((view.width - width) / 2, view.height - height - 16, width, height)
        painter.setFont(self.font())
        painter.setOpacity(0.9)
        paint_pill(painter, place, text, _NOTE_GROUND)
        painter.setOpacity(1.0)


def _to_qimage(image: Image) -> QImage:
    """Return an image (H, W, 3), BGR, in the format that Qt draws fastest; it owns its pixels.

    Converting each frame once costs half a millisecond at 720p and saves more than that in each drawing.
    """
    height, width = image.shape[:2]
    rows = np.ascontiguousarray(image)
    shared = QImage(rows.data, width, height, rows.strides[0], QImage.Format.Format_BGR888)
    return shared.convertToFormat(QImage.Format.Format_RGB32)
