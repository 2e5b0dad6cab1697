"""Events are in the recording they were meant for, in time order; a slow disk loses nothing silently."""

import csv
import gc
import json
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.recorder import Recorder
from app.session import backlog
from app.session.files import Table
from app.session.log import SessionInfo, prepare_folder
from app.types import Event, Frame, FrameResult, Image
from tests.disks import usage_of
from tests.engine_fakes import wait

IMAGE = np.zeros((4, 4, 3), np.uint8)


def _frame(index: int, *events: Event) -> FrameResult:
    """A frame at 10 frames/s."""
    return FrameResult(Frame(index, index / 10, IMAGE), events=events)


def _write(recorder: Recorder, result: FrameResult, *, live: bool = True) -> None:
    recorder.write(result, lambda: SessionInfo("fake", "cpu"), live=live)


def _written(recorder: Recorder, result: FrameResult) -> None:
    """Write a frame and wait until its row is in the file; all before it are."""
    before = 0 if (status := recorder.status()) is None else status.rows
    _write(recorder, result)
    wait(lambda: (status := recorder.status()) is not None and status.rows > before)


def _close(recorder: Recorder, reason: str = "") -> None:
    recorder.close(reason)
    assert recorder.join(5)


def _events(folder: Path) -> list[tuple[str, str]]:
    with (folder / "events.csv").open(newline="") as file:
        return [(row["t_s"], row["note"] or row["event"]) for row in csv.DictReader(file)]


def _indices(folder: Path) -> list[int]:
    with (folder / "readings.csv").open(newline="") as file:
        return [int(row["frame"]) for row in csv.DictReader(file)]


def _dropped(folder: Path) -> Any:
    return json.loads((folder / "session.json").read_text())["counters"]["dropped"]


@contextmanager
def _stalled_disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A disk that takes nothing, from the next write on until the end of the block."""
    going = threading.Event()
    append = Table.append

    def stalled(table: Table, rows: Any) -> None:
        assert going.wait(20)
        append(table, rows)

    monkeypatch.setattr(Table, "append", stalled)
    try:
        yield
    finally:
        going.set()


def _recorder(folder: Path) -> Recorder:
    prepare_folder(folder)
    return Recorder(folder)


def test_an_event_waits_for_the_frame_that_is_not_before_it(tmp_path: Path) -> None:
    recorder = _recorder(tmp_path)
    _written(recorder, _frame(0))
    recorder.event(Event(0.25, "marker", "second"))
    recorder.event(Event(0.15, "marker", "first"))
    _written(recorder, _frame(1))
    assert _events(tmp_path) == [("0.0000", "fake")]
    _written(recorder, _frame(2, Event(0.2, "settings", "between")))
    assert _events(tmp_path)[1:] == [("0.1500", "first"), ("0.2000", "between")]
    _written(recorder, _frame(3))
    assert _events(tmp_path)[-1] == ("0.2500", "second")
    _close(recorder)


def test_what_no_frame_follows_is_written_at_the_end(tmp_path: Path) -> None:
    recorder = _recorder(tmp_path)
    _write(recorder, _frame(0))
    recorder.event(Event(4.0, "camera_lost"))
    _close(recorder)
    assert _events(tmp_path)[1:] == [("4.0000", "camera_lost"), ("4.0000", "stop")]


def test_an_event_without_a_recording_is_in_none(tmp_path: Path) -> None:
    recorder = Recorder(None)
    recorder.event(Event(0.0, "marker"))
    _write(recorder, _frame(0))
    recorder.start(tmp_path)
    _write(recorder, _frame(1))
    _close(recorder)
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
    _close(recorder)
    assert [event for _, event in _events(one)] == ["fake", "for one", "stop"]
    assert _events(two) == [("0.0000", "fake"), ("0.0000", "for two"), ("0.0000", "stop")]


def test_what_the_first_frame_brings_about_is_not_told_twice(tmp_path: Path) -> None:
    recorder = _recorder(tmp_path)
    info = SessionInfo("fake", "cpu", calibrated={1: "anger +0.10"})
    recorder.write(_frame(0, Event(0.0, "calibrated", "track 1: anger +0.10")), lambda: info, live=True)
    _close(recorder)
    assert [event for _, event in _events(tmp_path)] == ["fake", "track 1: anger +0.10", "stop"]


def test_a_stalled_disk_holds_nobody_up_and_every_lost_frame_is_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backlog, "MAX_FRAMES", 10)
    recorder = _recorder(tmp_path)
    _written(recorder, _frame(1))
    with _stalled_disk(monkeypatch):
        for index in range(2, 50):
            if index != 30:  # one that was never read
                _write(recorder, _frame(index))
        recorder.event(Event(4.55, "marker", "meanwhile"))
    _written(recorder, _frame(50))
    _close(recorder)
    frames = _indices(tmp_path)
    dropped = _dropped(tmp_path)
    assert dropped["disk"] >= 28
    assert dropped["busy"] == 1
    assert len(frames) + dropped["disk"] + dropped["busy"] == 50
    assert frames == sorted(set(frames))
    told = [note for _, note in _events(tmp_path)]
    assert sum(int(note.split()[1]) for note in told if note.startswith("disk:")) == dropped["disk"]
    assert "busy: 1 frames" in told
    assert "meanwhile" in told
    times = [float(t_s) for t_s, _ in _events(tmp_path)]
    assert times == sorted(times)


def test_what_a_lost_frame_brought_about_is_not_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backlog, "MAX_FRAMES", 2)
    recorder = _recorder(tmp_path)
    _written(recorder, _frame(1))
    with _stalled_disk(monkeypatch):
        for index in range(2, 9):
            _write(recorder, _frame(index))
        _write(recorder, _frame(9, Event(0.9, "calibrated", "track 1")))
        recorder.close("")
    assert recorder.join(5)
    assert ("0.8000", "track 1") in _events(tmp_path)


def test_a_file_waits_for_its_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backlog, "MAX_FRAMES", 5)
    recorder = _recorder(tmp_path)
    for index in range(300):
        _write(recorder, _frame(index), live=False)
    _close(recorder)
    assert _indices(tmp_path) == list(range(300))
    assert _dropped(tmp_path) == {"busy": 0, "disk": 0}


def test_a_file_that_waits_for_a_stalled_disk_can_be_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backlog, "MAX_FRAMES", 2)
    recorder = _recorder(tmp_path)
    _written(recorder, _frame(1))
    with _stalled_disk(monkeypatch):

        def read() -> None:
            for index in range(2, 9):
                _write(recorder, _frame(index), live=False)

        reading = threading.Thread(target=read)
        reading.start()
        reading.join(0.1)
        assert reading.is_alive()
        recorder.release()
        reading.join(2)
        assert not reading.is_alive()
        recorder.close("")
        assert not recorder.join(0.1)
    assert recorder.join(5)
    assert len(_indices(tmp_path)) + _dropped(tmp_path)["disk"] == 8


def test_what_waits_for_the_disk_keeps_no_picture_alive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recorder = _recorder(tmp_path)
    _written(recorder, _frame(1))
    with _stalled_disk(monkeypatch):
        image: Image = np.zeros((64, 64, 3), np.uint8)
        gone = weakref.ref(image)
        _write(recorder, FrameResult(Frame(2, 0.2, image)))
        del image
        gc.collect()
        assert gone() is None
    _close(recorder)
    assert _indices(tmp_path) == [0, 1]


def _failing(folder: Path) -> tuple[Recorder, list[str]]:
    told: list[str] = []
    prepare_folder(folder)
    return Recorder(folder, failed=told.append), told


def _fill_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _folder: usage_of(free=20_000_000))


def test_a_disk_that_fills_up_ends_the_recording_before_it_is_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    prepare_folder(two)
    recorder, told = _failing(one)
    recorder.event(Event(9.0, "marker", "after all frames"))
    _written(recorder, _frame(1))
    with monkeypatch.context() as full:
        _fill_up(full)
        wait(lambda: recorder.status() is None)
    wait(lambda: bool(told))
    assert told == [f"{one}: recording stopped, only 20 MB free on its disk; what was recorded is kept"]
    _write(recorder, _frame(2))
    recorder.start(two)
    _written(recorder, _frame(3))
    _close(recorder)
    assert _indices(one) == [0]
    assert [note for _, note in _events(one)] == [
        "fake", "after all frames", "recording stopped, only 20 MB free on its disk; what was recorded is kept",
    ]  # fmt: skip
    assert json.loads((one / "session.json").read_text())["ended_utc"]
    assert _indices(two) == [0]


def test_a_disk_that_is_taken_away_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recorder, told = _failing(tmp_path / "s")
    _written(recorder, _frame(1))

    def gone(_folder: Path) -> None:
        raise FileNotFoundError(2, "No such file or directory")

    monkeypatch.setattr("shutil.disk_usage", gone)
    wait(lambda: bool(told))
    assert told == [f"{tmp_path / 's'}: recording stopped, its disk is gone (No such file or directory); "
                    "give another folder"]  # fmt: skip
    _close(recorder)


def test_the_counters_are_kept_up_to_date_and_synced(tmp_path: Path) -> None:
    now = [0.0]
    prepare_folder(tmp_path)
    recorder = Recorder(tmp_path, clock=lambda: now[0])

    def rows() -> Any:
        return json.loads((tmp_path / "session.json").read_text())["counters"]["rows"]

    _written(recorder, _frame(1))
    assert rows() == 0
    now[0] = 5.1
    _write(recorder, _frame(2))
    wait(lambda: rows() == 2)
    _close(recorder)


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
    _written(recorder, _frame(1))

    def broken(*_arguments: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("app.session.log.SessionWriter.write", broken)
    _write(recorder, _frame(2))
    _close(recorder)
    assert len(raised) == 1
    assert _indices(tmp_path) == [0]
    assert _events(tmp_path)[-1][1] == "an error in Mien"
    _write(recorder, _frame(3))
