"""Events are in the recording they were meant for, in time order."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.recorder import Recorder
from app.session.log import SessionInfo, prepare_folder
from app.types import Event
from tests.engine_fakes import wait
from tests.recorders import close, events_in, frame_of, indices_in, recorder_in, write, written


def test_an_event_waits_for_the_frame_that_is_not_before_it(tmp_path: Path) -> None:
    recorder = recorder_in(tmp_path)
    written(recorder, frame_of(0))
    recorder.event(Event(0.25, "marker", "second"))
    recorder.event(Event(0.15, "marker", "first"))
    written(recorder, frame_of(1))
    assert events_in(tmp_path) == [("0.0000", "fake")]
    written(recorder, frame_of(2, Event(0.2, "settings", "between")))
    assert events_in(tmp_path)[1:] == [("0.1500", "first"), ("0.2000", "between")]
    written(recorder, frame_of(3))
    assert events_in(tmp_path)[-1] == ("0.2500", "second")
    close(recorder)


def test_what_no_frame_follows_is_written_at_the_end(tmp_path: Path) -> None:
    recorder = recorder_in(tmp_path)
    write(recorder, frame_of(0))
    recorder.event(Event(4.0, "camera_lost"))
    close(recorder)
    assert events_in(tmp_path)[1:] == [("4.0000", "camera_lost"), ("4.0000", "stop")]


def test_an_event_without_a_recording_is_in_none(tmp_path: Path) -> None:
    recorder = Recorder(None)
    recorder.event(Event(0.0, "marker"))
    write(recorder, frame_of(0))
    recorder.start(tmp_path)
    write(recorder, frame_of(1))
    close(recorder)
    assert [event for _, event in events_in(tmp_path)] == ["fake", "stop"]


def test_an_event_is_in_the_recording_that_was_asked_for_when_it_happened(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    recorder = recorder_in(one)
    prepare_folder(two)
    write(recorder, frame_of(0))
    recorder.event(Event(0.05, "marker", "for one"))
    recorder.stop()
    recorder.event(Event(0.06, "marker", "for none"))
    recorder.start(two)
    recorder.event(Event(0.07, "marker", "for two"))
    write(recorder, frame_of(1))
    close(recorder)
    assert [event for _, event in events_in(one)] == ["fake", "for one", "stop"]
    assert events_in(two) == [("0.0000", "fake"), ("0.0000", "for two"), ("0.0000", "stop")]


def test_what_the_first_frame_brings_about_is_not_told_twice(tmp_path: Path) -> None:
    recorder = recorder_in(tmp_path)
    info = SessionInfo("fake", "cpu", calibrated={1: "anger +0.10"})
    recorder.write(frame_of(0, Event(0.0, "calibrated", "track 1: anger +0.10")), lambda: info, live=True)
    close(recorder)
    assert [event for _, event in events_in(tmp_path)] == ["fake", "track 1: anger +0.10", "stop"]


def test_the_counters_are_kept_up_to_date_and_synced(tmp_path: Path) -> None:
    now = [0.0]
    prepare_folder(tmp_path)
    recorder = Recorder(tmp_path, clock=lambda: now[0])

    def rows() -> Any:
        return json.loads((tmp_path / "session.json").read_text())["counters"]["rows"]

    written(recorder, frame_of(1))
    assert rows() == 0
    now[0] = 5.1
    write(recorder, frame_of(2))
    wait(lambda: rows() == 2)
    close(recorder)


def test_an_error_of_our_own_is_not_hidden_and_leaves_a_session_that_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    raised: list[Exception] = []

    def guard(job: Callable[[], None]) -> None:
        try:
            job()
        except ZeroDivisionError as error:
            raised.append(error)

    prepare_folder(tmp_path)
    recorder = Recorder(tmp_path, guard=guard)
    written(recorder, frame_of(1))

    def broken(*_arguments: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("app.session.log.SessionWriter.write", broken)
    write(recorder, frame_of(2))
    close(recorder)
    assert len(raised) == 1
    assert indices_in(tmp_path) == [0]
    assert events_in(tmp_path)[-1][1] == "an error in Mien"
    write(recorder, frame_of(3))
