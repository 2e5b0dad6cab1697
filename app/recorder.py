"""A recording: asked for by any thread, fed by the one that reads frames, written by one of its own."""

import math
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from app.session.backlog import Backlog, Begin, End, Gap, Item, Shot, without_picture
from app.session.log import SessionInfo
from app.session.recording import Recording
from app.status import RecordingStatus
from app.types import Event, FrameResult, RecordingError
from app.vision.draw import Annotator

# how long the thread waits for frames before it sees after the disk
_IDLE_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class _Wish:
    folder: Path
    video: bool


class Recorder:
    """``write`` and ``close`` are for the thread that reads frames; the rest is for any. None waits for the disk.

    Rows go first: they are in the file before the pictures of the same frames are drawn. Where the disk is too slow,
    frames of a live source are lost, counted, and told in the session; a file's wait.

    Args:
        folder: record from the first frame on into this folder, which is prepared; None waits for ``start``.
        video: with an annotated video.
        failed: called on the recording thread with a line for the user, where a recording has ended by itself.
        guard: runs the recording thread's job.
        clock: monotonic seconds.

    Attributes:
        last: what was last recorded, once it is closed.
    """

    def __init__(
        self,
        folder: Path | None,
        *,
        video: bool = False,
        failed: Callable[[str], None] = lambda _message: None,
        guard: Callable[[Callable[[], None]], None] = lambda job: job(),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.last: RecordingStatus | None = None
        self._failed = failed
        self._guard = guard
        self._clock = clock
        self._backlog = Backlog()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()  # of the wishes and events, never held while the disk is waited for
        self._wanted = None if folder is None else _Wish(folder, video)
        self._folder = folder
        self._stopping = False
        # with the recording that each belongs to: a new one may have been asked for since
        self._events: list[tuple[Path, Event]] = []
        self._begun: Begin | None = None  # what frames are queued for; the reading thread's
        self._broken: Begin | None = None  # what has ended by itself
        # the recording thread's
        self._current: Begin | None = None
        self._recording: Recording | None = None

    def start(self, folder: Path, *, video: bool = False) -> None:
        """Record from the next frame on into ``folder``, which is prepared."""
        with self._lock:
            self._wanted = _Wish(folder, video)
            self._folder = folder

    def stop(self) -> None:
        """End the recording with the next frame, or as reading ends."""
        with self._lock:
            if self._wanted is None:
                self._stopping = self._folder is not None
            self._wanted = self._folder = None

    def event(self, event: Event) -> None:
        """Write an event, where there is a recording: with the first frame that is not before it, or at the end."""
        with self._lock:
            if self._folder is not None:
                self._events.append((self._folder, event))

    def status(self) -> RecordingStatus | None:
        """Return what is being recorded, or is about to be; None where nothing is."""
        with self._lock:
            folder = self._folder
        recording = self._recording
        if folder is None:
            return None
        if recording is None or recording.writer.folder != folder:
            return RecordingStatus(folder)
        return _status(recording)

    def write(
        self, result: FrameResult, describe: Callable[[], SessionInfo], *, live: bool, blur: bool = False
    ) -> None:
        """Do what was asked for, and queue one frame where there is a recording.

        Args:
            result: the frame; its picture is kept for a video alone.
            describe: makes the description of a recording that begins.
            live: the source does not wait: a frame for which there is no room is lost.
            blur: hide the faces in the video.
        """
        with self._lock:
            stopping, self._stopping = self._stopping, False
            wanted, self._wanted = self._wanted, None
            begun = None if self._begun is self._broken else self._begun
        if begun is not None and (stopping or wanted is not None):
            self._backlog.put(End(""))
            begun = None
        events = result.events
        if wanted is not None:
            first = without_picture(result).frame
            begun = Begin(wanted.folder, describe(), first, datetime.now(UTC), live, wanted.video)
            self._backlog.put(begun)
            self._ensure_thread()
            # the calibrations that the first frame brings about are in the session's description
            events = tuple(event for event in events if event.name == "provider_failed")
        self._begun = begun
        if begun is not None:
            with self._lock:
                self._events.extend((begun.folder, event) for event in events)
            shot = Shot(result if begun.video else without_picture(result), blur)
            self._backlog.put_shot(shot, wait=not live)

    def release(self) -> None:
        """Reading ends: what finds no room is lost from now on, and not waited for."""
        self._backlog.release()

    def close(self, reason: str) -> None:
        """End the recording, if there is one, for ``reason``, which is empty where the user ended it."""
        with self._lock:
            self._wanted = self._folder = None
            stopping = self._stopping
        if self._begun is not None:
            self._backlog.put(End("" if stopping else reason))
        self._backlog.close()

    def join(self, timeout_s: float) -> bool:
        """Wait, once closed, until all is written; return whether it was in time."""
        if self._thread is None:
            return True
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _ensure_thread(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._guard, args=(self._work,), name="mien-record", daemon=True)
            self._thread.start()

    def _work(self) -> None:
        """The recording thread."""
        try:
            drawing = False
            while (items := self._backlog.take(0.0 if drawing else _IDLE_S)) is not None:
                left = deque(items)
                while not self._turn(left):
                    continue
                drawing = self._recording is not None and self._recording.drawing
        finally:
            self._backlog.close()
            if self._recording is not None:
                self._abandon(self._recording, "an error in Mien")

    def _turn(self, left: deque[Item]) -> bool:
        """Write what is ``left``, then one picture, and see after the disk; return whether that was all.

        A recording that cannot be written has ended with what it holds, and the user is told; what was queued for it
        is passed over.
        """
        try:
            while left:
                self._write(left)
            if self._recording is not None:
                self._recording.draw_next()
                self._recording.keep_up()
        except RecordingError as error:
            folder = None if self._current is None else self._current.folder
            with self._lock:
                self._broken = self._current
                if self._folder == folder:
                    self._folder = None
            if self._recording is not None:
                self._abandon(self._recording, str(error).removeprefix(f"{folder}: "))
            self._failed(str(error))
            return False
        return True

    def _write(self, left: deque[Item]) -> None:
        """Write the first item that is left, and with a frame those that follow it."""
        item = left.popleft()
        recording = self._recording
        if isinstance(item, Begin):
            self._current = item
            annotator = Annotator()
            self._recording = Recording(
                item,
                lambda shot: annotator.draw(shot.result, blur=shot.blur),
                self._backlog.free,
                self._clock,
            )
        elif isinstance(item, Shot):
            shots = [item]
            while left and isinstance(shot := left[0], Shot):
                shots.append(shot)
                left.popleft()
            if recording is not None:
                recording.write(shots, self._due_events(recording.writer.folder, shots[-1].result.frame.t_s))
            else:
                for shot in shots:
                    self._backlog.free(shot)
        elif recording is not None:
            if isinstance(item, Gap):
                recording.lose(item, self._due_events(recording.writer.folder, item.first_s))
            else:
                recording.end(item.reason, self._due_events(recording.writer.folder, math.inf))
                self._recording = None
                self.last = _status(recording)

    def _abandon(self, recording: Recording, reason: str) -> None:
        recording.abandon(reason, self._due_events(recording.writer.folder, math.inf))
        self._recording = None
        self.last = _status(recording)

    def _due_events(self, folder: Path, until_s: float) -> list[Event]:
        """Take what is queued for a recording up to a time, in time order."""
        with self._lock:
            due = [event for of, event in self._events if of == folder and event.t_s <= until_s]
            self._events = [(of, event) for of, event in self._events if of != folder or event.t_s > until_s]
        return sorted(due, key=lambda event: event.t_s)


def _status(recording: Recording) -> RecordingStatus:
    writer = recording.writer
    return RecordingStatus(writer.folder, writer.elapsed_s, writer.rows, writer.lost)
