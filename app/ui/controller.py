"""What the window's controls do, without Qt: the window asks it for everything it shows."""

import logging
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Final

from app.engine import Engine
from app.explainer import Explainer
from app.resources import weights_dir
from app.settings import Settings, save_settings
from app.status import RecordingStatus, State, Status
from app.types import FrameResult, MienError, RecordingError
from app.ui.faces import FaceController
from app.ui.language import translate
from app.ui.texts import DEMO, Note, duration_text, session_name, source_label, view_note
from app.vision.classifier import EmotionClassifier

_WAITING_AFTER_S: Final = 1.0
_STAGES_OVER_S: Final = 1.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Message:
    """A line for the user; ``error`` where something went wrong."""

    text: str
    error: bool = False


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All that the window shows besides the picture, at one moment.

    Attributes:
        status: the engine's, its state set to idle as soon as the user has stopped it.
        active: opening or running.
        waiting: running, and no frame for a second.
        stages_ms: milliseconds a stage, the mean of the last second.
        message: the newest one, until it is dismissed.
        note: what the view says.
    """

    status: Status
    active: bool
    waiting: bool
    stages_ms: Mapping[str, float]
    message: Message | None
    note: Note | None


class LiveController:
    """Steers the engine as the user wants it; used by one thread.

    Args:
        engine: not started yet.
        settings: as loaded.
        settings_path: where changed settings are saved.
        explainer: answers why; default one with a network of its own on the processor.
        clock: monotonic seconds.
        now: local time, for the names of recordings.

    Attributes:
        faces: what can be done with the faces in view.
    """

    def __init__(
        self,
        engine: Engine,
        settings: Settings,
        settings_path: Path,
        explainer: Explainer | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = datetime.now,
    ) -> None:
        self.settings = settings
        self._saved = settings
        self.spec = ""
        self.label = ""
        explainer = explainer or Explainer(lambda: EmotionClassifier(weights_dir() / "emotion.onnx", "cpu"))
        self.faces = FaceController(engine, explainer, lambda text, error: self.notify(text, error=error))
        self._engine = engine
        self._settings_path = settings_path
        self._clock = clock
        self._now = now
        self._message: Message | None = None
        self._told = ""
        self._remark = ""
        self._stopped = False
        self._recorded: RecordingStatus | None = None
        self._result: FrameResult | None = None
        self._result_at_s = 0.0
        self._stages: deque[tuple[float, Mapping[str, float]]] = deque()

    @property
    def mirrored(self) -> bool:
        """Whether the picture is shown as in a mirror."""
        return self.settings.mirror and self._engine.status().kind == "camera"

    def open(
        self,
        spec: str,
        label: str = "",
        *,
        record: Path | None = None,
        record_video: bool = False,
        seconds: float | None = None,
    ) -> None:
        """Read ``spec``, called ``label``; what was being read and recorded ends, and what was said is withdrawn.

        Raises:
            RecordingError: the folder ``record`` cannot be used; nothing was started or ended.
        """
        ended = self._engine.status().recording
        self._engine.start(spec, record=record, record_video=record_video, seconds=seconds)
        self.spec, self.label = spec, label or source_label(spec)
        self._message, self._told = None, ""
        self._recorded = None
        if ended is not None and ended.rows:
            self.notify(_recorded(ended))
        self._stopped = False
        self._result = None
        self._result_at_s = self._clock()
        self._stages.clear()
        self.faces.clear()

    def toggle_running(self) -> None:
        """Stop what is opening or running; start it again otherwise."""
        if self._active(self._engine.status()):
            self._stopped = True
            self._engine.stop()
        elif self.spec:
            self.open(self.spec, self.label)

    def toggle_recording(self) -> None:
        """Start a recording in a new folder, or end the one that goes on; a failure becomes a message."""
        status = self._engine.status()
        if status.recording is not None:
            self._engine.stop_recording()
            return
        try:
            if not self._active(status):
                raise RecordingError("nothing to record; start a source first")
            self._engine.start_recording(self._new_folder(), video=self.settings.record_video)
        except RecordingError as error:
            self.notify(str(error), error=True)

    def change(self, settings: Settings) -> None:
        """Use these settings from now on and after the next start; a failure to save becomes a message."""
        if settings == self.settings:
            return
        self.settings = settings
        self._engine.configure(settings)
        try:
            save_settings(self._settings_path, settings, self._saved)
        except MienError as error:
            self.notify(str(error), error=True)
        else:
            self._saved = settings

    def notify(self, text: str, *, error: bool = False) -> None:
        """Say ``text`` in place of what was said before."""
        self._message = Message(text, error)

    def dismiss(self) -> None:
        """Withdraw what was said."""
        self._message = None

    def newest(self) -> FrameResult | None:
        """Return the newest result; the same object until there is a newer, None before the first."""
        result = self._engine.latest()
        if result is not self._result:
            self._result, self._result_at_s = result, self._clock()
            if result is not None:
                self._stages.append((self._result_at_s, result.timings_ms))
                self.faces.take(result)
        return result

    def poll(self) -> Snapshot:
        """Return what there is to show, and take notice of what the engine says."""
        status = self._engine.status()
        active = self._active(status)
        self._follow(status)
        if self._stopped:
            status = replace(status, state=State.IDLE)
        waiting = status.state is State.RUNNING and self._clock() - self._result_at_s > _WAITING_AFTER_S
        note = view_note(
            status.state,
            self.label,
            loaded=bool(status.provider),
            waiting=waiting,
            has_frame=self._result is not None,
        )
        if status.trouble and active:
            note = Note(translate("Mien", "Looking for {source} …").format(source=self.label), status.trouble)
        return Snapshot(status, active, waiting, self._stages_ms(), self._message, note)

    def close(self, timeout_s: float) -> None:
        """End reading and recording, and then what explains; what does not end in time is left, and logged."""
        until_s = self._clock() + timeout_s
        if not self._engine.close(timeout_s):
            _log.warning("%s did not stop within %g s", self.label, timeout_s)
        self.faces.close(max(0.0, until_s - self._clock()))

    def _active(self, status: Status) -> bool:
        return status.state in (State.OPENING, State.RUNNING) and not self._stopped

    def _follow(self, status: Status) -> None:
        """Take over what the engine tells: the source's own name, and what changed as messages."""
        if status.state is State.RUNNING and self.spec.lower() != DEMO:
            self.label = status.source
        if status.remark and status.remark != self._remark:
            self.notify(status.remark, error=True)
        self._remark = status.remark
        recorded, self._recorded = self._recorded, status.recorded
        if status.message and status.message != self._told:
            self._told = status.message
            self.notify(status.message, error=True)
        elif status.recorded is not None and status.recorded != recorded:
            # what went wrong with it is not to be covered by that
            wrong = f"{self._message.text}; " if self._message is not None and self._message.error else ""
            self.notify(wrong + _recorded(status.recorded), error=bool(wrong))

    def _new_folder(self) -> Path:
        base = self.settings.recordings_dir() / session_name(self._now(), self.label)
        numbered = (base if number == 1 else base.with_name(f"{base.name}_{number}") for number in count(1))
        try:
            return next(folder for folder in numbered if not folder.exists())
        except OSError as error:
            raise RecordingError(f"{base.parent}: cannot be read ({error.strerror}); set another folder") from error

    def _stages_ms(self) -> dict[str, float]:
        since_s = self._clock() - _STAGES_OVER_S
        # the last ones stay, so that a stopped picture keeps its figures
        while len(self._stages) > 1 and self._stages[0][0] < since_s:
            self._stages.popleft()
        names = self._stages[-1][1] if self._stages else ()
        return {name: sum(t.get(name, 0.0) for _, t in self._stages) / len(self._stages) for name in names}


def _recorded(ended: RecordingStatus) -> str:
    said = translate("Mien", "Recorded {time} in {folder}")
    return said.format(time=duration_text(ended.elapsed_s), folder=ended.folder)
