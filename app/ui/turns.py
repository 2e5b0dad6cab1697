"""What is painted when: the picture with each frame, the panels beside it in turns."""

from typing import Final

# With 60 ticks a second and 24 frames, up to two ticks in a row bring none.
_SETTLED_TICKS: Final = 3


class Turns:
    """Says which panel is due: cards and timeline with every second frame each, and both once no new frame comes.

    Nobody reads numbers thirty times a second, and to paint them takes longer than to paint the picture.
    """

    def __init__(self) -> None:
        self._cards_turn = False
        self._ticks_without = 0

    def due(self, *, new: bool) -> tuple[bool, bool]:
        """Return whether cards and timeline are due at this tick, which has brought a ``new`` frame or none."""
        if new:
            self._cards_turn = not self._cards_turn
        self._ticks_without = 0 if new else self._ticks_without + 1
        settled = self._ticks_without >= _SETTLED_TICKS
        return settled or self._cards_turn, settled or not self._cards_turn
