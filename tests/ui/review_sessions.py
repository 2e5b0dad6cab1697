"""Recorded sessions for the review's tests, written by the recorder's own writers."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from app.session.log import SessionInfo, SessionWriter
from app.session.schema import VIDEO
from app.session.video import VideoWriter
from app.types import EMOTIONS, UNCERTAIN, Event, Frame, FrameResult
from tests.ui.fakes import reading

STARTED = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
RATE = 10.0
# no frame at all, and no face of number 2
GAP = (6.0, 8.0)
SECOND_FACE = (2.0, 4.0)
# the first face cannot be read, and is not sure
DARK = (3.0, 4.0)
UNSURE = (4.0, 5.0)


def recorded(folder: Path, seconds: float = 12.0, *, video: bool = False, end: bool = True) -> Path:
    """Write a session of ten frames a second, with markers at 1 s and 9 s; return its folder."""
    folder.mkdir(parents=True)
    writer: SessionWriter | None = None
    pictures = VideoWriter(folder / VIDEO) if video else None
    for index in range(round(seconds * RATE)):
        t_s = index / RATE
        if GAP[0] < t_s < GAP[1]:
            continue
        image = np.full((48, 64, 3), 2 * index % 256, np.uint8)
        frame = Frame(index, t_s, image)
        if writer is None:
            writer = SessionWriter(folder, SessionInfo("=film.mp4", "cpu"), frame, STARTED, live=False)
        writer.write(FrameResult(frame, tuple(faces(t_s))))
        if pictures is not None:
            pictures.write(image, t_s)
    assert writer is not None
    writer.event(Event(1.0, "marker", "Question"), Event(9.0, "marker", "=1+1"))
    if pictures is not None:
        pictures.close()
    if end:
        writer.close()
    else:
        writer.abandon("")
    return folder


def faces(t_s: float):
    """The readings of one frame."""
    raw = np.full(8, 0.02, np.float32)
    raw[EMOTIONS.index("surprise")] = 0.86
    if DARK[0] <= t_s < DARK[1]:
        yield replace(reading(UNCERTAIN, quality="dark;turned"), raw=raw)
    elif UNSURE[0] <= t_s < UNSURE[1]:
        yield replace(reading(UNCERTAIN, confidence=0.3), raw=raw)
    else:
        yield replace(reading("happiness", confidence=0.75), raw=raw)
    if SECOND_FACE[0] <= t_s < SECOND_FACE[1]:
        yield reading("anger", track=2)
