"""The thresholds of confidence and quality come from what was measured, and by the rule that is told."""

import json
from pathlib import Path

import numpy as np
import pytest
from skimage import data

from app.types import Image
from app.vision.pipeline import PipelineOptions
from app.vision.quality import QualityLimits
from model.data import SIDE_PX

pytest.importorskip("tqdm", reason="the tools' progress bar comes with the extra 'train'")

from tools.degraded import Sample, Series, Step, blurred, brightened, darkened, unchanged
from tools.thresholds import between_steps, by_turn, compare, coverage, first_reaching, main, risk_coverage_area

HEADER = "Usage,Image name,neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF"


def _sample(**values: np.ndarray) -> Sample:
    count = len(values["right"])
    names = ("side", "brightness", "sharpness", "turn", "ok", "confidence")
    return Sample(**{name: np.zeros(count) for name in names} | values)


def test_coverage_counts_the_answered_and_of_these_the_right():
    rows = coverage(np.array([0.95, 0.85, 0.55, 0.35]), np.array([1.0, 1.0, 0.0, 0.0]))
    found = {row["threshold"]: (row["answered"], row["accuracy"]) for row in rows}
    assert found[0.2] == (100, 50)
    assert found[0.5] == (75, 66.67)
    assert found[0.85] == (50, 100)
    assert found[0.9] == (25, 100)


def test_the_risk_coverage_area_is_the_mean_error_over_all_coverages():
    assert risk_coverage_area(np.array([0.9, 0.7, 0.8]), np.array([1.0, 0.0, 1.0])) == pytest.approx(100 / 9)
    assert risk_coverage_area(np.array([0.9, 0.7]), np.array([1.0, 1.0])) == 0


def test_the_even_odds_of_a_calibrated_confidence_are_at_one_half():
    rng = np.random.default_rng(0)
    confidence = rng.uniform(0.2, 1, 20_000)
    found = first_reaching(confidence, (rng.uniform(size=20_000) < confidence).astype(float), 0.5)
    assert found == pytest.approx(0.5, abs=0.03)
    assert first_reaching(confidence, np.zeros(20_000), 0.5) is None


@pytest.mark.parametrize(
    ("falls", "limit"),
    [
        ([0, 1, 9, 20], 15.0),
        ([0, 3, -1, 7], 5.0),
        ([0, 5, 30, 40], 20.0),
        ([0, 1, 2, 3], None),
    ],
)
def test_a_limit_lies_between_the_steps_where_the_fall_passes_five_points(falls: list[float], limit: float | None):
    assert between_steps([30, 20, 10, 0], falls) == limit


def test_the_limit_spares_all_but_one_in_a_hundred_of_the_faces_as_they_are():
    as_they_are = _sample(right=np.ones(1000), side=np.linspace(50, 150, 1000), ok=np.ones(1000))
    worse = _sample(right=np.r_[np.zeros(500), np.ones(500)], side=np.full(1000, 80.0), ok=np.zeros(1000))
    series = Series("small", "side", "px", -1, 24.0, (Step(80, 80, unchanged),))
    found = compare(series, [worse], as_they_are, as_they_are)
    assert found["falls_at"] == pytest.approx(98)
    assert found["limit"] == found["spares"] == pytest.approx(51)
    assert found["rows"] == [
        {"level": 80, "measured": 80, "detected": 100, "as_they_are": 100, "accuracy": 50, "passed": 0}
    ]


def test_faces_that_are_not_detected_are_left_out_of_the_comparison():
    as_they_are = _sample(right=np.array([1.0, 0.0, np.nan, 1.0]))
    worse = _sample(right=np.array([0.0, np.nan, 1.0, 1.0]))
    series = Series("small", "side", "px", -1, 24.0, (Step(20, 20, unchanged),))
    row = compare(series, [worse], as_they_are, as_they_are)["rows"][0]
    assert (row["detected"], row["as_they_are"], row["accuracy"]) == (66.67, 100, 50)


def test_the_limit_of_turning_is_where_turned_faces_are_read_worse():
    turns = np.linspace(0, 1, 1000)
    found = by_turn(_sample(right=(turns < 0.7).astype(float), turn=turns))
    assert found["limit"] == pytest.approx(0.7, abs=0.01)
    assert sum(row["faces"] for row in found["rows"]) == 1000


def test_degraded_frames_are_darker_brighter_and_softer():
    frame = np.random.default_rng(0).integers(60, 190, (96, 96, 3), dtype=np.uint8)
    rng = np.random.default_rng(1)
    dark = darkened(0.1)(frame, rng)
    assert dark.mean() == pytest.approx(frame.mean() * 0.1, abs=0.5)
    assert brightened(4)(frame, rng).max() == 255
    soft = blurred(1)(frame, rng)
    assert soft.std() < frame.std() / 3
    assert soft.mean() == pytest.approx(frame.mean(), abs=1)
    np.testing.assert_array_equal(unchanged(frame, rng), frame)


@pytest.fixture
def public_test(tmp_path: Path) -> list[str]:
    """Arguments that name two files of three faces, two of them with a majority."""
    image = data.astronaut()[60:200, 150:290].mean(axis=2).astype(np.uint8)
    pixels = _shrunk(image)
    faces, votes = ["emotion,pixels,Usage"], [HEADER]
    for row in ("0,10,0,0,0,0,0,0,0,0", "0,8,2,0,0,0,0,0,0,0", "0,5,5,0,0,0,0,0,0,0"):
        faces.append(f"3,{' '.join(map(str, pixels.ravel()))},PublicTest")
        votes.append(f"PublicTest,x.png,{row}")
    for name, lines in (("fer2013.csv", faces), ("fer2013new.csv", votes)):
        (tmp_path / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return ["--data", str(tmp_path / "fer2013.csv"), "--ferplus", str(tmp_path / "fer2013new.csv")]


def _shrunk(image: Image) -> Image:
    index = np.linspace(0, len(image) - 1, SIDE_PX).round().astype(int)
    return np.ascontiguousarray(image[np.ix_(index, index)])


def test_the_tool_tells_what_it_measured_beside_the_apps_defaults(
    public_test: list[str], tmp_path: Path, capfd: pytest.CaptureFixture[str]
):
    written = tmp_path / "thresholds.json"
    assert main([*public_test, "--faces", "1", "--json", str(written)]) == 0
    found = json.loads(written.read_text(encoding="utf-8"))
    assert (found["faces"], found["degraded"], found["confidence"]["no_majority"]["faces"]) == (2, 1, 1)
    assert found["detected"] == 100
    assert found["confidence"]["directly"]["rows"][0]["accuracy"] == 100
    assert found["confidence"]["default"] == PipelineOptions().min_confidence
    limits = QualityLimits()
    assert {name: one["default"] for name, one in found["quality"].items()} == {
        "small": limits.min_side_px,
        "dark": limits.min_brightness,
        "bright": limits.max_brightness,
        "blurred": limits.min_sharpness,
        "turned": limits.max_turn,
    }
    printed = capfd.readouterr().out
    assert printed.strip() == found["markdown"]
    assert "| 0.5 | 100.00 % | 100.00 % |" in printed
    assert all(len(line) <= 120 for line in printed.splitlines() if not line.startswith("|"))


def test_data_that_cannot_be_used_are_named_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    missing = tmp_path / "fer2013.csv"
    assert main(["--data", str(missing), "--ferplus", str(missing)]) == 2
    told = capsys.readouterr().err
    assert str(missing) in told
    assert told.count("\n") == 1
