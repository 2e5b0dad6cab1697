"""The live reading: a thread captures, one reads, one records. Whoever shows the results asks for the newest."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from app.capture.source import Source
from app.rooms import Rooms
from app.run import Run
from app.session.log import SessionInfo, prepare_folder
from app.session.publish import Publisher
from app.settings import Settings
from app.status import Status
from app.types import FrameResult, RecordingError
from app.vision.reader import FrameReader

_JOIN_S: Final = 2.0


class Engine:
    """Reads one source at a time. All methods return at once and may be called from any one thread, the window's say.

    Args:
        open_source: opens what the user asked for, as the settings say; called on the capturing thread. A camera or
            stream that is lost is opened again, in a thread of its own, by the camera's identity.
        make_pipeline: loads the models; called on the reading thread.
        describe: makes a session's description from the settings, the source's name and the provider.
        settings: those to start with.
        publishers: pass on what is read, of one source after the other; whoever made them closes them.
        paced: play files at their own pace; False reads them as fast as it goes.
        clock: monotonic seconds, that of the live sources.
    """

    def __init__(
        self,
        open_source: Callable[[str, Settings], Source],
        make_pipeline: Callable[[Settings], FrameReader],
        describe: Callable[[Settings, str, str], SessionInfo],
        settings: Settings,
        *,
        publishers: Sequence[Publisher] = (),
        paced: bool = True,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._rooms = Rooms(open_source, make_pipeline, describe, publishers, paced, clock)
        self._settings = settings
        self._run: Run | None = None

    def start(
        self, spec: str, *, record: Path | None = None, record_video: bool = False, seconds: float | None = None
    ) -> None:
        """Read ``spec``; what was being read, and recorded, ends.

        Args:
            spec: the source, as the command line takes it.
            record: record from the first frame on into this folder.
            record_video: with an annotated video, its faces hidden where the settings say ``blur_faces``.
            seconds: end by itself after so many seconds of the source's time.

        Raises:
            RecordingError: the folder cannot be used; nothing was started or ended.
        """
        if record is not None:
            prepare_folder(record, video=record_video)
        self._run = Run(
            self._rooms,
            self._settings,
            spec,
            before=self._run,
            record=record,
            record_video=record_video,
            seconds=seconds,
        )

    def stop(self) -> None:
        """End reading and recording; the newest result stays."""
        if self._run is not None:
            self._run.cancel()

    def close(self, timeout_s: float = _JOIN_S) -> bool:
        """Stop and wait for the threads, the recording among them; return whether they ended in time."""
        self.stop()
        return self._run is None or self._run.join(timeout_s)

    def written(self, timeout_s: float) -> bool:
        """Wait, once stopped, until the recording is closed; return whether it was in time.

        Unlike ``close`` it does not wait for a source that still waits for its camera or server, which nothing can
        interrupt.
        """
        return self._run is None or self._run.written(timeout_s)

    def latest(self) -> FrameResult | None:
        """Return the newest result; the same one until there is a newer."""
        return None if self._run is None else self._run.result

    def status(self) -> Status:
        """Return what the engine is doing."""
        return Status() if self._run is None else self._run.status()

    def start_recording(self, folder: Path, *, video: bool = False) -> None:
        """Record from the next frame on into ``folder``.

        Args:
            folder: for the session; it is made.
            video: with an annotated video, its faces hidden while the settings say ``blur_faces``.

        Raises:
            RecordingError: the folder cannot be used, nothing is running, or a recording is going on.
        """
        run = self._run
        if run is None or not run.active:
            raise RecordingError("nothing to record; start a source first")
        if run.recorder.status() is not None:
            raise RecordingError("a recording is going on already; stop it first")
        prepare_folder(folder, video=video)
        run.recorder.start(folder, video=video)

    def stop_recording(self) -> None:
        """End the recording with the next frame, or as reading ends."""
        if self._run is not None:
            self._run.recorder.stop()

    def configure(self, settings: Settings) -> None:
        """Use these settings.

        From the next frame on: smoothing, thresholds, quality limits, and whether faces are hidden. With the next
        start: a camera's size and rate, provider and threads.
        """
        self._settings = settings
        if self._run is not None:
            self._run.configure(settings)

    def calibrate(self, track: int) -> None:
        """Measure a face's neutral look for the settings' ``calibration_s``, from the next frame on.

        The readings tell how far it is. Then the face's probabilities are corrected, as long as it is followed. Where
        that cannot be, ``Status.remark`` says why. Without a running source nothing happens.
        """
        if self._run is not None and self._run.active:
            self._run.calibrate(track)

    def clear_calibration(self, track: int) -> None:
        """Correct a face no more, from the next frame on, or give up measuring it."""
        if self._run is not None and self._run.active:
            self._run.clear_calibration(track)

    def mark(self, note: str = "", ago_s: float = 0.0) -> float | None:
        """Mark a moment: as ``marker`` among the recording's events, where there is a recording.

        Args:
            note: what for, a line.
            ago_s: how many seconds ago the moment was.

        Returns:
            The moment in the source's time, seconds; None where nothing is read yet, or any more.
        """
        return None if self._run is None else self._run.mark(note, ago_s)
