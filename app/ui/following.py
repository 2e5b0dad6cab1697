"""Which of the faces in view is followed, without Qt."""

from collections.abc import Sequence
from typing import Final

from app.types import Reading

_LOST_AFTER_S: Final = 1.5


class Following:
    """Follows one face: the one that the user chose while it is there, the largest one otherwise.

    A face that is gone stays followed for a moment, so that a missed detection does not jump to another face.
    """

    def __init__(self) -> None:
        self.track: int | None = None
        self._tracks: tuple[int, ...] = ()
        self._seen_s = 0.0

    def update(self, readings: Sequence[Reading], t_s: float) -> None:
        """Take in the faces of the frame at ``t_s`` seconds of the source's time."""
        self._tracks = tuple(sorted(reading.track for reading in readings))
        if self.track in self._tracks:
            self._seen_s = t_s
        elif self.track is None or not 0 <= t_s - self._seen_s <= _LOST_AFTER_S:
            largest = max(readings, key=lambda reading: reading.face.box.width * reading.face.box.height, default=None)
            self.track = None if largest is None else largest.track
            self._seen_s = t_s

    def follow(self, track: int) -> None:
        """Follow a face that is in view; another number changes nothing."""
        if track in self._tracks:
            self.track = track

    def follow_next(self) -> None:
        """Follow the face with the next number, the first one after the last."""
        later = [track for track in self._tracks if self.track is None or track > self.track]
        if later or self._tracks:
            self.track = (later or list(self._tracks))[0]

    def clear(self) -> None:
        """Follow nobody: another source begins."""
        self.track, self._tracks, self._seen_s = None, (), 0.0
