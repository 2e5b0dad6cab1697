"""Faces explained on demand, beside the live reading."""

import threading
import time
from collections.abc import Callable

import numpy as np

from app.explainer import Explainer
from app.resources import weights_dir
from app.types import EMOTIONS, Crop, ModelError
from app.vision.classifier import Classified, EmotionClassifier

CROP = Crop(np.random.default_rng(0).integers(0, 255, (48, 48), dtype=np.uint8), np.zeros((2, 3), np.float32))


class SlowClassifier:
    """Waits to be let go on; keeps count."""

    def __init__(self) -> None:
        self.let_go = threading.Event()
        self.begun = threading.Event()
        self.batches = 0

    def classify(self, crops: list[Crop]) -> Classified:
        self.batches += 1
        self.begun.set()
        assert self.let_go.wait(5)
        probabilities = np.full((len(crops), len(EMOTIONS)), 1 / len(EMOTIONS), np.float32)
        return Classified(probabilities, np.zeros((len(crops), 2, 3), np.float32), np.zeros((0, 48, 48), np.uint8))


def _wait(condition: Callable[[], bool], timeout_s: float = 5.0) -> None:
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.005)


def test_a_face_is_explained_by_the_network_within_a_second_or_so() -> None:
    explainer = Explainer(lambda: EmotionClassifier(weights_dir() / "emotion.onnx", "cpu"))
    assert explainer.latest() is None
    explainer.ask(7, CROP)
    _wait(lambda: explainer.latest() is not None)
    found = explainer.latest()
    assert found is not None
    assert found.track == 7
    assert found.crop is CROP
    assert not explainer.busy
    assert explainer.error == ""
    assert explainer.close()


def test_asking_returns_at_once_and_of_those_that_wait_only_the_newest_is_explained() -> None:
    classifier = SlowClassifier()
    explainer = Explainer(lambda: classifier)
    explainer.ask(1, CROP)
    assert classifier.begun.wait(5)
    for track in (2, 3, 4):
        explainer.ask(track, CROP)
    assert explainer.busy
    assert explainer.latest() is None
    classifier.let_go.set()
    _wait(lambda: not explainer.busy)
    found = explainer.latest()
    assert found is not None
    assert found.track == 4
    assert classifier.batches == 2
    assert explainer.close()


def test_no_thread_runs_until_a_face_is_asked_for() -> None:
    explainer = Explainer(SlowClassifier)
    assert "mien-explain" not in {thread.name for thread in threading.enumerate()}
    assert not explainer.busy
    assert explainer.close()


def test_a_network_that_cannot_be_loaded_is_told_and_asked_for_again() -> None:
    missing: list[ModelError] = [ModelError("emotion.onnx: the network is missing; install Mien again")]
    classifier = SlowClassifier()
    classifier.let_go.set()

    def make() -> SlowClassifier:
        if missing:
            raise missing.pop()
        return classifier

    explainer = Explainer(make)
    explainer.ask(1, CROP)
    _wait(lambda: explainer.error != "")
    assert explainer.error == "emotion.onnx: the network is missing; install Mien again"
    assert not explainer.busy
    explainer.ask(2, CROP)
    _wait(lambda: explainer.latest() is not None)
    assert explainer.error == ""
    assert explainer.close()


def test_an_error_of_ours_is_told_reaches_the_threads_excepthook_and_the_next_face_is_explained() -> None:
    caught: list[object] = []
    hook, threading.excepthook = threading.excepthook, lambda args: caught.append(args.exc_value)
    faults: list[Exception] = [ZeroDivisionError("of ours")]
    classifier = SlowClassifier()
    classifier.let_go.set()

    def make() -> SlowClassifier:
        if faults:
            raise faults[0]
        return classifier

    explainer = Explainer(make)
    try:
        explainer.ask(1, CROP)
        _wait(lambda: bool(caught))
    finally:
        threading.excepthook = hook
    assert caught == faults
    assert explainer.error == "an error in Mien: ZeroDivisionError('of ours')"
    assert not explainer.busy
    faults.clear()
    explainer.ask(2, CROP)
    _wait(lambda: explainer.latest() is not None)
    assert explainer.error == ""
    assert explainer.close()


def test_closing_ends_the_thread_after_the_face_in_work_and_nothing_is_taken_on_any_more() -> None:
    classifier = SlowClassifier()
    explainer = Explainer(lambda: classifier)
    explainer.ask(1, CROP)
    assert classifier.begun.wait(5)
    explainer.ask(2, CROP)
    assert not explainer.close(timeout_s=0.01)
    classifier.let_go.set()
    assert explainer.close()
    assert classifier.batches == 1
    explainer.ask(3, CROP)
    assert not explainer.busy
