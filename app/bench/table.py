"""What was measured, as lines to read."""

from collections.abc import Mapping
from typing import Any, Final

_UNKNOWN: Final = "not known on this system"


def table(found: Mapping[str, Any]) -> str:
    """Lay out what ``measured`` returned."""
    machine, versions = found["machine"], found["versions"]
    lines = [
        f"{machine['cpu']}, {machine['cores']} cores, {machine['system']}",
        ", ".join(f"{name} {version}" for name, version in versions.items() if name != "system"),
        f"network on {found['provider']}, {found['threads']} thread{'s' if found['threads'] > 1 else ''}",
    ]
    if found["quick"]:
        lines.append("measured quickly: the times mean little")
    lines += ["", *_stages(found["stages_ms"]), "", *_rates(found["frames_per_s"])]
    lines += ["", *_start(found["start"]), *_window(found["window"]), "", *_core(found["core"])]
    return "\n".join(lines)


def _stages(stages: Mapping[str, Mapping[str, float]]) -> list[str]:
    lines = [f"{'ms a frame, 720p, one near face':34}{'median':>8}{'p95':>8}"]
    lines += [f"  {stage:32}{spread['median']:8.2f}{spread['p95']:8.2f}" for stage, spread in stages.items()]
    if "paint" not in stages:
        lines.append("  paint: not measured, Qt cannot be loaded here")
    return lines


def _rates(rates: list[Mapping[str, Any]]) -> list[str]:
    counts = sorted({rate["faces"] for rate in rates})
    lines = [f"{'frames/s, detect to track':34}" + "".join(f"{_faces(count):>10}" for count in counts)]
    for size in dict.fromkeys(rate["size"] for rate in rates):
        row = {rate["faces"]: rate for rate in rates if rate["size"] == size}
        lines.append(f"  {size:32}" + "".join(f"{row[count]['frames_per_s']:10.0f}" for count in counts))
        alone = "".join(f"{row[count]['frame_ms']['median']:10.1f}" for count in counts)
        lines.append(f"    {'ms, a frame by itself':30}{alone}")
        missed = [f"{row[count]['read']:.1f} of {count}" for count in counts if row[count]["read"] < 0.95 * count]
        if missed:
            lines.append(f"    faces read a frame: {', '.join(missed)}")
    return lines


def _faces(count: int) -> str:
    return f"{count} face" if count == 1 else f"{count} faces"


def _start(start: Mapping[str, Any]) -> list[str]:
    memory = _UNKNOWN if start["memory_mib"] is None else f"{start['memory_mib']:.0f} MiB"
    return [
        f"{'cold start to the first reading':34}{start['first_reading_s']:8.2f} s",
        f"{'live, demo, 720p at 30 frames/s':34}{start['frames_per_s']:8.1f} frames/s, {start['dropped']} dropped, "
        f"{_share(start)}",
        f"{'memory, without a window':34}{memory:>12}",
    ]


def _window(window: Mapping[str, Any] | None) -> list[str]:
    if window is None:
        return ["in the window: not measured, Qt cannot be loaded here"]
    delay = window["delay_ms"]
    return [
        f"{'in the window, capture to paint':34}{delay['median']:6.0f} ms, p95 {delay['p95']:.0f} ms; "
        f"{window['frames_per_s']:.1f} frames/s, {window['dropped']} dropped, {_share(window)}"
    ]


def _share(live: Mapping[str, Any]) -> str:
    return f"{live['core_share']:.0%} of a core, {100 * live['demo_share']:.0f} points of it to draw the demo"


def _core(core: Mapping[str, Any]) -> list[str]:
    lines = [f"{'one face through the network':34}{core['ms_a_face']:8.2f} ms of one core"]
    if core["gflop_per_s"] is None:
        return [*lines, f"{'float32 product of one core':34}{_UNKNOWN}"]
    speed = core["gflop_per_s"]
    lines.append(f"{'float32 product of one core':34}{speed:8.1f} GFLOP/s by numpy")
    if core["multiply_adds"] is None:
        lines.append(f"{'floor':34}not told: the network's file does not say how many multiply-adds it has")
    else:
        floor_ms = 2 * core["multiply_adds"] / speed / 1e6
        millions = core["multiply_adds"] / 1e6
        lines.append(f"{'floor':34}{floor_ms:8.2f} ms: {millions:.1f} M multiply-adds at that speed")
    return lines
