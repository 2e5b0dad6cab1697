"""The only threads: one captures, one reads. Whoever shows the results asks for the newest."""

import sys
import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from pathlib import Path
from typing import Final, Protocol

from app.capture.source import Source
from app.recorder import Recorder
from app.session.log import SessionInfo, prepare_folder
from app.slot import FrameSlot
from app.status import State, Status
from app.types import Frame, FrameResult, MienError, RecordingError

_RATE_WINDOW_S: Final = 2.0
_JOIN_S: Final = 2.0


class FrameReader(Protocol):
    """What reads frames."""

    @property
    def provider(self) -> str:
        """Where the network runs."""

    def process(self, frame: Frame, *, still: bool) -> FrameResult:
        """Read one frame."""

    def close(self) -> None:
        """Free what it holds."""


class Engine:
    """Reads one source at a time. All methods return at once and may be called from any one thread, the window's say.

    Args:
        open_source: opens what the user asked for; called on the capturing thread.
        make_pipeline: loads the models; called on the reading thread.
        describe: makes a session's description from the source's name and the provider.
        paced: play files at their own pace; False reads them as fast as it goes.
        clock: monotonic seconds.
    """

    def __init__(
        self,
        open_source: Callable[[str], Source],
        make_pipeline: Callable[[], FrameReader],
        describe: Callable[[str, str], SessionInfo] = SessionInfo,
        *,
        paced: bool = True,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._open_source = open_source
        self._make_pipeline = make_pipeline
        self._describe = describe
        self._paced = paced
        self._clock = clock
        self._run: _Run | None = None

    def start(self, spec: str, *, record: Path | None = None, seconds: float | None = None) -> None:
        """Read ``spec``; what was being read, and recorded, ends.

        Args:
            spec: the source, as the command line takes it.
            record: record from the first frame on into this folder.
            seconds: end by itself after so many seconds of the source's time.

        Raises:
            RecordingError: the folder cannot be used; nothing was started or ended.
        """
        if record is not None:
            prepare_folder(record)
        before = self._run
        self._run = _Run(self, spec, before, record, seconds)

    def stop(self) -> None:
        """End reading and recording; the newest result stays."""
        if self._run is not None:
            self._run.cancel()

    def close(self, timeout_s: float = _JOIN_S) -> bool:
        """Stop and wait for the threads; return whether they ended in time."""
        self.stop()
        return self._run is None or self._run.join(timeout_s)

    def latest(self) -> FrameResult | None:
        """Return the newest result; the same one until there is a newer."""
        return None if self._run is None else self._run.result

    def status(self) -> Status:
        """Return what the engine is doing."""
        return Status() if self._run is None else self._run.status()

    def start_recording(self, folder: Path) -> None:
        """Record from the next frame on into ``folder``.

        Raises:
            RecordingError: the folder cannot be used, nothing is running, or a recording is going on.
        """
        run = self._run
        if run is None or not run.active:
            raise RecordingError("nothing to record; start a source first")
        if run.recorder.status() is not None:
            raise RecordingError("a recording is going on already; stop it first")
        prepare_folder(folder)
        run.recorder.start(folder)

    def stop_recording(self) -> None:
        """End the recording with the next frame, or as reading ends."""
        if self._run is not None:
            self._run.recorder.stop()


class _Run:
    """One source from opening to end: two threads and what they share."""

    def __init__(
        self, engine: Engine, spec: str, before: "_Run | None", record: Path | None, seconds: float | None
    ) -> None:
        self.result: FrameResult | None = None
        self.recorder = Recorder(record)
        self._engine = engine
        self._spec = spec
        self._before = before
        self._seconds = seconds
        self._cancelled = threading.Event()
        self._ready = threading.Event()
        self._slot = FrameSlot()
        self._state = State.OPENING
        self._source: Source | None = None
        self._message = ""
        self._fault = False
        self._provider = ""
        self._processed = 0
        self._moments: deque[float] = deque()
        self._emotions: Counter[str] = Counter()
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
            self._rate(),
            self._processed,
            {"busy": self._slot.dropped},
            self.recorder.status() if self.active else None,
            self.recorder.last,
            self._emotions.copy(),
            self._fault,
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
            source = self._engine._open_source(self._spec)
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
                now = self._engine._clock()
                if started is None:
                    started = now - frame.t_s
                if self._engine._paced and not source.live:
                    self._cancelled.wait(max(0.0, started + frame.t_s - now))
                self._slot.put(frame, newest_only=source.live)
        except MienError as error:
            self._fail(str(error))
        finally:
            source.close()
            self._slot.finish()

    def _read(self) -> None:
        """The reading thread: frames through the pipeline to the session and to whoever asks."""
        try:
            pipeline = self._engine._make_pipeline()
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
                result = pipeline.process(frame, still=self._source.stills)
                self._record(result)
                self.result = result
                self._count(result)
        finally:
            self._close_recording()
            if self.active and sys.exception() is None:
                self._state = State.IDLE if self._cancelled.is_set() else State.ENDED
            self.cancel()
            pipeline.close()

    def _record(self, result: FrameResult) -> None:
        source = self._source
        assert source is not None
        try:
            self.recorder.write(result, lambda: self._engine._describe(source.name, self._provider), live=source.live)
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

    def _count(self, result: FrameResult) -> None:
        self._processed += 1
        self._emotions.update(reading.emotion for reading in result.readings)
        if self._state is State.OPENING:
            self._state = State.RUNNING
        self._moments.append(self._engine._clock())

    def _rate(self) -> float:
        moments = list(self._moments)
        recent = [m for m in moments if m >= self._engine._clock() - _RATE_WINDOW_S]
        for _ in range(len(moments) - len(recent)):
            self._moments.popleft()
        if len(recent) < 2 or not self.active:
            return 0.0
        return (len(recent) - 1) / max(recent[-1] - recent[0], 1e-6)
