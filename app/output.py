"""What Mien says in the terminal, and what becomes of it where nobody reads or nothing can be written."""

import contextlib
import io
import os
import sys
from pathlib import Path
from typing import TextIO

from app.types import MienError


class OutputError(MienError):
    """The standard output cannot be written."""


def prepare() -> None:
    """Let the program's streams take any text, whatever their encoding; a stream that is closed leads nowhere."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            # as long as the program runs
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def say(line: str, out: TextIO | None = None) -> bool:
    """Write a line to the standard output, or to ``out``, at once; return whether anybody is there to read it.

    After a failure, what is said goes nowhere.

    Raises:
        OutputError: it cannot be written, as on a full disk.
    """
    out = out or sys.stdout
    try:
        print(line, file=out, flush=True)
    except BrokenPipeError:
        _lead_nowhere(out)
        return False
    except OSError as error:
        _lead_nowhere(out)
        raise OutputError(f"the output cannot be written ({error.strerror or error})") from error
    return True


def tell(text: str, err: TextIO | None = None) -> None:
    """Write one line to the standard error, or to ``err``, at once; where that cannot be, nobody is left to be told."""
    with contextlib.suppress(OSError):
        print(one_line(text), file=err or sys.stderr, flush=True)


def one_line(text: str) -> str:
    """Return ``text`` as a terminal shows it in one line, whatever the names in it: what steers terminals is marked."""
    return "".join(char if char.isprintable() else "\ufffd" for char in text)


def complain(text: str, err: TextIO | None = None) -> None:
    """Tell what cannot be used, or is not as it was asked for."""
    tell(f"mien: {text}", err)


def finish() -> None:
    """Write what is not written yet: Python itself would end with a traceback where that cannot be."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        _lead_nowhere(sys.stdout)
    except OSError as error:
        _lead_nowhere(sys.stdout)
        complain(f"the output cannot be written ({error.strerror or error})")


def _lead_nowhere(out: TextIO) -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, out.fileno())
    os.close(nowhere)
