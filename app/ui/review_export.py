"""A span of a session as a file of its own, without Qt."""

from pathlib import Path
from typing import Final

import numpy as np

from app.session.notes import NOTES, replace_file
from app.session.reader import Session
from app.session.readings import complete_lines
from app.session.schema import EVENTS, READINGS, SESSION, VIDEO
from app.types import SessionError
from app.ui.history import Span

_OWN: Final = (READINGS, EVENTS, SESSION, VIDEO, NOTES)


def span_name(session: Session, span: Span) -> str:
    """Return a name for the file of a span: the session's, and from when to when in seconds."""
    return f"{session.folder.resolve().name}_{span[0]:.1f}-{span[1]:.1f}s.csv"


def export_span(session: Session, span: Span, path: Path, *, fresh: bool) -> int:
    """Write the rows of ``readings.csv`` from the one time to the other, both included, as they stand there.

    Nothing is converted: the columns, the decimals and the guard against formulas are the session's own.

    Args:
        session: as it was read.
        span: seconds since the session's start.
        path: the new file.
        fresh: there is none yet, and one that came meanwhile is kept.

    Returns:
        How many rows.

    Raises:
        SessionError: there are no rows in the span, ``readings.csv`` is another than was read, ``path`` belongs to a
            session, or it cannot be written; what was there is kept.
    """
    where = path.parent
    if path.name.lower() in _OWN and ((where / READINGS).exists() or (where / SESSION).exists()):
        raise SessionError(f"{path}: belongs to a recorded session; give another name")
    t_s = session.readings["t_s"]
    first, last = np.searchsorted(t_s, span[0]), np.searchsorted(t_s, span[1], side="right")
    if first == last:
        raise SessionError(f"no rows from {span[0]:.3f} s to {span[1]:.3f} s; choose another span")
    source = session.folder / READINGS
    try:
        content, _ = complete_lines(source.read_bytes())
    except OSError as error:
        raise SessionError(f"{source}: cannot be read ({error.strerror or error})") from error
    head, *lines = content.split(b"\n")
    rows = lines[first:last]
    if len(lines) < last or not _are_of(rows, head, (t_s[first], t_s[last - 1])):
        raise SessionError(f"{source}: has changed since it was read; open the session again")
    replace_file(path, (line + b"\n" for line in (head, *rows)), fresh=fresh)
    return len(rows)


def _are_of(rows: list[bytes], head: bytes, times_s: tuple[float, float]) -> bool:
    """Whether the first and the last of the rows are of these times."""
    try:
        column = head.split(b",").index(b"t_s")
        return (float(rows[0].split(b",")[column]), float(rows[-1].split(b",")[column])) == times_s
    except (ValueError, IndexError):
        return False
