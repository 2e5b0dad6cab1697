"""What Mien's own processes take for themselves, and leave as it is where Mien is a library."""

import os
import subprocess
import sys

import pytest

_THREADS = "from app.cv import cv2; print(cv2.getNumThreads())"
_COMMAND = (
    "import contextlib, io\n"
    "from app.cli import main\n"
    "with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):\n"
    "    main(['--version'])\n"
)


def _printed(program: str, **environment: str) -> str:
    kept = {name: value for name, value in os.environ.items() if name != "OPENCV_FOR_THREADS_NUM"}
    done = subprocess.run(
        [sys.executable, "-c", program], env=kept | environment, capture_output=True, text=True, timeout=60, check=True
    )
    return done.stdout.strip()


def test_a_command_of_miens_has_opencv_on_one_thread() -> None:
    assert _printed(_COMMAND + _THREADS) == "1"


def test_what_the_environment_says_of_it_is_kept() -> None:
    assert _printed(_COMMAND + _THREADS, OPENCV_FOR_THREADS_NUM="2") == "2"


def test_a_program_that_uses_mien_as_a_library_keeps_opencvs_threads() -> None:
    own = _printed("import cv2; print(cv2.getNumThreads())")
    if own == "1":
        pytest.skip("OpenCV has one thread here anyway")
    assert _printed("import app.vision.pipeline\n" + _THREADS) == own


def test_processes_that_a_command_starts_do_as_it_does() -> None:
    child = f"import subprocess, sys; print(subprocess.check_output([sys.executable, '-c', {_THREADS!r}], text=True))"
    assert _printed(_COMMAND + child) == "1"
