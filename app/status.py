"""What the engine tells whoever asks."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


class State(enum.Enum):
    """What the engine is doing."""

    IDLE = "idle"
    OPENING = "opening"
    RUNNING = "running"
    ENDED = "ended"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class RecordingStatus:
    """A session: its folder, seconds and rows so far, and frames lost to a slow disk."""

    folder: Path
    elapsed_s: float = 0.0
    rows: int = 0
    lost: int = 0


@dataclass(frozen=True, slots=True)
class Status:
    """The engine at one moment.

    Attributes:
        state: what it is doing.
        source: the source's name; empty while it opens.
        message: one line for the user: why it failed or why a recording ended; empty where all is well.
        provider: where the network runs; empty until it is loaded.
        frames_per_s: processed, over the last two seconds.
        processed: frames read since the start.
        dropped: captured frames that were not read since the start, by cause.
        recording: what is being recorded; None where nothing is.
        recorded: what was last recorded of this source; None where nothing was.
        emotions: readings since the start, by emotion.
        fault: it failed by an error of Mien's own, not by what the user gave.
        trouble: one line while the camera or stream is lost and looked for; empty otherwise.
        remark: one line for the user about what did not come about, or changed by itself, while reading goes on: a
            calibration, the provider, a part of the source. It is withdrawn when a calibration is asked for.
        kind: what the source is, as ``SourceKind`` names it; empty while it opens.
    """

    state: State = State.IDLE
    source: str = ""
    message: str = ""
    provider: str = ""
    frames_per_s: float = 0.0
    processed: int = 0
    dropped: Mapping[str, int] = field(default_factory=dict)
    recording: RecordingStatus | None = None
    recorded: RecordingStatus | None = None
    emotions: Mapping[str, int] = field(default_factory=dict)
    fault: bool = False
    trouble: str = ""
    remark: str = ""
    kind: str = ""
