"""The video of a session: each picture at its own time, in a file that survives the program's death.

A Matroska file of JPEG pictures (MJPG): each is complete by itself, so that a killed recording is readable up to its
last picture or two, and a search decodes no other than the one that it finds. A camera's frames come at uneven times,
and some are left out. So the pictures are stamped with the session's ``t_s``, exact to half a millisecond, and none is
repeated to make up a constant rate: OpenCV's writer takes the time stamps of pictures that are encoded already. It
counts them in milliseconds, so that the file names 1000 frames/s as its rate; the time stamps are what counts.
"""

import math
from collections import deque
from pathlib import Path
from typing import Final

import numpy as np

from app.cv import cv2
from app.session.folder import check_video_name
from app.types import Image, PictureError, RecordingError

_TICKS_PER_S: Final = 1000.0
_JPEG_QUALITY: Final = 85
_MJPG: Final = cv2.VideoWriter.fourcc(*"MJPG")
# OpenCV's search goes by picture numbers, taken at the rate that it is told, and lands up to 48 pictures late.
_SEARCH_BACK_S: Final = 2.0
# FFmpeg keeps 256 KiB and a picture back before it writes; twice that, and more
_KEPT_BACK: Final = 1_000_000


class VideoWriter:
    """Writes a video; used by one thread.

    Args:
        path: where nothing is yet; ``.mkv``.

    Attributes:
        frames: written; once closed, those for which there was room on the disk.

    Raises:
        RecordingError: its name is none for a video.
    """

    def __init__(self, path: Path) -> None:
        check_video_name(path)
        self.frames = 0
        self._path = path
        self._writer = cv2.VideoWriter()
        self._size: tuple[int, int] | None = None
        self._last_tick = -1
        # bytes: of all pictures, of the largest, and of all up to each one that may not be in the file yet
        self._given = 0
        self._largest = 0
        self._unsure: deque[int] = deque()

    def write(self, image: Image, t_s: float) -> None:
        """Write one picture.

        Args:
            image: uint8 (H, W, 3), BGR. One of another size than the first is fitted into that, with black edges.
            t_s: when to show it, seconds of the video; where that is not later than the last, a millisecond later.

        Raises:
            PictureError: the picture is too large for any.
            RecordingError: the video cannot be made.
        """
        height, width = image.shape[:2]
        if self._size is not None and self._size != (width, height):
            image = _fitted(image, self._size)
        made, jpeg = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])
        if not made:
            raise PictureError(
                f"{self._path}: pictures of {width} x {height} are too large for a video; record without video"
            )
        if self._size is None:
            self._open(width, height)
        self._last_tick = max(round(t_s * _TICKS_PER_S), self._last_tick + 1)
        self._writer.set(cv2.VIDEOWRITER_PROP_PTS, self._last_tick)
        self._writer.set(cv2.VIDEOWRITER_PROP_KEY_FLAG, 1)
        self._writer.write(jpeg.reshape(1, -1))
        self.frames += 1
        self._given += jpeg.size
        self._largest = max(self._largest, jpeg.size)
        self._unsure.append(self._given)

    def check(self) -> None:
        """See whether the pictures reach the file: OpenCV does not tell when the disk refuses what it writes.

        Raises:
            RecordingError: they do not.
        """
        if self._given - self._settle() > _KEPT_BACK + 2 * self._largest:
            raise RecordingError(f"{self._path}: recording stopped, cannot write the video; what was written is kept")

    def close(self) -> None:
        """End the file; a second time does nothing.

        Raises:
            RecordingError: the disk has not taken all pictures. The file is ended all the same.
        """
        self._writer.release()
        self._settle()
        if self._unsure:
            given, self.frames = self.frames, self.frames - len(self._unsure)
            self._unsure.clear()
            raise RecordingError(
                f"{self._path}: the disk took only {self.frames} of {given} pictures of the video; all else is recorded"
            )

    def _settle(self) -> int:
        """Take note of the pictures for which the file is large enough; return its size, bytes."""
        try:
            size = self._path.stat().st_size
        except OSError:
            size = 0
        while self._unsure and self._unsure[0] <= size:
            self._unsure.popleft()
        return size

    def _open(self, width: int, height: int) -> None:
        self._size = (width, height)
        raw = [cv2.VIDEOWRITER_PROP_RAW_VIDEO, 1]
        if not self._writer.open(str(self._path), cv2.CAP_FFMPEG, _MJPG, _TICKS_PER_S, self._size, raw):
            raise RecordingError(f"{self._path}: the video cannot be written; record without it, or elsewhere")


class VideoReader:
    """Gives the picture of any moment; used by one thread.

    Args:
        path: what ``VideoWriter`` wrote, whole or cut short.

    Attributes:
        since_s: when the picture last asked for begins to be shown, seconds of the video; -inf before the first.

    Raises:
        RecordingError: there is no such video in it, or its name is none for a video.
    """

    def __init__(self, path: Path) -> None:
        check_video_name(path)
        self._path = path
        self.since_s = -math.inf
        # the last picture before the place of reading, encoded, and the time of the one after it
        self._packet: Image | None = None
        self._next_s = math.inf
        self._open()
        # nothing to search by in a file that was cut short: it has no index
        self._end_s = self._capture.get(cv2.CAP_PROP_FRAME_COUNT) / _TICKS_PER_S

    def at(self, t_s: float) -> Image | None:
        """Return the picture that is shown at ``t_s``, uint8 (H, W, 3), BGR.

        None before the first, and where the picture is damaged, as power failures leave it.
        """
        until_s = t_s + 0.5 / _TICKS_PER_S
        if self._end_s > 0:
            if not self.since_s <= until_s <= self._next_s + _SEARCH_BACK_S:
                self._search(min(until_s, self._end_s))
        elif until_s < self.since_s:
            self._open()
        while self._next_s <= until_s:
            got, packet = self._capture.retrieve()
            self._packet, self.since_s = np.asarray(packet, np.uint8) if got else None, self._next_s
            self._grab()
        return None if self._packet is None else _decoded(self._packet.ravel())

    def close(self) -> None:
        """Close the file."""
        self._capture.release()

    def _open(self) -> None:
        # packets as they are, so that only pictures that are shown are decoded
        encoded = [cv2.CAP_PROP_FORMAT, -1]
        self._capture = cv2.VideoCapture(str(self._path), cv2.CAP_FFMPEG, encoded)
        self._packet, self.since_s = None, -math.inf
        self._grab()
        if self._next_s == math.inf:
            raise RecordingError(f"{self._path}: no video that can be read")

    def _search(self, until_s: float) -> None:
        """Go to a place not after ``until_s``, and not long before."""
        from_s = until_s
        self._packet, self.since_s, self._next_s = None, -math.inf, math.inf
        while self._next_s > until_s and from_s > 0:
            from_s = max(0.0, from_s - _SEARCH_BACK_S)
            self._capture.set(cv2.CAP_PROP_POS_MSEC, from_s * 1000)
            self._grab()

    def _grab(self) -> None:
        grabbed = self._capture.grab()
        self._next_s = self._capture.get(cv2.CAP_PROP_POS_MSEC) / 1000 if grabbed else math.inf


def _decoded(jpeg: Image) -> Image | None:
    """Return the picture uint8 (H, W, 3) of an encoded one (N,); None where it is damaged."""
    try:
        image = cv2.imdecode(jpeg, cv2.IMREAD_COLOR)
    except cv2.error:  # no bytes, or a size beyond all measure
        return None
    return None if image is None else np.asarray(image, np.uint8)


def _fitted(image: Image, size: tuple[int, int]) -> Image:
    """Return ``image`` as large as fits into ``size`` (width, height), in the middle of black."""
    width, height = size
    scale = min(width / image.shape[1], height / image.shape[0])
    inner = (max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale)))
    left, top = (width - inner[0]) // 2, (height - inner[1]) // 2
    fitted = np.zeros((height, width, 3), np.uint8)
    fitted[top : top + inner[1], left : left + inner[0]] = cv2.resize(image, inner, interpolation=cv2.INTER_AREA)
    return fitted
