"""A run trains, survives being killed, and refuses what it cannot use."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch", reason="the train extra is not installed")

import torch
from accelerate import Accelerator
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from model import checkpoint
from model.cli import main
from model.config import Config, config_from, load_config
from model.data import DataError, load_fer2013
from model.trainer import Trainer

ROOT = Path(__file__).parents[2]


@pytest.fixture
def trainer(made_up):
    """Return a Trainer of the tiny run, into a folder."""
    training = load_fer2013(made_up.data, "Training", made_up.ferplus)
    validation = load_fer2013(made_up.data, "PublicTest", made_up.ferplus)

    def make(folder, **settings):
        folder.mkdir(exist_ok=True)
        return Trainer(load_config(made_up.config, settings), training, validation, folder)

    return make


def history(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "history.jsonl").read_text(encoding="utf-8").splitlines()]


def test_a_run_leaves_its_settings_history_and_checkpoints(run, made_up):
    files = {"config.json", "history.jsonl", "last.pt", "best.pt", "tensorboard"}
    assert {path.name for path in run.iterdir()} == files
    assert [line["phase"] for line in history(run)] == ["localise", "joint", "joint"]
    assert set(history(run)[-1]["PublicTest"]) == {"fer2013", "ferplus"}
    saved = json.loads((run / "config.json").read_text(encoding="utf-8"))
    assert config_from(saved, "config.json") == load_config(made_up.config)


def test_tensorboard_has_the_losses_the_rates_and_the_accuracies_of_each_epoch(run):
    events = EventAccumulator(str(run / "tensorboard")).Reload()
    lines = history(run)
    for tag, expected in {
        "lr": [line["lr"] for line in lines],
        "loss/apart": [line["loss"]["apart"] for line in lines],
        "loss/ferplus": [line["loss"]["ferplus"] for line in lines[1:]],
        "PublicTest/fer2013": [line["PublicTest"]["fer2013"] for line in lines[1:]],
    }.items():
        logged = events.Scalars(tag)
        assert [event.value for event in logged] == pytest.approx(expected)
        assert [event.step for event in logged] == [1, 2, 3][-len(expected) :]


def test_the_best_checkpoint_is_of_the_epoch_with_the_best_publictest(run):
    scored = [(sum(line["PublicTest"].values()), -line["epoch"]) for line in history(run) if "PublicTest" in line]
    assert checkpoint.load(run / "best.pt")["epoch"] == 1 - max(scored)[1]


def test_a_resumed_run_ends_as_an_uninterrupted_one(run, made_up, trainer, tmp_path):
    killed = trainer(tmp_path / "killed")
    killed.run_epoch()
    killed.run_epoch()
    with (tmp_path / "killed" / "history.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"epoch": 2, "los')  # as if it had died before the epoch was saved
    assert made_up.train(tmp_path / "killed", "--resume") == 0
    whole, resumed = checkpoint.load(run / "last.pt"), checkpoint.load(tmp_path / "killed" / "last.pt")
    assert resumed["epoch"] == whole["epoch"] == 3
    for kind in ("averaged", "net"):
        torch.testing.assert_close(resumed[kind], whole[kind], atol=1e-5, rtol=1e-4)
    assert [line["epoch"] for line in history(tmp_path / "killed")] == [0, 1, 2]


def test_ctrl_c_says_what_is_saved_and_resume_goes_on_from_it(made_up, tmp_path):
    out = tmp_path / "run"
    config = tmp_path / "long.toml"
    config.write_text(made_up.config.read_text(encoding="utf-8").replace("epochs = 2", "epochs = 20"), encoding="utf-8")
    arguments = ["train", *made_up.arguments(), "--config", str(config), "--out", str(out)]
    command = [sys.executable, "-m", "model", *arguments]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        while not (out / "last.pt").exists() or len(history(out)) < 2:
            assert process.poll() is None
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    saved = checkpoint.load(out / "last.pt")["epoch"]
    said = f"model: stopped in epoch {saved + 1} of 21, which is lost; the state after epoch {saved} is in {out}"
    assert err.splitlines()[-1].startswith(said)
    assert err.splitlines()[-1].endswith("--resume goes on from it")
    assert "Traceback" not in err
    assert main([*arguments, "--resume"]) == 0
    assert [line["epoch"] for line in history(out)] == list(range(21))


def torchrun(*arguments: object) -> None:
    """Run what follows ``torchrun --nproc-per-node 2``, over the loopback device, to a good end."""
    launch = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--local-addr", "127.0.0.1"]
    environment = os.environ | {"GLOO_SOCKET_IFNAME": "lo", "PYTHONPATH": str(ROOT)}
    command = [*launch, "--nproc-per-node", "2", *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
def test_two_processes_train_one_network_into_one_folder(made_up, tmp_path):
    out = tmp_path / "run"
    torchrun("-m", "model", "train", *made_up.arguments(), "--config", made_up.config, "--out", out)
    assert [line["epoch"] for line in history(out)] == [0, 1, 2]
    assert set(history(out)[-1]["PublicTest"]) == {"fer2013", "ferplus"}
    assert checkpoint.load(out / "last.pt")["epoch"] == 3
    checkpoint.load_network(out / "best.pt")
    assert len(list((out / "tensorboard").iterdir())) == 1


TWO_EPOCHS = """
import os
import sys
from pathlib import Path
import torch
from model.config import load_config
from model.data import load_fer2013
from model.trainer import Trainer
data, ferplus, config, out = map(Path, sys.argv[1:])
training, validation = (load_fer2013(data, split, ferplus) for split in ("Training", "PublicTest"))
trainer = Trainer(load_config(config), training, validation, out)
trainer.run_epoch()
_, order = trainer._draw_order()
seen = torch.cat([batch.faces for batch in trainer._batches(order)])
trainer.run_epoch()
result = {"seen": seen, "weights": {name: value.data for name, value in trainer.net.named_parameters()}}
torch.save(result, out / f"process{trainer.accelerator.process_index}.pt")
trainer.end()
# At the interpreter's end gloo aborts now and then; how a process ends is not what this tests.
os._exit(0)
"""


@pytest.mark.slow
def test_processes_share_out_the_faces_and_keep_the_same_weights(made_up, tmp_path):
    script = tmp_path / "two_epochs.py"
    script.write_text(TWO_EPOCHS, encoding="utf-8")
    torchrun(script, made_up.data, made_up.ferplus, made_up.config, tmp_path)
    first, second = (torch.load(tmp_path / f"process{i}.pt") for i in range(2))
    torch.testing.assert_close(first["weights"], second["weights"], atol=0, rtol=0)
    assert len(first["seen"]) == len(second["seen"]) == 20
    faces = load_fer2013(made_up.data, "Training").pixels
    seen = np.concatenate([first["seen"], second["seen"]])[:, 0] * 255
    assert {face.tobytes() for face in np.rint(seen).astype(np.uint8)} == {face.tobytes() for face in faces}


def test_a_batch_that_the_processes_cannot_share_evenly_is_refused(trainer, tmp_path, monkeypatch):
    monkeypatch.setattr(Accelerator, "num_processes", 3)
    with pytest.raises(DataError, match="3 processes do not share a batch of 8 evenly; change batch"):
        trainer(tmp_path)


def test_a_finished_run_is_not_overwritten(run, made_up, refused):
    arguments = ["train", *made_up.arguments(), "--config", made_up.config, "--out", run]
    assert "holds a run already; add --resume" in refused(*arguments)
    assert "made with other settings" in refused(*arguments, "--resume", "--seed", "7")


def test_a_damaged_checkpoint_is_refused(made_up, run, refused, tmp_path):
    path = tmp_path / "best.pt"
    for content in (b"", b"no checkpoint", (run / "best.pt").read_bytes()[:5000]):
        path.write_bytes(content)
        assert f"{path}: not a checkpoint of Mien" in refused("evaluate", "--checkpoint", path, "--data", made_up.data)
    torch.save({"weights": 1}, path)
    assert f"{path}: not a checkpoint of Mien" in refused("evaluate", "--checkpoint", path, "--data", made_up.data)
    assert "No such file" in refused("evaluate", "--checkpoint", tmp_path / "none.pt", "--data", made_up.data)


def test_nan_in_a_checkpoint_is_refused_by_every_command(made_up, run, refused, tmp_path):
    state = checkpoint.load(run / "last.pt")
    state["averaged"]["classifier.fer2013.bias"][2] = torch.nan
    checkpoint.save(tmp_path / "last.pt", state)
    says = f"{tmp_path / 'last.pt'}: classifier.fer2013.bias holds a value that is not finite"
    out = tmp_path / "out.onnx"
    assert says in refused("evaluate", "--checkpoint", tmp_path / "last.pt", "--data", made_up.data)
    assert says in refused("export", "--checkpoint", tmp_path / "last.pt", *made_up.arguments(), "--out", out)
    assert says in refused("train", *made_up.arguments(), "--config", made_up.config, "--out", tmp_path, "--resume")
    assert not out.exists()


def test_weights_of_another_size_are_refused(run, tmp_path):
    state = checkpoint.load(run / "best.pt")
    state["config"]["widths"] = (4, 8, 8, 16)
    checkpoint.save(tmp_path / "best.pt", state)
    with pytest.raises(DataError, match="do not fit the settings"):
        checkpoint.load_network(tmp_path / "best.pt")


def test_a_best_checkpoint_cannot_be_resumed(run, trainer, tmp_path):
    (tmp_path / "last.pt").write_bytes((run / "best.pt").read_bytes())
    with pytest.raises(DataError, match="not a run to go on from"):
        trainer(tmp_path).resume()


def test_a_loss_that_is_not_finite_stops_the_run_before_it_is_saved(trainer, tmp_path):
    diverged = trainer(tmp_path)
    with torch.no_grad():
        diverged.net.localiser.theta.bias[0] = torch.nan
    with pytest.raises(DataError, match="the loss is not finite any more"):
        diverged.run_epoch()
    assert not (tmp_path / "last.pt").exists()


def test_a_failed_save_leaves_the_old_checkpoint(run, tmp_path):
    path = tmp_path / "last.pt"
    path.write_bytes((run / "last.pt").read_bytes())
    with pytest.raises(AttributeError):
        checkpoint.save(path, {"config": {}, "averaged": lambda: None})
    assert checkpoint.load(path)["epoch"] == 3
    assert [p.name for p in tmp_path.iterdir()] == ["last.pt"]


def test_fewer_faces_than_a_batch_are_refused(trainer, tmp_path):
    with pytest.raises(DataError, match="40 faces to train on do not fill a batch of 64"):
        trainer(tmp_path, batch=64)


def test_a_student_learns_from_the_teachers_named_in_its_settings(run, trainer, tmp_path):
    student = trainer(tmp_path, teachers=[str(run)], distill_weight=1.0, localise_epochs=0, epochs=1)
    torch.testing.assert_close(student.batch.teacher.sum(1), torch.full((40,), 2.0))
    assert "distill" in student.run_epoch()["loss"]


def test_a_frozen_localiser_taken_from_another_run_stays_as_it_was(run, trainer, tmp_path):
    taken = checkpoint.load_network(run / "last.pt")[0].localiser
    assert taken is not None
    student = trainer(tmp_path, localiser_run=str(run), localiser_lr=0.0, localise_epochs=0, epochs=1)
    before = {name: value.clone() for name, value in student.net.classifier.state_dict().items()}
    losses = student.run_epoch()["loss"]
    assert set(losses) == {"fer2013", "ferplus"}
    torch.testing.assert_close(student.net.localiser.state_dict(), taken.state_dict())
    torch.testing.assert_close(student.averaged.module.localiser.state_dict(), taken.state_dict())
    assert not torch.equal(student.net.classifier.state_dict()["fer2013.weight"], before["fer2013.weight"])


def test_the_average_starts_with_the_classifier_s_first_step(trainer, tmp_path):
    run = trainer(tmp_path, averaging=0.9999, epochs=1)
    run.run_epoch()
    untrained = run.net.classifier.fer2013.weight.clone()
    run.run_epoch()
    trained, averaged = run.net.classifier.fer2013.weight, run.averaged.module.classifier.fer2013.weight
    assert (averaged - trained).norm() < 0.5 * (trained - untrained).norm()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("epoch = 3", "no setting 'epoch'"),
        ('epochs = "3"', "epochs is '3', not of type int"),
        ("widths = 4", "widths is 4, not a list"),
        ('widths = ["4"]', "widths is '4', not of type int"),
        ("attention = 1", "attention is 1, not of type bool"),
        ("epochs = ", "not TOML"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path, text, says):
    path = tmp_path / "run.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=says) as error:
        load_config(path)
    assert str(path) in str(error.value)


def test_whole_numbers_do_for_fractions_and_defaults_for_the_rest(tmp_path):
    path = tmp_path / "run.toml"
    path.write_text("lr = 1\npose_scale = [1, 2]\n", encoding="utf-8")
    assert load_config(path) == Config(lr=1.0, pose_scale=(1.0, 2.0))


def test_without_torch_the_command_says_what_to_install(made_up, tmp_path):
    code = (
        "import sys; sys.modules['torch'] = None; from model.cli import main; "
        f"sys.exit(main(['train', *{made_up.arguments()!r}, '--out', {str(tmp_path / 'run')!r}]))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "model: torch is not installed; pip install '.[train]' brings it\n"
