"""What the report's charts and words are made of."""

from pathlib import Path

import numpy as np
import pytest

from app.session import report_charts as charts
from app.session.reader import read_session
from app.session.report_text import clock, duration, percent, points, ticks
from app.session.timing import frame_times
from app.types import EMOTIONS
from tests.sessions import face, make_session


def test_bins_hold_means_peaks_and_labels_by_time(tmp_path: Path) -> None:
    rows = [face(0, 0.0, "fear"), face(1, 0.1, "fear"), face(2, 0.2, "anger")]
    rows += [face(3, 0.3, "anger", quality="dark"), face(4, 10.0, "anger")]
    session = read_session(make_session(tmp_path, rows))
    found = charts.binned(session.readings, frame_times(session), np.arange(5), (0.0, 0.4), 2)
    fear, anger = EMOTIONS.index("fear"), EMOTIONS.index("anger")
    np.testing.assert_allclose(found.mean[:, fear], [0.86, 0.02])
    np.testing.assert_allclose(found.peak[:, anger], [0.02, 0.86])
    assert found.shown.tolist() == [fear, anger]
    np.testing.assert_allclose(found.withheld, [0.0, 0.5], atol=1e-9)


def test_a_bin_between_two_frames_holds_the_first_and_a_gap_holds_nothing(tmp_path: Path) -> None:
    times = [*np.arange(0, 5), *np.arange(30, 35)]
    session = read_session(make_session(tmp_path, [face(n, t_s, "fear") for n, t_s in enumerate(times)]))
    found = charts.binned(session.readings, frame_times(session), np.arange(10), (0.0, 35.0), 140)
    read = ~np.isnan(found.mean[:, 0])
    assert read.tolist() == [True] * 20 + [False] * 100 + [True] * 20
    assert charts.area(found.mean[:, EMOTIONS.index("fear")]).count("M") == 2


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.84, "0.8\u00a0s"), (42.4, "42\u00a0s"), (59.7, "1\u00a0min"), (200, "3\u00a0min 20\u00a0s"),
        (3599.8, "1\u00a0h"), (3725, "1\u00a0h 2\u00a0min"),
    ],
)  # fmt: skip
def test_lengths_of_time_are_words(seconds: float, text: str) -> None:
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "decimals", "text"),
    [(0, 0, "0:00"), (59.96, 1, "1:00.0"), (65.25, 1, "1:05.2"), (3599.6, 0, "1:00:00"), (36_000, 0, "10:00:00")],
)
def test_moments_are_as_on_a_clock(seconds: float, decimals: int, text: str) -> None:
    assert clock(seconds, decimals) == text


def test_what_is_little_is_not_nothing() -> None:
    assert [percent(share) for share in (0, 0.004, 0.996, 1)] == [
        "0\u00a0%",
        "<\u202f1\u00a0%",
        ">\u202f99\u00a0%",
        "100\u00a0%",
    ]
    assert [points(change) for change in (0.126, -0.04, 0.001, np.nan)] == ["+13", "−4", "0", "–"]


@pytest.mark.parametrize(
    "span", [(0.0, 0.3), (0.0, 20.0), (3.4, 7.9), (0.0, 3695.0), (0.0, 400_000.0), (0.0, 3_000_000.0)]
)
def test_an_axis_has_a_few_round_ticks_within_it(span: tuple[float, float]) -> None:
    marks = ticks(*span)
    assert 2 <= len(marks) <= 9
    assert all(0 <= at <= 1 + 1e-9 for at, _ in marks)
    assert len({label for _, label in marks}) == len(marks)
