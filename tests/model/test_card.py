"""The model card holds the network's own figures, nothing else's, and leaves out what was not measured."""

import contextlib
import hashlib
import json
import re
import shutil
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="the train extra is not installed")

import onnx
import torch
from torch.utils.flop_counter import FlopCounterMode

from model import checkpoint
from model.card import Measured, write_card
from model.cli import main
from model.cost import cost, count
from model.data import load_fer2013
from model.export import Deployed, export
from model.figures import read_evaluation


@pytest.fixture(scope="module")
def weights(exported, tmp_path_factory):
    """A folder with an exported network, and nothing else."""
    folder = tmp_path_factory.mktemp("card") / "weights"
    folder.mkdir()
    shutil.copy(exported, folder / "emotion.onnx")
    return folder


@pytest.fixture(scope="module")
def evaluated(weights, run, made_up):
    """Evaluations of the network (``own``) and of checkpoints of its run, and its cost, as JSON files by name."""
    folder = weights.parent
    more = [*made_up.arguments(), "--pose", "--occlusion", "--json"]
    networks = {
        "own": ["--onnx", str(weights / "emotion.onnx")],
        "seed0": ["--checkpoint", str(run / "best.pt")],
        "no-stn": ["--checkpoint", str(run / "last.pt")],
    }
    for name, network in networks.items():
        with (folder / f"{name}.json").open("w", encoding="utf-8") as file, contextlib.redirect_stdout(file):
            assert main(["evaluate", *network, *more]) == 0
    figures = cost(weights / "emotion.onnx", rounds=3, side=64)
    (folder / "cost.json").write_text(json.dumps(figures), encoding="utf-8")
    return {path.stem: path for path in folder.glob("*.json")}


def card(weights: Path, *more: object) -> str:
    """Run ``python -m model card`` and return the card."""
    out = weights / "README.md"
    assert main(["card", "--onnx", str(weights / "emotion.onnx"), "--out", str(out), *map(str, more)]) == 0
    return out.read_text(encoding="utf-8")


def headings(page: str) -> list[str]:
    return re.findall(r"^### (.+)$", page, re.MULTILINE)


def test_the_metadata_alone_gives_recipe_scores_and_calibration_and_no_more(weights, capsys):
    page = card(weights)
    assert headings(page) == ["Data", "Recipe", "Scores", "Calibration", "Limits", "Licences"]
    digest = hashlib.sha256((weights / "emotion.onnx").read_bytes()).hexdigest()
    assert re.findall(r"^\| `([^`]+)` \| `([0-9a-f]{64})` \|", page, re.MULTILINE) == [("emotion.onnx", digest)]
    assert "face_detector" not in page
    assert "widths = [4, 8, 8, 8]" in page
    assert "8 convolutions of 3×3 (4, 4, 8, 8, 8, 8, 8, 8 channels)" in page
    assert not re.search(r"\$|None|nan", page)


def test_everything_measured_is_in_the_card(weights, evaluated, tmp_path):
    experiments = weights.parent / "EXPERIMENTS.md"
    experiments.write_text("# Experiments\n", encoding="utf-8")
    digest = hashlib.sha256((weights / "emotion.onnx").read_bytes()).hexdigest()
    thresholds = tmp_path / "thresholds.json"
    thresholds.write_text(json.dumps({"sha256": digest, "markdown": "### Thresholds\n\nHere.\n"}), encoding="utf-8")
    page = card(
        weights,
        *("--evaluation", evaluated["own"], "--ablation", evaluated["no-stn"], "--thresholds", thresholds),
        *("--seeds", evaluated["seed0"], evaluated["no-stn"], "--cost", evaluated["cost"]),
        *("--experiments", experiments),
    )
    measured = ["Scores", "Calibration", "Attention and pose", "Covered faces", "Thresholds"]
    measured += ["Ablation", "Seeds", "Cost"]
    assert headings(page) == ["Data", "Recipe", *measured, "Limits", "Licences"]
    own, other = (json.loads(evaluated[name].read_text(encoding="utf-8")) for name in ("own", "no-stn"))
    for found in (
        f"shift {own['pose']['r2_shift']:.3f}, axes {own['pose']['r2_axes']:.3f}",
        f"| half | {own['occlusion']['half']['fer2013']:.2f} % |",
        f"| no-stn | {other['fer2013']['accuracy']:.2f} % | {other['ferplus']['accuracy']:.2f} % |",
        "[EXPERIMENTS.md](../EXPERIMENTS.md)",
        f"{json.loads(evaluated['cost'].read_text(encoding='utf-8'))['ms_a_face']:.2f} ms a face",
    ):
        assert found in page
    accuracies = [read_evaluation(evaluated[name]).heads["fer2013"].accuracy for name in ("seed0", "no-stn")]
    assert f"| **mean ± sd** | **{np.mean(accuracies):.2f} ± {np.std(accuracies, ddof=1):.2f} %** |" in page


def test_the_tables_by_class_follow_from_the_confusion_matrix(weights, evaluated):
    page = card(weights, "--evaluation", evaluated["own"])
    head = read_evaluation(evaluated["own"]).heads["fer2013"]
    row = head.confusion[0]
    recall = f"{row[0] / row.sum() * 100:.1f} %"
    assert f"| anger | {' | '.join(map(str, row))} | {recall} |" in page
    assert row.sum() == 3


def test_the_face_detector_beside_the_network_is_described(weights, repository, tmp_path, refused):
    folder = tmp_path / "weights"
    shutil.copytree(weights, folder)
    detector = folder / "face_detector.onnx"
    shutil.copy(repository / "weights" / detector.name, detector)
    page = card(folder)
    digest = hashlib.sha256(detector.read_bytes()).hexdigest()
    assert f"| `face_detector.onnx` | `{digest}` | Apache-2.0 |" in page
    assert "## face_detector.onnx\n\nMediaPipe's" in page
    sums = dict(line.split("  ")[::-1] for line in (folder / "SHA256SUMS").read_text(encoding="ascii").splitlines())
    assert sums == dict(re.findall(r"^\| `([^`]+)` \| `([0-9a-f]{64})` \|", page, re.MULTILINE))
    detector.write_bytes(b"another")
    line = refused("card", "--onnx", folder / "emotion.onnx", "--out", folder / "README.md")
    assert f"{detector}: not the detector that the card describes" in line
    assert (folder / "README.md").read_text(encoding="utf-8") == page


def test_figures_that_do_not_belong_are_refused(weights, evaluated, refused, tmp_path):
    arguments = ["card", "--onnx", weights / "emotion.onnx", "--out", tmp_path / "README.md"]
    own = json.loads(evaluated["own"].read_text(encoding="utf-8"))

    def given(option: str, text: str) -> str:
        path = tmp_path / "figures.json"
        path.write_text(text, encoding="utf-8")
        line: str = refused(*arguments, option, path)
        assert f"{path}: " in line
        return line

    assert "measured of another file than" in refused(*arguments, "--evaluation", evaluated["seed0"])
    assert "measured of another file than" in given("--evaluation", json.dumps(own | {"sha256": "0"}))
    assert "measured on FER-2013 PrivateTest, not on FER-2013 PublicTest" in given(
        "--ablation", json.dumps(own | {"split": "PrivateTest"})
    )
    assert "one seed has no spread" in given("--seeds", json.dumps(own))
    assert "not JSON" in given("--evaluation", "accuracy 70 %")
    assert "make it with --json" in given("--cost", "[]")
    assert "not what cost --json prints" in given("--cost", json.dumps(own))
    assert "not what tools.thresholds --json writes" in given("--thresholds", json.dumps(own))
    assert "measured of another file than" in given(
        "--thresholds", json.dumps({"sha256": "0", "markdown": "### Of it"})
    )
    own["fer2013"]["confusion"] = [[1]]
    assert "not what evaluate --json prints" in given("--evaluation", json.dumps(own))
    assert "none.json: No such file" in refused(*arguments, "--evaluation", tmp_path / "none.json")
    assert "no such page" in refused(*arguments, "--experiments", tmp_path / "none.md")
    assert not (tmp_path / "README.md").exists()


def test_a_page_that_is_no_card_is_not_overwritten(weights, refused, tmp_path):
    page = tmp_path / "README.md"
    page.write_text("# Mien\n", encoding="utf-8")
    line = refused("card", "--onnx", weights / "emotion.onnx", "--out", page)
    assert f"{page}: holds something else than a model card" in line
    assert page.read_text(encoding="utf-8") == "# Mien\n"


def test_a_network_without_its_history_is_refused(weights, refused, tmp_path):
    model = onnx.load(weights / "emotion.onnx")
    del model.metadata_props[-1]
    onnx.save(model, tmp_path / "bare.onnx")
    line = refused("card", "--onnx", tmp_path / "bare.onnx", "--out", tmp_path / "README.md")
    assert "bare.onnx: its metadata lacks how it was trained or scored; export it again" in line


def test_export_writes_the_card_where_weights_lie_and_over_no_other_page(run, made_up, tmp_path):
    weights, elsewhere = tmp_path / "weights", tmp_path / "elsewhere"
    weights.mkdir()
    elsewhere.mkdir()
    (elsewhere / "README.md").write_text("# Mien\n", encoding="utf-8")
    for folder in (weights, elsewhere):
        out = str(folder / "emotion.onnx")
        assert main(["export", "--run", str(run), *made_up.arguments(), "--out", out]) == 0
    assert (weights / "README.md").read_text(encoding="utf-8").startswith("# The weights\n")
    digest = hashlib.sha256((weights / "emotion.onnx").read_bytes()).hexdigest()
    assert (weights / "SHA256SUMS").read_text(encoding="ascii") == f"{digest}  emotion.onnx\n"
    assert not (elsewhere / "SHA256SUMS").exists()
    assert (elsewhere / "README.md").read_text(encoding="utf-8") == "# Mien\n"


def test_a_network_of_another_data_set_is_not_described_as_of_fer2013(weights, refused, tmp_path):
    model = onnx.load(weights / "emotion.onnx")
    for entry in model.metadata_props:
        entry.value = entry.value.replace('"dataset": "fer2013"', '"dataset": "jaffe"')
    onnx.save(model, tmp_path / "jaffe.onnx")
    line = refused("card", "--onnx", tmp_path / "jaffe.onnx", "--out", tmp_path / "README.md")
    assert "jaffe.onnx: trained on jaffe; the card is for networks trained on FER-2013" in line


def test_other_runs_are_named_and_their_places_are_not(run, made_up, tmp_path):
    state = checkpoint.load(run / "best.pt")
    state["config"] |= {"teachers": (str(run),), "localiser_run": str(run), "init": str(run / "best.pt")}
    checkpoint.save(tmp_path / "best.pt", state)
    out = tmp_path / "emotion.onnx"
    export(tmp_path / "best.pt", load_fer2013(made_up.data, "PublicTest", made_up.ferplus), out)
    write_card(out, tmp_path / "README.md", Measured())
    page = (tmp_path / "README.md").read_text(encoding="utf-8")
    assert 'teachers = ["run"]' in page
    for content in (out.read_bytes(), page.encode()):
        assert str(run.parent).encode() not in content


def test_the_count_is_that_of_torch(exported, run):
    net, _ = checkpoint.load_network(run / "best.pt")
    deployed = Deployed(net, fer2013_temperature=1, ferplus_temperature=1).eval()
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        deployed(torch.zeros(1, 1, 48, 48, dtype=torch.uint8))
    found = count(onnx.load(exported))
    assert found["multiply_adds"] * 2 == counter.get_total_flops()
    assert found["parameters"] == sum(p.numel() for p in deployed.parameters())


def test_cost_is_time_times_speed(exported, capsys, refused, tmp_path):
    assert main(["cost", "--onnx", str(exported), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["sha256"] == hashlib.sha256(exported.read_bytes()).hexdigest()
    for name in ("numpy", "onnxruntime"):
        gflop = found["ms_a_face"] / 1e3 * found["core_gflop_per_s"][name]
        assert found["gflop_a_face"][name] == pytest.approx(gflop, rel=0.02, abs=1e-3)
        assert found["core_gflop_per_s"][name] > 0
    assert main(["cost", "--onnx", str(exported)]) == 0
    assert "M multiply-adds" in capsys.readouterr().out
    assert "none.onnx: No such file" in refused("cost", "--onnx", tmp_path / "none.onnx")
