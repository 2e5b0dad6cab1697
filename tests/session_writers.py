"""A session's writer and what it is given, for its tests."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from app.session.log import SessionInfo, SessionWriter, prepare_folder
from app.types import Box, Crop, Face, Frame, Reading

START = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)
IMAGE = np.zeros((4, 4, 3), np.uint8)


def reading_of(track: int = 1) -> Reading:
    """A face that reads as happiness."""
    probabilities = np.array([0.05, 0.05, 0.1, 0.1, 0.4, 0.1, 0.1, 0.1], np.float32)
    face = Face(Box(10.25, 20, 30, 40), 0.875, np.zeros((6, 2), np.float32))
    crop = Crop(np.zeros((48, 48), np.uint8), np.zeros((2, 3), np.float32))
    theta = np.array([[0.9, 0.01, 0.02], [-0.01, 0.9, -0.05]], np.float32)
    return Reading(track, face, crop, probabilities, probabilities[::-1].copy(), theta, crop.pixels, "happiness")


def frame_of(index: int, t_s: float) -> Frame:
    """A frame."""
    return Frame(index, t_s, IMAGE)


def writer_in(folder: Path) -> SessionWriter:
    """A writer of a session from frame 7 on, at 2 s."""
    prepare_folder(folder)
    info = SessionInfo("demo", "cpu", {"fps": 30}, {"mien": "x"}, {"emotion.onnx": "abc"})
    return SessionWriter(folder, info, frame_of(7, 2.0), START, live=True)
