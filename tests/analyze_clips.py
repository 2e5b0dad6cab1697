"""Videos for the tests of ``mien analyze``, and what became of them."""

import csv
import os
from pathlib import Path

from app.capture.demo import DemoClip
from app.cv import cv2

SIZE = (640, 360)
FPS = 15.0
_DIFFERENT = 15


def write_clip(path: Path, frames: int = 15, start_s: float = 7.5) -> Path:
    """Frames of the demo, the same fifteen again and again; two faces are in them, and they move."""
    clip = DemoClip()
    images = [cv2.resize(clip.render(start_s + index / FPS), SIZE) for index in range(min(frames, _DIFFERENT))]
    path.parent.mkdir(parents=True, exist_ok=True)
    writer = cv2.VideoWriter(str(path), cv2.CAP_FFMPEG, cv2.VideoWriter.fourcc(*"mp4v"), FPS, SIZE)
    assert writer.isOpened()
    for index in range(frames):
        writer.write(images[index % len(images)])
    writer.release()
    # of a moment that is not now
    os.utime(path, (1_700_000_000, 1_700_000_000))
    return path


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def contents(out: Path) -> dict[str, bytes]:
    """Every file below a folder, by its path in it."""
    return {str(path.relative_to(out)): path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()}
