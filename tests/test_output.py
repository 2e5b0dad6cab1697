"""What Mien says in the terminal does not end what it does."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent


def _environment(home: Path, **more: str) -> dict[str, str]:
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return {k: v for k, v in os.environ.items() if k not in hidden} | {"XDG_CONFIG_HOME": str(home)} | more


def _shell(home: Path, command: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a line of the shell, in which ``mien`` is this Mien."""
    return subprocess.run(
        ["bash", "-c", f'mien() {{ "{sys.executable}" main.py "$@"; }}; {command}'],
        cwd=REPOSITORY,
        env=_environment(home, **more),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_recording_goes_on_though_its_lines_cannot_be_written(tmp_path: Path) -> None:
    folder = tmp_path / "s"
    done = _shell(tmp_path, f"mien demo --headless --seconds 3 --record '{folder}' >/dev/full")
    assert done.returncode == 2
    assert "mien: the output cannot be written (No space left on device); reading goes on\n" in done.stderr
    assert done.stderr.count("cannot be written") == 1
    session = json.loads((folder / "session.json").read_text())
    assert session["ended_utc"] is not None
    assert session["counters"]["frames"] + sum(session["counters"]["dropped"].values()) > 80


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_an_output_that_cannot_be_written_is_one_line(tmp_path: Path, unbuffered: str) -> None:
    done = _shell(tmp_path, "mien doctor >/dev/full", PYTHONUNBUFFERED=unbuffered)
    assert done.returncode == 2
    assert done.stderr.startswith("mien: the output cannot be written (No space left on device)")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_reader_of_a_list_may_leave(tmp_path: Path, unbuffered: str) -> None:
    done = _shell(tmp_path, "set -o pipefail; mien doctor | true", PYTHONUNBUFFERED=unbuffered)
    assert (done.returncode, done.stderr) == (0, "")


def test_names_that_the_terminal_cannot_spell_are_told_all_the_same(tmp_path: Path) -> None:
    folder = tmp_path / "录制"
    done = _shell(tmp_path, f"mien demo --headless --seconds 1 --record '{folder}'", PYTHONIOENCODING="latin1")
    assert done.returncode == 0, done.stderr
    assert r"recorded in" in done.stdout
    assert r"\u5f55\u5236" in done.stdout


def test_a_name_of_two_lines_is_told_in_one(tmp_path: Path) -> None:
    done = _shell(tmp_path, "mien $'no\\nwhere.mp4' --headless")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "no\ufffdwhere.mp4" in done.stderr


def test_with_its_streams_closed_it_reads_and_records(tmp_path: Path) -> None:
    folder = tmp_path / "s"
    done = _shell(tmp_path, f"mien demo --headless --seconds 1 --record '{folder}' <&- >&- 2>&-")
    assert done.returncode == 0
    assert json.loads((folder / "session.json").read_text())["ended_utc"] is not None


@pytest.mark.parametrize("option", ["demo --headless --record", "analyze tests/data/vfr.mp4 --out"])
def test_an_empty_folder_s_name_is_not_the_current_folder(tmp_path: Path, option: str) -> None:
    done = _shell(tmp_path, f'mien {option} "$UNSET"')
    assert done.returncode == 2
    assert "an empty name; give a folder, '.' for this one" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("address", ["a..b:8765", "1" * 5000])
def test_an_address_that_is_none_is_one_line(tmp_path: Path, address: str) -> None:
    done = _shell(tmp_path, f"mien demo --headless --seconds 1 --websocket {address}")
    assert done.returncode == 2
    assert done.stderr.startswith(f"mien: --websocket {address}: ")
    assert done.stderr.count("\n") == 1


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="no terminal that can be closed here")
def test_what_is_to_outlive_its_terminal_does(tmp_path: Path) -> None:
    folder = tmp_path / "s"
    command = [sys.executable, "main.py", "demo", "--headless", "--seconds", "3", "--record", str(folder)]
    with subprocess.Popen(
        ["nohup", *command],
        cwd=REPOSITORY,
        env=_environment(tmp_path),
        text=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as process:
        deadline = time.monotonic() + 30
        while not (folder / "readings.csv").exists():
            assert time.monotonic() < deadline
            time.sleep(0.02)
        process.send_signal(signal.SIGHUP)
        said, _ = process.communicate(timeout=30)
    assert process.returncode == 0, said
    assert "recorded in" in said
    counters = json.loads((folder / "session.json").read_text())["counters"]
    assert counters["frames"] + sum(counters["dropped"].values()) > 80


@pytest.mark.parametrize("platform", ["xcb", "wayland", "nowhere"])
def test_a_screen_that_is_asked_for_by_name_and_is_not_there_aborts_nothing(tmp_path: Path, platform: str) -> None:
    done = _shell(tmp_path, "mien demo --seconds 1", QT_QPA_PLATFORM=platform)
    if platform == "nowhere":
        assert done.returncode == 2
        assert "mien: the window cannot be loaded here (" in done.stderr
        assert done.stderr.count("\n") == 1
    else:
        assert done.returncode == 0, done.stderr
        assert f"mien: no display for QT_QPA_PLATFORM={platform}; reading in the terminal" in done.stderr
