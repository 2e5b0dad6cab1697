"""CK+: 593 sequences of 123 persons from neutral to the peak of an expression, 327 of them with an emotion.

Lucey et al., "The Extended Cohn-Kanade Dataset (CK+)", CVPR workshops 2010, and the text file distributed with it. The
last three frames of a labelled sequence are taken as the labelled expression, which is common, and what CK+48 holds
(3 × 327 = 981 pictures); first frames are not taken as neutral, and the 266 sequences without an emotion are left out.
Minaee & Abdolrashidi 2019 train on 70 %, validate on 10 % and test on 20 %.

Faces are framed by the 68 points of ``Landmarks``, which belong to the set; without them the frame's middle is taken.
"""

import re
from pathlib import Path
from typing import Final

import numpy as np

from model.data import DataError
from model.datasets.samples import Found, Framing, Sample, Source, entries, folders, square_of

# The number in an _emotion.txt is an index into these.
_EMOTIONS: Final = ("neutral", "anger", "contempt", "disgust", "fear", "happiness", "sadness", "surprise")
_FOLDERS: Final = {name: name for name in _EMOTIONS} | {"happy": "happiness"}
_LAST_FRAMES: Final = 3
# Points of the usual 68, counted from 0.
_POINTS: Final = 68
_EYES: Final = slice(36, 48)
_MOUTH: Final = slice(48, 68)
# The face is about 0.6 of a frame's height: an estimate, not measured on the set.
_MIDDLE: Final = Framing("the middle of the frame", central=0.6)
_CROPPED: Final = Framing("the whole picture (CK+48)", side_px=48)
_NAME: Final = re.compile(r"(S\d{3})_(\d{3})_\d{8}\.png")
_LAYOUT: Final = (
    "cohn-kanade-images/S###/###/*.png with Emotion/S###/###/*_emotion.txt, or CK+48/<emotion>/S###_###_########.png"
)
_HINT: Final = f"give CK+'s folder with --data: {_LAYOUT}"


def find(folder: Path) -> Found:
    """List the labelled frames below ``folder``: full frames where there are any, else the cropped ``CK+48``.

    Raises:
        DataError: the layout is neither, or a label or a landmark file is broken.
    """
    if (folder / "cohn-kanade-images").is_dir():
        return _find_sequences(folder)
    for root in (folder / "CK+48", folder):
        if root.is_dir() and any(path.name in _FOLDERS for path in folders(root, _HINT)):
            return _find_cropped(root)
    entries(folder, _HINT)
    raise DataError(f"{folder}: neither cohn-kanade-images nor CK+48 in it; {_HINT}")


def _find_cropped(root: Path) -> Found:
    samples: list[Sample] = []
    for emotion_folder in folders(root, _HINT):
        emotion = _FOLDERS.get(emotion_folder.name)
        if emotion is None:
            raise DataError(f"{emotion_folder}: not one of {', '.join(_FOLDERS)}; {_HINT}")
        samples += [Sample(path, emotion, _checked_name(path)[1], _CROPPED) for path in entries(emotion_folder, _HINT)]
    return Found(samples)


def _find_sequences(folder: Path) -> Found:
    samples: list[Sample] = []
    unlabelled = 0
    if not (folder / "Emotion").is_dir():
        raise DataError(f"{folder / 'Emotion'}: no such folder; unpack Emotion_labels.zip there ({_HINT})")
    for subject in folders(folder / "cohn-kanade-images", _HINT):
        for sequence in folders(subject, _HINT):
            emotion = _emotion(folder / "Emotion" / subject.name / sequence.name)
            if emotion is None:
                unlabelled += 1
                continue
            frames = [path for path in entries(sequence, _HINT) if path.suffix == ".png"]
            if len(frames) < _LAST_FRAMES:
                raise DataError(f"{sequence}: {len(frames)} frames, fewer than {_LAST_FRAMES}; {_HINT}")
            for path in frames[-_LAST_FRAMES:]:
                _checked_name(path)
                points = folder / "Landmarks" / subject.name / sequence.name / f"{path.stem}_landmarks.txt"
                framing = _framing(points) if points.exists() else _MIDDLE
                samples.append(Sample(path, emotion, subject.name, framing))
    return Found(samples, unlabelled)


def _checked_name(path: Path) -> re.Match[str]:
    match = _NAME.fullmatch(path.name)
    if match is None:
        raise DataError(f"{path}: not named S###_###_########.png; {_HINT}")
    return match


def _emotion(folder: Path) -> str | None:
    """The emotion of one sequence's folder of labels; None where the owners gave it none."""
    files = [path for path in entries(folder, _HINT) if path.suffix == ".txt"] if folder.is_dir() else []
    if not files:
        return None
    (number,) = _numbers(files[0], 1)
    if number not in range(len(_EMOTIONS)):
        raise DataError(f"{files[0]}: the emotion is {number:g}, not a whole number of 0 to {len(_EMOTIONS) - 1}")
    return _EMOTIONS[int(number)]


def _framing(path: Path) -> Framing:
    points = np.array(_numbers(path, 2 * _POINTS)).reshape(_POINTS, 2)
    eyes, mouth = points[_EYES].mean(0), points[_MOUTH].mean(0)
    return Framing("the set's landmarks", square=square_of((eyes[0], eyes[1]), (mouth[0], mouth[1])))


def _numbers(path: Path, count: int) -> list[float]:
    try:
        numbers = [float(word) for word in path.read_text(encoding="ascii").split()]
    except OSError as error:
        raise DataError(f"{path}: {error.strerror or error}; restore it from the set's archive") from error
    except ValueError as error:
        raise DataError(f"{path}: not numbers alone ({error}); restore it from the set's archive") from error
    if len(numbers) != count or not np.isfinite(numbers).all():
        raise DataError(f"{path}: {len(numbers)} numbers, not {count} finite ones; restore it from the set's archive")
    return numbers


SOURCE: Final = Source("ckplus", "CK+", _LAYOUT, find, (687, 98, 196), "subject")
