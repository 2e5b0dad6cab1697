"""Mien beside the package ``fer``: ``tools.peers``. A tiny package of that name stands in for it."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from tools.peers import TURN, main, measure, write_frames
from tools.peers_child import Reader, turn
from tools.peers_report import Turns, report

# Takes as long as a real one, finds a face in two of three frames, and prints, as TensorFlow does.
_FER = """
import time
import cv2

class FER:
    def __init__(self{setting}):
        self._seen = 0

    def detect_emotions(self, frame):
        assert frame.shape == (720, 1280, 3)
        assert frame.flags.writeable
        print("INFO: a library's own words")
        time.sleep(0.05)
        self._seen += 1
        return [{{"box": (0, 0, 9, 9)}}] if self._seen % 3 else []
"""


def _install(folder: Path, code: str) -> None:
    for name, text in (("fer/__init__.py", ""), ("fer/fer.py", code), ("fer-9.9.dist-info/METADATA", "Version: 9.9\n")):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)


def _turns(name: str, *frames_per_s: float) -> Turns:
    return Turns(name, "read(frame)", {"python": "3"}, 2, list(frames_per_s), 30, 29, 31)


def test_the_ratio_is_of_the_median_turns_and_its_range_of_turns_of_the_same_round() -> None:
    mien, peer = _turns("mien", 100.0, 300.0, 200.0), _turns("fer", 10.0, 20.0, 40.0)
    file = _turns("mien-file", 200.0, 400.0, 400.0)
    assert peer.row([mien, file])["over"] == {
        "mien": {"ratio": 10.0, "lowest": 5.0, "highest": 15.0},
        "mien-file": {"ratio": 20.0, "lowest": 10.0, "highest": 20.0},
    }
    assert "over" not in mien.row([mien, file])
    assert "over" not in file.row([mien, file])


def test_the_table_tells_rates_ratios_and_faces() -> None:
    miens = [_turns("mien", 100.0, 300.0, 200.0), _turns("mien-file", 200.0, 400.0, 400.0)]
    rows = [one.row(miens) for one in (*miens, _turns("fer", 10.0, 20.0, 40.0))]
    machine = {"cpu": "A core", "cores": 2, "system": "Linux"}
    told = report({"machine": machine, "turn": TURN, "contenders": rows})
    assert "| mien: `read(frame)` | 200.0 | 100.0 to 300.0 | 29 of 30 | 1.03 |  |  |" in told
    assert (
        "| fer: `read(frame)` | 20.0 | 10.0 to 40.0 | 29 of 30 | 1.03 | 10.0 (5.0 to 15.0) | 20.0 (10.0 to 20.0) |"
        in told
    )


@pytest.mark.parametrize("file", [False, True])
def test_a_turn_reads_one_more_frame_than_it_counts_and_goes_on_from_the_last_to_the_first(file: bool) -> None:
    frames = np.arange(4, dtype=np.uint8).reshape(4, 1, 1, 1).repeat(3, 3)
    seen = []

    def read(given: Sequence[tuple[int, np.ndarray]]) -> list[int]:
        seen.append([(index, int(image[0, 0, 0])) for index, image in given])
        return [index % 2 * 2 for index, _ in given]

    done = turn(Reader(read, "read(frames)", file), frames, 2, 3)
    assert seen == ([[(2, 2)], [(3, 3), (4, 0), (5, 1)]] if file else [[(2, 2)], [(3, 3)], [(4, 0)], [(5, 1)]])
    assert (done["found"], done["faces"]) == (2, 4)
    assert done["seconds"] >= 0


def test_frames_are_720p_and_differ_and_none_is_written_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tools.peers.MOST_APART", 3)
    for count, written in ((2, 2), (4, 3)):
        write_frames(tmp_path / "frames.npy", count)
        frames = np.load(tmp_path / "frames.npy")
        assert frames.shape == (written, 720, 1280, 3)
        assert not np.array_equal(frames[0], frames[1])


def test_all_contenders_read_the_same_frames_in_turns(tmp_path: Path) -> None:
    _install(tmp_path, _FER.format(setting=", use_tflite=True"))
    done = subprocess.run(
        [sys.executable, "-m", "tools.peers", "--peer-python", sys.executable, "--frames", "12", "--json"],
        cwd=Path(__file__).resolve().parent.parent,
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    mien, file, fer, keras = json.loads(done.stdout)["contenders"]
    assert [row["name"] for row in (mien, file, fer, keras)] == ["mien", "mien-file", "fer", "fer-keras"]
    assert file["call"] == "Pipeline().process_each(frames)"
    assert fer["call"] == "FER().detect_emotions(frame)"
    assert keras["call"] == "FER(use_tflite=False).detect_emotions(frame)"
    assert fer["versions"]["fer"] == "9.9"
    assert "fer" not in mien["versions"]
    assert [len(row["frames_per_s_of_turns"]) for row in (mien, file, fer, keras)] == [2, 2, 2, 2]
    assert [(row["frames"], row["found"], row["faces"]) for row in (mien, file)] == 2 * [(12, 12, 12)]
    # of the 25 that it reads, 11 turns of warming up and the firsts of the others aside, these are no third one
    assert fer["found"] == sum(1 for seen in (*range(13, 23), *range(24, 26)) if seen % 3)
    assert 0 < fer["frames_per_s"] < 20
    for one in (mien, file):
        ratio = fer["over"][one["name"]]["ratio"]
        assert ratio == pytest.approx(one["frames_per_s"] / fer["frames_per_s"], rel=0.01)


def test_a_fer_that_has_nothing_but_keras_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _install(tmp_path, _FER.format(setting=""))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert [row["name"] for row in measure(sys.executable, 1)["contenders"]] == ["mien", "mien-file", "fer"]


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("raise ModuleNotFoundError(\"No module named 'fer'\")", "No module named 'fer'"),
        (_FER.format(setting="").replace("return", "raise OSError('the model is broken') #"), "the model is broken"),
    ],
    ids=["not-installed", "broken"],
)
def test_a_fer_that_cannot_read_is_named_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], code: str, said: str
) -> None:
    _install(tmp_path, code)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert main(["--peer-python", sys.executable, "--frames", "1"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"peers: --peer-python {sys.executable}: fer ended (")
    assert said in err
    assert err.count("\n") == 1


def test_a_python_that_is_not_there_is_named_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    missing = tmp_path / "python"
    assert main(["--peer-python", str(missing), "--frames", "1"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err == f"peers: --peer-python {missing}: No such file or directory; docs/peers.md tells how to install fer\n"


def test_no_frames_are_refused_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--peer-python", sys.executable, "--frames", "0"]) == 2
    assert capsys.readouterr() == ("", "peers: --frames 0: at least one frame must be read\n")
