"""A session as its review shows it: numbers, moments, playing and the span's file; without Qt."""

from pathlib import Path

import numpy as np
import pytest

from app.session.notes import Note
from app.session.reader import read_session
from app.session.schema import EVENTS, READINGS
from app.types import EMOTIONS, UNCERTAIN, SessionError
from app.ui.review_export import export_span, span_name
from app.ui.review_model import Review, clock_text, event_text, load_review
from app.ui.review_playback import Playback
from tests.ui.review_sessions import recorded


@pytest.fixture
def review(session_dir: Path) -> Review:
    return load_review(recorded(session_dir))


def test_the_numbers_are_those_of_the_newest_frame(review: Review):
    numbers = review.numbers(1, 1.25)
    assert (numbers.frame, numbers.t_s, numbers.utc) == (12, 1.2, "2026-01-02T03:04:06.200Z")
    face = numbers.face
    assert face is not None
    assert (face.emotion, face.beside, face.quality) == ("happiness", "75\u00a0%", "")
    assert face.values[EMOTIONS.index("happiness")] == pytest.approx(0.75)
    assert face.raw[EMOTIONS.index("surprise")] == pytest.approx(0.86)
    assert "happiness 75\u00a0%" in face.spoken


def test_they_say_why_an_emotion_was_withheld(review: Review):
    dark, unsure = review.numbers(1, 3.5).face, review.numbers(1, 4.5).face
    assert dark is not None
    assert (dark.emotion, dark.beside, dark.quality) == (UNCERTAIN, "cannot be read well", "too dark, turned away")
    assert unsure is not None
    assert (unsure.emotion, unsure.beside, unsure.quality) == (UNCERTAIN, "low confidence, 30\u00a0%", "")


def test_a_face_that_is_not_in_the_frame_has_no_numbers(review: Review):
    assert review.numbers(2, 2.5).face is not None
    away = review.numbers(2, 5.0)
    assert away.face is None
    assert away.frame == 50
    assert review.numbers(None, 5.0).face is None


def test_there_is_no_frame_in_a_gap(review: Review):
    numbers = review.numbers(1, 7.0)
    assert (numbers.frame, numbers.face) == (None, None)
    assert numbers.utc == "2026-01-02T03:04:12.000Z"


def test_steps_go_from_frame_to_frame_and_over_gaps(review: Review):
    assert review.stepped(1.0, 1) == pytest.approx(1.1)
    assert review.stepped(1.0, -1) == pytest.approx(0.9)
    assert review.stepped(1.05, -1) == pytest.approx(1.0)
    assert review.stepped(6.0, 1) == pytest.approx(8.0)
    assert review.stepped(0.0, -1) == 0.0
    assert review.stepped(review.end_s, 1) == pytest.approx(11.9)


def test_the_face_seen_longest_comes_first(review: Review):
    assert review.tracks == (1, 2)


def test_the_timeline_has_the_whole_session(review: Review):
    t_s, values = review.history.series(1, 0, 100)
    assert len(t_s) == 101
    assert values.dtype == np.float32
    assert review.history.newest_s == review.end_s
    assert review.history.uncertain(1, 0, 100) == [pytest.approx((3.0, 5.0))]
    assert [marker.text for marker in review.history.markers(0, 100)] == ["Question", "=1+1"]


def test_events_and_notes_are_in_the_order_of_time(review: Review):
    review.change_notes(add=Note(5.0, review.utc(5.0), "looks away"))
    assert [(moment.t_s, moment.kind, moment.text) for moment in review.moments] == [
        (0.0, "Start", "=film.mp4"),
        (1.0, "Marker", "Question"),
        (5.0, "Note", "looks away"),
        (9.0, "Marker", "=1+1"),
        (11.9, "End", ""),
    ]
    assert review.neighbour(1.0, later=True) == review.moments[2]
    assert review.neighbour(5.0, later=False) == review.moments[1]
    assert review.neighbour(11.9, later=True) is None
    assert "looks away" in [marker.text for marker in review.history.markers(0, 100)]


def test_a_session_without_a_row_can_be_looked_at(session_dir: Path):
    recorded(session_dir, 0.1)
    header = (session_dir / READINGS).read_text().splitlines()[0]
    (session_dir / READINGS).write_text(f"{header}\n")
    review = load_review(session_dir)
    assert review.tracks == ()
    assert review.numbers(None, 0.0).frame is None
    assert review.stepped(0.5, 1) == 0.5


def test_a_broken_session_is_one_line_that_names_the_row(session_dir: Path):
    recorded(session_dir)
    with (session_dir / READINGS).open("a") as file:
        file.write("nonsense\n")
    with pytest.raises(SessionError, match=rf"{READINGS}: row \d+: ") as raised:
        load_review(session_dir)
    assert "\n" not in str(raised.value)


def test_times_are_told_to_the_millisecond():
    assert [clock_text(t_s) for t_s in (0, 61.2345, 59.9996, 3661.5)] == [
        "00:00.000", "01:01.234", "01:00.000", "1:01:01.500"
    ]  # fmt: skip


def test_an_unknown_event_keeps_its_name():
    assert event_text("camera_lost") == "Camera lost"
    assert event_text("of_the_future") == "of_the_future"


class Clock:
    now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def test_it_plays_at_real_speed_and_stops_at_the_end():
    clock = Clock()
    playback = Playback(10.0, clock)
    playback.seek(7.0)
    playback.play()
    clock.now_s += 2.0
    assert (playback.at_s, playback.playing) == (9.0, True)
    clock.now_s += 5.0
    assert (playback.at_s, playback.playing) == (10.0, False)
    playback.play()
    assert (playback.at_s, playback.playing) == (0.0, True)


def test_paused_it_stays_and_a_jump_goes_on_from_there():
    clock = Clock()
    playback = Playback(10.0, clock)
    playback.play()
    clock.now_s += 1.0
    playback.pause()
    clock.now_s += 3.0
    assert playback.at_s == 1.0
    playback.play()
    playback.seek(5.0)
    clock.now_s += 1.0
    assert playback.at_s == 6.0
    playback.seek(99.0)
    assert playback.at_s == 10.0
    playback.seek(-1.0)
    assert playback.at_s == 0.0


def test_a_span_is_written_as_it_stands_in_the_session(session_dir: Path, tmp_path: Path):
    session = read_session(recorded(session_dir))
    before = {name: (session_dir / name).read_bytes() for name in (READINGS, EVENTS)}
    out = tmp_path / span_name(session, (2.0, 2.5))
    assert out.name == "session_2.0-2.5s.csv"
    assert export_span(session, (2.0, 2.5), out, fresh=True) == 12
    lines = before[READINGS].splitlines(keepends=True)
    wanted = [line for line in lines[1:] if 2.0 <= float(line.split(b",")[1]) <= 2.5]
    assert out.read_bytes() == b"".join([lines[0], *wanted])
    assert before == {name: (session_dir / name).read_bytes() for name in (READINGS, EVENTS)}


def test_it_can_be_read_again(session_dir: Path, tmp_path: Path):
    session = read_session(recorded(session_dir))
    part = tmp_path / "part"
    part.mkdir()
    export_span(session, (2.0, 4.0), part / "readings.csv", fresh=True)
    assert set(read_session(part).tracks) == {1, 2}


def test_a_file_that_is_there_is_replaced_only_where_that_was_asked_for(session_dir: Path, tmp_path: Path):
    session = read_session(recorded(session_dir))
    out = tmp_path / "span.csv"
    out.write_text("mine")
    with pytest.raises(SessionError, match=r"span\.csv: there is such a file already; give another name"):
        export_span(session, (0.0, 1.0), out, fresh=True)
    assert out.read_text() == "mine"
    export_span(session, (0.0, 1.0), out, fresh=False)
    assert out.read_text().startswith("frame,t_s")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["session", "span.csv"]


@pytest.mark.parametrize("name", ["readings.csv", "events.csv", "notes.csv", "session.json", "Readings.CSV"])
def test_a_sessions_own_files_are_never_written(session_dir: Path, name: str):
    session = read_session(recorded(session_dir))
    with pytest.raises(SessionError, match="belongs to a recorded session"):
        export_span(session, (0.0, 1.0), session_dir / name, fresh=False)


def test_an_empty_span_and_a_changed_file_are_told(session_dir: Path, tmp_path: Path):
    session = read_session(recorded(session_dir))
    with pytest.raises(SessionError, match=r"no rows from 6\.500 s to 7\.500 s"):
        export_span(session, (6.5, 7.5), tmp_path / "a.csv", fresh=True)
    lines = (session_dir / READINGS).read_text().splitlines(keepends=True)
    (session_dir / READINGS).write_text("".join(lines[:1] + lines[5:]))
    with pytest.raises(SessionError, match="has changed since it was read"):
        export_span(session, (1.0, 2.0), tmp_path / "a.csv", fresh=True)
    assert not (tmp_path / "a.csv").exists()


@pytest.mark.parametrize("how", ["emptied", "another header", "text in a cell", "one row short"])
def test_however_a_file_has_changed_its_export_says_so(session_dir: Path, tmp_path: Path, how: str):
    session = read_session(recorded(session_dir))
    head, *rows = (session_dir / READINGS).read_text().splitlines(keepends=True)
    if how == "emptied":
        head, rows = "", []
    elif how == "another header":
        head = head.replace("t_s", "seconds")
    elif how == "text in a cell":
        rows[-1] = rows[-1].replace(",", ",soon", 1)
    else:
        del rows[-1]
    (session_dir / READINGS).write_text("".join([head, *rows]))
    with pytest.raises(SessionError, match=r"readings\.csv: has changed since it was read; open the session again"):
        export_span(session, (1.0, 12.0), tmp_path / "a.csv", fresh=True)
    assert not (tmp_path / "a.csv").exists()


def test_a_folder_that_cannot_be_written_is_told(session_dir: Path, tmp_path: Path):
    session = read_session(recorded(session_dir))
    with pytest.raises(SessionError, match="cannot be written"):
        export_span(session, (1.0, 2.0), tmp_path / "none" / "a.csv", fresh=True)
