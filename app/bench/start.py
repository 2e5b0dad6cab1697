"""A start of its own process, from nothing to the first reading, then a while of live reading: run as a child.

``python -m app.bench.start PROVIDER THREADS SECONDS`` prints a line of JSON at the first reading and one at the end.
"""

import json
import sys
import time
from typing import Final

from app.bench.machine import resident_mib
from app.capture.measured import MeasuredDemo
from app.engine import Engine
from app.process import prepare
from app.session.log import SessionInfo
from app.settings import Settings
from app.types import MienError
from app.vision.pipeline import Pipeline, PipelineOptions

_POLL_S: Final = 0.002
_PATIENCE_S: Final = 60.0


def main(provider: str, threads: int, seconds: float) -> int:
    """Read the demo live; return 0, or 2 with a line on stderr where that cannot be."""
    prepare()
    source = MeasuredDemo()
    engine = Engine(
        lambda _spec, _settings: source,
        lambda settings: _pipeline(settings, provider),
        _describe,
        Settings(threads=threads),
    )
    engine.start("demo")
    try:
        _wait_for_reading(engine)
        print(json.dumps({"reading": True}), flush=True)
        before = engine.status()
        cpu_s, drawn_s, started_s = time.process_time(), source.drawn_s, time.monotonic()
        time.sleep(seconds)
        passed_s, after = time.monotonic() - started_s, engine.status()
        live = {
            "seconds": passed_s,
            "frames_per_s": (after.processed - before.processed) / passed_s,
            "dropped": sum(after.dropped.values()) - sum(before.dropped.values()),
            "core_share": (time.process_time() - cpu_s) / passed_s,
            "demo_share": (source.drawn_s - drawn_s) / passed_s,
            "memory_mib": resident_mib(),
        }
        print(json.dumps(live), flush=True)
    except MienError as error:
        print(error, file=sys.stderr)
        return 2
    finally:
        engine.close()
    return 0


def _wait_for_reading(engine: Engine) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while (result := engine.latest()) is None or not result.readings:
        message = engine.status().message
        if message or time.monotonic() > deadline:
            raise MienError(message or f"no reading within {_PATIENCE_S:g} s")
        time.sleep(_POLL_S)


def _pipeline(settings: Settings, provider: str) -> Pipeline:
    return Pipeline(PipelineOptions.from_settings(settings, provider))


def _describe(_settings: Settings, source: str, provider: str) -> SessionInfo:
    return SessionInfo(source, provider, {}, {}, {})


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3])))
