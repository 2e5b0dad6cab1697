"""What is measured in processes of their own: a cold start, the live window, and a core's own speed."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Final

from app.types import MienError

_ROOT: Final = Path(__file__).resolve().parents[2]
# One thread, by the names of the libraries that numpy may multiply with.
_ONE_THREAD: Final = dict.fromkeys(
    ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1"
)


def cold_start(provider: str, threads: int, seconds: float) -> dict[str, Any]:
    """Start a process that reads the demo live, and let it go on for ``seconds``.

    Returns:
        ``first_reading_s``, from the process's start on, and what ``app.bench.start`` tells of the time after it.

    Raises:
        MienError: it did not get that far.
    """
    began_s = time.monotonic()
    child = _child("app.bench.start", provider, str(threads), str(seconds))
    with child:
        assert child.stdout is not None
        child.stdout.readline()
        first_s = time.monotonic() - began_s
        out, err = child.communicate()
    return {"first_reading_s": first_s, **_told(child, out, err)}


def live_window(provider: str, threads: int, seconds: float) -> dict[str, Any]:
    """Return what ``app.ui.live_cost`` tells of so many seconds.

    Raises:
        MienError: it told nothing.
    """
    with _child("app.ui.live_cost", provider, str(threads), str(seconds)) as child:
        out, err = child.communicate()
    return _told(child, out, err)


def core_speed(rounds: int) -> dict[str, Any]:
    """Return what ``app.bench.core`` tells of one core.

    Raises:
        MienError: it told nothing.
    """
    with _child("app.bench.core", str(rounds), environment=_ONE_THREAD) as child:
        out, err = child.communicate()
    return _told(child, out, err)


def _child(module: str, *arguments: str, environment: dict[str, str] | None = None) -> subprocess.Popen[str]:
    # from a checkout the package is found only where its folder is told
    path = os.pathsep.join(part for part in (str(_ROOT), os.environ.get("PYTHONPATH", "")) if part)
    return subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": path, **(environment or {})},
    )


def _told(child: subprocess.Popen[str], out: str, err: str) -> dict[str, Any]:
    lines = [line for line in out.splitlines() if line.startswith("{")]
    if child.returncode != 0 or not lines:
        why = err.strip().splitlines()[-1] if err.strip() else f"exit status {child.returncode}"
        raise MienError(f"bench: a part that runs by itself ended early ({why}); try 'mien demo --headless'")
    told: dict[str, Any] = json.loads(lines[-1])
    return told
