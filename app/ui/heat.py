"""The heat map of an explanation, without Qt."""

from typing import Final, NamedTuple

import numpy as np

from app.cv import cv2
from app.types import CROP_PX, Floats, Image
from app.ui.language import translate
from app.ui.texts import emotion_text
from app.vision.explain import Explanation

# below it, a fall is the network's noise and not worth a map: half a point
_LEAST_DROP: Final = 0.005


class HeatMap(NamedTuple):
    """An explanation as it is drawn.

    Attributes:
        image: uint8 (48, 48, 3), BGR, to be laid over the crop; None where nothing mattered.
        title: what is shown.
        most: what its brightest end stands for.
    """

    image: Image | None
    title: str
    most: str


def heat_map(explanation: Explanation) -> HeatMap:
    """Return the map of an explanation: the brighter, the more a patch there takes from the emotion's probability.

    Its colours are those of ``colours_of_heat``; where a patch makes the network surer, it is as dark as at no fall.
    """
    most = float(explanation.drops.max())
    name = emotion_text(explanation.emotion)
    if most < _LEAST_DROP:
        return HeatMap(None, translate("Mien", "No part alone decides on {emotion}").format(emotion=name), "")
    large = cv2.resize(explanation.drops, (CROP_PX, CROP_PX), interpolation=cv2.INTER_CUBIC)
    return HeatMap(
        colours_of_heat(np.asarray(large / most, np.float32)),
        translate("Mien", "Fall of {emotion}").format(emotion=name),
        # a point is one per cent of probability
        translate("Mien", "{n} points").format(n=f"{most * 100:.{0 if most >= 0.1 else 1}f}"),
    )


def colours_of_heat(values: Floats) -> Image:
    """Return values (H, W), 0 to 1 and clipped to that, as uint8 (H, W, 3), BGR.

    By "inferno" (van der Walt & Smith 2015): its lightness rises evenly, so that people with any colour vision, and a
    grey print, order it alike.
    """
    grey = np.asarray(np.clip(values, 0, 1) * 255, np.uint8)
    return np.asarray(cv2.applyColorMap(grey, cv2.COLORMAP_INFERNO), np.uint8)
