"""The command line, as a user runs it: in a process of its own."""

import csv
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from skimage import data
from websockets.sync.client import connect

from app.cv import cv2
from app.types import EMOTIONS

REPOSITORY = Path(__file__).resolve().parent.parent


def _environment(home: Path) -> dict[str, str]:
    """No display, and settings of its own."""
    kept = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")}
    return kept | {"XDG_CONFIG_HOME": str(home), "PYTHONUNBUFFERED": "1"}


def _mien(home: Path, *arguments: str, timeout_s: float = 60) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "main.py", *arguments],
        cwd=REPOSITORY,
        env=_environment(home),
        capture_output=True,
        text=True,
        timeout=timeout_s,
        check=False,
    )


def _rows(folder: Path) -> list[dict[str, str]]:
    with (folder / "readings.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def test_the_demo_is_read_and_recorded_without_display_or_camera(tmp_path: Path) -> None:
    # 6 to 14 s into the round the second face comes and goes
    done = _mien(tmp_path, "demo", "--headless", "--seconds", "8", "--record", str(tmp_path / "s"))
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert 5 <= len(done.stdout.splitlines()) <= 12
    rows = _rows(tmp_path / "s")
    span_s = float(rows[-1]["t_s"]) - float(rows[0]["t_s"])
    assert len({row["frame"] for row in rows}) / span_s >= 15
    read = [row for row in rows if row["track"]]
    assert len({row["track"] for row in read}) >= 2
    for row in read:
        assert sum(float(row[name]) for name in EMOTIONS) == pytest.approx(1, abs=1e-4)
        assert sum(float(row[f"raw_{name}"]) for name in EMOTIONS) == pytest.approx(1, abs=1e-4)
        assert 0.3 < float(row["theta_11"]) < 1.6
        assert 0.3 < float(row["theta_22"]) < 1.6
        assert abs(float(row["theta_13"])) < 0.7
    # nothing canned: the same face, moving, gives other values frame by frame
    assert len({row["raw_happiness"] for row in read}) > len(read) / 2
    assert len({row["theta_13"] for row in read}) > len(read) / 4
    session = json.loads((tmp_path / "s" / "session.json").read_text())
    assert session["ended_utc"]
    assert set(session["models_sha256"]) == {"emotion.onnx", "face_detector.onnx"}


def test_without_source_and_camera_it_says_so_and_plays_the_demo(tmp_path: Path) -> None:
    from app.capture.devices import list_cameras

    if list_cameras():
        pytest.skip("this machine has a camera")
    done = _mien(tmp_path, "--seconds", "1")
    assert done.returncode == 0
    assert "no camera found; playing the demo" in done.stderr
    assert "no display; reading in the terminal" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["nowhere.mp4"], "nowhere.mp4"),
        (["README.md"], "README.md"),
        (["no such camera"], "no such camera"),
        (["http://127.0.0.1:9/stream"], "http://127.0.0.1:9/stream"),
        (["demo", "--record", "README.md/below"], "README.md/below"),
        (["demo", "--provider", "cuda"], "cuda"),
    ],
)
def test_what_cannot_be_used_is_one_line_that_names_it_and_status_2(
    tmp_path: Path, arguments: list[str], named: str
) -> None:
    done = _mien(tmp_path, *arguments, "--headless", "--seconds", "2")
    assert done.returncode == 2
    complaints = [line for line in done.stderr.splitlines() if line.startswith("mien: ")]
    assert len(complaints) == 1
    assert named in complaints[0]
    assert "Traceback" not in done.stderr


def test_the_provider_is_the_settings_unless_the_command_line_names_one(tmp_path: Path) -> None:
    (tmp_path / "mien").mkdir()
    (tmp_path / "mien" / "settings.json").write_text(json.dumps({"provider": "cuda", "window": "geometry"}))
    done = _mien(tmp_path, "demo", "--headless", "--seconds", "1")
    assert done.returncode == 2
    assert "provider cuda" in done.stderr
    folder = tmp_path / "s"
    done = _mien(tmp_path, "demo", "--headless", "--seconds", "1", "--provider", "cpu", "--record", str(folder))
    assert done.returncode == 0, done.stderr
    session = json.loads((folder / "session.json").read_text())
    assert session["provider"] == "cpu"
    assert "window" not in session["settings"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["demo", "--seconds", "0"], "argument --seconds: '0' is not a number above 0; see 'mien --help'"),
        (["demo", "--seconds", "nan"], "argument --seconds: 'nan' is not a number above 0; see 'mien --help'"),
        (["demo", "--fast"], "unrecognized arguments: --fast; see 'mien --help'"),
        (["anlyze", "talks"], "unrecognized arguments: talks; see 'mien --help'; did you mean 'mien analyze'?"),
        (["analyze", "talks"], "the following arguments are required: --out; see 'mien analyze --help'"),
        (
            ["bench", "--threads", "none"],
            "argument --threads: 'none' is not a whole number above 0; see 'mien bench --help'",
        ),
        (["doctor", "me"], "unrecognized arguments: me; see 'mien doctor --help'"),
    ],
)
def test_arguments_that_cannot_be_used_are_one_line(tmp_path: Path, arguments: list[str], said: str) -> None:
    done = _mien(tmp_path, *arguments)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"mien: {said}\n")


def test_a_folder_with_a_session_is_not_recorded_over(tmp_path: Path) -> None:
    (tmp_path / "readings.csv").write_text("precious")
    done = _mien(tmp_path, "demo", "--headless", "--seconds", "1", "--record", str(tmp_path))
    assert done.returncode == 2
    assert (tmp_path / "readings.csv").read_text() == "precious"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_closes_the_recording(tmp_path: Path, number: signal.Signals) -> None:
    folder = tmp_path / "s"
    process = subprocess.Popen(
        [sys.executable, "main.py", "demo", "--headless", "--record", str(folder)],
        cwd=REPOSITORY,
        env=_environment(tmp_path),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 30
    while not (folder / "readings.csv").exists() or len(_rows(folder)) < 5:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    process.send_signal(number)
    out, err = process.communicate(timeout=10)
    assert process.returncode == 0, err
    assert "recorded in" in out
    assert json.loads((folder / "session.json").read_text())["counters"]["rows"] == len(_rows(folder))


def test_doctor_tells_versions_providers_and_hashes(tmp_path: Path) -> None:
    done = _mien(tmp_path, "doctor")
    assert done.returncode == 0
    for word in ("mien", "CPUExecutionProvider", "emotion.onnx", "sha256"):
        assert word in done.stdout


def test_cameras_ends_well_with_or_without_one(tmp_path: Path) -> None:
    assert _mien(tmp_path, "cameras").returncode == 0


def test_version(tmp_path: Path) -> None:
    assert _mien(tmp_path, "--version").stdout.startswith("mien ")


def test_an_empty_source_opens_no_camera(tmp_path: Path) -> None:
    done = _mien(tmp_path, "", "--headless")
    assert done.returncode == 2
    assert "SOURCE is empty" in done.stderr


def test_a_reader_that_leaves_ends_the_reading_and_closes_the_recording(tmp_path: Path) -> None:
    folder = tmp_path / "s"
    command = [sys.executable, "main.py", "demo", "--headless", "--record", str(folder)]
    with subprocess.Popen(
        command,
        cwd=REPOSITORY,
        env=_environment(tmp_path),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.wait(timeout=20) == 0
        assert "Traceback" not in process.stderr.read()
    assert json.loads((folder / "session.json").read_text())["ended_utc"]


def test_a_single_image_is_read_recorded_and_said_to_be(tmp_path: Path) -> None:
    image = tmp_path / "astronaut.png"
    cv2.imwrite(str(image), data.astronaut()[:, :, ::-1])
    done = _mien(tmp_path, str(image), "--headless", "--record", str(tmp_path / "s"))
    assert done.returncode == 0
    assert "1 frames read, 0 dropped; happiness 100%; recorded in" in done.stdout
    assert [row["emotion"] for row in _rows(tmp_path / "s")] == ["happiness"]


def test_the_flags_of_a_live_reading_record_a_video_and_stream(tmp_path: Path) -> None:
    folder = tmp_path / "s"
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = [sys.executable, "main.py", "demo", "--headless", "--record", str(folder), "--video"]
    with subprocess.Popen(
        [*command, f"--websocket={port}"],
        cwd=REPOSITORY,
        env=_environment(tmp_path),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        deadline = time.monotonic() + 30
        while not (folder / "readings.csv").exists() or len(_rows(folder)) < 5:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        with connect(f"ws://127.0.0.1:{port}") as client:
            message = json.loads(client.recv(timeout=10))
        process.send_signal(signal.SIGINT)
        _, complained = process.communicate(timeout=20)
    assert process.returncode == 0, complained
    assert set(message) >= {"frame", "t_s", "faces"}
    session = json.loads((folder / "session.json").read_text())
    assert session["video"]["frames"] + session["video"]["left_out"] == session["counters"]["frames"]
    assert session["video"]["frames"] > 0
    assert (folder / "video.mkv").stat().st_size > 10_000


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--video"], "--video goes with --record DIR"),
        (["--websocket", "many"], "--websocket many: neither a port nor HOST:PORT"),
        (["--websocket=70000"], "--websocket 70000: neither a port nor HOST:PORT"),
    ],
)
def test_flags_that_cannot_be_used_are_one_line(tmp_path: Path, arguments: list[str], said: str) -> None:
    done = _mien(tmp_path, "demo", "--headless", "--seconds", "1", *arguments)
    assert done.returncode == 2
    assert said in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr


def test_report_makes_a_page_where_it_is_told_to(tmp_path: Path) -> None:
    folder = tmp_path / "s"
    assert _mien(tmp_path, "demo", "--headless", "--seconds", "1", "--record", str(folder)).returncode == 0
    done = _mien(tmp_path, "report", str(folder))
    assert (done.returncode, done.stdout.strip()) == (0, str(folder / "report.html")), done.stderr
    done = _mien(tmp_path, "report", str(folder), str(folder), "--out", str(tmp_path / "both.html"))
    assert (done.returncode, done.stdout.strip()) == (0, str(tmp_path / "both.html")), done.stderr
    assert "<html" in (tmp_path / "both.html").read_text(encoding="utf-8")
    done = _mien(tmp_path, "report", str(tmp_path / "nowhere"))
    assert done.returncode == 2
    assert done.stderr.startswith("mien: ")
    assert "nowhere" in done.stderr
    assert len(done.stderr.splitlines()) == 1
