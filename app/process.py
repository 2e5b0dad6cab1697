"""What a process of Mien's own limits in the libraries it uses; a program that uses Mien decides that itself."""

import ctypes
import os
import sys
from collections.abc import Callable
from typing import Final

# malloc.h: the parameter of mallopt that limits the arenas
_M_ARENA_MAX: Final = -8
_ARENAS: Final = 2


def prepare() -> None:
    """Limit OpenCV's threads and the heap's arenas; call it before either is used.

    OpenCV's threads spin while they wait for their next share: reading 30 frames/s, they took a tenth of a core more
    than one thread does without them. Mien shares its work out in larger parts. Processes that are started from here
    do the same, and what the environment already says of ``OPENCV_FOR_THREADS_NUM`` is kept.

    Every source brings threads of its own, those of its decoder among them. glibc gives each an arena, up to eight a
    core, and what has once been a frame in one of them is seldom given back: opening files one after the other took
    hundreds of MiB. Elsewhere than with glibc nothing is done about that.
    """
    os.environ["OPENCV_FOR_THREADS_NUM"] = os.environ.get("OPENCV_FOR_THREADS_NUM") or "1"
    mallopt = _glibc("mallopt")
    if mallopt is not None:
        mallopt(_M_ARENA_MAX, _ARENAS)


def trim() -> None:
    """Give the system back what the heap holds unused, as a source has ended; elsewhere than with glibc nothing."""
    malloc_trim = _glibc("malloc_trim")
    if malloc_trim is not None:
        malloc_trim(0)


def _glibc(name: str) -> Callable[..., int] | None:
    """Return a function of glibc; None where another C library is, or another system."""
    return getattr(ctypes.CDLL(None), name, None) if sys.platform == "linux" else None
