"""What a soak comes to: figures of its samples, and each recorded session held against its own counters."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from app.session.reader import Session, read_session
from app.session.schema import READINGS, SESSION
from app.types import SessionError

# The models, the fonts and the first pictures of each kind come in by then; never more than a tenth of the run.
_WARM_UP_S: Final = 300.0
_TENTH: Final = 0.1
_COUNTED: Final = {"files": "open files", "threads": "threads", "objects": "Qt objects", "widgets": "widgets"}


@dataclass(frozen=True, slots=True)
class Sample:
    """The process at one moment: a row of ``soak.csv``.

    Attributes:
        t_s: seconds since the window began to read.
        memory_mib: resident.
        heap_mib: of it, what malloc has given out and not been given back; None where the C library does not tell.
        files: open file descriptors.
        threads: of the process, those of the libraries included.
        objects: QObjects that belong to a window, the windows among them.
        widgets: QWidgets.
        frames: read so far.
        dropped: captured and not read so far.
        recordings: begun so far.
    """

    t_s: float
    memory_mib: float
    heap_mib: float | None
    files: int
    threads: int
    objects: int
    widgets: int
    frames: int
    dropped: int
    recordings: int


@dataclass(frozen=True, slots=True)
class Memory:
    """Memory after the warm-up, in MiB.

    Attributes:
        first_mib: median of the first tenth of the time.
        last_mib: median of the last tenth.
        drift_mib: the last less the first.
        slope_mib_per_h: of the straight line through all samples, by least squares.
        most_mib: the greatest sample.
    """

    first_mib: float
    last_mib: float
    drift_mib: float
    slope_mib_per_h: float
    most_mib: float


def warm_up_s(seconds: float) -> float:
    """Return how much of a soak of so many seconds is left out of its figures: a tenth, at most five minutes."""
    return min(_TENTH * seconds, _WARM_UP_S)


def settled(samples: Sequence[Sample], seconds: float) -> list[Sample]:
    """Return the samples after the warm-up of a soak of so many seconds."""
    return [sample for sample in samples if sample.t_s >= warm_up_s(seconds)]


def memory(samples: Sequence[Sample], name: str = "memory_mib") -> Memory | None:
    """Return what samples after the warm-up say of memory; None for fewer than two moments that have it.

    Args:
        samples: after the warm-up.
        name: ``memory_mib`` or ``heap_mib``.
    """
    told = [(sample.t_s, value) for sample in samples if (value := getattr(sample, name)) is not None]
    if len(told) < 2 or told[0][0] == told[-1][0]:
        return None
    t_s, mib = np.array(told).T
    tenth_s = _TENTH * np.ptp(t_s)
    first = float(np.median(mib[t_s <= t_s.min() + tenth_s]))
    last = float(np.median(mib[t_s >= t_s.max() - tenth_s]))
    slope = float(np.polyfit(t_s / 3600, mib, 1)[0])
    return Memory(first, last, last - first, slope, float(mib.max()))


def counted(samples: Sequence[Sample]) -> dict[str, dict[str, int]]:
    """Return the first, the last and the greatest number of files, threads, objects and widgets; empty without samples.

    Args:
        samples: after the warm-up.
    """
    if not samples:
        return {}
    found = {name: [int(getattr(sample, name)) for sample in samples] for name in _COUNTED}
    return {name: {"first": values[0], "last": values[-1], "most": max(values)} for name, values in found.items()}


def sessions(recordings: Path) -> tuple[dict[str, int], list[str]]:
    """Read every session below ``recordings``, and hold its rows against its counters.

    A folder with nothing in it belongs to a recording that ended before its first frame.

    Returns:
        How many ``folders``, ``empty`` ones, ``frames``, ``rows``, and frames dropped as reading was ``busy`` or the
        ``disk``; and a line for each thing that is wrong.
    """
    totals = dict.fromkeys(("folders", "empty", "frames", "rows", "busy", "disk"), 0)
    wrong: list[str] = []
    for folder in sorted(recordings.iterdir()) if recordings.is_dir() else ():
        totals["folders"] += 1
        if not any(folder.iterdir()):
            totals["empty"] += 1
            continue
        try:
            session = read_session(folder)
        except SessionError as error:
            wrong.append(str(error))
            continue
        wrong += [f"{folder.name}: {line}" for line in _mismatches(session)]
        totals["rows"] += len(session.readings["frame"])
        totals["frames"] += len(np.unique(session.readings["frame"]))
        for cause, count in session.info.counters.get("dropped", {}).items():
            totals[cause] += count
    return totals, wrong


def table(found: Mapping[str, Any]) -> str:
    """Lay out what ``python -m tools.soak --json`` prints."""
    done, recorded, machine = found["done"], found["recorded"], found["machine"]
    early = "" if found["whole"] else f", ended early: {found['asked_s'] / 60:g} min were asked for"
    lines = [
        f"{machine['cpu']}, {machine['cores']} cores, {machine['system']}",
        _line("time", f"{found['seconds'] / 60:.1f} min{early}"),
        _line("frames", f"{found['frames']}, {found['frames_per_s']:.2f} frames/s, {found['dropped']} dropped"),
        _line("processor", f"{found['core_share']:.0%} of one core, the demo's own drawing included"),
        _line("done", ", ".join(f"{name} {count}" for name, count in done.items())),
        _line(
            "sessions",
            f"{recorded['folders']}, of them {recorded['empty']} without a frame; {recorded['frames']} frames, "
            f"{recorded['rows']} rows; dropped: busy {recorded['busy']}, disk {recorded['disk']}",
        ),
        _line("memory", _memory_text(found["memory"], found["warm_up_s"])),
    ]
    if found["heap"] is not None:
        lines.append(_line("of it used", _memory_text(found["heap"], found["warm_up_s"])))
    for name, values in found["counted"].items():
        lines.append(_line(_COUNTED[name], f"first {values['first']}, last {values['last']}, most {values['most']}"))
    lines += [_line("wrong", line) for line in found["wrong"]] or [_line("wrong", "nothing")]
    return "\n".join(lines)


def found_in(samples: Sequence[Sample], seconds: float) -> dict[str, Any]:
    """Return what the samples of a soak of so many seconds come to, as JSON has it."""
    after = settled(samples, seconds)
    of_memory, of_heap = memory(after), memory(after, "heap_mib")
    return {
        "samples": len(samples),
        "warm_up_s": warm_up_s(seconds),
        "memory": None if of_memory is None else asdict(of_memory),
        "heap": None if of_heap is None else asdict(of_heap),
        "counted": counted(after),
    }


def _mismatches(session: Session) -> list[str]:
    counters = session.info.counters
    lines = list(session.warnings)
    if not session.complete:
        lines.append("was not ended")
    in_file = {"rows": len(session.readings["frame"]), "frames": len(np.unique(session.readings["frame"]))}
    for name, count in in_file.items():
        if counters.get(name) != count:
            lines.append(f"{READINGS} has {count} {name}, {SESSION} says {counters.get(name)}")
    return lines


def _memory_text(of_memory: Mapping[str, float] | None, left_out_s: float) -> str:
    if of_memory is None:
        return "too few samples"
    return (
        f"{of_memory['first_mib']:.1f} MiB in the first tenth after {left_out_s:.0f} s, {of_memory['last_mib']:.1f} in "
        f"the last: drift {of_memory['drift_mib']:+.1f} MiB, slope {of_memory['slope_mib_per_h']:+.1f} MiB/h, "
        f"most {of_memory['most_mib']:.1f} MiB"
    )


def _line(name: str, text: str) -> str:
    return f"{name:12}{text}"
