"""Disks that are full or slow, for the recording's tests: at the hardware's edge, and without privileges."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from app.session.log import SessionWriter


class Usage(NamedTuple):
    """What ``shutil.disk_usage`` returns, bytes."""

    total: int
    used: int
    free: int


def usage_of(free: int) -> Usage:
    """A disk of 100 GB with so many bytes free."""
    return Usage(100_000_000_000, 100_000_000_000 - free, free)


@contextmanager
def writing_to_a_full_disk(writer: SessionWriter) -> Iterator[None]:
    """Let the system's /dev/full take the place of the open ``readings.csv``: it refuses every byte with ENOSPC."""
    number = writer._readings._file.fileno()
    kept, full = os.dup(number), os.open("/dev/full", os.O_WRONLY)
    os.dup2(full, number)
    os.close(full)
    try:
        yield
    finally:
        os.dup2(kept, number)
        os.close(kept)
