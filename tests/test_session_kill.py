"""A recording that is killed at any moment reads, and lacks no more than its last second."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from app.session.reader import read_session
from app.session.video import VideoReader

KILLS = 50


def _told(report: Path) -> list[tuple[int, float]]:
    """The frames that a report tells of, number and seconds: those that the source had given, or the first read."""
    if not report.exists():
        return []
    # the last line may break off, as the process did
    lines = report.read_text().split("\n")[:-1]
    return [(int(line.split()[0]), float(line.split()[1])) for line in lines]


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_fifty_recordings_killed_at_random_moments_read_and_lose_a_second_at_most(
    tmp_path: Path, repository: Path
) -> None:
    command = [sys.executable, "-m", "tests.recording_children", "kill", str(tmp_path), str(KILLS), "5"]
    subprocess.run(command, cwd=repository, check=True, timeout=150)
    lost: list[float] = []
    for number in range(KILLS):
        folder = tmp_path / str(number)
        produced = _told(folder.with_suffix(".produced"))
        if not (folder / "session.json").exists():
            # killed before its first frame was written
            assert not produced or produced[-1][1] <= 1.0
            continue
        session = read_session(folder)
        assert not session.complete
        frames, times = session.readings["frame"], session.readings["t_s"]
        reached = float(times[-1]) if len(times) else 0.0
        # what is there is whole: two faces in each frame, in order, at the time the source gave them
        whole = frames if len(frames) % 2 == 0 else frames[:-1]
        assert np.array_equal(whole[::2], whole[1::2])
        assert (np.diff(whole[::2]) > 0).all()
        [(first, began_s)] = _told(folder.with_suffix(".first"))
        assert began_s - produced[0][1] <= 1.0
        given = dict(produced)
        expected = [given[int(frame) + first] - began_s for frame in frames]
        assert np.allclose(times, expected, atol=2e-4)
        lost.append(produced[-1][1] - began_s - reached)
        assert json.loads((folder / "session.json").read_text())["source"] == "tiny"
    assert len(lost) > KILLS // 2
    assert max(lost) <= 1.0


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_videos_of_killed_recordings_read_up_to_their_end(tmp_path: Path, repository: Path) -> None:
    command = [sys.executable, "-m", "tests.recording_children", "kill", str(tmp_path), "10", "6"]
    subprocess.run(command, cwd=repository, check=True, timeout=90)
    read = 0
    for number in range(0, 10, 2):
        folder = tmp_path / str(number)
        times = read_session(folder).readings["t_s"] if (folder / "readings.csv").exists() else np.empty(0)
        if not len(times) or times[-1] < 0.5:
            continue
        reader = VideoReader(folder / "video.mkv")
        assert reader.at(float(times[-1])) is not None
        assert reader.since_s >= times[-1] - 1.0
        reader.close()
        read += 1
    assert read >= 2
