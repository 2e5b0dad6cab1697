"""What the window says."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from app.status import State
from app.types import EMOTIONS, UNCERTAIN
from app.ui.language import set_translator
from app.ui.texts import (
    Note,
    duration_text,
    emotion_text,
    is_camera,
    label_text,
    quality_text,
    rows_text,
    session_name,
    shortened,
    source_label,
    stages_texts,
    state_text,
    view_note,
)
from tests.ui.fakes import reading


@pytest.fixture
def shouting() -> Iterator[None]:
    """A language that all can tell from English."""
    set_translator(lambda _context, text: text.upper() if "{" not in text else text.replace(":", " –"))
    yield
    set_translator(None)


@pytest.mark.parametrize("emotion", [*EMOTIONS, UNCERTAIN])
def test_every_emotion_has_a_name(emotion: str):
    assert emotion_text(emotion) == emotion


@pytest.mark.usefixtures("shouting")
def test_texts_are_in_the_language_of_the_moment():
    assert label_text(reading(UNCERTAIN, "dark;turned")) == "UNCERTAIN – TOO DARK, TURNED AWAY"
    assert label_text(reading("happiness", confidence=0.5)) == "HAPPINESS 50\u00a0%"
    assert stages_texts({"detect": 3.0})[0] == "DETECT 3.0 ms"
    assert state_text(State.RUNNING, waiting=False) == "READING"
    assert source_label("demo") == "DEMO"
    note = view_note(State.IDLE, "Demo", loaded=True, waiting=False, has_frame=True)
    assert note == Note("STOPPED", "SPACE STARTS AGAIN")


def test_a_good_face_has_no_reason_against_it():
    assert quality_text("ok") == ""
    assert quality_text("small;blurred") == "too small, blurred"


@pytest.mark.parametrize(("rows", "text"), [(0, "0 rows"), (1, "1 row"), (2, "2 rows")])
def test_rows_are_counted_in_words(rows: int, text: str):
    assert rows_text(rows) == text


def test_a_label_tells_emotion_and_confidence():
    assert label_text(reading("happiness", confidence=0.934)) == "happiness 93\u00a0%"


def test_an_uncertain_label_tells_every_reason():
    assert label_text(reading(UNCERTAIN, "dark;turned")) == "uncertain: too dark, turned away"


def test_an_uncertain_label_of_a_good_face_tells_of_the_confidence():
    assert label_text(reading(UNCERTAIN)) == "uncertain: low confidence"


@pytest.mark.parametrize(("seconds", "text"), [(0.9, "00:00"), (75, "01:15"), (3725, "1:02:05")])
def test_a_duration_is_read_like_a_clock(seconds: float, text: str):
    assert duration_text(seconds) == text


@pytest.mark.parametrize(
    ("source", "slug"),
    [
        ("demo", "demo"),
        ("HD Webcam: C920/2", "HD-Webcam-C920-2"),
        ("../../etc/passwd", "etc-passwd"),
        ("", "source"),
        ("..", "source"),
        ("相机 1", "相机-1"),
        ("x" * 300, "x" * 40),
    ],
)
def test_a_session_is_named_after_time_and_source_and_stays_in_its_folder(source: str, slug: str):
    name = session_name(datetime(2026, 1, 2, 3, 4, 5), source)
    assert name == f"2026-01-02_03-04-05_{slug}"
    assert Path("base", name).parent == Path("base")


def test_a_url_is_shown_without_its_password():
    assert "secret" not in source_label("rtsp://me:secret@camera.local/1")


def test_sources_have_names_of_their_own(tmp_path: Path):
    video = tmp_path / "smile.mp4"
    video.touch()
    labels = {"demo": "Demo", "0": "Camera 0", str(video): "smile.mp4", "no/such.mp4": "such.mp4", "C920": "C920"}
    assert {spec: source_label(spec) for spec in labels} == labels


def test_only_cameras_are_cameras(tmp_path: Path):
    specs = {"0": True, "C920": True, "demo": False, "http://host/x": False, str(tmp_path): False}
    assert {spec: is_camera(spec) for spec in specs} == specs


def test_a_long_name_keeps_both_ends():
    text = shortened("a" * 20 + "b" * 20, 11)
    assert text == "aaaaa…bbbbb"


def test_stages_are_told_apart_and_together():
    assert stages_texts({"detect": 3.0, "classify": 1.25}) == ("detect 3.0 · classify 1.2 ms", "4.2 ms")


@pytest.mark.parametrize("state", list(State))
def test_the_view_says_something_in_every_state_but_running(state: State):
    for has_frame in (False, True):
        note = view_note(state, "Demo", loaded=False, waiting=False, has_frame=has_frame)
        assert (note is None) == (state is State.RUNNING)


def test_the_view_says_so_when_frames_stay_away():
    note = view_note(State.RUNNING, "Demo", loaded=True, waiting=True, has_frame=True)
    assert note is not None
    assert note.title == "Waiting for frames …"
