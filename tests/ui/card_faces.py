"""Faces for the tests of the cards, and a clock."""

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np
from PySide6.QtGui import QImage

from app.types import Reading
from app.ui.cards import FaceCards
from app.vision.explain import Explanation
from tests.ui.fakes import reading

# shows readings on the cards, with everything usual or what is given
Show = Callable[..., None]


class Clock:
    """A clock that is set by hand."""

    now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def face(track: int, emotion: str = "happiness", **changes: Any) -> Reading:
    """A reading of the face with that number."""
    return dataclasses.replace(reading(emotion), track=track, **changes)


def explanation(track: int) -> Explanation:
    """An explanation of that face."""
    return Explanation(track, "happiness", 0.93, reading().crop, np.eye(16, dtype=np.float32) * 0.4)


def picture(cards: FaceCards, index: int = 0) -> QImage:
    """A card as it is drawn."""
    return cards.cards[index].grab().toImage()
