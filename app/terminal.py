"""The live reading without a window: a line a second, and a closing summary."""

import threading
from typing import Final, TextIO

from app.engine import Engine
from app.output import OutputError, complain, say, tell
from app.signals import asked_to_end
from app.status import State, Status
from app.types import UNCERTAIN, FrameResult

_LINE_EVERY_S: Final = 1.0
_POLL_S: Final = 0.05
# A server that does not answer is waited for no longer once the user wants to leave.
_CLOSE_S: Final = 1.0
# The disk is: it holds what was recorded.
_WRITTEN_S: Final = 10.0


class _Lines:
    """The lines for the user's programs; a recording is worth more than they, and goes on without them.

    Attributes:
        complaint: why they could not be written; empty where they could.
    """

    def __init__(self, out: TextIO | None, err: TextIO | None) -> None:
        self.complaint = ""
        self._out = out
        self._err = err

    def say(self, line: str) -> bool:
        """Write a line; return False once nobody is there to read it."""
        try:
            return say(line, self._out)
        except OutputError as error:
            self.complaint = str(error)
            complain(f"{error}; reading goes on", self._err)
            return True


def run(engine: Engine, out: TextIO | None = None, err: TextIO | None = None) -> int:
    """Follow a started engine to its end, or until it is asked to end, which closes the recording properly.

    Args:
        engine: whose source is opening or open.
        out: where the lines go; default: the standard output.
        err: where complaints go; default: the standard error.

    Returns:
        The exit status: 0 done, 2 where the source cannot be used or was lost, the recording failed, or the lines could
        not be written, 1 for a fault of ours.
    """
    stop = threading.Event()
    lines = _Lines(out, err)
    with asked_to_end(stop.set):
        try:
            told = _follow(engine, stop, lines, err)
        finally:
            closed = engine.close(_CLOSE_S) or engine.written(_WRITTEN_S)
    status = engine.status()
    if status.source or not status.message:
        # of what could not be opened the complaint says all
        lines.say(_summary(status))
    if status.message and status.message != told:
        complain(status.message, err)
    if not closed:
        complain(f"{status.source}: reading did not end within {_WRITTEN_S:g} s", err)
    if status.fault or not closed:
        return 1
    return 2 if status.message or lines.complaint else 0


def _follow(engine: Engine, stop: threading.Event, lines: _Lines, err: TextIO | None) -> str:
    """Print a line a second until the end; return the last complaint, which is told as it comes."""
    told = trouble = remark = ""
    announced = False
    since_line_s = 0.0
    while not stop.is_set():
        status, result = engine.status(), engine.latest()
        if status.message and status.message != told:
            told = status.message
            complain(told, err)
        if status.state is State.RUNNING and not announced:
            announced = True
            tell(f"reading {status.source} on {status.provider}; Ctrl-C ends", err)
        if status.remark and status.remark != remark:
            complain(status.remark, err)
        remark = status.remark
        if status.state not in (State.OPENING, State.RUNNING):
            break
        if status.trouble != trouble:
            trouble = status.trouble
            if trouble:
                complain(f"{trouble}; looking for it", err)
            else:
                tell(f"{status.source} is back", err)
        stop.wait(_POLL_S)
        since_line_s += _POLL_S
        if since_line_s >= _LINE_EVERY_S and result is not None and not trouble:
            since_line_s = 0.0
            if not lines.say(line(result, status)):
                break
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
