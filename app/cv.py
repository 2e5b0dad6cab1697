"""The one place that imports OpenCV.

OpenCV and the FFmpeg in it write to stderr on their own, a failed open for instance, with URLs and their passwords in
it; Mien says what failed itself, so both are silent unless the user's environment asks for them.
"""

import os

from app.types import MienError

os.environ.setdefault("OPENCV_LOG_LEVEL", "SILENT")
os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")  # AV_LOG_QUIET
# Seconds until a camera that sends nothing is given up; OpenCV waits ten.
os.environ.setdefault("OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT", "5")

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
if os.environ.get("OPENCV_FOR_THREADS_NUM"):
    cv2.setNumThreads(-1)

# A build with windows of its own, where another package has brought one, has pointed Qt at its own plugins and fonts.
os.environ.pop("QT_QPA_PLATFORM_PLUGIN_PATH", None)
os.environ.pop("QT_QPA_FONTDIR", None)

__all__ = ["cv2"]
