"""The live view: the newest frame and what was read of it."""

from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QCursor, QFont, QFontMetricsF, QImage, QMouseEvent, QPainter, QPaintEvent, QRegion
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.types import FrameResult
from app.ui.language import translate
from app.ui.layout import FrameMap, Rect, letterbox, smallest_at
from app.ui.overlay import colour_image, paint_image, paint_pill, paint_readings, pill_size, to_qrect
from app.ui.style import theme
from app.ui.texts import Note
from app.vision.veil import Veil, pixelate

# below this scale bilinear sampling passes over whole pixels of the frame
_AVERAGE_BELOW: Final = 0.5
_NOTE_GROUND: Final = QColor("#14171c")


class LiveView(QWidget):
    """Shows one result at a time: whole, as large as fits, sharp at any scale of the screen."""

    face_clicked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._result: FrameResult | None = None
        self._image = QImage()
        self._mirrored = False
        self._attention = True
        self._blurred = False
        self._veil = Veil()
        self._followed: int | None = None
        self._note: Note | None = None
        self.setAccessibleName(translate("Mien", "Live view"))
        self.setMouseTracking(True)
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
        if result is None:
            self._veil.forget()
        self._make_image()
        if self.underMouse():
            self._point_at(QPointF(self.mapFromGlobal(QCursor.pos())))
        self.update()

    def set_attention(self, shown: bool) -> None:
        """Draw the attended regions or leave them out."""
        self._attention = shown
        self.update()

    def set_blur(self, blurred: bool) -> None:
        """Draw all faces so coarse that nobody is recognised, or as they are."""
        if blurred != self._blurred:
            self._blurred = blurred
            self._make_image()
            self.update()

    def set_followed(self, track: int | None) -> None:
        """Mark the face with that number; None marks none."""
        if track != self._followed:
            self._followed = track
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

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Tell which face was pressed; at once, for a face may have moved on when the button is let go."""
        track = self._face_at(event.position()) if event.button() is Qt.MouseButton.LeftButton else None
        if track is None:
            super().mousePressEvent(event)
        else:
            self.face_clicked.emit(track)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show a hand over a face."""
        self._point_at(event.position())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the picture, what was read, and the note."""
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        view = Rect(0, 0, self.width(), self.height())
        bare = QRegion(self.rect())
        if self._result is not None:
            # what the picture covers whole; to paint it twice takes a tenth of what the picture takes
            bare -= QRegion(to_qrect(self._map().target).toRect().adjusted(1, 1, -1, -1))
        painter.setClipRegion(bare)
        painter.fillRect(self.rect(), QColor(theme().ground))
        painter.setClipping(False)
        if self._result is None:
            self._paint_placeholder(painter, view)
        else:
            self._paint_result(painter, self._result, view)
            if self._note is not None:
                self._paint_chip(painter, self._note, view)
        painter.end()

    def _make_image(self) -> None:
        """Make the picture; a blurred one holds the found faces no more, so that none is drawn by mistake."""
        if self._result is None:
            self._image = QImage()
            return
        pixels = self._result.frame.image
        # remembered also while faces are shown, so that the first blurred frame hides those just lost
        boxes = self._veil.boxes(self._result)
        if self._blurred:
            pixels = pixels.copy()
            pixelate(pixels, boxes)
        self._image = colour_image(pixels)

    def _map(self) -> FrameMap:
        view = Rect(0, 0, self.width(), self.height())
        return letterbox(self._image.width(), self._image.height(), view, mirrored=self._mirrored)

    def _face_at(self, point: QPointF) -> int | None:
        """Return the number of the face at a point of the widget."""
        if self._result is None:
            return None
        frame_map = self._map()
        boxes = [frame_map.rect(reading.face.box) for reading in self._result.readings]
        index = smallest_at(boxes, point.x(), point.y())
        return None if index is None else self._result.readings[index].track

    def _point_at(self, point: QPointF) -> None:
        over = self._face_at(point) is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)

    def _paint_result(self, painter: QPainter, result: FrameResult, view: Rect) -> None:
        frame_map = self._map()
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
        paint_readings(
            painter,
            result.readings,
            frame_map,
            view,
            attention=self._attention,
            followed=self._followed,
            blurred=self._blurred,
        )

    def _paint_placeholder(self, painter: QPainter, view: Rect) -> None:
        if self._note is None:
            return
        area = to_qrect(view.shrunk(24))
        middle = area.center().y()
        font = QFont(self.font())
        font.setPointSizeF(self.font().pointSizeF() * 1.6)
        painter.setFont(font)
        painter.setPen(QColor(theme().text))
        upper = QRectF(area.x(), area.y(), area.width(), middle - area.y())
        wrapped = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignHCenter
        painter.drawText(upper, wrapped | Qt.AlignmentFlag.AlignBottom, self._note.title)
        painter.setFont(self.font())
        painter.setPen(QColor(theme().muted))
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
