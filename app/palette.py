"""One colour per emotion, used alike wherever an emotion is drawn.

The colours are those of Okabe and Ito, "Color Universal Design" (2008), which people with any colour vision tell apart;
their black, invisible on a dark picture, is replaced by a light grey for ``neutral``.
"""

import colorsys
from functools import lru_cache
from typing import Final

from app.types import UNCERTAIN

COLOURS: Final = {
    "anger": "#d55e00",
    "contempt": "#cc79a7",
    "disgust": "#009e73",
    "fear": "#0072b2",
    "happiness": "#f0e442",
    "neutral": "#e4e6ea",
    "sadness": "#56b4e9",
    "surprise": "#e69f00",
    UNCERTAIN: "#9aa1ab",
}
BLACK: Final = "#000000"
WHITE: Final = "#ffffff"
# the least contrast of lines and shapes to what is beside them, WCAG 2.2, 1.4.11
SEEN: Final = 3.0


def text_on(background: str) -> str:
    """Return black or white, whichever reads better on ``background`` (``#rrggbb``); the contrast is at least 4.5:1."""
    return max((BLACK, WHITE), key=lambda text: contrast(text, background))


@lru_cache(maxsize=64)
def legible(colour: str, ground: str, least: float = SEEN) -> str:
    """Return ``colour``, darker or lighter where it must be to stand out from ``ground``; its hue stays.

    Args:
        colour: ``#rrggbb``.
        ground: ``#rrggbb``, what it is drawn on.
        least: the contrast ratio to reach, 4.5 at most: black or white reach that on any ground.
    """
    hue, lightness, saturation = colorsys.rgb_to_hls(*_channels(colour))
    step = 0.01 if text_on(ground) == WHITE else -0.01
    made = colour
    while contrast(made, ground) < least and 0.0 <= lightness <= 1.0:
        lightness += step
        made = _hex(colorsys.hls_to_rgb(hue, min(max(lightness, 0.0), 1.0), saturation))
    return made


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio, 1 to 21, of two colours (``#rrggbb``), as WCAG 2.2 defines it."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    """Relative luminance of an sRGB colour, 0 to 1, as WCAG 2.2 defines it."""
    red, green, blue = (_linear(channel) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)


def _channels(colour: str) -> tuple[float, float, float]:
    """Red, green and blue, 0 to 1."""
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _hex(channels: tuple[float, float, float]) -> str:
    return "#" + "".join(f"{round(channel * 255):02x}" for channel in channels)
