"""What this machine is, and what of it this process uses."""

import os
import platform
import sys
from pathlib import Path
from typing import Final

_CPUINFO: Final = Path("/proc/cpuinfo")
_STATUS: Final = Path("/proc/self/status")


def describe_machine() -> dict[str, str | int]:
    """Return ``cpu``, ``cores`` that this process may use, and ``system``."""
    return {"cpu": _cpu_name(), "cores": _cores(), "system": platform.platform(terse=True)}


def resident_mib() -> float | None:
    """Return the memory that this process holds by now, in MiB; None where the system is not Linux."""
    for line in _lines(_STATUS):
        name, _, value = line.partition(":")
        if name == "VmRSS":
            return int(value.split()[0]) / 1024
    return None


def _cores() -> int:
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _cpu_name() -> str:
    for line in _lines(_CPUINFO):
        name, _, value = line.partition(":")
        if name.strip() == "model name":
            return value.strip()
    return platform.processor() or platform.machine()


def _lines(path: Path) -> list[str]:
    """Return the lines of one of Linux's own files; none on other systems."""
    try:
        return path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
