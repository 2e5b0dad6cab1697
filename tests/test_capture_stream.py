import socket
import threading
import time
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from app.addresses import text_without_secrets, without_secrets
from app.capture.handle import Handle
from app.capture.sources import open_source
from app.capture.stream import StreamSource
from app.cv import cv2
from app.types import Frame, SourceError
from tests.mjpeg import MjpegServer, moving_square

SMALL = (320, 180)


class QuietFiles(SimpleHTTPRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Keep the test's output clean."""


def read(source, count: int) -> list[Frame]:
    frames = [source.read() for _ in range(count)]
    assert None not in frames
    return frames


def test_motion_jpeg_at_720p_arrives_at_thirty_frames_a_second():
    with MjpegServer() as server:
        source = open_source(server.url)
        assert (source.kind, source.live, source.stills, source.fps) == ("stream", True, False, None)
        frames = read(source, 46)
        source.close()
    assert frames[0].image.shape == (720, 1280, 3)
    assert [frame.index for frame in frames] == list(range(46))
    assert frames[0].t_s == 0
    assert frames[-1].t_s == pytest.approx(1.5, abs=0.3)
    assert any((first.image != last.image).any() for first, last in zip(frames, frames[5:], strict=False))


def test_a_stream_that_stalls_is_told_within_the_timeout():
    with MjpegServer(size=SMALL, stall_after=5) as server:
        source = open_source(server.url, timeout_ms=400)
        read(source, 5)
        start_s = time.monotonic()
        with pytest.raises(SourceError, match=r"127\.0\.0\.1:\d+/video\.mjpg: the stream stalled: no frame for 0\.4 s"):
            source.read()
        assert 0.3 < time.monotonic() - start_s < 1.0
        source.close()


def test_a_stream_that_ends_is_told():
    with MjpegServer(size=SMALL, close_after=5) as server:
        source = open_source(server.url)
        read(source, 5)
        with pytest.raises(SourceError, match="the stream ended after 5 frames"):
            source.read()
        source.close()


def test_a_server_that_never_answers_is_told_within_the_timeout():
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        for scheme in ("http", "rtsp"):
            start_s = time.monotonic()
            with pytest.raises(SourceError, match=r"no video within 0\.4 s; check the address"):
                open_source(f"{scheme}://127.0.0.1:{silent.getsockname()[1]}/", timeout_ms=400)
            assert time.monotonic() - start_s < 1.0


def test_nobody_there_is_told_without_password_and_without_noise(capfd):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://ann:secret@127.0.0.1:{closed.getsockname()[1]}/cam?key=secret"
        with pytest.raises(SourceError, match="no video there") as raised:
            open_source(url)
    assert "secret" not in str(raised.value)
    assert capfd.readouterr().err == ""


def test_a_password_is_used_and_not_shown():
    with MjpegServer(size=SMALL, password="secret") as server:
        with pytest.raises(SourceError, match="no video there"):
            open_source(server.url)
        source = open_source(server.url.replace("://", "://mien:secret@"))
        read(source, 2)
        assert "secret" not in source.name
        source.close()


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("rtsp://cam.local:554/1", "rtsp://cam.local:554/1"),
        ("rtsp://ann:secret@cam.local/1", "rtsp://***@cam.local/1"),
        ("http://cam/video?user=ann&pwd=secret", "http://cam/video?…"),
        ("http://ann:sec/ret@cam/1", "http://***@cam/1"),
        ("http://ann:sec?ret@cam/1", "http://***@cam/1"),
        ("http://ann:sec#ret@cam/1", "http://***@cam/1"),
        ("http://ann:sec@ret@cam/1", "http://***@cam/1"),
        ("http://cam/@ann/1", "http://cam/@ann/1"),
    ],
)
def test_a_url_is_shown_without_its_secrets(url: str, shown: str):
    assert without_secrets(url) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("unrecognized arguments: rtsp://ann:secret@cam/1 -x", "unrecognized arguments: rtsp://***@cam/1 -x"),
        ("invalid choice: 'http://cam/1?key=secret'", "invalid choice: 'http://cam/1?…"),
        ("rtsp//ann:secret@cam/1: no such file", "***@cam/1: no such file"),
        ("ann:secret@cam/1: no such file", "***@cam/1: no such file"),
        ("clips/ann@home.mp4: no such file", "clips/ann@home.mp4: no such file"),
        ("7:05 pm, ann@home", "7:05 pm, ann@home"),
    ],
)
def test_an_address_in_a_text_is_shown_without_its_secrets(text: str, shown: str):
    assert text_without_secrets(text) == shown


@pytest.mark.parametrize("url", ["ftp://ann:secret@host/clip.mp4", "http://ann:secret@[host/", "file:///etc/passwd"])
def test_urls_that_cannot_be_read_are_told_without_their_secrets(url: str):
    with pytest.raises(SourceError, match=r"not a valid URL|only http, https, rtsp") as raised:
        open_source(url)
    assert "secret" not in str(raised.value)


def test_a_url_longer_than_a_file_name_may_be_is_still_a_url():
    with MjpegServer(size=SMALL) as server:
        source = open_source(f"{server.url}?token={'x' * 5000}")
        read(source, 1)
        source.close()


def test_a_url_in_capitals_is_read():
    with MjpegServer(size=SMALL) as server:
        source = open_source(server.url.replace("http", "HTTP"))
        read(source, 1)
        source.close()


def test_a_video_file_on_a_server_is_read_frame_by_frame_like_one_on_disk(tmp_path: Path):
    writer = cv2.VideoWriter(str(tmp_path / "clip.avi"), cv2.CAP_FFMPEG, cv2.VideoWriter.fourcc(*"MJPG"), 20.0, SMALL)
    for image in moving_square(*SMALL, count=12):
        writer.write(image)
    writer.release()
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(QuietFiles, directory=tmp_path)) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        source = open_source(f"http://127.0.0.1:{server.server_address[1]}/clip.avi")
        assert not source.live
        assert [frame.index for frame in read(source, 12)] == list(range(12))
        assert source.read() is None
        source.close()
        server.shutdown()
        thread.join()


class HalfAFile(SimpleHTTPRequestHandler):
    """Promises a whole file, gives half of it, and hangs until ``released``."""

    content = b""
    released = threading.Event()

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "video/x-matroska")
        self.send_header("Content-Length", str(len(self.content)))
        self.end_headers()
        self.wfile.write(self.content[: len(self.content) // 2])
        self.released.wait(10)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is http.server's
        """Say nothing."""


def test_a_video_file_on_a_server_that_stalls_is_no_end(tmp_path: Path):
    writer = cv2.VideoWriter(str(tmp_path / "clip.mkv"), cv2.CAP_FFMPEG, cv2.VideoWriter.fourcc(*"MJPG"), 20.0, SMALL)
    for image in moving_square(*SMALL, count=400):
        writer.write(image)
    writer.release()
    HalfAFile.content = (tmp_path / "clip.mkv").read_bytes()
    with ThreadingHTTPServer(("127.0.0.1", 0), HalfAFile) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        source = open_source(f"http://127.0.0.1:{server.server_address[1]}/clip.mkv", timeout_ms=700)
        try:
            with pytest.raises(SourceError, match=r"clip\.mkv: broke off after \d+ frames"):
                read(source, 401)
        finally:
            source.close()
            HalfAFile.released.set()
            server.shutdown()
            thread.join()


@pytest.mark.parametrize(
    ("suffix", "codec"), [(".mkv", "MJPG"), (".webm", "VP80"), (".flv", "FLV1"), (".wmv", "WMV2"), (".avi", "MJPG")]
)
def test_a_video_file_of_a_server_that_hangs_up_is_no_end(tmp_path: Path, suffix: str, codec: str):
    path = tmp_path / f"clip{suffix}"
    writer = cv2.VideoWriter(str(path), cv2.CAP_FFMPEG, cv2.VideoWriter.fourcc(*codec), 20.0, SMALL)
    # noise, so that half of the bytes is half of the pictures
    rng = np.random.default_rng(0)
    for _ in range(60):
        writer.write(rng.integers(0, 256, (SMALL[1], SMALL[0], 3), np.uint8))
    writer.release()

    class HangsUp(HalfAFile):
        content = path.read_bytes()
        released = threading.Event()

    HangsUp.released.set()
    with ThreadingHTTPServer(("127.0.0.1", 0), HangsUp) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        source = open_source(f"http://127.0.0.1:{server.server_address[1]}/clip{suffix}")
        try:
            with pytest.raises(SourceError, match=rf"clip\{suffix}: broke off after \d+ frames; check the network"):
                read(source, 61)
        finally:
            source.close()
            server.shutdown()
            thread.join()


@pytest.mark.parametrize(("suffix", "codec"), [(".mkv", "MJPG"), (".flv", "FLV1"), (".wmv", "WMV2")])
def test_a_whole_video_file_of_a_server_ends_without_a_word(tmp_path: Path, suffix: str, codec: str):
    path = tmp_path / f"clip{suffix}"
    writer = cv2.VideoWriter(str(path), cv2.CAP_FFMPEG, cv2.VideoWriter.fourcc(*codec), 20.0, SMALL)
    for image in moving_square(*SMALL, count=60):
        writer.write(image)
    writer.release()
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(QuietFiles, directory=tmp_path)) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        source = open_source(f"http://127.0.0.1:{server.server_address[1]}/clip{suffix}")
        assert len(read(source, 60)) == 60
        assert source.read() is None
        source.close()
        server.shutdown()
        thread.join()


def test_closing_from_another_thread_ends_a_read_under_way():
    with MjpegServer(size=SMALL, stall_after=2) as server:
        source = StreamSource(server.url, timeout_ms=600)
        read(source, 2)
        results: list[Frame | None] = []
        reader = threading.Thread(target=lambda: results.append(source.read()))
        reader.start()
        time.sleep(0.1)
        start_s = time.monotonic()
        source.close()
        assert time.monotonic() - start_s < 0.1
        reader.join(2.0)
        assert not reader.is_alive()
        assert results == [None]


def test_the_reader_releases_what_was_closed_under_it():
    with MjpegServer(size=SMALL, stall_after=1) as server:
        timeouts = (cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, 500, cv2.CAP_PROP_READ_TIMEOUT_MSEC, 500)
        handle = Handle(server.url, cv2.CAP_FFMPEG, timeouts)
        assert handle.read() is not None
        reader = threading.Thread(target=handle.read)
        reader.start()
        time.sleep(0.1)
        handle.close()
        assert handle.opened
        reader.join(2.0)
        assert not handle.opened
