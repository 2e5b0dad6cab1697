"""The command line, and the live reading, with a window or without."""

import argparse
import difflib
import sys
from typing import TYPE_CHECKING, Final

from app import __version__, output
from app.arguments import Parser, folder, positive
from app.commands import COMMANDS
from app.display import display_missing
from app.process import prepare
from app.session.publish import DEFAULT_PORT, make_publishers, websocket_address
from app.settings import PROVIDERS, Settings, load_settings, settings_path
from app.types import MienError

if TYPE_CHECKING:
    from app.capture.source import Source
    from app.engine import Engine

_DEMO: Final = "demo"
# settings that say nothing of how a session's data came about
_NO_DATA: Final = ("window", "notice_seen", "recordings")


def _live_parser() -> Parser:
    parser = Parser(
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
    parser.add_argument("--record", type=folder, metavar="DIR", help="record the session into this folder")
    parser.add_argument("--video", action="store_true", help="with --record: record an annotated video, too")
    parser.add_argument("--lsl", action="store_true", help="stream over the Lab Streaming Layer (extra: mien[lsl])")
    parser.add_argument(
        "--websocket",
        nargs="?",
        const=str(DEFAULT_PORT),
        metavar="[HOST:]PORT",
        help=f"stream JSON lines over a WebSocket on this machine; default port: {DEFAULT_PORT}",
    )
    parser.add_argument("--seconds", type=positive, metavar="S", help="end after so many seconds")
    parser.add_argument("--provider", choices=PROVIDERS, help="where the network runs; default: as in the settings")
    parser.add_argument("--headless", action="store_true", help="read in the terminal, without a window")
    parser.add_argument("--version", action="version", version=f"mien {__version__}")
    return parser


def main(argv: list[str] | None = None) -> int:
    """Run Mien; return the exit status: 0 done, 2 for what cannot be used, 1 for a fault of ours."""
    prepare()
    output.prepare()
    arguments = sys.argv[1:] if argv is None else argv
    try:
        if arguments and arguments[0] in COMMANDS:
            return COMMANDS[arguments[0]](arguments[1:])
        return _live(arguments)
    except MienError as error:
        output.complain(str(error))
        return 2
    except KeyboardInterrupt:
        output.complain("stopped")
        return 130
    finally:
        output.finish()


def _live(arguments: list[str]) -> int:
    parser = _live_parser()
    try:
        args = parser.parse_args(arguments)
    except MienError as error:
        meant = difflib.get_close_matches(arguments[0], COMMANDS, n=1)
        raise MienError(f"{error}; did you mean 'mien {meant[0]}'?" if meant else str(error)) from error
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
        output.complain(complaint)
    missing = "" if args.headless else display_missing()
    if missing:
        output.complain(f"{missing}; reading in the terminal")
    headless = args.headless or bool(missing)
    spec, remark = (args.source, "") if args.source is not None else _first_camera()
    if remark:
        output.complain(remark)

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
    from app.ui.libraries import library_missing, window_complaint

    missing = library_missing()
    if missing:
        raise MienError(f"{window_complaint(missing)}, or read in the terminal with --headless")
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
