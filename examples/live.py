"""Print what each face shows, a line a face and second: the live reading in a loop of your own.

    python examples/live.py                     the demo, for ten seconds
    python examples/live.py 0 --seconds 60      the first camera, for a minute

SOURCE is what ``mien`` takes: a camera, a file, a folder of images, a URL, or ``demo``.
"""

import argparse
import sys
from contextlib import closing

from app.capture.sources import open_source
from app.types import FrameResult, MienError
from app.vision.pipeline import Pipeline


def show(result: FrameResult) -> None:
    """Print the faces of one frame: the moment, the face's number, its emotion, and where it is."""
    for reading in result.readings:
        box = reading.face.box
        place = f"{box.width:.0f} px wide at {box.x:.0f}, {box.y:.0f}"
        print(
            f"{result.frame.t_s:6.1f} s  face {reading.track}  {reading.emotion:10} {reading.confidence:4.0%}  {place}"
        )


def read(spec: str, seconds: float) -> None:
    """Read so many seconds of a source, every frame, and show one frame a second.

    Raises:
        MienError: the source or the weights cannot be used, or ``seconds`` is not above 0.
    """
    if not seconds > 0:
        raise MienError(f"{seconds:g} seconds cannot be read; give a number above 0")
    # Both are closed whatever happens: the camera is free again.
    with closing(open_source(spec)) as source, Pipeline() as pipeline:
        shown_s = -1.0
        while (frame := source.read()) is not None and frame.t_s <= seconds:
            result = pipeline.process(frame, still=source.stills)
            if result.readings and frame.t_s - shown_s >= 1:
                show(result)
                shown_s = frame.t_s


def main() -> int:
    """Read what the command line names; return the exit status: 0 done, 2 for what cannot be used."""
    parser = argparse.ArgumentParser(description="Print what each face shows, a line a face and second.")
    parser.add_argument("source", nargs="?", default="demo", metavar="SOURCE", help="as of mien; default: demo")
    parser.add_argument("--seconds", type=float, default=10.0, metavar="S", help="of the source; default: 10")
    args = parser.parse_args()
    try:
        read(args.source, args.seconds)
    except MienError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
