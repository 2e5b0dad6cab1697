"""The network's geometry, its loss of equivariance and its size are what the papers and the issue ask for."""

import numpy as np
import pytest

pytest.importorskip("torch", reason="the train extra is not installed")

import torch

from model import poses
from model.augment import random_pose
from model.config import Config
from model.net import IDENTITY_SCALE, MienNet, compose, standardise, warp
from model.objective import equivariance, smooth_labels, soft_cross_entropy

IDENTITY = torch.tensor([[IDENTITY_SCALE, 0, 0], [0, IDENTITY_SCALE, 0]])


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def mild_poses(n: int, seed: int) -> torch.Tensor:
    return random_pose(n, generator(seed), shift_px=2, rotation_deg=12, scale=(0.85, 1.0))


def smooth_faces(n: int, side: int = 48) -> torch.Tensor:
    y, x = torch.meshgrid(torch.linspace(-1, 1, side), torch.linspace(-1, 1, side), indexing="ij")
    k = torch.arange(1, n + 1).view(n, 1, 1)
    return (0.5 + 0.25 * torch.sin(4 * x + k) + 0.25 * torch.cos(3 * y + k)).unsqueeze(1)


def inverse(maps: torch.Tensor) -> torch.Tensor:
    full = torch.cat([maps, torch.tensor([[[0.0, 0.0, 1.0]]]).expand(len(maps), 1, 3)], 1)
    inverted: torch.Tensor = torch.linalg.inv(full)
    return inverted[:, :2]


def test_theta_starts_at_nine_tenths_of_the_identity_whatever_the_face():
    faces = torch.rand(5, 1, 48, 48, generator=generator())
    with torch.no_grad():
        theta = MienNet((4, 8, 8, 8)).eval()(faces).theta
    torch.testing.assert_close(theta, IDENTITY.expand(5, 2, 3))


def test_without_attention_the_frame_is_fixed_and_there_is_no_localiser():
    net = MienNet((4, 8, 8, 8), attention=False)
    assert net.localiser is None
    torch.testing.assert_close(net.attend(torch.zeros(3, 1, 48, 48)), IDENTITY.expand(3, 2, 3))


def test_the_identity_warp_changes_nothing():
    faces = torch.rand(2, 1, 48, 48, generator=generator())
    identity = torch.eye(2, 3).expand(2, 2, 3)
    torch.testing.assert_close(warp(faces, identity, 48), faces, atol=1e-5, rtol=0)


def test_warping_twice_is_warping_once_through_the_composed_map():
    faces = smooth_faces(4)
    turn = torch.tensor([[0.94, -0.34, 0.0], [0.34, 0.94, 0.0]])
    shift = torch.tensor([[1.0, 0.0, 0.2], [0.0, 1.0, -0.1]])
    a, b = turn.expand(4, 2, 3), shift.expand(4, 2, 3)
    twice = warp(warp(faces, a, 48), b, 48)
    once = warp(faces, compose(a, b), 48)
    inner = (slice(None), slice(None), slice(14, 34), slice(14, 34))
    torch.testing.assert_close(twice[inner], once[inner], atol=5e-3, rtol=0)
    wrong_order = warp(faces, compose(b, a), 48)
    assert (twice - wrong_order)[inner].abs().max() > 2e-2


def test_evaluation_poses_faces_as_training_does():
    pixels = np.random.default_rng(4).integers(0, 256, (6, 48, 48), dtype=np.uint8)
    drawn = poses.random_poses(6, 5, shift_px=5, rotation_deg=20, scale=(0.8, 1.2))
    in_torch = warp(torch.from_numpy(pixels)[:, None].float(), torch.from_numpy(drawn).float(), 48)
    np.testing.assert_allclose(poses.posed(pixels, drawn), in_torch[:, 0].numpy(), atol=0.51)


def test_a_perfect_localiser_has_no_equivariance_loss_and_a_fixed_frame_has():
    a, b = mild_poses(8, 1), mild_poses(8, 2)
    canonical = IDENTITY.expand(8, 2, 3)
    apart, away = equivariance(compose(a, compose(inverse(a), canonical)), compose(b, compose(inverse(b), canonical)))
    assert apart.item() == pytest.approx(0, abs=1e-10)
    assert away.item() == pytest.approx(0, abs=1e-10)
    apart, _ = equivariance(compose(a, canonical), compose(b, canonical))
    assert apart.item() > 1e-3


def test_a_blank_face_gives_finite_gradients():
    faces = torch.zeros(2, 1, 48, 48, requires_grad=True)
    standardise(faces).sum().backward()
    assert faces.grad is not None
    assert torch.isfinite(faces.grad).all()


@pytest.mark.parametrize("lamp", [1.0, 0.5])
def test_the_network_sees_mean_0_and_deviation_near_1_whatever_the_lamp(lamp):
    seen = standardise(smooth_faces(3) * lamp)
    torch.testing.assert_close(seen.mean((1, 2, 3)), torch.zeros(3), atol=1e-5, rtol=0)
    torch.testing.assert_close(seen.std((1, 2, 3)), torch.ones(3), atol=0.25, rtol=0)


def test_rows_without_a_target_do_not_count():
    logits = torch.randn(4, 8, generator=generator())
    targets = smooth_labels(torch.tensor([1, 2, 3, 4]), 8, 0.1)
    targets[2:] = 0
    both = soft_cross_entropy(logits, targets)
    torch.testing.assert_close(both, soft_cross_entropy(logits[:2], targets[:2]))
    assert soft_cross_entropy(logits, torch.zeros(4, 8)).item() == 0


def test_the_default_network_is_within_two_million_parameters_and_ten_layers():
    config = Config()
    net = MienNet(config.widths, attended_px=config.attended_px, squeeze=config.squeeze)
    assert sum(p.numel() for p in net.parameters()) <= 2_000_000
    convolutions = [m for m in net.classifier.modules() if isinstance(m, torch.nn.Conv2d)]
    assert len(convolutions) + 1 < 10
