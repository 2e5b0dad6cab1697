"""A disk without room: the recording stops cleanly and says so, Mien lives on, and what was written reads."""

import ctypes
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from app.engine import Engine
from app.recorder import Recorder
from app.session.log import LEAST_FREE, SessionInfo, free_bytes, prepare_folder
from app.session.reader import read_session
from app.settings import Settings
from app.status import State
from app.types import Event, Frame, FrameResult, RecordingError
from tests.engine_fakes import wait
from tests.ui.fakes import fake_engine

_SIZE = 64_000_000


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 64 MB in memory. Mounting one takes root; without, ``limit`` below and /dev/full stand for it."""
    mount = ctypes.CDLL(None, use_errno=True)
    place = str(tmp_path).encode()
    if mount.mount(b"tmpfs", place, b"tmpfs", 0, f"size={_SIZE}".encode()) != 0:
        pytest.skip(f"cannot mount a tmpfs here ({os.strerror(ctypes.get_errno())})")
    yield tmp_path
    assert mount.umount2(place, 2) == 0  # MNT_DETACH


def _ballast(disk: Path, leave: int) -> None:
    """Fill the disk until so many bytes are free; all of it where that is 0."""
    with (disk / "ballast").open("ab", buffering=0) as file:
        try:
            while (room := free_bytes(disk) - leave) > 0:
                file.write(bytes(min(room, 1_000_000)))
        except OSError:
            assert leave == 0


def test_a_file_that_may_not_grow_ends_the_recording_and_nothing_else(tmp_path: Path, repository: Path) -> None:
    folder = tmp_path / "s"
    command = [sys.executable, "-m", "tests.recording_children", "limit", str(folder), "50000"]
    done = subprocess.run(command, cwd=repository, check=True, timeout=60, capture_output=True, text=True)
    assert done.stderr == ""
    said, alive = done.stdout.splitlines()
    assert said == f"{folder}: recording stopped, cannot write (File too large); what was written is kept"
    # it read on afterwards, and closed in time
    assert alive == "RUNNING True True"
    session = read_session(folder)
    assert session.complete
    assert session.warnings == ()
    assert len(session.readings["frame"]) == session.info.counters["rows"] > 50
    assert session.events[-1].note.startswith("recording stopped, cannot write (File too large)")


def test_a_really_full_disk_ends_the_recording_and_nothing_else(small_disk: Path) -> None:
    engine = fake_engine()
    folder = small_disk / "s"
    engine.start("x", record=folder)
    wait(lambda: (recording := engine.status().recording) is not None and recording.rows > 20)
    _ballast(small_disk, leave=0)
    wait(lambda: engine.status().message != "", 10)
    # whichever comes first: the look at the space that is left, or the first byte that is refused
    assert "recording stopped" in engine.status().message
    before = engine.status().processed
    wait(lambda: engine.status().processed > before + 5)
    assert engine.status().state is State.RUNNING
    assert engine.close()
    session = read_session(folder)
    assert len(session.readings["frame"]) > 20
    assert session.warnings == ()
    (small_disk / "ballast").unlink()


def test_every_row_before_the_one_that_found_no_room_is_there(small_disk: Path) -> None:
    prepare_folder(small_disk / "s")
    told: list[str] = []
    # nobody looks at the space: the clock stands still
    recorder = Recorder(small_disk / "s", failed=told.append, clock=lambda: 0.0)
    image = np.zeros((4, 4, 3), np.uint8)
    for index in range(100_000):
        recorder.event(Event(index / 30, "marker", "what was marked " * 4))
        recorder.write(FrameResult(Frame(index, index / 30, image)), lambda: SessionInfo("x", "cpu"), live=False)
        if index == 500:
            _ballast(small_disk, leave=0)
        if told:
            break
    recorder.close("")
    assert recorder.join(5)
    assert told == [
        f"{small_disk / 's'}: recording stopped, cannot write (No space left on device); what was written is kept"
    ]
    session = read_session(small_disk / "s")
    assert session.warnings == ()
    rows = session.readings["frame"]
    assert np.array_equal(rows, np.arange(len(rows)))
    assert len(rows) > 400


def test_a_disk_that_fills_up_is_left_with_room(small_disk: Path) -> None:
    engine: Engine = fake_engine(settings=Settings())
    engine.start("x", record=small_disk / "s")
    wait(lambda: (recording := engine.status().recording) is not None and recording.rows > 5)
    _ballast(small_disk, leave=20_000_000)
    started = time.monotonic()
    wait(lambda: "MB free on its disk" in engine.status().message, 10)
    assert time.monotonic() - started < 4
    assert free_bytes(small_disk) > 15_000_000
    assert engine.close()
    session = read_session(small_disk / "s")
    assert session.complete
    assert session.warnings == ()


def test_a_disk_with_little_room_is_refused_at_the_start(small_disk: Path) -> None:
    _ballast(small_disk, leave=LEAST_FREE - 5_000_000)
    engine = fake_engine()
    with pytest.raises(RecordingError, match=r"only 4\d MB free on its disk"):
        engine.start("x", record=small_disk / "s")
    assert engine.status().state is State.IDLE
