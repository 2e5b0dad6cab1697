"""Why this emotion? How far its probability falls as a patch moves over the face."""

from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np

from app.types import CROP_PX, EMOTIONS, Crop, Floats, Image
from app.vision.classifier import Classified

# A ninth of the face: a mouth, or an eye with its brow. In training parts of faces were erased, so that smaller patches
# change little: at the place that counts most, 9 px cost the median PublicTest face 0.22, these 0.34.
PATCH_PX: Final = 16
STRIDE_PX: Final = 4


class Classifier(Protocol):
    """What the faces are given to: ``EmotionClassifier``."""

    def classify(self, crops: list[Crop]) -> Classified:
        """Read all crops in one batch."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """What the network's answer about one face hangs on.

    Attributes:
        track: the face's number.
        emotion: the one of ``EMOTIONS`` that the network names, whatever quality and confidence say of it.
        confidence: its probability, 0 to 1, of this crop alone.
        crop: the face as the network was given it.
        drops: float32 (12, 12), how far that probability falls, -1 to 1, with a patch centred on each cell of a grid
            that covers the crop; below 0 where the patch makes the network surer.
    """

    track: int
    emotion: str
    confidence: float
    crop: Crop
    drops: Floats


def explain(classifier: Classifier, track: int, crop: Crop) -> Explanation:
    """Measure the occlusion sensitivity (Zeiler & Fergus 2014) of one face, in one batch of 145.

    As Minaee & Abdolrashidi (2019) show it for Deep-Emotion, but with the fall in probability at each place instead of
    whether the answer changes, and with a patch of the face's mean grey: black would be an edge, and a feature itself.
    """
    covered = occluded(crop.pixels)
    found = classifier.classify([crop, *(Crop(pixels, crop.to_frame) for pixels in covered)]).probabilities
    best = int(found[0].argmax())
    side = CROP_PX // STRIDE_PX
    drops = (found[0, best] - found[1:, best]).reshape(side, side).astype(np.float32)
    return Explanation(track, EMOTIONS[best], float(found[0, best]), crop, drops)


def occluded(pixels: Image) -> Image:
    """Return a face, uint8 (48, 48), as (144, 48, 48), covered by a patch at each place, row by row.

    At the border a part of the patch lies outside.
    """
    grey = np.uint8(round(float(pixels.mean())))
    # from a cell's first pixel to that of the patch around it
    before = (PATCH_PX - STRIDE_PX) // 2
    starts = np.arange(0, CROP_PX, STRIDE_PX) - before
    inside = np.arange(CROP_PX)
    lines = (inside >= starts[:, None]) & (inside < starts[:, None] + PATCH_PX)
    patches = lines[:, None, :, None] & lines[None, :, None, :]
    return np.where(patches.reshape(-1, CROP_PX, CROP_PX), grey, pixels)
