"""Read many files and print a table of them: how long a face was there, and what it showed for how much of that time.

    python examples/files.py talks/ --out results
    python examples/files.py talk.mp4 photo.jpg --out results --fps 5

Each file becomes a recorded session in the folder of results. What is finished there already is not read again.
"""

import argparse
import csv
import sys
from pathlib import Path

from app.analysis.found import SUMMARY
from app.analysis.run import Request, analyze
from app.session.reader import read_session
from app.session.summary import summarise
from app.types import EMOTIONS, MienError
from app.vision.pipeline import PipelineOptions


def print_table(out: Path) -> None:
    """Print a line a session of the folder ``out``: seconds, faces, and each emotion's share of the time with a face.

    Raises:
        SessionError: a session there is damaged.
    """
    print(f"{'file':24} {'seconds':>8} {'faces':>5}", *(f"{name:>9}" for name in EMOTIONS))
    with (out / SUMMARY).open(newline="", encoding="utf-8") as file:
        folders = [out / row["session"] for row in csv.DictReader(file)]
    for folder in folders:
        summary = summarise(read_session(folder))
        shares = (summary.faces.share(summary.faces.emotions[name]) for name in EMOTIONS)
        told = " ".join(f"{share:9.0%}" for share in shares)
        print(f"{summary.source:24} {summary.duration_s:8.1f} {len(summary.tracks):5} {told}")


def main() -> int:
    """Read what the command line names; return the exit status: 0 done, 2 for what cannot be used."""
    parser = argparse.ArgumentParser(description="Read many files and print a table of them.")
    parser.add_argument("files", nargs="+", metavar="FILE", help="videos, images, folders, patterns")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="the folder of the sessions")
    parser.add_argument("--fps", type=float, metavar="N", help="frames to read of each second; default: all")
    args = parser.parse_args()
    try:
        status = analyze(Request(args.files, args.out, PipelineOptions(), fps=args.fps))
        if (args.out / SUMMARY).exists():
            print_table(args.out)
    except MienError as error:
        print(error, file=sys.stderr)
        return 2
    return status


# Files are read in processes of their own, which import this file: nothing may run on import.
if __name__ == "__main__":
    sys.exit(main())
