"""Random poses and light, on batches of faces, in torch alone.

A pose is an affine map θ, (N, 2, 3) float32, from output to input coordinates in [-1, 1] (Jaderberg et al., "Spatial
Transformer Networks", 2015): ``warp(x, θ)`` shows at ``p`` what ``x`` has at ``θ p``.

Random numbers are drawn on the generator's device, which must be that of the faces.
"""

import math

import torch
from torch import Tensor
from torch.nn import functional


def random_pose(
    n: int,
    generator: torch.Generator,
    *,
    shift_px: float,
    rotation_deg: float,
    scale: tuple[float, float],
    side_px: int = 48,
) -> Tensor:
    """Draw ``n`` poses (n, 2, 3): uniform shifts, rotations and log-uniform scales.

    A scale above 1 makes the map reach further out, so that the face looks smaller.
    """
    u = torch.rand(n, 4, generator=generator, device=generator.device) * 2 - 1
    angle = u[:, 0] * math.radians(rotation_deg)
    low, high = (math.log(s) for s in scale)
    zoom = torch.exp((low + high) / 2 + u[:, 1] * (high - low) / 2)
    shift = u[:, 2:] * (2 * shift_px / side_px)
    cos, sin = zoom * angle.cos(), zoom * angle.sin()
    return torch.stack([torch.stack([cos, -sin, shift[:, 0]], 1), torch.stack([sin, cos, shift[:, 1]], 1)], 1)


def random_flip(faces: Tensor, generator: torch.Generator) -> Tensor:
    """Mirror a random half of ``faces`` (N, 1, H, W)."""
    flip = torch.rand(len(faces), 1, 1, 1, generator=generator, device=faces.device) < 0.5
    return torch.where(flip, faces.flip(-1), faces)


def random_light(faces: Tensor, generator: torch.Generator, strength: float) -> Tensor:
    """Change contrast, gamma and a left-right, top-bottom ramp of light of ``faces`` (N, 1, H, W) in [0, 1]."""
    n, _, height, width = faces.shape
    u = (torch.rand(n, 5, generator=generator, device=faces.device) * 2 - 1).view(5, n, 1, 1, 1) * strength
    y = torch.linspace(-1, 1, height, device=faces.device).view(1, 1, height, 1)
    x = torch.linspace(-1, 1, width, device=faces.device).view(1, 1, 1, width)
    lit = faces.clamp(1e-3, 1) ** torch.exp(u[0])
    lit = (lit - 0.5) * torch.exp(0.5 * u[1]) + 0.5 + 0.3 * u[2] + 0.3 * (u[3] * x + u[4] * y)
    return lit.clamp(0, 1)


def random_erase(faces: Tensor, generator: torch.Generator, probability: float) -> Tensor:
    """Replace a random rectangle by its face's mean in a part of ``faces`` (N, 1, H, W) (Zhong et al. 2020)."""
    n, _, height, width = faces.shape
    u = torch.rand(n, 5, generator=generator, device=faces.device).view(n, 5, 1, 1, 1)
    h = (0.15 + 0.35 * u[:, 0]) * height
    w = (0.15 + 0.35 * u[:, 1]) * width
    top, left = u[:, 2] * (height - h), u[:, 3] * (width - w)
    y = torch.arange(height, device=faces.device).view(1, 1, height, 1)
    x = torch.arange(width, device=faces.device).view(1, 1, 1, width)
    inside = (y >= top) & (y < top + h) & (x >= left) & (x < left + w) & (u[:, 4] < probability)
    return torch.where(inside, faces.mean(dim=(2, 3), keepdim=True), faces)


def mixup(
    faces: Tensor, targets: list[Tensor], generator: torch.Generator, alpha: float
) -> tuple[Tensor, list[Tensor]]:
    """Blend each face with another of the batch, and its targets alike (Zhang et al., "mixup", 2018).

    One Beta(alpha, alpha) weight a face; the same permutation for ``faces`` and all ``targets``.
    """
    n = len(faces)
    # torch's Beta distribution takes no generator; numpy's would be a second source of randomness.
    gammas = torch._standard_gamma(torch.full((2, n), alpha, device=faces.device), generator=generator)
    weight = gammas[0] / gammas.sum(0).clamp_min(1e-8)
    weight = torch.maximum(weight, 1 - weight)
    order = torch.randperm(n, generator=generator, device=faces.device)

    def blend(values: Tensor) -> Tensor:
        w = weight.view(-1, *[1] * (values.dim() - 1))
        return w * values + (1 - w) * values[order]

    return blend(faces), [blend(t) for t in targets]


def blur(faces: Tensor, generator: torch.Generator, probability: float) -> Tensor:
    """Halve the resolution of a random part of ``faces`` (N, 1, H, W), as small or soft faces look."""
    chosen = torch.rand(len(faces), 1, 1, 1, generator=generator, device=faces.device) < probability
    small = functional.avg_pool2d(faces, 2)
    soft = functional.interpolate(small, size=faces.shape[-2:], mode="bilinear", align_corners=False)
    return torch.where(chosen, soft, faces)
