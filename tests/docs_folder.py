"""A folder in which the documentation's commands find what they name, and the programs that they call.

``mien`` there is Mien with three differences: there is no camera, the live reading is in the terminal, and it ends
after a second of the source.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from app.capture import devices
from app.capture.demo import DemoClip
from app.cli import main
from app.cv import cv2

from .analyze_clips import write_clip
from .docs_commands import Block

REPOSITORY: Final = Path(__file__).resolve().parent.parent
_TIMEOUT_S: Final = 100
_OTHER_COMMANDS: Final = ("analyze", "report", "cameras", "doctor", "bench")
_MIEN: Final = "from tests.docs_folder import mien; import sys; sys.exit(mien(sys.argv[1:]))"


def mien(arguments: list[str]) -> int:
    """Run Mien as the documentation is tried."""
    devices.list_cameras = list
    live = not arguments or arguments[0] not in _OTHER_COMMANDS
    return main([*arguments, "--headless", "--seconds", "1"] if live else arguments)


def furnish(folder: Path) -> None:
    """Put into an empty folder what the pages name: videos, pictures, a recording, and parts of a checkout."""
    write_clip(folder / "talk.mp4")
    for name in ("talks/first.mp4", "talks/day 2/second.mp4"):
        write_clip(folder / name, frames=5)
    (folder / "photos").mkdir()
    for index, name in enumerate(("photo.jpg", "photos/1.jpg", "photos/2.jpg")):
        cv2.imwrite(str(folder / name), DemoClip().render(7.5 + index))
    # copies: nothing that a command writes may reach the checkout
    shutil.copy(REPOSITORY / "noxfile.py", folder)
    for name in ("examples", "model/configs", "weights"):
        shutil.copytree(REPOSITORY / name, folder / name)
    (folder / "main.py").write_text(f"{_MIEN}\n", encoding="utf-8")
    programs = folder / "bin"
    programs.mkdir()
    for name, call in (("mien", f"-c '{_MIEN}'"), ("python", ""), ("python3", "")):
        (programs / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" {call} "$@"\n', encoding="utf-8")
        (programs / name).chmod(0o755)
    done = run(Block("the recording", "sh", "mien demo --record recordings/first --video", None), folder)
    assert done.returncode == 0, done.stderr


def run(block: Block, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a block in a furnished folder, without a display."""
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    environment = {name: value for name, value in os.environ.items() if name not in hidden} | {
        "HOME": str(folder / "home"),
        "XDG_CONFIG_HOME": str(folder / "home"),
        "PATH": os.pathsep.join([str(folder / "bin"), str(Path(sys.executable).parent), os.environ["PATH"]]),
        "PYTHONPATH": str(REPOSITORY),
        "OMP_NUM_THREADS": "1",
        "PIP_NO_INDEX": "1",  # a block that installs must say so, and not reach the network
    }
    shell = ["bash", "-euo", "pipefail", "-c"]
    command = [*shell, block.code] if block.language == "sh" else [sys.executable, "-c", block.code]
    return subprocess.run(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=_TIMEOUT_S,
        check=False,
    )


def fails(block: Block, folder: Path) -> str:
    """Run a block; return what went wrong, or nothing."""
    done = run(block, folder)
    wrong = done.returncode != 0 or "Traceback" in done.stderr
    return f"{block.where}: status {done.returncode}\n{block.code}\n{done.stdout}{done.stderr}" if wrong else ""
