"""FERG-DB: 55,767 rendered faces of six characters, each frame with one of seven emotions.

Aneja et al., "Modeling Stylized Character Expressions via Deep Learning", ACCV 2016. Its pictures, 256×256, are cut to
the head: the whole picture is taken. Minaee & Abdolrashidi 2019 train on about 34,000, validate on 14,000 and test on
7,000. Frames of one animation resemble each other, so that a random split tests what it has all but seen: hence
``--split-by subject``, which keeps each character in one split.
"""

import re
from pathlib import Path
from typing import Final

from model.data import DataError
from model.datasets.samples import Found, Framing, Sample, Source, entries, folders

CHARACTERS: Final = ("aia", "bonnie", "jules", "malcolm", "mery", "ray")
_EMOTIONS: Final = {
    "anger": "anger",
    "disgust": "disgust",
    "fear": "fear",
    "joy": "happiness",
    "neutral": "neutral",
    "sadness": "sadness",
    "surprise": "surprise",
}
_FRAMING: Final = Framing("the whole picture", side_px=256)
_NAME: Final = re.compile(r"([a-z]+_[a-z]+)_\d+\.png")
_LAYOUT: Final = "FERG_DB_256/<character>/<character>_<emotion>/<character>_<emotion>_<n>.png"


def find(folder: Path) -> Found:
    """List the frames below ``folder``, which holds ``FERG_DB_256`` or is it.

    Raises:
        DataError: none of the six characters is there, or a folder or file has another name than the set gives.
    """
    hint = f"give FERG-DB's folder with --data: {_LAYOUT}"
    root = folder / "FERG_DB_256" if (folder / "FERG_DB_256").is_dir() else folder
    characters = [path for path in folders(root, hint) if path.name in CHARACTERS]
    if not characters:
        raise DataError(f"{root}: none of the folders {', '.join(CHARACTERS)} in it; {hint}")
    samples: list[Sample] = []
    for character in characters:
        for emotion_folder in folders(character, hint):
            emotion = _EMOTIONS.get(emotion_folder.name.removeprefix(f"{character.name}_"))
            if emotion is None or not emotion_folder.name.startswith(f"{character.name}_"):
                raise DataError(f"{emotion_folder}: not {character.name}_ and one of {', '.join(_EMOTIONS)}; {hint}")
            for path in entries(emotion_folder, hint):
                match = _NAME.fullmatch(path.name)
                if match is None or match[1] != emotion_folder.name:
                    raise DataError(f"{path}: not named {emotion_folder.name}_<n>.png; {hint}")
                samples.append(Sample(path, emotion, character.name, _FRAMING))
    return Found(samples)


SOURCE: Final = Source("ferg", "FERG-DB", _LAYOUT, find, (34_474, 14_195, 7_098), "paper")
