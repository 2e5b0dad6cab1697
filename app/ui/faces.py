"""What the window can do with the faces in view, without Qt: follow, mark, calibrate, explain."""

from collections.abc import Callable

from app.engine import Engine
from app.explainer import Explainer
from app.status import State
from app.types import FrameResult, Reading
from app.ui.following import Following
from app.ui.history import History
from app.ui.language import translate
from app.ui.texts import duration_text
from app.vision.explain import Explanation


class FaceController:
    """Used by the window's thread alone.

    Args:
        engine: reads the faces.
        explainer: answers why.
        notify: says a line to the user; the second argument tells an error.

    Attributes:
        history: what was read lately.
    """

    def __init__(self, engine: Engine, explainer: Explainer, notify: Callable[[str, bool], None]) -> None:
        self.history = History()
        self._engine = engine
        self._explainer = explainer
        self._notify = notify
        self._following = Following()
        self._readings: tuple[Reading, ...] = ()
        self._explained: Reading | None = None
        self._told = ""

    @property
    def readings(self) -> tuple[Reading, ...]:
        """The faces of the newest frame."""
        return self._readings

    @property
    def followed(self) -> int | None:
        """The followed face's number; None where there is none."""
        return self._following.track

    @property
    def explanation(self) -> Explanation | None:
        """The explanation that was asked for, once it is there and until it is withdrawn."""
        found, asked = self._explainer.latest(), self._explained
        # by the crop: one of another moment, or of another source's face with the same number, may still be in work
        return found if found is not None and asked is not None and found.crop is asked.crop else None

    def take(self, result: FrameResult) -> None:
        """Take in a new result."""
        self._readings = result.readings
        self._following.update(result.readings, result.frame.t_s)
        self.history.add(result)
        error = self._explainer.error
        if error and error != self._told:
            self._explained = None
            self._notify(error, True)
        self._told = error

    def clear(self) -> None:
        """Forget what was read: another source begins."""
        self._readings = ()
        self._explained = None
        self._following.clear()
        self.history.clear()

    def close(self, timeout_s: float) -> None:
        """End what explains, and wait for it no longer than that."""
        self._explainer.close(timeout_s)

    def follow(self, track: int) -> None:
        """Follow this face."""
        self._following.follow(track)

    def follow_next(self) -> None:
        """Follow the next face by number."""
        self._following.follow_next()

    def mark(self, note: str = "", ago_s: float = 0.0) -> None:
        """Put a marker at the moment ``ago_s`` seconds ago."""
        at_s = self._engine.mark(note, ago_s)
        if at_s is None:
            self._notify(translate("Mien", "Nothing to mark; start a source first"), True)
            return
        self.history.mark(at_s, note)
        said = translate("Mien", "Marked {note} at {time}") if note else translate("Mien", "Marked {time}")
        # as the counter beside the button, and the recording itself, count
        recording = self._engine.status().recording
        shown_s = at_s if recording is None else max(recording.elapsed_s - ago_s, 0.0)
        self._notify(said.format(note=note, time=duration_text(shown_s)), False)

    def calibrate(self, track: int | None) -> None:
        """Take the next seconds of this face as its neutral look; None: nobody is followed."""
        reading = self._reading(track)
        if self._engine.status().state not in (State.OPENING, State.RUNNING):
            # the faces of the last frame are still shown
            self._notify(translate("Mien", "Nothing to calibrate; start a source first"), True)
        elif reading is None:
            self._notify(translate("Mien", "No face to calibrate; look into the camera"), True)
        else:
            self._engine.calibrate(reading.track)
            self._notify(translate("Mien", "Face {n}: look neutral").format(n=reading.track), False)

    def undo_calibration(self, track: int | None) -> None:
        """Read this face without its neutral baseline again."""
        reading = self._reading(track)
        if reading is not None and reading.calibration:
            self._engine.clear_calibration(reading.track)

    def explain(self, track: int | None) -> None:
        """Ask why this face is read as it is; asked again, withdraw the answer. None: nobody is followed."""
        reading = self._reading(track)
        if self._explained is not None and self._explained.track == track:
            self._explained = None
        elif reading is None:
            self._notify(translate("Mien", "No face to explain; look into the camera"), True)
        else:
            self._explained = reading
            self._explainer.ask(reading.track, reading.crop)

    def _reading(self, track: int | None) -> Reading | None:
        return next((reading for reading in self._readings if reading.track == track), None)
