"""FERG-DB, JAFFE and CK+ are read as distributed, split, framed and scored."""

import json
from collections import Counter
from typing import Any

import numpy as np
import pytest
from PIL import Image

from model import datasets
from model.cli import main
from model.data import majority_labels
from model.datasets import samples, splits
from model.labels import FER2013_LABELS, FERPLUS_LABELS

from .made_sets import ckplus


def scored(capsys, *arguments: object) -> dict[str, Any]:
    capsys.readouterr()
    assert main(["evaluate", *map(str, arguments), "--json"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    found: dict[str, Any] = json.loads(out)
    return found


@pytest.mark.parametrize(("name", "count"), [("ferg", 63), ("jaffe", 213)])
def test_every_picture_gets_its_fer2013_label_and_a_clear_ferplus_majority(sets, name, count):
    loaded = datasets.load(name, sets[name], "all")
    faces = loaded.faces
    assert faces.pixels.shape == (count, 48, 48)
    assert faces.pixels.dtype == np.uint8
    assert set(faces.labels.tolist()) == set(range(7))
    assert faces.votes is not None
    assert [FERPLUS_LABELS[i] for i in majority_labels(faces.votes)] == [FER2013_LABELS[i] for i in faces.labels]
    assert loaded.about["left_out"] == {"fer2013": {}, "ferplus": {}}


def test_joy_and_ha_are_happiness(sets):
    for name, part in (("ferg", "_joy_"), ("jaffe", ".HA")):
        found = datasets.SOURCES[name].find(sets[name]).samples
        assert {s.emotion for s in found if part in s.path.name} == {"happiness"}


@pytest.mark.parametrize("folder", ["jaffe", "jaffedbase"])
def test_jaffe_is_found_in_a_subfolder_too(sets, tmp_path, folder):
    (tmp_path / folder).symlink_to(sets["jaffe"])
    assert len(datasets.SOURCES["jaffe"].find(tmp_path).samples) == 213


def test_ferg_is_found_by_its_own_folder_too(sets):
    assert len(datasets.SOURCES["ferg"].find(sets["ferg"] / "FERG_DB_256").samples) == 63


def test_the_last_three_frames_of_each_labelled_sequence_are_ck_plus(sets):
    found = datasets.SOURCES["ckplus"].find(sets["ckplus"])
    assert (len(found.samples), found.unlabelled) == (3 * 25, 5)
    assert {sample.path.stem[-1] for sample in found.samples} == {"3", "4", "5"}
    first = next(sample for sample in found.samples if sample.path.stem == "S005_002_00000005")
    assert (first.emotion, first.subject) == ("contempt", "S005")


def test_contempt_has_no_fer2013_label_and_is_counted_as_left_out(sets):
    for name, contempt, sequences in (("ckplus", 12, 5), ("ck48", 6, None)):
        loaded = datasets.load("ckplus", sets[name], "all")
        assert loaded.faces.votes is not None
        is_contempt = majority_labels(loaded.faces.votes) == FERPLUS_LABELS.index("contempt")
        assert is_contempt.sum() == contempt
        np.testing.assert_array_equal(loaded.faces.labels < 0, is_contempt)
        assert loaded.about["left_out"]["fer2013"] == {"contempt": contempt}
        assert loaded.about["left_out"].get("unlabelled_sequences") == sequences


def test_landmarks_put_eyes_and_mouth_where_fer2013_has_them(tmp_path):
    left, top, side = samples.square_of((320, 200), (320, 300))
    assert ((320 - left) / side, (200 - top) / side) == pytest.approx(samples.FER_EYES)
    assert (300 - top) / side == pytest.approx(samples.FER_MOUTH[1])
    frame = np.zeros((490, 640), np.uint8)
    frame[190:210, 310:330] = 255
    Image.fromarray(frame).save(tmp_path / "frame.png")
    framing = samples.Framing("landmarks", square=(left, top, side))
    found = samples.read_face(samples.Sample(tmp_path / "frame.png", "fear", "S005", framing))
    row, column = np.unravel_index(found.argmax(), found.shape)
    assert (column / 48, row / 48) == pytest.approx(samples.FER_EYES, abs=0.05)


def test_a_face_at_the_edge_of_its_frame_is_continued_by_the_border(tmp_path):
    Image.fromarray(np.full((245, 320), 77, np.uint8)).save(tmp_path / "frame.png")
    framing = samples.Framing("landmarks", square=(-40.5, -10, 300))
    found = samples.read_face(samples.Sample(tmp_path / "frame.png", "fear", "S005", framing))
    assert (found == 77).all()


def test_ck_plus_without_landmarks_says_that_the_middle_was_taken(tmp_path):
    framing = datasets.load("ckplus", ckplus(tmp_path, 3, points=False), "all").about["framing"]
    assert list(framing) == ["the middle of the frame"]


def test_the_paper_s_sizes_are_kept_on_the_whole_of_jaffe_with_equal_shares_of_emotions(sets):
    loaded = {name: datasets.load("jaffe", sets["jaffe"], name) for name in datasets.SPLITS}
    assert [len(one.faces) for one in loaded.values()] == [120, 23, 70]
    assert {9, 10, 11} >= set(Counter(loaded["test"].faces.labels.tolist()).values())
    assert loaded["test"].about["split_by"] == "paper"
    assert loaded["test"].about["subject_independent"] is False


@pytest.mark.parametrize(("name", "sizes"), [("ferg", (34_474, 14_195, 7_098)), ("ckplus", (687, 98, 196))])
def test_other_sets_are_split_in_the_paper_s_shares(sets, name, sizes):
    found = datasets.SOURCES[name].find(sets[name]).samples
    parts = splits.split_stratified(found, datasets.SOURCES[name].sizes)
    for part, size in zip(parts.values(), sizes, strict=True):
        assert len(part) == pytest.approx(len(found) * size / sum(sizes), abs=1.1)


@pytest.mark.parametrize("name", ["ferg", "jaffe", "ckplus", "ck48"])
@pytest.mark.parametrize("divide", [splits.split_by_subject, splits.split_stratified])
def test_splits_share_nothing_lose_nothing_and_are_the_same_each_time(sets, name, divide):
    source = datasets.SOURCES["ckplus" if name == "ck48" else name]
    found = source.find(sets[name]).samples
    parts = divide(found, source.sizes)
    assert parts == divide(found, source.sizes)
    assert sorted(s.path for part in parts.values() for s in part) == sorted(s.path for s in found)
    assert all(parts.values())
    subjects = [{sample.subject for sample in part} for part in parts.values()]
    shared = any(a & b for a in subjects for b in subjects if a is not b)
    assert shared is (divide is splits.split_stratified)


def test_ck_plus_keeps_subjects_apart_unless_told_otherwise(sets):
    assert datasets.load("ckplus", sets["ckplus"], "test").about["subject_independent"] is True
    assert datasets.load("ckplus", sets["ckplus"], "test", "paper").about["subject_independent"] is False


@pytest.mark.parametrize("name", ["ferg", "jaffe", "ckplus", "ck48"])
def test_the_shipped_network_is_scored_zero_shot_and_says_what_it_left_out(sets, name, repository, capsys):
    dataset = "ckplus" if name == "ck48" else name
    weights = repository / "weights" / "emotion.onnx"
    found = scored(capsys, "--onnx", weights, "--dataset", dataset, "--data", sets[name], "--split", "all")
    contempt = found["left_out"]["fer2013"].get("contempt", 0)
    assert found["fer2013"]["faces"] + contempt == found["ferplus"]["faces"] == found["faces"]
    assert (found["dataset"], found["split"]) == (dataset, "all")
    assert (contempt > 0) is (dataset == "ckplus")


def test_the_table_says_how_the_set_was_read(sets, repository, capsys):
    arguments = ["--onnx", str(repository / "weights" / "emotion.onnx"), "--dataset", "ckplus"]
    assert main(["evaluate", *arguments, "--data", str(sets["ckplus"])]) == 0
    out = capsys.readouterr().out
    for part in (
        "emotion.onnx on ckplus, test",
        "found 75 pictures of 10 subjects (the whole set: 981 pictures)",
        "split by subject: no subject is in two splits",
        "the set's landmarks",
        "no emotion: 5 sequences",
    ):
        assert part in out
