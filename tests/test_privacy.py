"""Nothing is sent anywhere, and nothing is kept but Mien's own files: also not by the libraries it is made of."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

# folders under the user's home that may come to be: Mien's, and matplotlib's list of fonts
_OWN = {"mien", "matplotlib"}
_DEMO = (sys.executable, "main.py", "demo", "--headless", "--seconds", "2")
_STRACE = ("strace", "--follow-forks", "--seccomp-bpf", "--trace=socket", "--signal=none", "--output")


def _run(repository: Path, home: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run as a user would who has set nothing: what the tests themselves switch off is left to Mien."""
    home.mkdir()
    kept = {
        k: v
        for k, v in os.environ.items()
        if not k.startswith("XDG_") and k not in ("ORT_DISABLE_TELEMETRY", "DISPLAY")
    }
    return subprocess.run(
        command,
        cwd=repository,
        env=kept | {"HOME": str(home), "USERPROFILE": str(home)},
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )


def _can_trace() -> bool:
    """Whether system calls can be seen here; some containers forbid it."""
    if not shutil.which("strace"):
        return False
    return subprocess.run([*_STRACE, os.devnull, "true"], capture_output=True, check=False).returncode == 0


def test_no_library_leaves_an_identifier_or_a_log_in_the_home_folder(repository: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    done = _run(repository, home, *_DEMO)
    assert done.returncode == 0, done.stderr
    left = [path.relative_to(home) for path in home.rglob("*") if path.is_file()]
    assert [str(path) for path in left if not _OWN & {part.lower() for part in path.parts}] == []


@pytest.mark.skipif(not _can_trace(), reason="strace is not here, or may not trace")
def test_reading_faces_opens_no_socket_to_another_machine(repository: Path, tmp_path: Path) -> None:
    calls = tmp_path / "calls"
    done = _run(repository, tmp_path / "home", *_STRACE, str(calls), *_DEMO)
    assert done.returncode == 0, done.stderr
    # whatever is looked up or sent, by whichever library, begins with a socket
    opened = re.findall(r"socket\((\w+), .*", calls.read_text(encoding="utf-8"))
    assert set(opened) <= {"AF_UNIX"}


@pytest.mark.skipif(not _can_trace(), reason="strace is not here, or may not trace")
def test_a_socket_would_be_seen(repository: Path, tmp_path: Path) -> None:
    calls = tmp_path / "calls"
    _run(
        repository,
        tmp_path / "home",
        *_STRACE,
        str(calls),
        sys.executable,
        "-c",
        "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).close()",
    )
    assert "socket(AF_INET, SOCK_DGRAM" in calls.read_text(encoding="utf-8")


def test_onnx_runtime_is_told_before_it_is_loaded(repository: Path, tmp_path: Path) -> None:
    code = (
        "import sys, os, app.vision.pipeline\n"
        "assert 'onnxruntime' not in sys.modules, 'loaded before it is told'\n"
        "import app.vision.ort\n"
        "assert os.environ['ORT_DISABLE_TELEMETRY'] == '1'\n"
        "assert 'onnxruntime' in sys.modules\n"
        "assert 'mediapipe' not in sys.modules\n"
    )
    done = _run(repository, tmp_path / "home", sys.executable, "-c", code)
    assert done.returncode == 0, done.stderr
