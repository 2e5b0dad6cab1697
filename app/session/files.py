"""Files that are whole at any moment: a CSV table that grows, and what is replaced at once."""

import csv
import errno
import io
import json
import os
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from app.session.schema import FORMULA

# control characters, among them NUL, and halves of characters, which file names may hold
_NO_TEXT: Final = ("Cc", "Cs")


class Table:
    """Appends rows to a new file; used by one thread.

    It has no buffer of its own: what was appended outlives this process, and what was synced a power failure.

    Args:
        path: where nothing is yet.
        header: the names of the columns.

    Raises:
        OSError: the disk refuses. The same holds for ``append`` and ``sync``.
    """

    def __init__(self, path: Path, header: Sequence[str]) -> None:
        self._file = path.open("xb", buffering=0)
        self._size = 0
        try:
            self.append([header])
        except OSError:
            self.close()
            raise

    def append(self, rows: Iterable[Sequence[str]]) -> None:
        """Append rows; they are in the file when this returns, and none of them is where the disk refuses one."""
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(rows)
        data = text.getvalue().encode()
        written = 0
        try:
            while written < len(data):
                written += self._file.write(data[written:])
        except OSError:
            # a disk that is full may refuse this, too; the first failure is the one to tell
            with suppress(OSError):
                self._file.seek(self._size)
                self._file.truncate()
            raise
        self._size += written

    def sync(self) -> None:
        """Wait until what was appended is on the disk."""
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """Close the file; a second time does nothing."""
        with suppress(OSError):
            # the handle is freed all the same, and all that could be written was
            self._file.close()


def text_cell(text: str) -> str:
    """Return ``text`` as a cell that is one line, and that no spreadsheet runs as a formula."""
    plain = "".join(" " if unicodedata.category(char) in _NO_TEXT else char for char in text)
    line = " ".join(plain.split())
    return f"'{line}" if line.startswith(FORMULA) else line


def write_whole(path: Path, parts: Iterable[bytes], *, fresh: bool = False) -> None:
    """Write a file so that it holds the old or the new whenever the program dies, or power fails.

    Args:
        path: the file; a link of that name is replaced, and what it points to left.
        parts: what it holds, one after the other.
        fresh: there is none yet, and one that came meanwhile is kept.

    Raises:
        OSError: the disk refuses, or there is a file (FileExistsError); it is as it was.
    """
    partial = path.with_name(f".{path.name}.partial")
    # never through a link that lies there
    partial.unlink(missing_ok=True)
    try:
        with partial.open("xb") as file:
            file.writelines(parts)
            file.flush()
            os.fsync(file.fileno())
        if fresh and path.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def save_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write ``content`` as ``write_whole`` does.

    Raises:
        OSError: the disk refuses; the old is left.
    """
    write_whole(path, [json.dumps(content, indent=1).encode()])
