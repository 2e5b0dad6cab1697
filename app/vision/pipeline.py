"""One frame to one result: search, crop, quality, classifier, tracker."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from app.resources import weights_dir
from app.types import EMOTIONS, UNCERTAIN, Crop, Face, Frame, FrameResult, Reading
from app.vision import quality
from app.vision.classifier import Classified, EmotionClassifier, Provider
from app.vision.crop import crop_face
from app.vision.detector import FaceDetector
from app.vision.quality import QualityLimits
from app.vision.search import FaceSearch
from app.vision.tracker import Tracked, Tracker


@dataclass(frozen=True, slots=True)
class PipelineOptions:
    """What a user may set.

    Attributes:
        provider: where the network runs.
        threads: of the network on the CPU.
        smoothing_s: time constant of the probabilities' smoothing, in seconds.
        min_confidence: below it the emotion is ``uncertain``.
        min_detection: faces with a lower detection score are left out.
        quality: limits beyond which the emotion is ``uncertain``.
    """

    provider: Provider = "auto"
    threads: int = 1
    smoothing_s: float = 0.4
    min_confidence: float = 0.4
    min_detection: float = 0.5
    quality: QualityLimits = field(default_factory=QualityLimits)


class Pipeline:
    """Reads frames one at a time, on the caller's thread; tracks live as long as it does.

    Args:
        options: see ``PipelineOptions``.
        weights: the folder with ``face_detector.tflite`` and ``emotion.onnx``; default the installed one.
        clock_ms: for the timings alone.

    Raises:
        ModelError: a file of weights is missing or damaged.
        MienError: the provider is not available.
    """

    def __init__(
        self,
        options: PipelineOptions | None = None,
        weights: Path | None = None,
        clock_ms: Callable[[], float] = lambda: time.perf_counter() * 1000,
    ) -> None:
        self._options = options or PipelineOptions()
        folder = weights or weights_dir()
        # The network first: a wrong one is told without waiting for MediaPipe's import.
        self._classifier = EmotionClassifier(folder / "emotion.onnx", self._options.provider, self._options.threads)
        self._detector = FaceDetector(folder / "face_detector.tflite", self._options.min_detection)
        self._search = FaceSearch(self._detector.detect)
        self._tracker = Tracker(self._options.smoothing_s)
        self._clock_ms = clock_ms

    @property
    def provider(self) -> str:
        """Where the network really runs: ``cpu`` or ``cuda``."""
        return self._classifier.provider

    def process(self, frame: Frame, *, still: bool = False) -> FrameResult:
        """Read one frame. A ``still`` is an image by itself: no track goes on into it."""
        if still:
            self._tracker.forget()
        marks = [self._clock_ms()]
        faces = self._search.find(frame.image, still=still)
        marks.append(self._clock_ms())
        crops = [crop_face(frame.image, face) for face in faces]
        marks.append(self._clock_ms())
        if faces:
            found = self._classifier.classify(crops)
            marks.append(self._clock_ms())
            tracked = self._tracker.update([face.box for face in faces], found.probabilities, frame.t_s)
            readings = tuple(
                self._reading(face, crop, track, found, index)
                for index, (face, crop, track) in enumerate(zip(faces, crops, tracked, strict=True))
            )
        else:
            marks.append(self._clock_ms())
            self._tracker.update([], np.empty((0, len(EMOTIONS)), np.float32), frame.t_s)
            readings = ()
        marks.append(self._clock_ms())
        timings = {
            stage: end - start
            for stage, start, end in zip(("detect", "crop", "classify", "track"), marks, marks[1:], strict=False)
        }
        return FrameResult(frame, readings, timings)

    def close(self) -> None:
        """Free the detector."""
        self._detector.close()

    def _reading(self, face: Face, crop: Crop, track: Tracked, found: Classified, index: int) -> Reading:
        verdict = quality.assess(face, crop, self._options.quality)
        best = int(track.probabilities.argmax())
        told = verdict == quality.OK and track.probabilities[best] >= self._options.min_confidence
        return Reading(
            track.number,
            face,
            crop,
            track.probabilities,
            found.probabilities[index],
            found.theta[index],
            found.attended[index],
            EMOTIONS[best] if told else UNCERTAIN,
            verdict,
        )
