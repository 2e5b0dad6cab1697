"""One temperature a head, so that confidence means how often a reading is right (Guo et al. 2017)."""

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize_scalar

from model.metrics import Array

_BOUNDS = (0.1, 10.0)
_TINY = 1e-30


def fit_temperature(probabilities: Array, labels: npt.NDArray[np.int64]) -> float:
    """Return the T whose softmax(logits / T) has the least negative log-likelihood of labels (N,).

    Args:
        probabilities: softmax outputs (N, C) at T = 1; their logarithm is the logits up to a constant a row.
        labels: the true classes; rows below 0 are left out.
    """
    kept = labels >= 0
    logits = np.log(np.maximum(probabilities[kept].astype(np.float64), _TINY))
    rows, truth = np.arange(len(logits)), labels[kept]

    def loss(log_t: float) -> float:
        scaled = logits / np.exp(log_t)
        peak = scaled.max(1)
        return float((peak + np.log(np.exp(scaled - peak[:, None]).sum(1)) - scaled[rows, truth]).mean())

    found = minimize_scalar(loss, bounds=tuple(np.log(_BOUNDS)), method="bounded")
    return float(np.exp(found.x))
