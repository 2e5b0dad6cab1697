"""What the user names as SOURCE, opened."""

import logging
import os
import time
import unicodedata
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import Final
from urllib.parse import urlsplit

from app.addresses import text_without_secrets, without_secrets
from app.capture.camera import CameraSource
from app.capture.demo import DemoSource
from app.capture.devices import describe, find_camera, list_cameras
from app.capture.names import NO_TEXT, check_name, shown
from app.capture.source import Source
from app.capture.stills import IMAGE_SUFFIXES, StillsSource
from app.capture.stream import SCHEMES, StreamSource
from app.capture.video import VideoSource
from app.cv import cv2
from app.types import SourceError

_log = logging.getLogger(__name__)

DEMO: Final = "demo"
VIDEO_SUFFIXES: Final = frozenset(
    {".3gp", ".asf", ".avi", ".flv", ".gif", ".m2ts", ".m4v", ".mkv", ".mov", ".mp4", ".mpeg", ".mpg", ".mts", ".ts"}
    | {".mjpeg", ".mjpg", ".ogv", ".webm", ".wmv"}
)
# What a camera on the network calls its endless stream is a file only on disk.
_URL_FILE_SUFFIXES: Final = (VIDEO_SUFFIXES | IMAGE_SUFFIXES) - {".mjpeg", ".mjpg"}
# Windows names devices so: a camera's identity there looks like a path, and is none.
_WINDOWS_DEVICE: Final = "\\\\?\\"


def open_source(
    spec: str | None,
    *,
    width: int = 1280,
    height: int = 720,
    fps: float = 30.0,
    timeout_ms: int = 5000,
    loop_demo: bool = True,
    clock: Callable[[], float] = time.monotonic,
) -> Source:
    """Open what the user named.

    The first that fits: nothing (the first camera), a path that exists, ``demo``, a URL, a camera's index, a part of a
    camera's name or its identity. A camera's device node counts as the camera. A path that does not exist never opens
    one. Spaces around are left out unless a path is so called.

    Args:
        spec: SOURCE of the command line.
        width: pixels to ask a camera for.
        height: pixels to ask a camera for.
        fps: frames a second to ask a camera for.
        timeout_ms: how long a stream may be silent.
        loop_demo: whether ``demo`` starts over after a round.
        clock: seconds, monotonic; times the frames of live sources.

    Raises:
        NoCameraError: nothing was named, and there is no camera.
        SourceError: there is no such thing, or it cannot be opened.
    """
    if spec is not None and not _exists(spec):
        spec = spec.strip()
        if not spec:
            raise SourceError("SOURCE is empty; name a camera, a file, a folder, a URL or demo")
    spec = spec or ""
    path = Path(spec)
    exists = _exists(spec)
    if not exists and any(unicodedata.category(char) in NO_TEXT for char in spec):
        raise SourceError(f"{without_secrets(spec)}: there are control characters in it; name the source without them")
    if not exists and spec == "-":
        raise SourceError("-: Mien does not read its standard input; name a camera, a file, a folder, a URL or demo")
    is_device = exists and path.is_char_device()
    if exists and not is_device:
        return _open_path(path, timeout_ms)
    if spec.lower() == DEMO:
        return DemoSource(loop=loop_demo)
    if "://" in spec or spec.partition(":")[0].lower() in SCHEMES:
        return _open_url(spec, timeout_ms, clock)
    if spec.startswith("/dev/") and not exists:
        raise SourceError(f"{spec}: no such device now; connect it, or see 'mien cameras'")
    if not is_device and _looks_like_a_path(spec):
        raise SourceError(f"{text_without_secrets(spec)}: no such file or folder")
    camera = find_camera(str(path.resolve()) if is_device else spec)
    if camera is None:
        what = (
            f"{shown(spec)}: a device, and no camera"
            if is_device
            else f"no file, camera or URL {text_without_secrets(spec)!r}"
        )
        raise SourceError(f"{what}; cameras here: {describe(list_cameras())}; see 'mien cameras'")
    return CameraSource(camera, width=width, height=height, fps=fps, clock=clock)


def _exists(spec: str) -> bool:
    """Whether there is a file, a folder or a device of this name."""
    try:
        # Not Path.exists(), which raises on names longer than a file's may be; URLs are.
        return os.access(spec, os.F_OK)
    except ValueError:  # a NUL, or half of a character
        return False


def _open_path(path: Path, timeout_ms: int) -> Source:
    """Open a file or folder that exists. A GIF is taken for the moving one it mostly is."""
    suffix = path.suffix.lower()
    try:
        absolute = path.resolve()
    except OSError as error:
        raise SourceError(f"{path}: the current folder is gone; change to one that exists") from error
    if path.is_dir():
        return _open_folder(path)
    if not path.is_file():
        raise SourceError(f"{shown(path)}: neither a file, a folder nor a camera; save what it gives as a file first")
    if not os.access(path, os.R_OK):
        raise SourceError(f"{path.name}: cannot be read: permission denied")
    if suffix in IMAGE_SUFFIXES - VIDEO_SUFFIXES:
        return StillsSource(path)
    if suffix not in VIDEO_SUFFIXES:
        check_name(str(path))
        if cv2.haveImageReader(str(path)):
            return StillsSource(path)
    # Absolute, so that FFmpeg takes no part of the name before a colon for a protocol.
    return VideoSource(str(absolute), name=path.name, timeout_ms=timeout_ms)


def _open_folder(path: Path) -> Source:
    """Open a folder of images, and say so where there are videos beside them."""
    source = StillsSource(path)
    names = [name for name in os.listdir(path) if not name.startswith(".")]  # noqa: PTH208 - only the names
    videos = sum(Path(name).suffix.lower() in VIDEO_SUFFIXES - IMAGE_SUFFIXES for name in names)
    if videos:
        _log.warning("%s: %d videos beside images left out; name one to read it", path, videos)
    return source


def _open_url(url: str, timeout_ms: int, clock: Callable[[], float]) -> Source:
    """Open a stream, or, where the address is that of a file, every frame of the file."""
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise SourceError(f"{without_secrets(url)}: not a valid URL") from error
    if parts.scheme not in SCHEMES:
        raise SourceError(f"{without_secrets(url)}: only {', '.join(SCHEMES)} URLs can be read")
    # FFmpeg knows schemes in small letters only
    url = parts.scheme + url[len(parts.scheme) :]
    if parts.scheme.startswith("http") and PurePosixPath(parts.path).suffix.lower() in _URL_FILE_SUFFIXES:
        return VideoSource(url, name=without_secrets(url), timeout_ms=timeout_ms)
    return StreamSource(url, timeout_ms=timeout_ms, clock=clock)


def _looks_like_a_path(spec: str) -> bool:
    """Whether a name that does not exist was meant as a file's."""
    if spec.startswith(_WINDOWS_DEVICE):
        return False
    return "/" in spec or os.sep in spec or Path(spec).suffix.lower() in VIDEO_SUFFIXES | IMAGE_SUFFIXES
