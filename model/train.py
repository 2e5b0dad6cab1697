"""Train one network: first the localisation net alone, then all of it."""

import json
import math
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel
from tqdm import tqdm

from model import checkpoint, metrics
from model.config import Config
from model.data import DataError, Faces, Pixels, soft_targets
from model.labels import FER2013_LABELS
from model.objective import Batch, localise_loss, loss, smooth_labels

# One-cycle (Smith & Topin 2018): the part of the steps that the learning rate rises.
_RISE = 0.15
_LOCALISE_LR = 1e-3


def as_tensor(pixels: Pixels) -> Tensor:
    """Turn pixels, uint8 (N, 48, 48), into float32 (N, 1, 48, 48) in [0, 1]."""
    return torch.from_numpy(pixels).unsqueeze(1).float() / 255


class Trainer:
    """The state of one run in ``folder``: what a checkpoint holds and what a step changes."""

    def __init__(self, config: Config, training: Faces, validation: Faces, folder: Path) -> None:
        """Prepare a new run.

        Raises:
            DataError: the FER+ votes are missing, the faces do not fill a batch, or a teacher cannot be read.
        """
        if training.votes is None or validation.votes is None:
            raise DataError("training needs the FER+ votes; give fer2013new.csv with --ferplus")
        if len(training) < config.batch:
            raise DataError(f"{len(training)} faces to train on do not fill a batch of {config.batch}; lower batch")
        torch.manual_seed(config.seed)
        self.config = config
        self.folder = folder
        self.validation = validation
        self.net = checkpoint.build(config)
        nn.utils.convert_conv2d_weight_memory_format(self.net, torch.channels_last)
        self.averaged = AveragedModel(self.net, avg_fn=_moving_average(config.averaging), use_buffers=True)
        if config.localiser_run and self.net.localiser is not None:
            trained, _ = checkpoint.load_network(Path(config.localiser_run) / "last.pt")
            if trained.localiser is None:
                raise DataError(f"{config.localiser_run}: a run without a localisation net; name another localiser_run")
            self.net.localiser.load_state_dict(trained.localiser.state_dict())
        self.batch = _all_targets(training, config)
        self.steps_per_epoch = len(training) // config.batch
        self.bfloat16 = has_bfloat16()
        # biases and batch-norm scales are not decayed, as is usual
        decayed = [p for p in self.net.classifier.parameters() if p.dim() > 1]
        others = [p for p in self.net.classifier.parameters() if p.dim() <= 1]
        groups: list[dict[str, Any]] = [{"params": decayed, "weight_decay": config.weight_decay}, {"params": others}]
        self.optimizer = torch.optim.SGD(groups, lr=config.lr, momentum=config.momentum, nesterov=True)
        self.localiser_optimizer = (
            None
            if self.net.localiser is None
            else torch.optim.AdamW(self.net.localiser.parameters(), lr=_LOCALISE_LR, weight_decay=1e-4)
        )
        self.epoch = 0
        self.best = -1.0

    @property
    def total_epochs(self) -> int:
        """Epochs of both phases."""
        return self._warm_epochs + self.config.epochs

    @property
    def _warm_epochs(self) -> int:
        return self.config.localise_epochs if self.net.localiser is not None else 0

    def run_epoch(self) -> dict[str, Any]:
        """Train one epoch, validate, write checkpoints; return the line of the log."""
        started = time.monotonic()
        generator = torch.Generator().manual_seed(self.config.seed * 1_000_003 + self.epoch)
        torch.manual_seed(self.config.seed * 1_000_003 + self.epoch)  # dropout
        warm = self.epoch < self._warm_epochs
        if self.epoch == self._warm_epochs:
            # the classifier's untrained weights and statistics are no part of the average
            self.averaged.n_averaged.zero_()
        self.net.train()
        if self.net.localiser is not None and self.config.localiser_frozen and not warm:
            self.net.localiser.eval()
        sums: dict[str, float] = {}
        progress = tqdm(
            self._batches(generator),
            total=self.steps_per_epoch,
            desc=f"epoch {self.epoch + 1}/{self.total_epochs}",
            leave=False,
            mininterval=1.0,
        )
        for step, batch in enumerate(progress):
            parts = self._localise(batch, generator, step) if warm else self._joint(batch, generator, step)
            self.averaged.update_parameters(self.net)
            for name, value in parts.items():
                sums[name] = sums.get(name, 0.0) + value / self.steps_per_epoch
        line: dict[str, Any] = {"epoch": self.epoch, "phase": "localise" if warm else "joint", "loss": sums}
        if not warm:
            line["PublicTest"] = self.validate()
        line["seconds"] = round(time.monotonic() - started, 1)
        self.epoch += 1
        self._keep(line)
        return line

    def validate(self) -> dict[str, float]:
        """Score the averaged weights on PublicTest: accuracies in percent, upright."""
        net = self.averaged.module.eval()
        scores = metrics.quick_scores(predict(net, as_tensor(self.validation.pixels)), self.validation)
        self.averaged.module.train()
        return scores

    def resume(self) -> bool:
        """Take up ``last.pt`` of the folder where there is one; return whether there was.

        Raises:
            DataError: the checkpoint is damaged or was made with other settings.
        """
        path = self.folder / "last.pt"
        if not path.exists():
            return False
        state = checkpoint.load(path)
        if "optimizer" not in state:
            raise DataError(f"{path}: holds weights alone, not a run to go on from; restore it, or use another --out")
        if json.loads(json.dumps(state["config"])) != json.loads(json.dumps(self.config.to_dict())):
            raise DataError(f"{path}: made with other settings; use another --out, or the config saved beside it")
        self.net.load_state_dict(state["net"])
        self.averaged.module.load_state_dict(state["averaged"])
        self.averaged.n_averaged.fill_(state["n_averaged"])
        self.optimizer.load_state_dict(state["optimizer"])
        if self.localiser_optimizer is not None:
            self.localiser_optimizer.load_state_dict(state["localiser_optimizer"])
        self.epoch, self.best = state["epoch"], state["best"]
        return True

    def _batches(self, generator: torch.Generator) -> Iterator[Batch]:
        order = torch.randperm(len(self.batch.faces), generator=generator)
        for step in range(self.steps_per_epoch):
            chosen = order[step * self.config.batch : (step + 1) * self.config.batch]
            teacher = None if self.batch.teacher is None else self.batch.teacher[chosen]
            yield Batch(
                self.batch.faces[chosen].float() / 255, self.batch.fer2013[chosen], self.batch.ferplus[chosen], teacher
            )

    def _localise(self, batch: Batch, generator: torch.Generator, step: int) -> dict[str, float]:
        assert self.localiser_optimizer is not None
        done = (self.epoch + step / self.steps_per_epoch) / self._warm_epochs
        _set_lr(self.localiser_optimizer, _LOCALISE_LR * (0.1 + 0.9 * _cosine(done)))
        self.localiser_optimizer.zero_grad()
        total = localise_loss(self.net, batch.faces, self.config, generator)
        self._check(total)
        total.backward()
        self.localiser_optimizer.step()
        return {"apart": float(total.detach())}

    def _joint(self, batch: Batch, generator: torch.Generator, step: int) -> dict[str, float]:
        done = (self.epoch - self._warm_epochs + step / self.steps_per_epoch) / self.config.epochs
        rate = done / _RISE if done < _RISE else _cosine((done - _RISE) / (1 - _RISE))
        _set_lr(self.optimizer, self.config.lr * max(rate, 1e-3))
        self.optimizer.zero_grad()
        if self.localiser_optimizer is not None and not self.config.localiser_frozen:
            _set_lr(self.localiser_optimizer, _LOCALISE_LR * self.config.localiser_lr * _cosine(done))
            self.localiser_optimizer.zero_grad()
        total, parts = loss(self.net, batch, self.config, generator, bfloat16=self.bfloat16)
        self._check(total)
        total.backward()
        self.optimizer.step()
        if self.localiser_optimizer is not None and not self.config.localiser_frozen:
            self.localiser_optimizer.step()
        return parts

    def _check(self, total: Tensor) -> None:
        # Before backward: through a θ that is not finite, grid_sample's gradient reads outside its image and crashes.
        if not torch.isfinite(total):
            raise DataError(f"{self.folder}: the loss is not finite any more; lower lr and train into another --out")

    def _keep(self, line: dict[str, Any]) -> None:
        scores = line.get("PublicTest")
        better = scores is not None and selection(scores) > self.best
        if scores is not None and better:
            self.best = selection(scores)
        state = {
            "config": self.config.to_dict(),
            "epoch": self.epoch,
            "best": self.best,
            "averaged": self.averaged.module.state_dict(),
            "scores": scores,
        }
        if better:
            checkpoint.save(self.folder / "best.pt", state)
        state |= {
            "net": self.net.state_dict(),
            "n_averaged": int(self.averaged.n_averaged),
            "optimizer": self.optimizer.state_dict(),
            "localiser_optimizer": self.localiser_optimizer and self.localiser_optimizer.state_dict(),
        }
        checkpoint.save(self.folder / "last.pt", state)
        with (self.folder / "history.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")


def train(config: Config, training: Faces, validation: Faces, folder: Path, *, resume: bool) -> dict[str, Any]:
    """Train to the end and return the last line of the log.

    Writes ``config.json``, ``history.jsonl``, ``last.pt`` (to resume) and ``best.pt`` (the epoch with the highest mean
    of both accuracies on PublicTest) into ``folder``. Ctrl-C loses at most the epoch in progress.

    Raises:
        DataError: the folder holds a run and ``resume`` is False, or its checkpoint does not fit.
    """
    if (folder / "last.pt").exists() and not resume:
        raise DataError(f"{folder}: holds a run already; add --resume, or give another --out")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(config.to_dict(), indent=1) + "\n", encoding="utf-8")
    trainer = Trainer(config, training, validation, folder)
    if resume:
        trainer.resume()
    line: dict[str, Any] = {}
    while trainer.epoch < trainer.total_epochs:
        line = trainer.run_epoch()
        tqdm.write(json.dumps(line))
    return line


def selection(scores: dict[str, float]) -> float:
    """What a checkpoint is chosen by: the mean of both accuracies on PublicTest, in percent."""
    return (scores["fer2013"] + scores["ferplus"]) / 2


@torch.no_grad()
def predict(net: nn.Module, faces: Tensor, batch: int = 256) -> metrics.Predictions:
    """Run ``net`` in eval mode over faces (N, 1, 48, 48) in [0, 1]; probabilities and θ as float32 arrays."""
    outputs = [net(faces[start : start + batch]) for start in range(0, len(faces), batch)]
    return metrics.Predictions(
        torch.cat([o.fer2013 for o in outputs]).softmax(1).numpy(),
        torch.cat([o.ferplus for o in outputs]).softmax(1).numpy(),
        torch.cat([o.theta for o in outputs]).numpy(),
    )


def has_bfloat16() -> bool:
    """Whether this processor multiplies bfloat16 natively, which halves an epoch; elsewhere it would slow it."""
    cpuinfo = Path("/proc/cpuinfo")
    return torch.cuda.is_available() or (cpuinfo.exists() and "bf16" in cpuinfo.read_text(encoding="utf-8"))


def _all_targets(training: Faces, config: Config) -> Batch:
    assert training.votes is not None
    teacher = None
    if config.teachers:
        teacher = torch.from_numpy(teach(config, as_tensor(training.pixels)))
    return Batch(
        torch.from_numpy(training.pixels).unsqueeze(1),
        smooth_labels(torch.from_numpy(training.labels), len(FER2013_LABELS), config.label_smoothing),
        torch.from_numpy(soft_targets(training.votes)),
        teacher,
    )


def teach(config: Config, faces: Tensor) -> metrics.Array:
    """Average the teachers' softened distributions over both mirrorings of faces (N, 1, 48, 48); float32 (N, 15)."""
    sums = np.zeros((len(faces), 15), np.float32)
    for folder in config.teachers:
        net, _ = checkpoint.load_network(Path(folder) / "best.pt")
        for view in (faces, faces.flip(-1)):
            found = predict(net, view)
            for columns, probabilities in ((slice(0, 7), found.fer2013), (slice(7, 15), found.ferplus)):
                softened = probabilities ** (1 / config.distill_temperature)
                sums[:, columns] += softened / softened.sum(1, keepdims=True)
    sums /= 2 * len(config.teachers)
    return sums


def _moving_average(decay: float) -> Callable[[Tensor, Tensor, Tensor | int], Tensor]:
    """An exponential moving average whose window grows with what it has seen, until it is ``decay``'s."""

    def average(averaged: Tensor, current: Tensor, count: Tensor | int) -> Tensor:
        kept = min(decay, (1 + int(count)) / (10 + int(count)))
        return averaged * kept + current * (1 - kept)

    return average


def _cosine(done: float) -> float:
    return 0.5 + 0.5 * math.cos(math.pi * min(max(done, 0.0), 1.0))


def _set_lr(optimizer: torch.optim.Optimizer, lr: float) -> None:
    for group in optimizer.param_groups:
        group["lr"] = lr
