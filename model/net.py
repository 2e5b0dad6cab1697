"""The network: a spatial transformer in front of a small convolutional classifier with two heads.

After Minaee & Abdolrashidi, "Deep-Emotion: Facial Expression Recognition Using Attentional Convolutional Network"
(2019), which puts a spatial transformer (Jaderberg et al. 2015) beside a classifier of fewer than ten layers.
"""

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from model.labels import FER2013_LABELS, FERPLUS_LABELS

# The attended region before the localisation net has learnt anything, and what its mean is pulled towards.
IDENTITY_SCALE = 0.9


class Output(NamedTuple):
    """What the network says of N faces: logits (N, 7) and (N, 8), θ (N, 2, 3)."""

    fer2013: Tensor
    ferplus: Tensor
    theta: Tensor


def compose(outer: Tensor, inner: Tensor) -> Tensor:
    """Return the affine map ``outer ∘ inner`` for (N, 2, 3) maps: the 3x3 product, without its constant last row."""
    linear = outer[:, :, :2] @ inner
    return torch.cat([linear[:, :, :2], linear[:, :, 2:] + outer[:, :, 2:]], dim=2)


def warp(faces: Tensor, theta: Tensor, side_px: int) -> Tensor:
    """Sample ``faces`` (N, 1, H, W) at ``theta`` (N, 2, 3) bilinearly into (N, 1, side_px, side_px).

    Coordinates are [-1, 1] from edge to edge; what lies outside repeats the border.
    """
    step = (torch.arange(side_px, dtype=theta.dtype, device=theta.device) * 2 + 1) / side_px - 1
    x = step.view(1, side_px).expand(side_px, side_px)
    y = step.view(side_px, 1).expand(side_px, side_px)
    points = torch.stack([x, y, torch.ones_like(x)], dim=2).view(1, side_px * side_px, 3)
    grid = (points @ theta.transpose(1, 2)).view(-1, side_px, side_px, 2)
    return functional.grid_sample(faces, grid, mode="bilinear", padding_mode="border", align_corners=False)


def standardise(faces: Tensor) -> Tensor:
    """Give each of ``faces`` (N, 1, H, W) mean 0 and standard deviation 1, so that a lamp's strength tells nothing."""
    mean = faces.mean(dim=(2, 3), keepdim=True)
    variance = (faces - mean).square().mean(dim=(2, 3), keepdim=True)
    # Blank faces occur in FER-2013; the square root's gradient at 0 is infinite and would turn the weights into NaN.
    return (faces - mean) / (variance.clamp_min(1e-6).sqrt() + 0.03)


class Localiser(nn.Module):
    """Where to look: two convolutions with max-pool and ReLU, two dense layers → θ (N, 2, 3)."""

    def __init__(self, widths: tuple[int, int] = (24, 48), hidden: int = 96) -> None:
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, widths[0], 5, stride=2, padding=2, bias=False),
            nn.BatchNorm2d(widths[0]),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(widths[0], widths[1], 3, padding=1, bias=False),
            nn.BatchNorm2d(widths[1]),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Flatten(),
        )
        self.hidden = nn.Linear(widths[1] * 6 * 6, hidden)
        self.theta = nn.Linear(hidden, 6)
        nn.init.zeros_(self.theta.weight)
        with torch.no_grad():
            self.theta.bias.copy_(torch.tensor([IDENTITY_SCALE, 0, 0, 0, IDENTITY_SCALE, 0]))

    def forward(self, faces: Tensor) -> Tensor:
        """Map faces (N, 1, 48, 48) in [0, 1] to θ (N, 2, 3)."""
        hidden = functional.relu(self.hidden(self.features(standardise(faces))))
        theta: Tensor = self.theta(hidden)
        return theta.view(-1, 2, 3)


class SqueezeExcite(nn.Module):
    """Weigh channels by what the whole map holds (Hu et al., "Squeeze-and-Excitation Networks", 2018)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.down = nn.Linear(width, width // 8)
        self.up = nn.Linear(width // 8, width)

    def forward(self, maps: Tensor) -> Tensor:
        """Return (N, C, H, W) weighed by (N, C)."""
        weight = torch.sigmoid(self.up(functional.relu(self.down(maps.mean(dim=(2, 3))))))
        return maps * weight[:, :, None, None]


class Classifier(nn.Module):
    """What is seen: convolutions in pairs, each pair with max-pool and ReLU, dropout, one dense head a label set."""

    def __init__(self, widths: tuple[int, ...], *, squeeze: bool, dropout: float) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        channels = 1
        for stage, width in enumerate(widths):
            for _ in range(2):
                layers += [nn.Conv2d(channels, width, 3, padding=1, bias=False), nn.BatchNorm2d(width), nn.ReLU()]
                channels = width
            if squeeze and stage > 0:
                layers.append(SqueezeExcite(width))
            if stage < len(widths) - 1:
                layers.append(nn.MaxPool2d(2))
        self.features = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(dropout))
        self.fer2013 = nn.Linear(channels, len(FER2013_LABELS))
        self.ferplus = nn.Linear(channels, len(FERPLUS_LABELS))

    def forward(self, attended: Tensor) -> tuple[Tensor, Tensor]:
        """Map attended faces (N, 1, S, S), standardised, to logits (N, 7) and (N, 8)."""
        features = self.features(attended)
        return self.fer2013(features), self.ferplus(features)


class MienNet(nn.Module):
    """Localiser → bilinear sampling → classifier.

    Args:
        widths: channels of each pair of convolutions.
        attended_px: side of the attended face that the classifier sees.
        attention: False leaves the localiser out and looks at a fixed frame (the ablation).
        squeeze: squeeze-and-excitation after each pair but the first.
        dropout: probability before the heads.
    """

    def __init__(
        self,
        widths: tuple[int, ...] = (32, 64, 128, 256),
        *,
        attended_px: int = 40,
        attention: bool = True,
        squeeze: bool = True,
        dropout: float = 0.3,
    ) -> None:
        super().__init__()
        self.attended_px = attended_px
        self.localiser = Localiser() if attention else None
        self.classifier = Classifier(widths, squeeze=squeeze, dropout=dropout)

    def attend(self, faces: Tensor) -> Tensor:
        """Return θ (N, 2, 3) for faces (N, 1, 48, 48) in [0, 1]."""
        if self.localiser is not None:
            theta: Tensor = self.localiser(faces)
            return theta
        fixed = torch.tensor([[IDENTITY_SCALE, 0, 0], [0, IDENTITY_SCALE, 0]], device=faces.device)
        return fixed.expand(len(faces), 2, 3)

    def forward(self, faces: Tensor) -> Output:
        """Map faces (N, 1, 48, 48) in [0, 1] to logits and θ."""
        theta = self.attend(faces)
        fer2013, ferplus = self.classifier(standardise(warp(faces, theta, self.attended_px)))
        return Output(fer2013, ferplus, theta)
