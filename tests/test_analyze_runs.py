"""``mien analyze`` as a user runs it: in processes of its own."""

import json
import os
import pty
import shutil
import signal
import subprocess
import termios
import time
from pathlib import Path

import pytest

from app.analysis.found import SUMMARY
from app.session.reader import read_session
from tests.analyze_cli import REPOSITORY, analyze, command, complaints, environment, start, wait_for
from tests.analyze_clips import contents, rows, write_clip

LONG = 600


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A long video, and two short ones of the same name."""
    folder = tmp_path_factory.mktemp("clips")
    write_clip(folder / "long.mp4", LONG)
    write_clip(folder / "one" / "clip.mp4", 15)
    write_clip(folder / "two" / "clip.mp4", 15, start_s=2.0)
    return folder


def long_under_way(out: Path) -> bool:
    return any(path.stat().st_size > 20_000 for path in out.glob("long*.partial/readings.csv"))


def workers_of(process: "subprocess.Popen[str]") -> list[int]:
    """The processes that read; the other one that Python starts looks after semaphores."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    return [int(pid) for pid in children if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def test_all_that_can_be_read_is_and_the_rest_is_a_line_each(clips: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.mp4").write_text("no video at all")
    out = tmp_path / "out"
    sources = (clips / "one", str(clips / "t*" / "*.mp4"), tmp_path / "bad.mp4", "nowhere.mp4")
    done = analyze(tmp_path, *sources, "--out", out)
    assert done.returncode == 2
    assert sorted(complaints(done.stderr)) == [
        f"mien: {tmp_path / 'bad.mp4'}: not a video or image that can be read",
        "mien: nowhere.mp4: no such file or folder",
    ]
    assert f"2 read, 0 finished before, 2 not read; 2 sessions in {out / SUMMARY}" in done.stdout
    summary = rows(out / SUMMARY)
    assert [row["path"] for row in summary] == [str(clips / name / "clip.mp4") for name in ("one", "two")]
    assert [row["frames"] for row in summary] == ["15", "15"]
    assert all(read_session(out / row["session"]).complete for row in summary)

    before = {path: path.stat().st_mtime_ns for path in out.glob("*/*")}
    again = analyze(tmp_path, clips / "one", clips / "two", "--out", out)
    assert again.returncode == 0, again.stderr
    assert "0 read, 2 finished before, 0 not read; 2 sessions" in again.stdout
    assert {path: path.stat().st_mtime_ns for path in out.glob("*/*")} == before

    other = analyze(tmp_path, clips / "one", "--out", out, "--fps", "5")
    assert other.returncode == 2
    assert "--again" in complaints(other.stderr)[0]
    assert {path: path.stat().st_mtime_ns for path in out.glob("*/*")} == before
    anew = analyze(tmp_path, clips / "one", "--out", out, "--fps", "5", "--again")
    assert anew.returncode == 0, anew.stderr
    assert [row["frames"] for row in rows(out / SUMMARY)] == ["5", "15"]


def test_faces_are_hidden_in_videos_where_the_settings_say_so_and_decide_nothing_without(
    clips: Path, tmp_path: Path
) -> None:
    (tmp_path / "mien").mkdir()
    settings, clip, out = tmp_path / "mien" / "settings.json", clips / "one" / "clip.mp4", tmp_path / "out"
    settings.write_text(json.dumps({"blur_faces": True}))
    assert analyze(tmp_path, clip, "--video", "--out", tmp_path / "videos").returncode == 0
    assert analyze(tmp_path, clip, "--out", out).returncode == 0
    session = rows(tmp_path / "videos" / SUMMARY)[0]["session"]
    info = json.loads((tmp_path / "videos" / session / "session.json").read_text())
    assert info["video"]["blurred"] == info["video"]["frames"] == 15
    settings.write_text(json.dumps({"blur_faces": False}))
    # what has no video holds; what has one does not
    assert "1 finished before" in analyze(tmp_path, clip, "--out", out).stdout
    assert "blur_faces True, now False" in analyze(tmp_path, clip, "--video", "--out", tmp_path / "videos").stderr


def test_several_files_at_a_time_give_the_same_bytes(clips: Path, tmp_path: Path) -> None:
    jobs = min(2, len(os.sched_getaffinity(0)))
    for name, options in (("single", ()), ("several", ("--jobs", jobs))):
        done = analyze(tmp_path, clips / "one", clips / "two", "--out", tmp_path / name, *options)
        assert done.returncode == 0, done.stderr
    assert len(contents(tmp_path / "single")) == 9
    assert contents(tmp_path / "single") == contents(tmp_path / "several")


@pytest.mark.slow
def test_a_killed_run_leaves_no_process_and_goes_on_to_the_same_bytes(clips: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with start(tmp_path, clips / "one", clips / "long.mp4", "--out", out) as process:
        wait_for(lambda: long_under_way(out))
        [worker] = workers_of(process)
        process.kill()
    wait_for(lambda: not Path(f"/proc/{worker}").exists(), timeout_s=10)
    [finished] = [path for path in out.iterdir() if path.name.startswith("clip.mp4")]
    before = (finished / "session.json").stat().st_mtime_ns
    done = analyze(tmp_path, clips / "one", clips / "long.mp4", "--out", out)
    assert done.returncode == 0, done.stderr
    assert "1 read, 1 finished before" in done.stdout
    assert (finished / "session.json").stat().st_mtime_ns == before
    whole = tmp_path / "whole"
    assert analyze(tmp_path, clips / "one", clips / "long.mp4", "--out", whole).returncode == 0
    assert contents(out) == contents(whole)


def test_ctrl_c_ends_cleanly_and_keeps_what_was_finished(clips: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with start(tmp_path, clips / "one", clips / "long.mp4", "--out", out) as process:
        wait_for(lambda: long_under_way(out))
        # a terminal sends it to all of them
        os.killpg(process.pid, signal.SIGINT)
        told, complained = process.communicate(timeout=30)
    assert process.returncode == 130
    assert complaints(complained) == ["mien: stopped; run it again to go on"]
    assert "1 read, 0 finished before" in told
    [row] = rows(out / SUMMARY)
    assert sorted(path.name for path in out.iterdir()) == sorted([row["session"], SUMMARY])


def test_a_worker_that_dies_costs_no_file(clips: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with start(tmp_path, clips / "long.mp4", clips / "one", "--out", out) as process:
        wait_for(lambda: long_under_way(out))
        [worker] = workers_of(process)
        os.kill(worker, signal.SIGKILL)
        told, complained = process.communicate(timeout=90)
    assert process.returncode == 0, complained
    assert "2 read" in told
    assert len([path for path in out.iterdir() if path.is_dir()]) == 2


def test_a_file_that_kills_its_worker_each_time_is_a_line(clips: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with start(tmp_path, clips / "long.mp4", clips / "one", "--out", out) as process:
        killed: set[int] = set()
        for _ in range(2):
            wait_for(lambda: long_under_way(out) and set(workers_of(process)) - killed)
            killed.update(workers := set(workers_of(process)) - killed)
            for worker in workers:
                os.kill(worker, signal.SIGKILL)
            for partial in out.glob("*.partial"):
                shutil.rmtree(partial)
        told, complained = process.communicate(timeout=90)
    assert process.returncode == 2
    assert len(complaints(complained)) == 1
    assert "long.mp4: the process that reads it dies" in complained
    assert "1 read, 0 finished before, 1 not read" in told


def test_a_bar_tells_files_media_time_and_time_left(clips: Path, tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    os.set_blocking(ours, False)
    termios.tcsetwinsize(theirs, (24, 120))
    process = subprocess.Popen(
        command(clips / "one", clips / "long.mp4", "--out", tmp_path / "out"),
        cwd=REPOSITORY,
        env=environment(tmp_path),
        stdout=subprocess.DEVNULL,
        stderr=theirs,
    )
    os.close(theirs)
    shown = b""
    while process.poll() is None:
        time.sleep(0.05)
        try:
            shown += os.read(ours, 65536)
        except (BlockingIOError, OSError):
            continue
    os.close(ours)
    assert process.returncode == 0
    lines = shown.decode().replace("\r", "\n").splitlines()
    bars = [line for line in lines if "/2 files, " in line]
    assert any("1/2 files, " in line and " of 0:41, " in line and " left" in line for line in bars)
    assert "100%" in bars[-1]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--jobs", "0"], "'0' is not a whole number above 0"),
        (["--jobs", "4096"], "--jobs 4096: more than the"),
        (["--fps", "none"], "'none' is not a number above 0"),
        (["--scheduler", "tcp://127.0.0.1:9"], "--scheduler tcp://127.0.0.1:9: no Dask scheduler answers there"),
        (["--scheduler", "localhost"], "--scheduler localhost: not an address, as tcp://HOST:8786"),
        (["--scheduler", "tcp://host:none"], "--scheduler tcp://host:none: not an address, as tcp://HOST:8786"),
        (["--scheduler", "tcp://a..b:8786"], "--scheduler tcp://a..b:8786: not an address, as tcp://HOST:8786"),
        (["--scheduler", "tls://127.0.0.1:9"], "(distributed.comm.tls) names no certificates"),
        (["--scheduler", "tcp://127.0.0.1:9", "--jobs", "2"], "--jobs is for this machine"),
        (["--provider", "cuda"], "provider cuda is not available here"),
        (["--out", "README.md"], "README.md: cannot be written"),
        (["--out", "README.md/below"], "below: cannot be written"),
        (["--out", "long" * 75], "cannot be written (File name too long)"),
    ],
)
def test_what_cannot_be_used_is_one_line_and_status_2(
    clips: Path, tmp_path: Path, options: list[str], said: str
) -> None:
    done = analyze(tmp_path, clips / "one", "--out", tmp_path / "out", *options)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert done.stderr.splitlines()[-1].startswith("mien")
    assert said in done.stderr.splitlines()[-1]


def test_without_a_source_that_exists_nothing_is_made(tmp_path: Path) -> None:
    done = analyze(tmp_path, "nowhere.mp4", "--out", tmp_path / "out")
    assert done.returncode == 2
    assert complaints(done.stderr) == ["mien: nowhere.mp4: no such file or folder"]
    assert not (tmp_path / "out").exists()
