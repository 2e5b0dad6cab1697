"""Draw the figures of docs/attention.md with the network that comes with Mien.

    python -m tools.docs_attention [--out DIR]

The faces are the demo's portrait and the astronaut of scikit-image, both in the public domain. Each figure names the
sha256 of the network that it shows; a test holds it against the network that is there.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import matplotlib as mpl
import numpy as np
from skimage import data

from app.capture.demo import DemoClip
from app.cv import cv2
from app.palette import COLOURS
from app.resources import weights_dir
from app.types import CROP_PX, EMOTIONS, Box, Crop, Face, Floats, Frame, Image, Reading
from app.ui.heat import colours_of_heat
from app.vision.classifier import EmotionClassifier
from app.vision.crop import SIDE_PER_BOX, crop_face
from app.vision.explain import Explanation, explain
from app.vision.pipeline import Pipeline
from model.poses import undo
from tools.arguments import ToolParser

mpl.use("agg")
from matplotlib import pyplot as plt  # after the backend was chosen

IMAGES: Final = Path(__file__).resolve().parent.parent / "docs" / "images"
STEPS: Final = "attention-steps.png"
POSES: Final = "attention-poses.png"
HEAT: Final = "attention-heat.png"
# where the metadata of a figure names the network
NETWORK: Final = "Source"
_REGION: Final = COLOURS["surprise"]
# legible on a light page and on a dark one
_TEXT: Final = "#7d8590"
_INCHES_A_PANEL: Final = 1.75
_DPI: Final = 110
# Moments of the demo: calm, a smile, surprise and a tilted head.
_MOMENTS_S: Final = (0.5, 3.6, 9.6)
# what is shown of a posed crop and around it, pixels of the crop
_ROOM_PX: Final = (-5.5, 52.5)
_CORNERS: Final = np.array([[-1, -1, 1], [1, -1, 1], [1, 1, 1], [-1, 1, 1]], np.float64)


@dataclass(frozen=True, slots=True)
class Pose:
    """How a face lies in its crop: as if the detector had been off by that.

    Attributes:
        name: in words.
        shift_px: the face is so many of the crop's pixels further left and up.
        turn_deg: it is turned, anticlockwise.
        scale: the crop's side; above 1 the face looks smaller.
    """

    name: str
    shift_px: float = 0.0
    turn_deg: float = 0.0
    scale: float = 1.0

    def of(self, face: Face) -> Face:
        """Return what a detector that is off would have found."""
        box, keypoints = face.box, face.keypoints.copy()
        side = max(box.width, box.height)
        moved = self.shift_px * SIDE_PER_BOX * side / CROP_PX
        width, height = box.width * self.scale, box.height * self.scale
        x, y = box.x + (box.width - width) / 2 + moved, box.y + (box.height - height) / 2 + moved
        angle = np.radians(self.turn_deg)
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]], np.float32)
        middle = keypoints[:2].mean(axis=0)
        keypoints[:2] = (keypoints[:2] - middle) @ turn.T + middle
        return replace(face, box=Box(x, y, width, height), keypoints=keypoints)


POSED: Final = (
    Pose("as found"),
    Pose("shifted by 5 px", shift_px=5),
    Pose("turned by 20°", turn_deg=20),
    Pose("0.8 as large", scale=1.25),
    Pose("1.2 as large", scale=1 / 1.2),
)


@dataclass(frozen=True, slots=True)
class Followed:
    """A posed face and how the attended region followed.

    Attributes:
        crop: what the network was given.
        theta: (2, 3), where it looked.
        attended: uint8 (48, 48), what it saw.
        off_px: how far the region's corners are from where those of the upright face have gone: the mean, pixels of the
            crop.
        still_px: how far they would be had the region not moved.
    """

    crop: Crop
    theta: Floats
    attended: Image
    off_px: float
    still_px: float


def follow(classifier: EmotionClassifier, image: Image, face: Face) -> list[Followed]:
    """Give the network a face in each of ``POSED``."""
    crops = [crop_face(image, pose.of(face)) for pose in POSED]
    found = classifier.classify(crops)
    upright = found.theta[:1]
    made = []
    for crop, theta, attended in zip(crops, found.theta, found.attended, strict=True):
        pose = _composed(_inverse(crops[0].to_frame), crop.to_frame)
        wanted = undo(pose[None], upright)[0]
        off, still = (
            float(np.linalg.norm(_CORNERS @ (region - wanted).T, axis=1).mean() * CROP_PX / 2)
            for region in (theta, upright[0])
        )
        made.append(Followed(crop, theta, attended, off, still))
    return made


def main(argv: list[str] | None = None) -> None:
    """Draw all figures."""
    parser = ToolParser("docs_attention", "Draw the figures of docs/attention.md.")
    parser.add_argument("--out", type=Path, default=IMAGES, metavar="DIR", help="default: docs/images")
    out = parser.parse_args(argv).out
    classifier = EmotionClassifier(weights_dir() / "emotion.onnx", "cpu")
    clip = DemoClip()
    frames = [clip.render(t_s) for t_s in _MOMENTS_S]
    astronaut = np.ascontiguousarray(data.astronaut()[:, :, ::-1])
    readings = [largest_face(image) for image in (*frames, astronaut)]
    draw_steps(frames[-1], readings[2], explain(classifier, 1, readings[2].crop), out / STEPS)
    rows = [follow(classifier, frames[0], readings[0].face), follow(classifier, astronaut, readings[3].face)]
    draw_poses(rows, out / POSES)
    draw_heat([explain(classifier, 1, reading.crop) for reading in readings[:3]], out / HEAT)


def largest_face(image: Image) -> Reading:
    """Return what Mien reads of the largest face in a picture, uint8 (H, W, 3), BGR."""
    pipeline = Pipeline()
    readings = pipeline.process(Frame(0, 0.0, image), still=True).readings
    pipeline.close()
    return max(readings, key=lambda reading: reading.face.box.width)


def draw_steps(image: Image, reading: Reading, why: Explanation, path: Path) -> None:
    """From the frame to the region, its pixels, and what decided."""
    figure, panels = _panels(1, 4)
    frame, crop, attended, heat = panels[0]
    box = reading.face.box
    margin = 0.32 * box.width
    frame.imshow(image[:, :, ::-1])
    frame.set_xlim(box.x - margin, box.x + box.width + margin)
    frame.set_ylim(box.y + box.height + margin, box.y - margin)
    edges = _CORNERS[:, :2] / 2 + 0.5
    _outline(frame, edges * (box.width, box.height) + (box.x, box.y), COLOURS["neutral"], "-")
    _outline(frame, reading.attended_quad(), _REGION, "--")
    _grey(crop, reading.crop.pixels)
    _outline(crop, _in_pixels(reading.theta), _REGION, "--")
    _grey(attended, reading.attended)
    _overlay(heat, why)
    best = EMOTIONS[int(reading.raw.argmax())]
    names = ("the face and the region", "1  the crop, 48×48", "2  the attended region", f"3  what makes it {best}")
    for panel, name in zip(panels[0], names, strict=True):
        panel.set_title(name, fontsize=9, color=_TEXT)
    _save(figure, path)


def draw_poses(rows: Sequence[Sequence[Followed]], path: Path) -> None:
    """Below each posed crop what the network saw of it; two lines a face."""
    figure, panels = _panels(2 * len(rows), len(POSED))
    for at, row in enumerate(rows):
        for column, (pose, followed) in enumerate(zip(POSED, row, strict=True)):
            above, below = panels[2 * at][column], panels[2 * at + 1][column]
            _grey(above, followed.crop.pixels)
            _outline(above, _in_pixels(followed.theta), _REGION, "--")
            above.set(xlim=_ROOM_PX, ylim=_ROOM_PX[::-1])
            above.set_title(pose.name, fontsize=9, color=_TEXT)
            _grey(below, followed.attended)
            if column:
                told = f"{followed.off_px:.1f} px off, unmoved {followed.still_px:.1f}"
                below.set_title(told, fontsize=8, color=_TEXT)
    _save(figure, path)


def draw_heat(found: Sequence[Explanation], path: Path) -> None:
    """Each face beside its heat map."""
    figure, panels = _panels(1, 2 * len(found))
    for at, why in enumerate(found):
        face, heat = panels[0][2 * at : 2 * at + 2]
        _grey(face, why.crop.pixels)
        face.set_title(f"{why.emotion} {why.confidence * 100:.0f} %", fontsize=9, color=_TEXT)
        _overlay(heat, why)
        heat.set_title(f"falls by up to {why.drops.max() * 100:.0f} points", fontsize=9, color=_TEXT)
    _save(figure, path)


def _panels(rows: int, columns: int) -> tuple[Any, Any]:
    size = (columns * _INCHES_A_PANEL, rows * _INCHES_A_PANEL + 0.25)
    figure, panels = plt.subplots(rows, columns, figsize=size, squeeze=False, layout="constrained")
    for panel in panels.flat:
        panel.set_axis_off()
    return figure, panels


def _grey(panel: Any, pixels: Image) -> None:
    panel.imshow(pixels, cmap="gray", vmin=0, vmax=255, interpolation="nearest")


def _overlay(panel: Any, why: Explanation) -> None:
    """The heat map half over the crop, as the window draws it."""
    large = cv2.resize(why.drops, (CROP_PX, CROP_PX), interpolation=cv2.INTER_CUBIC)
    heat = colours_of_heat(np.asarray(large / max(float(why.drops.max()), 1e-6), np.float32))[:, :, ::-1]
    grey = np.repeat(why.crop.pixels[:, :, None], 3, axis=2)
    panel.imshow((0.4 * grey + 0.6 * heat).astype(np.uint8), interpolation="nearest")


def _outline(panel: Any, corners: Any, colour: str, style: str) -> None:
    closed = np.vstack([corners, corners[:1]])
    panel.plot(closed[:, 0], closed[:, 1], "-", color="#14171c", linewidth=3.2)
    panel.plot(closed[:, 0], closed[:, 1], style, color=colour, linewidth=1.8)
    panel.margins(0.02)


def _in_pixels(theta: Floats) -> Any:
    """The corners (4, 2) of a region in the crop's pixels, whose centres are whole numbers."""
    return (_CORNERS @ theta.T + 1) * CROP_PX / 2 - 0.5


def _inverse(to_frame: Floats) -> Any:
    linear = np.linalg.inv(to_frame[:, :2].astype(np.float64))
    return np.c_[linear, -linear @ to_frame[:, 2]]


def _composed(outer: Any, inner: Any) -> Any:
    """The affine map (2, 3) that is ``inner`` and then ``outer``."""
    return np.c_[outer[:, :2] @ inner[:, :2], outer[:, :2] @ inner[:, 2] + outer[:, 2]]


def _save(figure: Any, path: Path) -> None:
    network = hashlib.sha256((weights_dir() / "emotion.onnx").read_bytes()).hexdigest()
    figure.savefig(path, dpi=_DPI, transparent=True, metadata={NETWORK: network, "Software": None})
    plt.close(figure)
    print(path)


if __name__ == "__main__":
    main()
