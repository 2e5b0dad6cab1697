"""Posed and covered faces for evaluation, in numpy and SciPy: the same for a checkpoint and for the exported network.

A pose is an affine map (2, 3) from output to input coordinates in [-1, 1], as in ``model.augment``.
"""

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from model.data import SIDE_PX, Pixels

Poses = npt.NDArray[np.float64]

# A cover that is neither skin, hair nor shadow.
_COVER_GREY = 128
_HALF_PX = SIDE_PX // 2


def random_poses(n: int, seed: int, *, shift_px: float, rotation_deg: float, scale: tuple[float, float]) -> Poses:
    """Draw ``n`` poses (n, 2, 3): uniform shifts and rotations, log-uniform scales; above 1 the face looks smaller."""
    rng = np.random.default_rng(seed)
    angle = np.radians(rng.uniform(-rotation_deg, rotation_deg, n))
    zoom = np.exp(rng.uniform(np.log(scale[0]), np.log(scale[1]), n))
    shift = rng.uniform(-shift_px, shift_px, (2, n)) * 2 / SIDE_PX
    cos, sin = zoom * np.cos(angle), zoom * np.sin(angle)
    return np.stack([np.stack([cos, -sin, shift[0]], 1), np.stack([sin, cos, shift[1]], 1)], 1)


def undo(poses: Poses, theta: npt.NDArray[np.float32]) -> Poses:
    """Return pose⁻¹ ∘ θ (N, 2, 3): where a region θ of the upright face lies in the posed face."""
    inverse = np.linalg.inv(poses[:, :, :2])
    return np.concatenate([inverse @ theta[:, :, :2], inverse @ (theta[:, :, 2:] - poses[:, :, 2:])], axis=2)


def posed(faces: Pixels, poses: Poses) -> Pixels:
    """Sample faces, uint8 (N, 48, 48), through poses (N, 2, 3) bilinearly; what lies outside repeats the border."""
    out = np.empty_like(faces)
    centre = (SIDE_PX - 1) / 2
    for face, pose, result in zip(faces, poses, out, strict=True):
        # SciPy counts rows before columns, in pixels from the first one's centre.
        linear = pose[::-1, 1::-1]
        offset = centre + pose[::-1, 2] * SIDE_PX / 2 - linear @ np.full(2, centre)
        sampled = ndimage.affine_transform(face.astype(np.float32), linear, offset, order=1, mode="nearest")
        result[:] = np.rint(sampled)
    return out


def covered(faces: Pixels) -> dict[str, list[Pixels]]:
    """Return faces, uint8 (N, 48, 48), with each quarter and each half covered by mid-grey, by ``quarter``, ``half``.

    The occlusion that Minaee & Abdolrashidi 2019 call partial faces.
    """
    first, second, every = slice(0, _HALF_PX), slice(_HALF_PX, SIDE_PX), slice(0, SIDE_PX)
    areas = {
        "quarter": [(rows, columns) for rows in (first, second) for columns in (first, second)],
        "half": [(first, every), (second, every), (every, first), (every, second)],
    }
    return {name: [_cover(faces, rows, columns) for rows, columns in places] for name, places in areas.items()}


def _cover(faces: Pixels, rows: slice, columns: slice) -> Pixels:
    out = faces.copy()
    out[:, rows, columns] = _COVER_GREY
    return out
