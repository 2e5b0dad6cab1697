"""What all tests share."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

# before anything imports Qt: the tests need no display
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# before anything imports ONNX Runtime, which some tests do themselves: it sends nothing
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
# a shell has jobs in the background ignore Ctrl-C, and their children inherit that; some tests press it
signal.signal(signal.SIGINT, signal.default_int_handler)
# and nohup has them ignore that their terminal closes
if hasattr(signal, "SIGHUP"):
    signal.signal(signal.SIGHUP, signal.SIG_DFL)

REPOSITORY = Path(__file__).resolve().parent.parent
_GRACE_S = 2.0
# more would hold each other up at the disk and the ports rather than help
_MOST_PROCESSES = 8


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """For ``-n auto``: as many processes as this one may use cores, but not a hundred."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(cores, _MOST_PROCESSES)


@pytest.fixture
def repository() -> Path:
    """The checkout's top folder."""
    return REPOSITORY


@pytest.fixture
def session_dir(tmp_path: Path) -> Path:
    """A folder for a recorded session; it does not exist yet."""
    return tmp_path / "session"


@pytest.fixture(autouse=True)
def _no_dangling_threads() -> Iterator[None]:
    """Fail the test that leaves behind a thread of ours, or one that would keep the process alive."""
    before = set(threading.enumerate())
    yield
    deadline = time.monotonic() + _GRACE_S
    while left := _left_behind(before):
        if time.monotonic() > deadline:
            pytest.fail(f"threads left behind: {', '.join(sorted(thread.name for thread in left))}")
        time.sleep(0.01)


def _left_behind(before: set[threading.Thread]) -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread not in before and _matters(thread)]


def _matters(thread: threading.Thread) -> bool:
    return thread.name.startswith("mien-") or not thread.daemon
