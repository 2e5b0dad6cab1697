"""Images: one, or a folder of them."""

import logging
import os
import re
from pathlib import Path
from typing import Final

import numpy as np

from app.capture.avif import upright
from app.capture.source import SourceKind
from app.cv import cv2
from app.types import Frame, Image, SourceError

_log = logging.getLogger(__name__)

IMAGE_SUFFIXES: Final = frozenset(
    {".avif", ".bmp", ".dib", ".exr", ".gif", ".hdr", ".heic", ".heif", ".jfif", ".jp2", ".jpe", ".jpeg", ".jpg"}
    | {".pbm", ".pgm", ".png", ".pnm", ".ppm", ".tif", ".tiff", ".webp"}
)

# OpenCV counts an encoded image's bytes in 32 bits.
_MOST_BYTES: Final = 2**31 - 1


def read_image(path: Path) -> Image:
    """An image file as uint8 (H, W, 3) BGR, upright as it says itself; of a moving one the first frame.

    Raises:
        SourceError: it is missing, may not be read, is too large, or is no image in a format OpenCV knows.
    """
    too_large = f"{path.name}: too large for an image, or for the memory here; give a smaller one"
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise SourceError(too_large)
        # Not cv2.imread: on Windows it knows no names outside the system's code page.
        data = np.fromfile(path, np.uint8)
        image = cv2.imdecode(data, cv2.IMREAD_COLOR) if data.size else None
    except OSError as error:
        raise SourceError(f"{path.name}: cannot be read: {error.strerror}") from error
    except MemoryError as error:
        raise SourceError(too_large) from error
    except cv2.error as error:
        if error.code == cv2.Error.StsNoMem:
            raise SourceError(too_large) from error
        # more pixels than OpenCV's limit of 2^30, or a format this build has switched off
        image = None
    if image is None:
        raise SourceError(f"{path.name}: not an image that can be read; JPEG, PNG, WebP, TIFF and BMP are")
    return upright(np.asarray(image, np.uint8), data.data)


def images_in(folder: Path) -> list[Path]:
    """The image files of a folder, not of the folders in it, in natural order: ``2.jpg`` before ``10.jpg``.

    Raises:
        SourceError: the folder may not be read, or holds no image.
    """
    try:
        paths = [
            path
            for path in folder.iterdir()
            # not path.is_file(), which raises where a link leads to where the user may not go
            if path.suffix.lower() in IMAGE_SUFFIXES and not path.name.startswith(".") and os.path.isfile(path)  # noqa: PTH113
        ]
    except OSError as error:
        raise SourceError(f"{folder}: cannot be read: {error.strerror}") from error
    if not paths:
        raise SourceError(
            f"{folder}: no images in this folder; give one that holds JPEG or PNG files, or videos to 'mien analyze'"
        )
    return sorted(paths, key=_natural)


class StillsSource:
    """Images one after the other, 1 s each.

    Attributes:
        name: the file's or the folder's name.
        kind: ``stills``.
        identity: empty.
        live: False.
        stills: True.
        fps: None.
        paths: the files; a frame's ``index`` is its place here.
    """

    kind: SourceKind = "stills"
    identity = ""
    live = False
    stills = True
    fps: float | None = None

    def __init__(self, path: Path) -> None:
        """Take an image, or the images of a folder. A single image is decoded here, so that what is none fails here.

        Raises:
            SourceError: not an image that can be read, or a folder without one.
        """
        self.name = path.resolve().name or str(path)
        self.paths = images_in(path) if path.is_dir() else [path]
        self._only = None if path.is_dir() else read_image(path)
        self._index = 0
        self._read = 0
        self._closed = False

    def read(self) -> Frame | None:
        """The next image that can be read; None after the last. One that cannot is logged and skipped.

        Raises:
            SourceError: none of the images could be read.
        """
        while self._index < len(self.paths) and not self._closed:
            index = self._index
            self._index += 1
            image = self._decode(self.paths[index])
            if image is not None:
                self._read += 1
                return Frame(index, float(index), image)
        if not self._read and not self._closed:
            raise SourceError(f"{self.name}: none of the {len(self.paths)} images in this folder can be read")
        return None

    def close(self) -> None:
        """Give no more images."""
        self._closed = True

    def _decode(self, path: Path) -> Image | None:
        """The image (H, W, 3), or None, and a warning, where a file of a folder cannot be read."""
        if self._only is not None:
            return self._only
        try:
            return read_image(path)
        except SourceError as error:
            _log.warning("%s; skipped", error)
            return None


def _natural(path: Path) -> tuple[list[str | int], str]:
    """A key that sorts runs of digits as numbers. Text and number alternate, so that like meets like."""
    parts = re.split(r"(\d+)", path.name.casefold())
    return [int(part) if part.isdecimal() else part for part in parts], path.name
