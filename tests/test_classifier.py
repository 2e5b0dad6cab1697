"""The network reads all faces of a frame, on as many threads as it may."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest

from app.resources import weights_dir
from app.types import Crop
from app.vision.classifier import EmotionClassifier
from app.vision.workers import Workers


def _crops(count: int) -> list[Crop]:
    rng = np.random.default_rng(0)
    return [Crop(rng.integers(0, 256, (48, 48), np.uint8), np.eye(2, 3, dtype=np.float32)) for _ in range(count)]


@contextmanager
def _classifier(threads: int) -> Iterator[EmotionClassifier]:
    workers = Workers(threads)
    try:
        yield EmotionClassifier(weights_dir() / "emotion.onnx", "cpu", workers)
    finally:
        workers.close()


def _watched(classifier: EmotionClassifier, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The number of faces of each run, as they come."""
    runs: list[int] = []
    real = classifier._session.run

    def run(outputs: Sequence[str], inputs: dict[str, Any]) -> Any:
        runs.append(len(inputs["faces"]))
        return real(outputs, inputs)

    monkeypatch.setattr(classifier._session, "run", run)
    return runs


@pytest.mark.parametrize("count", [1, 3, 4, 7, 10])
def test_faces_read_the_same_on_any_number_of_threads_and_in_their_order(count: int) -> None:
    crops = _crops(count)
    with _classifier(1) as classifier:
        alone = [classifier.classify([crop]) for crop in crops]
    for threads in (1, 2, 3):
        with _classifier(threads) as classifier:
            found = classifier.classify(crops)
        np.testing.assert_allclose(found.probabilities, np.concatenate([a.probabilities for a in alone]), atol=1e-5)
        np.testing.assert_allclose(found.theta, np.concatenate([a.theta for a in alone]), atol=1e-5)
        assert np.abs(found.attended.astype(int) - np.concatenate([a.attended for a in alone])).max() <= 1


@pytest.mark.parametrize(
    ("threads", "count", "faces"), [(1, 10, [10]), (2, 3, [3]), (2, 4, [2, 2]), (2, 5, [2, 3]), (4, 7, [2, 2, 3])]
)
def test_each_thread_has_two_faces_or_more(
    threads: int, count: int, faces: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    with _classifier(threads) as classifier:
        runs = _watched(classifier, monkeypatch)
        classifier.classify(_crops(count))
    assert sorted(runs) == faces
