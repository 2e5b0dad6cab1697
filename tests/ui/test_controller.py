"""What the window's controls do."""

import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from app.capture.devices import Camera
from app.session.log import READINGS
from app.settings import Settings, load_settings
from app.status import State
from app.types import SourceError
from app.ui.cameras import CameraFinder
from app.ui.controller import LiveController
from tests.ui.fakes import TinySource, fake_engine

Make = Callable[..., LiveController]


@pytest.fixture
def make(tmp_path: Path, settings: Settings) -> Iterator[Make]:
    """Make controllers that are closed at the end."""
    made: list[LiveController] = []

    def build(open_source=lambda _spec: TinySource(), chosen: Settings = settings, **options) -> LiveController:
        controller = LiveController(fake_engine(open_source), chosen, tmp_path / "settings.json", **options)
        made.append(controller)
        return controller

    yield build
    for controller in made:
        controller.close(2.0)


def wait_for(condition: Callable[[], object]) -> None:
    """Wait up to five seconds."""
    pause = threading.Event()
    for _ in range(500):
        if condition():
            return
        pause.wait(0.01)
    pytest.fail("it did not come about")


def test_stopping_shows_at_once_even_while_a_source_is_still_being_opened(make: Make):
    opening = threading.Event()

    def open_slowly(_spec: str) -> TinySource:
        opening.wait()
        raise SourceError("http://host: no video there")

    controller = make(open_slowly)
    controller.open("http://host")
    assert controller.poll().active
    controller.toggle_running()
    assert not controller.poll().active
    assert controller.poll().status.state is State.IDLE
    opening.set()
    wait_for(lambda: controller._engine.status().state is State.IDLE)
    assert controller.poll().message is None


def test_a_stopped_source_starts_again(make: Make):
    controller = make()
    controller.open("demo")
    wait_for(controller.newest)
    controller.toggle_running()
    controller.toggle_running()
    assert controller.poll().active
    wait_for(controller.newest)


def test_a_failure_is_told_once_and_can_be_dismissed(make: Make):
    def fail(_spec: str) -> TinySource:
        raise SourceError("nothing.mp4: no such file or folder")

    controller = make(fail)
    controller.open("nothing.mp4")
    wait_for(lambda: controller.poll().message)
    message = controller.poll().message
    assert message is not None
    assert message.error
    assert message.text == "nothing.mp4: no such file or folder"
    controller.dismiss()
    assert controller.poll().message is None
    controller.open("nothing.mp4")
    wait_for(lambda: controller.poll().message)


def test_frames_that_stay_away_for_a_second_are_waited_for(make: Make):
    now_s = 0.0
    source = TinySource(stall_after=1)
    controller = make(lambda _spec: source, clock=lambda: now_s)
    controller.open("demo")
    wait_for(lambda: controller._engine.status().processed == 1)
    controller.newest()
    assert not controller.poll().waiting
    now_s = 1.5
    snapshot = controller.poll()
    assert snapshot.waiting
    assert snapshot.note is not None
    source.released.set()
    wait_for(lambda: controller._engine.status().processed > 1)
    controller.newest()
    assert not controller.poll().waiting


def test_milliseconds_a_stage_are_the_mean_of_the_last_second(make: Make):
    controller = make()
    controller.open("demo")
    wait_for(controller.newest)
    assert controller.poll().stages_ms == {"detect": 3.0, "crop": 0.5, "classify": 2.0, "track": 0.1}


def test_a_recording_goes_into_a_new_folder_named_after_time_and_source(make: Make, settings: Settings):
    controller = make(now=lambda: datetime(2026, 1, 2, 3, 4, 5))
    controller.open("demo")
    wait_for(controller.newest)
    folders = [settings.recordings_dir() / f"2026-01-02_03-04-05_Demo{end}" for end in ("", "_2")]
    for folder in folders:
        controller.toggle_recording()
        wait_for(lambda: (recording := controller.poll().status.recording) and recording.rows > 2)
        controller.toggle_recording()
        assert controller.poll().status.recording is None
        wait_for(lambda: controller.poll().message)
        message = controller.poll().message
        assert message is not None
        assert str(folder) in message.text
        assert not message.error
        controller.dismiss()
        assert len((folder / READINGS).read_text().splitlines()) > 3


def test_recording_needs_a_source_that_is_read(make: Make, settings: Settings):
    controller = make()
    controller.toggle_recording()
    message = controller.poll().message
    assert message is not None
    assert message.error
    assert not settings.recordings_dir().exists()


def test_changed_settings_are_kept_and_reach_the_engine_at_once(make: Make, tmp_path: Path, settings: Settings):
    controller = make()
    controller.open("0")
    wait_for(lambda: controller.newest() is not None)
    controller.change(replace(settings, show_attention=False, calibration_s=1.0))
    assert not load_settings(tmp_path / "settings.json")[0].show_attention
    controller.faces.calibrate(1)
    wait_for(lambda: controller.newest() and controller.faces.readings[0].calibrating_s)
    assert controller.faces.readings[0].calibrating_s <= 1.0


def test_of_two_windows_each_saves_only_what_it_has_changed(make: Make, tmp_path: Path):
    path = tmp_path / "settings.json"
    first, second = make(), make()
    first.change(replace(first.settings, markers=("stimulus",)))
    second.change(replace(second.settings, window="AAAA"))
    first.change(replace(first.settings, fps=15))
    kept = load_settings(path)[0]
    assert (kept.markers, kept.window, kept.fps) == (("stimulus",), "AAAA", 15)


def test_what_could_not_be_saved_is_saved_with_the_next_change(make: Make, tmp_path: Path):
    path = tmp_path / "settings.json"
    controller = make()
    controller.change(replace(controller.settings, mirror=False))
    text = path.read_text()
    path.unlink()
    path.mkdir()
    controller.change(replace(controller.settings, fps=15))
    path.rmdir()
    path.write_text(text)
    controller.change(replace(controller.settings, window="AAAA"))
    assert load_settings(path)[0] == controller.settings


def test_settings_that_cannot_be_saved_are_a_message(make: Make, tmp_path: Path):
    (tmp_path / "settings.json").mkdir()
    controller = make()
    controller.change(Settings(show_attention=False))
    message = controller.poll().message
    assert message is not None
    assert "settings.json" in message.text


def test_only_cameras_are_mirrored(make: Make):
    def open_source(spec: str) -> TinySource:
        source = TinySource()
        source.kind = "camera" if spec == "0" else "demo"
        return source

    controller = make(open_source)
    mirrored = {}
    for spec in ("0", "demo"):
        controller.open(spec)
        wait_for(lambda: controller.newest() is not None)
        mirrored[spec] = controller.mirrored
    assert mirrored == {"0": True, "demo": False}
    unmirrored = make(open_source, chosen=Settings(mirror=False))
    unmirrored.open("0")
    wait_for(lambda: unmirrored.newest() is not None)
    assert not unmirrored.mirrored


def test_the_source_is_called_what_it_calls_itself_once_it_is_open(make: Make):
    controller = make()
    controller.open("0")
    assert controller.label == "Camera 0"
    wait_for(lambda: controller.poll().status.state is State.RUNNING)
    assert controller.label == "tiny"


def test_cameras_are_found_without_waiting():
    answer = threading.Event()

    def list_slowly() -> list[Camera]:
        answer.wait()
        return [Camera(0, "C920", "/dev/video0", "c920")]

    finder = CameraFinder(list_slowly)
    finder.refresh()
    assert finder.busy
    assert not finder.cameras
    answer.set()
    wait_for(lambda: not finder.busy)
    assert [camera.name for camera in finder.cameras] == ["C920"]


def test_what_is_not_read_stays_in_the_message_when_the_recording_ends(make: Make, tmp_path: Path):
    class Damaged(TinySource):
        def read(self):
            frame = super().read()
            if frame is None:
                logging.getLogger("app.capture").warning("tiny: damaged, ends after 5 of 9 frames")
            return frame

    controller = make(lambda _spec: Damaged(frames=5))
    controller.open("0", record=tmp_path / "session")
    wait_for(lambda: (message := controller.poll().message) and "Recorded" in message.text)
    message = controller.poll().message
    assert message is not None
    assert message.error
    assert message.text.startswith("tiny: damaged, ends after 5 of 9 frames; Recorded ")
