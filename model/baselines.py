"""What the paper argues against: hand-crafted features and a linear support vector machine (SVM), in standard settings.

Histograms go through their square root, which makes the linear SVM one with the Hellinger kernel (Vedaldi & Zisserman,
"Efficient Additive Kernels via Explicit Feature Maps", 2012), and takes minutes where a kernel machine takes hours. The
SVM is one against the rest with squared hinge loss; its C is what PublicTest decides.
"""

import json
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt
from scipy import sparse
from skimage.feature import hog, local_binary_pattern
from sklearn.cluster import MiniBatchKMeans
from sklearn.svm import LinearSVC
from tqdm import tqdm

from model import metrics
from model.data import SIDE_PX, DataError, Faces, Pixels
from model.files import replacing
from model.fitted import Fitted, Score, digest, other_fit
from model.labels import FER2013_LABELS
from model.metrics import Array

C_GRID: Final = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
_BATCH: Final = 64

_CELL_PX: Final = 8
_CELLS: Final = SIDE_PX // _CELL_PX
_ORIENTATIONS: Final = 9
_LBP_POINTS: Final = 8
_LBP_RADIUS_PX: Final = 1
# Of 256 patterns of eight points, 58 have at most two changes between 0 and 1; all others share one bin.
_LBP_CODES: Final = 59

# Patches of 16 px every 4, as on larger pictures, scored 4 points less on PublicTest (fitted to 8,000 faces).
_SIFT_STEP_PX: Final = 2
_SIFT_PATCH_PX: Final = 12
# OpenCV's descriptor spans 4 bins of 3 standard deviations, and a keypoint's size is two of those.
_SIFT_SIZE_PX: Final = _SIFT_PATCH_PX / 6
_SIFT_AT: Final = range(4, SIDE_PX - 3, _SIFT_STEP_PX)
_VOCABULARY_FACES: Final = 2000
# Parts a side and weight of each level (Lazebnik et al. 2006, two levels below the whole).
_PYRAMID: Final = ((1, 0.25), (2, 0.25), (4, 0.5))

Extract = Callable[[Pixels, Array], Any]
"""From faces, uint8 (N, 48, 48), and a vocabulary (words, 128) to features (N, D), a float array or a sparse matrix."""


def hog_features(pixels: Pixels, _: Array) -> Array:
    """Histograms of oriented gradients, float32 (N, 900).

    Dalal & Triggs, "Histograms of Oriented Gradients for Human Detection" (2005): square root of the pixels, 9 unsigned
    orientations, cells of 8x8 px, overlapping blocks of 2x2 cells, L2-Hys.
    """
    found = [
        hog(
            face,
            orientations=_ORIENTATIONS,
            pixels_per_cell=(_CELL_PX, _CELL_PX),
            cells_per_block=(2, 2),
            block_norm="L2-Hys",
            transform_sqrt=True,
        )
        for face in pixels
    ]
    return np.asarray(found, np.float32)


def lbp_features(pixels: Pixels, _: Array) -> Any:
    """Histograms of uniform local binary patterns in 6x6 cells of 8x8 px, sparse (N, 2124).

    Ahonen et al., "Face Description with Local Binary Patterns" (2006) and, for expressions, Shan et al. (2009): eight
    neighbours; at a radius of one pixel, as these faces are a third to a half of theirs.
    """
    row, column = np.divmod(np.arange(SIDE_PX * SIDE_PX), SIDE_PX)
    cell = row // _CELL_PX * _CELLS + column // _CELL_PX
    width = _CELLS * _CELLS * _LBP_CODES
    counts = [
        np.bincount(
            cell * _LBP_CODES
            + local_binary_pattern(face, _LBP_POINTS, _LBP_RADIUS_PX, "nri_uniform").astype(np.int64).ravel(),
            minlength=width,
        )
        for face in pixels
    ]
    return sparse.csr_matrix(np.sqrt(np.asarray(counts, np.float32) / _CELL_PX**2))


def sift_descriptors(pixels: Pixels) -> Array:
    """Upright SIFT descriptors (Lowe 2004) of 12x12 px patches on a grid of 2 px, float32 (N, 441, 128)."""
    sift = cv2.SIFT.create()
    grid = [cv2.KeyPoint(float(x), float(y), _SIFT_SIZE_PX, 0.0) for y in _SIFT_AT for x in _SIFT_AT]
    return np.stack([sift.compute(face, grid)[1] for face in pixels])


def sift_words(pixels: Pixels, vocabulary: Array) -> Any:
    """Bags of visual words (Csurka et al. 2004) in a spatial pyramid of 1, 2x2 and 4x4, sparse (N, 21 x words).

    Dense SIFT and the pyramid after Lazebnik et al., "Beyond Bags of Features" (2006), as Ionescu et al., "Local
    Learning to Improve Bag of Visual Words Model for Facial Expression Recognition" (2013), use them on FER-2013.
    """
    descriptors = sift_descriptors(pixels)
    faces, points, _ = descriptors.shape
    # |d - v|² without |d|², which is the same for all words
    distances = np.square(vocabulary).sum(1) - 2 * (descriptors.reshape(faces * points, -1) @ vocabulary.T)
    words = distances.argmin(1).reshape(faces, points)
    y, x = np.divmod(np.arange(points), len(_SIFT_AT))
    levels = []
    for parts, weight in _PYRAMID:
        part = y * parts // len(_SIFT_AT) * parts + x * parts // len(_SIFT_AT)
        columns = part * len(vocabulary) + words
        counts = sparse.csr_matrix(
            (np.ones(columns.size, np.float32), (np.repeat(np.arange(faces), points), columns.ravel())),
            shape=(faces, parts * parts * len(vocabulary)),
        )
        levels.append((counts * (weight / points)).sqrt())
    return sparse.hstack(levels, format="csr")


def learn_vocabulary(pixels: Pixels, words: int) -> Array:
    """Cluster the descriptors of up to 2,000 faces into ``words`` centres (words, 128) by k-means."""
    chosen = np.random.default_rng(0).permutation(len(pixels))[:_VOCABULARY_FACES]
    descriptors = sift_descriptors(pixels[np.sort(chosen)]).reshape(-1, 128)
    means = MiniBatchKMeans(words, random_state=0, n_init=1, batch_size=4096).fit(descriptors)
    return np.asarray(means.cluster_centers_, np.float32)


@dataclass(frozen=True, slots=True)
class Baseline:
    """One kind of features; ``words`` above 0 asks for a vocabulary of that size. ``settings`` are for the record."""

    name: str
    extract: Extract
    words: int = 0
    settings: dict[str, Any] = field(default_factory=dict)


BASELINES: Final = {
    baseline.name: baseline
    for baseline in (
        Baseline("sift_bow_svm", sift_words, 1000, {"step_px": _SIFT_STEP_PX, "patch_px": _SIFT_PATCH_PX}),
        Baseline("hog_svm", hog_features, 0, {"cell_px": _CELL_PX, "orientations": _ORIENTATIONS}),
        Baseline("lbp_svm", lbp_features, 0, {"cell_px": _CELL_PX, "radius_px": _LBP_RADIUS_PX}),
    )
}


def fit(baseline: Baseline, training: Faces, validation: Faces, folder: Path) -> Fitted:
    """Fit the SVM on ``training`` for each C and take the one with the highest accuracy on ``validation`` (PublicTest).

    Writes ``model.npz`` and ``fit.json`` into ``folder``; where they are there, nothing is fitted.

    Raises:
        DataError: an emotion has no face to train on, or the folder holds a damaged fit or another one.
    """
    key = digest(
        training, validation, json.dumps([baseline.name, baseline.words, baseline.settings, _PYRAMID, list(C_GRID)])
    )
    if (folder / "fit.json").exists():
        return _load(baseline, folder, key)
    missing = [name for label, name in enumerate(FER2013_LABELS) if label not in training.labels]
    if missing:
        raise DataError(f"no face to train on shows {', '.join(missing)}; give Kaggle's fer2013.csv with --data")
    started = time.monotonic()
    vocabulary = learn_vocabulary(training.pixels, baseline.words) if baseline.words else np.zeros((0, 128), np.float32)
    known = _extract_all(baseline, training.pixels, vocabulary)
    unseen = _extract_all(baseline, validation.pixels, vocabulary)
    accuracies: dict[str, float] = {}
    best: tuple[Array, Array] | None = None
    for c in tqdm(C_GRID, desc=f"{baseline.name}, C", leave=False):
        svm = LinearSVC(C=c, random_state=0).fit(known, training.labels)
        found = (np.asarray(svm.coef_, np.float32), np.asarray(svm.intercept_, np.float32))
        accuracy = round(metrics.accuracy(_decide(unseen, *found), validation.labels), 2)
        if best is None or accuracy > max(accuracies.values()):
            best = found
        accuracies[str(c)] = accuracy
    assert best is not None
    chosen = {"C": float(max(accuracies, key=lambda c: accuracies[c])), "PublicTest": accuracies}
    fit_s = round(time.monotonic() - started, 1)
    folder.mkdir(parents=True, exist_ok=True)
    with replacing(folder / "model.npz") as file:
        np.savez(file, vocabulary=vocabulary, coef=best[0], intercept=best[1])
    with replacing(folder / "fit.json") as file:
        file.write(json.dumps({"key": key, "chosen": chosen, "fit_s": fit_s}).encode())
    return _load(baseline, folder, key)


def _load(baseline: Baseline, folder: Path, key: str) -> Fitted:
    try:
        record = json.loads((folder / "fit.json").read_text(encoding="utf-8"))
        with np.load(folder / "model.npz", allow_pickle=False) as arrays:
            vocabulary, coef, intercept = (arrays[name] for name in ("vocabulary", "coef", "intercept"))
        saved_key, chosen, fit_s = record["key"], record["chosen"], record["fit_s"]
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
        raise DataError(f"{folder}: holds a damaged fit; delete it, it is made again") from error
    if saved_key != key:
        raise other_fit(folder)
    parameters = vocabulary.size + coef.size + intercept.size
    return Fitted(_scorer(baseline, vocabulary, coef, intercept), parameters, fit_s, chosen, key)


def _scorer(baseline: Baseline, vocabulary: Array, coef: Array, intercept: Array) -> Score:
    def score(pixels: Pixels) -> Array:
        batches = (baseline.extract(batch, vocabulary) for batch in _batches(pixels))
        return np.concatenate([_decide(features, coef, intercept) for features in batches])

    return score


def _extract_all(baseline: Baseline, pixels: Pixels, vocabulary: Array) -> Any:
    total = -(-len(pixels) // _BATCH)
    bar = tqdm(_batches(pixels), total=total, desc=f"{baseline.name}, features", leave=False, mininterval=1.0)
    found = [baseline.extract(batch, vocabulary) for batch in bar]
    return sparse.vstack(found, format="csr") if sparse.issparse(found[0]) else np.concatenate(found)


def _batches(pixels: Pixels) -> Iterator[Pixels]:
    for start in range(0, len(pixels), _BATCH):
        yield pixels[start : start + _BATCH]


def _decide(features: Any, coef: Array, intercept: Array) -> Array:
    """Signed distances (N, 7) of features (N, D) from the seven planes."""
    distances: npt.NDArray[np.float32] = features @ coef.T + intercept
    return distances
