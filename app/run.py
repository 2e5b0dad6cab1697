"""One source from opening to end."""

import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from app import process
from app.capture.feed import Feed
from app.capture.reconnect import ReconnectingSource
from app.capture.source import Source
from app.meter import Meter
from app.recorder import Recorder
from app.remarks import Remarks, listening
from app.rooms import Rooms
from app.session.log import SessionInfo
from app.settings import Settings
from app.slot import FrameSlot
from app.status import State, Status
from app.types import Event, FrameResult, MienError
from app.vision.neutral import shift_text
from app.vision.reader import FrameReader


class Run:
    """One source from opening to end: a thread that captures, one that reads, one that records, and what they share.

    Args:
        rooms: what to read with.
        settings: at the start.
        spec: the source, as the command line takes it.
        before: the run to end; what it holds is waited for.
        record: record from the first frame on into this folder, which is prepared.
        record_video: with an annotated video.
        seconds: end by itself after so many seconds of the source's time.
    """

    def __init__(
        self,
        rooms: Rooms,
        settings: Settings,
        spec: str,
        *,
        before: "Run | None",
        record: Path | None,
        record_video: bool,
        seconds: float | None,
    ) -> None:
        self.result: FrameResult | None = None
        self.recorder = Recorder(
            record, video=record_video, failed=self._recording_failed, guard=self._guard, clock=rooms.clock
        )
        self._rooms = rooms
        self._settings = settings
        self._spec = spec
        self._before = before
        self._seconds = seconds
        self._cancelled = threading.Event()
        self._ready = threading.Event()
        self._slot = FrameSlot()
        self._state = State.OPENING
        self._source: Source | None = None
        self._message = ""
        self._trouble = ""
        self._remarks = Remarks()
        self._fault = False
        self._provider = ""
        # for the pipeline, which the reading thread alone uses
        self._asked: deque[Callable[[FrameReader], None]] = deque()
        self._feed: Feed | None = None
        self._meter = Meter(rooms.clock)
        if before is not None:
            before.cancel()
        self._threads = (
            threading.Thread(target=self._guard, args=(self._capture,), name="mien-capture", daemon=True),
            threading.Thread(target=self._guard, args=(self._read,), name="mien-vision", daemon=True),
        )
        for thread in self._threads:
            thread.start()

    @property
    def active(self) -> bool:
        """Whether it is opening or running."""
        return self._state in (State.OPENING, State.RUNNING)

    def configure(self, settings: Settings) -> None:
        """Take new settings over: at once what can be, the rest is for the next run."""
        self._settings = settings
        self._asked.append(lambda reader: reader.configure(settings))

    def calibrate(self, track: int) -> None:
        """Measure a face's neutral look from the next frame on."""
        self._remarks.newest = ""
        seconds = self._settings.calibration_s
        self._asked.append(lambda reader: reader.calibrate(track, seconds))

    def clear_calibration(self, track: int) -> None:
        """Correct a face no more from the next frame on."""
        self._asked.append(lambda reader: reader.clear_calibration(track))

    def mark(self, note: str, ago_s: float = 0.0) -> float | None:
        """Mark the moment ``ago_s`` before this one, if there is a recording; return the source's time, or None."""
        t_s = self._event("marker", note, ago_s)
        if t_s is not None:
            for publisher in self._rooms.publishers:
                publisher.marker(t_s, note)
        return t_s

    def cancel(self) -> None:
        """Tell all threads to end."""
        self._cancelled.set()
        self.recorder.release()
        self._ready.set()
        self._slot.close()

    def join(self, timeout_s: float) -> bool:
        """Wait for all threads; return whether they ended in time."""
        deadline = time.monotonic() + timeout_s
        written = self.written(timeout_s)
        self._threads[0].join(max(0.0, deadline - time.monotonic()))
        return written and not self._threads[0].is_alive()

    def let_go(self) -> None:
        """Once joined: forget the source and its last frame, which callbacks in a circle would keep for long."""
        self._source = self._feed = self.result = None

    def written(self, timeout_s: float) -> bool:
        """Wait until what was read is recorded; return whether it was in time. The source may wait for longer."""
        deadline = time.monotonic() + timeout_s
        self._threads[1].join(timeout_s)
        return not self._threads[1].is_alive() and self.recorder.join(max(0.0, deadline - time.monotonic()))

    def status(self) -> Status:
        """Return a snapshot."""
        source = self._source
        return Status(
            self._state,
            "" if source is None else source.name,
            self._message,
            self._provider,
            self._meter.rate() if self.active else 0.0,
            self._meter.processed,
            {"busy": self._slot.dropped},
            self.recorder.status() if self.active else None,
            self.recorder.last,
            self._meter.emotions.copy(),
            self._fault,
            self._trouble if self.active else "",
            self._remarks.newest,
            "" if source is None else source.kind,
        )

    def _guard(self, job: Callable[[], None]) -> None:
        """Run a thread's job; an error of our own is told to the user and still reaches the thread's excepthook."""
        try:
            job()
        except Exception as error:
            self._fault = True
            self._message = f"an error in Mien: {error!r}"
            self._state = State.FAILED
            self.cancel()
            raise

    def _capture(self) -> None:
        """The capturing thread: every frame of a file, the newest of a live source, into the slot."""
        if self._before is not None:
            # a camera can be opened once; and what is kept of the past is one run
            if self._before.join(10.0):
                self._before.let_go()
            self._before = None
            process.trim()
        if self._cancelled.is_set():
            return
        try:
            with listening(self._not_read):
                source = self._source = self._findable(self._rooms.open_source(self._spec, self._settings))
                # source and models load side by side, but time starts when both are there
                self._ready.wait()
                self._feed = Feed(source, self._slot, self._rooms.clock, paced=self._rooms.paced)
                self._feed.run(self._cancelled)
        except MienError as error:
            self._fail(str(error))
        finally:
            if self._source is not None:
                self._source.close()
            self._slot.finish()

    def _findable(self, source: Source) -> Source:
        """Return the source, which is looked for again when it is lost, if it is one that may be."""
        if source.kind not in ("camera", "stream"):
            return source
        # a camera's index may be another's by then
        again = source.identity or self._spec
        return ReconnectingSource(
            lambda: self._rooms.open_source(again, self._settings),
            source,
            on_lost=self._lost,
            on_back=self._back,
            wait=self._wait,
            clock=self._rooms.clock,
        )

    def _lost(self, message: str) -> None:
        self._trouble = message
        self._event("camera_lost", message)

    def _back(self, message: str) -> None:
        self._trouble = ""
        self._event("camera_back", message)

    def _not_read(self, message: str) -> None:
        self._remarks.not_read(message)
        # of a folder that may be before the first frame
        self.recorder.event(Event(self._now_s() or 0.0, "not_read", message))

    def _wait(self, seconds: float) -> bool:
        """Wait during a search; True when it is over: cancelled, or out of the seconds that were asked for."""
        now_s = self._now_s()
        out = self._seconds is not None and now_s is not None and now_s >= self._seconds
        return out or self._cancelled.wait(seconds)

    def _event(self, name: str, note: str, ago_s: float = 0.0) -> float | None:
        now_s = self._now_s()
        if now_s is None:
            return None
        t_s = max(0.0, now_s - ago_s)
        self.recorder.event(Event(t_s, name, note))
        return t_s

    def _now_s(self) -> float | None:
        feed, result = self._feed, self.result
        newest_s = None if result is None else result.frame.t_s
        return feed.now_s(newest_s) if feed is not None and self.active else None

    def _read(self) -> None:
        """The reading thread: frames through the pipeline to the session and to whoever asks."""
        pipeline: FrameReader | None = None
        try:
            pipeline = self._rooms.make_pipeline(self._settings)
            self._provider = pipeline.provider
            self._ready.set()
            while (frame := self._slot.take()) is not None:
                if self._seconds is not None and frame.t_s >= self._seconds:
                    self._state = State.ENDED
                    break
                assert self._source is not None
                while self._asked:
                    self._asked.popleft()(pipeline)
                result = pipeline.process(frame, still=self._source.stills)
                self._provider = pipeline.provider
                self._record(result, pipeline)
                self.result = result
                for publisher in self._rooms.publishers:
                    publisher.publish(result)
                self._take_in(result)
        except MienError as error:
            self._fail(str(error))
        finally:
            self._close_recording()
            if self.active and sys.exception() is None:
                self._state = State.IDLE if self._cancelled.is_set() else State.ENDED
            self.cancel()
            if pipeline is not None:
                pipeline.close()

    def _record(self, result: FrameResult, pipeline: FrameReader) -> None:
        source = self._source
        assert source is not None

        def describe() -> SessionInfo:
            info = self._rooms.describe(self._settings, source.name, self._provider)
            return replace(info, calibrated={track: shift_text(s) for track, s in pipeline.calibrated.items()})

        self.recorder.write(result, describe, live=source.live, blur=self._settings.blur_faces)

    def _close_recording(self) -> None:
        """End the recording as reading ends; the reason is what ended it, unless that was the user."""
        error = sys.exception()
        failed = self._message if self._state is State.FAILED else ""
        self.recorder.close(f"an error in Mien: {error!r}" if error else failed)

    def _recording_failed(self, message: str) -> None:
        self._message = f"{self._message}; {message}" if self._state is State.FAILED else message

    def _fail(self, message: str) -> None:
        """What fails after the end, or after the user has ended it, is no news."""
        if self._cancelled.is_set() or not self.active:
            return
        self._message = message
        self._state = State.FAILED
        self._slot.finish()

    def _take_in(self, result: FrameResult) -> None:
        self._remarks.take(result.events)
        self._meter.count(result)
        if self._state is State.OPENING:
            self._state = State.RUNNING
