"""What a soak says of its samples and sessions, and a short one of the real window."""

import csv
import json
import os
import signal
import sys
from dataclasses import fields, replace
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from app.session.reader import read_session
from tests.sessions import face, make_session, no_face
from tools.heap import heap_mib
from tools.soak import main, soak
from tools.soak_driver import Pace
from tools.soak_report import Sample, counted, found_in, memory, sessions, table, warm_up_s

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="counts in Linux's /proc")

FIRST = Sample(0.0, 300.0, 90.0, 20, 10, 200, 100, 0, 0, 1)


def line_of(slope_mib_per_h: float, hours: float = 2.0) -> list[Sample]:
    """A sample every ten seconds, memory on a straight line from 300 MiB on."""
    moments = range(0, round(hours * 3600) + 1, 10)
    return [replace(FIRST, t_s=float(t_s), memory_mib=300 + slope_mib_per_h * t_s / 3600) for t_s in moments]


def test_a_steady_growth_is_told_as_its_slope_and_as_the_drift_from_the_first_to_the_last_tenth():
    found = memory(line_of(12.0))
    assert found is not None
    assert found.slope_mib_per_h == pytest.approx(12.0)
    # the medians are a twentieth of the time from either end
    assert found.drift_mib == pytest.approx(0.9 * 24, abs=0.1)
    assert found.most_mib == pytest.approx(324.0)


def test_a_single_peak_changes_no_median():
    samples = line_of(0.0)
    samples[-2] = replace(samples[-2], memory_mib=900.0)
    found = memory(samples)
    assert found is not None
    assert (found.drift_mib, found.most_mib) == (0.0, 900.0)


def test_fewer_than_two_moments_have_no_drift():
    assert memory([]) is None
    assert memory([FIRST, FIRST]) is None
    assert memory([replace(FIRST, t_s=t_s, heap_mib=None) for t_s in (0.0, 10.0)], "heap_mib") is None


def test_what_is_only_kept_is_told_apart_from_what_is_used():
    found = found_in(line_of(12.0), 7200.0)
    assert found["memory"]["slope_mib_per_h"] == pytest.approx(12.0)
    assert (found["heap"]["slope_mib_per_h"], found["heap"]["first_mib"]) == (pytest.approx(0.0), 90.0)


@pytest.mark.skipif(heap_mib() is None, reason="not glibc, or one before 2.33")
def test_the_heap_grows_by_what_is_taken_and_shrinks_by_what_is_given_back():
    before = heap_mib()
    assert before is not None
    for size in (1 << 10, 1 << 20):
        taken = [bytearray(size) for _ in range((64 << 20) // size)]
        assert heap_mib() == pytest.approx(before + 64, abs=4)
        del taken
        assert heap_mib() == pytest.approx(before, abs=4)


def test_the_warm_up_is_a_tenth_and_at_most_five_minutes_and_left_out():
    assert warm_up_s(60.0) == pytest.approx(6.0)
    assert warm_up_s(7200.0) == 300.0
    samples = line_of(0.0)
    samples[:30] = [replace(sample, memory_mib=100.0, files=90) for sample in samples[:30]]
    found = found_in(samples, 7200.0)
    assert found["memory"]["drift_mib"] == 0.0
    assert found["counted"]["files"] == {"first": 20, "last": 20, "most": 20}


def test_handles_are_told_first_last_and_most():
    samples = [replace(FIRST, files=files) for files in (20, 31, 22)]
    assert counted(samples)["files"] == {"first": 20, "last": 22, "most": 31}
    assert counted([]) == {}


def test_each_session_is_held_against_its_counters(tmp_path: Path):
    rows = [face(0, 0.0, "happiness"), face(0, 0.0, "fear", track=2), no_face(2, 0.1)]
    counters = {"frames": 2, "rows": 3, "dropped": {"busy": 1, "disk": 0}}
    make_session(tmp_path / "right", rows, meta={"counters": counters})
    assert sessions(tmp_path) == ({"folders": 1, "empty": 0, "frames": 2, "rows": 3, "busy": 1, "disk": 0}, [])
    make_session(tmp_path / "short", rows[:2], meta={"counters": counters})
    make_session(tmp_path / "cut", rows, meta={"counters": counters, "ended_utc": None})
    make_session(tmp_path / "torn", ["0,zero"])
    (tmp_path / "empty").mkdir()
    totals, wrong = sessions(tmp_path)
    assert (totals["folders"], totals["empty"], totals["rows"]) == (5, 1, 8)
    assert wrong[:3] == [
        "cut: was not ended",
        "short: readings.csv has 2 rows, session.json says 3",
        "short: readings.csv has 1 frames, session.json says 2",
    ]
    assert len(wrong) == 4
    assert "torn" in wrong[3]


def test_a_session_without_counters_is_a_mismatch(tmp_path: Path):
    make_session(tmp_path / "old", [no_face(0, 0.0)], meta={"counters": {}})
    assert sessions(tmp_path)[1][0] == "old: readings.csv has 1 rows, session.json says None"


@pytest.mark.usefixtures("qapp")
def test_a_short_soak_uses_the_window_and_finds_every_row(tmp_path: Path):
    pace = Pace(overlay_s=0.3, blur_s=0.7, switch_s=1.5, resize_s=0.5, sample_s=0.25, progress_s=60.0)
    found = soak(6.0, tmp_path, pace, video_s=0.5)
    assert found["wrong"] == []
    assert found["whole"]
    assert found["seconds"] == pytest.approx(6.0, abs=2.0)
    assert found["frames"] > 10
    done = found["done"]
    assert min(done.values()) > 0
    # each source has a recording of its own
    assert found["recorded"]["folders"] == 1 + done["switched"] + done["again"]
    # what a source has read since the last look at it, when another follows, is recorded and not counted
    assert 0 < found["recorded"]["frames"] <= found["frames"] + 5 * found["recorded"]["folders"]
    sources = {
        read_session(folder).info.source for folder in (tmp_path / "recordings").iterdir() if any(folder.iterdir())
    }
    assert sources == {"demo", "demo.mkv"}
    with (tmp_path / "soak.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    assert header == [field.name for field in fields(Sample)]
    assert len(rows) == found["samples"] > 10
    assert found["memory"]["first_mib"] > 50
    if heap_mib() is not None:
        assert 10 < found["heap"]["first_mib"] < found["memory"]["first_mib"]
    assert found["counted"]["threads"]["first"] >= 3
    assert json.loads((tmp_path / "soak.json").read_text(encoding="utf-8")) == found
    assert "wrong       nothing" in table(found)
    # nothing of it goes on
    assert not QApplication.topLevelWidgets()


@pytest.mark.usefixtures("qapp")
def test_ctrl_c_ends_it_early_with_what_there_is(tmp_path: Path):
    def press() -> None:
        """Ctrl-C once the first sample is there: what listens for it is by then."""
        if (tmp_path / "soak.csv").exists() and (tmp_path / "soak.csv").read_text(encoding="utf-8").count("\n") > 1:
            pressing.stop()
            os.kill(os.getpid(), signal.SIGINT)

    pressing = QTimer(interval=50)
    pressing.timeout.connect(press)
    pressing.start()
    found = soak(60.0, tmp_path, video_s=0.5)
    assert not found["whole"]
    assert found["seconds"] < 30
    assert found["wrong"] == []
    assert found["samples"] == 1
    assert "ended early: 1 min were asked for" in table(found)


@pytest.mark.parametrize("minutes", ["0", "-1", "inf", "nan", "long"])
def test_minutes_that_are_none_are_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str], minutes: str):
    assert main(["--minutes", minutes, "--out", str(tmp_path / "out")]) == 2
    assert capsys.readouterr().err == f"soak: --minutes is {minutes!r}; give a number above 0\n"
    assert not (tmp_path / "out").exists()


def test_a_folder_that_is_not_empty_or_no_folder_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "file").touch()
    assert main(["--minutes", "1", "--out", str(tmp_path)]) == 2
    assert capsys.readouterr().err == f"soak: {tmp_path}: not empty; give a new folder\n"
    assert main(["--minutes", "1", "--out", str(tmp_path / "file")]) == 2
    assert capsys.readouterr().err.count("\n") == 1
