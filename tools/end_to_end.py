"""What the whole app loses against its network alone: FER-2013 faces pasted into 720p frames, through ``Pipeline``.

    python -m tools.end_to_end --data fer2013.csv --ferplus fer2013new.csv [--faces N] [--json]

Each face is scaled to several sizes, pasted at a random place into a soft, noisy background, and read as a still.
Of the faces that were detected, the FER+ majority accuracy is set beside that of the same faces given to the network
directly.
"""

import json
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from app.cv import cv2
from app.resources import weights_dir
from app.types import Box, Frame, Image
from app.vision.geometry import iou
from app.vision.pipeline import Pipeline
from model.data import DataError, Faces, load_fer2013, majority_labels
from model.inference import onnx_classifier
from tools.arguments import ToolParser

SIZES_PX = (96, 128, 160, 200, 240)
WIDTH, HEIGHT = 1280, 720
# MediaPipe's box covers 0.86 of a FER-2013 frame; half of it overlapping is the face that was pasted.
_MIN_IOU = 0.3


@dataclass(frozen=True, slots=True)
class Found:
    """Of the faces of one size: how many were pasted and detected, and how many of those were right either way."""

    pasted: int
    detected: int
    right_in_frame: int
    right_directly: int

    def row(self, size_px: int) -> dict[str, float]:
        """Return percentages."""
        seen = max(self.detected, 1)
        return {
            "size_px": size_px,
            "detected": round(self.detected / self.pasted * 100, 1),
            "ferplus_in_frame": round(self.right_in_frame / seen * 100, 2),
            "ferplus_directly": round(self.right_directly / seen * 100, 2),
            "lost": round((self.right_directly - self.right_in_frame) / seen * 100, 2),
        }


def paste(
    face: Image, size_px: int, rng: np.random.Generator, width: int = WIDTH, height: int = HEIGHT
) -> tuple[Image, Box]:
    """Return a frame, uint8 (height, width, 3), with ``face`` (48, 48) in it at ``size_px``, and where it is."""
    coarse = rng.uniform(60, 190, (5, 9, 3)).astype(np.float32)
    frame = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    frame = np.clip(frame + rng.normal(0, 3, frame.shape), 0, 255).astype(np.uint8)
    # smaller than it is, a face must be averaged, as a camera's pixels do
    resampling = cv2.INTER_CUBIC if size_px >= len(face) else cv2.INTER_AREA
    large = cv2.resize(face, (size_px, size_px), interpolation=resampling)
    x, y = int(rng.integers(0, width - size_px)), int(rng.integers(0, height - size_px))
    # a soft edge, so that the paste is no frame around the face
    ramp = np.clip(np.minimum(np.arange(size_px), np.arange(size_px)[::-1]) / (0.06 * size_px), 0, 1)
    alpha = np.minimum.outer(ramp, ramp)[:, :, None]
    under = frame[y : y + size_px, x : x + size_px]
    frame[y : y + size_px, x : x + size_px] = (alpha * large[:, :, None] + (1 - alpha) * under).astype(np.uint8)
    return frame, Box(x, y, size_px, size_px)


def measure(pipeline: Pipeline, faces: Faces, size_px: int, direct: np.ndarray, labels: np.ndarray) -> Found:
    """Paste every face of ``faces`` at ``size_px`` and read it; ``direct`` are the network's own answers (N,)."""
    rng = np.random.default_rng(size_px)
    detected = in_frame = directly = 0
    for pixels, answer, label in zip(faces.pixels, direct, labels, strict=True):
        image, place = paste(pixels, size_px, rng)
        readings = pipeline.process(Frame(0, 0.0, image), still=True).readings
        best = max(readings, key=lambda reading: iou(reading.face.box, place), default=None)
        if best is None or iou(best.face.box, place) < _MIN_IOU:
            continue
        detected += 1
        in_frame += int(best.raw.argmax() == label)
        directly += int(answer == label)
    return Found(len(faces), detected, in_frame, directly)


def main(argv: list[str] | None = None) -> int:
    """Measure and print; return the exit status: 0 done, 2 for what cannot be used."""
    parser = ToolParser("end_to_end", "What the whole app loses against its network alone.")
    parser.add_argument("--data", type=Path, required=True, metavar="FILE", help="Kaggle's fer2013.csv")
    parser.add_argument("--ferplus", type=Path, required=True, metavar="FILE", help="fer2013new.csv of FER+")
    parser.add_argument("--faces", type=int, default=600, metavar="N", help="the first N of PublicTest with a majority")
    parser.add_argument("--json", action="store_true", help="print JSON and nothing else")
    args = parser.parse_args(argv)
    if args.faces < 1:
        parser.error(f"--faces {args.faces}: at least one face must be read")
    try:
        everything = load_fer2013(args.data, "PublicTest", args.ferplus)
    except DataError as error:
        print(f"end_to_end: {error}", file=sys.stderr)
        return 2
    assert everything.votes is not None
    labels = majority_labels(everything.votes)
    chosen = np.flatnonzero(labels >= 0)[: args.faces]
    faces = Faces(everything.pixels[chosen], everything.labels[chosen])
    direct = onnx_classifier(weights_dir() / "emotion.onnx")(faces.pixels).ferplus.argmax(1)
    rows = []
    with Pipeline() as pipeline:
        for size_px in SIZES_PX:
            rows.append(measure(pipeline, faces, size_px, direct, labels[chosen]).row(size_px))
            if not args.json:
                print("  ".join(f"{name} {value:g}" for name, value in rows[-1].items()), flush=True)
    if args.json:
        print(json.dumps(rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
