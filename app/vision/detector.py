"""Faces in a frame, by MediaPipe's face detection network."""

from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from app.cv import cv2
from app.types import Box, Face, Floats, Image, ModelError
from app.vision.blazeface import ANCHORS, SIDE_PX, VALUES, Found, decode

if TYPE_CHECKING:
    from app.vision.ort import Session

_INPUTS: Final = {"images": ("tensor(uint8)", [SIDE_PX, SIDE_PX, 3])}
_OUTPUTS: Final = {"regressors": [len(ANCHORS), VALUES], "scores": [len(ANCHORS)]}
# A large image is sampled at so many pixels for each that the network sees, each way, before these are averaged.
_SAMPLES: Final = 2


class FaceDetector:
    """BlazeFace, short range (Bazarevsky et al. 2019), run by ONNX Runtime: faces within about two metres.

    Args:
        model_path: ``face_detector.onnx``, as ``python -m tools.detector_onnx`` makes it.
        min_score: detections below are left out, 0 to 1.

    Raises:
        ModelError: the file is missing or is no detector.
    """

    def __init__(self, model_path: Path, min_score: float = 0.5) -> None:
        # only those who look for faces wait for ONNX Runtime
        from app.vision import ort

        self._min_score = min_score
        self._session: Session | None = ort.open_session(model_path, "face detector")
        inputs = {i.name: (i.type, i.shape[1:]) for i in self._session.get_inputs()}
        outputs = {o.name: o.shape[1:] for o in self._session.get_outputs()}
        if (inputs, outputs) != (_INPUTS, _OUTPUTS):
            raise ModelError(f"{model_path}: a network, but not a face detector; install Mien again")

    def detect(self, image: Image) -> tuple[Face, ...]:
        """Return the faces of ``image``, uint8 (H, W, 3) BGR, the largest first; boxes in its pixels.

        Several threads may look at once.
        """
        assert self._session is not None, "the detector is closed"
        square = letterbox(image)
        regressors, scores = self._session.run(list(_OUTPUTS), {"images": square.pixels[None]})
        found = decode(np.asarray(regressors)[0], np.asarray(scores)[0], self._min_score)
        return _faces(found, square, image)

    def close(self) -> None:
        """Free the network; no face can be detected after that."""
        self._session = None

    def __enter__(self) -> "FaceDetector":
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close."""
        self.close()


class Square(NamedTuple):
    """An image as the network sees it.

    Attributes:
        pixels: uint8 (128, 128, 3), the image in the middle of black.
        offset: float32 (2,), where the image begins in it, x and y in shares of it.
        size: float32 (2,), how large the image is in it, width and height in shares of it.
    """

    pixels: Image
    offset: Floats
    size: Floats


def letterbox(image: Image) -> Square:
    """Shrink or enlarge ``image``, uint8 (H, W, 3), to 128 pixels on its longer side, and put it into a square."""
    height, width = image.shape[:2]
    scale = SIDE_PX / max(height, width)
    across, down = max(1, round(width * scale)), max(1, round(height * scale))
    left, top = (SIDE_PX - across) // 2, (SIDE_PX - down) // 2
    pixels = np.zeros((SIDE_PX, SIDE_PX, 3), np.uint8)
    # Smaller than it is, an image must be averaged, or fine patterns become coarse ones. The average of two by two of a
    # sampled copy finds as many faces as that of all pixels, in a tenth of its time.
    if scale < 1 / _SAMPLES:
        image = np.asarray(cv2.resize(image, (_SAMPLES * across, _SAMPLES * down)), np.uint8)
    resampling = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    pixels[top : top + down, left : left + across] = cv2.resize(image, (across, down), interpolation=resampling)
    share = np.float32(1 / SIDE_PX)
    return Square(pixels, np.array([left, top], np.float32) * share, np.array([across, down], np.float32) * share)


def _faces(found: Found, square: Square, image: Image) -> tuple[Face, ...]:
    """Bring what was found in the square into the image's pixels; a face that the edge cuts reaches over it."""
    size: Floats = np.array(image.shape[1::-1], np.float32)
    to_image = size / square.size
    corners = (found.boxes[:, :2] - square.offset) * to_image
    sizes = found.boxes[:, 2:] * to_image
    keypoints = (found.keypoints - square.offset) * to_image
    faces = [
        Face(Box(*corner.tolist(), *sides.tolist()), float(score), points)
        for corner, sides, points, score in zip(corners, sizes, keypoints, found.scores, strict=True)
    ]
    return tuple(sorted(faces, key=lambda face: -face.box.width * face.box.height))
