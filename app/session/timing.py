"""What each frame of a session counts for, and which rows can be read.

Time is weighed, not rows: a frame counts until the next one, so that a varying frame rate skews nothing. Where the next
one is long in coming (a lost camera) the frame counts for the usual interval, and the rest is a gap.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from app.session.reader import Session
from app.session.readings import NO_FACE, Columns
from app.types import EMOTIONS

Numbers = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]
Span = tuple[float, float]

# A gap is longer than both: a busy machine drops a few frames in a row, and an image a second is no row of gaps.
GAP_INTERVALS: Final = 5
GAP_S: Final = 0.5
# what one frame alone counts for, as images do
_ALONE_S: Final = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class FrameTimes:
    """The frames of a session and what each counts for.

    Attributes:
        t_s: (F,) of each frame.
        weight_s: (F,) seconds it counts for.
        rows: (N,) the frame of each row.
        gap_s: frames further apart than this have a gap between them.
        gaps: from when to when there was no frame.
        end_s: when the last frame and the last event are over.
    """

    t_s: Numbers
    weight_s: Numbers
    rows: Indices
    gap_s: float
    gaps: tuple[Span, ...]
    end_s: float


def frame_times(session: Session) -> FrameTimes:
    """Return the frames of a session and what each counts for."""
    _, first, rows = np.unique(session.readings["frame"], return_index=True, return_inverse=True)
    t_s = np.asarray(session.readings["t_s"][first], np.float64)
    last_event_s = max((event.t_s for event in session.events), default=0.0)
    if not len(t_s):
        return FrameTimes(t_s, t_s, rows, GAP_S, ((0.0, last_event_s),) if last_event_s else (), last_event_s)
    intervals = np.diff(t_s)
    usual_s = float(np.median(intervals)) if len(intervals) else _ALONE_S
    gap_s = max(GAP_S, GAP_INTERVALS * usual_s)
    end_s = max(float(t_s[-1]) + usual_s, last_event_s)
    until = np.append(t_s[1:], end_s)
    late = until - t_s > gap_s
    gaps = tuple((float(t_s[at] + usual_s), float(until[at])) for at in np.flatnonzero(late))
    if t_s[0] > gap_s:
        gaps = ((0.0, float(t_s[0])), *gaps)
    return FrameTimes(t_s, np.where(late, usual_s, until - t_s), rows, gap_s, gaps, end_s)


def trusted(readings: Columns) -> npt.NDArray[np.bool_]:
    """Return which rows have a face whose picture is good enough to be read, (N,)."""
    # an old file may not say so
    good = (readings["quality"] == "ok") | (readings["quality"] == "")
    return np.asarray((readings["track"] != NO_FACE) & good)


def probabilities(readings: Columns) -> Numbers:
    """Return the smoothed probabilities, (N, 8), in the order of ``EMOTIONS``."""
    return np.stack([readings[name] for name in EMOTIONS], axis=1)
