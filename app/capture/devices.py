"""The cameras of this machine, by name."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

# isort: off
# before the other, which imports OpenCV, too, and would not say what it lacks
from app.cv import cv2
from cv2_enumerate_cameras import enumerate_cameras

# isort: on
from app.types import SourceError

# One back end a platform: an index means a different camera in another one.
CAMERA_BACKEND: Final = {"linux": cv2.CAP_V4L2, "win32": cv2.CAP_DSHOW, "darwin": cv2.CAP_AVFOUNDATION}.get(
    sys.platform, cv2.CAP_ANY
)


# Width and height in pixels that cameras usually offer; OpenCV cannot list what one does. It grants the nearest it has.
RESOLUTIONS: Final = ((640, 480), (1280, 720), (1920, 1080), (3840, 2160))


class NoCameraError(SourceError):
    """No camera is connected."""


@dataclass(frozen=True, slots=True)
class Camera:
    """A camera that is connected.

    Attributes:
        index: what ``CAMERA_BACKEND`` opens it by; it may change when cameras come and go.
        name: what its maker calls it; two cameras may share it.
        path: its device node on Linux, an identifier of the system elsewhere, or empty.
        identity: stays the same over reconnecting and restarting, where the system has such a thing.
    """

    index: int
    name: str
    path: str
    identity: str


def list_cameras() -> list[Camera]:
    """The connected cameras that deliver images, by index, each once."""
    found = sorted(enumerate_cameras(CAMERA_BACKEND), key=lambda info: int(info.index))
    cameras: dict[str, Camera] = {}
    for info in found:
        path = info.path or ""
        camera = Camera(int(info.index), info.name or f"camera {info.index}", path, _identity(path))
        cameras.setdefault(_hardware(camera), camera)
    return list(cameras.values())


def find_camera(spec: str) -> Camera | None:
    """The camera that the user means.

    Args:
        spec: an index, an identity, a device node, or a part of a name in any case. Empty: the first camera.

    Returns:
        The camera, or None where none fits.

    Raises:
        NoCameraError: the first camera was asked for, and there is none.
        SourceError: several cameras fit.
    """
    cameras = list_cameras()
    if not spec:
        if not cameras:
            raise NoCameraError("no camera is connected: connect one, or name a video, a folder of images or a URL")
        return cameras[0]
    if spec.isdecimal():
        # not as numbers, which may have too many digits
        return next((camera for camera in cameras if str(camera.index) == (spec.lstrip("0") or "0")), None)
    exact = [camera for camera in cameras if spec in (camera.identity, camera.path, camera.name)]
    fitting = exact or [camera for camera in cameras if spec.casefold() in camera.name.casefold()]
    if len(fitting) > 1:
        raise SourceError(f"several cameras are called {spec!r}: {describe(fitting)}; give the index of one")
    return fitting[0] if fitting else None


def describe(cameras: list[Camera]) -> str:
    """The cameras in one line: ``0 (Integrated Camera), 2 (C920)``, or ``none``."""
    return ", ".join(f"{camera.index} ({camera.name})" for camera in cameras) or "none"


def _identity(path: str) -> str:
    """The name that udev gives the device node for good (by serial number, else by socket), else the path itself."""
    for folder in (Path("/dev/v4l/by-id"), Path("/dev/v4l/by-path")):
        if path and folder.is_dir():
            for link in sorted(folder.iterdir()):
                if link.resolve() == Path(path).resolve():
                    return str(link)
    return path


def _hardware(camera: Camera) -> str:
    """What nodes of the same camera share: Linux may give one camera several nodes, on one interface of the device."""
    interface = Path("/sys/class/video4linux") / Path(camera.path).name / "device"
    if camera.path.startswith("/dev/") and interface.exists():
        return str(interface.resolve())
    return camera.path or str(camera.index)
