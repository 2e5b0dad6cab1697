"""What a run learns from: faces with the labels, the votes and the teachers' opinions of all of them."""

from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from model import checkpoint, metrics
from model.config import Config
from model.data import Faces, soft_targets
from model.labels import FER2013_LABELS
from model.objective import Batch, smooth_labels
from model.predict import as_tensor, predict


def all_targets(training: Faces, config: Config, device: torch.device) -> Batch:
    """Return all faces of ``training``, still uint8 (N, 1, 48, 48), with their targets, on ``device``.

    ``training`` must have votes.

    Raises:
        DataError: a teacher cannot be read.
    """
    assert training.votes is not None
    teacher = None
    if config.teachers:
        teacher = torch.from_numpy(teach(config, as_tensor(training.pixels), device)).to(device)
    return Batch(
        torch.from_numpy(training.pixels).unsqueeze(1).to(device),
        smooth_labels(torch.from_numpy(training.labels), len(FER2013_LABELS), config.label_smoothing).to(device),
        torch.from_numpy(soft_targets(training.votes)).to(device),
        teacher,
    )


def teach(config: Config, faces: Tensor, device: torch.device) -> metrics.Array:
    """Average the teachers' softened distributions over both mirrorings of faces (N, 1, 48, 48); float32 (N, 15).

    Raises:
        DataError: a teacher cannot be read.
    """
    sums = np.zeros((len(faces), 15), np.float32)
    for folder in config.teachers:
        net, _ = checkpoint.load_network(Path(folder) / "best.pt")
        net.to(device)
        for view in (faces, faces.flip(-1)):
            found = predict(net, view)
            for columns, probabilities in ((slice(0, 7), found.fer2013), (slice(7, 15), found.ferplus)):
                softened = probabilities ** (1 / config.distill_temperature)
                sums[:, columns] += softened / softened.sum(1, keepdims=True)
    sums /= 2 * len(config.teachers)
    return sums
