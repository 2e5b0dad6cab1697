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
from app.types import MienError, SourceError

_POLL_S: Final = 0.2
_NOT_BEGUN: Final = -1.0
_PATIENCE_S: Final = 30

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

    Raises:
        MienError: this is such a process, of a program that starts others as soon as it is imported.
    """

    def __init__(self, processes: int, cores: int) -> None:
        # as multiprocessing itself finds out, which would say it after the results' folder was touched
        if getattr(multiprocessing.current_process(), "_inheriting", False):
            raise MienError(
                "the processes that read import this program, and must not read themselves; call analyze below "
                'if __name__ == "__main__":'
            )
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

        Raises:
            MienError: no process can be started, or each dies before it has begun to read.
        """
        self._media_s = self._context.RawArray(ctypes.c_double, [_NOT_BEGUN] * len(jobs))
        together, alone = list(jobs), list[Job]()
        while together or alone:
            batch = [alone.pop(0)] if alone else together
            for job in batch:
                self._media_s[job.number] = _NOT_BEGUN
            lost: list[Job] = []
            for done in self._run_pool(batch, 1 if batch is not together else self._processes):
                if done is not None and isinstance(done[1], BrokenProcessPool):
                    lost.append(done[0])
                else:
                    yield done
            # trying it again would go on for ever
            if len(lost) == len(batch) and all(self._media_s[job.number] == _NOT_BEGUN for job in lost):
                raise _not_started("each dies before it begins")
            if batch is not together:
                for job in lost:
                    yield job, SourceError(f"{job.path.name}: the process that reads it dies; leave this file out")
            else:
                together = [job for job in lost if self._media_s[job.number] == _NOT_BEGUN]
                alone = [job for job in lost if job not in together]

    def _run_pool(self, jobs: Sequence[Job], processes: int) -> Results:
        pool, futures = self._start(jobs, min(processes, len(jobs)))
        try:
            yield from finished(futures)
        finally:
            # Ctrl-C again would leave processes behind, which end soon in any case
            with deaf_to_interrupts():
                self._stop.value = True
                pool.shutdown(wait=True, cancel_futures=True)
                self._stop.value = False

    def _start(self, jobs: Sequence[Job], processes: int) -> tuple[ProcessPoolExecutor, dict[Future[Outcome], Job]]:
        """Start processes and give them all jobs.

        Raises:
            MienError: that cannot be done.
        """
        before = set(multiprocessing.active_children())
        try:
            # Both reach every process of a terminal: those that start now inherit that they are not meant.
            with deaf_to_interrupts():
                pool = ProcessPoolExecutor(processes, self._context, _begin, (self._media_s, self._stop, self._cores))
                return pool, {_submitted(pool, job): job for job in jobs}
        except (OSError, RuntimeError) as error:
            # those that did start would wait for ever
            for process in set(multiprocessing.active_children()) - before:
                process.kill()
            raise _not_started(str(error)) from error


def finished(futures: dict[Future[Outcome], Job]) -> Results:
    """Give what comes of ``futures`` as it comes; in between, several times a second, None."""
    pending = set(futures)
    while pending:
        done, pending = wait(pending, _POLL_S, FIRST_COMPLETED)
        for future in done:
            yield futures[future], future.exception() or future.result()
        yield None


def _submitted(pool: ProcessPoolExecutor, job: Job) -> "Future[Outcome]":
    """A job's future; one that failed already where the pool broke while it was given its jobs."""
    try:
        return pool.submit(_work, job)
    except BrokenProcessPool as error:
        future: Future[Outcome] = Future()
        future.set_exception(error)
        return future


def _not_started(why: str) -> MienError:
    return MienError(
        f"the processes that read cannot be started ({why}); give fewer --jobs or free memory, and in a program of "
        'your own call analyze below if __name__ == "__main__":'
    )


@contextlib.contextmanager
def deaf_to_interrupts() -> Iterator[None]:
    """Let Ctrl-C and a terminal that is closed do nothing meanwhile. Only the main thread can; others need not."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    numbers = [signal.SIGINT, *([signal.SIGHUP] if hasattr(signal, "SIGHUP") else [])]
    before = {number: signal.signal(number, signal.SIG_IGN) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


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
    threading.Thread(target=_leave, args=(stop,), name="mien-parent", daemon=True).start()


def _leave(stop: ctypes.c_bool) -> None:
    """A run that ends leaves no process behind.

    One that waits for its next job when the run is killed would wait forever, and a run that is stopped waits for one
    that hangs in a file.
    """
    parent = multiprocessing.parent_process()
    assert parent is not None
    left_s = _PATIENCE_S
    while parent.is_alive() and left_s > 0:
        parent.join(1)
        left_s = left_s - 1 if stop.value else _PATIENCE_S
    os._exit(1)


def _work(job: Job) -> Outcome:
    media_s, stop = _shared

    def report(t_s: float) -> None:
        media_s[job.number] = t_s
        if stop.value:
            raise StoppedError

    report(0.0)
    return analyse(job, report)
