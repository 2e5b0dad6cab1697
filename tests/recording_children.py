"""Records in processes of their own, for tests that kill them or take the room on the disk away.

``python -m tests.recording_children kill DIR COUNT SEED`` starts COUNT recordings, DIR/0 and so on, and kills each at a
random moment. Beside each, DIR/0.produced says what its source had given by then, a line a frame: number and seconds;
and DIR/0.first, which of these was read first.

``python -m tests.recording_children limit DIR BYTES`` records until no file may grow beyond BYTES any more, reads on
for a moment, and prints what the engine said, and that it read on.
"""

import os
import random
import resource
import signal
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from app.engine import Engine
from app.settings import Settings
from app.types import Frame, FrameResult
from tests.ui.fakes import FakePipeline, TinySource, describe, reading

_FRAME_S = 1 / 60
_AT_ONCE = 5
# from before the first row until the recording has run for a while
_KILLED_WITHIN_S = 2.0


class _Reporting(TinySource):
    """Tells a file of each frame before it gives it."""

    def __init__(self, report: Path) -> None:
        super().__init__(interval_s=_FRAME_S)
        self._image = np.random.default_rng(0).integers(0, 256, (480, 640, 3), np.uint8)
        self._report = os.open(report, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def read(self) -> Frame | None:
        frame = super().read()
        if frame is not None:
            os.write(self._report, f"{frame.index} {frame.t_s:.4f}\n".encode())
            frame = replace(frame, image=self._image)
        return frame


class _TwoFaces(FakePipeline):
    """Tells a file of the first frame that it reads: on a busy machine the first given may find nobody to read it."""

    def __init__(self, report: Path) -> None:
        super().__init__()
        self._report = report

    def process(self, frame: Frame, *, still: bool = False) -> FrameResult:
        if not self._report.exists():
            self._report.write_text(f"{frame.index} {frame.t_s:.4f}\n")
        return FrameResult(frame, (reading(track=1), reading("sadness", track=2)))


def _engine(folder: Path) -> Engine:
    return Engine(
        lambda _spec, _settings: _Reporting(folder.with_suffix(".produced")),
        lambda _settings: _TwoFaces(folder.with_suffix(".first")),
        describe,
        Settings(),
    )


def _record_until_killed(folder: Path, *, video: bool) -> None:
    _engine(folder).start("x", record=folder, record_video=video)
    time.sleep(60)


def kill(parent: Path, count: int, seed: int) -> None:
    """Start recordings, a few at once, and kill them; every second one has a video."""
    moments = random.Random(seed)
    for start in range(0, count, _AT_ONCE):
        children = []
        for number in range(start, min(count, start + _AT_ONCE)):
            # no models to load again and again
            child = os.fork()
            if child == 0:
                _record_until_killed(parent / str(number), video=number % 2 == 0)
                os._exit(1)
            children.append((time.monotonic() + moments.uniform(0.0, _KILLED_WITHIN_S), child))
        for moment, child in sorted(children):
            time.sleep(max(0.0, moment - time.monotonic()))
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)


def limit(folder: Path, size: int) -> None:
    """Record until the system refuses to make a file larger."""
    engine = _engine(folder)
    engine.start("x", record=folder)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    deadline = time.monotonic() + 30
    while not engine.status().message and time.monotonic() < deadline:
        time.sleep(0.01)
    before = engine.status().processed
    time.sleep(0.3)
    status = engine.status()
    sys.stdout.write(f"{status.message}\n{status.state.name} {status.processed > before} {engine.close()}\n")


if __name__ == "__main__":
    if sys.argv[1] == "kill":
        kill(Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
    else:
        limit(Path(sys.argv[2]), int(sys.argv[3]))
