"""A recording: asked for by one thread, written by another."""

import math
import threading
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

from app.session.log import SessionInfo, SessionWriter
from app.status import RecordingStatus
from app.types import Event, FrameResult, RecordingError


class Recorder:
    """``write`` and ``close`` are for the thread that reads frames; the rest is for any, and returns at once.

    Args:
        folder: record from the first frame on into this folder, which is prepared; None waits for ``start``.
    """

    def __init__(self, folder: Path | None) -> None:
        self.last: RecordingStatus | None = None
        self._lock = threading.Lock()  # of the wishes, never held while the disk is waited for
        self._wanted = folder
        self._folder = folder
        self._stopping = False
        # with the recording that each belongs to: a new one may have been asked for since
        self._events: list[tuple[Path, Event]] = []
        self._writer: SessionWriter | None = None

    def start(self, folder: Path) -> None:
        """Record from the next frame on into ``folder``, which is prepared."""
        with self._lock:
            self._wanted = self._folder = folder

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
            folder, writer = self._folder, self._writer
        if folder is None:
            return None
        if writer is None or writer.folder != folder:
            return RecordingStatus(folder)
        return RecordingStatus(folder, writer.elapsed_s, writer.rows)

    def write(self, result: FrameResult, describe: Callable[[], SessionInfo], *, live: bool) -> None:
        """Do what was asked for, and write one frame and the events up to it where there is a recording.

        Raises:
            RecordingError: a file cannot be written; this recording has ended with what it holds.
        """
        with self._lock:
            stopping, self._stopping = self._stopping, False
            wanted, self._wanted = self._wanted, None
        try:
            if stopping or wanted is not None:
                self._end("")
            if wanted is not None:
                self._writer = SessionWriter(wanted, describe(), result.frame, datetime.now(UTC), live=live)
            if self._writer is not None:
                # what the first frame brings about is in the session's description
                brought = () if wanted is not None else result.events
                self._write_events(self._writer, result.frame.t_s, brought)
                self._writer.write(result)
        except RecordingError:
            writer, self._writer = self._writer, None
            self._forget()
            if writer is not None:
                writer.abandon()
                self._keep_last(writer)
            raise

    def close(self, reason: str) -> None:
        """End the recording, if there is one, for ``reason``, which is empty where the user ended it.

        Raises:
            RecordingError: its last lines cannot be written.
        """
        self._forget()
        self._end(reason)

    def _end(self, reason: str) -> None:
        writer, self._writer = self._writer, None
        if writer is not None:
            try:
                self._write_events(writer, math.inf)
                writer.close(reason)
            finally:
                writer.abandon()
                self._keep_last(writer)

    def _write_events(self, writer: SessionWriter, until_s: float, brought: Iterable[Event] = ()) -> None:
        """Write what is queued for this recording up to a time, and what a frame ``brought`` about, in time order."""
        with self._lock:
            due = [event for folder, event in self._events if folder == writer.folder and event.t_s <= until_s]
            self._events = [(f, event) for f, event in self._events if f != writer.folder or event.t_s > until_s]
        for event in sorted([*due, *brought], key=lambda event: event.t_s):
            writer.event(event)

    def _keep_last(self, writer: SessionWriter) -> None:
        self.last = RecordingStatus(writer.folder, writer.elapsed_s, writer.rows)

    def _forget(self) -> None:
        with self._lock:
            self._wanted = self._folder = None
            self._stopping = False
