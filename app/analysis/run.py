"""``mien analyze``: everything that was named, file by file, to its end."""

import contextlib
import csv
import io
import math
import os
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from app.about import model_hashes
from app.analysis.basis import read_result
from app.analysis.cluster import ClusterWorkers
from app.analysis.found import SUMMARY, Found, find
from app.analysis.job import PARTIAL, Job, Outcome, StoppedError
from app.analysis.local import LocalWorkers, Workers
from app.analysis.lock import only_run
from app.analysis.plan import Wish, clear_unfinished, make_plan, prepare_out
from app.analysis.progress import Progress, clock
from app.output import complain, say
from app.session.files import text_cell, write_whole
from app.session.summary import SUMMARY_COLUMNS
from app.types import MienError, RecordingError, SourceError
from app.vision.pipeline import PipelineOptions

_INTERRUPTED: Final = 130


@dataclass(frozen=True, slots=True)
class Request:
    """What the command line asks for.

    Attributes:
        sources: files, folders and patterns.
        out: the folder of all sessions.
        options: of the reading; ``threads`` are those of one file.
        fps: frames to read of a second; None reads all.
        video: keep an annotated video beside each session, its faces hidden where ``options`` say so.
        again: read anew what was read from other content, or with other settings.
        jobs: processes of this machine.
        scheduler: address of a Dask scheduler; None reads on this machine.

    Raises:
        MienError: ``fps`` or ``jobs`` is not above 0.
    """

    sources: Sequence[str]
    out: Path
    options: PipelineOptions
    fps: float | None = None
    video: bool = False
    again: bool = False
    jobs: int = 1
    scheduler: str | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be read."""
        if self.fps is not None and not 0 < self.fps < math.inf:
            raise MienError(f"{self.fps:g} frames a second cannot be read; give a number above 0")
        if self.jobs < 1:
            raise MienError(f"{self.jobs} files cannot be read at a time; give a number above 0")


class _Tally:
    """What came of the jobs so far."""

    def __init__(self, jobs: Sequence[Job], workers: Workers, progress: Progress) -> None:
        self._jobs = jobs
        self._workers = workers
        self._progress = progress
        self._under_way = {job.number for job in jobs}
        self._over_s = 0.0
        self.read = 0
        self.failed = 0
        self.faults = 0

    def show(self) -> None:
        """Show how far all is."""
        going_s = sum(min(self._workers.media_s(number), self._jobs[number].media_s) for number in self._under_way)
        self._progress.show(len(self._jobs) - len(self._under_way), self._over_s + going_s)

    def take(self, job: Job, result: Outcome | BaseException) -> None:
        """Count a job that is over, and tell what came of it.

        Raises:
            MienError: nothing else can be read either.
        """
        self._under_way.discard(job.number)
        self._over_s += job.media_s
        match result:
            case Outcome():
                self.read += 1
                for remark in result.remarks:
                    self._progress.say(f"mien: {remark}")
                self._progress.say(f"{job.path.name}: {result.frames} frames, {clock(result.media_s)}, in {job.name}")
            case SourceError():
                self.failed += 1
                self._progress.say(f"mien: {_named(job, result)}")
            case StoppedError():
                self.failed += 1
                self._progress.say(f"mien: {job.path}: was ended from outside; run again to read it")
            case MienError():
                raise result
            case _:
                self.faults += 1
                for line in "".join(traceback.format_exception(result)).splitlines():
                    self._progress.say(line)
                self._progress.say(f"mien: {job.path}: an error in Mien: {result!r}")


def analyze(request: Request) -> int:
    """Read all sources into session folders of ``request.out``, and write ``summary.csv`` over all sessions there.

    What is finished already is left as it is. What cannot be read is told, a line each on stderr, and the rest is read
    all the same.

    Returns:
        The exit status: 0 done, 2 where something could not be read, 1 for a fault of ours, 130 after Ctrl-C.

    Raises:
        MienError: nothing can be read, or not any more.
    """
    try:
        out = Path(os.path.abspath(request.out))  # noqa: PTH100 - as found.py names paths
    except OSError as error:
        raise RecordingError(f"{request.out}: the current folder is gone; change to one that exists") from error
    found = find(request.sources, out)
    wish = Wish(out, _options(request), model_hashes(), request.fps, request.video, request.again)
    for line in (*found.remarks, *found.complaints):
        complain(line)
    if not found.paths:
        return 2
    workers = _workers(request)
    prepare_out(out, video=request.video)
    with only_run(out):
        return _read_all(found, wish, workers)


def _read_all(found: Found, wish: Wish, workers: Workers) -> int:
    """Read what is not read yet into ``wish.out``, which nobody else writes to; return the exit status."""
    out = wish.out
    plan = make_plan(found.paths, wish)
    interrupted = False
    with Progress(len(plan.jobs), sum(job.media_s for job in plan.jobs)) as progress:
        for line in plan.complaints:
            progress.say(f"mien: {line}")
        clear_unfinished(out, plan.jobs)
        tally = _Tally(plan.jobs, workers, progress)
        try:
            with contextlib.closing(workers.run(plan.jobs)) as results:
                for done in results:
                    if done is not None:
                        tally.take(*done)
                    tally.show()
            clear_unfinished(out, plan.jobs)
        except KeyboardInterrupt:
            interrupted = True
            # the processes may have been ended, too, as by a terminal that is closed
            with contextlib.suppress(MienError):
                clear_unfinished(out, plan.jobs)
        except BaseException:
            # whatever ended it is what is told, also where it keeps the summary from being written
            with contextlib.suppress(MienError):
                write_summary(out)
            raise
        sessions = write_summary(out)
    failed = len(found.complaints) + plan.left + tally.failed + tally.faults
    told = f"{tally.read} read, {plan.finished} finished before, {failed} not read"
    say(f"{told}; {sessions} sessions in {out / SUMMARY}")
    if interrupted:
        complain("stopped; run it again to go on")
        return _INTERRUPTED
    if tally.faults:
        return 1
    return 2 if found.complaints or plan.complaints or tally.failed else 0


def write_summary(out: Path) -> int:
    """Write ``summary.csv`` over all finished sessions in ``out``; return how many there are.

    Raises:
        RecordingError: it cannot be written.
    """
    rows = []
    try:
        folders = list(out.iterdir())
    except OSError as error:
        raise RecordingError(f"{out}: cannot be read any more ({error.strerror or error}); run again") from error
    for folder in folders:
        result = None if folder.name.endswith(PARTIAL) else read_result(folder)
        if result is not None:
            path = os.fsencode(result.basis.source).decode("utf-8", "replace")
            rows.append([text_cell(path), *(result.summary.get(name, "") for name in SUMMARY_COLUMNS)])
    table = io.StringIO()
    csv.writer(table, lineterminator="\n").writerows([["path", *SUMMARY_COLUMNS], *sorted(rows)])
    try:
        write_whole(out / SUMMARY, [table.getvalue().encode()])
    except OSError as error:
        raise RecordingError(f"{out / SUMMARY}: cannot be written ({error.strerror or error})") from error
    return len(rows)


def _workers(request: Request) -> Workers:
    if request.scheduler is not None:
        return ClusterWorkers(request.scheduler)
    return LocalWorkers(request.jobs, max(1, _cores() // request.jobs))


def _options(request: Request) -> PipelineOptions:
    """The options with as many threads a file that all files read at once have no more than there are cores.

    Faces are hidden in a video alone.

    Raises:
        MienError: that cannot be.
    """
    options = replace(request.options, blur_faces=request.video and request.options.blur_faces)
    if request.scheduler is not None:
        return replace(options, threads=1)
    cores = _cores()
    if request.jobs > cores:
        raise MienError(f"--jobs {request.jobs}: more than the {cores} cores of this machine; give at most {cores}")
    return replace(options, threads=min(options.threads, cores // request.jobs))


def _cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _named(job: Job, error: SourceError) -> str:
    """The error's line, with the whole path in place of the name: others may be called the same."""
    line = str(error)
    return f"{job.path.parent}{os.sep}{line}" if line.startswith(f"{job.path.name}:") else line
