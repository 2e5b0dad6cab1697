"""Mien's frames/s beside those of the PyPI package ``fer``, on the same frames, in turns.

    python -m tools.peers --peer-python fer-env/bin/python [--frames N] [--json]

``fer`` is installed in an environment of its own: docs/peers.md. Frames of the demo at 720p, with one near face, are
read by a process for each contender; by Mien once each by itself, as live ones are, and once as those of a file, the
next looked at while one's faces are read. They take turns of ten frames, one at work at a time, so that whatever slows
the machine down meets all of them. The first frame of a turn is not among the ten: it finds the caches full of the
others'.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

import numpy as np
from tqdm import tqdm

from app.bench.frames import Frames
from app.bench.machine import describe_machine
from app.capture.demo import FPS, HEIGHT, WIDTH
from app.types import MienError
from tools.arguments import ToolParser
from tools.peers_report import MIENS, Turns, report

PEERS: Final = ("fer", "fer-keras")
TURN: Final = 10
# The demo shows its one face for five seconds; more frames are these again.
MOST_APART: Final = round(5.0 * FPS)
_ROOT: Final = Path(__file__).resolve().parent.parent
_CHILD: Final = _ROOT / "tools" / "peers_child.py"
# for what is no contender at all and goes on; one that failed has ended by then
_END_S: Final = 5.0
_HELP: Final = "docs/peers.md tells how to install fer"


class Contender:
    """A process that waits for its turn.

    Args:
        name: ``mien``, ``mien-file``, ``fer`` or ``fer-keras``.
        python: which Python it is installed in.
        file: of the frames, .npy, uint8 (N, height, width, 3); a log of what the process says goes beside it.

    Raises:
        MienError: ``python`` cannot be run.
    """

    def __init__(self, name: str, python: str, file: Path) -> None:
        self.name = name
        self._python = python
        environment = dict(os.environ)
        if name in MIENS:
            # from a checkout it is found only where its folder is told
            path = (str(_ROOT), environment.get("PYTHONPATH", ""))
            environment["PYTHONPATH"] = os.pathsep.join(part for part in path if part)
        self._log = file.with_name(f"{name}.log")
        try:
            with self._log.open("wb") as log:
                self._process = subprocess.Popen(
                    [python, str(_CHILD), name, str(file)],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=log,
                    text=True,
                    encoding="utf-8",
                    errors="replace",
                    env=environment,
                )
        except OSError as error:
            raise MienError(f"--peer-python {python}: {error.strerror}; {_HELP}") from None

    def __enter__(self) -> "Contender":
        """Return the process, which is starting."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the process, whatever it does."""
        self._process.kill()
        self._process.communicate()

    def hello(self) -> dict[str, Any]:
        """Return what it says of itself once it is ready, or ``absent``.

        Raises:
            MienError: it ended instead.
        """
        return self._answer()

    def read(self, count: int) -> dict[str, float]:
        """Let it read ``count`` frames and return ``seconds``, ``found`` and ``faces``.

        Raises:
            MienError: it ended instead.
        """
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(f"go {count}\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise self._ended() from None
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        try:
            told: dict[str, Any] = json.loads(line)
        except ValueError:
            raise self._ended() from None
        return told

    def _ended(self) -> MienError:
        try:
            self._process.wait(_END_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        log = self._log.read_text(encoding="utf-8", errors="replace")
        said = [line.strip() for line in log.splitlines() if line.strip()]
        why = said[-1] if said else f"exit status {self._process.returncode}"
        if self.name in MIENS:
            return MienError(f"Mien's own process ended ({why}); try 'mien demo --headless'")
        return MienError(f"--peer-python {self._python}: {self.name} ended ({why}); {_HELP}")


def write_frames(file: Path, count: int) -> None:
    """Write ``count`` frames of the demo, or the ``MOST_APART`` that differ, as .npy: uint8 (N, 720, 1280, 3), BGR."""
    frames = Frames()
    shape = (min(count, MOST_APART), HEIGHT, WIDTH, 3)
    written = np.lib.format.open_memmap(file, "w+", np.uint8, shape)
    for index in range(len(written)):
        written[index] = frames.near(index)
    written.flush()


def measure(peer_python: str, frames: int) -> dict[str, Any]:
    """Let Mien and the peers read ``frames`` frames each, in turns, after a turn that does not count.

    Returns:
        ``machine``, ``turn`` (frames), and ``contenders``: the row of each one's ``Turns``, Mien's first.

    Raises:
        MienError: a contender cannot be run.
    """
    with ExitStack() as stack:
        file = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mien-peers-"))) / "frames.npy"
        write_frames(file, frames)
        hellos = {}
        for name in (*MIENS, *PEERS):
            contender = stack.enter_context(Contender(name, sys.executable if name in MIENS else peer_python, file))
            hello = contender.hello()
            if "absent" not in hello:
                hellos[contender] = hello
        done = take_turns(list(hellos), frames)
    turns = [_turns(contender.name, hello, done[contender]) for contender, hello in hellos.items()]
    miens = [one for one in turns if one.name in MIENS]
    return {"machine": describe_machine(), "turn": TURN, "contenders": [one.row(miens) for one in turns]}


def take_turns(contenders: Sequence[Contender], frames: int) -> dict[Contender, list[dict[str, float]]]:
    """Return what each contender answers to each turn, with ``count`` added; the last turn may be a shorter one."""
    done: dict[Contender, list[dict[str, float]]] = {contender: [] for contender in contenders}
    for contender in contenders:
        contender.read(TURN)
    with tqdm(total=frames * len(contenders), unit="frame", disable=not sys.stderr.isatty(), leave=False) as bar:
        for first in range(0, frames, TURN):
            count = min(TURN, frames - first)
            for contender in contenders:
                done[contender].append(contender.read(count) | {"count": count})
                bar.update(count)
    return done


def _turns(name: str, hello: dict[str, Any], done: Sequence[dict[str, float]]) -> Turns:
    return Turns(
        name,
        hello["call"],
        hello["versions"],
        hello["opencv_threads"],
        [one["count"] / one["seconds"] for one in done],
        *(round(sum(one[key] for one in done)) for key in ("count", "found", "faces")),
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print; return the exit status: 0 done, 2 for what cannot be used."""
    parser = ToolParser("peers", "Mien's frames/s beside those of the PyPI package fer.")
    parser.add_argument("--peer-python", required=True, metavar="PYTHON", help="of the environment that fer is in")
    parser.add_argument(
        "--frames", type=int, default=MOST_APART, metavar="N", help=f"that each one reads (default: {MOST_APART})"
    )
    parser.add_argument("--json", action="store_true", help="print JSON and nothing else")
    args = parser.parse_args(argv)
    try:
        if args.frames < 1:
            raise MienError(f"--frames {args.frames}: at least one frame must be read")
        found = measure(args.peer_python, args.frames)
    except MienError as error:
        print(f"peers: {error}", file=sys.stderr)
        return 2
    print(json.dumps(found, indent=1) if args.json else report(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
