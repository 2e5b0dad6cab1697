"""The notes that are written at a session's review, beside what was recorded: ``notes.csv``, a note a row.

``readings.csv`` and ``events.csv`` are what was recorded, and no one writes them afterwards.
"""

import csv
import io
from collections.abc import Iterable
from pathlib import Path
from typing import Final, NamedTuple

from app.session.files import text_cell, write_whole
from app.session.readings import complete_lines, seconds
from app.session.schema import MOST_S
from app.types import SessionError

NOTES: Final = "notes.csv"
NOTE_COLUMNS: Final = ("t_s", "utc", "note")


class Note(NamedTuple):
    """A note on one moment.

    Attributes:
        t_s: seconds since the session's start.
        utc: the same by the clock, ISO 8601; empty where that is not known.
        text: one line.
    """

    t_s: float
    utc: str
    text: str


def read_notes(folder: Path, where: str = "") -> tuple[Note, ...]:
    """Return the notes of the session in ``folder``, in order of time; none where none were written.

    Args:
        folder: of the session.
        where: what an error calls the file; default its path.

    Raises:
        SessionError: the file cannot be read, or the row of it that is wrong; the header is row 1.
    """
    where = where or str(folder / NOTES)
    try:
        data = (folder / NOTES).read_bytes()
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise SessionError(f"{where}: cannot be read ({error.strerror or error})") from error
    # an editor may leave out the last line's end
    lines, _ = complete_lines(data + b"\n")
    rows = lines.rstrip(b"\n").split(b"\n")
    return tuple(sorted(_note(cells, f"{where}: row {number}") for number, cells in _body(rows, where)))


def change_notes(folder: Path, *, remove: Note | None = None, add: Note | None = None) -> tuple[Note, ...]:
    """Take a note out, put one in, or both, and return all; what another window wrote meanwhile stays.

    Raises:
        SessionError: the notes cannot be read or written; they are as they were.
    """
    notes = list(read_notes(folder))
    if remove in notes:
        notes.remove(remove)
    if add is not None:
        if add.t_s > MOST_S:
            raise SessionError(f"{folder / NOTES}: holds no note later than {MOST_S:.0f} s; choose an earlier moment")
        notes.append(add)
    rows = [(f"{note.t_s:.4f}", note.utc, text_cell(note.text)) for note in sorted(notes)]
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([NOTE_COLUMNS, *rows])
    replace_file(folder / NOTES, [text.getvalue().encode()])
    return read_notes(folder)


def replace_file(path: Path, parts: Iterable[bytes], *, fresh: bool = False) -> None:
    """Write a file as ``write_whole`` does.

    Args:
        path: the file.
        parts: what it holds, one after the other.
        fresh: there is none yet, and one that came meanwhile is kept.

    Raises:
        SessionError: the disk refuses, or there is a file; it is as it was.
    """
    try:
        write_whole(path, parts, fresh=fresh)
    except (OSError, ValueError) as error:
        if fresh and isinstance(error, FileExistsError):
            raise SessionError(f"{path}: there is such a file already; give another name") from error
        reason = getattr(error, "strerror", None) or error
        raise SessionError(f"{path}: cannot be written ({reason}); what was there is kept") from error


def _body(lines: list[bytes], where: str) -> Iterable[tuple[int, list[str]]]:
    """The cells of each row but the header, and its number."""
    for number, line in enumerate(lines, 1):
        try:
            # a note is one line, so that each line is a row
            cells = next(csv.reader([line.decode("utf-8")], strict=True), [])
        except (UnicodeDecodeError, csv.Error) as error:
            raise SessionError(f"{where}: row {number}: not CSV in UTF-8 ({error}); correct or delete it") from error
        if number > 1:
            yield number, cells
        elif cells != list(NOTE_COLUMNS):
            raise SessionError(f"{where}: row 1: not {','.join(NOTE_COLUMNS)}; move the file away")


def _note(cells: list[str], where: str) -> Note:
    if len(cells) != len(NOTE_COLUMNS):
        raise SessionError(f"{where}: {len(cells)} cells, not {len(NOTE_COLUMNS)}; correct the row or delete it")
    return Note(seconds(cells[0], where), cells[1], _plain(cells[2]))


def _plain(cell: str) -> str:
    """Return the text that was guarded with an apostrophe, so that no spreadsheet runs it."""
    return cell[1:] if cell.startswith("'") and text_cell(cell[1:]) == cell else cell
