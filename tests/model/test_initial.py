"""Runs on other data sets, and the weights that a run starts from."""

import json
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="the train extra is not installed")

import torch

from model import checkpoint, datasets, initial
from model.cli import main
from model.config import config_from

# the exported weights are in 8 bits
ROUNDED = 0.01


def small_config(folder: Path, *lines: str) -> Path:
    path = folder / "small.toml"
    path.write_text("\n".join(["epochs = 1", "localise_epochs = 0", "batch = 8", *lines]) + "\n", encoding="utf-8")
    return path


def test_a_run_on_ck_plus_starts_from_a_checkpoint_and_can_be_scored(sets, run, tmp_path, capsys):
    out, start = tmp_path / "run", run / "best.pt"
    arguments = ["--dataset", "ckplus", "--data", str(sets["ckplus"]), "--out", str(out), "--init", str(start)]
    still = small_config(tmp_path, "lr = 0.0", "localiser_lr = 0.0")
    assert main(["train", *arguments, "--config", str(still)]) == 0
    assert "split by subject: no subject is in two splits" in capsys.readouterr().out
    saved = json.loads((out / "config.json").read_text(encoding="utf-8"))
    assert (saved["dataset"], saved["init"], saved["widths"]) == ("ckplus", str(start), [4, 8, 8, 8])
    begun, ended = checkpoint.load(start)["averaged"], checkpoint.load(out / "last.pt")["net"]
    for name in ("localiser.theta.weight", "classifier.features.3.weight", "classifier.ferplus.weight"):
        np.testing.assert_array_equal(ended[name].numpy(), begun[name].numpy())
    evaluate = ["evaluate", "--checkpoint", str(out / "last.pt"), "--dataset", "ckplus", "--data", str(sets["ckplus"])]
    assert main([*evaluate, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["split"] == "test"


def test_a_network_is_not_scored_on_what_it_was_trained_on(sets, run, tmp_path, refused):
    state = checkpoint.load(run / "best.pt")
    state["config"] |= {"dataset": "ckplus", "split_by": "paper"}
    checkpoint.save(tmp_path / "best.pt", state)
    evaluate = ["evaluate", "--checkpoint", tmp_path / "best.pt", "--dataset", "ckplus", "--data", sets["ckplus"]]
    assert "trained on a part of ckplus; score it on --split test" in refused(*evaluate, "--split", "all")
    assert "trained on ckplus split by paper" in refused(*evaluate, "--split-by", "subject")


def test_a_run_from_scratch_on_jaffe_is_validated_on_its_validation_split(sets, tmp_path):
    out = tmp_path / "run"
    config = small_config(tmp_path, "widths = [4, 8, 8, 8]", "lr = 0.05", "averaging = 0.5")
    arguments = ["--dataset", "jaffe", "--data", str(sets["jaffe"]), "--out", str(out), "--config", str(config)]
    assert main(["train", *arguments]) == 0
    line = json.loads((out / "history.jsonl").read_text(encoding="utf-8").splitlines()[-1])
    assert set(line["PublicTest"]) == {"fer2013", "ferplus"}
    assert np.isfinite(list(line["loss"].values())).all()
    assert checkpoint.load_network(out / "last.pt")[1].dataset == "jaffe"


def test_an_exported_network_goes_on_where_its_checkpoint_would(sets, run, exported):
    faces = datasets.load("ckplus", sets["ck48"], "all").faces.pixels
    grey = torch.from_numpy(faces).unsqueeze(1).float() / 255
    trained, _ = checkpoint.load_network(run / "best.pt")
    net = checkpoint.build(config_from(initial.network_settings(exported), "settings"))
    initial.start_from(net, exported, faces)
    with torch.no_grad():
        for expected, found in zip(trained(grey), net.eval()(grey), strict=True):
            torch.testing.assert_close(found, expected, atol=ROUNDED, rtol=0)
        # with the statistics of a batch, as in training, it is still the same network
        net.train()
        net.classifier.features[-1].eval()  # dropout
        for expected, found in zip(trained(grey), net(grey), strict=True):
            torch.testing.assert_close(found, expected, atol=ROUNDED, rtol=0)


def test_weights_that_cannot_be_started_from_are_named(sets, run, exported, refused, tmp_path):
    common = ["train", "--dataset", "jaffe", "--data", sets["jaffe"], "--out", tmp_path / "run", "--init"]
    none = tmp_path / "none.onnx"
    assert f"{none}: No such file or directory; give a checkpoint or an .onnx file" in refused(*common, none)
    (tmp_path / "bad.onnx").write_bytes(b"no model")
    assert f"{tmp_path / 'bad.onnx'}: not an ONNX model" in refused(*common, tmp_path / "bad.onnx")
    (tmp_path / "bad.pt").write_bytes(b"no model")
    assert f"{tmp_path / 'bad.pt'}: not a checkpoint" in refused(*common, tmp_path / "bad.pt")
    wide = small_config(tmp_path, "widths = [8, 8, 8, 8]")
    for path in (exported, run / "best.pt"):
        line = refused(*common, path, "--config", wide)
        assert f"{path}: its weights do not fit this network; leave --config out, or adapt it" in line
