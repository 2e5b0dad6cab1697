"""What the window can do with the faces in view."""

import threading
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from app.engine import Engine
from app.explainer import Explainer
from app.settings import Settings
from app.types import ModelError
from app.ui.faces import FaceController
from app.vision.classifier import Classified
from tests.ui.fakes import fake_engine, reading

Said = list[tuple[str, bool]]


class UniformClassifier:
    """Finds every face equally much of everything, but the first, whole one, a little happier."""

    def classify(self, crops):
        probabilities = np.full((len(crops), 8), 0.125, np.float32)
        probabilities[0, 4] = 0.2
        return Classified(
            probabilities, np.zeros((len(crops), 2, 3), np.float32), np.zeros((len(crops), 48, 48), np.uint8)
        )


class Setup:
    """A face controller on a running engine that reads face 1 in every frame."""

    def __init__(self, explainer: Explainer) -> None:
        self.said: Said = []
        self.engine: Engine = fake_engine(settings=Settings(calibration_s=1.0))
        self.faces = FaceController(self.engine, explainer, lambda text, error: self.said.append((text, error)))

    def read_until(self, condition: Callable[[], object]) -> None:
        """Take in the newest results for up to five seconds."""
        pause = threading.Event()
        for _ in range(500):
            result = self.engine.latest()
            if result is not None:
                self.faces.take(result)
            if condition():
                return
            pause.wait(0.01)
        pytest.fail("it did not come about")

    def close(self) -> None:
        """End all threads."""
        self.faces.close(2.0)
        self.engine.close()


@pytest.fixture
def setup() -> Iterator[Setup]:
    made = Setup(Explainer(UniformClassifier))
    yield made
    made.close()


def test_a_marker_is_said_and_stands_in_the_history(setup: Setup):
    setup.engine.start("demo")
    setup.read_until(lambda: setup.faces.readings)
    setup.faces.mark("the door")
    (marker,) = setup.faces.history.markers(0.0, 1e9)
    assert marker.text == "the door"
    assert setup.said == [("Marked the door at 00:00", False)]


def test_a_marker_with_a_note_stands_where_its_key_was_pressed(setup: Setup):
    setup.engine.start("demo")
    setup.read_until(lambda: setup.faces.history.newest_s > 0.5)
    setup.faces.mark("late", 0.4)
    (marker,) = setup.faces.history.markers(0.0, 1e9)
    assert marker.t_s < setup.faces.history.newest_s - 0.2


def test_without_a_source_there_is_nothing_to_mark_calibrate_or_explain(setup: Setup):
    setup.faces.mark()
    setup.faces.calibrate(None)
    setup.faces.explain(None)
    assert [error for _, error in setup.said] == [True, True, True]
    assert not setup.faces.history.markers(0.0, 1e9)


def test_a_face_is_calibrated_and_read_without_it_again(setup: Setup):
    setup.engine.start("demo")
    setup.read_until(lambda: setup.faces.followed == 1)
    setup.faces.calibrate(1)
    setup.read_until(lambda: setup.faces.readings[0].calibration == "measuring")
    setup.read_until(lambda: setup.faces.readings[0].calibration == "applied")
    setup.faces.undo_calibration(1)
    setup.read_until(lambda: setup.faces.readings[0].calibration == "")


def test_a_face_is_explained_until_it_is_asked_again(setup: Setup):
    setup.engine.start("demo")
    setup.read_until(lambda: setup.faces.readings)
    setup.faces.explain(1)
    setup.read_until(lambda: setup.faces.explanation)
    explanation = setup.faces.explanation
    assert explanation is not None
    assert explanation.emotion == "happiness"
    setup.faces.explain(1)
    assert setup.faces.explanation is None


def test_another_source_shows_no_explanation_of_the_former_one(setup: Setup):
    setup.engine.start("demo")
    setup.read_until(lambda: setup.faces.readings)
    setup.faces.explain(1)
    setup.read_until(lambda: setup.faces.explanation)
    setup.faces.clear()
    assert setup.faces.explanation is None
    assert setup.faces.followed is None


def test_an_explanation_of_another_source_that_comes_late_is_not_shown():
    working, go_on = threading.Semaphore(0), threading.Semaphore(0)

    def made_when_told() -> UniformClassifier:
        working.release()
        assert go_on.acquire(timeout=5)
        return UniformClassifier()

    explainer = Explainer(made_when_told)
    setup = Setup(explainer)
    try:
        setup.engine.start("demo")
        setup.read_until(lambda: setup.faces.readings)
        setup.faces.explain(1)
        former = setup.faces.readings[0]
        assert working.acquire(timeout=5)
        setup.faces.clear()
        setup.read_until(lambda: setup.faces.readings and setup.faces.readings[0] is not former)
        setup.faces.explain(1)
        go_on.release()
        setup.read_until(explainer.latest)
        assert setup.faces.explanation is None
        go_on.release()
        setup.read_until(lambda: setup.faces.explanation)
    finally:
        go_on.release(2)
        setup.close()


def test_a_face_of_a_source_that_has_ended_cannot_be_calibrated(setup: Setup):
    setup.engine.start("demo")
    setup.read_until(lambda: setup.faces.readings)
    assert setup.engine.close()
    setup.faces.calibrate(1)
    assert setup.said == [("Nothing to calibrate; start a source first", True)]


def test_what_cannot_be_explained_is_said_once():
    def no_classifier() -> UniformClassifier:
        raise ModelError("emotion.onnx: missing")

    setup = Setup(Explainer(no_classifier))
    try:
        setup.engine.start("demo")
        setup.read_until(lambda: setup.faces.readings)
        setup.faces.explain(1)
        setup.read_until(lambda: setup.said)
        setup.read_until(lambda: setup.faces.history.newest_s > 0.3)
        assert setup.said == [("emotion.onnx: missing", True)]
    finally:
        setup.close()


def test_readings_are_those_of_the_newest_frame(setup: Setup):
    assert not setup.faces.readings
    setup.engine.start("demo")
    setup.read_until(lambda: setup.faces.readings)
    assert setup.faces.readings[0].emotion == reading().emotion
