"""A detector that needs no network, and what it sees."""

import numpy as np

from app.types import Box, Face, Image


def a_face(x: float, y: float, side: float, score: float = 0.9) -> Face:
    """Return a square face, its keypoints all at its corner."""
    return Face(Box(x, y, side, side), score, np.full((6, 2), (x, y), np.float32))


class NearSighted:
    """A detector that sees a bright square only where it is at least a tenth of what it is shown."""

    def __init__(self) -> None:
        self.looks = 0

    def __call__(self, image: Image) -> tuple[Face, ...]:
        self.looks += 1
        rows, columns = np.nonzero(image[:, :, 0] > 200)
        if not rows.size:
            return ()
        x, y = float(columns.min()), float(rows.min())
        side = float(max(columns.max() - x, rows.max() - y) + 1)
        return (a_face(x, y, side),) if side >= max(image.shape[:2]) / 10 else ()


def a_frame(x: int, y: int, side: int = 60) -> Image:
    """Return a black frame, uint8 (720, 1280, 3), with a white square."""
    image = np.zeros((720, 1280, 3), np.uint8)
    image[y : y + side, x : x + side] = 255
    return image
