"""One source from opening to end."""

import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from app.capture.reconnect import ReconnectingSource
from app.capture.source import Source
from app.meter import Meter
from app.recorder import Recorder
from app.session.log import SessionInfo
from app.settings import Settings
from app.slot import FrameSlot
from app.status import State, Status
from app.types import Event, FrameResult, MienError, RecordingError
from app.vision.neutral import shift_text
from app.vision.reader import FrameReader


@dataclass(frozen=True, slots=True)
class Rooms:
    """What a run reads with; see ``Engine``."""

    open_source: Callable[[str, Settings], Source]
    make_pipeline: Callable[[Settings], FrameReader]
    describe: Callable[[Settings, str, str], SessionInfo]
    paced: bool
    clock: Callable[[], float]


class Run:
    """One source from opening to end: two threads and what they share.

    Args:
        rooms: what to read with.
        settings: at the start.
        spec: the source, as the command line takes it.
        before: the run to end; what it holds is waited for.
        record: record from the first frame on into this folder, which is prepared.
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
        seconds: float | None,
    ) -> None:
        self.result: FrameResult | None = None
        self.recorder = Recorder(record)
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
        self._remark = ""
        self._fault = False
        self._provider = ""
        # for the pipeline, which the reading thread alone uses
        self._asked: deque[Callable[[FrameReader], None]] = deque()
        # the newest frame's time, and the clock as it came
        self._arrived: tuple[float, float] | None = None
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
        self._remark = ""
        seconds = self._settings.calibration_s
        self._asked.append(lambda reader: reader.calibrate(track, seconds))

    def clear_calibration(self, track: int) -> None:
        """Correct a face no more from the next frame on."""
        self._asked.append(lambda reader: reader.clear_calibration(track))

    def mark(self, note: str, ago_s: float = 0.0) -> float | None:
        """Mark the moment ``ago_s`` before this one, if there is a recording; return the source's time, or None."""
        return self._event("marker", note, ago_s)

    def cancel(self) -> None:
        """Tell both threads to end."""
        self._cancelled.set()
        self._ready.set()
        self._slot.close()

    def join(self, timeout_s: float) -> bool:
        """Wait for both threads; return whether they ended in time."""
        deadline = time.monotonic() + timeout_s
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

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
            self._remark,
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
            self._before.join(10.0)
            self._before = None
        try:
            source = self._findable(self._rooms.open_source(self._spec, self._settings))
        except MienError as error:
            self._fail(str(error))
            return
        self._source = source
        try:
            # source and models load side by side, but time starts when both are there
            self._ready.wait()
            started: float | None = None
            while not self._cancelled.is_set():
                frame = source.read()
                if frame is None:
                    break
                now = self._rooms.clock()
                self._arrived = (frame.t_s, now)
                if started is None:
                    started = now - frame.t_s
                if self._rooms.paced and not source.live:
                    self._cancelled.wait(max(0.0, started + frame.t_s - now))
                self._slot.put(frame, newest_only=source.live)
        except MienError as error:
            self._fail(str(error))
        finally:
            source.close()
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
        """The source's time: that of a live source goes on between frames, a file's is that of the frame last read."""
        source, arrived, result = self._source, self._arrived, self.result
        if source is None or arrived is None or not self.active:
            return None
        if source.live:
            return arrived[0] + self._rooms.clock() - arrived[1]
        return None if result is None else result.frame.t_s

    def _read(self) -> None:
        """The reading thread: frames through the pipeline to the session and to whoever asks."""
        try:
            pipeline = self._rooms.make_pipeline(self._settings)
        except MienError as error:
            self._fail(str(error))
            self.cancel()
            return
        self._provider = pipeline.provider
        self._ready.set()
        try:
            while (frame := self._slot.take()) is not None:
                if self._seconds is not None and frame.t_s >= self._seconds:
                    self._state = State.ENDED
                    break
                assert self._source is not None
                while self._asked:
                    self._asked.popleft()(pipeline)
                result = pipeline.process(frame, still=self._source.stills)
                self._record(result, pipeline)
                self.result = result
                self._take_in(result)
        finally:
            self._close_recording()
            if self.active and sys.exception() is None:
                self._state = State.IDLE if self._cancelled.is_set() else State.ENDED
            self.cancel()
            pipeline.close()

    def _record(self, result: FrameResult, pipeline: FrameReader) -> None:
        source = self._source
        assert source is not None

        def describe() -> SessionInfo:
            info = self._rooms.describe(self._settings, source.name, self._provider)
            return replace(info, calibrated={track: shift_text(s) for track, s in pipeline.calibrated.items()})

        try:
            self.recorder.write(result, describe, live=source.live)
        except RecordingError as error:
            self._message = str(error)

    def _close_recording(self) -> None:
        """End the recording as reading ends; the reason is what ended it, unless that was the user."""
        error = sys.exception()
        reason = f"an error in Mien: {error!r}" if error else self._message if self._state is State.FAILED else ""
        try:
            self.recorder.close(reason)
        except RecordingError as failure:
            self._message = str(failure)

    def _fail(self, message: str) -> None:
        """What fails after the end, or after the user has ended it, is no news."""
        if self._cancelled.is_set() or not self.active:
            return
        self._message = message
        self._state = State.FAILED
        self._slot.finish()

    def _take_in(self, result: FrameResult) -> None:
        for event in result.events:
            if event.name == "calibration_failed":
                self._remark = f"not calibrated, {event.note}"
        self._meter.count(result)
        if self._state is State.OPENING:
            self._state = State.RUNNING
