"""The processes that read for ``mien analyze``: those that cannot begin, and those that are to end."""

import errno
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from multiprocessing.context import SpawnProcess
from pathlib import Path

import pytest

from app.about import model_hashes
from app.analysis.found import SUMMARY
from app.analysis.local import LocalWorkers
from app.analysis.plan import Wish, make_plan
from app.types import MienError
from app.vision.pipeline import PipelineOptions
from tests.analyze_cli import REPOSITORY, complaints, environment, start, wait_for
from tests.analyze_clips import write_clip

UNGUARDED = """
from pathlib import Path
from app.analysis.run import Request, analyze
from app.vision.pipeline import PipelineOptions

analyze(Request(["clip.mp4"], Path("out"), PipelineOptions()))
"""
DYING = """
import os
import sys
from app.cli import main

if __name__ == "__mp_main__":
    os._exit(3)
if __name__ == "__main__":
    sys.exit(main(["analyze", "clip.mp4", "--out", "out"]))
"""


def program(folder: Path, text: str) -> subprocess.CompletedProcess[str]:
    """Run a program of one's own beside a clip."""
    write_clip(folder / "clip.mp4", 3)
    (folder / "program.py").write_text(text)
    return subprocess.run(
        [sys.executable, "program.py"],
        cwd=folder,
        env=environment(folder) | {"PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_program_that_reads_as_it_is_imported_ends_and_is_told_why(tmp_path: Path) -> None:
    done = program(tmp_path, UNGUARDED)
    assert done.returncode == 1
    first, last = (line for line in done.stderr.splitlines() if line.startswith("app.types.MienError: "))
    assert first.endswith('must not read themselves; call analyze below if __name__ == "__main__":')
    assert "the processes that read cannot be started (each dies before it begins)" in last
    assert last.endswith('call analyze below if __name__ == "__main__":')
    assert [path.name for path in (tmp_path / "out").iterdir()] == [SUMMARY]


def test_processes_that_die_before_they_begin_are_one_line_and_not_started_for_ever(tmp_path: Path) -> None:
    done = program(tmp_path, DYING)
    assert done.returncode == 2
    [line] = complaints(done.stderr)
    assert line.startswith("mien: the processes that read cannot be started (each dies before it begins); give fewer")


def test_a_process_that_the_system_refuses_is_told_and_leaves_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = [write_clip(tmp_path / f"{name}.mp4", 3) for name in "ab"]
    jobs = make_plan(paths, Wish(tmp_path / "out", PipelineOptions(), dict(model_hashes()))).jobs
    start_process, started = SpawnProcess._Popen, list[SpawnProcess]()

    def refuse_the_second(process):
        if started:
            raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
        started.append(process)
        return start_process(process)

    monkeypatch.setattr(SpawnProcess, "_Popen", staticmethod(refuse_the_second))
    with pytest.raises(MienError, match=r"cannot be started \(.*Resource temporarily unavailable\)"):
        list(LocalWorkers(2, 1).run(jobs))
    wait_for(lambda: not multiprocessing.active_children())
    assert len(started) == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_asked_to_end_again_and_again_it_ends_as_cleanly_as_once(tmp_path: Path, number: signal.Signals) -> None:
    out = tmp_path / "out"
    with start(tmp_path, write_clip(tmp_path / "long.mp4", 600), "--out", out) as process:
        wait_for(lambda: any(path.stat().st_size > 20_000 for path in out.glob("*.partial/readings.csv")))
        for _ in range(4):
            os.kill(process.pid, number)
            time.sleep(0.03)
        _, complained = process.communicate(timeout=30)
    assert process.returncode == 130
    # nor a word of Python's own
    assert complained == "mien: stopped; run it again to go on\n"
    assert [path.name for path in out.iterdir()] == [SUMMARY]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_ended_along_with_its_processes_it_leaves_nothing_behind(tmp_path: Path, number: signal.Signals) -> None:
    out = tmp_path / "out"
    with start(tmp_path, write_clip(tmp_path / "long.mp4", 600), "--out", out) as process:
        wait_for(lambda: any(path.stat().st_size > 20_000 for path in out.glob("*.partial/readings.csv")))
        # as a terminal that is closed does, and whoever ends a service
        os.killpg(process.pid, number)
        _, complained = process.communicate(timeout=60)
    assert process.returncode == 130
    assert complaints(complained) == ["mien: stopped; run it again to go on"]
    assert [path.name for path in out.iterdir()] == [SUMMARY]
