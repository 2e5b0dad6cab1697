"""Where things go in the live view and on a face's card: plain geometry in logical pixels, without Qt."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from app.types import Box

_GAP_PX = 8.0


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle in logical pixels, y downwards."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The bottom edge."""
        return self.y + self.height

    def contains(self, x: float, y: float) -> bool:
        """Whether the point (x, y) lies inside or on the edge."""
        return self.x <= x <= self.right and self.y <= y <= self.bottom

    def overlap(self, other: "Rect") -> float:
        """Return the area shared with ``other``, square pixels."""
        width = min(self.right, other.right) - max(self.x, other.x)
        height = min(self.bottom, other.bottom) - max(self.y, other.y)
        return max(0.0, width) * max(0.0, height)

    def inside(self, view: "Rect") -> "Rect":
        """Return this rectangle moved into ``view``; one that is larger keeps its left top in sight."""
        x = max(view.x, min(self.x, view.right - self.width))
        y = max(view.y, min(self.y, view.bottom - self.height))
        return Rect(x, y, self.width, self.height)

    def shrunk(self, margin: float) -> "Rect":
        """Return this rectangle with ``margin`` pixels less on each side."""
        return Rect(
            self.x + margin,
            self.y + margin,
            max(0.0, self.width - 2 * margin),
            max(0.0, self.height - 2 * margin),
        )

    def grown(self, margin: float) -> "Rect":
        """Return this rectangle with ``margin`` pixels more on each side."""
        return Rect(self.x - margin, self.y - margin, self.width + 2 * margin, self.height + 2 * margin)


@dataclass(frozen=True, slots=True)
class FrameMap:
    """How a frame lies in the view.

    Attributes:
        target: the frame's rectangle.
        scale: logical pixels a frame's pixel.
        mirrored: the frame is shown as in a mirror.
    """

    target: Rect
    scale: float
    mirrored: bool

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Return where the frame's point (x, y), in its pixels, is shown."""
        across = x * self.scale
        left = self.target.right - across if self.mirrored else self.target.x + across
        return left, self.target.y + y * self.scale

    def rect(self, box: Box) -> Rect:
        """Return where a box of the frame is shown."""
        x, y = self.point(box.x + box.width if self.mirrored else box.x, box.y)
        return Rect(x, y, box.width * self.scale, box.height * self.scale)


def letterbox(frame_width: int, frame_height: int, view: Rect, *, mirrored: bool = False) -> FrameMap:
    """Return the map that shows a whole frame, in the middle and as large as ``view`` allows."""
    scale = min(view.width / frame_width, view.height / frame_height)
    width, height = frame_width * scale, frame_height * scale
    target = Rect(view.x + (view.width - width) / 2, view.y + (view.height - height) / 2, width, height)
    return FrameMap(target, scale, mirrored)


def smallest_at(boxes: Sequence[Rect], x: float, y: float) -> int | None:
    """Return the index of the smallest box around the point (x, y); None where there is none."""
    hit = [index for index, box in enumerate(boxes) if box.contains(x, y)]
    return min(hit, key=lambda index: boxes[index].width * boxes[index].height, default=None)


def place_label(face: Rect, width: float, height: float, view: Rect, taken: Sequence[Rect]) -> Rect:
    """Return a place for a label of that size at a face's box.

    Above the box, else below it, else inside at its top: the first that stays in ``view`` and off what is ``taken``, or
    the one that covers the least of it.
    """
    tops = (face.y - height - _GAP_PX / 2, face.bottom + _GAP_PX / 2, face.y + _GAP_PX / 2)
    return _best([Rect(face.x, top, width, height) for top in tops], view, taken)


def place_lens(face: Rect, side: float, view: Rect, taken: Sequence[Rect]) -> Rect:
    """Return a square place beside a face, inside ``view``, that covers neither the face nor what is ``taken``.

    Right of it, left of it, below it, above it; where none is free, the place or corner that covers the least.
    """
    right, left = face.right + _GAP_PX, face.x - _GAP_PX - side
    below, above = face.bottom + _GAP_PX, face.y - _GAP_PX - side
    level = face.bottom - side
    places = [(right, face.y), (left, face.y), (right, level), (left, level)]
    places += [(face.x, below), (face.right - side, below), (face.x, above), (face.right - side, above)]
    corners = [(x, y) for x in (view.right - side, view.x) for y in (view.y, view.bottom - side)]
    return _best([Rect(x, y, side, side) for x, y in places + corners], view, [face, *taken])


def _best(candidates: list[Rect], view: Rect, taken: Sequence[Rect]) -> Rect:
    """Return the candidate, moved into ``view``, that covers the least of what is taken; the earlier of equals."""
    best, least = candidates[0], math.inf
    for candidate in candidates:
        place = candidate.inside(view)
        covered = sum(place.overlap(other) for other in taken)
        if covered < least:
            best, least = place, covered
        if not covered:
            break
    return best
