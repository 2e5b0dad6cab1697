"""However Mien is ended, and in whatever state: within two seconds, the recording closed, and nothing left behind."""

import csv
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.capture.source import Source
from app.capture.sources import open_source
from app.cv import cv2
from app.engine import Engine
from app.settings import Settings
from app.status import State
from app.types import SourceError
from tests.engine_fakes import FakePipeline, FakeSource, engine_of, wait
from tests.mjpeg import MjpegServer

REPOSITORY = Path(__file__).resolve().parent.parent
SMALL = (320, 180)
_SECRET = "hunter2"
# of the engine's end, with what a busy machine adds
_WITHIN_S = 2.0


def session_of(folder: Path) -> Any:
    return json.loads((folder / "session.json").read_text())


def rows_of(folder: Path) -> list[dict[str, str]]:
    try:
        with (folder / "readings.csv").open(newline="") as file:
            return list(csv.DictReader(file))
    except FileNotFoundError:
        return []


def descriptors() -> int:
    """How many files, pipes and sockets this process has open, where the system tells."""
    folder = Path("/proc/self/fd")
    if not folder.is_dir():
        pytest.skip("this system does not list a process's open files")
    return len(list(folder.iterdir()))


@pytest.fixture
def silent() -> Iterator[socket.socket]:
    """A server that lets clients in and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def listening_of(pid: int) -> set[str]:
    """The sockets of a process that listen for clients, by their inode."""
    own = set()
    for link in Path(f"/proc/{pid}/fd").iterdir():
        try:
            own.add(os.readlink(link))  # noqa: PTH115 - it is no path
        except FileNotFoundError:
            continue
    tables = [Path(f"/proc/{pid}/net/{name}") for name in ("tcp", "tcp6")]
    rows = [line.split() for table in tables if table.exists() for line in table.read_text().splitlines()[1:]]
    # state 0A: TCP_LISTEN
    return {row[9] for row in rows if row[3] == "0A" and f"socket:[{row[9]}]" in own}


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="this system does not list a process's open files")
@pytest.mark.parametrize("state", ["opening", "running", "stalled", "lost"])
def test_sigterm_ends_the_terminal_within_two_seconds_in_every_state(
    tmp_path: Path, silent: socket.socket, state: str
) -> None:
    folder = tmp_path / "s"
    with ExitStack() as open_here:
        server = MjpegServer(size=SMALL, password=_SECRET, stall_after=20 if state == "stalled" else None)
        open_here.enter_context(server)
        port = silent.getsockname()[1] if state == "opening" else server.port
        url = f"http://mien:{_SECRET}@127.0.0.1:{port}/video.mjpg?key={_SECRET}"
        complaints = open_here.enter_context((tmp_path / "stderr").open("w+"))
        process = open_here.enter_context(
            subprocess.Popen(
                [sys.executable, "main.py", url, "--headless", "--record", str(folder)],
                cwd=REPOSITORY,
                env=os.environ | {"XDG_CONFIG_HOME": str(tmp_path), "PYTHONUNBUFFERED": "1"},
                stdout=subprocess.PIPE,
                stderr=complaints,
                text=True,
            )
        )
        open_here.callback(process.kill)
        if state == "opening":
            open_here.enter_context(silent.accept()[0])
            time.sleep(0.5)
        else:
            wait(lambda: len(rows_of(folder)) > 3, 30)
        if state == "stalled":
            time.sleep(1.5)
        if state == "lost":
            server.hang_up()
            wait(lambda: "looking for it" in (tmp_path / "stderr").read_text(), 10)
        assert listening_of(process.pid) == set()
        sent_s = time.monotonic()
        process.send_signal(signal.SIGTERM)
        out, _ = process.communicate(timeout=20)
        took_s = time.monotonic() - sent_s
        complaints.seek(0)
        err = complaints.read()
    assert took_s < _WITHIN_S
    assert process.returncode == 0, err
    assert "Traceback" not in err
    if state != "opening":
        assert session_of(folder)["ended_utc"]
        assert session_of(folder)["counters"]["rows"] == len(rows_of(folder))
    kept = "".join(path.read_text() for path in folder.iterdir())
    assert _SECRET not in out + err + kept


def _hanging(released: threading.Event) -> Callable[[str, Settings], Source]:
    def open_hanging(_spec: str, _settings: Settings) -> Source:
        released.wait(20)
        raise SourceError("x: no video there")

    return open_hanging


class _Stalling(FakeSource):
    """Gives its frames, then hangs in a read that nobody can interrupt."""

    def __init__(self, released: threading.Event) -> None:
        super().__init__(5, live=True, period_s=0.01)
        self._released = released

    def read(self) -> Any:
        if self._index >= self._count:
            self._released.wait(20)
            return None
        return super().read()


_STATES: dict[str, tuple[Callable[[threading.Event], Any], float, State]] = {
    "opening": (_hanging, 0.0, State.OPENING),
    "running": (lambda _released: FakeSource(10_000, live=True, period_s=0.01), 0.0, State.RUNNING),
    "reading slowly": (lambda _released: FakeSource(10_000, live=True, period_s=0.01), 0.7, State.RUNNING),
    "stalled": (_Stalling, 0.0, State.RUNNING),
    "ended": (lambda _released: FakeSource(5), 0.0, State.ENDED),
    "failed": (lambda _released: FakeSource(5, then=SourceError("x: broke off")), 0.0, State.FAILED),
}


@pytest.mark.parametrize("state", list(_STATES))
def test_the_engine_ends_within_two_seconds_in_every_state(tmp_path: Path, state: str) -> None:
    make_source, took_s, reached = _STATES[state]
    released = threading.Event()
    engine = engine_of(make_source(released), FakePipeline(took_s))
    engine.start("x", record=tmp_path / "s")
    wait(lambda: engine.status().state is reached)
    if state == "stalled":
        wait(lambda: len(rows_of(tmp_path / "s")) == 5)
    start_s = time.monotonic()
    engine.stop()
    assert engine.written(_WITHIN_S)
    assert time.monotonic() - start_s < _WITHIN_S
    if state != "opening":
        assert session_of(tmp_path / "s")["ended_utc"]
        assert session_of(tmp_path / "s")["counters"]["rows"] == len(rows_of(tmp_path / "s")) > 0
    released.set()
    assert engine.close()


def _video(path: Path) -> Path:
    writer = cv2.VideoWriter(str(path), cv2.CAP_FFMPEG, cv2.VideoWriter.fourcc(*"MJPG"), 25.0, SMALL)
    for index in range(50):
        writer.write(np.full((SMALL[1], SMALL[0], 3), index, np.uint8))
    writer.release()
    return path


def _start_and_stop(engine: Engine, spec: str, times: int, sessions: Path) -> None:
    """Start and stop so often: every second time at once, else when a frame was read and recorded."""
    for number in range(times):
        engine.start(spec, record=sessions / str(number))
        if number % 2:
            wait(lambda: engine.status().processed > 0, 15)
        engine.stop()
    assert engine.close(20)


def test_two_hundred_recordings_leave_no_thread_handle_or_file(tmp_path: Path) -> None:
    path = _video(tmp_path / "clip.avi")
    engine = engine_of(lambda spec, _settings: open_source(spec), FakePipeline())
    _start_and_stop(engine, str(path), 2, tmp_path / "warm")
    threads, opened = threading.active_count(), descriptors()
    _start_and_stop(engine, str(path), 200, tmp_path / "s")
    assert threading.active_count() <= threads
    assert descriptors() == opened
    folders = list((tmp_path / "s").iterdir())
    assert len(folders) == 200
    for folder in folders:
        names = {file.name for file in folder.iterdir()}
        assert names in (set(), {"session.json", "readings.csv", "events.csv"})
        assert not names or session_of(folder)["ended_utc"]
    assert sum(bool(rows_of(folder)) for folder in folders) >= 100


def test_streams_opened_again_and_again_leave_no_connection(tmp_path: Path) -> None:
    with MjpegServer(size=SMALL) as server:
        engine = engine_of(lambda spec, _settings: open_source(spec), FakePipeline())
        _start_and_stop(engine, server.url, 2, tmp_path / "warm")
        wait(lambda: server.clients == 0)
        threads, opened = set(threading.enumerate()), descriptors()
        _start_and_stop(engine, server.url, 20, tmp_path / "s")
        # the server's own are among them, and end a moment after their clients; a call into FFmpeg ends by its timeout
        wait(lambda: server.clients == 0, 30)
        deadline = time.monotonic() + 30
        while set(threading.enumerate()) - threads or descriptors() > opened:
            left = [thread.name for thread in set(threading.enumerate()) - threads]
            assert time.monotonic() < deadline, f"left: {left}, {descriptors()} descriptors, not {opened}"
            time.sleep(0.01)


class _SetBack(datetime):
    """A clock that is set back by an hour whenever somebody has looked at it."""

    looks = 0

    @classmethod
    def now(cls, tz: Any = None) -> "_SetBack":
        cls.looks += 1
        moment = datetime(2026, 3, 1, 12, tzinfo=UTC) - timedelta(hours=cls.looks - 1)
        return cls.fromtimestamp(moment.timestamp(), tz)


def test_a_clock_that_is_set_back_changes_no_time_of_a_recording(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("app.recorder", "app.session.log"):
        monkeypatch.setattr(f"{module}.datetime", _SetBack)
    engine = engine_of(FakeSource(30, live=True, period_s=0.01), FakePipeline())
    engine.start("x", record=tmp_path / "s")
    wait(lambda: engine.status().processed > 3)
    engine.mark("half-time")
    wait(lambda: engine.status().state is State.ENDED)
    assert engine.close()
    assert _SetBack.looks > 0
    start = datetime.fromisoformat(session_of(tmp_path / "s")["started_utc"])
    assert datetime.fromisoformat(session_of(tmp_path / "s")["ended_utc"]) > start
    with (tmp_path / "s" / "events.csv").open(newline="") as file:
        events = list(csv.DictReader(file))
    rows = rows_of(tmp_path / "s")
    assert len(rows) > 5
    for row in [*rows, *events]:
        since_s = (datetime.fromisoformat(row["utc"]) - start).total_seconds()
        assert since_s == pytest.approx(float(row["t_s"]), abs=0.002)
    times = [row["utc"] for row in rows]
    assert times == sorted(times)
