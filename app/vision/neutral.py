"""A person's own neutral face: measured once, and taken out of what is read of it later."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from app.types import EMOTIONS, Floats

# Fewer frames say more of a moment than of a face: at the least time of 1 s it takes 10 frames/s.
MIN_FRAMES: Final = 10
# A face that can be read in less than half of the frames was not looking.
MIN_SHARE: Final = 0.5
# Nats. The odds of two emotions change by exp(4) = 55 at most: an emotion read at 0.99 stays the most probable whatever
# the person did while being measured, so that a smile then does not hide every later one.
MAX_SHIFT: Final = 2.0
# What is less probable counts as this much, or its logarithm would outweigh those of all other frames. The reference
# takes the same.
_LEAST: Final = 1e-4


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a measurement ended.

    Attributes:
        track: the face's number.
        shift: float32 (8,), nats, for ``corrected``; None where the measurement does not count.
        reason: why it does not count, in a line for the user; empty where it does.
    """

    track: int
    shift: Floats | None = None
    reason: str = ""


@dataclass(slots=True)
class _Measurement:
    seconds: float
    start_s: float | None = None
    frames: int = 0
    read: int = 0
    log_sum: Floats = field(default_factory=lambda: np.zeros(len(EMOTIONS), np.float32))

    def outcome(self, track: int, reference: Floats) -> Outcome:
        if self.read >= MIN_FRAMES and self.read >= MIN_SHARE * self.frames:
            return Outcome(track, shift_from(self.log_sum / np.float32(self.read), reference))
        reason = f"only {self.read} of {self.frames} frames could be read"
        if self.read == self.frames:
            return Outcome(track, reason=f"{reason}, and it takes {MIN_FRAMES}; measure for longer")
        return Outcome(track, reason=f"{reason}; look into the camera, in good light, and try again")


class NeutralFaces:
    """Measures the neutral looks of tracks, each for some seconds of the source's time.

    Args:
        reference: float32 (8,), what the network says of neutral faces on average: mean log probabilities in the order
            of ``EMOTIONS``.
    """

    def __init__(self, reference: Floats) -> None:
        self._reference = reference
        self._measured: dict[int, _Measurement] = {}

    def measure(self, track: int, seconds: float) -> None:
        """Measure ``track`` for so many seconds from the next ``advance`` on; one under way starts over."""
        self._measured[track] = _Measurement(seconds)

    def cancel(self, track: int) -> None:
        """Give a measurement up, if there is one."""
        self._measured.pop(track, None)

    def remaining_s(self, track: int, t_s: float) -> float | None:
        """Return how long ``track`` is still measured, in seconds; None where it is not."""
        measurement = self._measured.get(track)
        if measurement is None or measurement.start_s is None:
            return None
        return max(0.0, measurement.start_s + measurement.seconds - t_s)

    def advance(self, t_s: float, present: Collection[int]) -> list[Outcome]:
        """Go on to the frame at ``t_s``, once a frame; return the outcomes of the measurements that are over by then.

        Args:
            t_s: seconds of the source's time.
            present: the tracks that have not ended.
        """
        outcomes: list[Outcome] = []
        for track, measurement in list(self._measured.items()):
            if measurement.start_s is None:
                measurement.start_s = t_s
            if track not in present:
                outcomes.append(Outcome(track, reason="the face is not in view any more"))
            elif t_s - measurement.start_s >= measurement.seconds:
                outcomes.append(measurement.outcome(track, self._reference))
            else:
                measurement.frames += 1
                continue
            del self._measured[track]
        return outcomes

    def add(self, track: int, raw: Floats) -> None:
        """Take in ``raw``, float32 (8,), of a face that can be read; nothing where ``track`` is not measured."""
        measurement = self._measured.get(track)
        if measurement is not None:
            measurement.log_sum += np.log(raw.clip(_LEAST))
            measurement.read += 1


def shift_from(log_mean: Floats, reference: Floats) -> Floats:
    """Return how far a neutral face's mean log probabilities lie off the average neutral face's, within ±``MAX_SHIFT``.

    Shapes (8,), nats. It is a change of the prior, by person: the posterior is divided by the odd prior that the face
    itself brings about (Saerens et al. 2002; as logit adjustment, Menon et al. 2021).
    """
    return np.asarray(np.clip(log_mean - reference, -MAX_SHIFT, MAX_SHIFT), np.float32)


def corrected(raw: Floats, shift: Floats) -> Floats:
    """Return ``raw`` (8,) with its logarithms lowered by ``shift`` (8,), summing to 1 again."""
    weighted = raw * np.exp(-shift)
    return np.asarray(weighted / weighted.sum(), np.float32)


def shift_text(shift: Floats) -> str:
    """Return ``shift`` (8,) in words, for a session's events: ``anger +0.12, contempt -0.30, ...``."""
    return ", ".join(f"{name} {value:+.2f}" for name, value in zip(EMOTIONS, shift.tolist(), strict=True))
