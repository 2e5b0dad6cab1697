"""FERG-DB, JAFFE and CK+, read in the layout that their owners distribute, as the same ``Faces`` as FER-2013.

Each emotion becomes its FER-2013 label (-1 where FER-2013 has none: contempt) and ten FER+ votes for it, so that
losses, scores and plots need to know one kind of data only.
"""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from model.data import DataError, Faces
from model.datasets import ckplus, ferg, jaffe
from model.datasets.samples import Sample, Source, read_face
from model.datasets.splits import SPLITS, split_by_subject, split_stratified
from model.labels import FER2013_LABELS, FERPLUS_LABELS

__all__ = ["ALL", "SOURCES", "SPLITS", "SPLIT_BY", "Loaded", "describe", "load"]

SOURCES: Final[dict[str, Source]] = {source.name: source for source in (ferg.SOURCE, jaffe.SOURCE, ckplus.SOURCE)}
SPLIT_BY: Final = ("subject", "paper")
ALL: Final = "all"
_VOTES: Final = 10


@dataclass(frozen=True, slots=True)
class Loaded:
    """One split's faces, and what must be said beside any figure of them, JSON-like.

    Attributes:
        faces: the split's faces.
        about: ``split``, ``split_by``, ``subject_independent``, ``found`` (of the whole folder), ``framing`` (how many
            faces by how), ``left_out`` (how many faces a head has no label for, by emotion).
    """

    faces: Faces
    about: dict[str, Any]


def load(name: str, folder: Path, split: str, split_by: str | None = None) -> Loaded:
    """Read one split of a set.

    Args:
        name: one of ``SOURCES``.
        folder: where the owners' archive was unpacked.
        split: ``training``, ``validation``, ``test``, or ``all`` for all three (zero-shot: nothing was trained on it).
        split_by: ``subject`` keeps each person in one split, with sizes as near the paper's as persons allow; ``paper``
            draws the paper's sizes at random, the same shares of each emotion. None takes the set's own default.

    Raises:
        DataError: no such set, the folder has another layout, an image cannot be used, or there are too few images or
            subjects.
    """
    if name not in SOURCES or split_by not in (None, *SPLIT_BY):
        known = f"the sets are fer2013, {', '.join(SOURCES)}, split by {' or '.join(SPLIT_BY)}"
        raise DataError(f"dataset {name}, split_by {split_by}: {known}; correct the settings")
    source = SOURCES[name]
    found = source.find(folder)
    if not found.samples:
        raise DataError(f"{folder}: no pictures of {source.title} in it; it needs {source.layout}")
    samples = found.samples
    about: dict[str, Any] = {"split": split}
    if split != ALL:
        if split not in SPLITS:
            raise DataError(f"--split {split}: {source.title} has {', '.join((*SPLITS, ALL))}")
        by = split_by or source.split_by
        divide = split_by_subject if by == "subject" else split_stratified
        try:
            samples = divide(samples, source.sizes)[split]
        except DataError as error:
            raise DataError(f"{folder}: {error}") from None
        about |= {"split_by": by, "subject_independent": by == "subject"}
    faces = _faces(samples)
    if (faces.labels < 0).all():
        raise DataError(f"{folder}: the {split} split holds no emotion that FER-2013 has; give the whole set")
    subjects = {sample.subject for sample in found.samples}
    about["found"] = {"images": len(found.samples), "subjects": len(subjects), "complete_set": sum(source.sizes)}
    about["framing"] = dict(Counter(sample.framing.name for sample in samples))
    unknown = Counter(sample.emotion for sample in samples if sample.emotion not in FER2013_LABELS)
    about["left_out"] = {"fer2013": dict(unknown), "ferplus": {}}
    if found.unlabelled:
        about["left_out"]["unlabelled_sequences"] = found.unlabelled
    return Loaded(faces, about)


def describe(about: dict[str, Any]) -> str:
    """Lay ``Loaded.about`` out as lines to read."""
    found = about["found"]
    lines = [
        f"found {found['images']} pictures of {found['subjects']} subjects "
        f"(the whole set: {found['complete_set']} pictures)",
        "framed by " + ", ".join(f"{name}: {count}" for name, count in about["framing"].items()),
    ]
    if "split_by" in about:
        told = "no subject is in two splits" if about["subject_independent"] else "subjects are in several splits"
        lines.append(f"split by {about['split_by']}: {told}")
    left_out = dict(about["left_out"])
    unlabelled = left_out.pop("unlabelled_sequences", 0)
    for head, emotions in left_out.items():
        lines += [f"left out of {head}, which has no such label: {name} {n}" for name, n in emotions.items()]
    if unlabelled:
        lines.append(f"left out, as their owners gave no emotion: {unlabelled} sequences")
    return "\n".join(lines)


def _faces(samples: list[Sample]) -> Faces:
    pixels = np.stack([read_face(sample) for sample in samples])
    to_fer2013 = {name: index for index, name in enumerate(FER2013_LABELS)}
    labels = np.array([to_fer2013.get(sample.emotion, -1) for sample in samples], np.int64)
    votes = np.zeros((len(samples), len(FERPLUS_LABELS) + 2), np.float32)
    votes[np.arange(len(samples)), [FERPLUS_LABELS.index(sample.emotion) for sample in samples]] = _VOTES
    return Faces(pixels, labels, votes)
