"""How often ``fer`` is right beside Mien's network: ``tools.peer_scores``. A tiny package stands in for ``fer``."""

import sys
from pathlib import Path

import numpy as np
import pytest

from model.labels import FER2013_LABELS
from tools.peer_scores import PEER_LABELS, accuracy, main

# calls a face after the number of its brightness, and shows that it was given a whole enlarged picture in colour
_FER = """
class FER:
    def __init__(self, use_tflite=True):
        self._right = use_tflite

    def detect_emotions(self, image, face_rectangles):
        assert image.shape == (240, 240, 3)
        assert face_rectangles == [(0, 0, 240, 240)]
        print("INFO: a library's own words")
        number = int(image.mean()) // 10 if self._right else 0
        names = {names}
        return [{{"emotions": {{name: float(index == number) for index, name in enumerate(names)}}}}]
"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Seven faces of PublicTest, one a label, each as bright as ten times its number."""
    rows = [f"{label},{' '.join([str(10 * label + 5)] * 48 * 48)},PublicTest" for label in range(len(FER2013_LABELS))]
    path = tmp_path / "fer2013.csv"
    path.write_text("\n".join(["emotion,pixels,Usage", *rows]) + "\n")
    return path


def test_what_the_peer_says_is_held_against_the_labels(
    tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "fer").mkdir()
    (tmp_path / "fer" / "__init__.py").write_text("")
    (tmp_path / "fer" / "fer.py").write_text(_FER.format(names=PEER_LABELS))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert main(["--peer-python", sys.executable, "--data", str(data)]) == 0
    told = capsys.readouterr().out
    assert "FER-2013 PublicTest, 7 faces" in told
    assert "| `fer`, its defaults | 100.00 % |" in told
    assert "| `fer`, Keras | 14.29 % |" in told
    assert "| Mien | " in told


def test_accuracy_is_in_percent() -> None:
    assert accuracy(np.array([0, 1, 2, 2]), np.array([0, 1, 2, 3])) == 75.0


@pytest.mark.parametrize(("python", "said"), [("/nowhere/python", "No such file"), (sys.executable, "fer")])
def test_a_peer_that_cannot_be_run_is_one_line(
    data: Path, capsys: pytest.CaptureFixture[str], python: str, said: str
) -> None:
    assert main(["--peer-python", python, "--data", str(data)]) == 2
    line = capsys.readouterr().err
    assert line.startswith(f"peer_scores: --peer-python {python}: ")
    assert said in line
    assert line.count("\n") == 1
