"""Runs ``mien analyze`` in a process of its own."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent


def command(*arguments: object) -> list[str]:
    return [sys.executable, "main.py", "analyze", *map(str, arguments)]


def environment(home: Path) -> dict[str, str]:
    return os.environ | {"XDG_CONFIG_HOME": str(home), "PYTHONUNBUFFERED": "1"}


def analyze(home: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments),
        cwd=REPOSITORY,
        env=environment(home),
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


def start(home: Path, *arguments: object) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        command(*arguments),
        cwd=REPOSITORY,
        env=environment(home),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def wait_for(happened: Callable[[], object], timeout_s: float = 60) -> None:
    deadline = time.monotonic() + timeout_s
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def complaints(text: str) -> list[str]:
    assert "Traceback" not in text
    return [line for line in text.splitlines() if line.startswith("mien: ")]
