"""Training, validation and test sets: drawn once, by a fixed seed, so that a test face stays one whatever is trained.

File names and their order decide nothing but the draw; the seed of a run has no part in it.
"""

from collections import defaultdict
from typing import Final

import numpy as np

from model.data import DataError
from model.datasets.samples import Sample

SPLITS: Final = ("training", "validation", "test")
_SEED: Final = 0


def split_stratified(samples: list[Sample], sizes: tuple[int, int, int]) -> dict[str, list[Sample]]:
    """Draw splits in the proportions ``sizes``, each with the same shares of emotions; persons are not kept apart.

    Raises:
        DataError: too few samples to put one into each split.
    """
    targets = _targets(len(samples), sizes)
    rng = np.random.default_rng(_SEED)
    place = np.empty(len(samples))
    of_emotion: dict[str, list[int]] = defaultdict(list)
    for index, sample in enumerate(samples):
        of_emotion[sample.emotion].append(index)
    for _, indices in sorted(of_emotion.items()):
        # evenly spread places in [0, 1]: any stretch of the whole holds its share of each emotion
        place[rng.permutation(indices)] = (np.arange(len(indices)) + rng.random()) / len(indices)
    order = np.argsort(place, kind="stable")
    parts = np.split(order, np.cumsum(targets)[:2])
    return {name: [samples[i] for i in sorted(part)] for name, part in zip(SPLITS, parts, strict=True)}


def split_by_subject(samples: list[Sample], sizes: tuple[int, int, int]) -> dict[str, list[Sample]]:
    """Draw splits of whole persons: each goes where most is still missing of the proportions ``sizes``.

    Raises:
        DataError: fewer than three subjects.
    """
    of_subject: dict[str, list[Sample]] = defaultdict(list)
    for sample in samples:
        of_subject[sample.subject].append(sample)
    if len(of_subject) < len(SPLITS):
        raise DataError(f"{len(of_subject)} subjects cannot be split by subject; give more, or --split-by paper")
    missing = np.array(_targets(len(samples), sizes), np.float64)
    splits: dict[str, list[Sample]] = {name: [] for name in SPLITS}
    subjects = np.random.default_rng(_SEED).permutation(sorted(of_subject))
    for index, subject in enumerate(subjects):
        empty = [i for i, name in enumerate(SPLITS) if not splits[name]]
        open_to = empty if len(empty) == len(subjects) - index else range(len(SPLITS))
        chosen = max(open_to, key=lambda i: missing[i])
        splits[SPLITS[chosen]] += of_subject[subject]
        missing[chosen] -= len(of_subject[subject])
    return splits


def _targets(n: int, sizes: tuple[int, int, int]) -> tuple[int, int, int]:
    if n < len(SPLITS):
        raise DataError(f"{n} pictures cannot be split into {', '.join(SPLITS)}; give the whole set")
    total = sum(sizes)
    validation, test = (max(1, round(n * size / total)) for size in sizes[1:])
    return n - validation - test, validation, test
