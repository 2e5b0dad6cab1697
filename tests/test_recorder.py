"""Events from any thread are in the recording they were meant for, in time order."""

import csv
from pathlib import Path

import numpy as np

from app.recorder import Recorder
from app.session.log import SessionInfo, prepare_folder
from app.types import Event, Frame, FrameResult

IMAGE = np.zeros((4, 4, 3), np.uint8)


def _frame(index: int, *events: Event) -> FrameResult:
    """A frame at 10 frames/s."""
    return FrameResult(Frame(index, index / 10, IMAGE), events=events)


def _write(recorder: Recorder, result: FrameResult) -> None:
    recorder.write(result, lambda: SessionInfo("fake", "cpu"), live=True)


def _events(folder: Path) -> list[tuple[str, str]]:
    with (folder / "events.csv").open(newline="") as file:
        return [(row["t_s"], row["note"] or row["event"]) for row in csv.DictReader(file)]


def _recorder(folder: Path) -> Recorder:
    prepare_folder(folder)
    return Recorder(folder)


def test_an_event_waits_for_the_frame_that_is_not_before_it(tmp_path: Path) -> None:
    recorder = _recorder(tmp_path)
    _write(recorder, _frame(0))
    recorder.event(Event(0.25, "marker", "second"))
    recorder.event(Event(0.15, "marker", "first"))
    _write(recorder, _frame(1))
    assert _events(tmp_path) == [("0.0000", "fake")]
    _write(recorder, _frame(2, Event(0.2, "settings", "between")))
    assert _events(tmp_path)[1:] == [("0.1500", "first"), ("0.2000", "between")]
    _write(recorder, _frame(3))
    assert _events(tmp_path)[-1] == ("0.2500", "second")
    recorder.close("")


def test_what_no_frame_follows_is_written_at_the_end(tmp_path: Path) -> None:
    recorder = _recorder(tmp_path)
    _write(recorder, _frame(0))
    recorder.event(Event(4.0, "camera_lost"))
    recorder.close("")
    assert _events(tmp_path)[1:] == [("4.0000", "camera_lost"), ("4.0000", "stop")]


def test_an_event_without_a_recording_is_in_none(tmp_path: Path) -> None:
    recorder = Recorder(None)
    recorder.event(Event(0.0, "marker"))
    _write(recorder, _frame(0))
    recorder.start(tmp_path)
    _write(recorder, _frame(1))
    recorder.close("")
    assert [event for _, event in _events(tmp_path)] == ["fake", "stop"]


def test_an_event_is_in_the_recording_that_was_asked_for_when_it_happened(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    recorder = _recorder(one)
    prepare_folder(two)
    _write(recorder, _frame(0))
    recorder.event(Event(0.05, "marker", "for one"))
    recorder.stop()
    recorder.event(Event(0.06, "marker", "for none"))
    recorder.start(two)
    recorder.event(Event(0.07, "marker", "for two"))
    _write(recorder, _frame(1))
    recorder.close("")
    assert [event for _, event in _events(one)] == ["fake", "for one", "stop"]
    assert _events(two) == [("0.0000", "fake"), ("0.0000", "for two"), ("0.0000", "stop")]


def test_what_the_first_frame_brings_about_is_not_told_twice(tmp_path: Path) -> None:
    recorder = _recorder(tmp_path)
    info = SessionInfo("fake", "cpu", calibrated={1: "anger +0.10"})
    recorder.write(_frame(0, Event(0.0, "calibrated", "track 1: anger +0.10")), lambda: info, live=True)
    recorder.close("")
    assert [event for _, event in _events(tmp_path)] == ["fake", "track 1: anger +0.10", "stop"]
