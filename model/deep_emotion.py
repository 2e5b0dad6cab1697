"""The network that Mien starts from, as published, to state its true figure beside the published one.

Minaee & Abdolrashidi, "Deep-Emotion: Facial Expression Recognition Using Attentional Convolutional Network" (2019;
Sensors 21, 2021), report 70.02 % on FER-2013. What they leave open is filled in here: the spatial transformer warps the
input, as in the text (the figure can also be read as warping the features); convolutions are not padded, and each has
a ReLU; the localisation net has 8 and 10 channels, 3x3, and 32 units; batches of 128; pixels in [-1, 1]; the learning
rate stays as it is; random mirroring is the only augmentation.
"""

import dataclasses
import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import torch
from torch import Tensor, nn
from torch.nn import functional
from tqdm import tqdm

from model import checkpoint, metrics
from model.augment import random_flip
from model.data import SIDE_PX, DataError, Faces, Pixels
from model.fitted import Fitted, digest, other_fit
from model.labels import FER2013_LABELS
from model.metrics import Array
from model.net import warp
from model.predict import as_tensor

_CHANNELS: Final = 10
_DENSE: Final = 50
# The paper draws its initial weights from a Gaussian of mean 0 and this standard deviation.
_INITIAL_SD: Final = 0.05
# The paper tunes the L2 term's weight on the validation set.
L2_GRID: Final = (0.001, 0.0001)
_BATCH_SCORED: Final = 256


@dataclass(frozen=True, slots=True)
class Recipe:
    """How it is trained: with Adam at the paper's rate; the paper trained for 500 epochs."""

    epochs: int = 100
    batch: int = 128
    lr: float = 0.005
    l2: float = 0.001
    seed: int = 0


class DeepEmotion(nn.Module):
    """Localisation net → θ → bilinear sampling → four convolutions → dropout → two dense layers."""

    def __init__(self) -> None:
        super().__init__()
        self.localisation = nn.Sequential(
            nn.Conv2d(1, 8, 3),
            nn.MaxPool2d(2),
            nn.ReLU(),
            nn.Conv2d(8, 10, 3),
            nn.MaxPool2d(2),
            nn.ReLU(),
            nn.Flatten(),
            nn.Linear(10 * 10 * 10, 32),
            nn.ReLU(),
        )
        self.theta = nn.Linear(32, 6)
        self.features = nn.Sequential(
            nn.Conv2d(1, _CHANNELS, 3),
            nn.ReLU(),
            nn.Conv2d(_CHANNELS, _CHANNELS, 3),
            nn.MaxPool2d(2),
            nn.ReLU(),
            nn.Conv2d(_CHANNELS, _CHANNELS, 3),
            nn.ReLU(),
            nn.Conv2d(_CHANNELS, _CHANNELS, 3),
            nn.MaxPool2d(2),
            nn.ReLU(),
            nn.Flatten(),
            nn.Dropout(0.5),
        )
        self.dense = nn.Linear(_CHANNELS * 9 * 9, _DENSE)
        self.output = nn.Linear(_DENSE, len(FER2013_LABELS))
        for module in self.modules():
            if isinstance(module, nn.Conv2d | nn.Linear):
                nn.init.normal_(module.weight, std=_INITIAL_SD)
                assert module.bias is not None
                nn.init.zeros_(module.bias)
        # The identity at first, as Jaderberg et al. 2015 start.
        nn.init.zeros_(self.theta.weight)
        with torch.no_grad():
            self.theta.bias.copy_(torch.tensor([1.0, 0, 0, 0, 1, 0]))

    def forward(self, faces: Tensor) -> Tensor:
        """Map faces (N, 1, 48, 48) in [-1, 1] to logits (N, 7)."""
        theta: Tensor = self.theta(self.localisation(faces))
        features = self.features(warp(faces, theta.view(-1, 2, 3), SIDE_PX))
        logits: Tensor = self.output(functional.relu(self.dense(features)))
        return logits

    def groups(self, l2: float) -> list[dict[str, Any]]:
        """Return the parameters for Adam: the L2 term (Adam's own weight decay) on the two dense layers' weights."""
        decayed = [self.dense.weight, self.output.weight]
        others = [p for p in self.parameters() if all(p is not d for d in decayed)]
        return [{"params": decayed, "weight_decay": l2}, {"params": others}]


class Run:
    """One training in ``folder``, taken up where it was left."""

    def __init__(self, recipe: Recipe, training: Faces, validation: Faces, folder: Path) -> None:
        torch.manual_seed(recipe.seed)
        folder.mkdir(parents=True, exist_ok=True)
        self.recipe, self.training, self.validation = recipe, training, validation
        self.folder = folder
        self.key = digest(training, validation, json.dumps(dataclasses.asdict(recipe)))
        self.net = DeepEmotion()
        self.optimizer = torch.optim.Adam(self.net.groups(recipe.l2), lr=recipe.lr)
        self.epoch, self.best, self.fit_s = 0, -1.0, 0.0
        last = folder / "last.pt"
        if last.exists():
            state = _load(last, self.key)
            self.net.load_state_dict(state["net"])
            self.optimizer.load_state_dict(state["optimizer"])
            self.epoch, self.best, self.fit_s = state["epoch"], state["best"], state["fit_s"]

    def run_epoch(self) -> None:
        """Train one epoch, score PublicTest, keep the checkpoints."""
        started = time.monotonic()
        seed = self.recipe.seed * 1_000_003 + self.epoch
        generator = torch.Generator().manual_seed(seed)
        torch.manual_seed(seed)  # dropout
        order = torch.randperm(len(self.training), generator=generator)
        labels = torch.from_numpy(self.training.labels)
        total = 0.0
        self.net.train()
        title = f"Deep-Emotion, epoch {self.epoch + 1}/{self.recipe.epochs}"
        for chosen in tqdm(order.split(self.recipe.batch), desc=title, leave=False, mininterval=1.0):
            faces = random_flip(as_tensor(self.training.pixels[chosen.numpy()]) * 2 - 1, generator)
            self.optimizer.zero_grad()
            loss = functional.cross_entropy(self.net(faces), labels[chosen])
            if not torch.isfinite(loss):
                raise DataError(f"{self.folder}: the loss is not finite any more; train into another --out")
            loss.backward()
            self.optimizer.step()
            total += float(loss.detach()) * len(chosen)
        accuracy = round(metrics.accuracy(_scores(self.net, self.validation.pixels), self.validation.labels), 2)
        self.epoch += 1
        seconds = time.monotonic() - started
        self.fit_s += seconds
        self._keep(accuracy)
        line = {
            "epoch": self.epoch - 1,
            "loss": {"cross_entropy": total / len(self.training)},
            "PublicTest": {"fer2013": accuracy},
            "seconds": round(seconds, 1),
        }
        with (self.folder / "history.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")

    def _keep(self, accuracy: float) -> None:
        state = {
            "config": {"network": "deep_emotion", "key": self.key} | dataclasses.asdict(self.recipe),
            "epoch": self.epoch,
            "averaged": self.net.state_dict(),
            "scores": {"fer2013": accuracy},
        }
        if accuracy > self.best:
            self.best = accuracy
            checkpoint.save(self.folder / "best.pt", state)
        state |= {"net": self.net.state_dict(), "optimizer": self.optimizer.state_dict()}
        checkpoint.save(self.folder / "last.pt", state | {"best": self.best, "fit_s": self.fit_s})


def fit(training: Faces, validation: Faces, folder: Path, recipe: Recipe | None = None) -> Fitted:
    """Train on ``training`` with each of ``L2_GRID``; take the run and the epoch that are best on ``validation``.

    Best is the highest FER-2013 accuracy on PublicTest. Writes ``l2_WEIGHT/`` with ``history.jsonl``, ``last.pt`` and
    ``best.pt`` into ``folder``, and goes on from what is there. The checkpoints are like those of Mien's own runs:
    ``averaged`` holds the weights to use, here those of one epoch.

    Raises:
        DataError: the folder holds a damaged run, or one on other data or with other settings.
    """
    recipe = recipe or Recipe()
    runs = [Run(dataclasses.replace(recipe, l2=l2), training, validation, folder / f"l2_{l2:g}") for l2 in L2_GRID]
    for run in runs:
        while run.epoch < recipe.epochs:
            run.run_epoch()
    best = max(runs, key=lambda run: run.best)
    state = _load(best.folder / "best.pt", best.key)
    net = DeepEmotion()
    net.load_state_dict(state["averaged"])
    net.eval()

    def score(pixels: Pixels) -> Array:
        return _scores(net, pixels)

    chosen = {
        "l2": best.recipe.l2,
        "epoch": state["epoch"],
        "of": recipe.epochs,
        "PublicTest": {f"{run.recipe.l2:g}": run.best for run in runs},
    }
    parameters = sum(p.numel() for p in net.parameters())
    return Fitted(score, parameters, round(sum(run.fit_s for run in runs), 1), chosen, best.key)


def _load(path: Path, key: str) -> dict[str, Any]:
    state = checkpoint.load(path)
    if state["config"].get("key") != key:
        raise other_fit(path)
    return state


@torch.no_grad()
def _scores(net: DeepEmotion, pixels: Pixels) -> Array:
    """Run ``net`` in eval mode over pixels, uint8 (N, 48, 48); probabilities, float32 (N, 7)."""
    net.eval()
    outputs = [net(as_tensor(pixels[i : i + _BATCH_SCORED]) * 2 - 1) for i in range(0, len(pixels), _BATCH_SCORED)]
    probabilities: Array = torch.cat(outputs).softmax(1).numpy()
    return probabilities
