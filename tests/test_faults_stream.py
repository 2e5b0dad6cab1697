"""What cameras on the network do when they are broken, or no cameras: each is one line, and never hangs."""

import os
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from app.capture.sources import open_source
from app.cv import cv2
from app.types import Frame, SourceError
from tests.mjpeg import MjpegServer, moving_square

SMALL = (320, 180)
# one black picture of 16x16 that FFmpeg reads from a disk
Y4M = b"YUV4MPEG2 W16 H16 F25:1 Ip C444\nFRAME\n" + bytes(16 * 16 * 3)


@contextmanager
def answering(status: int = 200, body: bytes = b"", location: str | None = None) -> Iterator[str]:
    """A server that answers so; its URL. The ``location`` ``itself`` is the URL."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            if location is not None:
                self.send_header("Location", url if location == "itself" else location)
            self.end_headers()
            # whoever has seen enough hangs up
            try:
                self.wfile.write(body)
            except OSError:
                self.close_connection = True

        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            """Keep the test's output clean."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        url = f"http://127.0.0.1:{server.server_address[1]}/cam"
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield url
        server.shutdown()
        thread.join()


def read_to_the_end(url: str) -> tuple[list[Frame], str]:
    """All frames of a stream, and the line that it ends with."""
    source = open_source(url, timeout_ms=1500)
    frames: list[Frame] = []
    try:
        while (frame := source.read()) is not None:
            frames.append(frame)
    except SourceError as error:
        return frames, str(error)
    finally:
        source.close()
    pytest.fail("a stream has no end of its own")


def test_a_stream_that_turns_into_garbage_ends_with_a_word() -> None:
    server = MjpegServer(size=SMALL, fps=60)
    server.jpegs = [*server.jpegs[:5], *[os.urandom(5000)] * 50]
    with server:
        frames, told = read_to_the_end(server.url)
    assert len(frames) == 5
    assert told.endswith("/video.mjpg: the stream ended after 5 frames; start it again there")


def test_a_stream_of_nothing_but_garbage_is_no_video() -> None:
    server = MjpegServer(size=SMALL, fps=60, close_after=30)
    server.jpegs = [os.urandom(5000)]
    with server:
        frames, told = read_to_the_end(server.url)
    assert frames == []
    assert told.endswith("/video.mjpg: what it sends is no video that can be read; check the address")


def test_half_a_jpeg_costs_no_other_picture(capfd: pytest.CaptureFixture[str]) -> None:
    server = MjpegServer(size=SMALL, fps=60, close_after=12)
    whole = server.jpegs[:12]
    server.jpegs = [*whole[:4], whole[4][: len(whole[4]) // 2], *whole[5:]]
    with server:
        frames, told = read_to_the_end(server.url)
    assert len(frames) >= 11
    assert {frame.image.shape for frame in frames} == {(180, 320, 3)}
    np.testing.assert_allclose(frames[-1].image.mean(), moving_square(*SMALL, count=30)[11].mean(), atol=2)
    assert "the stream ended after" in told
    assert capfd.readouterr().err == ""


def test_half_a_jpeg_at_the_end_is_an_end() -> None:
    server = MjpegServer(size=SMALL, fps=60, close_after=6)
    server.jpegs = [*server.jpegs[:5], server.jpegs[5][:1000]]
    with server:
        frames, told = read_to_the_end(server.url)
    assert 5 <= len(frames) <= 6
    assert f"the stream ended after {len(frames)} frames" in told


def test_pictures_of_another_resolution_midway_are_fitted_into_the_first_s() -> None:
    images = [image for size in (SMALL, (640, 360), (160, 90)) for image in moving_square(*size, count=6)]
    with MjpegServer(fps=60, close_after=18, images=images) as server:
        frames, _ = read_to_the_end(server.url)
    assert len(frames) == 18
    assert {frame.image.shape for frame in frames} == {(180, 320, 3)}
    # the square is at the same place of the picture, whatever its size was
    for frame in frames[6:]:
        np.testing.assert_allclose(frame.image.mean(), frames[frame.index % 6].image.mean(), atol=6)


def test_a_redirect_is_followed() -> None:
    with MjpegServer(size=SMALL) as server, answering(302, location=server.url) as url:
        source = open_source(url)
        frame = source.read()
        source.close()
    assert frame is not None
    assert frame.image.shape == (180, 320, 3)
    assert source.name == url


def test_a_redirect_in_a_circle_is_told_at_once() -> None:
    start_s = time.monotonic()
    with answering(302, location="itself") as url, pytest.raises(SourceError, match="/cam: no video there"):
        open_source(url)
    assert time.monotonic() - start_s < 2


@pytest.mark.parametrize("by", ["redirect", "playlist", "list"])
def test_a_server_cannot_have_a_file_of_this_machine_opened(tmp_path: Path, by: str) -> None:
    path = tmp_path / "private.y4m"
    path.write_bytes(Y4M)
    source = open_source(str(path))
    assert source.read() is not None
    source.close()
    target = path.as_uri()
    playlist = f"#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\n{target}\n#EXT-X-ENDLIST\n".encode()
    answers = {
        "redirect": (302, b"", target),
        "playlist": (200, playlist, None),
        "list": (200, f"ffconcat version 1.0\nfile '{target}'\n".encode(), None),
    }
    with answering(*answers[by]) as url, pytest.raises(SourceError, match="/cam: no video there"):
        open_source(url, timeout_ms=1500)


@pytest.mark.parametrize(
    ("status", "body"),
    [(404, b""), (500, b""), (200, b""), (200, b"<html>" * 1000), (200, bytes(range(256)) * 4000)],
    ids=["404", "500", "empty", "page", "noise"],
)
def test_a_server_without_video_is_told_at_once(status: int, body: bytes, capfd: pytest.CaptureFixture[str]) -> None:
    start_s = time.monotonic()
    with answering(status, body) as url, pytest.raises(SourceError, match="/cam: no video there") as told:
        open_source(url)
    assert len(str(told.value).splitlines()) == 1
    assert time.monotonic() - start_s < 2
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(("status", "body"), [(404, b""), (500, b""), (200, b""), (200, b"<html>" * 1000)])
def test_a_video_file_that_a_server_does_not_give_is_told_as_the_server_s_fault(status: int, body: bytes) -> None:
    with answering(status, body) as url, pytest.raises(SourceError) as told:
        open_source(url.replace("http://", "http://ann:secret@").replace("/cam", "/clip.mp4?token=secret"))
    assert re.fullmatch(
        r"http://\*\*\*@[\d.:]+/clip\.mp4\?…: no video there; check the address, or download the file and give that .*",
        str(told.value),
    )


def test_a_server_that_never_gives_its_video_file_is_told_within_the_timeout() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/photo.jpg"
        start_s = time.monotonic()
        with pytest.raises(SourceError, match=r"/photo\.jpg: no video within 0\.6 s; check the address$"):
            open_source(url, timeout_ms=600)
    assert time.monotonic() - start_s < 3


def test_a_video_file_that_a_server_does_not_let_be_searched_is_told_as_that(
    tmp_path: Path,
) -> None:
    # OpenCV writes an MP4's index at its end
    path = tmp_path / "clip.mp4"
    writer = cv2.VideoWriter(str(path), cv2.CAP_FFMPEG, cv2.VideoWriter.fourcc(*"mp4v"), 20.0, SMALL)
    rng = np.random.default_rng(0)
    for _ in range(60):
        writer.write(rng.integers(0, 256, (SMALL[1], SMALL[0], 3), np.uint8))
    writer.release()
    with answering(200, path.read_bytes()) as url, pytest.raises(SourceError) as told:
        open_source(url.replace("/cam", "/clip.mp4"))
    assert re.fullmatch(
        r"http://[\d.:]+/clip\.mp4: no video that can be read from there; download the file and give that .*ranges\)",
        str(told.value),
    )
