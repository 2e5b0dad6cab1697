"""The live reading without a window: a line a second, and a closing summary."""

import os
import signal
import sys
import threading
from types import FrameType
from typing import Final, TextIO

from app.engine import Engine
from app.status import State, Status
from app.types import UNCERTAIN, FrameResult

_LINE_EVERY_S: Final = 1.0
_POLL_S: Final = 0.05
# A server that does not answer is waited for no longer once the user wants to leave.
_CLOSE_S: Final = 1.0
# The disk is: it holds what was recorded.
_WRITTEN_S: Final = 10.0


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
    told = ""
    try:
        told = _follow(engine, stop, out, err)
    except BrokenPipeError:
        # whoever read our lines has left, and so do we; Python would complain again as it flushes at its end
        os.dup2(os.open(os.devnull, os.O_WRONLY), out.fileno())
    finally:
        closed = engine.close(_CLOSE_S) or engine.written(_WRITTEN_S)
        for number, handler in before.items():
            signal.signal(number, handler)
    status = engine.status()
    if status.source or not status.message:
        # of what could not be opened the complaint says all
        print(_summary(status), file=out, flush=True)
    if status.message and status.message != told:
        print(f"mien: {status.message}", file=err, flush=True)
    if not closed:
        print(f"mien: {status.source}: reading did not end within {_WRITTEN_S:g} s", file=err, flush=True)
    if status.fault or not closed:
        return 1
    return 2 if status.message else 0


def _follow(engine: Engine, stop: threading.Event, out: TextIO, err: TextIO) -> str:
    """Print a line a second until the end; return the last complaint, which is told as it comes."""
    told = trouble = remark = ""
    announced = False
    since_line_s = 0.0
    while not stop.is_set():
        status, result = engine.status(), engine.latest()
        if status.message and status.message != told:
            told = status.message
            print(f"mien: {told}", file=err, flush=True)
        if status.state is State.RUNNING and not announced:
            announced = True
            print(f"reading {status.source} on {status.provider}; Ctrl-C ends", file=err, flush=True)
        if status.remark and status.remark != remark:
            print(f"mien: {status.remark}", file=err, flush=True)
        remark = status.remark
        if status.state not in (State.OPENING, State.RUNNING):
            break
        if status.trouble != trouble:
            trouble = status.trouble
            print(f"mien: {trouble}; looking for it" if trouble else f"{status.source} is back", file=err, flush=True)
        stop.wait(_POLL_S)
        since_line_s += _POLL_S
        if since_line_s >= _LINE_EVERY_S and result is not None and not trouble:
            since_line_s = 0.0
            print(line(result, status), file=out, flush=True)
    return told


def line(result: FrameResult, status: Status) -> str:
    """One line of the live reading: time, rate, every face with its emotion and confidence."""
    minutes, seconds = divmod(int(result.frame.t_s), 60)
    faces = [f"#{r.track} {r.emotion} {r.confidence:.2f}" + _doubt(r.quality) for r in result.readings]
    return f"{minutes:02d}:{seconds:02d}  {status.frames_per_s:5.1f} frames/s  {'  '.join(faces) or 'no face'}"


def _doubt(quality: str) -> str:
    return "" if quality == "ok" else f" ({quality})"


def _summary(status: Status) -> str:
    text = f"{status.processed} frames read, {sum(status.dropped.values())} dropped"
    total = sum(status.emotions.values())
    if total:
        # what is uncertain comes last, however often it was
        ranked = sorted(status.emotions.items(), key=lambda item: (item[0] == UNCERTAIN, -item[1]))
        text += "; " + ", ".join(f"{name} {count / total:.0%}" for name, count in ranked)
    if status.recorded is not None:
        text += f"; recorded in {status.recorded.folder}"
    return text
