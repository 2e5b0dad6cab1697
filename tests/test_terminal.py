"""The reading in the terminal tells of what is lost, comes back or is not read, and goes on."""

import csv
import io
import re
from pathlib import Path

import numpy as np
import pytest

from app.capture.source import Source
from app.capture.sources import open_source
from app.cv import cv2
from app.settings import Settings
from app.terminal import run
from app.types import SourceError
from tests.engine_fakes import FakePipeline, FakeSource, engine_of


def test_a_camera_that_is_lost_and_comes_back_is_told_and_is_no_failure() -> None:
    opened: list[str] = []

    def open_fake(spec: str, _settings: Settings) -> Source:
        opened.append(spec)
        return FakeSource(
            5 if len(opened) == 1 else 1000,
            live=True,
            period_s=1 / 30,
            then=SourceError("cam: lost"),
            kind="camera",
        )

    engine = engine_of(open_fake, FakePipeline())
    out, err = io.StringIO(), io.StringIO()
    engine.start("0", seconds=2.0)
    assert run(engine, out, err) == 0
    said = err.getvalue().splitlines()
    assert said[1:] == ["mien: cam: lost; looking for it", "fake is back"]
    assert "frames read" in out.getvalue()


def read_in_the_terminal(source: Path, record: Path) -> list[str]:
    """What is said on stderr of a file or folder that is recorded; it must be no failure."""
    engine = engine_of(lambda _spec, _settings: open_source(str(source)), FakePipeline())
    err = io.StringIO()
    engine.start(str(source), record=record)
    assert run(engine, io.StringIO(), err) == 0
    return [line for line in err.getvalue().splitlines() if not line.startswith("reading ")]


def not_read(record: Path) -> list[str]:
    """The notes of a recording's events of what was not read."""
    with (record / "events.csv").open(newline="") as file:
        return [row["note"] for row in csv.DictReader(file) if row["event"] == "not_read"]


def test_a_video_that_ends_too_early_is_told_and_recorded(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "clip.avi"
    writer = cv2.VideoWriter(str(path), cv2.CAP_FFMPEG, cv2.VideoWriter.fourcc(*"MJPG"), 25.0, (160, 120))
    for _ in range(40):
        writer.write(np.zeros((120, 160, 3), np.uint8))
    writer.release()
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    (line,) = read_in_the_terminal(path, tmp_path / "session")
    assert re.fullmatch(r"mien: clip\.avi: damaged, ends after \d+ of 40 frames \(or was cut\)", line)
    assert not_read(tmp_path / "session") == [line.removeprefix("mien: ")]
    assert capfd.readouterr().err == ""


def test_images_that_are_skipped_are_told_and_recorded(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "faces"
    folder.mkdir()
    for name in ("2.png", "4.png"):
        cv2.imwrite(str(folder / name), np.zeros((40, 60, 3), np.uint8))
    for name in ("1.png", "3.png", "5.png"):
        (folder / name).write_bytes(b"broken")
    lines = read_in_the_terminal(folder, tmp_path / "session")
    # the lines of one moment are one
    assert re.fullmatch(r"mien: 5\.png: not an image that can be read;.*; skipped \(and 2 before it\)", lines[-1])
    assert [note.partition(":")[0] for note in not_read(tmp_path / "session")] == ["1.png", "3.png", "5.png"]
    assert capfd.readouterr().err == ""


def test_videos_beside_images_are_told_and_recorded(tmp_path: Path) -> None:
    folder = tmp_path / "faces"
    folder.mkdir()
    cv2.imwrite(str(folder / "1.png"), np.zeros((40, 60, 3), np.uint8))
    for name in ("clip.mp4", ".hidden.mp4", "notes.txt"):
        (folder / name).write_bytes(b"none")
    lines = read_in_the_terminal(folder, tmp_path / "session")
    told = f"{folder}: 1 videos beside images left out; name one to read it"
    assert lines == [f"mien: {told}"]
    assert not_read(tmp_path / "session") == [told]
