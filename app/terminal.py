"""The live reading without a window: a line a second, and a closing summary."""

import signal
import sys
import threading
from collections import Counter
from types import FrameType
from typing import Final, TextIO

from app.engine import Engine, RecordingStatus, State, Status
from app.types import UNCERTAIN, FrameResult

_LINE_EVERY_S: Final = 1.0
_POLL_S: Final = 0.05


def run(engine: Engine, out: TextIO = sys.stdout, err: TextIO = sys.stderr) -> int:
    """Follow a started engine to its end, or to Ctrl-C or SIGTERM, which close the recording properly.

    Returns:
        The exit status: 0 done, 2 where the source cannot be used or was lost, or the recording failed, 1 for a fault
        of ours.
    """
    stop = threading.Event()

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    before = {number: signal.signal(number, on_signal) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        recorded, seen = _follow(engine, stop, out, err)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    engine.close(timeout_s=10.0)
    status = engine.status()
    print(_summary(status, seen, recorded), file=out, flush=True)
    if status.message:
        print(f"mien: {status.message}", file=err, flush=True)
    if status.fault:
        return 1
    return 2 if status.message else 0


def _follow(
    engine: Engine, stop: threading.Event, out: TextIO, err: TextIO
) -> tuple[RecordingStatus | None, Counter[str]]:
    seen: Counter[str] = Counter()
    recorded: RecordingStatus | None = None
    result: FrameResult | None = None
    announced = False
    since_line_s = 0.0
    while not stop.is_set():
        status = engine.status()
        if status.recording is not None and status.recording.rows:
            recorded = status.recording
        newest = engine.latest()
        if newest is not None and newest is not result:
            result = newest
            seen.update(reading.emotion for reading in newest.readings)
        if status.state is State.RUNNING and not announced:
            announced = True
            print(f"reading {status.source} on {status.provider}; Ctrl-C ends", file=err, flush=True)
        if status.state not in (State.OPENING, State.RUNNING):
            break
        stop.wait(_POLL_S)
        since_line_s += _POLL_S
        if since_line_s >= _LINE_EVERY_S and result is not None:
            since_line_s = 0.0
            print(line(result, status), file=out, flush=True)
    return recorded, seen


def line(result: FrameResult, status: Status) -> str:
    """One line of the live reading: time, rate, every face with its emotion and confidence."""
    minutes, seconds = divmod(int(result.frame.t_s), 60)
    faces = [f"#{r.track} {r.emotion} {r.confidence:.2f}" + _doubt(r.quality) for r in result.readings]
    return f"{minutes:02d}:{seconds:02d}  {status.frames_per_s:5.1f} frames/s  {'  '.join(faces) or 'no face'}"


def _doubt(quality: str) -> str:
    return "" if quality == "ok" else f" ({quality})"


def _summary(status: Status, seen: Counter[str], recorded: RecordingStatus | None) -> str:
    dropped = sum(status.dropped.values())
    text = f"{status.processed} frames read, {dropped} dropped"
    told = [(name, count) for name, count in seen.most_common() if name != UNCERTAIN]
    total = sum(seen.values())
    if total:
        text += "; " + ", ".join(f"{name} {count / total:.0%}" for name, count in told)
        if seen[UNCERTAIN]:
            text += f"{', ' if told else ''}{UNCERTAIN} {seen[UNCERTAIN] / total:.0%}"
    if recorded is not None:
        text += f"; recorded in {recorded.folder}"
    return text
