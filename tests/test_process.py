"""What Mien's own processes take for themselves, and leave as it is where Mien is a library."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from app.__main__ import main as start

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


@pytest.mark.parametrize("program", [_COMMAND + _THREADS, "import app.vision.pipeline\n" + _THREADS])
def test_an_empty_number_in_the_environment_is_none(program: str) -> None:
    assert _printed(program, OPENCV_FOR_THREADS_NUM="", OPENCV_LOG_LEVEL="") == _printed(program)


def test_a_number_in_the_environment_that_is_none_is_one_line(repository: Path) -> None:
    done = subprocess.run(
        [sys.executable, "main.py", "analyze", "README.md", "--out", "nowhere"],
        cwd=repository,
        env=os.environ | {"OPENCV_FOR_THREADS_NUM": "two"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    told = "mien: OPENCV_FOR_THREADS_NUM is 'two' in the environment; give a number, or unset it\n"
    assert (done.returncode, done.stderr) == (2, told)


def test_a_program_that_uses_mien_as_a_library_keeps_opencvs_threads() -> None:
    own = _printed("import cv2; print(cv2.getNumThreads())")
    if own == "1":
        pytest.skip("OpenCV has one thread here anyway")
    assert _printed("import app.vision.pipeline\n" + _THREADS) == own


def test_processes_that_a_command_starts_do_as_it_does() -> None:
    child = f"import subprocess, sys; print(subprocess.check_output([sys.executable, '-c', {_THREADS!r}], text=True))"
    assert _printed(_COMMAND + child) == "1"


def test_ctrl_c_while_mien_is_still_being_loaded_is_a_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Interrupted:
        """Presses Ctrl-C once the command line is to be loaded."""

        def find_spec(self, name: str, *_: object) -> None:
            if name == "app.cli":
                signal.raise_signal(signal.SIGINT)

    before = signal.getsignal(signal.SIGINT)
    monkeypatch.delitem(sys.modules, "app.cli", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Interrupted(), *sys.meta_path])
    assert start() == 130
    assert capsys.readouterr() == ("", "mien: stopped\n")
    assert signal.getsignal(signal.SIGINT) is before
