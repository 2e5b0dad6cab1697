"""Write docs/data-dictionary.md: every column and key of a recorded session, from the code that writes them.

    python -m tools.docs_dictionary

The examples are a session of two frames that the writer itself has written. A test holds the committed page against
what this makes. A column or key without a meaning ends it with a KeyError: add it here or in app/session/schema.py.
"""

import csv
import json
import re
import tempfile
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np

from app.session.log import SessionInfo, SessionWriter
from app.session.notes import NOTE_COLUMNS, NOTES
from app.session.schema import COLUMNS, EVENT_COLUMNS, EVENT_MEANINGS, EVENTS, READINGS, SCHEMA_VERSION, SESSION, VIDEO
from app.session.summary import REASONS, SUMMARY_COLUMNS
from app.settings import Settings
from app.types import EMOTIONS, UNCERTAIN, Box, Crop, Event, Face, Frame, FrameResult, Reading

PAGE: Final = Path(__file__).resolve().parent.parent / "docs" / "data-dictionary.md"

_EVENT: Final = {
    "t_s": "seconds since the session's start, on the clock of readings.csv",
    "utc": "the same by the clock, ISO 8601",
    "event": "what it was: see below",
    "note": "the rest of it, in one line",
}
_NOTE: Final = {"t_s": _EVENT["t_s"], "utc": _EVENT["utc"] + "; may be empty", "note": "what was written, in one line"}
_SESSION: Final = {
    "schema_version": "of all these files; a reader of a later version reads the earlier ones",
    "started_utc": "the clock at the first frame",
    "ended_utc": "the clock at the end; null while it is recorded, and where it was cut short",
    "source": "the source's name; of a URL without its password",
    "provider": "where the network ran as the session began; the event provider_failed changes it",
    "settings": "those that held at the start: see below",
    "versions": "of Mien and of what it stands on",
    "models_sha256": "file → sha256 of the networks",
    "columns": "the meanings of the columns of readings.csv, as above",
    "events": "the meanings of the events, as above",
    "counters.frames": "that have a row",
    "counters.rows": "of readings.csv",
    "counters.dropped.busy": "frames of a live source that were captured and not read",
    "counters.dropped.disk": "frames that were read and not written, as the disk was too slow",
    "counters.calibrated_tracks": "the faces whose probabilities were corrected",
    "video": f"null without {VIDEO}; else its file, its frames, how many of them have hidden faces, and how many were "
    "left out",
}
_SUMMARY: Final = {
    "path": "of the file that was read",
    "session": "the folder of its session",
    "source": "the source's name",
    "started_utc": "the clock at the first frame",
    "complete": "yes where the recording was ended, no where it was cut short",
    "duration_s": "from the first frame to the end, gaps included",
    "gaps_s": "of it without frames, as a camera was lost",
    "frames": "that have a row",
    "frames_per_s": "of them, in the time without gaps",
    "dropped": "frames that were captured and have no row",
    "faces": "how many tracks; who is lost and comes back is a new one",
    "coverage": "the part of the time without gaps in which a face was there, 0 to 1",
    "face_s": "seconds of faces in view; two faces for a second are two",
    "read_s": "of these, seconds in which an emotion was named",
    "main_emotion": "the one that was named longest",
    f"{UNCERTAIN}_s": "seconds of good pictures without an emotion probable enough to be named",
    "withheld_s": "seconds in which the picture was too bad",
    "changes": "from one named emotion to another",
    "markers": "that were put",
    **{f"{name}_s": f"seconds in which {name} was named" for name in EMOTIONS},
    **{
        f"{name}_s": f"seconds withheld as the face was {name}; there may be several reasons at once"
        for name in REASONS
    },
}


def page() -> str:
    """Return the page's text."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made) / "session"
        folder.mkdir()
        rows, events, session = _example(folder)
    return "\n".join(
        [
            "# A recorded session: the data dictionary",
            "",
            "<!-- made by python -m tools.docs_dictionary; change it there, or in app/session/schema.py -->",
            "",
            _prose(
                f"This is version {SCHEMA_VERSION} of the files, as `schema_version` in `{SESSION}` says. All are",
                "UTF-8. A row is complete once its line is: what was cut short by a crash is at most the last one. A",
                "text that a spreadsheet would run as a formula has an apostrophe before it.",
            ),
            "",
            f"## {READINGS}",
            "",
            _prose(
                "A row for each frame that was read and each face in it. A frame without a face has one row, which is",
                f"empty from `{list(COLUMNS)[3]}` on. The columns stand in this order:",
            ),
            "",
            *_table(
                ("column", "meaning and unit", "example"),
                ((f"`{name}`", text, f"`{rows[0][name]}`") for name, text in COLUMNS.items()),
            ),
            "",
            _prose(
                f"`{UNCERTAIN}` stands where the largest smoothed probability is below the limit of the settings, or",
                "the quality is not `ok`. The probabilities are there all the same.",
            ),
            "",
            f"## {EVENTS}",
            "",
            *_table(
                ("column", "meaning", "example"),
                ((f"`{name}`", _EVENT[name], f"`{events[1][name]}`") for name in EVENT_COLUMNS),
            ),
            "",
            *_table(("event", "meaning; its note"), ((f"`{name}`", text) for name, text in EVENT_MEANINGS.items())),
            "",
            f"## {NOTES}",
            "",
            _prose(
                "Written at the review in the window, and only where there are notes. The two files above are never",
                "changed after the recording.",
            ),
            "",
            *_table(("column", "meaning"), ((f"`{name}`", _NOTE[name]) for name in NOTE_COLUMNS)),
            "",
            f"## {SESSION}",
            "",
            "How the data came about. Written at the first frame, and anew every few seconds, whole each time.",
            "",
            *_table(("key", "meaning"), ((f"`{key}`", _SESSION[key]) for key in _keys(session))),
            "",
            "### settings",
            "",
            _prose(
                "As they were at the start; where one of them that decides a reading was changed meanwhile,",
                f"`{EVENTS}` tells. Those that say nothing of the data may be left out. All settings:",
            ),
            "",
            *_table(
                ("setting", "meaning and unit", "default"),
                (
                    (f"`{name}`", text, f"`{json.dumps(getattr(Settings(), name))}`")
                    for name, text in attributes(Settings.__doc__ or "").items()
                ),
            ),
            "",
            f"## {VIDEO}",
            "",
            _prose(
                "Where a video was asked for: JPEG pictures in Matroska, each at the time `t_s` of its frame, to half",
                "a millisecond, with boxes, labels and attended regions drawn in. Faces that were hidden in view are",
                "hidden in it, too.",
            ),
            "",
            "## summary.csv",
            "",
            "`mien analyze` writes it over all its sessions, a row each. An emotion counts while it is named.",
            "",
            *_table(("column", "meaning"), ((f"`{name}`", _SUMMARY[name]) for name in ("path", *SUMMARY_COLUMNS))),
            "",
            "## In Python",
            "",
            "```python",
            "from app.session.reader import read_session",
            "",
            'session = read_session("recordings/first")',
            'smiling = session.readings["happiness"] > 0.5  # a numpy array; NaN, where there is no face, is not',
            'print(session.readings["t_s"][smiling])',
            "print([event.note for event in session.events])",
            "```",
            "",
            _prose(
                "It reads what was cut short and what an earlier version wrote, and says in `session.warnings` what",
                "was missing. `session.to_pandas()` gives a DataFrame (extra `analysis`).",
            ),
            "",
        ]
    )


def attributes(docstring: str) -> dict[str, str]:
    """Return the section ``Attributes`` of a docstring: name → its description, in one line and in Markdown."""
    body = docstring.partition("Attributes:\n")[2].partition("\n\n")[0]
    indent = " " * (len(body) - len(body.lstrip()))
    entries = re.split(rf"^{indent}(?=\w)", body, flags=re.MULTILINE)
    named = (entry.partition(": ") for entry in entries if entry.strip())
    return {name: " ".join(text.split()).removesuffix(".").replace("``", "`") for name, _, text in named}


def _example(folder: Path) -> tuple[list[dict[str, str]], list[dict[str, str]], dict[str, Any]]:
    """Write a session of two frames; return its rows, its events, and what session.json says."""
    smoothed = np.array([0.01, 0.01, 0.005, 0.005, 0.91, 0.04, 0.01, 0.01], np.float32)
    raw = np.array([0.005, 0.005, 0.005, 0.005, 0.94, 0.02, 0.01, 0.01], np.float32)
    face = Face(Box(553.8, 238.9, 245.1, 245.1), 0.967, np.zeros((6, 2), np.float32))
    crop = Crop(np.zeros((48, 48), np.uint8), np.zeros((2, 3), np.float32))
    theta = np.array([[0.8604, -0.0169, -0.0041], [0.0182, 0.8643, -0.0156]], np.float32)
    reading = Reading(1, face, crop, smoothed, raw, theta, crop.pixels, EMOTIONS[int(smoothed.argmax())])
    image = np.zeros((2, 2, 3), np.uint8)
    first, second = Frame(0, 0.0, image), Frame(1, 0.0333, image)
    began = datetime(2026, 3, 1, 12, tzinfo=UTC)
    writer = SessionWriter(folder, SessionInfo("demo", "cpu"), first, began, live=True)
    writer.write(FrameResult(first, (reading,)), FrameResult(second))
    writer.event(Event(0.0333, "marker", "stimulus A"))
    writer.close()
    tables = []
    for name in (READINGS, EVENTS):
        with (folder / name).open(newline="", encoding="utf-8") as file:
            tables.append(list(csv.DictReader(file)))
    return tables[0], tables[1], json.loads((folder / SESSION).read_text(encoding="utf-8"))


def _keys(values: Mapping[str, Any], before: str = "") -> Iterable[str]:
    """The keys of an object, those of its counters with their way to them."""
    for key, value in values.items():
        if isinstance(value, dict) and (key == "counters" or before):
            yield from _keys(value, f"{before}{key}.")
        else:
            yield before + key


def _prose(*parts: str) -> str:
    return textwrap.fill(" ".join(parts), 120, break_long_words=False, break_on_hyphens=False)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    return [_row(head), _row(["---"] * len(head)), *(_row(row) for row in rows)]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")
    print(PAGE)


if __name__ == "__main__":
    main()
