"""Mien's own window in use for hours: memory, handles, threads, and whether every recorded row is there.

    python -m tools.soak --minutes 120 --out DIR [--json]

The window plays the demo and a video of it in turns, recording each, while the overlay, the blur and the window's size
change, by the actions that the keys trigger. ``DIR/soak.csv`` has a row every ten seconds, at once. Ctrl-C ends it
early with what there is. It needs no display; settings and recordings are its own, below DIR.
"""

import json
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from app.about import model_hashes, versions
from app.bench.machine import describe_machine, resident_mib
from app.capture.demo import FPS, HEIGHT, ROUND_S, WIDTH, DemoClip
from app.capture.source import Source
from app.capture.sources import open_source
from app.cv import cv2
from app.display import display_missing
from app.engine import Engine
from app.process import prepare
from app.session.log import SessionInfo
from app.settings import Settings
from app.types import MienError
from app.vision.pipeline import Pipeline, PipelineOptions
from tools.arguments import ToolParser
from tools.soak_report import found_in, sessions, table

if TYPE_CHECKING:
    from tools.soak_driver import Driver, Pace

TABLE: Final = "soak.csv"
REPORT: Final = "soak.json"
RECORDINGS: Final = "recordings"


def main(argv: list[str] | None = None) -> int:
    """Soak and print; return 0 where all is well, 1 where something was wrong, 2 for what cannot be used."""
    parser = ToolParser("soak", "Mien's own window in use for hours: memory, handles, threads, rows.")
    parser.add_argument("--minutes", default="120", metavar="M", help="how long; default: 120")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="an empty folder, or a new one")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    args = parser.parse_args(argv)
    prepare()
    try:
        seconds = _minutes(args.minutes) * 60
        _prepare(args.out)
        missing = display_missing()
        if missing:
            print(f"soak: {missing}; running without one", file=sys.stderr)
            os.environ["QT_QPA_PLATFORM"] = "offscreen"
        found = soak(seconds, args.out)
    except MienError as error:
        print(f"soak: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("soak: stopped", file=sys.stderr)
        return 130
    print(json.dumps(found, indent=1) if args.json else table(found), flush=True)
    return 1 if found["wrong"] else 0


def soak(seconds: float, out: Path, pace: "Pace | None" = None, video_s: float = ROUND_S) -> dict[str, Any]:
    """Use the window for so many seconds; return what was found, which is in ``soak.json``, too.

    Args:
        seconds: how long.
        out: an empty folder.
        pace: how often what is done; None for the usual.
        video_s: how long the video is.

    Raises:
        MienError: the models or the demo's portrait are missing, the video cannot be written, or this is not Linux.
    """
    if resident_mib() is None:
        raise MienError("memory, files and threads are counted in Linux's /proc; run it on Linux")
    from PySide6.QtWidgets import QApplication

    from app.ui.application import run_window
    from tools.soak_driver import Driver, Pace

    out = out.resolve()
    video = out / "demo.mkv"
    _make_video(video, video_s)
    settings = Settings(recordings=str(out / RECORDINGS), notice_seen=True, language="en")
    engine = Engine(_open, _make_pipeline, _describe, settings)
    # timers need one before the window does
    application = QApplication.instance()
    if not isinstance(application, QApplication):
        application = QApplication(["mien"])
    began_s, core_s = time.monotonic(), time.process_time()
    with (out / TABLE).open("w", encoding="utf-8", newline="") as file:
        driver = Driver(application, engine, video, pace=pace or Pace(), seconds=seconds, table=file)
        try:
            status = run_window(engine, "demo", settings, out / "settings.json", record=None, seconds=None)
        finally:
            driver.stop()
    core_share = (time.process_time() - core_s) / (time.monotonic() - began_s)
    found = _found(driver, seconds, core_share, status, out / RECORDINGS)
    (out / REPORT).write_text(json.dumps(found, indent=1), encoding="utf-8")
    return found


def _found(driver: "Driver", asked_s: float, core_share: float, status: int, recordings: Path) -> dict[str, Any]:
    """Return all that there is to tell, as JSON has it; ``wrong`` has a line for each thing that is wrong."""
    seconds = driver.elapsed_s
    recorded, wrong = sessions(recordings)
    wrong = [*driver.problems, *wrong]
    if status != 0:
        wrong.append(f"the window ended with status {status}")
    if driver.recordings != recorded["folders"]:
        wrong.append(f"{driver.recordings} recordings were begun, {recorded['folders']} folders are there")
    return {
        "machine": describe_machine(),
        "versions": versions(),
        "asked_s": asked_s,
        "seconds": seconds,
        "whole": seconds >= asked_s,
        "frames": driver.frames,
        "frames_per_s": driver.frames / seconds if seconds else 0.0,
        "dropped": driver.dropped,
        "core_share": core_share,
        "done": dict(driver.done),
        "recorded": recorded,
        **found_in(driver.samples, seconds),
        "wrong": wrong,
    }


def _minutes(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        raise MienError(f"--minutes is {text!r}; give a number above 0")
    return value


def _prepare(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
        taken = any(out.iterdir())
    except OSError as error:
        raise MienError(f"{out}: cannot be used ({error.strerror or error}); give another folder") from error
    if taken:
        raise MienError(f"{out}: not empty; give a new folder")


def _make_video(path: Path, seconds: float) -> None:
    """Write so many seconds of the demo."""
    clip = DemoClip()
    count = round(seconds * FPS)
    writer = cv2.VideoWriter(str(path), cv2.CAP_FFMPEG, cv2.VideoWriter.fourcc(*"mp4v"), FPS, (WIDTH, HEIGHT))
    opened = writer.isOpened()
    for index in range(count if opened else 0):
        writer.write(clip.render(index / FPS))
    writer.release()
    if not opened or not path.is_file() or not path.stat().st_size:
        raise MienError(f"{path}: the video cannot be written; give another folder")


def _open(spec: str, settings: Settings) -> Source:
    return open_source(spec, width=settings.width, height=settings.height, fps=settings.fps)


def _make_pipeline(settings: Settings) -> Pipeline:
    return Pipeline(PipelineOptions.from_settings(settings))


def _describe(settings: Settings, source: str, provider: str) -> SessionInfo:
    return SessionInfo(source, provider, settings.to_dict(), versions(), model_hashes())


if __name__ == "__main__":
    sys.exit(main())
