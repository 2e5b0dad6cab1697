"""A portrait that can move its face: what the demo is made of.

The picture is that of Rear Admiral Grace Hopper (US Navy, public domain) that matplotlib ships as sample data. Points
in this module are pixels of that picture, 512 wide and 600 high; left and right are the picture's.
"""

import importlib.util
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from app.cv import cv2
from app.types import Floats, Image, SourceError

FACE_CENTRE: Final = (267.0, 235.0)
_WIDTH, _HEIGHT = 512, 600
# Rows repeated below the picture's edge, which would show when the portrait is tilted.
_BELOW = 80

# The person's outline, traced by hand: left shoulder, hair, hat, hair, right shoulder.
_OUTLINE: Final = np.array(
    "19,680 19,600 22,500 31,440 38,414 47,395 60,384 100,369 150,354 175,342 193,330 202,316 204,306 197,297 186,291 "
    "175,284 168,270 165,261 162,246 158,230 155,208 157,196 157,186 155,176 150,165 148,150 148,125 151,108 "
    "158,95 168,88 175,83 177,70 186,58 201,48 218,42 225,31 240,26 262,24 284,28 297,37 302,44 320,50 337,63 "
    "347,75 352,87 361,89 366,96 369,115 370,140 368,165 367,182 373,189 375,200 373,213 367,236 361,262 360,280 "
    "354,294 342,303 332,306 330,314 336,323 351,337 380,353 420,368 455,378 484,389 494,399 502,421 511,446 511,680"
    .replace(" ", ",").split(","),
    np.int32,
).reshape(-1, 2)  # fmt: skip

# The part of the picture that moves: x, y, width, height.
_FACE: Final = (150, 126, 232, 256)
# Each movement is a sum of bumps: where (x, y), how wide (standard deviations x, y), how far there (x, y).
_MOVEMENTS: Final[dict[str, tuple[tuple[float, float, float, float, float, float], ...]]] = {
    "smile": (
        (225, 280, 17, 15, -12, -15),
        (308, 278, 17, 15, 12, -15),
        (266, 280, 22, 9, 0, 4.5),
        (210, 246, 16, 16, -1.5, -9),
        (327, 242, 16, 16, 1.5, -9),
    ),
    "frown": (
        (225, 280, 17, 15, 2, 10),
        (308, 278, 17, 15, -2, 10),
        (266, 278, 24, 10, 0, -5),
    ),
    "brows_up": ((214, 162, 30, 12, 0, -7), (306, 159, 30, 12, 0, -7)),
    "brows_down": ((232, 170, 20, 11, 5, 8), (286, 167, 20, 11, -5, 8)),
}
# The line between the lips and how far the lower one goes down, in pixels.
_LIPS: Final = (266.0, 277.0)
_OPENING: Final = 17.0
_MOUTH_HALF_WIDTH: Final = 27.0


@dataclass(frozen=True, slots=True)
class Expression:
    """How far each movement of the face has gone, 0 (not at all) to 1."""

    smile: float = 0.0
    frown: float = 0.0
    brows_up: float = 0.0
    brows_down: float = 0.0
    jaw_open: float = 0.0

    def towards(self, other: "Expression", share: float) -> "Expression":
        """This expression, turned into another by a share of 0 to 1."""
        return Expression(
            **{
                field.name: (1 - share) * getattr(self, field.name) + share * getattr(other, field.name)
                for field in fields(self)
            }
        )


class Portrait:
    """The person cut out of the picture, with fields of displacement for the movements of the face."""

    def __init__(self, *, mirrored: bool = False, gains: tuple[float, float, float] = (1.0, 1.0, 1.0)) -> None:
        """Load and cut out the picture.

        Args:
            mirrored: left and right swapped.
            gains: factors on blue, green and red.

        Raises:
            SourceError: this installation of matplotlib has no sample data.
        """
        picture = np.clip(_load().astype(np.float32) * np.array(gains, np.float32), 0, 255)
        alpha = np.zeros((_HEIGHT + _BELOW, _WIDTH), np.uint8)
        cv2.fillPoly(alpha, [_OUTLINE], 255, cv2.LINE_AA)
        # Soft, and all of it inside the outline, so that no rim of the old background comes along.
        soft = np.clip(cv2.GaussianBlur(alpha, (0, 0), 1.4).astype(np.float32) / 255 * 2 - 1, 0, 1)
        tall = np.asarray(cv2.copyMakeBorder(picture, 0, _BELOW, 0, 0, cv2.BORDER_REFLECT_101), np.float32)
        premultiplied = np.dstack((tall * soft[:, :, None], soft * 255))
        flip = slice(None, None, -1 if mirrored else 1)
        self._cutout: Image = np.ascontiguousarray(premultiplied.round().astype(np.uint8)[:, flip])
        x, y, width, height = _FACE
        left = _WIDTH - x - width if mirrored else x
        self._face = (slice(y, y + height), slice(left, left + width))
        # A mirrored face moves the mirrored way: the fields are swapped like the picture, their x turned round.
        sign = np.array([-1.0 if mirrored else 1.0, 1.0], np.float32)[:, None, None]
        self._fields = {
            name: np.ascontiguousarray(field[:, :, flip] * sign) for name, field in _displacements().items()
        }
        self._mouth = np.ascontiguousarray(_mouth()[:, flip])
        self.face_centre = (_WIDTH - 1 - FACE_CENTRE[0], FACE_CENTRE[1]) if mirrored else FACE_CENTRE
        columns, rows = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
        self._grid: Floats = np.stack((columns, rows))

    def with_expression(self, expression: Expression) -> Image:
        """The person, uint8 (680, 512, 4): blue, green and red times alpha, and alpha."""
        sampled = self._grid.copy()
        for name, field in self._fields.items():
            amount = getattr(expression, name)
            if amount:
                sampled -= np.float32(amount) * field
        face = cv2.remap(
            self._cutout[self._face], sampled[0], sampled[1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
        if expression.jaw_open:
            shade = 1 - np.float32(expression.jaw_open) * self._mouth
            face = np.dstack(((face[:, :, :3] * shade[:, :, None]).astype(np.uint8), face[:, :, 3]))
        person = self._cutout.copy()
        person[self._face] = face
        return person


def _load() -> Image:
    """The picture, uint8 (600, 512, 3) BGR."""
    # Found without importing matplotlib, which takes longer than all the rest of the demo.
    spec = importlib.util.find_spec("matplotlib")
    folders = (spec.submodule_search_locations if spec else None) or []
    for folder in folders:
        path = Path(folder) / "mpl-data" / "sample_data" / "grace_hopper.jpg"
        if path.is_file():
            image = cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_COLOR)
            if image is not None and image.shape == (_HEIGHT, _WIDTH, 3):
                return np.asarray(image, np.uint8)
    raise SourceError(
        "demo: matplotlib's sample portrait is missing; install matplotlib from PyPI: pip install matplotlib"
    )


def _points() -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """The x and y of every pixel of the face, each float32 (256, 232), in pixels of the picture."""
    x, y, width, height = _FACE
    columns, rows = np.meshgrid(np.arange(x, x + width, dtype=np.float32), np.arange(y, y + height, dtype=np.float32))
    return columns, rows


def _displacements() -> dict[str, Floats]:
    """Displacements float32 (2: x and y, 256, 232) of the movements at full strength, in pixels; 0 along the edges."""
    columns, rows = _points()
    moved = {}
    for name, bumps in _MOVEMENTS.items():
        field = np.zeros((2, *columns.shape), np.float32)
        for x, y, wide, high, right, down in bumps:
            weight = np.exp(-(((columns - x) / wide) ** 2 + ((rows - y) / high) ** 2) / 2)
            field += weight * np.array([right, down], np.float32)[:, None, None]
        moved[name] = field
    jaw = np.zeros((2, *columns.shape), np.float32)
    jaw[1] = _jaw()
    moved["jaw_open"] = jaw
    edge = np.minimum(np.arange(_FACE[3]), np.arange(_FACE[3])[::-1])[:, None]
    side = np.minimum(np.arange(_FACE[2]), np.arange(_FACE[2])[::-1])[None, :]
    fade = np.clip(np.minimum(edge, side) / 12, 0, 1).astype(np.float32)
    return {name: (field * fade).astype(np.float32) for name, field in moved.items()}


def _jaw() -> Floats:
    """How far down the jaw goes, float32 (256, 232): all of the opening at the lower lip, less at the chin and neck.

    In the gap itself every pixel is taken from the line between the lips, the darkest of the mouth.
    """
    columns, rows = _points()
    gap = _gap(columns)
    below = rows - _LIPS[1]
    # From half an ellipse at the lip to all of the chin, over 34 pixels: skin beside the mouth stretches, none folds.
    chin = _OPENING * np.exp(-(((columns - _LIPS[0]) / 45) ** 2) / 2)
    depth = np.clip((below - gap) / 34, 0, 1)
    carried = gap + (chin - gap) * depth**2 * (3 - 2 * depth)
    neck = np.exp(-((np.maximum(below - 55, 0) / 24) ** 2) / 2)
    return np.asarray(np.where(below < gap, np.maximum(below, 0), carried * neck), np.float32)


def _gap(columns: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """The height in pixels of the open mouth at each x: half an ellipse."""
    height = _OPENING * np.sqrt(np.clip(1 - ((columns - _LIPS[0]) / _MOUTH_HALF_WIDTH) ** 2, 0, 1))
    return np.asarray(height, np.float32)


def _mouth() -> Floats:
    """How dark the open mouth is, float32 (256, 232), 0 to 1."""
    columns, rows = _points()
    below = rows - _LIPS[1]
    inside = ((below > 0) & (below < _gap(columns))).astype(np.float32)
    return np.asarray(0.75 * cv2.GaussianBlur(inside, (0, 0), 1.5), np.float32)
