"""Sessions for the tests of what reads them, written row by row."""

import csv
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from app.session.schema import COLUMNS, EVENT_COLUMNS, SCHEMA_VERSION
from app.types import EMOTIONS

HEADER = ",".join(COLUMNS)
META: dict[str, Any] = {
    "schema_version": SCHEMA_VERSION,
    "started_utc": "2026-03-01T12:00:00.000Z",
    "ended_utc": "2026-03-01T12:00:10.000Z",
    "source": "interview.mkv",
    "provider": "cpu",
    "settings": {"smoothing_s": 0.4, "mirror": True, "markers": ["Task 1"]},
    "versions": {"mien": "0.1.0", "numpy": "2.4.6"},
    "models_sha256": {"emotion.onnx": "ab" * 32},
    "counters": {"frames": 2, "rows": 2, "dropped": {"busy": 3, "disk": 0}, "calibrated_tracks": [1]},
}


def no_face(frame: int, t_s: float) -> str:
    """A row without a face."""
    return f"{frame},{t_s:.4f},{_utc(t_s)}" + "," * (len(COLUMNS) - 3)


def face(frame: int, t_s: float, emotion: str, *, track: int = 1, quality: str = "ok", least: float = 0.02) -> str:
    """A row with a face that shows ``emotion``; ``uncertain`` has all emotions alike."""
    best = 1 - least * (len(EMOTIONS) - 1)
    values = [best if name == emotion else 1 / 8 if emotion not in EMOTIONS else least for name in EMOTIONS]
    shares = ",".join(f"{value:.6f}" for value in values)
    box = "10.0,20.0,100.0,100.0,0.900"
    theta = "1.0000,0.0000,0.0000,0.0000,1.0000,0.0000"
    head = f"{frame},{t_s:.4f},{_utc(t_s)},{track},{box},{emotion},{max(values):.6f}"
    return f"{head},{shares},{shares},{theta},{quality}"


def make_session(
    folder: Path,
    rows: Iterable[str] = (),
    events: Sequence[tuple[float, str, str]] = (),
    meta: dict[str, Any] | None = None,
) -> Path:
    """Write a session of these rows, events (time, name, note) and changes to ``META``; return its folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "readings.csv").write_text("".join(f"{row}\n" for row in [HEADER, *rows]), encoding="utf-8")
    with (folder / "events.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(EVENT_COLUMNS)
        writer.writerows([f"{t_s:.4f}", _utc(t_s), name, note] for t_s, name, note in events)
    (folder / "session.json").write_text(json.dumps(META | (meta or {})), encoding="utf-8")
    return folder


def _utc(t_s: float) -> str:
    ms = round(t_s * 1000)
    return f"2026-03-01T12:{ms // 60000:02}:{ms // 1000 % 60:02}.{ms % 1000:03}Z"


# two faces, a frame without one, and a face that cannot be read well
ROWS = [face(0, 0.0, "anger"), no_face(1, 0.5), face(2, 1.0, "fear"), face(2, 1.0, "neutral", track=2, quality="dark")]
