"""The paper's network and the hand-crafted features are fitted, chosen and scored under Mien's own rules."""

import dataclasses
import json

import numpy as np
import pytest

pytest.importorskip("torch", reason="the train extra is not installed")
pytest.importorskip("sklearn", reason="the train extra is not installed")

import torch
from torch import nn

from model import baselines, checkpoint, deep_emotion
from model.cli import main
from model.compare import table
from model.data import DataError, Faces, load_fer2013
from model.deep_emotion import DeepEmotion, Recipe
from model.methods import METHODS

from .conftest import ROWS

CHANCE = 100 / 7
NO_WORDS = np.zeros((0, 128), np.float32)


@pytest.fixture(scope="module")
def training(made_up):
    return load_fer2013(made_up.data, "Training")


@pytest.fixture(scope="module")
def validation(made_up):
    return load_fer2013(made_up.data, "PublicTest")


@pytest.fixture(scope="module")
def small(training):
    """Return each baseline; the one with a vocabulary has a small one."""
    return {
        name: dataclasses.replace(baseline, words=baseline.words and 30)
        for name, baseline in baselines.BASELINES.items()
    }


@pytest.mark.parametrize("name", list(baselines.BASELINES))
def test_a_baseline_learns_the_made_up_emotions(small, training, validation, tmp_path, name):
    fitted = baselines.fit(small[name], training, validation, tmp_path / name)
    predicted = fitted.score(validation.pixels).argmax(1)
    accuracy = (predicted == validation.labels).mean() * 100
    assert accuracy > 3 * CHANCE
    assert accuracy == pytest.approx(fitted.chosen["PublicTest"][str(fitted.chosen["C"])], abs=0.01)
    assert fitted.chosen["C"] in baselines.C_GRID


def test_a_baseline_is_not_fitted_twice_but_refuses_another_fit(small, training, validation, tmp_path):
    hog = small["hog_svm"]
    first = baselines.fit(hog, training, validation, tmp_path)
    written = (tmp_path / "model.npz").stat().st_mtime_ns
    again = baselines.fit(hog, training, validation, tmp_path)
    assert (tmp_path / "model.npz").stat().st_mtime_ns == written
    np.testing.assert_array_equal(again.score(validation.pixels), first.score(validation.pixels))
    with pytest.raises(DataError, match="fitted on other data or with other settings"):
        baselines.fit(hog, validation, training, tmp_path)
    (tmp_path / "model.npz").write_bytes(b"PK")
    with pytest.raises(DataError, match="holds a damaged fit"):
        baselines.fit(hog, training, validation, tmp_path)


def test_an_emotion_without_a_face_is_named(small, training, validation, tmp_path):
    fewer = Faces(training.pixels[training.labels != 1], training.labels[training.labels != 1])
    with pytest.raises(DataError, match="no face to train on shows disgust"):
        baselines.fit(small["hog_svm"], fewer, validation, tmp_path)


def test_features_have_the_sizes_of_their_papers_settings(training):
    faces = training.pixels[:3]
    assert baselines.hog_features(faces, NO_WORDS).shape == (3, 5 * 5 * 4 * 9)
    lbp = baselines.lbp_features(faces, NO_WORDS)
    assert lbp.shape == (3, 6 * 6 * 59)
    np.testing.assert_allclose(lbp.power(2).sum(1), 36, rtol=1e-5)  # each cell is a histogram of sum 1
    assert baselines.sift_descriptors(faces).shape == (3, 21 * 21, 128)


def test_a_bag_of_words_counts_each_patch_once_a_level_where_it_lies(training):
    vocabulary = baselines.learn_vocabulary(training.pixels[:10], 5)
    assert vocabulary.shape == (5, 128)
    counts = baselines.sift_words(training.pixels[:2], vocabulary).power(2).toarray().reshape(2, 21, 5)
    np.testing.assert_allclose(counts[:, 0].sum(1), 0.25, rtol=1e-5)
    np.testing.assert_allclose(counts[:, 1:5].sum((1, 2)), 0.25, rtol=1e-5)
    np.testing.assert_allclose(counts[:, 5:].sum((1, 2)), 0.5, rtol=1e-5)


def test_a_word_counts_in_the_part_of_the_face_where_it_lies():
    face = np.zeros((1, 48, 48), np.uint8)
    face[0, :24, :24] = np.random.default_rng(0).integers(0, 256, (24, 24))
    textured = baselines.sift_descriptors(face)[0, 0]
    vocabulary = np.stack([np.zeros(128, np.float32), textured])
    words = baselines.sift_words(face, vocabulary).toarray().reshape(21, 2)[:, 1]
    whole, quarters, sixteenths = words[0], words[1:5], words[5:].reshape(4, 4)
    assert whole > 0
    assert quarters[0] > 0
    assert quarters[3] == 0
    assert (sixteenths[0, 0] > 0, sixteenths[3].any(), sixteenths[:, 3].any()) == (True, False, False)


def test_deep_emotion_has_the_published_layout():
    net = DeepEmotion()
    convolutions = [m for m in net.features if isinstance(m, nn.Conv2d)]
    assert [(c.out_channels, c.kernel_size) for c in convolutions] == [(10, (3, 3))] * 4
    assert sum(isinstance(m, nn.MaxPool2d) for m in net.features) == 2
    assert sum(isinstance(m, nn.Dropout) for m in net.features) == 1
    assert (net.dense.in_features, net.dense.out_features, net.output.out_features) == (810, 50, 7)
    assert sum(isinstance(m, nn.Conv2d) for m in net.localisation) == 2
    assert sum(isinstance(m, nn.Linear) for m in (*net.localisation, net.theta)) == 2
    convolved = 100 + 3 * 910
    localised = 80 + 730 + 32_032 + 198
    assert sum(p.numel() for p in net.parameters()) == convolved + 810 * 50 + 50 + 50 * 7 + 7 + localised
    assert net(torch.zeros(3, 1, 48, 48)).shape == (3, 7)


def test_deep_emotion_looks_at_the_whole_face_before_it_has_learnt():
    net = DeepEmotion()
    theta = net.theta(net.localisation(torch.rand(2, 1, 48, 48)))
    torch.testing.assert_close(theta.view(2, 2, 3), torch.eye(2, 3).expand(2, 2, 3))


def test_only_the_weights_of_the_dense_layers_are_regularised():
    net = DeepEmotion()
    decayed, others = net.groups(0.001)
    assert [tuple(p.shape) for p in decayed["params"]] == [(50, 810), (7, 50)]
    assert decayed["weight_decay"] == 0.001
    assert "weight_decay" not in others
    counted = sum(p.numel() for group in (decayed, others) for p in group["params"])
    assert counted == sum(p.numel() for p in net.parameters())


def test_deep_emotion_learns_goes_on_and_keeps_its_best_epoch(training, validation, tmp_path):
    recipe = Recipe(epochs=9, batch=8)
    whole = deep_emotion.fit(training, validation, tmp_path / "whole", recipe)
    chosen = tmp_path / "whole" / f"l2_{whole.chosen['l2']:g}"
    lines = [json.loads(line) for line in (chosen / "history.jsonl").read_text(encoding="utf-8").splitlines()]
    accuracies = [line["PublicTest"]["fer2013"] for line in lines]
    assert lines[-1]["loss"]["cross_entropy"] < lines[0]["loss"]["cross_entropy"]
    assert max(accuracies) > 2 * CHANCE
    assert (whole.chosen["epoch"], whole.chosen["of"]) == (accuracies.index(max(accuracies)) + 1, 9)
    assert max(whole.chosen["PublicTest"].values()) == max(accuracies)
    found = (whole.score(validation.pixels).argmax(1) == validation.labels).mean() * 100
    assert found == pytest.approx(max(accuracies), abs=0.01)

    killed = deep_emotion.Run(dataclasses.replace(recipe, l2=0.001), training, validation, tmp_path / "l2_0.001")
    killed.run_epoch()
    resumed = deep_emotion.fit(training, validation, tmp_path, recipe)
    assert resumed.chosen == whole.chosen
    np.testing.assert_allclose(resumed.score(validation.pixels), whole.score(validation.pixels), atol=1e-4)
    with pytest.raises(DataError, match="fitted on other data or with other settings"):
        deep_emotion.fit(training, validation, tmp_path, Recipe(epochs=10, batch=8))


@pytest.fixture(scope="module")
def arguments(made_up, exported):
    return ["compare", *made_up.arguments(), "--onnx", str(exported), "--epochs", "1"]


def test_all_methods_stand_in_one_table(arguments, tmp_path, capsys):
    out = ["--out", str(tmp_path / "compared")]
    assert main([*arguments, *out]) == 0
    printed = capsys.readouterr().out
    assert (tmp_path / "compared" / "table.md").read_text(encoding="utf-8") == printed
    lines = printed.splitlines()
    for method in METHODS.values():
        (line,) = [line for line in lines if line.startswith(f"| {method.title} ")]
        assert line.count("|") == lines[0].count("|") == lines[1].count("|") == 9
        assert method.published in line
    assert "76,777" in printed

    assert main([*arguments, *out, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["split"] == "PublicTest"
    assert table(found["methods"], "PublicTest") + "\n" == printed
    accuracies = [row["accuracy"] for row in found["methods"]]
    assert accuracies == sorted(accuracies, reverse=True)
    for row in found["methods"]:
        assert row["ms_per_face"] > 0
        assert np.sum(row["confusion"]) == ROWS["PublicTest"]
        assert 100 * np.trace(row["confusion"]) / ROWS["PublicTest"] == pytest.approx(row["accuracy"], abs=0.01)
        with np.load(tmp_path / "compared" / row["method"] / "PublicTest.npz") as predicted:
            assert predicted["fer2013"].shape == (ROWS["PublicTest"], 7)
            assert predicted["ferplus"].shape == (ROWS["PublicTest"], 8)
    assert [row["fit_s"] is None for row in found["methods"]].count(True) == 1


def test_mien_s_line_says_what_evaluate_says_and_counts_what_was_learnt(arguments, run, tmp_path, capsys):
    assert main([*arguments, "--only", "mien", "--out", str(tmp_path), "--json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)["methods"]
    assert main(["evaluate", *arguments[1:-2], "--json"]) == 0
    scores = json.loads(capsys.readouterr().out)
    assert (row["accuracy"], row["macro_f1"]) == (scores["fer2013"]["accuracy"], scores["fer2013"]["macro_f1"])
    assert row["ferplus_accuracy"] == scores["ferplus"]["accuracy"]
    net, _ = checkpoint.load_network(run / "best.pt")
    # batch norm is folded into the convolutions: their bias in place of its weight and bias
    norms = sum(m.num_features for m in net.modules() if isinstance(m, nn.BatchNorm2d))
    assert row["parameters"] == sum(p.numel() for p in net.parameters()) - norms


def test_another_split_is_scored_with_the_same_fits(arguments, tmp_path, capsys):
    only = ["--only", "hog_svm", "--out", str(tmp_path), "--json"]
    assert main([*arguments, *only]) == 0
    public = json.loads(capsys.readouterr().out)["methods"][0]
    assert main([*arguments, *only, "--split", "PrivateTest"]) == 0
    private = json.loads(capsys.readouterr().out)["methods"][0]
    assert private["faces"] == ROWS["PrivateTest"]
    assert private["fit_s"] == public["fit_s"]
    (tmp_path / "hog_svm" / "PublicTest.json").write_text("{", encoding="utf-8")
    assert main([*arguments, *only]) == 0
    again = json.loads(capsys.readouterr().out)["methods"][0]
    assert again == public | {"ms_per_face": again["ms_per_face"]}
    assert {path.name for path in (tmp_path / "hog_svm").iterdir()} == {
        "model.npz",
        "fit.json",
        "PublicTest.json",
        "PublicTest.npz",
        "PrivateTest.json",
        "PrivateTest.npz",
    }


def test_what_cannot_be_compared_is_refused_with_one_line(refused, made_up, tmp_path):
    data = ["--data", made_up.data, "--out", tmp_path / "out"]
    assert "give weights/emotion.onnx with --onnx" in refused("compare", *data, "--only", "mien")
    assert "--epochs 0: Deep-Emotion is trained for at least one epoch" in refused("compare", *data, "--epochs", "0")
    none = tmp_path / "none.onnx"
    assert f"{none}: No such file" in refused("compare", *data, "--onnx", none)
    none.write_bytes(b"no network")
    assert f"{none}: not an ONNX model" in refused("compare", *data, "--onnx", none)
    assert "none.csv: No such file" in refused("compare", "--data", tmp_path / "none.csv")
    assert not (tmp_path / "out").exists()


def test_an_unknown_method_is_refused_by_the_command_line(made_up):
    with pytest.raises(SystemExit) as stop:
        main(["compare", "--data", str(made_up.data), "--only", "gabor_svm"])
    assert stop.value.code == 2
