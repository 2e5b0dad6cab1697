"""Made-up FERG-DB, JAFFE and CK+ in the layouts that their owners distribute."""

from pathlib import Path

import numpy as np
from PIL import Image

from model.labels import FER2013_LABELS

from .conftest import face

FERG = {"anger": 0, "disgust": 1, "fear": 2, "joy": 3, "neutral": 6, "sadness": 4, "surprise": 5}
JAFFE = {"AN": 0, "DI": 1, "FE": 2, "HA": 3, "NE": 6, "SA": 4, "SU": 5}
CKPLUS = ("neutral", "anger", "contempt", "disgust", "fear", "happiness", "sadness", "surprise")
PERSONS = ("KA", "KL", "KM", "KR", "MK", "NA", "NM", "TM", "UY", "YM")


def picture(path: Path, label: int, size: tuple[int, int], *, mode: str = "L", seed: int = 0) -> Path:
    """Write a made-up face of ``label`` (contempt: 7), scaled to ``size``; return ``path``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    small = face(label, np.random.default_rng(seed))
    Image.fromarray(small).resize(size, Image.Resampling.BILINEAR).convert(mode).save(path)
    return path


def ferg(folder: Path) -> Path:
    for character in ("aia", "ray", "jules"):
        for emotion, label in FERG.items():
            for n in range(3):
                name = f"{character}_{emotion}"
                path = folder / "FERG_DB_256" / character / name / f"{name}_{n}.png"
                picture(path, label, (256, 256), mode="RGBA", seed=n)
    (folder / "FERG_DB_256" / "readme.txt").write_text("FERG", encoding="utf-8")
    return folder


def jaffe(folder: Path) -> Path:
    number = 1
    for person in PERSONS:
        for code, label in JAFFE.items():
            for n in range(1, 4):
                picture(folder / f"{person}.{code}{n}.{number}.tiff", label, (256, 256), seed=number)
                number += 1
    for code, person in zip(("AN", "FE", "SU"), PERSONS, strict=False):
        picture(folder / f"{person}.{code}4.{number}.tiff", JAFFE[code], (256, 256), seed=number)
        number += 1
    (folder / "README_FIRST.txt").write_text("JAFFE", encoding="utf-8")
    (folder / ".DS_Store").write_bytes(b"\0")
    return folder


def landmarks(path: Path, eyes: tuple[float, float], mouth: tuple[float, float]) -> None:
    points = np.zeros((68, 2))
    points[36:48], points[48:] = eyes, mouth
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"   {x:.7e}   {y:.7e}\n" for x, y in points), encoding="ascii")


def ckplus(folder: Path, subjects: int = 10, *, points: bool = True) -> Path:
    for s in range(subjects):
        subject = f"S{5 + s:03}"
        for q in range(3):
            sequence, number = f"{q + 1:03}", 1 + (3 * s + q) % 7
            for frame in range(1, 6):
                stem = f"{subject}_{sequence}_{frame:08}"
                label = 7 if CKPLUS[number] == "contempt" else FER2013_LABELS.index(CKPLUS[number])
                picture(folder / "cohn-kanade-images" / subject / sequence / f"{stem}.png", label, (320, 245))
                if points:
                    landmarks(
                        folder / "Landmarks" / subject / sequence / f"{stem}_landmarks.txt", (160, 97), (160, 190)
                    )
            emotion = folder / "Emotion" / subject / sequence
            emotion.mkdir(parents=True)
            if q < 2 or s % 2:
                name = f"{subject}_{sequence}_00000005_emotion.txt"
                (emotion / name).write_text(f"   {number:.7e}\n", encoding="ascii")
    (folder / "cohn-kanade-images" / ".DS_Store").write_bytes(b"\0")
    return folder


def ck48(folder: Path) -> Path:
    names = ("anger", "contempt", "disgust", "fear", "happy", "sadness", "surprise")
    for i, name in enumerate(names):
        for s in range(6):
            picture(folder / "CK+48" / name / f"S{10 + s:03}_{i + 1:03}_00000014.png", i, (48, 48), seed=s)
    return folder
