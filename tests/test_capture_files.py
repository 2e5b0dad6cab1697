import logging
import re
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

from app.capture.sources import open_source
from app.capture.stills import StillsSource, images_in, read_image
from app.cv import cv2
from app.types import Frame, Image, SourceError

SIZE = (160, 120)
# Four grey frames of 32x32 at 25 frames/s as a bare H.264 stream, which has no clock; OpenCV writes none such.
RAW_H264 = bytes.fromhex(
    "000000016742c00ada25b011000003000100000300320f1226a00000000168ce0fc80000016588843a26280c9d75e0"
    "00000001419a20268b00000001419a402a8b00000001419a602a8b"
)


def shade(value: int) -> Image:
    return np.full((SIZE[1], SIZE[0], 3), value, np.uint8)


def write_video(path: Path, count: int = 12, fps: float = 20.0, codec: str = "mp4v") -> Path:
    """A video whose frames get brighter by 10, twelve in turn."""
    writer = cv2.VideoWriter(str(path), cv2.CAP_FFMPEG, cv2.VideoWriter.fourcc(*codec), fps, SIZE)
    assert writer.isOpened()
    for index in range(count):
        writer.write(shade(20 + 10 * (index % 12)))
    writer.release()
    return path


def read_all(path: Path) -> list[Frame]:
    source = open_source(str(path))
    frames = []
    while (frame := source.read()) is not None:
        frames.append(frame)
    source.close()
    return frames


@pytest.mark.parametrize(("suffix", "codec"), [(".mp4", "mp4v"), (".avi", "MJPG"), (".mkv", "MJPG")])
def test_every_frame_of_a_video_is_read_in_order_at_its_media_time(tmp_path: Path, suffix: str, codec: str):
    path = write_video(tmp_path / f"clip{suffix}", codec=codec)
    source = open_source(str(path))
    assert (source.name, source.kind, source.live, source.stills) == (f"clip{suffix}", "file", False, False)
    assert source.fps == pytest.approx(20)
    source.close()
    frames = read_all(path)
    assert [frame.index for frame in frames] == list(range(12))
    assert [frame.t_s for frame in frames] == pytest.approx([index / 20 for index in range(12)], abs=0.002)
    assert [frame.image.mean() for frame in frames] == pytest.approx([20 + 10 * index for index in range(12)], abs=4)


def test_time_passes_in_a_video_without_timestamps(tmp_path: Path):
    path = tmp_path / "raw.h264"
    path.write_bytes(RAW_H264)
    assert [frame.t_s for frame in read_all(path)] == pytest.approx([0, 0.04, 0.08, 0.12])


def test_a_video_by_its_content_where_the_name_tells_nothing(tmp_path: Path):
    path = write_video(tmp_path / "clip.avi", codec="MJPG").rename(tmp_path / "0")
    assert len(read_all(path)) == 12


def test_raw_motion_jpeg_on_disk_is_a_video_though_it_begins_like_an_image(tmp_path: Path):
    path = tmp_path / "clip.mjpeg"
    path.write_bytes(b"".join(cv2.imencode(".jpg", shade(20 * index))[1].tobytes() for index in range(5)))
    assert len(read_all(path)) == 5


@pytest.mark.parametrize("name", ["clip: one.avi", "Gesicht — 表情.avi", "100%d.avi"])
def test_odd_names_of_videos_are_only_names(tmp_path: Path, name: str):
    path = write_video(tmp_path / "plain.avi", codec="MJPG").rename(tmp_path / name)
    assert len(read_all(path)) == 12


@pytest.mark.parametrize("content", [b"", b"no video at all\n" * 20, None])
def test_a_file_that_is_no_video_is_named_in_one_line(tmp_path: Path, content: bytes | None, capfd):
    path = tmp_path / "clip.mp4"
    if content is None:
        path.write_bytes(write_video(tmp_path / "whole.mp4").read_bytes()[:40])
    else:
        path.write_bytes(content)
    with pytest.raises(SourceError, match=r"^clip\.mp4: not a video or image that can be read$"):
        open_source(str(path))
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("name", ["notes.txt", "a.nfo", "a.ans", "a.diz", "a.asc", "a.cdg", "a.xb"])
def test_a_text_that_ffmpeg_draws_is_no_video(tmp_path: Path, name: str):
    heads = {".cdg": bytes([9, 1]) + bytes(22), ".xb": b"XBIN\x1a\x50\0\x19\0\x10\0"}
    path = tmp_path / name
    path.write_bytes(heads.get(path.suffix, b"") + b"\x1b[31mHello\x1b[0m world\r\n" * 400)
    with pytest.raises(SourceError, match=rf"^{re.escape(name)}: not a video or image that can be read$"):
        open_source(str(path))


def test_a_damaged_video_gives_what_it_has_and_says_so(tmp_path: Path, caplog):
    path = write_video(tmp_path / "clip.avi", count=40, codec="MJPG")
    data = bytearray(path.read_bytes())
    # Header and index whole, the pictures of the second half gone: what a bad copy leaves.
    index_at = data.rindex(b"idx1")
    path.write_bytes(bytes(data[: len(data) // 2]) + bytes(index_at - len(data) // 2) + bytes(data[index_at:]))
    with caplog.at_level(logging.WARNING):
        frames = read_all(path)
    assert 0 < len(frames) < 40
    assert f"clip.avi: damaged, ends after {len(frames)} of 40 frames" in caplog.text


def test_a_video_that_is_missing_opens_no_camera(tmp_path: Path, monkeypatch):
    monkeypatch.setattr("app.capture.sources.find_camera", lambda spec: pytest.fail(f"looked for a camera {spec!r}"))
    for spec in ("clip.mp4", str(tmp_path / "0"), "./0"):
        with pytest.raises(SourceError, match="no such file or folder"):
            open_source(spec)


def test_a_closed_video_gives_no_more_frames(tmp_path: Path):
    source = open_source(str(write_video(tmp_path / "clip.mp4")))
    assert source.read() is not None
    source.close()
    source.close()
    assert source.read() is None


def test_an_image_is_one_still(tmp_path: Path):
    path = tmp_path / "Gesicht — 表情.png"
    path.write_bytes(cv2.imencode(".png", shade(90))[1].tobytes())
    source = open_source(str(path))
    assert (source.name, source.kind, source.live, source.fps) == (path.name, "stills", False, None)
    assert source.stills
    frame = source.read()
    assert frame is not None
    assert (frame.index, frame.t_s) == (0, 0.0)
    np.testing.assert_array_equal(frame.image, shade(90))
    assert source.read() is None


@pytest.mark.parametrize(
    ("pixels", "expected"),
    [
        (np.full((40, 30), 90, np.uint8), 90),
        (np.full((40, 30), 90 * 257, np.uint16), 90),
        (np.full((40, 30, 4), 90, np.uint8), 90),
        (np.full((40, 30, 3), 90 * 257, np.uint16), 90),
    ],
    ids=["grey", "grey16", "alpha", "color16"],
)
def test_every_kind_of_pixel_becomes_eight_bit_bgr(tmp_path: Path, pixels, expected: int):
    path = tmp_path / "image.png"
    path.write_bytes(cv2.imencode(".png", pixels)[1].tobytes())
    image = read_image(path)
    assert image.shape == (40, 30, 3)
    assert image.dtype == np.uint8
    assert np.all(np.abs(image.astype(int) - expected) <= 1)


def test_a_photo_is_turned_upright(tmp_path: Path):
    pixels = np.zeros((40, 60, 3), np.uint8)
    pixels[:, :30] = 255
    exif = Pillow.Exif()
    exif[0x0112] = 6  # orientation: the camera was held turned, its left is the scene's top
    Pillow.fromarray(pixels).save(tmp_path / "photo.jpg", exif=exif)
    image = read_image(tmp_path / "photo.jpg")
    assert image.shape == (60, 40, 3)
    assert image[:25].mean() > 250
    assert image[35:].mean() < 5


@pytest.mark.parametrize("content", [b"", b"GIF? no.", b"\xff\xd8\xff\xe0"])
def test_an_image_that_is_none_is_named_in_one_line(tmp_path: Path, content: bytes, capfd):
    path = tmp_path / "photo.jpg"
    path.write_bytes(content)
    with pytest.raises(SourceError, match=r"^photo\.jpg: not an image that can be read[^\n]*$"):
        open_source(str(path))
    assert capfd.readouterr().err == ""


def fill(folder: Path, *names: str) -> None:
    for value, name in enumerate(names):
        (folder / name).write_bytes(cv2.imencode(".png", shade(10 * value))[1].tobytes())


def test_a_folder_is_read_in_natural_order_and_only_its_images(tmp_path: Path):
    fill(tmp_path, "face10.png", "face2.png", "Face1.PNG", "2.png", ".hidden.png")
    (tmp_path / "notes.txt").write_text("not an image")
    (tmp_path / "more.png").mkdir()
    source = StillsSource(tmp_path)
    assert [path.name for path in source.paths] == ["2.png", "Face1.PNG", "face2.png", "face10.png"]
    assert source.name == tmp_path.name
    frames = read_all(tmp_path)
    assert [(frame.index, frame.t_s) for frame in frames] == [(0, 0.0), (1, 1.0), (2, 2.0), (3, 3.0)]
    assert [int(frame.image[0, 0, 0]) for frame in frames] == [30, 20, 10, 0]


def test_a_corrupt_image_does_not_cost_the_rest_of_its_folder(tmp_path: Path, caplog):
    fill(tmp_path, "1.png", "3.png")
    (tmp_path / "2.png").write_bytes(b"broken")
    with caplog.at_level(logging.WARNING):
        assert [frame.index for frame in read_all(tmp_path)] == [0, 2]
    assert "2.png: not an image that can be read" in caplog.text


def test_a_folder_without_one_good_image_is_told(tmp_path: Path):
    with pytest.raises(SourceError, match="no images in this folder"):
        images_in(tmp_path)
    (tmp_path / "1.png").write_bytes(b"broken")
    (tmp_path / "2.heic").write_bytes(b"broken")
    source = open_source(str(tmp_path))
    with pytest.raises(SourceError, match="none of the 2 images in this folder can be read"):
        source.read()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows deletes no folder that is somebody's current one")
def test_a_name_in_a_current_folder_that_is_gone_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    with pytest.raises(SourceError, match=r"^\.: the current folder is gone; change to one that exists$"):
        open_source(".")
