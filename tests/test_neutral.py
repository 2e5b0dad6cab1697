"""A face's own neutral look is measured honestly, and taken out of later readings."""

import numpy as np
import pytest

from app.types import EMOTIONS, Floats
from app.vision.neutral import MAX_SHIFT, MIN_FRAMES, NeutralFaces, Outcome, corrected, shift_from, shift_text

REFERENCE = np.log(np.array([0.05, 0.05, 0.05, 0.05, 0.1, 0.6, 0.05, 0.05], np.float32))
# a neutral face that the network takes for half sad
SAD_LOOKING = np.array([0.05, 0.05, 0.05, 0.05, 0.1, 0.3, 0.35, 0.05], np.float32)
NEUTRAL, SADNESS = EMOTIONS.index("neutral"), EMOTIONS.index("sadness")


def _measure(
    faces: NeutralFaces, frames: int, *, fps: float = 10.0, raw: Floats = SAD_LOOKING, seen: float = 1.0
) -> list[Outcome]:
    """Go through so many frames of track 1, of which a share can be read."""
    outcomes: list[Outcome] = []
    for index in range(frames):
        outcomes += faces.advance(index / fps, {1})
        if faces.remaining_s(1, index / fps) is not None and index % round(1 / seen) == 0:
            faces.add(1, raw)
    return outcomes


def test_what_is_measured_turns_the_face_itself_into_the_average_neutral_one() -> None:
    faces = NeutralFaces(REFERENCE)
    faces.measure(1, 3.0)
    (outcome,) = _measure(faces, 40)
    assert outcome.shift is not None
    np.testing.assert_allclose(np.log(corrected(SAD_LOOKING, outcome.shift)), REFERENCE, atol=1e-5)


def test_a_calibrated_face_is_still_read_as_sad_when_it_is() -> None:
    shift = shift_from(np.log(SAD_LOOKING), REFERENCE)
    sad = np.array([0.01, 0.01, 0.01, 0.01, 0.01, 0.04, 0.9, 0.01], np.float32)
    after = corrected(sad, shift)
    assert EMOTIONS[int(after.argmax())] == "sadness"
    assert after[SADNESS] < sad[SADNESS]
    assert after.sum() == pytest.approx(1)


def test_no_shift_turns_a_sure_reading_into_another() -> None:
    smiled = np.full(8, 1e-6, np.float32)
    smiled[4] = 1
    shift = shift_from(np.log(smiled), REFERENCE)
    assert np.abs(shift).max() == MAX_SHIFT
    happy = np.full(8, 0.01 / 7, np.float32)
    happy[4] = 0.99
    assert EMOTIONS[int(corrected(happy, shift).argmax())] == "happiness"


def test_one_impossible_emotion_in_one_frame_does_not_outweigh_the_others() -> None:
    faces = NeutralFaces(REFERENCE)
    faces.measure(1, 3.0)
    odd = SAD_LOOKING.copy()
    odd[0] = 0
    faces.advance(0.0, {1})
    faces.add(1, odd)
    for index in range(1, 30):
        faces.advance(index / 10, {1})
        faces.add(1, SAD_LOOKING)
    (outcome,) = faces.advance(3.0, {1})
    assert outcome.shift is not None
    assert abs(outcome.shift[0]) < 0.25


def test_it_takes_the_seconds_that_were_asked_for_and_tells_what_remains() -> None:
    faces = NeutralFaces(REFERENCE)
    faces.measure(1, 2.0)
    assert faces.remaining_s(1, 5.0) is None
    assert faces.advance(5.0, {1}) == []
    assert faces.remaining_s(1, 5.0) == 2.0
    assert faces.remaining_s(1, 6.5) == 0.5
    assert faces.advance(6.99, {1}) == []
    assert len(faces.advance(7.0, {1})) == 1
    assert faces.remaining_s(1, 7.0) is None


@pytest.mark.parametrize(
    ("fps", "seen", "reason"),
    [(3.0, 1.0, "it takes 10; measure for longer"), (30.0, 1 / 3, "look into the camera, in good light")],
)
def test_too_few_frames_that_can_be_read_are_no_measurement(fps: float, seen: float, reason: str) -> None:
    faces = NeutralFaces(REFERENCE)
    faces.measure(1, 3.0)
    (outcome,) = _measure(faces, 120, fps=fps, seen=seen)
    assert outcome.shift is None
    assert reason in outcome.reason


def test_half_of_the_frames_are_enough() -> None:
    faces = NeutralFaces(REFERENCE)
    faces.measure(1, 3.0)
    (outcome,) = _measure(faces, 120, fps=2 * MIN_FRAMES / 3, seen=0.5)
    assert outcome.shift is not None


def test_a_face_that_leaves_is_told_and_not_measured() -> None:
    faces = NeutralFaces(REFERENCE)
    faces.measure(1, 3.0)
    _measure(faces, 20)
    (outcome,) = faces.advance(2.1, {2})
    assert outcome == Outcome(1, reason="the face is not in view any more")
    assert faces.advance(9.0, {1}) == []


def test_measuring_again_starts_over_and_cancelling_ends_it() -> None:
    faces = NeutralFaces(REFERENCE)
    faces.measure(1, 3.0)
    _measure(faces, 20)
    faces.measure(1, 3.0)
    faces.advance(2.0, {1})
    assert faces.remaining_s(1, 2.0) == 3.0
    faces.cancel(1)
    assert faces.advance(9.0, {1}) == []


def test_two_faces_are_measured_each_for_itself() -> None:
    faces = NeutralFaces(REFERENCE)
    faces.measure(1, 1.0)
    faces.measure(2, 1.0)
    average = np.exp(REFERENCE)
    for index in range(10):
        faces.advance(index / 10, {1, 2})
        faces.add(1, SAD_LOOKING)
        faces.add(2, average)
    shifts = {outcome.track: outcome.shift for outcome in faces.advance(1.0, {1, 2})}
    assert shifts[1] is not None
    assert shifts[2] is not None
    assert shifts[1][SADNESS] > 1
    np.testing.assert_allclose(shifts[2], 0, atol=1e-5)


def test_a_shift_in_words_names_every_emotion() -> None:
    text = shift_text(np.array([0.123, -0.3, 0, 0, 0, 0, 0, 2], np.float32))
    assert text.startswith("anger +0.12, contempt -0.30, ")
    assert all(name in text for name in EMOTIONS)
