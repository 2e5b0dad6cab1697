"""Which face is which, from frame to frame, and its smoothed probabilities."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.optimize import linear_sum_assignment

from app.types import Box, Floats
from app.vision.geometry import iou
from app.vision.neutral import corrected

# Below this overlap two boxes are not the same face. SORT (Bewley et al. 2016) uses 0.3 at 30 frames/s; with slow
# cameras faces move further between two frames.
MIN_IOU: Final = 0.2


@dataclass(slots=True)
class _Track:
    number: int
    box: Box
    seen_s: float
    probabilities: Floats | None = None
    shift: Floats | None = None


@dataclass(frozen=True, slots=True)
class Tracked:
    """A face's track number and its smoothed probabilities, float32 (8,), and whether a shift corrects them."""

    number: int
    probabilities: Floats
    corrected: bool = False


class Tracker:
    """Matches boxes by IoU with the Hungarian method; corrects and smooths probabilities per track.

    Attributes:
        smoothing_s: as given; may be changed at any time.

    Args:
        smoothing_s: time constant of the exponential smoothing, in seconds; 0 turns it off.
        forget_s: a track not seen for longer is over, and its number is not used again.
    """

    def __init__(self, smoothing_s: float = 0.4, forget_s: float = 1.0) -> None:
        self.smoothing_s = smoothing_s
        self._forget_s = forget_s
        self._tracks: list[_Track] = []
        self._next = 1

    @property
    def numbers(self) -> set[int]:
        """The tracks that have not ended."""
        return {track.number for track in self._tracks}

    @property
    def shifts(self) -> dict[int, Floats]:
        """Track → its shift, of those that are corrected by one."""
        return {track.number: track.shift for track in self._tracks if track.shift is not None}

    def correct(self, number: int, shift: Floats | None) -> bool:
        """Correct a track by ``shift`` (8,) from now on, or no more; its smoothing starts over. False if it ended."""
        track = next((track for track in self._tracks if track.number == number), None)
        if track is None:
            return False
        track.shift, track.probabilities = shift, None
        return True

    def expire(self, t_s: float) -> None:
        """End the tracks that have not been seen for too long at ``t_s``."""
        self._tracks = [track for track in self._tracks if 0 <= t_s - track.seen_s <= self._forget_s]

    def update(self, boxes: Sequence[Box], raw: Floats, t_s: float) -> list[Tracked]:
        """Take in the boxes of the frame at ``t_s`` and their probabilities (N, 8); return one Tracked a box."""
        self.expire(t_s)
        matches = self._match(boxes)
        result: list[Tracked] = []
        for index, box in enumerate(boxes):
            track = matches.get(index)
            if track is None:
                track = _Track(self._next, box, t_s)
                self._next += 1
                self._tracks.append(track)
            now = raw[index] if track.shift is None else corrected(raw[index], track.shift)
            if track.probabilities is not None:
                now = smooth(track.probabilities, now, t_s - track.seen_s, self.smoothing_s)
            track.box, track.seen_s, track.probabilities = box, t_s, now
            result.append(Tracked(track.number, now, track.shift is not None))
        return result

    def forget(self) -> None:
        """End all tracks, as between two unrelated images."""
        self._tracks = []

    def _match(self, boxes: Sequence[Box]) -> dict[int, _Track]:
        if not boxes or not self._tracks:
            return {}
        overlap = np.array([[iou(box, track.box) for track in self._tracks] for box in boxes])
        rows, columns = linear_sum_assignment(-overlap)
        return {
            int(row): self._tracks[column]
            for row, column in zip(rows, columns, strict=True)
            if overlap[row, column] >= MIN_IOU
        }


def smooth(before: Floats, now: Floats, elapsed_s: float, constant_s: float) -> Floats:
    """Exponential smoothing of probabilities (8,) by time, so that the frame rate does not change it."""
    if constant_s <= 0:
        return now
    weight = np.float32(1 - math.exp(-elapsed_s / constant_s))
    mixed = before + weight * (now - before)
    return np.asarray(mixed / mixed.sum(), np.float32)
