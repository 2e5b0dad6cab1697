"""What a face's card says."""

import dataclasses

import numpy as np
import pytest

from app.types import EMOTIONS
from app.ui.card_layout import plan_card
from app.ui.card_model import card_text
from app.ui.heat import colours_of_heat, heat_map
from app.vision.explain import Explanation
from tests.ui.fakes import reading


def explanation(drops: np.ndarray) -> Explanation:
    """An explanation of the fakes' face."""
    return Explanation(1, "happiness", 0.93, reading().crop, drops.astype(np.float32))


def test_a_certain_reading_is_told_with_its_confidence():
    text = card_text(reading("happiness", confidence=0.93), 0)
    assert (text.title, text.pill, text.beside, text.quality, text.good) == (
        "Face 1",
        "happiness",
        "93\u00a0%",
        "Quality good",
        True,
    )


def test_an_uncertain_reading_says_that_the_confidence_is_low():
    text = card_text(reading("uncertain", confidence=0.35), 0)
    assert (text.pill, text.beside, text.good) == ("uncertain", "low confidence, 35\u00a0%", True)


def test_a_face_that_the_quality_gate_withholds_says_every_reason_and_no_confidence():
    text = card_text(reading("uncertain", "dark;turned"), 0)
    assert (text.quality, text.good) == ("Too dark, turned away", False)
    assert "%" not in text.beside


def test_bars_are_in_the_fixed_order_and_hold_smoothed_and_raw():
    raw = np.linspace(0, 0.25, 8, dtype=np.float32)
    bars = card_text(dataclasses.replace(reading("fear", confidence=0.79), raw=raw), 0).bars
    assert [bar.emotion for bar in bars] == list(EMOTIONS)
    fear = bars[EMOTIONS.index("fear")]
    assert fear.value == pytest.approx(0.79)
    assert fear.raw == pytest.approx(raw[EMOTIONS.index("fear")])
    assert fear.percent == "79\u00a0%"


def test_calibration_counts_down_and_can_be_cancelled_and_undone():
    plain = card_text(reading(), 0)
    assert (plain.measured, plain.calibrated, plain.calibrate) == (None, False, "Calibrate")
    measuring = card_text(dataclasses.replace(reading(), calibration="measuring", calibrating_s=0.75), 3.0)
    assert (measuring.state, measuring.measured) == ("Look neutral: 1 s left", 0.75)
    assert (measuring.calibrated, measuring.calibrate) == (True, "Cancel")
    applied = card_text(dataclasses.replace(reading(), calibration="applied"), 0)
    assert (applied.state, applied.measured) == ("Neutral baseline applied", None)
    assert (applied.calibrated, applied.calibrate) == (True, "Undo")


def test_screen_readers_are_told_every_number():
    spoken = card_text(reading("uncertain", "dark"), 0).spoken
    for word in ("uncertain", "Too dark", "No neutral baseline", "happiness 93", *EMOTIONS):
        assert word in spoken


def test_the_heat_map_is_brightest_where_the_probability_falls_most():
    drops = np.zeros((16, 16))
    drops[12, 4] = 0.38
    heat = heat_map(explanation(drops))
    assert heat.image is not None
    brightest = np.unravel_index(heat.image.sum(axis=2, dtype=int).argmax(), (48, 48))
    assert np.abs(np.array(brightest) - (37, 13)).max() <= 1
    assert (heat.title, heat.most) == ("Fall of happiness", "38 points")


def test_a_face_on_which_no_patch_matters_gets_words_and_no_map():
    heat = heat_map(explanation(np.full((16, 16), -0.2)))
    assert heat.image is None
    assert "happiness" in heat.title


def test_the_colours_of_heat_get_lighter_all_the_way():
    ramp = colours_of_heat(np.linspace(0, 1, 32, dtype=np.float32)[None])[0].astype(float)
    luma = ramp @ [0.0722, 0.7152, 0.2126]
    assert (np.diff(luma) > 0).all()


@pytest.mark.parametrize("width", [232.0, 276.0, 400.0])
@pytest.mark.parametrize("pictures", [False, True])
def test_nothing_on_a_card_overlaps_or_leaves_it(width: float, pictures: bool):
    plan = plan_card(width, 16, 14, pictures=pictures)
    rows = (plan.title, plan.headline, plan.quality, *plan.bars, plan.state, plan.buttons)
    places = [place for place in (*rows, plan.left, plan.right, plan.captions) if place is not None]
    assert len(places) == (16 if pictures else 13)
    for index, place in enumerate(places):
        assert place.x >= 0
        assert place.right <= width
        assert place.bottom < plan.height
        assert all(place.overlap(other) == 0 for other in places[index + 1 :])
