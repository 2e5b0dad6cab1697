"""What waits for the disk: a bounded queue from the thread that reads frames to the one that records them."""

import threading
from collections import deque
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

import numpy as np

from app.session.log import SessionInfo
from app.types import Frame, FrameResult

# ten seconds at 60 frames/s, and a few MB without their pictures
MAX_FRAMES: Final = 600
# of the pictures that wait for the video: three seconds of 720p at 30 frames/s
MAX_BYTES: Final = 256_000_000
_NO_IMAGE: Final = np.zeros((0, 0, 3), np.uint8)


@dataclass(frozen=True, slots=True)
class Begin:
    """A recording begins.

    Attributes:
        folder: prepared.
        info: goes to ``session.json``.
        first: its first frame, without the picture.
        started_utc: the clock at that moment.
        live: missing frame numbers are frames that were captured and dropped.
        video: with an annotated video.
    """

    folder: Path
    info: SessionInfo
    first: Frame
    started_utc: datetime
    live: bool
    video: bool


@dataclass(frozen=True, slots=True)
class Shot:
    """A frame to be recorded; its picture is empty unless it is for the video. ``blur``: hide the faces in that."""

    result: FrameResult
    blur: bool = False


@dataclass(slots=True)
class Gap:
    """Frames in a row that found no place in the queue.

    Attributes:
        first_s: the first one's time, seconds of the source's time.
        last_index: the last one's number.
        frames: how many.
        rows: that they would have made.
    """

    first_s: float
    last_index: int
    frames: int = 0
    rows: int = 0


@dataclass(frozen=True, slots=True)
class End:
    """The recording ends, for ``reason``, which is empty where the user ended it."""

    reason: str


Item = Begin | Shot | Gap | End


class Backlog:
    """Items in their order: one thread puts, one takes, any releases."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._items: deque[Item] = deque()
        self._frames = 0
        self._bytes = 0
        self._taken = 0
        self._released = False
        self._closed = False

    def put(self, item: Begin | End) -> None:
        """Put what there is always room for."""
        with self._condition:
            self._items.append(item)
            self._condition.notify_all()

    def put_shot(self, shot: Shot, *, wait: bool) -> bool:
        """Put a frame; return whether there was room for it.

        Where there is none it is lost, and counted in a ``Gap``; where there is none for its picture, that alone is.

        Args:
            shot: the frame, its picture empty where there is no video.
            wait: for room, until released.
        """
        with self._condition:
            size = shot.result.frame.image.nbytes
            if wait:
                self._condition.wait_for(lambda: self._has_room(size) or self._released or self._closed)
            if self._frames >= MAX_FRAMES or self._closed:
                self._lose(shot.result)
                return False
            if not self._has_room(size):
                shot, size = Shot(without_picture(shot.result)), 0
            self._items.append(shot)
            self._frames += 1
            self._bytes += size
            self._condition.notify_all()
            return True

    def take(self, timeout_s: float) -> list[Item] | None:
        """Return what there is; None once closed and empty. What was taken before has been written by then.

        Args:
            timeout_s: how long to wait for something; then the list is empty.
        """
        with self._condition:
            self._frames -= self._taken
            self._taken = 0
            self._condition.notify_all()
            self._condition.wait_for(lambda: bool(self._items) or self._closed, timeout_s)
            if self._closed and not self._items:
                return None
            items, self._items = list(self._items), deque()
            self._taken = sum(isinstance(item, Shot) for item in items)
            return items

    def free(self, shot: Shot) -> None:
        """Make room: the picture of a frame that was taken is not kept any more."""
        with self._condition:
            self._bytes -= shot.result.frame.image.nbytes
            self._condition.notify_all()

    def release(self) -> None:
        """Let no one wait for room any more."""
        with self._condition:
            self._released = True
            self._condition.notify_all()

    def close(self) -> None:
        """Take nothing more in than is there."""
        with self._condition:
            self._closed = True
            self._condition.notify_all()

    def _has_room(self, size: int) -> bool:
        return self._frames < MAX_FRAMES and (self._bytes + size <= MAX_BYTES or not self._bytes)

    def _lose(self, result: FrameResult) -> None:
        last = self._items[-1] if self._items else None
        gap = last if isinstance(last, Gap) else Gap(result.frame.t_s, result.frame.index)
        if gap is not last:
            self._items.append(gap)
        gap.last_index = result.frame.index
        gap.frames += 1
        gap.rows += max(1, len(result.readings))


def without_picture(result: FrameResult) -> FrameResult:
    """Return the same result, which does not keep the frame's picture alive."""
    frame = result.frame
    return replace(result, frame=Frame(frame.index, frame.t_s, _NO_IMAGE))
