"""The exported file keeps the contract that the app relies on, and evaluate reads it without torch."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="the train extra is not installed")

import onnx
import onnxruntime
import torch

from model import checkpoint
from model.cli import main
from model.data import DataError, load_fer2013
from model.export import OUTPUTS, Deployed, check, git_commit
from model.labels import FER2013_LABELS, FERPLUS_LABELS
from model.net import standardise, warp
from model.predict import as_tensor, predict


@pytest.fixture(scope="module")
def faces(made_up):
    return load_fer2013(made_up.data, "PublicTest", made_up.ferplus)


@pytest.fixture(scope="module")
def session(exported):
    return onnxruntime.InferenceSession(exported, providers=["CPUExecutionProvider"])


@pytest.fixture(scope="module")
def metadata(session):
    return session.get_modelmeta().custom_metadata_map


@pytest.mark.parametrize("n", [1, 2, 16])
def test_any_number_of_faces_gives_probabilities_theta_and_the_attended_face(session, faces, n):
    ferplus, fer2013, theta, attended = session.run(list(OUTPUTS), {"faces": faces.pixels[:n, None]})
    assert [o.shape for o in (ferplus, fer2013, theta, attended)] == [(n, 8), (n, 7), (n, 2, 3), (n, 1, 48, 48)]
    np.testing.assert_allclose(ferplus.sum(1), 1, atol=1e-5)
    np.testing.assert_allclose(fer2013.sum(1), 1, atol=1e-5)
    assert attended.min() >= 0
    assert attended.max() <= 1


def test_the_input_is_uint8_of_a_free_number(session):
    (given,) = session.get_inputs()
    assert (given.name, given.type, given.shape) == ("faces", "tensor(uint8)", ["N", 1, 48, 48])


def test_in_float32_onnxruntime_says_what_the_trained_network_says(made_up, faces, run, tmp_path):
    out = tmp_path / "float32.onnx"
    assert main(["export", "--run", str(run), *made_up.arguments(), "--out", str(out), "--float32"]) == 0
    session = onnxruntime.InferenceSession(out, providers=["CPUExecutionProvider"])
    metadata = session.get_modelmeta().custom_metadata_map
    assert "rounding" not in metadata
    net, _ = checkpoint.load_network(run / "best.pt")
    expected = predict(net, as_tensor(faces.pixels))
    found = dict(zip(OUTPUTS, session.run(list(OUTPUTS), {"faces": faces.pixels[:, None]}), strict=True))
    np.testing.assert_allclose(found["theta"], expected.theta, atol=1e-4)
    shown = warp(as_tensor(faces.pixels), torch.from_numpy(expected.theta), 48)
    np.testing.assert_allclose(found["attended"], shown.numpy(), atol=1e-4)
    temperatures = json.loads(metadata["training"])["temperatures"]
    for name, probabilities in (("fer2013", expected.fer2013), ("ferplus", expected.ferplus)):
        scaled = probabilities ** (1 / temperatures[name])
        np.testing.assert_allclose(found[name], scaled / scaled.sum(1, keepdims=True), atol=1e-3)


def test_the_metadata_holds_labels_provenance_and_scores(metadata, run):
    assert json.loads(metadata["labels_ferplus"]) == list(FERPLUS_LABELS)
    assert json.loads(metadata["labels_fer2013"]) == list(FER2013_LABELS)
    assert metadata["git_commit"]
    training = json.loads(metadata["training"])
    assert training["seed"] == 0
    assert training["epochs"] == checkpoint.load(run / "best.pt")["epoch"]
    assert training["config"]["widths"] == [4, 8, 8, 8]
    assert "PublicTest" in training["selected_by"]
    neutral = json.loads(metadata["neutral_log_mean"])
    assert len(neutral) == 8
    assert max(neutral) < 0
    scores = json.loads(metadata["scores"])
    assert scores["split"] == "PublicTest"
    assert {"accuracy", "macro_f1", "calibration_error", "recall", "confusion"} <= set(scores["fer2013"])
    assert scores["ferplus"]["faces"] == 21


def test_the_file_is_lean_and_names_no_path_of_the_machine_that_made_it(exported):
    content = exported.read_bytes()
    for place in (Path(__file__).parents[2], Path(torch.__file__).parent, Path.home()):
        assert str(place).encode() not in content
    operators = {node.op_type for node in onnx.load_from_string(content).graph.node}
    assert not operators & {"BatchNormalization", "Identity", "Expand", "Range", "Dropout"}


def test_an_export_that_disagrees_with_torch_is_refused(exported, faces, run):
    net, _ = checkpoint.load_network(run / "best.pt")
    other = Deployed(net, fer2013_temperature=0.1, ferplus_temperature=0.1).eval()
    with pytest.raises(DataError, match=r"ferplus differs from torch by .*; nothing was written"):
        check(other, exported.read_bytes(), faces.pixels)


def test_folding_batch_norm_changes_nothing(faces, run):
    net, _ = checkpoint.load_network(run / "best.pt")
    deployed = Deployed(net, fer2013_temperature=1, ferplus_temperature=1).eval()
    grey = as_tensor(faces.pixels)
    with torch.no_grad():
        attended = standardise(warp(grey, net.attend(grey), net.attended_px))
        for folded, plain in zip(deployed.net.classifier(attended), net.classifier(attended), strict=True):
            torch.testing.assert_close(folded, plain, atol=1e-4, rtol=1e-4)


def test_a_folder_that_is_not_there_is_refused_and_an_old_file_survives(made_up, run, refused, tmp_path, exported):
    line = refused("export", "--run", run, *made_up.arguments(), "--out", tmp_path / "none" / "x.onnx")
    assert "none" in line
    assert "No such file or directory" in line
    assert "best.pt: No such file" in refused("export", "--run", tmp_path, *made_up.arguments(), "--out", exported)
    assert onnx.load(exported).graph.node


def test_the_commit_is_that_of_the_checkout_dirty_or_unknown(tmp_path):
    def git(*arguments: str) -> None:
        identity = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
        subprocess.run(["git", "-C", tmp_path, *identity, *arguments], check=True, capture_output=True)

    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "net.py").write_text("a = 1\n", encoding="utf-8")
    assert git_commit(folder) == "unknown"
    git("init")
    assert git_commit(folder) == "unknown"
    git("add", ".")
    git("commit", "-m", "one")
    commit = git_commit(folder)
    assert len(commit) == 40
    (tmp_path / "weights.onnx").write_text("not of this folder", encoding="utf-8")
    assert git_commit(folder) == commit
    (folder / "net.py").write_text("a = 2\n", encoding="utf-8")
    assert git_commit(folder) == f"{commit}-dirty"
    site_packages = tmp_path / "site-packages"
    site_packages.mkdir()
    assert git_commit(site_packages) == "unknown"


def evaluated(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    capsys.readouterr()
    assert main(["evaluate", *map(str, arguments)]) == 0
    return capsys.readouterr().out


def test_evaluate_prints_json_and_nothing_else(exported, made_up, capsys, metadata):
    out = evaluated(capsys, "--onnx", exported, *made_up.arguments(), "--split", "PublicTest", "--json")
    found = json.loads(out)
    assert (found["network"], found["dataset"], found["split"]) == ("tiny.onnx", "fer2013", "PublicTest")
    scores = json.loads(metadata["scores"])
    assert found["fer2013"] == scores["fer2013"]
    assert found["ferplus"] == scores["ferplus"]
    assert np.sum(found["fer2013"]["confusion"]) == 21


def test_evaluate_shows_poses_and_covers_alike_for_onnx_and_checkpoint(exported, run, made_up, capsys):
    more = [*made_up.arguments(), "--pose", "--occlusion", "--json"]
    of_onnx = json.loads(evaluated(capsys, "--onnx", exported, *more))
    of_checkpoint = json.loads(evaluated(capsys, "--checkpoint", run / "best.pt", *more))
    assert of_onnx["occlusion"].keys() == {"quarter", "half"}
    assert of_onnx["occlusion"] == of_checkpoint["occlusion"]
    for key in ("r2_shift", "r2_axes", "theta_sd"):
        assert of_onnx["pose"][key] == pytest.approx(of_checkpoint["pose"][key], abs=2e-3)
    assert of_onnx["pose"]["accuracy_upright"]["fer2013"] == of_onnx["fer2013"]["accuracy"]


def test_evaluate_prints_a_table_and_draws(run, made_up, capsys, tmp_path):
    plots = tmp_path / "plots"
    arguments = ["--checkpoint", run / "best.pt", *made_up.arguments(), "--pose", "--occlusion", "--plots", plots]
    out = evaluated(capsys, *arguments)
    for part in ("FER-2013, 21 faces", "FER+ (majority protocol), 21 faces", "macro-F1", "R²", "a quarter"):
        assert part in out
    drawn = {path.name: path.read_bytes()[:8] for path in plots.iterdir()}
    assert drawn.keys() == {
        "confusion_fer2013.png",
        "confusion_ferplus.png",
        "reliability_fer2013.png",
        "reliability_ferplus.png",
        "training.png",
    }
    assert set(drawn.values()) == {b"\x89PNG\r\n\x1a\n"}


def test_evaluate_without_votes_scores_fer2013_alone(exported, made_up, capsys):
    found = json.loads(evaluated(capsys, "--onnx", exported, "--data", made_up.data, "--json"))
    assert "ferplus" not in found


def test_evaluate_refuses_what_is_not_miens_network(made_up, refused, tmp_path, exported):
    path = tmp_path / "other.onnx"
    path.write_bytes(b"no model")
    assert f"{path}: not an ONNX model" in refused("evaluate", "--onnx", path, "--data", made_up.data)
    model = onnx.load(exported)
    del model.metadata_props[:]
    onnx.save(model, path)
    assert "labels_fer2013 is None" in refused("evaluate", "--onnx", path, "--data", made_up.data)
    model.graph.output[2].name = "other"
    for node in model.graph.node:
        node.output[:] = ["other" if name == "theta" else name for name in node.output]
        node.input[:] = ["other" if name == "theta" else name for name in node.input]
    onnx.save(model, path)
    assert "not Mien's network" in refused("evaluate", "--onnx", path, "--data", made_up.data)


def test_evaluate_of_an_onnx_file_needs_no_torch(exported, made_up):
    code = (
        "import sys; sys.modules['torch'] = None; sys.modules['onnx'] = None; from model.cli import main; "
        f"sys.exit(main(['evaluate', '--onnx', {str(exported)!r}, '--data', {str(made_up.data)!r}, '--json']))"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["faces"] == 21
