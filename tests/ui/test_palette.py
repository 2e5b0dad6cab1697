"""The colours of the emotions."""

import colorsys

import pytest

from app.palette import COLOURS, SEEN, contrast, legible, text_on
from app.types import EMOTIONS, UNCERTAIN
from app.ui.style import DARK, LIGHT

GROUNDS = [DARK.ground, DARK.raised, LIGHT.ground, LIGHT.raised, "#777777"]


def test_every_emotion_has_a_colour_of_its_own():
    assert set(COLOURS) == {*EMOTIONS, UNCERTAIN}
    assert len(set(COLOURS.values())) == len(COLOURS)


def test_contrast_is_that_of_wcag():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#ffffff", "#767676") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("colour", COLOURS.values())
def test_text_on_a_colour_can_be_read(colour: str):
    assert contrast(text_on(colour), colour) >= 4.5


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("colour", [*COLOURS.values(), "#000000", "#ffffff"])
def test_a_line_of_a_colour_is_seen_on_every_ground(colour: str, ground: str):
    assert contrast(legible(colour, ground), ground) >= SEEN
    assert contrast(legible(colour, ground, 4.5), ground) >= 4.5


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_a_colour_that_is_seen_stays_as_it_is(emotion: str):
    colour = COLOURS[emotion]
    assert contrast(colour, DARK.ground) >= SEEN
    assert legible(colour, DARK.ground) == colour


@pytest.mark.parametrize("emotion", ["happiness", "surprise", "sadness"])
def test_a_colour_made_darker_keeps_its_hue(emotion: str):
    made = legible(COLOURS[emotion], LIGHT.ground)
    assert made != COLOURS[emotion]
    assert _hue(made) == pytest.approx(_hue(COLOURS[emotion]), abs=0.01)


def test_the_emotions_still_differ_on_a_light_ground():
    assert len({legible(COLOURS[emotion], LIGHT.ground) for emotion in EMOTIONS}) == len(EMOTIONS)


def _hue(colour: str) -> float:
    return colorsys.rgb_to_hls(*(int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)))[0]
