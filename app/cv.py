"""The one place that imports OpenCV.

OpenCV and the FFmpeg in it write to stderr on their own, a failed open for instance, with URLs and their passwords in
it; Mien says what failed itself, so both are silent unless the user's environment asks for them.
"""

import os

from app.types import MienError

for _name, _value in (
    ("OPENCV_LOG_LEVEL", "SILENT"),
    ("OPENCV_FFMPEG_LOGLEVEL", "-8"),  # AV_LOG_QUIET
    # Seconds until a camera that sends nothing is given up; OpenCV waits ten.
    ("OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT", "5"),
):
    # an empty one says as little as none, and OpenCV fails on it
    os.environ[_name] = os.environ.get(_name) or _value

_threads = os.environ.get("OPENCV_FOR_THREADS_NUM", "")
if not _threads:
    os.environ.pop("OPENCV_FOR_THREADS_NUM", None)
elif not _threads.isdecimal():
    raise MienError(f"OPENCV_FOR_THREADS_NUM is {_threads!r} in the environment; give a number, or unset it")

try:
    import cv2
except ImportError as error:
    # it is installed along with Mien; what lacks is a library of the system's that it is linked with
    raise MienError(
        f"OpenCV cannot be loaded here ({error}); install the system's libraries that README.md names"
    ) from error

# Too late in the environment where another library imported OpenCV before.
if os.environ["OPENCV_LOG_LEVEL"] == "SILENT":
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)

# Only on Linux does OpenCV ask for it by itself; -1 has it ask.
if _threads:
    cv2.setNumThreads(-1)

# A build with windows of its own, where another package has brought one, has pointed Qt at its own plugins and fonts.
os.environ.pop("QT_QPA_PLATFORM_PLUGIN_PATH", None)
os.environ.pop("QT_QPA_FONTDIR", None)

__all__ = ["cv2"]
