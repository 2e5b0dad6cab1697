"""The rows of ``readings.csv`` as arrays by column, checked."""

import io
import math
from collections.abc import Callable, Iterator
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from app.session.schema import COLUMNS, MOST_S
from app.types import EMOTIONS, UNCERTAIN, SessionError

Columns = dict[str, npt.NDArray[Any]]
Mask = npt.NDArray[np.bool_]
# where a rule is broken, and what to say of such a row
Rule = tuple[Mask, Callable[[int], str]]

NO_FACE: Final = -1
# The longest text that each may hold, and one more, by which a longer one is found.
_TEXTS: Final = {"utc": "U25", "emotion": "U12", "quality": "U64"}
_NUMBERS: Final = tuple(name for name in COLUMNS if name not in _TEXTS)
_ESSENTIAL: Final = ("frame", "t_s", "track", "emotion", *EMOTIONS)
_UTC: Final = "0000-00-00T00:00:00.000Z"
_FACE_NUMBERS: Final = tuple(name for name in _NUMBERS if name not in ("frame", "t_s", "track"))
_PROBABILITIES: Final = (EMOTIONS, tuple(f"raw_{name}" for name in EMOTIONS))
# six decimals each, and whatever a spreadsheet rounds them to
_SUM_TOLERANCE: Final = 0.02
_LARGEST: Final = 2.0**53  # whole numbers up to it are exact in float64
_FROM_START: Final = "seconds from 0"
_IN_TIME: Final = f"{MOST_S:.0f} or less, a year after the session's start"
_REMEDY: Final = "correct the row or delete it"


def complete_lines(data: bytes) -> tuple[bytes, bool]:
    """Return the lines that are whole, each ending in a line feed alone, and whether anything was left out.

    A program that dies leaves a line half written, and a machine that loses power may leave NUL bytes behind it.
    """
    kept = data.removeprefix(b"\xef\xbb\xbf")
    if b"\r\n" in kept:
        kept = kept.replace(b"\r\n", b"\n")
    whole = kept.rstrip(b"\0")
    whole = whole[: whole.rfind(b"\n") + 1]
    return whole, len(whole) < len(kept)


def seconds(cell: str, where: str) -> float:
    """Return the seconds since the session's start that a cell ``t_s`` holds.

    Raises:
        SessionError: it holds none; ``where`` is what to call the row.
    """
    try:
        value = float(cell)
    except ValueError:
        value = math.nan
    if not 0 <= value <= MOST_S:
        must = _IN_TIME if MOST_S < value < math.inf else _FROM_START
        raise SessionError(f"{where}: t_s is {cell[:40]!r}, not {must}; {_REMEDY}")
    return value


def read_rows(data: bytes, where: str) -> tuple[Columns, tuple[str, ...]]:
    """Read complete lines (see ``complete_lines``), the header first.

    Args:
        data: UTF-8; nothing at all is a table without rows.
        where: what to call the file.

    Returns:
        A read-only array (N,) for each column of ``COLUMNS``, and the columns that the file lacks. Numbers are float64,
        NaN where there is no face; ``frame`` and ``track`` int64, -1 for no face; ``utc``, ``emotion`` and ``quality``
        str.

    Raises:
        SessionError: the row that is not as ``COLUMNS`` says. The header is row 1, as in a spreadsheet.
    """
    for unwanted, name in ((b"\0", "a NUL byte"), (b"\r", "a stray carriage return")):
        if unwanted in data:
            raise _wrong(where, data.count(b"\n", 0, data.index(unwanted)) + 1, f"{name} in it")
    head, _, body = data.partition(b"\n")
    header = _header(head, where) if data else list(COLUMNS)
    body = body.rstrip(b"\n") + b"\n"
    table = _parse(header, body, where) if len(body) > 1 else np.empty(0, _dtype(header))
    columns = {
        name: np.ascontiguousarray(table[f"c{header.index(name)}"]) if name in header else _absent(name, len(table))
        for name in COLUMNS
    }
    missing = tuple(name for name in COLUMNS if name not in header)
    _check(columns, missing, where)
    faceless = np.isnan(columns["track"])
    columns["frame"] = columns["frame"].astype(np.int64)
    columns["track"] = np.where(faceless, NO_FACE, columns["track"]).astype(np.int64)
    # an empty cell was filled with nan, a text as well
    columns["emotion"][faceless] = columns["quality"][faceless] = ""
    for column in columns.values():
        column.flags.writeable = False
    return columns, missing


def _header(line: bytes, where: str) -> list[str]:
    try:
        header = line.decode("utf-8").split(",")
    except UnicodeDecodeError as error:
        raise SessionError(f"{where}: row 1: not UTF-8 text; save the file as CSV in UTF-8") from error
    lacking = [name for name in _ESSENTIAL if name not in header]
    if lacking:
        raise SessionError(
            f"{where}: row 1: no column {lacking[0]}; the first row names the columns, separated by commas: "
            "give a session that Mien recorded"
        )
    twice = [name for name in COLUMNS if header.count(name) > 1]
    if twice:
        raise SessionError(f"{where}: row 1: two columns {twice[0]}; delete one")
    return header


def _dtype(header: list[str]) -> np.dtype[Any]:
    """Columns that Mien does not know are taken as one character, and passed over."""
    kinds = [_TEXTS.get(name, "f8") if name in COLUMNS else "U1" for name in header]
    return np.dtype([(f"c{index}", kind) for index, kind in enumerate(kinds)])


def _parse(header: list[str], body: bytes, where: str) -> npt.NDArray[Any]:
    """NumPy's own parser reads an hour in half a second; it only does not know empty numbers."""
    try:
        table = np.loadtxt(
            io.TextIOWrapper(io.BytesIO(_filled(body)), encoding="utf-8", newline="\n"),
            dtype=_dtype(header),
            delimiter=",",
            comments=None,
            ndmin=1,
        )
    except ValueError as error:
        raise _unreadable(header, body, where) from error
    if len(table) != body.count(b"\n"):
        raise _unreadable(header, body, where)
    return table


def _filled(body: bytes) -> bytes:
    """Return ``body`` with nan in every empty cell."""
    # twice: of three commas in a row, the first pass takes two
    filled = body.replace(b",,", b",nan,").replace(b",,", b",nan,").replace(b",\n", b",nan\n")
    return b"nan" * filled.startswith(b",") + (filled.replace(b"\n,", b"\nnan,") if b"\n," in filled else filled)


def _unreadable(header: list[str], body: bytes, where: str) -> SessionError:
    """Find the row that NumPy could not take, one by one, now that speed does not matter."""
    for number, line in enumerate(body.split(b"\n")[:-1], 2):
        try:
            cells = line.decode("utf-8").split(",")
        except UnicodeDecodeError:
            return _wrong(where, number, "not UTF-8 text")
        if len(cells) != len(header):
            return _wrong(where, number, f"{len(cells)} cells, not {len(header)}")
        for name, cell in zip(header, cells, strict=True):
            if name in _NUMBERS and not _is_number(cell):
                return _wrong(where, number, f"{name} is {_shown(cell)}, not a number")
    return SessionError(f"{where}: not a table of numbers; give a session that Mien recorded")


def _is_number(cell: str) -> bool:
    try:
        float(cell or "nan")
    except ValueError:
        return False
    # float takes 1_000 and the digits of all scripts, NumPy neither
    return cell.isascii() and "_" not in cell


def _absent(name: str, rows: int) -> npt.NDArray[Any]:
    return np.full(rows, "", _TEXTS[name]) if name in _TEXTS else np.full(rows, np.nan)


def _check(columns: Columns, missing: tuple[str, ...], where: str) -> None:
    """Raise what is wrong with the first wrong row."""
    first: tuple[int, str] | None = None
    for broken, say in _rules(columns, missing):
        if broken.any():
            row = int(broken.argmax())
            if first is None or row < first[0]:
                first = row, say(row)
    if first is not None:
        raise _wrong(where, first[0] + 2, first[1])


def _rules(columns: Columns, missing: tuple[str, ...]) -> Iterator[Rule]:
    def told(name: str, must: str) -> Callable[[int], str]:
        return lambda row: f"{name} is {_shown(columns[name][row])}, not {must}"

    t_s, frame, faceless = columns["t_s"], columns["frame"], np.isnan(columns["track"])
    yield ~_whole(frame), told("frame", "a whole number from 0")
    yield ~(faceless | _whole(columns["track"])), told("track", "a whole number from 0")
    yield ~(np.isfinite(t_s) & (t_s >= 0)), told("t_s", _FROM_START)
    yield t_s > MOST_S, told("t_s", _IN_TIME)
    yield _falls(t_s), told("t_s", "at or after that of the row above")
    yield _falls(frame), told("frame", "that of the row above or a later one")
    # each would count the same time twice
    again = np.diff(frame, prepend=-1.0) == 0
    yield again & (np.diff(t_s, prepend=0.0) != 0), told("t_s", "that of the row above, which is of the same frame")
    yield _repeated(frame, np.where(faceless, NO_FACE, columns["track"])), told("track", "new in its frame")
    if "utc" not in missing:
        yield ~_is_utc(columns["utc"]), told("utc", f"like {_UTC}")
    for name in _FACE_NUMBERS:
        if name not in missing:
            numbers = columns[name]
            broken = np.where(faceless, ~np.isnan(numbers), ~np.isfinite(numbers))
            yield broken, told(name, "a number where the row has a track, and empty where it has none")
    for names in _PROBABILITIES:
        if not set(names) & set(missing):
            yield from _probability_rules(columns, names)
    emotion, quality = columns["emotion"], columns["quality"]
    broken = np.where(faceless, ~_empty(emotion), ~np.isin(emotion, [*EMOTIONS, UNCERTAIN]))
    yield broken, told("emotion", "one of Mien's labels where the row has a track, and empty where it has none")
    if "quality" not in missing:
        too_long = np.char.str_len(quality) >= quality.itemsize // 4
        yield (_empty(quality) != faceless) | too_long, told("quality", "ok or reasons where the row has a track")


def _probability_rules(columns: Columns, names: tuple[str, ...]) -> Iterator[Rule]:
    values = np.stack([columns[name] for name in names], axis=1)
    broken = (values < 0) | (values > 1)
    yield np.asarray(broken.any(axis=1)), lambda row: f"{names[int(broken[row].argmax())]} is not from 0 to 1"
    totals = values.sum(axis=1)
    yield np.abs(totals - 1) > _SUM_TOLERANCE, lambda row: f"{names[0]} to {names[-1]} sum to {totals[row]:.3f}, not 1"


def _empty(texts: npt.NDArray[np.str_]) -> Mask:
    return np.isin(texts, ["", "nan"])


def _whole(values: npt.NDArray[np.float64]) -> Mask:
    return np.asarray((values >= 0) & (values < _LARGEST) & (np.floor(values) == values))


def _falls(values: npt.NDArray[np.float64]) -> Mask:
    return np.diff(values, prepend=values[:1]) < 0


def _repeated(frame: npt.NDArray[np.float64], track: npt.NDArray[np.float64]) -> Mask:
    """Whether a row above has the same frame and track, (N,)."""
    order = np.lexsort((track, frame))
    repeated = np.zeros(len(order), np.bool_)
    repeated[order[1:]] = (np.diff(frame[order]) == 0) & (np.diff(track[order]) == 0)
    return repeated


def _is_utc(texts: npt.NDArray[np.str_]) -> Mask:
    """Whether each has the shape of ``_UTC``, (N,)."""
    signs = np.ascontiguousarray(texts).view(np.uint32).reshape(len(texts), texts.itemsize // 4)
    shape = np.array([ord(sign) for sign in _UTC.ljust(signs.shape[1], "\0")], np.uint32)
    digit = (signs >= ord("0")) & (signs <= ord("9"))
    right: Mask = np.where(shape == ord("0"), digit, signs == shape)
    return np.asarray(right.all(axis=1), np.bool_)


def _shown(value: str | float) -> str:
    """``value`` in a message: empty as such, text in quotes and not for pages."""
    if isinstance(value, str):
        return "empty" if value in ("", "nan") else repr(str(value[:40]))
    return "empty" if math.isnan(value) else f"{value:g}"


def _wrong(where: str, row: int, what: str) -> SessionError:
    return SessionError(f"{where}: row {row}: {what}; {_REMEDY}")
