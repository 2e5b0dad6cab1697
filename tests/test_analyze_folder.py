"""The folder that ``mien analyze`` writes to: had by one run at a time, taken away, full."""

import errno
import fcntl
import os
import resource
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from app.about import model_hashes
from app.analysis.found import SUMMARY
from app.analysis.job import analyse
from app.analysis.lock import LOCK, only_run
from app.analysis.plan import Wish, make_plan
from app.analysis.run import write_summary
from app.types import RecordingError
from app.vision.pipeline import PipelineOptions
from tests.analyze_cli import REPOSITORY, analyze, complaints, environment, start, wait_for
from tests.analyze_clips import write_clip


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_clip(tmp_path_factory.mktemp("clips") / "long.mp4", 600)


def under_way(out: Path) -> bool:
    return any(path.stat().st_size > 20_000 for path in out.glob("long*.partial/readings.csv"))


def test_the_summary_is_not_written_through_a_link_that_lies_in_the_way(tmp_path: Path) -> None:
    out, other = tmp_path / "out", tmp_path / "other"
    out.mkdir()
    other.write_text("mine")
    (out / f".{SUMMARY}.partial").symlink_to(other)
    assert write_summary(out) == 0
    assert other.read_text() == "mine"
    assert not (out / SUMMARY).is_symlink()
    assert [path.name for path in out.iterdir()] == [SUMMARY]


def test_a_second_run_into_the_same_folder_is_refused_and_harms_nothing(long: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with start(tmp_path, long, "--out", out) as process:
        wait_for(lambda: under_way(out))
        second = analyze(tmp_path, long, "--out", out)
        told, complained = process.communicate(timeout=90)
    assert second.returncode == 2
    assert complaints(second.stderr) == [
        f"mien: {out}: another analysis is writing there; wait for it, or give another --out"
    ]
    assert process.returncode == 0, complained
    assert "1 read" in told
    assert not (out / LOCK).exists()


def test_runs_that_come_and_go_never_meet_in_a_folder(tmp_path: Path) -> None:
    inside: list[int] = []
    met: list[int] = []
    entered = [0] * 4

    def come_and_go(number: int) -> None:
        for _ in range(300):
            try:
                with only_run(tmp_path):
                    inside.append(number)
                    time.sleep(0)
                    if len(inside) > 1:
                        met.append(number)
                    inside.remove(number)
                    entered[number] += 1
            except RecordingError:
                continue

    threads = [threading.Thread(target=come_and_go, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert met == []
    assert sum(entered) > 0
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_run_left_keeps_nobody_out(tmp_path: Path) -> None:
    (tmp_path / LOCK).touch()
    with only_run(tmp_path), pytest.raises(RecordingError, match="another analysis"), only_run(tmp_path):
        pass
    assert list(tmp_path.iterdir()) == []


def test_where_nothing_can_be_locked_a_run_goes_on_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_lock: int, _how: int) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    with monkeypatch.context() as network_drive:
        network_drive.setattr(fcntl, "flock", refuse)
        with only_run(tmp_path):
            pass
    (tmp_path / "read-only").mkdir()
    (tmp_path / "read-only" / LOCK).mkdir()
    with only_run(tmp_path / "read-only"):
        pass


def test_a_folder_that_is_deleted_meanwhile_is_a_line(long: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with start(tmp_path, long, "--out", out) as process:
        wait_for(lambda: under_way(out))
        # in one step: while it is written to, it could not be emptied
        out.rename(tmp_path / "gone")
        shutil.rmtree(tmp_path / "gone", ignore_errors=True)
        _, complained = process.communicate(timeout=90)
    assert process.returncode == 2
    [line] = complaints(complained)
    # which is found first depends on how fast it reads
    gone = "recording stopped, its folder is gone, moved or deleted; run again, which makes it anew"
    assert line == f"mien: {out}: {gone}" or line.startswith(f"mien: {out}: cannot write (No such file or directory); ")


@pytest.mark.parametrize("arguments", [("a.mp4", "--out", "out"), (".", "--out", "/tmp/out")])
def test_without_a_current_folder_it_is_a_line(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    done = subprocess.run(
        ["sh", "-c", 'rmdir "$PWD"; exec "$@"', "sh", sys.executable, REPOSITORY / "main.py", "analyze", *arguments],
        cwd=gone,
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    [line] = complaints(done.stderr)
    assert line.endswith(": the current folder is gone; change to one that exists")


def test_a_full_disk_says_what_is_true_of_it(tmp_path: Path) -> None:
    clip, out = write_clip(tmp_path / "clip.mp4"), tmp_path / "out"
    [job] = make_plan([clip], Wish(out, PipelineOptions(), dict(model_hashes()))).jobs
    before = resource.getrlimit(resource.RLIMIT_FSIZE)

    def fill(t_s: float) -> None:
        if t_s > 0.3:
            resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))

    try:
        with pytest.raises(RecordingError) as told:
            analyse(job, fill)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert str(told.value) == (
        f"{out}: recording stopped, cannot write (File too large); what was read of clip.mp4 is removed, "
        "what was finished is kept; make room or give another --out, and run again"
    )
    assert list(out.iterdir()) == []


def test_with_stderr_closed_it_reads_all_the_same(tmp_path: Path) -> None:
    out = tmp_path / "out"
    (tmp_path / "bad.mp4").write_text("no video")
    clip = write_clip(tmp_path / "clip.mp4", 3)
    done = subprocess.run(
        ["sh", "-c", 'exec "$@" 2>&-', "sh", sys.executable, "main.py", "analyze", clip, "bad.mp4", "--out", out],
        cwd=REPOSITORY,
        env=environment(tmp_path),
        stdout=subprocess.PIPE,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert done.stdout == f"1 read, 0 finished before, 1 not read; 1 sessions in {out / SUMMARY}\n"
    assert (out / SUMMARY).read_text().count("\n") == 2
