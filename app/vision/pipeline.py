"""One frame to one result: search, crop, quality, classifier, tracker."""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import NamedTuple, Self, cast

import numpy as np

from app.about import check_models
from app.resources import weights_dir
from app.settings import Settings
from app.types import EMOTIONS, UNCERTAIN, Box, Crop, Event, Face, Floats, Frame, FrameResult, Image, Reading
from app.vision import quality
from app.vision.classifier import Classified, EmotionClassifier, Provider
from app.vision.crop import crop_face
from app.vision.detector import FaceDetector
from app.vision.neutral import NeutralFaces, Outcome, shift_text
from app.vision.quality import QualityLimits
from app.vision.search import FaceSearch
from app.vision.tracker import Tracked, Tracker
from app.vision.workers import Workers


@dataclass(frozen=True, slots=True)
class PipelineOptions:
    """What a user may set.

    Attributes:
        provider: where the network runs.
        threads: on which a frame is read at most: the detector's looks, the crops, and on the CPU the network, two
            faces or more on each.
        smoothing_s: time constant of the probabilities' smoothing, in seconds.
        min_confidence: below it the emotion is ``uncertain``.
        min_detection: faces with a lower detection score are left out.
        quality: limits beyond which the emotion is ``uncertain``.
        blur_faces: whether faces are hidden in what is shown and recorded; then no tile is left out, see
            ``FaceSearch``.
    """

    provider: Provider = "auto"
    threads: int = 2
    smoothing_s: float = 0.4
    min_confidence: float = 0.5
    min_detection: float = 0.5
    quality: QualityLimits = field(default_factory=QualityLimits)
    blur_faces: bool = False

    @classmethod
    def from_settings(cls, settings: Settings, provider: str | None = None) -> "PipelineOptions":
        """Return what ``settings`` say; a ``provider`` that is given goes before theirs."""
        return cls(
            cast("Provider", provider or settings.provider),
            settings.threads,
            settings.smoothing_s,
            settings.min_confidence,
            settings.min_detection,
            QualityLimits(
                settings.min_side_px,
                settings.min_brightness,
                settings.max_brightness,
                settings.min_sharpness,
                settings.max_turn,
            ),
            settings.blur_faces,
        )

    def changes(self, before: "PipelineOptions") -> str:
        """Return what differs from ``before``, in words: ``min_side_px 60, min_confidence 0.5``; empty if nothing."""
        now, then = self._flat(), before._flat()
        return ", ".join(f"{name} {value}" for name, value in now.items() if value != then[name])

    def _flat(self) -> dict[str, object]:
        values = asdict(self)
        limits: dict[str, object] = values.pop("quality")
        return limits | values


class _Found(NamedTuple):
    """What the looks at a frame show.

    Attributes:
        faces: in pixels of the frame.
        spent_ms: how long it took to find them.
        suspected: waits for the last look; then what was seen beside them.
    """

    faces: tuple[Face, ...]
    spent_ms: float
    suspected: Callable[[], tuple[Box, ...]]


class Pipeline:
    """Reads frames one at a time, for one caller, who waits; tracks live as long as it does.

    Args:
        options: see ``PipelineOptions``.
        weights: the folder with ``face_detector.onnx`` and ``emotion.onnx``; default the installed one, whose files
            must be those that came with Mien.
        clock_ms: for the timings alone.

    Raises:
        ModelError: a file of weights is missing, damaged, or another than came with Mien.
        MienError: the provider is not available.
    """

    def __init__(
        self,
        options: PipelineOptions | None = None,
        weights: Path | None = None,
        clock_ms: Callable[[], float] = lambda: time.perf_counter() * 1000,
    ) -> None:
        self._options = options or PipelineOptions()
        if weights is None:
            check_models()
        self._folder = weights or weights_dir()
        self._workers = Workers(self._options.threads)
        self._classifier = EmotionClassifier(self._folder / "emotion.onnx", self._options.provider, self._workers)
        self._neutral = NeutralFaces(self._classifier.neutral_log_mean)
        self._look_for_faces()
        self._tracker = Tracker(self._options.smoothing_s)
        self._events: list[tuple[str, str]] = []
        self._told_failure = ""
        self._clock_ms = clock_ms

    @property
    def provider(self) -> str:
        """Where the network really runs: ``cpu`` or ``cuda``; it changes where one fails, which is an event."""
        return self._classifier.provider

    @property
    def calibrated(self) -> dict[int, Floats]:
        """Track → shift (8,), nats, of the faces whose probabilities are corrected by their own neutral look."""
        return self._tracker.shifts

    def __enter__(self) -> Self:
        """Return itself; leaving the ``with`` closes it."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close."""
        self.close()

    def read(self, image: Image) -> tuple[Reading, ...]:
        """Read one image by itself, uint8 (H, W, 3), BGR; the tracks of what was read before end with it.

        Raises:
            ValueError: it is no such image.
        """
        return self.process(Frame(0, 0.0, image), still=True).readings

    def configure(self, settings: Settings) -> None:
        """Read the next frame by these settings, but for provider and threads, which stay as they are."""
        before = self._options
        self._options = replace(
            PipelineOptions.from_settings(settings), provider=before.provider, threads=before.threads
        )
        changes = self._options.changes(before)
        if changes:
            self._events.append(("settings", changes))
        self._tracker.smoothing_s = self._options.smoothing_s
        if self._options.min_detection != before.min_detection:
            self._detector.close()
            self._look_for_faces()
        self._search.calm = not self._options.blur_faces

    def calibrate(self, track: int, seconds: float) -> None:
        """Measure the neutral look of a face for so many seconds of the source's time, from the next frame on.

        What was measured of it before no longer counts. The outcome is an event of a later result: ``calibrated``, or
        ``calibration_failed`` and why.
        """
        self.clear_calibration(track)
        self._neutral.measure(track, seconds)

    def clear_calibration(self, track: int) -> None:
        """Correct a face no more, from the next frame on, or give up measuring it."""
        self._neutral.cancel(track)
        if track in self._tracker.shifts and self._tracker.correct(track, None):
            self._events.append(("calibration_undone", f"track {track}"))

    def process(self, frame: Frame, *, still: bool = False) -> FrameResult:
        """Read one frame. A ``still`` is an image by itself: no track goes on into it, and no face is calibrated."""
        return self._result(frame, self._find(frame, still=still), still=still)

    def process_each(self, frames: Iterable[Frame], *, still: bool = False) -> Iterator[FrameResult]:
        """Read one frame after the other: the results are those of ``process``, and come sooner where a core is free.

        While one frame's faces are read, the next is looked at: each result is given once the frame after it is there.
        Until the last is given, nothing else may be asked of the pipeline than to close it.
        """
        newest: tuple[Frame, Callable[[], _Found]] | None = None
        for frame in frames:
            # all looks at one frame come before those at the next
            before = None if newest is None else (newest[0], _waited_for(newest[1]()))
            newest = frame, self._workers.begin(partial(self._find, still=still), frame)
            if before is not None:
                yield self._result(*before, still=still)
        if newest is not None:
            yield self._result(newest[0], newest[1](), still=still)

    def close(self) -> None:
        """Free the detector, and end the threads."""
        self._workers.close()
        self._detector.close()

    def _find(self, frame: Frame, *, still: bool) -> _Found:
        began_ms = self._clock_ms()
        faces = self._search.find(frame.image, frame.t_s, still=still)
        return _Found(faces, self._clock_ms() - began_ms, lambda: self._search.suspected)

    def _result(self, frame: Frame, looks: _Found, *, still: bool) -> FrameResult:
        """Read the faces that were found in a frame."""
        if still:
            self._tracker.forget()
        self._tracker.expire(frame.t_s)
        for outcome in self._neutral.advance(frame.t_s, self._tracker.numbers):
            self._conclude(outcome, still=still)
        marks = [self._clock_ms()]
        crops = self._workers.map(partial(crop_face, frame.image), looks.faces)
        marks.append(self._clock_ms())
        if looks.faces:
            found = self._classify(crops)
            marks.append(self._clock_ms())
            tracked = self._tracker.update([face.box for face in looks.faces], found.probabilities, frame.t_s)
            readings = tuple(
                self._reading(face, crop, track, found, index, t_s=frame.t_s)
                for index, (face, crop, track) in enumerate(zip(looks.faces, crops, tracked, strict=True))
            )
        else:
            marks.append(self._clock_ms())
            self._tracker.update([], np.empty((0, len(EMOTIONS)), np.float32), frame.t_s)
            readings = ()
        marks.append(self._clock_ms())
        # the rest of the search, which has gone on meanwhile
        suspected = looks.suspected()
        timings = {"detect": looks.spent_ms + self._clock_ms() - marks[-1]}
        for stage, start, end in zip(("crop", "classify", "track"), marks, marks[1:], strict=False):
            timings[stage] = end - start
        events = tuple(Event(frame.t_s, name, note) for name, note in self._events)
        self._events.clear()
        return FrameResult(frame, readings, timings, events, suspected)

    def _classify(self, crops: list[Crop]) -> Classified:
        found = self._classifier.classify(crops)
        if self._classifier.failure != self._told_failure:
            self._told_failure = self._classifier.failure
            self._events.append(("provider_failed", self._told_failure))
        return found

    def _look_for_faces(self) -> None:
        self._detector = FaceDetector(self._folder / "face_detector.onnx", self._options.min_detection)
        self._search = FaceSearch(self._detector.detect, self._workers, calm=not self._options.blur_faces)

    def _conclude(self, outcome: Outcome, *, still: bool) -> None:
        if outcome.shift is not None:
            self._tracker.correct(outcome.track, outcome.shift)
            self._events.append(("calibrated", f"track {outcome.track}: {shift_text(outcome.shift)}"))
        else:
            reason = "the images are not of one moment; open a video or a camera" if still else outcome.reason
            self._events.append(("calibration_failed", f"track {outcome.track}: {reason}"))

    def _reading(self, face: Face, crop: Crop, track: Tracked, found: Classified, index: int, *, t_s: float) -> Reading:
        verdict = quality.assess(face, crop, self._options.quality)
        remaining_s = self._neutral.remaining_s(track.number, t_s)
        if remaining_s is not None and verdict == quality.OK:
            self._neutral.add(track.number, found.probabilities[index])
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
            "measuring" if remaining_s is not None else "applied" if track.corrected else "",
            remaining_s or 0.0,
        )


def _waited_for(found: _Found) -> _Found:
    """Return what the looks show once all have ended, so that the next frame's may begin."""
    suspected = found.suspected()
    return found._replace(suspected=lambda: suspected)
