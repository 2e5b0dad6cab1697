"""What boxes have in common."""

from app.types import Box


def shared_area(a: Box, b: Box) -> float:
    """Return the area of the intersection of two boxes, in square pixels."""
    width = min(a.x + a.width, b.x + b.width) - max(a.x, b.x)
    if width <= 0:
        return 0.0
    return width * max(min(a.y + a.height, b.y + b.height) - max(a.y, b.y), 0.0)


def iou(a: Box, b: Box) -> float:
    """Return the intersection of two boxes over their union, 0 to 1."""
    shared = shared_area(a, b)
    return 0.0 if shared == 0 else shared / (a.width * a.height + b.width * b.height - shared)
