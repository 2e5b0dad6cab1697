"""The commands that show no window: each is one call into another room."""

import importlib
import webbrowser
from collections.abc import Callable
from pathlib import Path
from typing import Final

from app.arguments import Parser, count, folder, positive
from app.display import display_missing
from app.output import complain, say, tell
from app.settings import PROVIDERS, Settings, load_settings, settings_path
from app.signals import asked_to_end
from app.types import MienError


def _analyze_parser() -> Parser:
    parser = Parser(
        prog="mien analyze",
        description="Read videos and images into a session folder each, and write summary.csv over all. What is "
        "finished already is left as it is, so that a run that was ended goes on when it is started again.",
    )
    parser.add_argument(
        "sources",
        nargs="+",
        metavar="SOURCE",
        help="a video or image file, a folder (each video in it and below is a session; so is each folder of images), "
        "or a pattern, quoted or not, in which ** stands for folders",
    )
    parser.add_argument("--out", type=folder, required=True, metavar="DIR", help="the folder of the sessions")
    parser.add_argument(
        "--fps",
        type=positive,
        metavar="N",
        help="read N frames of each second of a video; default: all. Below 1, the faces of each frame are new ones",
    )
    parser.add_argument("--video", action="store_true", help="keep an annotated video with each session")
    parser.add_argument("--jobs", type=count, default=1, metavar="N", help="read N files at a time; default: 1")
    parser.add_argument(
        "--scheduler",
        metavar="tcp://HOST:PORT",
        help="read on the workers of this Dask scheduler, which see the same files and DIR (extra: mien[cluster])",
    )
    parser.add_argument("--provider", choices=PROVIDERS, help="where the network runs; default: as in the settings")
    parser.add_argument(
        "--again", action="store_true", help="read anew what has changed since, or was read with other settings"
    )
    return parser


def analyze(arguments: list[str]) -> int:
    """Read files without a window."""
    parser = _analyze_parser()
    args = parser.parse_args(arguments)
    if args.scheduler is not None and args.jobs != 1:
        parser.error("--jobs is for this machine; with --scheduler the workers decide")
    from app.analysis import run
    from app.vision.pipeline import PipelineOptions

    settings, complaint = load_settings(settings_path())
    if complaint:
        complain(complaint)
    request = run.Request(
        args.sources,
        args.out,
        PipelineOptions.from_settings(settings, args.provider),
        fps=args.fps,
        video=args.video,
        again=args.again,
        jobs=args.jobs,
        scheduler=args.scheduler,
    )
    with asked_to_end(_interrupt_once()):
        return run.analyze(request)


def _interrupt_once() -> Callable[[], None]:
    """Return what raises KeyboardInterrupt the first time: asked again, the run goes on to end as it does."""
    asked = False

    def interrupt() -> None:
        nonlocal asked
        if not asked:
            asked = True
            raise KeyboardInterrupt

    return interrupt


def report(arguments: list[str]) -> int:
    """Make a page of recorded sessions."""
    parser = Parser(prog="mien report", description="Make one HTML page, which needs no network, of recorded sessions.")
    parser.add_argument("sessions", nargs="+", type=folder, metavar="SESSION_DIR", help="a session's folder")
    parser.add_argument(
        "--out",
        type=Path,
        metavar="FILE",
        help="the page; default: report.html in the session's folder, or beside several",
    )
    parser.add_argument("--open", action="store_true", help="show it in the browser")
    args = parser.parse_args(arguments)
    from app.session.report import write_report

    page = write_report(args.sessions, args.out, tell=complain)
    say(str(page))
    if args.open and not webbrowser.open(page.absolute().as_uri()):
        complain("no browser found; open the page yourself")
    return 0


def cameras(arguments: list[str]) -> int:
    """List the cameras."""
    Parser(prog="mien cameras", description="List the cameras by index and name.").parse_args(arguments)
    from app.capture.devices import list_cameras

    cameras = list_cameras()
    for camera in cameras:
        say(f"{camera.index}  {camera.name}")
    if not cameras:
        tell("no camera found")
    return 0


def doctor(arguments: list[str]) -> int:
    """Tell what is running here."""
    Parser(prog="mien doctor", description="Tell versions, providers, models and their sha256.").parse_args(arguments)
    from app.about import model_hashes, versions
    from app.vision import ort

    for name, version in versions().items():
        say(f"{name:22} {version}")
    say(f"{'providers':22} {', '.join(ort.providers())}")
    for name, sha256 in model_hashes().items():
        say(f"{name:22} sha256 {sha256}")
    say(f"{'display':22} {display_missing() or 'answers'}")
    complaints = _library_complaints()
    for line in complaints:
        complain(line)
    return 2 if complaints else 0


def _library_complaints() -> list[str]:
    """Return a line for each of OpenCV and Qt that cannot be loaded: they need libraries of the system's."""
    from app.ui.libraries import library_missing, window_complaint

    complaints = []
    try:
        importlib.import_module("app.cv")
    except MienError as error:
        complaints.append(str(error))
    missing = library_missing()
    if missing:
        complaints.append(window_complaint(missing))
    return complaints


def bench(arguments: list[str]) -> int:
    """Measure what this machine can do."""
    parser = Parser(
        prog="mien bench",
        description="Measure what this machine can do: milliseconds a stage, frames/s by the number of faces, the "
        "cold start, memory. It takes about a minute, in which the machine should do nothing else.",
    )
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--quick", action="store_true", help="as few frames as show that all of it runs")
    parser.add_argument("--provider", choices=PROVIDERS, help="where the network runs; default: as in the settings")
    parser.add_argument("--threads", type=count, metavar="N", help="to read a frame on; default: as in the settings")
    args = parser.parse_args(arguments)
    from app.bench import run
    from app.ui.paint_cost import paint_clock
    from app.vision.pipeline import PipelineOptions

    settings, complaint = load_settings(settings_path())
    if complaint:
        complain(complaint)
    # the rest as it comes, so that machines compare
    chosen = Settings(provider=args.provider or settings.provider, threads=args.threads or settings.threads)
    return run.bench(PipelineOptions.from_settings(chosen), paint_clock(), as_json=args.json, quick=args.quick)


COMMANDS: Final[dict[str, Callable[[list[str]], int]]] = {
    "analyze": analyze,
    "report": report,
    "cameras": cameras,
    "doctor": doctor,
    "bench": bench,
}
"""Name → what runs it with its arguments and returns the exit status."""
