"""Faces in a frame, by MediaPipe."""

from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final

import numpy as np

from app.cv import cv2
from app.types import Box, Face, Image, ModelError
from app.vision.quiet import without_chatter

if TYPE_CHECKING:
    from mediapipe.tasks.python.components.containers.detections import Detection

# BlazeFace short range looks at 128x128 pixels; a copy of this size loses it nothing and is cheap to convert.
_LONG_SIDE_PX: Final = 512


class FaceDetector:
    """MediaPipe's BlazeFace, short range (Bazarevsky et al. 2019): faces within about two metres.

    Args:
        model_path: ``face_detector.tflite``.
        min_score: detections below are left out, 0 to 1.

    Raises:
        ModelError: the file is missing or is no detector.
    """

    def __init__(self, model_path: Path, min_score: float = 0.5) -> None:
        # Importing MediaPipe takes over a second, so that it waits until a detector is wanted.
        import mediapipe as mp
        from mediapipe.tasks.python import BaseOptions, vision

        if not model_path.is_file():
            raise ModelError(f"{model_path}: the face detector is missing; install Mien again")
        options = vision.FaceDetectorOptions(
            base_options=BaseOptions(model_asset_buffer=model_path.read_bytes()), min_detection_confidence=min_score
        )
        self._image = mp.Image
        self._format = mp.ImageFormat.SRGB
        try:
            with without_chatter():
                self._detector = vision.FaceDetector.create_from_options(options)
                # the network inside is made at the first detection
                self.detect(np.zeros((1, 1, 3), np.uint8))
        except (RuntimeError, ValueError) as error:
            raise ModelError(f"{model_path}: not a face detector, or a damaged one; install Mien again") from error

    def detect(self, image: Image) -> tuple[Face, ...]:
        """Return the faces of ``image``, uint8 (H, W, 3) BGR, the largest first; boxes in its pixels."""
        height, width = image.shape[:2]
        scale = min(1.0, _LONG_SIDE_PX / max(height, width))
        small = image
        if scale < 1:
            size = (max(1, round(width * scale)), max(1, round(height * scale)))
            small = cv2.resize(image, size, interpolation=cv2.INTER_LINEAR)  # type: ignore[assignment]
        rgb = np.ascontiguousarray(cv2.cvtColor(small, cv2.COLOR_BGR2RGB))
        found = self._detector.detect(self._image(image_format=self._format, data=rgb))
        to_frame = (width / small.shape[1], height / small.shape[0])
        faces = [self._face(detection, to_frame, (width, height)) for detection in found.detections]
        return tuple(sorted((f for f in faces if f), key=lambda f: -f.box.width * f.box.height))

    def close(self) -> None:
        """Free the detector; left to the interpreter's end, MediaPipe's own ``__del__`` prints a traceback."""
        with without_chatter():
            self._detector.close()

    def __enter__(self) -> "FaceDetector":
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close."""
        self.close()

    @staticmethod
    def _face(detection: "Detection", to_frame: tuple[float, float], size: tuple[int, int]) -> Face | None:
        box = detection.bounding_box
        if box.width <= 0 or box.height <= 0:
            return None
        keypoints = np.array([[p.x * size[0], p.y * size[1]] for p in detection.keypoints], np.float32)
        return Face(
            Box(
                box.origin_x * to_frame[0],
                box.origin_y * to_frame[1],
                box.width * to_frame[0],
                box.height * to_frame[1],
            ),
            float(detection.categories[0].score),
            keypoints,
        )
