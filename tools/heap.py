"""What malloc has given out, which tells memory that is used from memory that is only kept."""

import ctypes
import sys


class _MallInfo2(ctypes.Structure):
    """malloc.h: ``struct mallinfo2``, of glibc 2.33 and later; all are bytes or counts."""

    _fields_ = (
        ("arena", ctypes.c_size_t),
        ("ordblks", ctypes.c_size_t),
        ("smblks", ctypes.c_size_t),
        ("hblks", ctypes.c_size_t),
        ("hblkhd", ctypes.c_size_t),
        ("usmblks", ctypes.c_size_t),
        ("fsmblks", ctypes.c_size_t),
        ("uordblks", ctypes.c_size_t),
        ("fordblks", ctypes.c_size_t),
        ("keepcost", ctypes.c_size_t),
    )


def heap_mib() -> float | None:
    """Return what malloc has given out and not been given back, in MiB; None where the C library does not tell."""
    if sys.platform != "linux" or (mallinfo2 := getattr(ctypes.CDLL(None), "mallinfo2", None)) is None:
        return None
    mallinfo2.restype = _MallInfo2
    found = mallinfo2()
    # the second is what was too large for the heap and has a mapping of its own
    return float(found.uordblks + found.hblkhd) / 2**20
