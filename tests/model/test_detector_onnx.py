"""The face detector's ONNX is the original file's network, and can be made again from it."""

import numpy as np
import pytest
from skimage import data

pytest.importorskip("torch", reason="the train extra is not installed")
pytest.importorskip("tflite", reason="the train extra is not installed")

from tools import detector_onnx
from tools.detector_onnx import MAX_DIFFERENCE, check_images, convert, difference, main


@pytest.fixture
def original(repository):
    return repository / "tools" / "face_detector.tflite"


def test_the_conversion_gives_the_committed_file(repository, original, tmp_path, capsys):
    out = tmp_path / "face_detector.onnx"
    assert main(["--tflite", str(original), "--out", str(out)]) == 0
    assert out.read_bytes() == (repository / "weights" / "face_detector.onnx").read_bytes()
    assert "differs from the original by at most" in capsys.readouterr().out


def test_it_says_what_the_original_says_of_real_images(original):
    picture = data.astronaut()[:, :, ::-1]
    images = np.stack([picture[y : y + 128, x : x + 128] for y in (0, 64, 128) for x in (100, 160, 220)])
    assert difference(original, convert(original.read_bytes()), images) < MAX_DIFFERENCE


def test_what_differs_from_the_original_is_not_written(original, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(detector_onnx, "MAX_DIFFERENCE", 0.0)
    assert main(["--tflite", str(original), "--out", str(tmp_path / "out.onnx")]) == 2
    assert "differs from the original by" in capsys.readouterr().err
    assert not (tmp_path / "out.onnx").exists()


@pytest.mark.parametrize("content", [b"", b"not a network", None])
def test_another_file_is_refused_in_a_line(content, tmp_path, capsys):
    path = tmp_path / "given.tflite"
    if content is not None:
        path.write_bytes(content)
    assert main(["--tflite", str(path), "--out", str(tmp_path / "out.onnx")]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_the_images_to_check_with_are_the_same_each_time():
    assert check_images().shape == (8, 128, 128, 3)
    np.testing.assert_array_equal(check_images(), check_images())
