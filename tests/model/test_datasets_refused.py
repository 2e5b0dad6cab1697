"""FERG-DB, JAFFE and CK+ in another layout, or damaged, are refused in one line that names the file."""

from collections.abc import Callable
from pathlib import Path

import pytest

from model import datasets
from model.data import DataError

from .made_sets import ck48, ckplus, picture


def rewritten(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def without_frames(data: Path) -> Path:
    sequence = ckplus(data, 2) / "cohn-kanade-images" / "S005" / "001"
    for frame in sorted(sequence.iterdir())[:3]:
        frame.unlink()
    return sequence


def without_labels(data: Path) -> Path:
    labels = ckplus(data, 2) / "Emotion"
    labels.rename(data / "Emotions")
    return labels


def with_unknown_folder(data: Path) -> Path:
    folder = ck48(data) / "CK+48" / "bored"
    folder.mkdir()
    return folder


LABEL = "Emotion/S005/001/S005_001_00000005_emotion.txt"
POINTS = "Landmarks/S005/001/S005_001_00000005_landmarks.txt"
JAFFE_PX, CK48_NAME = (256, 256), "CK+48/anger/S010_001_00000014.png"
# the data set, what damages or makes its folder and returns the offending path, what is said of it
BROKEN: dict[str, tuple[str, Callable[[Path], Path], str]] = {
    "no folder": ("jaffe", lambda data: data / "none", "No such file or directory"),
    "another code": ("jaffe", lambda data: picture(data / "KA.XX1.39.tiff", 0, JAFFE_PX), "not named"),
    "another size": ("jaffe", lambda data: picture(data / "KA.AN1.39.tiff", 0, (128, 256)), "128x256 pixels, not 256"),
    "text": ("jaffe", lambda data: rewritten(data / "KA.AN1.39.tiff", b"no picture"), "not a picture"),
    "truncated": (
        "jaffe",
        lambda data: rewritten(
            data / "KA.AN1.39.tiff", picture(data / "KA.AN1.39.tiff", 0, JAFFE_PX).read_bytes()[:30_000]
        ),
        "not ",
    ),
    "another emotion": (
        "ferg",
        lambda data: picture(data / "aia" / "aia_bored" / "aia_bored_1.png", 0, (256, 256)).parent,
        "not aia_ and one of anger, disgust",
    ),
    "another character": (
        "ferg",
        lambda data: picture(data / "aia" / "aia_joy" / "ray_joy_1.png", 0, (256, 256)),
        "not named aia_joy_<n>.png",
    ),
    "another folder": ("ckplus", with_unknown_folder, "not one of neutral, anger"),
    "another crop": ("ckplus", lambda data: picture(data / CK48_NAME, 0, (49, 48)), "49x48 pixels, not 48x48"),
    "label 9": (
        "ckplus",
        lambda data: rewritten(ckplus(data, 2) / LABEL, b"   9.0000000e+00\n"),
        "the emotion is 9, not a whole number of 0 to 7",
    ),
    "a word": ("ckplus", lambda data: rewritten(ckplus(data, 2) / LABEL, b"happy\n"), "not numbers alone"),
    "few points": ("ckplus", lambda data: rewritten(ckplus(data, 2) / POINTS, b"1 2 3\n"), "3 numbers, not 136"),
    "few frames": ("ckplus", without_frames, "2 frames, fewer than 3"),
    "no labels": ("ckplus", without_labels, "no such folder; unpack Emotion_labels.zip"),
}


@pytest.mark.parametrize("case", list(BROKEN))
def test_what_cannot_be_used_is_named_in_one_line(tmp_path, refused, repository, case):
    name, damage, says = BROKEN[case]
    path = damage(tmp_path)
    folder = path if case == "no folder" else tmp_path
    weights = repository / "weights" / "emotion.onnx"
    line = refused("evaluate", "--onnx", weights, "--dataset", name, "--data", folder, "--split", "all")
    assert f"{path}: {says}" in line


def test_a_character_without_a_picture_is_no_data(tmp_path):
    (tmp_path / "aia").mkdir()
    with pytest.raises(DataError, match="no pictures of FERG-DB in it"):
        datasets.load("ferg", tmp_path, "all")


@pytest.mark.parametrize("name", ["ferg", "jaffe", "ckplus"])
def test_another_set_or_an_empty_folder_is_refused_with_the_layout(sets, tmp_path, refused, repository, name):
    weights = repository / "weights" / "emotion.onnx"
    hint = {"ferg": "FERG_DB_256/<character>", "jaffe": "KA.AN1.39.tiff", "ckplus": "cohn-kanade-images/S###"}[name]
    for folder in (tmp_path, sets["ckplus" if name == "jaffe" else "jaffe"]):
        line = refused("evaluate", "--onnx", weights, "--dataset", name, "--data", folder)
        assert str(folder) in line
        assert hint in line


def test_a_set_or_a_way_to_split_that_is_not_known_is_refused(sets):
    for name, split_by in (("ck", None), ("jaffe", "face")):
        with pytest.raises(DataError, match="the sets are fer2013, ferg, jaffe, ckplus, split by subject or paper"):
            datasets.load(name, sets["jaffe"], "test", split_by)


def test_options_of_another_set_are_refused(sets, made_up, refused, repository):
    evaluate = ["evaluate", "--onnx", repository / "weights" / "emotion.onnx"]
    of_jaffe = [*evaluate, "--dataset", "jaffe", "--data", sets["jaffe"]]
    assert "JAFFE has training, validation, test, all" in refused(*of_jaffe, "--split", "PublicTest")
    assert "--ferplus goes with fer2013 alone" in refused(*of_jaffe, "--ferplus", made_up.ferplus)
    of_fer2013 = [*evaluate, "--data", made_up.data]
    assert "--split test: fer2013 comes split" in refused(*of_fer2013, "--split", "test")
    assert "--split-by subject: fer2013 comes split" in refused(*of_fer2013, "--split-by", "subject")


def test_too_few_subjects_cannot_be_split_by_subject(tmp_path):
    with pytest.raises(DataError, match="2 subjects cannot be split by subject; give more, or --split-by paper"):
        datasets.load("ckplus", ckplus(tmp_path, 2), "test")
