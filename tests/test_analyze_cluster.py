"""``mien analyze --scheduler``: a real Dask scheduler and two workers, on loopback."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from app.analysis.found import SUMMARY
from tests.analyze_cli import REPOSITORY, analyze, complaints, start, wait_for
from tests.analyze_clips import contents, write_clip

LONG = 500


@contextmanager
def dask(*arguments: object, log: Path) -> Iterator["subprocess.Popen[bytes]"]:
    with log.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "distributed.cli.dask_" + str(arguments[0]), *map(str, arguments[1:])],
            # elsewhere than in the checkout: a scheduler need not have Mien
            cwd=log.parent,
            env=os.environ | ({"PYTHONPATH": str(REPOSITORY)} if arguments[0] == "worker" else {}),
            stdout=file,
            stderr=file,
        )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clips")
    for name in ("a", "b", "c"):
        write_clip(folder / f"long-{name}.mp4", LONG)
    write_clip(folder / "one" / "clip.mp4", 15)
    (folder / "bad.mp4").write_text("no video at all")
    return folder


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, list["subprocess.Popen[bytes]"]]]:
    """A scheduler's address and its two workers."""
    logs = tmp_path / "logs"
    logs.mkdir()
    found = logs / "scheduler.json"
    with ExitStack() as stack:
        start_scheduler = dask(
            *("scheduler", "--host", "127.0.0.1", "--port", 0, "--no-dashboard", "--scheduler-file", found),
            log=logs / "scheduler.log",
        )
        stack.enter_context(start_scheduler)
        wait_for(found.exists)
        options = ("--scheduler-file", found, "--host", "127.0.0.1", "--nthreads", 1, "--no-nanny", "--no-dashboard")
        workers = [stack.enter_context(dask("worker", *options, log=logs / f"{name}.log")) for name in (1, 2)]
        wait_for(lambda: all("Registered to" in (logs / f"{name}.log").read_text() for name in (1, 2)))
        yield str(json.loads(found.read_text())["address"]), workers


def under_way(out: Path) -> int:
    return sum(path.stat().st_size > 20_000 for path in out.glob("long*.partial/readings.csv"))


@pytest.mark.slow
def test_a_run_on_a_cluster_that_loses_a_worker_writes_the_bytes_of_a_run_without_one(
    clips: Path, tmp_path: Path, cluster: tuple[str, list["subprocess.Popen[bytes]"]]
) -> None:
    address, workers = cluster
    out = tmp_path / "cluster"
    with start(tmp_path, clips, "--out", out, "--scheduler", address) as process:
        wait_for(lambda: under_way(out) == 2)
        workers[0].kill()
        told, complained = process.communicate(timeout=100)
    assert process.returncode == 2
    assert complaints(complained) == [f"mien: {clips / 'bad.mp4'}: not a video or image that can be read"]
    assert "4 read, 0 finished before, 1 not read" in told
    here = tmp_path / "here"
    assert analyze(tmp_path, clips, "--out", here).returncode == 2
    assert len(contents(here)) == 17
    assert contents(out) == contents(here)


@pytest.mark.slow
def test_ctrl_c_ends_the_tasks_of_the_cluster(
    clips: Path, tmp_path: Path, cluster: tuple[str, list["subprocess.Popen[bytes]"]]
) -> None:
    address, workers = cluster
    out = tmp_path / "cluster"
    with start(tmp_path, clips, "--out", out, "--scheduler", address) as process:
        wait_for(lambda: under_way(out) == 2)
        os.killpg(process.pid, signal.SIGINT)
        _, complained = process.communicate(timeout=30)
    assert process.returncode == 130
    assert complaints(complained)[-1] == "mien: stopped; run it again to go on"
    wait_for(lambda: not list(out.glob("*.partial")), timeout_s=10)
    time.sleep(0.5)
    assert not [path for path in out.iterdir() if path.name != SUMMARY and not path.name.startswith("clip")]
    assert all(worker.poll() is None for worker in workers)
