"""Uses Mien's window for hours as somebody at the keyboard would, and samples the process meanwhile."""

import csv
import itertools
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Final, TextIO

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from app.bench.machine import resident_mib
from app.engine import Engine
from app.status import State
from app.ui.window import MainWindow
from tools.heap import heap_mib
from tools.soak_report import Sample

_LOOK_EVERY_S: Final = 0.2
_SIZES_PX: Final = ((900, 640), (1600, 1000), (700, 560), (1240, 860))
_FILES: Final = Path("/proc/self/fd")
_THREADS: Final = Path("/proc/self/task")


@dataclass(frozen=True, slots=True)
class Pace:
    """How often what is done, seconds apart.

    Attributes:
        overlay_s: the attended region is shown or hidden.
        blur_s: the faces are blurred or not.
        switch_s: the source changes between the demo and the video.
        resize_s: the window gets another size.
        sample_s: the process is sampled.
        progress_s: a line says how far it is.
    """

    overlay_s: float = 5.0
    blur_s: float = 45.0
    switch_s: float = 60.0
    resize_s: float = 25.0
    sample_s: float = 10.0
    progress_s: float = 60.0


class Driver:
    """Waits for the window and for the engine to read, then does what ``Pace`` says until the time is over.

    Args:
        application: that the window will belong to.
        engine: that of the window.
        video: the source beside the demo; where it ends, it is started again.
        pace: how often what is done.
        seconds: after these the window is closed.
        table: ``soak.csv``, open for writing; each row is there as soon as it is taken.

    Attributes:
        done: how often what was done.
        samples: all that were taken.
        problems: lines that the engine said.
        recordings: begun.
    """

    def __init__(
        self, application: QApplication, engine: Engine, video: Path, *, pace: Pace, seconds: float, table: TextIO
    ) -> None:
        self.done: Counter[str] = Counter(dict.fromkeys(("overlay", "blur", "resized", "switched", "again"), 0))
        self.samples: list[Sample] = []
        self.problems: list[str] = []
        self.recordings = 0
        self._application = application
        self._engine = engine
        self._seconds = seconds
        self._pace = pace
        self._table = table
        self._rows = csv.writer(table, lineterminator="\n")
        self._rows.writerow([field.name for field in fields(Sample)])
        self._specs = itertools.cycle((str(video), "demo"))
        self._sizes = itertools.cycle(_SIZES_PX)
        self._before = (0, 0)
        self._began_s: float | None = None
        self._stopped_s: float | None = None
        self._timers: list[QTimer] = []
        self._every(_LOOK_EVERY_S, self._look)

    @property
    def frames(self) -> int:
        """Read so far, of all sources."""
        return self._before[0] + self._engine.status().processed

    @property
    def dropped(self) -> int:
        """Captured and not read so far, of all sources."""
        return self._before[1] + sum(self._engine.status().dropped.values())

    @property
    def elapsed_s(self) -> float:
        """Seconds since it began, or from then until it stopped; 0 before."""
        if self._began_s is None:
            return 0.0
        return (time.monotonic() if self._stopped_s is None else self._stopped_s) - self._began_s

    def stop(self) -> None:
        """Do no more; a second time does nothing."""
        if self._stopped_s is None:
            self._stopped_s = time.monotonic()
        for timer in self._timers:
            timer.stop()
            timer.deleteLater()
        self._timers.clear()

    def _every(self, seconds: float, job: Callable[[], None]) -> None:
        timer = QTimer(self._application, interval=round(seconds * 1000))
        timer.timeout.connect(job)
        timer.start()
        self._timers.append(timer)

    def _look(self) -> None:
        """See how the engine does."""
        status = self._engine.status()
        if self._began_s is None:
            if status.state in (State.OPENING, State.RUNNING):
                self._begin()
            return
        if self.elapsed_s >= self._seconds:
            self._end()
            return
        if status.message and status.message not in self.problems:
            self.problems.append(status.message)
        if status.state is State.ENDED:
            self.done["again"] += 1
            self._next_source(self._window().commands.run.trigger)

    def _begin(self) -> None:
        self._began_s = time.monotonic()
        self._record()
        self._sample()
        pace = self._pace
        self._every(pace.overlay_s, lambda: self._press("overlay", self._window().commands.attention.trigger))
        self._every(pace.blur_s, lambda: self._press("blur", self._window().commands.blur.trigger))
        self._every(pace.resize_s, lambda: self._press("resized", lambda: self._window().resize(*next(self._sizes))))
        self._every(pace.switch_s, self._switch)
        self._every(pace.sample_s, self._sample)
        self._every(pace.progress_s, self._tell)

    def _end(self) -> None:
        self.stop()
        self._sample()
        self._window().close()

    def _press(self, name: str, action: Callable[[], None]) -> None:
        self.done[name] += 1
        action()

    def _switch(self) -> None:
        # one at the very end would begin a recording of nothing
        if self._seconds - self.elapsed_s < self._pace.switch_s / 2:
            return
        self.done["switched"] += 1
        spec = next(self._specs)
        window = self._window()
        self._next_source(
            window.commands.demo.trigger if spec == "demo" else lambda: window.source.chosen.emit(spec, "")
        )

    def _next_source(self, start: Callable[[], None]) -> None:
        """Start a source, which ends the last one and its recording, and record it."""
        self._before = (self.frames, self.dropped)
        start()
        self._record()

    def _record(self) -> None:
        self._window().commands.record.trigger()
        self.recordings += 1

    def _sample(self) -> None:
        windows = self._application.topLevelWidgets()
        mib = resident_mib()
        assert mib is not None
        heap = heap_mib()
        sample = Sample(
            round(self.elapsed_s, 2),
            round(mib, 2),
            None if heap is None else round(heap, 2),
            len(list(_FILES.iterdir())),
            len(list(_THREADS.iterdir())),
            sum(1 + len(window.findChildren(QObject)) for window in windows),
            len(self._application.allWidgets()),
            self.frames,
            self.dropped,
            self.recordings,
        )
        self.samples.append(sample)
        self._rows.writerow(astuple(sample))
        self._table.flush()

    def _tell(self) -> None:
        last = self.samples[-1]
        print(
            f"soak: {self.elapsed_s / 60:.0f} of {self._seconds / 60:g} min, {self.frames} frames, "
            f"{self.dropped} dropped, {last.memory_mib:.1f} MiB, {last.files} files, {last.threads} threads",
            file=sys.stderr,
            flush=True,
        )

    def _window(self) -> MainWindow:
        """Return Mien's window."""
        return next(widget for widget in self._application.topLevelWidgets() if isinstance(widget, MainWindow))
