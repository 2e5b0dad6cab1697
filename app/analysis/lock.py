"""One run at a time in a folder of sessions: what looks left behind may be another run's, still under way."""

import contextlib
import errno
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from app.types import RecordingError

LOCK: Final = ".analyze.lock"
_ATTEMPTS: Final = 10
_HELD: Final = frozenset({errno.EACCES, errno.EAGAIN, errno.EDEADLK, errno.EWOULDBLOCK})


@contextlib.contextmanager
def only_run(out: Path) -> Iterator[None]:
    """Have ``out`` to oneself. The system lets go of it when the process dies, however that comes.

    Where no file can be locked, as on some network drives, the run goes on without.

    Args:
        out: the folder of all sessions; it exists.

    Raises:
        RecordingError: another run has it.
    """
    path = out / LOCK
    lock = _hold(path)
    try:
        yield
    finally:
        if lock is not None:
            _release(lock, path)


def _hold(path: Path) -> int | None:
    """Return the locked file's descriptor; None where there is no locking.

    Raises:
        RecordingError: another run has it.
    """
    # never through a link that lies there
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
    for _ in range(_ATTEMPTS):
        try:
            lock = os.open(path, flags, 0o666)
        except OSError:
            return None
        try:
            if _lock(lock, path):
                return lock
        except OSError as error:
            os.close(lock)
            if error.errno not in _HELD:
                return None
            raise _taken(path.parent) from error
        os.close(lock)
    # others came and went each time
    raise _taken(path.parent)


def _taken(out: Path) -> RecordingError:
    return RecordingError(f"{out}: another analysis is writing there; wait for it, or give another --out")


if sys.platform == "win32":
    import msvcrt

    def _lock(lock: int, _path: Path) -> bool:
        msvcrt.locking(lock, msvcrt.LK_NBLCK, 1)
        return True

    def _release(lock: int, path: Path) -> None:
        os.close(lock)
        # refused where another run has opened it since
        with contextlib.suppress(OSError):
            path.unlink()

else:
    import fcntl

    def _lock(lock: int, path: Path) -> bool:
        """Lock it; return whether it still is the file there, so that it keeps others out.

        The run before may have removed it between opening and locking.
        """
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        try:
            return os.path.samestat(os.fstat(lock), path.stat())
        except FileNotFoundError:
            return False

    def _release(lock: int, path: Path) -> None:
        # before it is let go: after, it may be another run's
        with contextlib.suppress(OSError):
            path.unlink()
        os.close(lock)
