"""A network's answers in torch, batch by batch."""

import torch
from torch import Tensor, nn

from model import metrics
from model.data import Pixels


def as_tensor(pixels: Pixels) -> Tensor:
    """Turn pixels, uint8 (N, 48, 48), into float32 (N, 1, 48, 48) in [0, 1]."""
    return torch.from_numpy(pixels).unsqueeze(1).float() / 255


@torch.no_grad()
def predict(net: nn.Module, faces: Tensor, batch: int = 256) -> metrics.Predictions:
    """Run ``net``, in eval mode, over faces (N, 1, 48, 48) in [0, 1], where its weights are.

    Returns:
        Probabilities and θ as float32 arrays.
    """
    device = next(net.parameters()).device
    outputs = [net(faces[start : start + batch].to(device)) for start in range(0, len(faces), batch)]
    return metrics.Predictions(
        torch.cat([o.fer2013 for o in outputs]).softmax(1).cpu().numpy(),
        torch.cat([o.ferplus for o in outputs]).softmax(1).cpu().numpy(),
        torch.cat([o.theta for o in outputs]).cpu().numpy(),
    )
