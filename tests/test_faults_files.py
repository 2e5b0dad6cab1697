"""Videos and images that are damaged, or only odd: read as far as can be, and told where not."""

import logging
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow
from PIL import features
from skimage import data

from app.capture.avif import upright
from app.capture.sources import open_source
from app.capture.stills import read_image
from app.cv import cv2
from app.types import Frame, Image, SourceError
from app.vision.pipeline import Pipeline

SIZE = (160, 120)


def write_video(path: Path, images: list[Image], codec: str) -> bytes:
    """Write a video of 25 frames/s; its bytes."""
    height, width = images[0].shape[:2]
    writer = cv2.VideoWriter(str(path), cv2.CAP_FFMPEG, cv2.VideoWriter.fourcc(*codec), 25.0, (width, height))
    assert writer.isOpened()
    for image in images:
        writer.write(image)
    writer.release()
    return path.read_bytes()


def half_white() -> Image:
    """White on the left, black on the right."""
    image = np.zeros((SIZE[1], SIZE[0], 3), np.uint8)
    image[:, : SIZE[0] // 2] = 255
    return image


def read_all(path: Path) -> list[Frame]:
    source = open_source(str(path))
    frames = []
    while (frame := source.read()) is not None:
        frames.append(frame)
    assert source.read() is None
    source.close()
    return frames


@pytest.mark.parametrize(("suffix", "codec"), [(".mkv", "MJPG"), (".webm", "VP80")])
def test_a_truncated_video_gives_what_it_has_and_says_so_once(
    tmp_path: Path, suffix: str, codec: str, caplog: pytest.LogCaptureFixture
) -> None:
    rng = np.random.default_rng(0)
    images = [rng.integers(0, 256, (SIZE[1], SIZE[0], 3), np.uint8) for _ in range(75)]
    path = tmp_path / f"clip{suffix}"
    whole = write_video(path, images, codec)
    with caplog.at_level(logging.WARNING):
        assert len(read_all(path)) == 75
        assert caplog.text == ""
        path.write_bytes(whole[: len(whole) // 2])
        frames = read_all(path)
    assert 10 < len(frames) < 60
    (told,) = caplog.messages
    assert told == f"clip{suffix}: damaged, ends after {frames[-1].t_s:.1f} of 3.0 s (or was cut)"


def with_seconds_between(path: Path, seconds: int) -> None:
    """Write an MP4 of twelve frames that are so far apart by its timestamps."""
    content = bytearray(write_video(path, [half_white()] * 12, "mp4v").replace(b"edts", b"free"))
    # ticks a second, and how many of them a frame lasts (ISO/IEC 14496-12, 8.4.2 and 8.6.1.2)
    struct.pack_into(">I", content, content.index(b"mdhd") + 16, 1)
    struct.pack_into(">I", content, content.index(b"stts") + 16, seconds)
    path.write_bytes(content)


def test_damaged_timestamps_end_a_video_with_a_word(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with_seconds_between(tmp_path / "clip.mp4", 0x7FFFFFFF)
    with caplog.at_level(logging.WARNING):
        assert [frame.t_s for frame in read_all(tmp_path / "clip.mp4")] == [0]
    assert caplog.messages == ["clip.mp4: damaged, its time leaps by more than a day after 1 frames; the rest is left"]


def test_a_time_lapse_of_a_frame_an_hour_is_read(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with_seconds_between(tmp_path / "clip.mp4", 3600)
    with caplog.at_level(logging.WARNING):
        assert [frame.t_s for frame in read_all(tmp_path / "clip.mp4")] == [3600 * index for index in range(12)]
    assert caplog.messages == []


def test_an_mp4_without_its_end_is_no_video(tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    whole = write_video(path, [half_white()] * 10, "mp4v")
    path.write_bytes(whole[:-100])
    with pytest.raises(SourceError, match=r"^clip\.mp4: not a video or image that can be read$"):
        open_source(str(path))


def test_a_video_of_one_pixel_is_read(tmp_path: Path) -> None:
    path = tmp_path / "tiny.y4m"
    path.write_bytes(b"YUV4MPEG2 W1 H1 F25:1 Ip C444\n" + (b"FRAME\n" + bytes([126, 128, 128])) * 3)
    frames = read_all(path)
    assert [frame.image.shape for frame in frames] == [(1, 1, 3)] * 3
    np.testing.assert_allclose(frames[0].image, 128, atol=2)


def test_a_video_of_8k_is_read(tmp_path: Path) -> None:
    path = tmp_path / "large.avi"
    write_video(path, [np.full((4320, 7680, 3), 120, np.uint8)], "MJPG")
    (frame,) = read_all(path)
    assert frame.image.shape == (4320, 7680, 3)
    assert abs(int(frame.image[2000, 4000, 1]) - 120) <= 2


def test_a_rotated_video_is_read_upright(tmp_path: Path) -> None:
    path = tmp_path / "phone.mp4"
    content = bytearray(write_video(path, [half_white()] * 3, "mp4v"))
    # the matrix in the track's header (ISO/IEC 14496-12, 8.3.2) of a phone that was held upright
    at = content.index(b"tkhd") + 44
    content[at : at + 36] = struct.pack(">9i", 0, 1 << 16, 0, -(1 << 16), 0, 0, SIZE[1] << 16, 0, 1 << 30)
    path.write_bytes(content)
    frame = read_all(path)[0]
    assert frame.image.shape == (160, 120, 3)
    assert frame.image[:70].mean() > 240
    assert frame.image[90:].mean() < 10


@pytest.mark.parametrize("name", ["clip.mkv", "clip.txt", "clip.avi.part", "clip"])
def test_a_video_with_a_wrong_extension_is_read_by_its_content(tmp_path: Path, name: str) -> None:
    write_video(tmp_path / "clip.mp4", [half_white()] * 4, "mp4v")
    assert len(read_all((tmp_path / "clip.mp4").rename(tmp_path / name))) == 4


@pytest.mark.parametrize("name", ["face.jpg", "face.mp4", "face.bin"])
def test_an_image_with_a_wrong_extension_is_read_by_its_content(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(cv2.imencode(".png", half_white())[1].tobytes())
    (frame,) = read_all(path)
    assert frame.image.shape == (120, 160, 3)
    assert frame.image[:, :70].mean() > 240


def test_a_video_that_calls_itself_an_image_is_told(tmp_path: Path) -> None:
    write_video(tmp_path / "clip.mp4", [half_white()] * 4, "mp4v")
    path = (tmp_path / "clip.mp4").rename(tmp_path / "clip.jpg")
    with pytest.raises(SourceError, match=r"^clip\.jpg: not an image that can be read"):
        open_source(str(path))


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".tif", ".bmp"])
def test_half_an_image_is_told(tmp_path: Path, suffix: str) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (120, 160, 3), np.uint8)
    content = cv2.imencode(suffix, noise)[1].tobytes()
    path = tmp_path / f"face{suffix}"
    path.write_bytes(content[: len(content) // 2])
    with pytest.raises(SourceError, match=rf"^face\{suffix}: not an image that can be read[^\n]*$"):
        open_source(str(path))


def test_an_image_file_larger_than_any_image_is_told_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "face.jpg"
    with path.open("wb") as file:
        file.write(b"\xff\xd8\xff")
        file.truncate(2**33)  # a sparse file: it takes no place on the disk
    with pytest.raises(SourceError, match=r"^face\.jpg: too large for an image, or for the memory here"):
        open_source(str(path))


@pytest.mark.skipif(sys.platform != "linux", reason="needs RLIMIT_AS, Linux's limit of a process's memory")
@pytest.mark.parametrize("name", ["bytes.jpg", "pixels.png"])
def test_an_image_that_the_memory_does_not_hold_is_told_as_that(tmp_path: Path, name: str) -> None:
    (tmp_path / "pixels.png").write_bytes(cv2.imencode(".png", np.zeros((20000, 20000), np.uint8))[1].tobytes())
    with (tmp_path / "bytes.jpg").open("wb") as file:
        file.truncate(2**31 - 1)
    read = (
        "import resource, sys\n"
        "from pathlib import Path\n"
        "from app.capture.stills import read_image\n"
        "from app.types import SourceError\n"
        "used = int(Path('/proc/self/statm').read_text().split()[0]) * resource.getpagesize()\n"
        "resource.setrlimit(resource.RLIMIT_AS, (used + 2**29, -1))\n"
        "try:\n"
        "    read_image(Path(sys.argv[1]))\n"
        "except SourceError as error:\n"
        "    print(error)\n"
    )
    told = subprocess.run([sys.executable, "-c", read, tmp_path / name], capture_output=True, text=True, check=False)
    assert told.stdout == f"{name}: too large for an image, or for the memory here; give a smaller one\n", told.stderr


def test_an_image_of_floats_is_told(tmp_path: Path) -> None:
    path = tmp_path / "depth.tif"
    Pillow.fromarray(np.full((40, 30), 0.5, np.float32)).save(path)
    with pytest.raises(SourceError, match=r"^depth\.tif: not an image that can be read"):
        open_source(str(path))


@pytest.mark.parametrize(
    ("mode", "suffix"),
    [("L", ".png"), ("LA", ".png"), ("P", ".gif"), ("RGBA", ".webp"), ("CMYK", ".jpg"), ("1", ".tif")],
)
def test_images_of_every_mode_are_the_same_picture(tmp_path: Path, mode: str, suffix: str) -> None:
    path = tmp_path / f"face{suffix}"
    Pillow.fromarray(half_white()).convert(mode).save(path)
    image = read_image(path)
    assert image.shape == (120, 160, 3)
    assert image.dtype == np.uint8
    assert image[:, :70].mean() > 240
    assert image[:, 90:].mean() < 10


def test_a_face_reads_the_same_in_grey_cmyk_sixteen_bits_and_turned(tmp_path: Path) -> None:
    # without the suit, in which the detector may see a second face
    photo = Pillow.fromarray(data.astronaut()[:190])
    turned = Pillow.Exif()
    turned[0x0112] = 6
    photo.convert("L").save(tmp_path / "grey.png")
    photo.convert("CMYK").save(tmp_path / "cmyk.jpg", quality=95)
    photo.convert("RGBA").save(tmp_path / "alpha.png")
    photo.transpose(Pillow.Transpose.ROTATE_90).save(tmp_path / "turned.jpg", exif=turned, quality=95)
    deep = np.asarray(photo)[:, :, ::-1].astype(np.uint16) * 257
    (tmp_path / "deep.png").write_bytes(cv2.imencode(".png", deep)[1].tobytes())
    pipeline = Pipeline()
    try:
        source = open_source(str(tmp_path))
        found = []
        while (frame := source.read()) is not None:
            found.append([reading.emotion for reading in pipeline.process(frame, still=True).readings])
    finally:
        pipeline.close()
    assert found == [["happiness"]] * 5


def quarters() -> Image:
    """No two of its turned and mirrored pictures are the same."""
    image = np.zeros((80, 120, 3), np.uint8)
    image[:40, :60] = 255
    image[60:, 100:] = 128
    return image


@pytest.mark.skipif(not features.check("avif"), reason="needs a Pillow that writes AVIF")
@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_an_avif_is_turned_upright_as_a_png_is(tmp_path: Path, orientation: int, mode: str) -> None:
    for suffix in (".avif", ".png"):
        turned = Pillow.Exif()
        turned[0x0112] = orientation
        Pillow.fromarray(quarters()).convert(mode).save(tmp_path / f"face{suffix}", exif=turned, quality=95)
    image, expected = read_image(tmp_path / "face.avif"), read_image(tmp_path / "face.png")
    assert image.shape == expected.shape
    assert np.abs(image.astype(int) - expected).mean() < 5


@pytest.mark.skipif(not features.check("avif"), reason="needs a Pillow that writes AVIF")
def test_a_damaged_avif_is_a_picture_whatever_it_says_of_its_turning(tmp_path: Path) -> None:
    turned = Pillow.Exif()
    turned[0x0112] = 5
    Pillow.fromarray(quarters()).save(tmp_path / "face.avif", exif=turned)
    whole = (tmp_path / "face.avif").read_bytes()
    rng = np.random.default_rng(0)
    shapes = set()
    for _ in range(2000):
        content = bytearray(whole[: rng.integers(8, 400)])
        for at in rng.integers(8, len(content) + 1, rng.integers(0, 4)):
            content[at - 1] = rng.integers(256)
        shapes.add(upright(quarters(), memoryview(content)).shape)
    assert shapes == {(80, 120, 3), (120, 80, 3)}
