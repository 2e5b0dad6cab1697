"""What the contenders of ``tools.peers`` did, and the table of it."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from model.card_tables import table

MIENS: Final = ("mien", "mien-file")


@dataclass(frozen=True, slots=True)
class Turns:
    """What a contender did.

    Attributes:
        name: ``mien``, ``mien-file``, ``fer`` or ``fer-keras``.
        call: what was called for each frame, or for those of a turn.
        versions: of Python and of the packages that it computes with.
        opencv_threads: on how many its OpenCV computes.
        frames_per_s: of each turn.
        frames: that were read.
        found: in how many of these a face was found.
        faces: found altogether.
    """

    name: str
    call: str
    versions: dict[str, str]
    opencv_threads: int
    frames_per_s: list[float]
    frames: int
    found: int
    faces: int

    @property
    def median(self) -> float:
        """Frames/s of the median turn."""
        return statistics.median(self.frames_per_s)

    def row(self, miens: Sequence["Turns"]) -> dict[str, Any]:
        """Return this and, where this is a peer, how many times as fast each of ``miens`` is.

        That is ``over``: by the name of each, ``ratio`` by the medians, and ``lowest`` and ``highest`` of two turns of
        the same round.
        """
        row = {
            "name": self.name,
            "call": self.call,
            "frames_per_s": round(self.median, 2),
            "frames_per_s_of_turns": [round(value, 2) for value in self.frames_per_s],
            "frames": self.frames,
            "found": self.found,
            "faces": self.faces,
            "opencv_threads": self.opencv_threads,
            "versions": self.versions,
        }
        return row if self in miens else row | {"over": {mien.name: self._over(mien) for mien in miens}}

    def _over(self, mien: "Turns") -> dict[str, float]:
        ratios = [ours / theirs for ours, theirs in zip(mien.frames_per_s, self.frames_per_s, strict=True)]
        over = {"ratio": mien.median / self.median, "lowest": min(ratios), "highest": max(ratios)}
        return {name: round(value, 2) for name, value in over.items()}


def report(found: dict[str, Any]) -> str:
    """Return what was measured as Markdown."""
    machine, rows = found["machine"], found["contenders"]
    cells = [
        (
            f"{row['name']}: `{row['call']}`",
            f"{row['frames_per_s']:.1f}",
            f"{min(row['frames_per_s_of_turns']):.1f} to {max(row['frames_per_s_of_turns']):.1f}",
            f"{row['found']} of {row['frames']}",
            f"{row['faces'] / row['frames']:.2f}",
            *(_ratio(row.get("over", {}).get(name)) for name in MIENS),
        )
        for row in rows
    ]
    header = (
        "720p, one near face",
        "frames/s",
        "turns",
        "face found in",
        "faces a frame",
        *(f"{n} over it" for n in MIENS),
    )
    made_of = [
        f"- {row['name']}: {', '.join(f'{name} {version}' for name, version in row['versions'].items())};"
        f" threads of OpenCV: {row['opencv_threads']}"
        for row in rows
    ]
    about = (
        f"{machine['cpu']}, cores: {machine['cores']}, {machine['system']}; medians of turns of {found['turn']} frames"
    )
    return "\n\n".join((about, table(header, cells), "\n".join(made_of)))


def _ratio(over: dict[str, float] | None) -> str:
    return f"{over['ratio']:.1f} ({over['lowest']:.1f} to {over['highest']:.1f})" if over else ""
