"""``mien bench``: all of it, one after the other, as a table or JSON."""

import json
import sys
from dataclasses import asdict
from typing import Any, Final

from tqdm import tqdm

from app.about import model_hashes, versions
from app.bench import measure
from app.bench.children import cold_start, core_speed, live_window
from app.bench.frames import Frames
from app.bench.machine import describe_machine
from app.bench.table import table
from app.output import say
from app.vision.pipeline import Pipeline, PipelineOptions

# frames a stage, frames a configuration, seconds of live reading, rounds of products
_FULL: Final = (150, 60, 5.0, 60)
_QUICK: Final = (10, 10, 0.5, 3)


def bench(options: PipelineOptions, paint: measure.Paint | None, *, as_json: bool = False, quick: bool = False) -> int:
    """Measure and print; return 0.

    Args:
        options: what frames are read with.
        paint: see ``measure.stages``.
        as_json: print JSON and nothing else.
        quick: as few frames as show that all of it runs; the times mean little.

    Raises:
        MienError: the models are missing, or the provider cannot be had.
    """
    found = measured(options, paint, quick=quick)
    say(json.dumps(found, indent=1) if as_json else table(found))
    return 0


def measured(options: PipelineOptions, paint: measure.Paint | None, *, quick: bool = False) -> dict[str, Any]:
    """Return all that ``mien bench`` tells, as JSON has it; see ``bench``."""
    stage_frames, rate_frames, live_s, rounds = _QUICK if quick else _FULL
    # first of all, so that a provider that cannot be had is told at once
    pipeline = Pipeline(options)
    provider = pipeline.provider
    pipeline.close()
    steps = 3 + stage_frames + measure.turns(rate_frames)
    # disable=None: not where there is no terminal
    with tqdm(total=steps, desc="bench", file=sys.stderr, disable=None, leave=False, unit="step") as bar:
        start = cold_start(options.provider, options.threads, live_s)
        bar.update()
        window = None if paint is None else live_window(options.provider, options.threads, live_s)
        bar.update()
        core = core_speed(rounds)
        bar.update()
        frames = Frames()
        stages = measure.stages(frames, options, stage_frames, paint, bar.update)
        rates = measure.rates(frames, options, rate_frames, bar.update)
    return {
        "quick": quick,
        "machine": describe_machine(),
        "versions": versions(),
        "models_sha256": dict(model_hashes()),
        "provider": provider,
        "threads": options.threads,
        "stages_ms": {stage: asdict(spread) for stage, spread in stages.items()},
        "frames_per_s": [asdict(rate) for rate in rates],
        "start": start,
        "window": window,
        "core": core,
    }
