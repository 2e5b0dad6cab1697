"""Where things go on a face's card: plain geometry in logical pixels, without Qt."""

from dataclasses import dataclass
from typing import Final

from app.types import EMOTIONS
from app.ui.layout import Rect

PADDING_PX: Final = 12.0
_LARGEST_PICTURE_PX: Final = 132.0


@dataclass(frozen=True, slots=True)
class CardPlan:
    """The places on a card, from top to bottom.

    Attributes:
        title: the face's number, and whether it is followed.
        headline: the emotion and how sure it is.
        quality: whether the face can be read.
        bars: one row an emotion.
        left: the crop; None where the attention is not shown.
        right: the attended region; None with ``left``.
        captions: below both; None with ``left``.
        state: of the calibration.
        buttons: the row of buttons.
        height: of the whole card.
    """

    title: Rect
    headline: Rect
    quality: Rect
    bars: tuple[Rect, ...]
    left: Rect | None
    right: Rect | None
    captions: Rect | None
    state: Rect
    buttons: Rect
    height: float


def plan_card(width: float, line: float, small: float, *, pictures: bool) -> CardPlan:
    """Lay a card out.

    Args:
        width: of the card.
        line: height of a line of text.
        small: height of a line of smaller text.
        pictures: leave room for the crop and the attended region.
    """
    inner = width - 2 * PADDING_PX
    y = PADDING_PX

    def row(height: float, gap: float) -> Rect:
        """Take the next row; leave ``gap`` below it."""
        nonlocal y
        place = Rect(PADDING_PX, y, inner, height)
        y += height + gap
        return place

    title = row(line + 4, 6)
    headline = row(line + 8, 7)
    quality = row(small, 9)
    bars = tuple(row(small, 3) for _ in EMOTIONS)
    y += 9
    left = right = captions = None
    if pictures:
        gap = 10.0
        side = min((inner - gap) / 2, _LARGEST_PICTURE_PX)
        left = Rect(PADDING_PX, y, side, side)
        right = Rect(PADDING_PX + inner - side, y, side, side)
        y += side + 4
        captions = row(small, 9)
    state = row(small + 7, 6)
    buttons = row(line + 12, PADDING_PX)
    return CardPlan(title, headline, quality, bars, left, right, captions, state, buttons, y)
