"""Publishing over the Lab Streaming Layer (https://labstreaminglayer.org)."""

import contextlib
import math
import os
import socket
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from app.session.publish.clock import SourceClock
from app.session.publish.outbox import MessageQueue
from app.session.publish.slots import TrackSlots
from app.types import EMOTIONS, FrameResult, MienError, Reading

SLOTS: Final = 4
# Channel → unit, as the stream's metadata has them (XDF, https://github.com/sccn/xdf/wiki/Meta-Data).
CHANNELS: Final[dict[str, str]] = {
    **dict.fromkeys(EMOTIONS, "probability"),
    "track": "number",
    "confidence": "probability",
    "quality": "1 ok, 0 not to be trusted",
}
_LINGER_S: Final = 0.2
_JOIN_S: Final = 5.0
_EMPTY: Final = (math.nan,) * len(CHANNELS)


class LslPublisher:
    """One stream a track slot, and one of markers, fed from a thread of its own.

    A frame is one sample in each slot's stream: the smoothed probabilities, the track's number, the confidence and
    whether the quality is ok; all NaN where the slot is empty. A marker is its note, or ``marker`` without one.
    Timestamps are the moment of capture on LSL's clock; ``SourceClock`` says how well it is known. LSL buffers for each
    receiver, and drops the oldest.

    Args:
        slots: how many faces have a stream.

    Raises:
        MienError: pylsl or liblsl is missing, or the streams cannot be opened.
    """

    def __init__(self, slots: int = SLOTS) -> None:
        pylsl = _load()
        ahead_s = _ahead_s(pylsl)
        self._clock = SourceClock(lambda: time.perf_counter() + ahead_s)
        self._slots = TrackSlots(slots)
        self._changed = threading.Condition()
        self._inbox: MessageQueue[Callable[[], None]] = MessageQueue()
        self._running = True
        # for the thread alone: each call of liblsl gives up the interpreter, and gets it back when others please
        try:
            self._faces: list[Any] = [_face_outlet(pylsl, slot + 1) for slot in range(slots)]
            self._markers: list[Any] = [_marker_outlet(pylsl)]
        except RuntimeError as error:
            raise MienError(f"--lsl: the streams cannot be opened ({error}); leave --lsl out") from error
        self._thread = threading.Thread(target=self._run, name="mien-lsl", daemon=True)
        self._thread.start()

    def publish(self, result: FrameResult) -> None:
        """Push one sample to each slot's stream; see ``Publisher``."""
        t_s = result.frame.t_s
        stamp_s = self._clock.frame(t_s, sum(result.timings_ms.values()) / 1000)
        # without its frame, whose image is large
        self._post(partial(self._push_frame, result.readings, t_s, stamp_s), keep=False)

    def marker(self, t_s: float, note: str) -> None:
        """Push a marker; see ``Publisher``."""
        self._post(partial(self._push_marker, note or "marker", self._clock.at(t_s)), keep=True)

    def close(self) -> None:
        """Push what waits, close the streams and end the thread; see ``Publisher``."""
        with self._changed:
            self._running = False
            self._changed.notify()
        self._thread.join(_JOIN_S)

    def _post(self, push: Callable[[], None], *, keep: bool) -> None:
        with self._changed:
            if self._running:
                self._inbox.put(push, keep=keep)
                self._changed.notify()

    def _run(self) -> None:
        try:
            while (push := self._next()) is not None:
                push()
            if any(outlet.have_consumers() for outlet in (*self._faces, *self._markers)):
                # liblsl drops what is on its way when an outlet is closed, and tells nobody when it has arrived
                time.sleep(_LINGER_S)
        finally:
            with self._changed:
                self._running = False
            # pylsl closes an outlet when nothing refers to it
            self._faces.clear()
            self._markers.clear()

    def _next(self) -> Callable[[], None] | None:
        """Wait for what is to be pushed; None when all is, and the end has come."""
        with self._changed:
            self._changed.wait_for(lambda: self._inbox or not self._running)
            return self._inbox.take()[0] if self._inbox else None

    def _push_frame(self, readings: Sequence[Reading], t_s: float, stamp_s: float) -> None:
        of_track = {reading.track: reading for reading in readings}
        given = self._slots.assign(sorted(of_track), t_s)
        samples = {slot: _sample(of_track[track]) for track, slot in given.items()}
        for slot, outlet in enumerate(self._faces):
            outlet.push_sample(samples.get(slot, _EMPTY), stamp_s)

    def _push_marker(self, note: str, stamp_s: float) -> None:
        for outlet in self._markers:
            outlet.push_sample([note], stamp_s)


def _sample(reading: Reading) -> list[float]:
    quality = 1.0 if reading.quality == "ok" else 0.0
    return [*reading.probabilities.tolist(), float(reading.track), reading.confidence, quality]


def _face_outlet(pylsl: ModuleType, number: int) -> Any:
    info = pylsl.StreamInfo(
        f"Mien face {number}", "Expression", len(CHANNELS), pylsl.IRREGULAR_RATE, pylsl.cf_float32, _source_id(number)
    )
    channels = info.desc().append_child("channels")
    for label, unit in CHANNELS.items():
        channel = channels.append_child("channel")
        channel.append_child_value("label", label)
        channel.append_child_value("unit", unit)
        channel.append_child_value("type", "Expression")
    return pylsl.StreamOutlet(info)


def _marker_outlet(pylsl: ModuleType) -> Any:
    info = pylsl.StreamInfo("Mien markers", "Markers", 1, pylsl.IRREGULAR_RATE, pylsl.cf_string, _source_id("markers"))
    return pylsl.StreamOutlet(info)


def _source_id(part: int | str) -> str:
    """The same at every start, so that a receiver finds the stream again when Mien has been restarted."""
    return f"mien-{socket.gethostname()}-{part}"


def _load() -> ModuleType:
    """Import pylsl, which loads liblsl.

    Raises:
        MienError: one of the two is missing.
    """
    try:
        import pylsl
    except ModuleNotFoundError as error:
        raise MienError("--lsl: pylsl is not installed; pip install 'mien[lsl]'") from error
    except (RuntimeError, OSError) as error:
        reason = str(error).strip().splitlines()[0]
        raise MienError(
            f"--lsl: liblsl cannot be loaded ({reason}); install it from https://github.com/sccn/liblsl/releases, "
            "or name the file in PYLSL_LIB"
        ) from error
    if not _configured():
        # liblsl before 1.17.7 cannot be told; it greets on the terminal, which else is told warnings and worse.
        with contextlib.suppress(NotImplementedError):
            pylsl.set_config_content("[log]\nlevel = -1\n")
    return pylsl  # type: ignore[no-any-return]


def _ahead_s(pylsl: ModuleType) -> float:
    """How far LSL's clock is ahead of ``time.perf_counter``, seconds, to some microseconds.

    Both read the system's one monotonic counter (liblsl through C++'s ``steady_clock``), so that the difference stays.
    """
    looks: list[tuple[float, float]] = []
    for _ in range(20):
        before = time.perf_counter()
        there = pylsl.local_clock()
        after = time.perf_counter()
        looks.append((after - before, there - (before + after) / 2))
    return min(looks)[1]


def _configured() -> bool:
    """Whether the user has a configuration of LSL, which then holds whole; where liblsl looks for it."""
    places = (Path("lsl_api.cfg"), Path.home() / "lsl_api" / "lsl_api.cfg", Path("/etc/lsl_api/lsl_api.cfg"))
    return bool(os.environ.get("LSLAPICFG")) or any(place.exists() for place in places)
