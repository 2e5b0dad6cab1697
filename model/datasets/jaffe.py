"""JAFFE: 213 pictures of ten Japanese women, seven expressions each.

Lyons et al., "Coding Facial Expressions with Gabor Wavelets", 1998. The pictures, 256×256, have the eyes at about one
place, so that one fixed square frames all faces. Minaee & Abdolrashidi 2019 train on 120, validate on 23 and test on
70; with ten persons of 20 to 23 pictures each, those sizes cannot keep persons apart.
"""

import re
from pathlib import Path
from typing import Final

from model.data import DataError
from model.datasets.samples import Found, Framing, Sample, Source, entries, square_of

_EMOTIONS: Final = {
    "AN": "anger",
    "DI": "disgust",
    "FE": "fear",
    "HA": "happiness",
    "NE": "neutral",
    "SA": "sadness",
    "SU": "surprise",
}
# x, y of the middle of the eyes and of the mouth: an estimate, not measured on the set.
_EYES: Final = (128.0, 126.0)
_MOUTH: Final = (128.0, 193.0)
_FRAMING: Final = Framing("one fixed square", side_px=256, square=square_of(_EYES, _MOUTH))
_NAME: Final = re.compile(r"([A-Z]{2})\.([A-Z]{2})\d+\.\d+\.tiff?", re.IGNORECASE)
_LAYOUT: Final = "files such as KA.AN1.39.tiff, in the folder itself, in jaffe/ or in jaffedbase/"


def find(folder: Path) -> Found:
    """List the pictures in ``folder``, or in its ``jaffe`` or ``jaffedbase``.

    Raises:
        DataError: there is no TIFF file, or one has another name than the set gives.
    """
    hint = f"give JAFFE's folder with --data: {_LAYOUT}"
    for place in (folder, folder / "jaffe", folder / "jaffedbase"):
        if place != folder and not place.is_dir():
            continue
        paths = [path for path in entries(place, hint) if path.suffix.lower() in (".tiff", ".tif")]
        if paths:
            return Found([_sample(path, hint) for path in paths])
    raise DataError(f"{folder}: no .tiff files in it; {hint}")


def _sample(path: Path, hint: str) -> Sample:
    match = _NAME.fullmatch(path.name)
    emotion = _EMOTIONS.get(match[2].upper()) if match else None
    if match is None or emotion is None:
        raise DataError(f"{path}: not named <person>.<{'|'.join(_EMOTIONS)}><n>.<n>.tiff; {hint}")
    return Sample(path, emotion, match[1].upper(), _FRAMING)


SOURCE: Final = Source("jaffe", "JAFFE", _LAYOUT, find, (120, 23, 70), "paper")
