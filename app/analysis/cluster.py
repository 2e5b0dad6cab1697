"""Jobs on other machines, by Dask: each a task, the results on storage that all of them see."""

import concurrent.futures
import logging
import pickle
import re
import time
from collections.abc import Callable, Sequence
from typing import Any, Final

from app.analysis.job import Job, Outcome, StoppedError, analyse
from app.analysis.local import Results, deaf_to_interrupts, finished
from app.types import MienError, SourceError

_ADDRESS: Final = re.compile(r"(tcp|tls|ws|wss)://.+:\d+")
_NO_ADDRESS: Final = "not an address, as tcp://HOST:8786"
_ENCRYPTED: Final = ("tls://", "wss://")
_CONNECT_S: Final = 5.0
_REPORT_EVERY_S: Final = 1.0
_TOPIC: Final = "mien-analyze"


class ClusterWorkers:
    """The workers of a Dask scheduler.

    A job whose worker dies is done by another; one whose workers die four times (Dask's ``allowed-failures``) is not.

    Args:
        address: as ``tcp://HOST:8786``.

    Raises:
        MienError: Dask is not installed, the address is none, or no scheduler answers.
    """

    def __init__(self, address: str) -> None:
        try:
            from distributed import Client
            from distributed.comm.addressing import resolve_address
        except ImportError as error:
            raise MienError('--scheduler needs Dask; install it with: pip install "mien[cluster]"') from error
        if not _ADDRESS.fullmatch(address):
            raise MienError(f"--scheduler {address}: {_NO_ADDRESS}")
        _check_tls(address)
        logging.getLogger("distributed").setLevel(logging.CRITICAL)
        try:
            # First: a client that fails by something else than an OSError hangs when it is thrown away.
            resolve_address(address)
            self._client: Any = Client(address, timeout=_CONNECT_S, set_as_default=False)
        except ValueError as error:
            raise MienError(f"--scheduler {address}: {_NO_ADDRESS}") from error
        except (OSError, TimeoutError) as error:
            raise MienError(
                f"--scheduler {address}: no Dask scheduler answers there; start one with 'dask scheduler'"
            ) from error
        self._media_s: dict[int, float] = {}

    def media_s(self, number: int) -> float:
        """How far a job is, seconds of its media."""
        return self._media_s.get(number, 0.0)

    def run(self, jobs: Sequence[Job]) -> Results:
        """See ``Workers``."""
        from distributed.scheduler import KilledWorker

        topic = f"{_TOPIC}-{self._client.id}"
        self._client.subscribe_topic(topic, self._take)
        executor = self._client.get_executor(pure=False)
        portable = _portable()
        try:
            futures = {executor.submit(portable, pickle.dumps(job), topic): job for job in jobs}
            for done in finished(futures):
                if done is not None and isinstance(done[1], KilledWorker):
                    yield done[0], SourceError(f"{done[0].path.name}: the workers that read it die; leave it out")
                elif done is not None and isinstance(done[1], ModuleNotFoundError):
                    raise MienError(f"the Dask workers lack {done[1].name}; install mien[cluster] where they run")
                else:
                    yield done
        except concurrent.futures.CancelledError as error:
            raise MienError("the Dask scheduler was lost; start it and run again to go on") from error
        finally:
            # Ctrl-C again would break off what tells the workers
            with deaf_to_interrupts():
                executor.shutdown(wait=False)
                self._client.close()

    def _take(self, event: tuple[float, tuple[int, float]]) -> None:
        number, media_s = event[1]
        self._media_s[number] = media_s


def _check_tls(address: str) -> None:
    """See whether an encrypted connection can be made: Dask takes the certificates from its own configuration.

    Raises:
        MienError: it names none.
    """
    from distributed.security import Security

    if address.startswith(_ENCRYPTED) and Security().get_connection_args("client")["ssl_context"] is None:
        raise MienError(
            f"--scheduler {address}: Dask's configuration (distributed.comm.tls) names no certificates; "
            "name them there, or give a tcp:// address"
        )


def _portable() -> Callable[[bytes, str], Any]:
    """Return ``work`` as something that Dask sends whole, not by name: the scheduler need not have Mien."""

    # what the signature named would have to be there, too
    def work_by_name(job: bytes, topic: str) -> Any:
        from app.analysis.cluster import work

        return work(pickle.loads(job), topic)

    return work_by_name


def work(job: Job, topic: str) -> Outcome:
    """Do a job on a worker of Dask's, which tells ``topic`` once a second how far it is. See ``analyse``."""
    from distributed import get_worker

    worker: Any = get_worker()
    key = worker.get_current_task()
    told_s = time.monotonic()

    def report(t_s: float) -> None:
        nonlocal told_s
        if time.monotonic() - told_s < _REPORT_EVERY_S:
            return
        told_s = time.monotonic()
        # A task that nobody wants any more, as its run has ended or died, is not interrupted: it has to look.
        task = worker.state.tasks.get(key)
        if task is None or task.state != "executing":
            raise StoppedError
        worker.log_event(topic, [job.number, t_s])

    return analyse(job, report)
