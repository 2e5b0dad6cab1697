"""The examples of docs/library.md, as a user runs them: by their path, from another folder."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from app.types import EMOTIONS, Frame
from app.vision.pipeline import Pipeline

from .analyze_clips import write_clip

REPOSITORY = Path(__file__).resolve().parent.parent


def _run(name: str, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(REPOSITORY / "examples" / name), *arguments],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_live_prints_a_line_a_face_and_second(tmp_path: Path) -> None:
    done = _run("live.py", tmp_path, "demo", "--seconds", "2.5")
    assert (done.returncode, done.stderr) == (0, "")
    lines = [line.split() for line in done.stdout.splitlines()]
    assert 2 <= len(lines) <= 6
    assert all(line[2:4] == ["face", "1"] for line in lines)
    assert {line[4] for line in lines} <= {*EMOTIONS, "uncertain"}


def test_live_reads_a_file_to_its_end(tmp_path: Path) -> None:
    write_clip(tmp_path / "talk.mp4")
    done = _run("live.py", tmp_path, "talk.mp4")
    assert (done.returncode, done.stderr) == (0, "")
    assert "face 1" in done.stdout


def test_files_prints_a_table_with_a_line_a_file(tmp_path: Path) -> None:
    for name in ("a.mp4", "b.mp4"):
        write_clip(tmp_path / "talks" / name, frames=10)
    done = _run("files.py", tmp_path, "talks", "--out", "results")
    assert done.returncode == 0, done.stderr
    header, *lines = [
        line.split() for line in done.stdout.splitlines() if line.startswith(("file ", "a.mp4 ", "b.mp4 "))
    ]
    assert header == ["file", "seconds", "faces", *EMOTIONS]
    assert [line[0] for line in lines] == ["a.mp4", "b.mp4"]
    for line in lines:
        assert float(line[1]) == pytest.approx(10 / 15, abs=0.1)
        assert int(line[2]) >= 1
        assert 50 <= sum(int(share.rstrip("%")) for share in line[3:]) <= 104  # eight times rounded
    assert all(path.is_dir() for path in (tmp_path / "results").iterdir() if path.name != "summary.csv")


@pytest.mark.parametrize(
    ("name", "arguments"),
    [("live.py", ["nowhere.mp4"]), ("files.py", ["nowhere.mp4", "--out", "results"])],
)
def test_what_cannot_be_used_is_one_line_and_status_2(tmp_path: Path, name: str, arguments: list[str]) -> None:
    done = _run(name, tmp_path, *arguments)
    assert done.returncode == 2
    assert "nowhere.mp4" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_an_image_turned_from_rgb_by_a_view_is_read_as_its_copy() -> None:
    from app.capture.demo import DemoClip

    image = DemoClip().render(7.5)
    view = np.ascontiguousarray(image[:, :, ::-1])[:, :, ::-1]
    pipeline = Pipeline()
    of_view, of_copy = (pipeline.process(Frame(0, 0.0, pixels), still=True).readings for pixels in (view, image))
    pipeline.close()
    assert [reading.raw.tolist() for reading in of_view] == [reading.raw.tolist() for reading in of_copy]
    assert len(of_view) >= 1
