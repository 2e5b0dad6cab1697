"""The colours of the emotions."""

import pytest

from app.palette import COLOURS, contrast, text_on
from app.types import EMOTIONS, UNCERTAIN
from app.ui.style import GROUND, MUTED, TEXT


def test_every_emotion_has_a_colour_of_its_own():
    assert set(COLOURS) == {*EMOTIONS, UNCERTAIN}
    assert len(set(COLOURS.values())) == len(COLOURS)


def test_contrast_is_that_of_wcag():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#ffffff", "#767676") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("colour", COLOURS.values())
def test_text_on_a_colour_can_be_read(colour: str):
    assert contrast(text_on(colour), colour) >= 4.5


@pytest.mark.parametrize("colour", COLOURS.values())
def test_a_line_of_a_colour_is_seen_on_the_dark_ground(colour: str):
    assert contrast(colour, GROUND) >= 3.0


@pytest.mark.parametrize("ground", [GROUND, "#1b1f26", "#54201d", "#1d3a52", "#262c36"])
def test_the_windows_text_can_be_read(ground: str):
    assert contrast(TEXT, ground) >= 4.5
    assert contrast(MUTED, ground) >= 4.5
