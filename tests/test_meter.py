"""The rate is that of the last two seconds."""

import numpy as np
import pytest

from app.meter import Meter
from app.types import Frame, FrameResult


def test_the_rate_forgets_what_is_older_than_two_seconds() -> None:
    now = [0.0]
    meter = Meter(lambda: now[0])
    result = FrameResult(Frame(0, 0.0, np.zeros((2, 2, 3), np.uint8)))
    assert meter.rate() == 0
    for moment in [*np.arange(0, 1, 0.1), *np.arange(10, 11, 0.05)]:
        now[0] = float(moment)
        meter.count(result)
    assert meter.rate() == pytest.approx(20)
    assert meter.processed == 30
    now[0] = 14.0
    assert meter.rate() == 0
