"""The window when things go wrong, and its end."""

import errno
import os
import time
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.engine import Engine
from app.session.log import READINGS
from app.settings import Settings
from app.status import State
from app.types import SourceError
from app.vision.pipeline import Pipeline, PipelineOptions
from tests.ui.conftest import MakeWindow
from tests.ui.driving import message_of, running
from tests.ui.fakes import TinySource, describe, fake_engine

# what Qt's offscreen platform says of any window's smallest size


def test_a_source_that_cannot_be_opened_is_a_message_and_the_next_one_plays(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path
):
    def open_or_fail(spec: str) -> TinySource:
        if spec != "demo":
            raise SourceError(f"{spec}: no such file or folder")
        return TinySource()

    window = make_window(fake_engine(open_or_fail))
    window.open(str(tmp_path / "no.mp4"))
    assert "no.mp4: no such file or folder" in message_of(qtbot, window)
    assert window.commands.run.text() == "Start"
    running(qtbot, window)
    assert not window.message_bar.isVisible()


def test_a_source_that_is_lost_is_a_message_over_its_last_frame(qtbot: QtBot, make_window: MakeWindow):
    class Lost(TinySource):
        def read(self):
            frame = super().read()
            if frame is None:
                raise SourceError("tiny: the camera was unplugged")
            return frame

    window = make_window(fake_engine(lambda _spec: Lost(frames=5)))
    window.open("0")
    assert "unplugged" in message_of(qtbot, window)
    assert window.view.result is not None
    assert window.view.note is not None


def test_a_missing_model_is_a_message(qtbot: QtBot, make_window: MakeWindow, tmp_path: Path):
    window = make_window(
        Engine(
            lambda _spec, _settings: TinySource(),
            lambda _settings: Pipeline(PipelineOptions(), weights=tmp_path / "none"),
            describe,
            Settings(),
        )
    )
    window.open("demo")
    assert "emotion.onnx" in message_of(qtbot, window)
    qtbot.waitUntil(lambda: window.readout.state.text() == "Not reading")


def test_escape_closes_the_message(qtbot: QtBot, make_window: MakeWindow):
    window = make_window()
    qtbot.keyClick(window, Qt.Key.Key_R)
    assert "start a source" in message_of(qtbot, window)
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert not window.message_bar.isVisible()


def test_a_folder_that_cannot_be_made_is_a_message_and_the_view_goes_on(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path
):
    (tmp_path / "file").touch()
    window = running(qtbot, make_window(chosen=Settings(recordings=str(tmp_path / "file" / "below"))))
    qtbot.keyClick(window, Qt.Key.Key_R)
    assert "cannot be written" in message_of(qtbot, window)
    assert not window.commands.record.isChecked()
    seen = window.view.result
    qtbot.waitUntil(lambda: window.view.result is not seen)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full, the full disk of Linux")
def test_a_full_disk_is_a_message_and_the_view_goes_on(
    qtbot: QtBot, make_window: MakeWindow, monkeypatch: pytest.MonkeyPatch
):
    real_open = Path.open

    def open_on_a_full_disk(path: Path, mode: str = "r", **options):
        full = path.name == READINGS and "x" in mode
        return (
            real_open(Path("/dev/full"), mode.replace("x", "w"), **options)
            if full
            else real_open(path, mode, **options)
        )

    monkeypatch.setattr(Path, "open", open_on_a_full_disk)
    window = running(qtbot, make_window())
    qtbot.keyClick(window, Qt.Key.Key_R)
    assert os.strerror(errno.ENOSPC) in message_of(qtbot, window)
    qtbot.waitUntil(lambda: not window.commands.record.isChecked())
    seen = window.view.result
    qtbot.waitUntil(lambda: window.view.result is not seen)
    assert window.readout.state.text() == "Reading"


def fails(_spec: str) -> TinySource:
    raise SourceError("none")


@pytest.mark.parametrize(
    ("open_source", "state"),
    [
        (None, State.IDLE),
        (lambda _spec: TinySource(stall_after=0), State.OPENING),
        (lambda _spec: TinySource(), State.RUNNING),
        (lambda _spec: TinySource(frames=3), State.ENDED),
        (fails, State.FAILED),
    ],
    ids=["idle", "opening", "running", "ended", "failed"],
)
def test_the_window_closes_within_two_seconds_in_every_state(qtbot: QtBot, make_window: MakeWindow, open_source, state):
    sources: list[TinySource] = []

    def open_and_keep(spec: str) -> TinySource:
        sources.append(open_source(spec))
        return sources[-1]

    engine = fake_engine(open_and_keep)
    window = make_window(engine)
    if open_source is not None:
        window.open("demo")
    qtbot.waitUntil(lambda: engine.status().state is state)
    start_s = time.monotonic()
    window.close()
    assert time.monotonic() - start_s < 2.3
    assert not window.isVisible()
    for source in sources:
        source.released.set()
