"""A video file, frame by frame."""

import logging
import time
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from app.capture.handle import Handle
from app.capture.source import SourceKind
from app.cv import cv2
from app.types import Frame, Image, SourceError

_log = logging.getLogger(__name__)

# Containers whose header counts the frames; elsewhere FFmpeg estimates the number from the duration.
_COUNTING: Final = (".mp4", ".m4v", ".mov", ".avi")
# Those whose header tells the duration. Elsewhere FFmpeg looks for it at the end of the file, which a server that
# breaks off may not give, or guesses it.
_TIMING: Final = (".mkv", ".webm", ".flv", ".asf", ".wmv")
# FFmpeg draws texts as pictures, too, and plays karaoke: what its codec or, where that has no code, the name tells.
_TEXT_CODEC: Final = cv2.VideoWriter.fourcc(*"ansi")
_TEXTS: Final = (".adf", ".bin", ".cdg", ".idf", ".xb")
_USUAL_FPS: Final = 25.0
# FFmpeg ends a read that hangs, at the timeout, as it ends a file: only the time that it took tells them apart.
_STALLED: Final = 0.9
# The sound may go on for a while after the pictures: a video that ends before this share of its duration, and by more
# than this, was cut off.
_SHORT: Final = 0.9
_SHORT_S: Final = 0.5
# No camera takes its next picture a day later, not even for a time lapse: such a timestamp is damaged, and what reckons
# with it, a calendar or whoever waits for the frame, fails.
_LONGEST_LEAP_S: Final = 24 * 3600.0


def video_duration_s(path: Path) -> float | None:
    """How long a video is by its header, seconds; None where that says nothing, or cannot be read."""
    try:
        handle = Handle(str(path.resolve()), cv2.CAP_FFMPEG)
    except SourceError:
        return None
    frames, fps = handle.get(cv2.CAP_PROP_FRAME_COUNT), handle.get(cv2.CAP_PROP_FPS)
    handle.close()
    return frames / fps if frames > 0 and fps > 0 else None


class VideoSource:
    """Every frame of a video, upright as its rotation metadata says, as fast as it is read.

    Attributes:
        name: the file's name, or its URL without a password.
        kind: ``file``.
        identity: empty.
        live: False.
        stills: False.
        fps: the file's mean rate, or None where it has none.
    """

    kind: SourceKind = "file"
    identity = ""
    live = False
    stills = False

    def __init__(self, location: str, *, name: str, timeout_ms: int = 5000) -> None:
        """Open the video and decode its first frame, so that what is no video fails here.

        Args:
            location: an absolute path, or the http(s) URL of a video file.
            name: what to call it.
            timeout_ms: how long the network may be silent.

        Raises:
            SourceError: there is no video in it that can be read, or the network does not give it.
        """
        self.name = name
        self._remote = "://" in location
        self._timeout_s = timeout_ms / 1000
        timeouts = (cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, timeout_ms, cv2.CAP_PROP_READ_TIMEOUT_MSEC, timeout_ms)
        began_s = time.monotonic()
        self._handle = Handle(location, cv2.CAP_FFMPEG, timeouts)
        opened = self._handle.opened
        if opened:
            began_s = time.monotonic()
        path = urlsplit(location).path if self._remote else location
        self._next = self._handle.read() if opened and not self._draws_text(path) else None
        if self._next is None:
            self._handle.close()
            raise SourceError(f"{name}: {self._why_not(opened, self._ran_out(began_s))}")
        fps = self._handle.get(cv2.CAP_PROP_FPS)
        self.fps = fps if 0 < fps < 1000 else None
        counted, timed = (path.lower().endswith(suffixes) for suffixes in (_COUNTING, _TIMING))
        frames = self._handle.get(cv2.CAP_PROP_FRAME_COUNT)
        self._expected = int(frames) if counted else 0
        # elsewhere the estimate over the rate is the duration again
        known = frames > 0 and self.fps and (timed or not self._remote)
        self._duration_s = frames / fps if known else 0.0
        self._first_s = self._handle.get(cv2.CAP_PROP_POS_MSEC) / 1000
        self._index = 0
        self._t_s = 0.0
        self._told = False

    def read(self) -> Frame | None:
        """The next frame, at its media time since the first; None at the end. A file that ends too early is logged.

        Raises:
            SourceError: the network broke off.
        """
        began_s = time.monotonic()
        image = self._take()
        if image is None:
            if self._handle.closed:
                return None
            missing = self._missing()
            if self._remote and (missing or self._ran_out(began_s)):
                raise SourceError(f"{self.name}: broke off after {self._index} frames; check the network and try again")
            if missing:
                self._tell_of_damage(f"ends after {missing} (or was cut)")
            return None
        frame = Frame(self._index, self._t_s, image)
        self._index += 1
        return frame

    def close(self) -> None:
        """Close the file."""
        self._handle.close()

    def _draws_text(self, path: str) -> bool:
        """Whether FFmpeg makes pictures of what holds none."""
        codec = self._handle.get(cv2.CAP_PROP_FOURCC)
        return codec == _TEXT_CODEC or (codec == 0 and path.lower().endswith(_TEXTS))

    def _ran_out(self, began_s: float) -> bool:
        """Whether the timeout has passed since then, rather than FFmpeg giving up at once."""
        return time.monotonic() - began_s > _STALLED * self._timeout_s

    def _why_not(self, opened: bool, ran_out: bool) -> str:
        """Why there is no first frame: of a server's video, whether the network or what it gave was at fault."""
        if self._remote and ran_out:
            return f"no video within {self._timeout_s:g} s; check the address"
        if self._remote and not opened:
            return (
                "no video there; check the address, or download the file and give that "
                "(some servers do not let it be searched)"
            )
        if self._remote:
            return (
                "no video that can be read from there; download the file and give that "
                "(the server must let it be searched: byte ranges)"
            )
        return "not a video or image that can be read"

    def _tell_of_damage(self, what: str) -> None:
        """Say so, once."""
        if not self._told:
            self._told = True
            _log.warning("%s: damaged, %s", self.name, what)

    def _missing(self) -> str:
        """Of how much only a part was there, where the file ends before its header does; empty where it is whole."""
        if self._index < self._expected:
            # the header of a file that was cut without encoding it anew still counts what was cut off
            return f"{self._index} of {self._expected} frames"
        if not self._expected and self._t_s < _SHORT * self._duration_s - _SHORT_S:
            return f"{self._t_s:.1f} of {self._duration_s:.1f} s"
        return ""

    def _take(self) -> Image | None:
        """The next image uint8 (H, W, 3), and its media time into ``_t_s``."""
        first, self._next = self._next, None
        if first is not None:
            return None if self._handle.closed else first
        image = self._handle.read()
        if image is not None:
            # Raw H.264 and the like have no timestamps (all are 0): time must pass all the same.
            stamp_s = self._handle.get(cv2.CAP_PROP_POS_MSEC) / 1000 - self._first_s
            t_s = stamp_s if stamp_s > self._t_s else self._t_s + 1 / (self.fps or _USUAL_FPS)
            if t_s - self._t_s > _LONGEST_LEAP_S:
                self._tell_of_damage(f"its time leaps by more than a day after {self._index} frames; the rest is left")
                self._handle.close()
                return None
            self._t_s = t_s
        return image
