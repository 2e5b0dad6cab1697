"""A recorder at work, and what it has written, for its tests."""

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np

from app.recorder import Recorder
from app.session.log import SessionInfo, prepare_folder
from app.types import Event, Frame, FrameResult
from tests.engine_fakes import wait

IMAGE = np.zeros((4, 4, 3), np.uint8)


def frame_of(index: int, *events: Event) -> FrameResult:
    """A frame at 10 frames/s."""
    return FrameResult(Frame(index, index / 10, IMAGE), events=events)


def write(recorder: Recorder, result: FrameResult, *, live: bool = True) -> None:
    """Write a frame."""
    recorder.write(result, lambda: SessionInfo("fake", "cpu"), live=live)


def written(recorder: Recorder, result: FrameResult) -> None:
    """Write a frame and wait until its row is in the file; all before it are."""
    before = 0 if (status := recorder.status()) is None else status.rows
    write(recorder, result)
    wait(lambda: (status := recorder.status()) is not None and status.rows > before)


def close(recorder: Recorder, reason: str = "") -> None:
    """End the recording, and wait for it."""
    recorder.close(reason)
    assert recorder.join(5)


def events_in(folder: Path) -> list[tuple[str, str]]:
    """The events of a session: time, and note or, without one, name."""
    with (folder / "events.csv").open(newline="") as file:
        return [(row["t_s"], row["note"] or row["event"]) for row in csv.DictReader(file)]


def indices_in(folder: Path) -> list[int]:
    """The numbers of the frames of a session."""
    with (folder / "readings.csv").open(newline="") as file:
        return [int(row["frame"]) for row in csv.DictReader(file)]


def dropped_in(folder: Path) -> Any:
    """What a session counts as dropped, by cause."""
    return json.loads((folder / "session.json").read_text())["counters"]["dropped"]


def recorder_in(folder: Path) -> Recorder:
    """A recorder that records into this folder from the first frame on."""
    prepare_folder(folder)
    return Recorder(folder)
