"""Numbered places for the faces, for receivers that want as many streams at all times."""

from collections.abc import Sequence


class TrackSlots:
    """A track takes the lowest free slot and keeps it while it is followed.

    Args:
        count: how many there are.
        forget_s: a track not seen for longer gives its slot up; before that, only where no other is free.
    """

    def __init__(self, count: int, forget_s: float = 1.0) -> None:
        self._held: list[tuple[int, float] | None] = [None] * count
        self._forget_s = forget_s

    def assign(self, tracks: Sequence[int], t_s: float) -> dict[int, int]:
        """Return track → slot, from 0, of the tracks in the frame at ``t_s``; a track for which none is left has none.

        Args:
            tracks: the tracks of the frame, in the order in which they may choose.
            t_s: the frame's time, seconds; where it goes back, a new source has begun and all slots are free.
        """
        for slot, held in enumerate(self._held):
            if held is not None and not 0 <= t_s - held[1] <= self._forget_s:
                self._held[slot] = None
        given = {held[0]: slot for slot, held in enumerate(self._held) if held is not None and held[0] in tracks}
        for track in tracks:
            free = self._lowest_free(set(given.values()))
            if track not in given and free is not None:
                given[track] = free
        for track, slot in given.items():
            self._held[slot] = (track, t_s)
        return given

    def _lowest_free(self, in_use: set[int]) -> int | None:
        unseen = [slot for slot in range(len(self._held)) if slot not in in_use]
        return next((slot for slot in unseen if self._held[slot] is None), unseen[0] if unseen else None)
