"""glibc's allocator, kept from growing with each thread that ever was."""

import ctypes
import sys
from collections.abc import Callable
from typing import Final

# malloc.h: the parameter of mallopt that limits the arenas
_M_ARENA_MAX: Final = -8
_ARENAS: Final = 2


def limit_arenas() -> None:
    """Let all threads share two arenas of the heap; call it before a source is opened.

    Every source brings threads of its own, those of its decoder among them. glibc gives each an arena, up to eight a
    core, and what has once been a frame in one of them is seldom given back: opening files one after the other took
    hundreds of MiB. Elsewhere than with glibc nothing is done.
    """
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
