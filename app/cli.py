"""The command line: each subcommand is one call into another room."""

import argparse
import sys
import webbrowser
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from app import __version__
from app.display import display_missing
from app.session.publish import DEFAULT_PORT, make_publishers, websocket_address
from app.settings import PROVIDERS, Settings, load_settings, settings_path
from app.types import MienError

if TYPE_CHECKING:
    from app.capture.source import Source
    from app.engine import Engine

_DEMO: Final = "demo"
# settings that say nothing of how a session's data came about
_NO_DATA: Final = ("window", "notice_seen", "recordings")


def _live_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="mien",
        description="Read facial expressions live, on this machine.",
        epilog="Other commands: 'mien analyze' reads files without a window, 'mien report' makes a page of a recorded "
        "session, 'mien cameras' lists the cameras, 'mien doctor' tells versions, providers and models, 'mien bench' "
        "measures what this machine can do. A file of one of these names is read as './cameras'.",
    )
    parser.add_argument(
        "source",
        nargs="?",
        metavar="SOURCE",
        help="a camera (index or a part of its name), a video or image file, a folder of images, "
        "an http(s) or rtsp URL, or demo; default: the first camera",
    )
    parser.add_argument("--record", type=Path, metavar="DIR", help="record the session into this folder")
    parser.add_argument("--video", action="store_true", help="with --record: record an annotated video, too")
    parser.add_argument("--lsl", action="store_true", help="stream over the Lab Streaming Layer (extra: mien[lsl])")
    parser.add_argument(
        "--websocket",
        nargs="?",
        const=str(DEFAULT_PORT),
        metavar="[HOST:]PORT",
        help=f"stream JSON lines over a WebSocket on this machine; default port: {DEFAULT_PORT}",
    )
    parser.add_argument("--seconds", type=_positive, metavar="S", help="end after so many seconds")
    parser.add_argument("--provider", choices=PROVIDERS, help="where the network runs; default: as in the settings")
    parser.add_argument("--headless", action="store_true", help="read in the terminal, without a window")
    parser.add_argument("--version", action="version", version=f"mien {__version__}")
    return parser


def _positive(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number above 0")
    return value


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number above 0")
    return int(text)


def main(argv: list[str] | None = None) -> int:
    """Run Mien; return the exit status: 0 done, 2 for what cannot be used, 1 for a fault of ours."""
    arguments = sys.argv[1:] if argv is None else argv
    commands: dict[str, Callable[[list[str]], int]] = {
        "analyze": _analyze,
        "report": _report,
        "cameras": _cameras,
        "doctor": _doctor,
        "bench": _bench,
    }
    try:
        if arguments and arguments[0] in commands:
            return commands[arguments[0]](arguments[1:])
        return _live(arguments)
    except MienError as error:
        print(f"mien: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("mien: stopped", file=sys.stderr)
        return 130


def _live(arguments: list[str]) -> int:
    parser = _live_parser()
    args = parser.parse_args(arguments)
    if args.video and args.record is None:
        parser.error("--video goes with --record DIR, which says where")
    websocket = None if args.websocket is None else websocket_address(args.websocket)
    from app.about import model_hashes, versions
    from app.capture.sources import open_source
    from app.engine import Engine
    from app.session.log import SessionInfo
    from app.vision.pipeline import Pipeline, PipelineOptions

    settings, complaint = load_settings(settings_path())
    if complaint:
        print(f"mien: {complaint}", file=sys.stderr)
    missing = "" if args.headless else display_missing()
    if missing:
        print(f"mien: {missing}; reading in the terminal", file=sys.stderr)
    headless = args.headless or bool(missing)
    spec, remark = (args.source, "") if args.source is not None else _first_camera()
    if remark:
        print(f"mien: {remark}", file=sys.stderr)

    def open_as_set(spec: str, settings: Settings) -> "Source":
        return open_source(spec, width=settings.width, height=settings.height, fps=settings.fps, loop_demo=not headless)

    def make_pipeline(settings: Settings) -> Pipeline:
        return Pipeline(PipelineOptions.from_settings(settings, args.provider))

    def describe(settings: Settings, source: str, provider: str) -> SessionInfo:
        kept = {name: value for name, value in settings.to_dict().items() if name not in _NO_DATA}
        return SessionInfo(source, provider, kept, versions(), model_hashes())

    publishers = make_publishers(args.lsl, websocket)
    try:
        engine = Engine(open_as_set, make_pipeline, describe, settings, publishers=publishers, paced=not headless)
        if headless:
            from app.terminal import run

            engine.start(spec, record=args.record, record_video=args.video, seconds=args.seconds)
            return run(engine)
        notice = "; ".join(line for line in (complaint, remark) if line)
        return _window(engine, spec, args, settings, notice)
    finally:
        for publisher in publishers:
            publisher.close()


def _window(engine: "Engine", spec: str, args: argparse.Namespace, settings: Settings, notice: str) -> int:
    from app.ui.application import run_window

    return run_window(
        engine,
        spec,
        settings,
        settings_path(),
        record=args.record,
        record_video=args.video,
        seconds=args.seconds,
        notice=notice,
    )


def _first_camera() -> tuple[str, str]:
    """Return the first camera and an empty line, or ``demo``, where there is none, and a line that says so."""
    from app.capture.devices import list_cameras

    cameras = list_cameras()
    if cameras:
        return str(cameras[0].index), ""
    return _DEMO, "no camera found; playing the demo"


def _analyze_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
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
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="the folder of the sessions")
    parser.add_argument(
        "--fps",
        type=_positive,
        metavar="N",
        help="read N frames of each second of a video; default: all. Below 1, the faces of each frame are new ones",
    )
    parser.add_argument("--video", action="store_true", help="keep an annotated video with each session")
    parser.add_argument("--jobs", type=_count, default=1, metavar="N", help="read N files at a time; default: 1")
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


def _analyze(arguments: list[str]) -> int:
    parser = _analyze_parser()
    args = parser.parse_args(arguments)
    if args.scheduler is not None and args.jobs != 1:
        parser.error("--jobs is for this machine; with --scheduler the workers decide")
    from app.analysis.run import Request, analyze
    from app.vision.pipeline import PipelineOptions

    settings, complaint = load_settings(settings_path())
    if complaint:
        print(f"mien: {complaint}", file=sys.stderr)
    return analyze(
        Request(
            args.sources,
            args.out,
            PipelineOptions.from_settings(settings, args.provider),
            fps=args.fps,
            video=args.video,
            blur=settings.blur_faces,
            again=args.again,
            jobs=args.jobs,
            scheduler=args.scheduler,
        )
    )


def _report(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="mien report", description="Make one HTML page, which needs no network, of recorded sessions."
    )
    parser.add_argument("sessions", nargs="+", type=Path, metavar="SESSION_DIR", help="a session's folder")
    parser.add_argument(
        "--out",
        type=Path,
        metavar="FILE",
        help="the page; default: report.html in the session's folder, or beside several",
    )
    parser.add_argument("--open", action="store_true", help="show it in the browser")
    args = parser.parse_args(arguments)
    from app.session.report import write_report

    page = write_report(args.sessions, args.out)
    print(page)
    if args.open and not webbrowser.open(page.absolute().as_uri()):
        print("mien: no browser found; open the page yourself", file=sys.stderr)
    return 0


def _cameras(arguments: list[str]) -> int:
    argparse.ArgumentParser(prog="mien cameras", description="List the cameras by index and name.").parse_args(
        arguments
    )
    from app.capture.devices import list_cameras

    cameras = list_cameras()
    for camera in cameras:
        print(f"{camera.index}  {camera.name}")
    if not cameras:
        print("no camera found", file=sys.stderr)
    return 0


def _doctor(arguments: list[str]) -> int:
    argparse.ArgumentParser(
        prog="mien doctor", description="Tell versions, providers, models and their sha256."
    ).parse_args(arguments)
    from app.about import model_hashes, versions
    from app.vision import ort

    for name, version in versions().items():
        print(f"{name:22} {version}")
    print(f"{'providers':22} {', '.join(ort.providers())}")
    for name, sha256 in model_hashes().items():
        print(f"{name:22} sha256 {sha256}")
    return 0


def _bench(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="mien bench",
        description="Measure what this machine can do: milliseconds a stage, frames/s by the number of faces, the "
        "cold start, memory. It takes about a minute, in which the machine should do nothing else.",
    )
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--quick", action="store_true", help="as few frames as show that all of it runs")
    parser.add_argument("--provider", choices=PROVIDERS, help="where the network runs; default: as in the settings")
    parser.add_argument("--threads", type=_count, metavar="N", help="of the network; default: as in the settings")
    args = parser.parse_args(arguments)
    from app.bench.run import bench
    from app.ui.paint_cost import paint_clock
    from app.vision.pipeline import PipelineOptions

    settings, complaint = load_settings(settings_path())
    if complaint:
        print(f"mien: {complaint}", file=sys.stderr)
    # the rest as it comes, so that machines compare
    chosen = Settings(provider=args.provider or settings.provider, threads=args.threads or settings.threads)
    return bench(PipelineOptions.from_settings(chosen), paint_clock(), as_json=args.json, quick=args.quick)
