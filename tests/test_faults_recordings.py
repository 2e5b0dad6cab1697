"""What happens to a recording's files while it runs, and to its video afterwards."""

import json
import resource
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from app.recorder import Recorder
from app.session.folder import prepare_folder
from app.session.log import SessionInfo, SessionWriter
from app.session.reader import read_session
from app.session.video import VideoReader, VideoWriter
from app.types import Frame, FrameResult, Image, RecordingError
from tests.engine_fakes import wait
from tests.recorders import close, frame_of, write, written

_NOISE: Image = np.random.default_rng(0).integers(0, 256, (240, 320, 3), np.uint8)
_LIMIT = 200_000


@contextmanager
def _no_file_larger(size: int) -> Iterator[None]:
    """The system refuses to make a file larger, as a disk that is full does, or one that takes files up to 4 GB."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def _pictures(path: Path) -> int:
    """How many pictures of a video can be shown."""
    reader, found = VideoReader(path), set()
    for number in range(1000):
        if reader.at(number / 10) is not None:
            found.add(reader.since_s)
    reader.close()
    return len(found)


def _writer_in(folder: Path, source: str) -> SessionWriter:
    return SessionWriter(folder, SessionInfo(source, "cpu"), frame_of(1).frame, datetime.now(UTC), live=True)


def test_two_that_record_into_one_folder_at_once_are_one_session_and_one_refusal(tmp_path: Path) -> None:
    # both have found it empty
    prepare_folder(tmp_path)
    prepare_folder(tmp_path)
    first = _writer_in(tmp_path, "one")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(RecordingError) as told:
        _writer_in(tmp_path, "another")
    assert str(told.value) == f"{tmp_path}: holds a recorded session already; give another folder"
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
    first.close()
    assert read_session(tmp_path).info.source == "one"


def _recorded(folder: Path, frames: int) -> list[str]:
    """Record so many frames with their pictures on a disk that takes no large file; return what was told."""
    told: list[str] = []
    prepare_folder(folder)
    recorder = Recorder(folder, video=True, failed=told.append)
    with _no_file_larger(_LIMIT):
        for index in range(frames):
            result = FrameResult(Frame(index, index / 10, _NOISE))
            recorder.write(result, lambda: SessionInfo("x", "cpu"), live=False)
        recorder.close("")
        assert recorder.join(20)
    return told


def test_a_video_that_the_disk_refuses_is_told_at_the_end_and_its_pictures_are_those_it_has(tmp_path: Path) -> None:
    told = _recorded(tmp_path / "s", frames=20)
    path = tmp_path / "s" / "video.mkv"
    assert path.stat().st_size <= _LIMIT
    session = json.loads((tmp_path / "s" / "session.json").read_text())
    frames = session["video"]["frames"]
    assert told == [f"{path}: the disk took only {frames} of 20 pictures of the video; all else is recorded"]
    assert 0 < frames < 20
    assert abs(_pictures(path) - frames) <= 1
    # nothing else suffers
    assert session["counters"]["rows"] == 20
    assert read_session(tmp_path / "s").complete
    assert "the disk took only" in (tmp_path / "s" / "events.csv").read_text()


def test_a_video_that_the_disk_takes_is_not_called_refused(tmp_path: Path) -> None:
    assert _recorded(tmp_path / "s", frames=3) == []
    assert json.loads((tmp_path / "s" / "session.json").read_text())["video"]["frames"] == 3


def test_a_video_that_the_disk_refuses_is_noticed_while_it_is_recorded(tmp_path: Path) -> None:
    writer = VideoWriter(tmp_path / "v.mkv")
    with _no_file_larger(_LIMIT):
        for number in range(10):
            writer.write(_NOISE, number / 10)
        # what FFmpeg keeps back is not missing
        writer.check()
        for number in range(10, 60):
            writer.write(_NOISE, number / 10)
        with pytest.raises(RecordingError, match="cannot write the video; what was written is kept"):
            writer.check()
        with pytest.raises(RecordingError, match="took only"):
            writer.close()
    assert 0 < writer.frames < 20


def test_a_picture_that_a_power_failure_has_emptied_is_not_shown_and_those_around_it_are(tmp_path: Path) -> None:
    path = tmp_path / "v.mkv"
    writer = VideoWriter(path)
    for number in range(9):
        writer.write(_NOISE, number / 10)
    writer.close()
    data = bytearray(path.read_bytes())
    starts = [at for at in range(len(data) - 3) if data[at : at + 3] == b"\xff\xd8\xff"]
    assert len(starts) == 9
    data[starts[4] : starts[4] + 20_000] = bytes(20_000)
    path.write_bytes(data)
    reader = VideoReader(path)
    assert [reader.at(number / 10) is not None for number in range(9)] == [number != 4 for number in range(9)]
    reader.close()


def test_pictures_too_large_for_a_video_are_told_before_there_is_one(tmp_path: Path) -> None:
    for shape in ((70_000, 8, 3), (8, 70_000, 3)):
        writer = VideoWriter(tmp_path / "v.mkv")
        with pytest.raises(RecordingError, match=r"v\.mkv: pictures of \d+ x \d+ are too large for a video; record wi"):
            writer.write(np.zeros(shape, np.uint8), 0.0)
        writer.close()
        assert not (tmp_path / "v.mkv").exists()


@pytest.mark.parametrize("deleted", [False, True])
def test_a_folder_that_is_moved_or_deleted_while_recording_is_told_as_that(tmp_path: Path, deleted: bool) -> None:
    folder, told = tmp_path / "s", list[str]()
    prepare_folder(folder)
    recorder = Recorder(folder, failed=told.append)
    written(recorder, frame_of(1))
    if deleted:
        shutil.rmtree(folder)
    else:
        folder.rename(tmp_path / "elsewhere")
    wait(lambda: bool(told), 5)
    assert told == [f"{folder}: recording stopped, its folder is gone, moved or deleted; give another folder"]
    write(recorder, frame_of(2))
    close(recorder)
    if not deleted:
        # what was recorded went along
        assert len(read_session(tmp_path / "elsewhere").readings["frame"]) == 1
