"""The state of one training run and its steps: first the localisation net alone, then all of it."""

import json
import math
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import torch
from accelerate import Accelerator, DistributedDataParallelKwargs
from accelerate.utils import broadcast_object_list
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel
from tqdm import tqdm

from model import checkpoint, initial, metrics
from model.config import Config, config_from
from model.data import DataError, Faces
from model.objective import Batch, Objective
from model.predict import as_tensor, predict
from model.targets import all_targets

# One-cycle (Smith & Topin 2018): the part of the steps that the learning rate rises.
_RISE = 0.15
_LOCALISE_LR = 1e-3


class Trainer:
    """The state of one run in ``folder``: what a checkpoint holds and what a step changes.

    Of several processes each has its own Trainer. All draw the same order of the faces, each takes its part of every
    batch, and all take the same step by the mean of their gradients; only the main process validates and writes.
    """

    def __init__(self, config: Config, training: Faces, validation: Faces, folder: Path) -> None:
        """Prepare a new run.

        Raises:
            DataError: the FER+ votes are missing, the faces do not fill a batch, the processes do not share one evenly,
                or a teacher cannot be read.
        """
        if training.votes is None or validation.votes is None:
            raise DataError("training needs the FER+ votes; give fer2013new.csv with --ferplus")
        if len(training) < config.batch:
            raise DataError(f"{len(training)} faces to train on do not fill a batch of {config.batch}; lower batch")
        # Each phase leaves a part of the weights without gradients, which DDP must look for.
        unused = DistributedDataParallelKwargs(find_unused_parameters=True)
        cpu = not torch.cuda.is_available()
        self.accelerator = Accelerator(cpu=cpu, mixed_precision="no", kwargs_handlers=[unused])
        device, processes = self.accelerator.device, self.accelerator.num_processes
        if config.batch % processes:
            raise DataError(f"{processes} processes do not share a batch of {config.batch} evenly; change batch")
        torch.manual_seed(config.seed)
        self.config = config
        self.folder = folder
        self.validation = validation
        self.net = checkpoint.build(config)
        if config.init:
            initial.start_from(self.net, Path(config.init), training.pixels)
        self.net.to(device)
        nn.utils.convert_conv2d_weight_memory_format(self.net, torch.channels_last)
        self.averaged = AveragedModel(self.net, avg_fn=_moving_average(config.averaging), use_buffers=True)
        if config.localiser_run and self.net.localiser is not None:
            trained, _ = checkpoint.load_network(Path(config.localiser_run) / "last.pt")
            if trained.localiser is None:
                raise DataError(f"{config.localiser_run}: a run without a localisation net; name another localiser_run")
            self.net.localiser.load_state_dict(trained.localiser.state_dict())
        self.batch = all_targets(training, config, device)
        self.steps_per_epoch = len(training) // config.batch
        objective = Objective(self.net, config, bfloat16=has_bfloat16(device))
        self.objective: nn.Module = self.accelerator.prepare(objective)
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
        self.interrupted = False

    @property
    def total_epochs(self) -> int:
        """Epochs of both phases."""
        return self._warm_epochs + self.config.epochs

    @property
    def _warm_epochs(self) -> int:
        return self.config.localise_epochs if self.net.localiser is not None else 0

    def run_epoch(self) -> dict[str, Any]:
        """Train one epoch; in the main process, validate and write checkpoints; return the line of the log.

        Raises:
            DataError: the loss is not finite.
            KeyboardInterrupt: at the first step that finds ``interrupted`` set.
        """
        started = time.monotonic()
        warm = self.epoch < self._warm_epochs
        if self.epoch == self._warm_epochs:
            # the classifier's untrained weights and statistics are no part of the average
            self.averaged.n_averaged.zero_()
        self.net.train()
        if self.net.localiser is not None and self.config.localiser_frozen and not warm:
            self.net.localiser.eval()
        generator, order = self._draw_order()
        progress = tqdm(
            self._batches(order),
            total=self.steps_per_epoch,
            desc=f"epoch {self.epoch + 1}/{self.total_epochs}",
            leave=False,
            mininterval=1.0,
            disable=not self.accelerator.is_main_process,
        )
        sums: dict[str, float] = {}
        for step, batch in enumerate(progress):
            if self.interrupted:
                raise KeyboardInterrupt
            parts = self._step(batch, generator, self._active(step, warm=warm), warm=warm)
            self.averaged.update_parameters(self.net)
            for name, value in parts.items():
                sums[name] = sums.get(name, 0.0) + value / self.steps_per_epoch
        line: dict[str, Any] = {"epoch": self.epoch, "phase": "localise" if warm else "joint", "loss": self._mean(sums)}
        rates = self.localiser_optimizer if warm and self.localiser_optimizer is not None else self.optimizer
        line["lr"] = rates.param_groups[0]["lr"]
        if self.accelerator.is_main_process:
            if not warm:
                line["PublicTest"] = self.validate()
            line["seconds"] = round(time.monotonic() - started, 1)
            self._keep(line)
        self.epoch += 1
        return line

    def end(self) -> None:
        """Part from the other processes; no epoch can follow."""
        accelerator = self.accelerator
        accelerator.wait_for_everyone()
        # What averages the gradients goes first: gloo aborts a process that ends while it still holds a connection.
        self.objective = nn.Identity()
        accelerator.free_memory()
        accelerator.end_training()

    def validate(self) -> dict[str, float]:
        """Score the averaged weights on PublicTest: accuracies in percent, upright."""
        net = self.averaged.module.eval()
        scores = metrics.quick_scores(predict(net, as_tensor(self.validation.pixels)), self.validation)
        self.averaged.module.train()
        return scores

    def resume(self) -> bool:
        """Take up the main process's ``last.pt`` of the folder where there is one; return whether there was.

        Raises:
            DataError: the checkpoint is damaged or was made with other settings.
        """
        found = [self._saved() if self.accelerator.is_main_process else None]
        state = broadcast_object_list(found)[0]
        if state is None:
            return False
        self.net.load_state_dict(state["net"])
        self.averaged.module.load_state_dict(state["averaged"])
        self.averaged.n_averaged.fill_(state["n_averaged"])
        self.optimizer.load_state_dict(state["optimizer"])
        if self.localiser_optimizer is not None:
            self.localiser_optimizer.load_state_dict(state["localiser_optimizer"])
        self.epoch, self.best = state["epoch"], state["best"]
        return True

    def _saved(self) -> dict[str, Any] | None:
        path = self.folder / "last.pt"
        if not path.exists():
            return None
        state = checkpoint.load(path)
        if "optimizer" not in state:
            raise DataError(f"{path}: holds weights alone, not a run to go on from; restore it, or use another --out")
        if config_from(state["config"], str(path)) != self.config:
            raise DataError(f"{path}: made with other settings; use another --out, or the config saved beside it")
        return state

    def _draw_order(self) -> tuple[torch.Generator, Tensor]:
        """Return the epoch's order of all faces, the same in each process, and a generator of this process's own."""
        device, process = self.accelerator.device, self.accelerator.process_index
        seed = self.config.seed * 1_000_003 + self.epoch
        generator = torch.Generator(device).manual_seed(seed)
        order = torch.randperm(len(self.batch.faces), generator=generator, device=device)
        if process > 0:
            seed += process << 32
            generator.manual_seed(seed)
        torch.manual_seed(seed)  # dropout
        return generator, order

    def _batches(self, order: Tensor) -> Iterator[Batch]:
        first, processes = self.accelerator.process_index, self.accelerator.num_processes
        for step in range(self.steps_per_epoch):
            chosen = order[step * self.config.batch : (step + 1) * self.config.batch][first::processes]
            teacher = None if self.batch.teacher is None else self.batch.teacher[chosen]
            yield Batch(
                self.batch.faces[chosen].float() / 255, self.batch.fer2013[chosen], self.batch.ferplus[chosen], teacher
            )

    def _active(self, step: int, *, warm: bool) -> list[torch.optim.Optimizer]:
        """Set the learning rates of a step and return the optimizers that take it."""
        done = self.epoch + step / self.steps_per_epoch
        if warm:
            assert self.localiser_optimizer is not None
            _set_lr(self.localiser_optimizer, _LOCALISE_LR * (0.1 + 0.9 * _cosine(done / self._warm_epochs)))
            return [self.localiser_optimizer]
        done = (done - self._warm_epochs) / self.config.epochs
        rate = done / _RISE if done < _RISE else _cosine((done - _RISE) / (1 - _RISE))
        _set_lr(self.optimizer, self.config.lr * max(rate, 1e-3))
        if self.localiser_optimizer is None or self.config.localiser_frozen:
            return [self.optimizer]
        _set_lr(self.localiser_optimizer, _LOCALISE_LR * self.config.localiser_lr * _cosine(done))
        return [self.optimizer, self.localiser_optimizer]

    def _step(
        self, batch: Batch, generator: torch.Generator, active: list[torch.optim.Optimizer], *, warm: bool
    ) -> dict[str, float]:
        for optimizer in active:
            optimizer.zero_grad()
        total, parts = self.objective(batch, generator, warm=warm)
        self._check(total)
        self.accelerator.backward(total)
        for optimizer in active:
            optimizer.step()
        return dict(parts)

    def _mean(self, sums: dict[str, float]) -> dict[str, float]:
        values = torch.tensor(list(sums.values()), dtype=torch.float64, device=self.accelerator.device)
        return dict(zip(sums, self.accelerator.reduce(values, "mean").tolist(), strict=True))

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
            "epoch": self.epoch + 1,
            "best": self.best,
            "averaged": self.averaged.module.state_dict(),
            "scores": scores,
        }
        if better:
            checkpoint.save(self.folder / "best.pt", state)
        # Before last.pt: whoever dies in between repeats the epoch, and drops its line on resuming.
        with (self.folder / "history.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
        state |= {
            "net": self.net.state_dict(),
            "n_averaged": int(self.averaged.n_averaged),
            "optimizer": self.optimizer.state_dict(),
            "localiser_optimizer": self.localiser_optimizer and self.localiser_optimizer.state_dict(),
        }
        checkpoint.save(self.folder / "last.pt", state)


def selection(scores: dict[str, float]) -> float:
    """What a checkpoint is chosen by: the mean of both accuracies on PublicTest, in percent."""
    return (scores["fer2013"] + scores["ferplus"]) / 2


def has_bfloat16(device: torch.device) -> bool:
    """Whether ``device`` multiplies bfloat16 natively, which halves an epoch; elsewhere it would slow it."""
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    cpuinfo = Path("/proc/cpuinfo")
    return cpuinfo.exists() and "bf16" in cpuinfo.read_text(encoding="utf-8")


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
