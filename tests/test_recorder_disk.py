"""A slow disk, and one that fills up or goes: nobody waits, and nothing is lost silently."""

import gc
import json
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.recorder import Recorder
from app.session import backlog
from app.session.files import Table
from app.session.log import prepare_folder
from app.types import Event, Frame, FrameResult, Image
from tests.disks import usage_of
from tests.engine_fakes import wait
from tests.recorders import close, dropped_in, events_in, frame_of, indices_in, recorder_in, write, written


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


def test_a_stalled_disk_holds_nobody_up_and_every_lost_frame_is_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backlog, "MAX_FRAMES", 10)
    recorder = recorder_in(tmp_path)
    written(recorder, frame_of(1))
    with _stalled_disk(monkeypatch):
        for index in range(2, 50):
            if index != 30:  # one that was never read
                write(recorder, frame_of(index))
        recorder.event(Event(4.55, "marker", "meanwhile"))
    written(recorder, frame_of(50))
    close(recorder)
    frames = indices_in(tmp_path)
    dropped = dropped_in(tmp_path)
    assert dropped["disk"] >= 28
    assert dropped["busy"] == 1
    assert len(frames) + dropped["disk"] + dropped["busy"] == 50
    assert frames == sorted(set(frames))
    told = [note for _, note in events_in(tmp_path)]
    assert sum(int(note.split()[1]) for note in told if note.startswith("disk:")) == dropped["disk"]
    assert "busy: 1 frames" in told
    assert "meanwhile" in told
    times = [float(t_s) for t_s, _ in events_in(tmp_path)]
    assert times == sorted(times)


def test_what_a_lost_frame_brought_about_is_not_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backlog, "MAX_FRAMES", 2)
    recorder = recorder_in(tmp_path)
    written(recorder, frame_of(1))
    with _stalled_disk(monkeypatch):
        for index in range(2, 9):
            write(recorder, frame_of(index))
        write(recorder, frame_of(9, Event(0.9, "calibrated", "track 1")))
        recorder.close("")
    assert recorder.join(5)
    assert ("0.8000", "track 1") in events_in(tmp_path)


def test_a_file_waits_for_its_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backlog, "MAX_FRAMES", 5)
    recorder = recorder_in(tmp_path)
    for index in range(300):
        write(recorder, frame_of(index), live=False)
    close(recorder)
    assert indices_in(tmp_path) == list(range(300))
    assert dropped_in(tmp_path) == {"busy": 0, "disk": 0}


def test_a_file_that_waits_for_a_stalled_disk_can_be_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backlog, "MAX_FRAMES", 2)
    recorder = recorder_in(tmp_path)
    written(recorder, frame_of(1))
    with _stalled_disk(monkeypatch):

        def read() -> None:
            for index in range(2, 9):
                write(recorder, frame_of(index), live=False)

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
    assert len(indices_in(tmp_path)) + dropped_in(tmp_path)["disk"] == 8


def test_what_waits_for_the_disk_keeps_no_picture_alive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recorder = recorder_in(tmp_path)
    written(recorder, frame_of(1))
    with _stalled_disk(monkeypatch):
        image: Image = np.zeros((64, 64, 3), np.uint8)
        gone = weakref.ref(image)
        write(recorder, FrameResult(Frame(2, 0.2, image)))
        del image
        gc.collect()
        assert gone() is None
    close(recorder)
    assert indices_in(tmp_path) == [0, 1]


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
    written(recorder, frame_of(1))
    with monkeypatch.context() as full:
        _fill_up(full)
        wait(lambda: recorder.status() is None)
    wait(lambda: bool(told))
    assert told == [f"{one}: recording stopped, only 20 MB free on its disk; what was recorded is kept"]
    write(recorder, frame_of(2))
    recorder.start(two)
    written(recorder, frame_of(3))
    close(recorder)
    assert indices_in(one) == [0]
    assert [note for _, note in events_in(one)] == [
        "fake", "after all frames", "recording stopped, only 20 MB free on its disk; what was recorded is kept",
    ]  # fmt: skip
    assert json.loads((one / "session.json").read_text())["ended_utc"]
    assert indices_in(two) == [0]


def test_a_disk_that_is_taken_away_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recorder, told = _failing(tmp_path / "s")
    written(recorder, frame_of(1))

    def gone(_folder: Path) -> None:
        raise FileNotFoundError(2, "No such file or directory")

    monkeypatch.setattr("shutil.disk_usage", gone)
    wait(lambda: bool(told))
    assert told == [f"{tmp_path / 's'}: recording stopped, its disk is gone (No such file or directory); "
                    "give another folder"]  # fmt: skip
    close(recorder)
