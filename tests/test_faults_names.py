"""Names that files may have and OpenCV, a terminal or a shell's user stumbles over; and what is no file at all."""

import os
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from app.analysis.plan import prepare_out
from app.capture.sources import open_source
from app.capture.stills import images_in
from app.capture.video import video_duration_s
from app.cv import cv2
from app.session.backlog import Begin
from app.session.log import SessionInfo, prepare_folder
from app.session.recording import Recording
from app.session.video import VideoReader, VideoWriter
from app.types import Frame, Image, MienError, RecordingError, SourceError
from tests.test_capture_files import write_video

# a byte that is no UTF-8, as Python has it in a name
_ODD = "caf\udce9"
_SAID = r"caf\\udce9.*: its name is not valid UTF-8"
_PNG = cv2.imencode(".png", np.full((8, 8, 3), 90, np.uint8))[1].tobytes()


def _printable(error: MienError) -> bool:
    """Whether it is one line that a terminal in UTF-8 can show."""
    return len(str(error).splitlines()) == 1 and bool(str(error).encode())


@pytest.mark.parametrize("name", [f"{_ODD}.mp4", f"{_ODD}.mkv", _ODD, f"{_ODD}.dat"])
def test_a_video_whose_name_is_not_utf8_is_told_in_one_line(tmp_path: Path, name: str) -> None:
    path = write_video(tmp_path / "plain.avi", codec="MJPG").rename(tmp_path / name)
    with pytest.raises(SourceError, match=f"{_SAID}; rename it$") as told:
        open_source(str(path))
    assert _printable(told.value)
    # a run over many files is planned by it, and must not end there
    assert video_duration_s(path) is None


def test_a_video_in_a_folder_whose_name_is_not_utf8_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / _ODD).mkdir()
    write_video(tmp_path / "plain.avi", codec="MJPG").rename(tmp_path / _ODD / "clip.avi")
    monkeypatch.chdir(tmp_path / _ODD)
    with pytest.raises(SourceError, match=r"caf\\udce9/clip\.avi: its name is not valid UTF-8"):
        open_source("clip.avi")


def test_images_whose_names_are_not_utf8_are_read(tmp_path: Path) -> None:
    (tmp_path / _ODD).mkdir()
    path = tmp_path / _ODD / f"{_ODD}.png"
    path.write_bytes(_PNG)
    for spec in (path, path.parent):
        source = open_source(str(spec))
        assert source.read() is not None
        assert source.read() is None


def test_no_video_is_recorded_into_a_folder_whose_name_is_not_utf8(tmp_path: Path) -> None:
    folder = tmp_path / _ODD
    with pytest.raises(RecordingError, match=f"{_SAID}, .*; rename it, or give another folder$") as told:
        prepare_folder(folder, video=True)
    assert _printable(told.value)
    assert not folder.exists()
    # without a video nothing is wrong with it; and whoever did not ask before has nothing written
    prepare_folder(folder)
    image: Image = np.zeros((8, 8, 3), np.uint8)
    begin = Begin(folder, SessionInfo("x", "cpu"), Frame(0, 0.0, image), datetime.now(UTC), live=False, video=True)
    with pytest.raises(RecordingError, match=_SAID):
        Recording(begin, lambda _shot: image, lambda _shot: None)
    assert list(folder.iterdir()) == []
    for kind in (VideoWriter, VideoReader):
        with pytest.raises(RecordingError, match=_SAID):
            kind(folder / "video.mkv")


def test_an_analysis_with_videos_makes_no_folder_whose_name_is_not_utf8(tmp_path: Path) -> None:
    out = tmp_path / _ODD
    with pytest.raises(RecordingError, match=_SAID):
        prepare_out(out, video=True)
    assert not out.exists()
    prepare_out(out, video=False)
    assert out.is_dir()


def test_spaces_in_a_name_are_left_out_only_where_no_file_is_so_called(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, value in (("x.png ", 10), ("x.png", 200), (" ", 90)):
        Path(name).write_bytes(cv2.imencode(".png", np.full((8, 8, 3), value, np.uint8))[1].tobytes())
    for spec, value in (("x.png ", 10), ("x.png", 200), (" x.png", 200), ("x.png\n", 200), (" ", 90)):
        frame = open_source(spec).read()
        assert frame is not None
        assert int(frame.image[0, 0, 0]) == value
    with pytest.raises(SourceError, match="SOURCE is empty"):
        open_source("  ")


def test_a_link_in_a_folder_that_leads_nowhere_does_not_cost_the_folder(tmp_path: Path) -> None:
    (tmp_path / "1.png").write_bytes(_PNG)
    # the system refuses to look there, as it does where the user may not go
    (tmp_path / "2.png").symlink_to("x" * 300)
    (tmp_path / "3.png").symlink_to("3.png")
    assert [path.name for path in images_in(tmp_path)] == ["1.png"]


def test_standard_input_devices_and_pipes_are_told_for_what_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.capture.devices.list_cameras", list)
    monkeypatch.setattr("app.capture.sources.list_cameras", list)
    with pytest.raises(SourceError, match=r"^-: Mien does not read its standard input; name a camera"):
        open_source("-")
    with pytest.raises(SourceError, match=r"^/dev/zero: a device, and no camera; cameras here: none"):
        open_source("/dev/zero")
    os.mkfifo(tmp_path / "pipe.mp4")
    with pytest.raises(SourceError, match=r"pipe\.mp4: neither a file, a folder nor a camera; save what it gives"):
        open_source(str(tmp_path / "pipe.mp4"))
    # a file may be called so all the same
    monkeypatch.chdir(tmp_path)
    Path("-").write_bytes(_PNG)
    assert open_source("-").read() is not None
