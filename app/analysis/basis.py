"""What a finished analysis was made from, so that a later run knows whether it still holds."""

import dataclasses
import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from app.capture.stills import images_in
from app.types import SourceError
from app.vision.pipeline import PipelineOptions

BASIS: Final = "analysis.json"
_SCHEMA_VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class Basis:
    """All that decides an analysis.

    Attributes:
        source: the absolute path.
        content: size and time of modification, of a folder those of all its images as one digest.
        settings: those of the reading, by name; what the command line asked for among them.
        models: file name → sha256.
    """

    source: str
    content: str
    settings: Mapping[str, Any]
    models: Mapping[str, str]

    def changes(self, before: "Basis") -> str:
        """Return how it differs from ``before``, in words; empty if not at all."""
        if self.content != before.content:
            return "the file has changed since"
        if self.models != before.models:
            return "with other models"
        names = [*self.settings, *(name for name in before.settings if name not in self.settings)]
        changed = [name for name in names if self.settings.get(name) != before.settings.get(name)]
        told = (f"{name} {before.settings.get(name)}, now {self.settings.get(name)}" for name in changed)
        return f"with other settings: {'; '.join(told)}" if changed else ""


@dataclass(frozen=True, slots=True)
class Result:
    """A finished analysis: what it was made from, and its row of the summary by column."""

    basis: Basis
    summary: Mapping[str, str]


def content_of(path: Path) -> tuple[str, datetime]:
    """Return what tells whether a source has changed, and when it was made as far as its files know.

    That is the time of modification: of a video when its recording ended or it was copied, of a folder its first
    image's.

    Raises:
        SourceError: it is gone, or may not be read.
    """
    try:
        is_folder = path.is_dir()
        files = images_in(path) if is_folder else [path]
        stats = [file.stat() for file in files]
        made = datetime.fromtimestamp(stats[0].st_mtime_ns / 1e9, UTC)
    except OSError as error:
        raise SourceError(f"{path}: cannot be read: {error.strerror}") from error
    except (OverflowError, ValueError) as error:
        raise SourceError(f"{path}: its time of modification is none; set it with 'touch'") from error
    if not is_folder:
        return f"{stats[0].st_size} bytes, {stats[0].st_mtime_ns} ns", made
    listing = "".join(f"{f.name}\0{s.st_size}\0{s.st_mtime_ns}\n" for f, s in zip(files, stats, strict=True))
    digest = hashlib.sha256(listing.encode(errors="surrogateescape")).hexdigest()
    return f"{len(files)} images, {digest}", made


def settings_of(options: PipelineOptions, *, fps: float | None, video: bool) -> dict[str, Any]:
    """Return what decides an analysis, by name. The number of threads, which is the machine's, does not."""
    values = dataclasses.asdict(options)
    values |= values.pop("quality")
    del values["threads"]
    if not video:
        # decides nothing where nothing is hidden
        del values["blur_faces"]
    return values | {"analyze_fps": fps, "analyze_video": video}


def write_result(folder: Path, result: Result) -> None:
    """Write ``analysis.json``.

    Raises:
        OSError: it cannot be written.
    """
    content = {
        "schema_version": _SCHEMA_VERSION,
        "made_from": dataclasses.asdict(result.basis),
        "summary": dict(result.summary),
    }
    (folder / BASIS).write_text(json.dumps(content, indent=1), encoding="utf-8")


def read_result(folder: Path) -> Result | None:
    """Return what a finished analysis says of itself; None where the folder holds none that can be read."""
    try:
        content = json.loads((folder / BASIS).read_text(encoding="utf-8"))
        made = content["made_from"]
        basis = Basis(str(made["source"]), str(made["content"]), dict(made["settings"]), dict(made["models"]))
        summary = {str(name): str(cell) for name, cell in content["summary"].items()}
        # neither a path nor a cell that could be written anywhere, as none of Mien's own is
        os.fsencode(basis.source)
        "".join(summary.values()).encode()
        return Result(basis, summary)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
