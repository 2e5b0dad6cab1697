"""Jobs on this machine, each in one of a few processes."""

import contextlib
import ctypes
import multiprocessing
import os
import signal
import threading
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from typing import Final, Protocol

from app.analysis.job import Job, Outcome, StoppedError, analyse
from app.types import SourceError

_POLL_S: Final = 0.2
_NOT_BEGUN: Final = -1.0

# what came of a job, or what it raised; None in between
Results = Generator[tuple[Job, Outcome | BaseException] | None]


class Workers(Protocol):
    """Does jobs, several at a time."""

    def run(self, jobs: Sequence[Job]) -> Results:
        """Give each job's outcome, or what it raised, as it comes; in between, several times a second, None.

        Closing the iterator ends the jobs under way, and what is finished stays.
        """

    def media_s(self, number: int) -> float:
        """How far a job is, seconds of its media."""


class LocalWorkers:
    """Processes of this machine.

    What they share needs no lock, so that none is left locked by one that dies.

    Args:
        processes: how many.
        cores: that each may use for decoding.
    """

    def __init__(self, processes: int, cores: int) -> None:
        self._processes = processes
        self._cores = cores
        self._context = multiprocessing.get_context("spawn")
        self._media_s = self._context.RawArray(ctypes.c_double, 0)
        self._stop = self._context.RawValue(ctypes.c_bool, False)

    def media_s(self, number: int) -> float:
        """How far a job is, seconds of its media."""
        return max(0.0, self._media_s[number])

    def run(self, jobs: Sequence[Job]) -> Results:
        """See ``Workers``.

        A process that dies, of a damaged file or for want of memory, takes all others of its pool with it. Which file
        it was is found out by reading those that had begun one by one.
        """
        self._media_s = self._context.RawArray(ctypes.c_double, [_NOT_BEGUN] * len(jobs))
        together, alone = list(jobs), list[Job]()
        while together or alone:
            batch = [alone.pop(0)] if alone else together
            lost: list[Job] = []
            for done in self._run_pool(batch, 1 if batch is not together else self._processes):
                if done is not None and isinstance(done[1], BrokenProcessPool):
                    lost.append(done[0])
                else:
                    yield done
            if batch is not together:
                for job in lost:
                    yield job, SourceError(f"{job.path.name}: the process that reads it dies; leave this file out")
            else:
                together = [job for job in lost if self._media_s[job.number] == _NOT_BEGUN]
                alone = [job for job in lost if job not in together]

    def _run_pool(self, jobs: Sequence[Job], processes: int) -> Results:
        pool = ProcessPoolExecutor(
            min(processes, len(jobs)), self._context, _begin, (self._media_s, self._stop, self._cores)
        )
        try:
            # Ctrl-C reaches every process of a terminal: those that start now inherit that it is not for them.
            with _deaf_to_interrupts():
                futures: dict[Future[Outcome], Job] = {pool.submit(_work, job): job for job in jobs}
            yield from finished(futures)
        finally:
            self._stop.value = True
            pool.shutdown(wait=True, cancel_futures=True)
            self._stop.value = False


def finished(futures: dict[Future[Outcome], Job]) -> Results:
    """Give what comes of ``futures`` as it comes; in between, several times a second, None."""
    pending = set(futures)
    while pending:
        done, pending = wait(pending, _POLL_S, FIRST_COMPLETED)
        for future in done:
            yield futures[future], future.exception() or future.result()
        yield None


@contextlib.contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


# Below: in the processes.

_shared: "tuple[ctypes.Array[ctypes.c_double], ctypes.c_bool]"


def _begin(media_s: "ctypes.Array[ctypes.c_double]", stop: ctypes.c_bool, cores: int) -> None:
    """Start a process."""
    # where it is not inherited
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    global _shared  # noqa: PLW0603 - an executor hands its processes nothing else
    _shared = media_s, stop
    # read by OpenCV when it opens a video
    os.environ["OPENCV_FFMPEG_THREADS"] = str(cores)
    threading.Thread(target=_leave_with_parent, name="mien-parent", daemon=True).start()


def _leave_with_parent() -> None:
    """A killed run leaves no process behind: one that waits for its next job would wait forever."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def _work(job: Job) -> Outcome:
    media_s, stop = _shared

    def report(t_s: float) -> None:
        media_s[job.number] = t_s
        if stop.value:
            raise StoppedError

    report(0.0)
    return analyse(job, report)
