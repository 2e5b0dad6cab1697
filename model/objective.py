"""What training minimises: one batch of faces to one loss."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from model import augment
from model.config import Config
from model.net import IDENTITY_SCALE, MienNet, compose, standardise, warp


@dataclass(frozen=True, slots=True)
class Batch:
    """N faces with their targets.

    Attributes:
        faces: float32 (N, 1, 48, 48) in [0, 1].
        fer2013: target distributions (N, 7), a zero row where FER-2013 has no such label.
        ferplus: target distributions (N, 8), a zero row where FER+ names no emotion.
        teacher: the teachers' distributions (N, 15), both heads side by side; None without teachers.
    """

    faces: Tensor
    fer2013: Tensor
    ferplus: Tensor
    teacher: Tensor | None = None


def smooth_labels(labels: Tensor, classes: int, smoothing: float) -> Tensor:
    """Turn labels (N,) into distributions (N, classes) (label smoothing, Szegedy et al. 2016); zeros for label -1."""
    smooth = functional.one_hot(labels.clamp_min(0), classes).float() * (1 - smoothing) + smoothing / classes
    return smooth * (labels >= 0).unsqueeze(1)


def soft_cross_entropy(logits: Tensor, targets: Tensor) -> Tensor:
    """Return the mean cross-entropy of logits (N, C) to distributions (N, C); zero rows of targets do not count."""
    counted = targets.sum(1).sum().clamp_min(1.0)
    return -(targets * functional.log_softmax(logits, dim=1)).sum() / counted


def equivariance(maps_a: Tensor, maps_b: Tensor) -> tuple[Tensor, Tensor]:
    """Return how far two canonical maps (N, 2, 3) of the same faces differ, and how far the batch's mean is from 0.9 I.

    For poses A, B of a face x, A·θ(x∘A) and B·θ(x∘B) must be the same region of x. The first term alone is smaller for
    smaller regions, so that without the second they shrink (to 0.68 I in a trial); it holds the mean over all faces and
    leaves each face free.
    """
    identity = torch.tensor([[IDENTITY_SCALE, 0, 0], [0, IDENTITY_SCALE, 0]], device=maps_a.device)
    apart = (maps_a - maps_b).square().sum((1, 2)).mean()
    away = (((maps_a + maps_b) / 2).mean(0) - identity).square().sum()
    return apart, away


@dataclass(frozen=True, slots=True)
class Views:
    """Posed faces (N, 1, 48, 48), their poses and θ (N, 2, 3), and what ``equivariance`` says of two poses of each."""

    pose: Tensor
    posed: Tensor
    theta: Tensor
    apart: Tensor
    away: Tensor


def look(net: MienNet, faces: Tensor, config: Config, generator: torch.Generator) -> Views:
    """Pose faces (N, 1, 48, 48) twice, localise both, and compare."""
    n = len(faces)
    poses = _random_pose(2 * n, config, generator)
    posed = warp(faces.repeat(2, 1, 1, 1), poses, faces.shape[-1])
    theta = net.attend(posed)
    maps = compose(poses, theta)
    apart, away = equivariance(maps[:n], maps[n:])
    return Views(poses[:n], posed[:n], theta[:n], apart, away)


def look_frozen(net: MienNet, faces: Tensor, config: Config, generator: torch.Generator) -> Views:
    """Pose faces (N, 1, 48, 48) once, and localise them without learning from it."""
    pose = _random_pose(len(faces), config, generator)
    posed = warp(faces, pose, faces.shape[-1])
    with torch.no_grad():
        theta = net.attend(posed)
    nothing = torch.zeros((), device=faces.device)
    return Views(pose, posed, theta, nothing, nothing)


def localise_loss(net: MienNet, faces: Tensor, config: Config, generator: torch.Generator) -> Tensor:
    """The localisation net's warm start: equivariance alone, on faces (N, 1, 48, 48)."""
    lit = augment.random_flip(augment.random_light(faces, generator, config.light), generator)
    views = look(net, lit, config, generator)
    return views.apart + config.pull * views.away


def loss(
    net: MienNet, batch: Batch, config: Config, generator: torch.Generator, *, bfloat16: bool
) -> tuple[Tensor, dict[str, float]]:
    """The joint loss of a batch, and its parts for the log.

    Faces are lit and mirrored before the localisation net sees them, and erased, blurred and mixed only after it. The
    classifier mostly samples the original through pose ∘ θ once, since sampling the posed face again blurs it.
    """
    faces = augment.random_flip(augment.random_light(batch.faces, generator, config.light), generator)
    views = (look_frozen if config.localiser_frozen else look)(net, faces, config, generator)
    jitter = augment.random_pose(
        len(faces),
        generator,
        shift_px=config.jitter_shift_px,
        rotation_deg=config.jitter_rotation_deg,
        scale=config.jitter_scale,
    )
    if torch.rand((), generator=generator, device=faces.device) < config.resampled:
        attended = warp(views.posed, compose(views.theta, jitter), config.attended_px)
    else:
        attended = warp(faces, compose(compose(views.pose, views.theta), jitter), config.attended_px)
    attended = standardise(augment.blur(attended, generator, config.blur))
    attended = augment.random_erase(attended, generator, config.erase)
    targets = [batch.fer2013, batch.ferplus, *([] if batch.teacher is None else [batch.teacher])]
    if config.mixup > 0:
        attended, targets = augment.mixup(attended, targets, generator, config.mixup)
    with torch.autocast(attended.device.type, dtype=torch.bfloat16, enabled=bfloat16):
        fer2013, ferplus = net.classifier(attended.contiguous(memory_format=torch.channels_last))
    fer2013, ferplus = fer2013.float(), ferplus.float()
    parts = {
        "fer2013": soft_cross_entropy(fer2013, targets[0]),
        "ferplus": config.ferplus_weight * soft_cross_entropy(ferplus, targets[1]),
    }
    if net.localiser is not None and not config.localiser_frozen:
        parts["apart"] = config.equivariance * views.apart
        parts["away"] = config.equivariance * config.pull * views.away
    if len(targets) == 3:
        parts["distill"] = config.distill_weight * distillation(fer2013, ferplus, targets[2], config)
    total = torch.stack(list(parts.values())).sum()
    return total, {name: float(part.detach()) for name, part in parts.items()}


class Objective(nn.Module):
    """The losses of both phases as one module's ``forward``, the form in which torch averages gradients over processes.

    Args:
        net: what is trained.
        config: the run's settings.
        bfloat16: whether the classifier's products are made in bfloat16.
    """

    def __init__(self, net: MienNet, config: Config, *, bfloat16: bool) -> None:
        super().__init__()
        self.net = net
        self.config = config
        self.in_bfloat16 = bfloat16

    def forward(self, batch: Batch, generator: torch.Generator, *, warm: bool) -> tuple[Tensor, dict[str, float]]:
        """Return the loss of a batch and its parts for the log: ``localise_loss`` if ``warm``, else ``loss``."""
        if warm:
            total = localise_loss(self.net, batch.faces, self.config, generator)
            return total, {"apart": float(total.detach())}
        return loss(self.net, batch, self.config, generator, bfloat16=self.in_bfloat16)


def distillation(fer2013: Tensor, ferplus: Tensor, teacher: Tensor, config: Config) -> Tensor:
    """The cross-entropy to the teachers' softened distributions (N, 15), both heads (Hinton et al. 2015)."""
    t = config.distill_temperature
    of_fer2013, of_ferplus = teacher[:, : fer2013.shape[1]], teacher[:, fer2013.shape[1] :]
    return t * t * (soft_cross_entropy(fer2013 / t, of_fer2013) + soft_cross_entropy(ferplus / t, of_ferplus))


def _random_pose(n: int, config: Config, generator: torch.Generator) -> Tensor:
    return augment.random_pose(
        n,
        generator,
        shift_px=config.pose_shift_px,
        rotation_deg=config.pose_rotation_deg,
        scale=config.pose_scale,
    )
