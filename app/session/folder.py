"""The folder of a session: whether it can be recorded into."""

import shutil
import tempfile
from pathlib import Path
from typing import Final

from app.session.schema import EVENTS, READINGS, SESSION, VIDEO
from app.types import RecordingError

# bytes free on the folder's disk, to begin with
LEAST_FREE: Final = 50_000_000


def prepare_folder(folder: Path, *, video: bool = False) -> None:
    """Make ``folder`` ready for a new session.

    Args:
        folder: for the session; it is made.
        video: with a video.

    Raises:
        RecordingError: it cannot be made or written, it holds a session already, its disk is nearly full, or its name
            is none for a video.
    """
    if video:
        check_video_name(folder)
    try:
        # by name: what a dangling link stands for is in the way, too
        present = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
        occupied = not present.isdisjoint((READINGS, EVENTS, SESSION, VIDEO))
        if not occupied:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                pass
        free = free_bytes(folder)
    except OSError as error:
        raise RecordingError(f"{folder}: cannot be written ({error.strerror or error}); give another folder") from error
    except ValueError as error:
        raise RecordingError(f"{str(folder)!r}: no folder's name ({error}); give another folder") from error
    if occupied:
        raise taken(folder)
    if free < LEAST_FREE:
        raise RecordingError(
            f"{folder}: only {free // 1_000_000} MB free on its disk, and a recording takes "
            f"{LEAST_FREE // 1_000_000} MB to begin with; make room or give another folder"
        )


def taken(folder: Path) -> RecordingError:
    """Return the error of a folder that holds a session."""
    return RecordingError(f"{folder}: holds a recorded session already; give another folder")


def check_video_name(path: Path) -> None:
    """See whether OpenCV may be given this name: one that is no valid UTF-8 crashes it, and the whole process with it.

    Raises:
        RecordingError: it may not.
    """
    try:
        str(path).encode()
    except UnicodeEncodeError as error:
        # fit to be printed
        shown = str(path).encode(errors="backslashreplace").decode()
        raise RecordingError(
            f"{shown}: its name is not valid UTF-8, which a video's must be; rename it, or give another folder"
        ) from error


def free_bytes(folder: Path) -> int:
    """Return the bytes that may still be written on the folder's disk.

    Raises:
        OSError: it cannot be asked.
    """
    return shutil.disk_usage(folder).free
