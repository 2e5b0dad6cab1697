from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from app.session.reader import read_session
from app.session.summary import SUMMARY_COLUMNS, Summary, summarise, summary_row
from app.session.timing import frame_times
from app.types import EMOTIONS
from tests.sessions import face, make_session, no_face

ANGER, FEAR, HAPPINESS, NEUTRAL = (EMOTIONS.index(name) for name in ("anger", "fear", "happiness", "neutral"))


def _summary(folder: Path, rows: Sequence[str], events: Sequence[tuple[float, str, str]] = ()) -> Summary:
    return summarise(read_session(make_session(folder, rows, events)))


def test_a_frame_counts_until_the_next_one(tmp_path: Path) -> None:
    times = (0.0, 0.1, 0.3, 0.4, 0.8)
    rows = [face(n, t_s, "anger" if n == 2 else "fear") for n, t_s in enumerate(times)]
    summary = _summary(tmp_path, rows)
    assert summary.faces.emotions["anger"] == pytest.approx(0.1)
    # 0.1 + 0.2, then 0.4, and the last for the usual interval: the median, 0.15
    assert summary.faces.emotions["fear"] == pytest.approx(0.3 + 0.4 + 0.15)
    assert summary.duration_s == pytest.approx(0.95)
    assert summary.gaps == ()


def test_a_gap_does_not_count(tmp_path: Path) -> None:
    times = [*np.arange(0, 1, 0.1), *np.arange(61, 62, 0.1)]
    summary = _summary(tmp_path, [face(n, t_s, "happiness") for n, t_s in enumerate(times)])
    assert summary.faces.emotions["happiness"] == pytest.approx(2.0)
    assert np.array(summary.gaps) == pytest.approx(np.array([[1.0, 61.0]]))
    assert summary.gaps_s == pytest.approx(60.0)
    assert summary.duration_s == pytest.approx(62.0)
    assert summary.frames_per_s == pytest.approx(10.0)
    assert summary.coverage == 1.0


def test_what_lies_before_the_first_and_after_the_last_frame_is_a_gap(tmp_path: Path) -> None:
    rows = [face(n, 20 + n / 10, "happiness") for n in range(10)]
    summary = _summary(tmp_path, rows, [(20.9, "camera_lost", ""), (51.0, "stop", "")])
    assert np.array(summary.gaps) == pytest.approx(np.array([[0.0, 20.0], [21.0, 51.0]]))
    assert summary.faces.seen_s == pytest.approx(1.0)
    assert summary.duration_s == pytest.approx(51.0)


def test_an_image_a_second_is_no_row_of_gaps(tmp_path: Path) -> None:
    summary = _summary(tmp_path, [face(n, 10.0 * n, "fear") for n in range(5)])
    assert summary.gaps == ()
    assert summary.faces.emotions["fear"] == pytest.approx(50.0)


def test_one_image_alone_counts_for_a_second(tmp_path: Path) -> None:
    summary = _summary(tmp_path, [face(0, 0.0, "fear")])
    assert summary.faces.emotions["fear"] == 1.0
    assert summary.coverage == 1.0


def test_two_faces_for_a_second_are_two_seconds_and_cover_one(tmp_path: Path) -> None:
    rows = [row for n in range(10) for row in (face(n, n / 10, "fear"), face(n, n / 10, "anger", track=2))]
    rows += [no_face(n, n / 10) for n in range(10, 40)]
    summary = _summary(tmp_path, rows)
    assert summary.faces.seen_s == pytest.approx(2.0)
    assert summary.coverage == pytest.approx(0.25)
    assert summary.frames == 40
    assert [(track.track, track.time.main) for track in summary.tracks] == [(1, "fear"), (2, "anger")]


def test_uncertain_and_withheld_are_kept_apart_and_withheld_by_reason(tmp_path: Path) -> None:
    rows = [face(0, 0.0, "fear"), face(1, 1.0, "uncertain"), face(2, 2.0, "uncertain", quality="dark;turned")]
    faces = _summary(tmp_path, [*rows, face(3, 3.0, "uncertain", quality="dark")]).faces
    assert faces.emotions["fear"] == faces.read_s == 1.0
    assert faces.uncertain_s == 1.0
    assert faces.withheld_s == 2.0
    assert faces.withheld == {"dark": 2.0, "turned": 1.0}
    assert faces.share(faces.withheld_s) == 0.5
    assert sum(faces.emotions.values()) + faces.uncertain_s + faces.withheld_s == faces.seen_s


def test_transitions_pass_over_what_is_uncertain_and_stop_at_a_gap_and_at_another_face(tmp_path: Path) -> None:
    shown = ["fear", "fear", "uncertain", "anger", "uncertain", "anger", "neutral"]
    rows = [face(n, n / 10, name) for n, name in enumerate(shown)]
    rows.append(face(7, 60.0, "fear"))  # after a gap: no change from neutral
    rows.append(face(8, 60.1, "happiness", track=2))  # another face
    rows.append(face(9, 60.2, "anger"))
    counts = _summary(tmp_path, rows).transitions
    expected = np.zeros((8, 8), np.int64)
    expected[FEAR, ANGER] = 2
    expected[ANGER, NEUTRAL] = 1
    np.testing.assert_array_equal(counts, expected)


def test_markers_of_one_name_are_averaged_from_two_seconds_before_to_five_after(tmp_path: Path) -> None:
    rows = []
    for n in range(400):
        t_s = n / 10
        happy = 10 <= t_s < 16 or 30 <= t_s < 36
        rows.append(face(n, t_s, "happiness" if happy else "neutral"))
    events = [(5.0, "marker", "once"), (10.0, "marker", "smile"), (30.0, "marker", "smile"), (31.0, "camera_lost", "")]
    smile, once = _summary(tmp_path, rows, events).markers
    assert (smile.note, smile.count) == ("smile", 2)
    assert (once.note, once.count) == ("once", 1)
    assert smile.times_s[0] == -1.875
    assert smile.times_s[-1] == 4.875
    after = smile.times_s > 0
    np.testing.assert_allclose(smile.probabilities[after, HAPPINESS], 0.86)
    np.testing.assert_allclose(smile.probabilities[~after, HAPPINESS], 0.02)
    assert smile.change()[HAPPINESS] == pytest.approx(0.84)
    assert smile.change()[NEUTRAL] == pytest.approx(-0.84)


def test_where_no_face_was_read_around_a_marker_there_is_no_average(tmp_path: Path) -> None:
    rows = [face(n, n / 10, "fear", quality="dark") if n < 50 else face(n, n / 10, "fear") for n in range(100)]
    (group,) = _summary(tmp_path, rows, [(4.0, "marker", "")]).markers
    before_read = group.times_s < 1.0
    assert np.isnan(group.probabilities[before_read]).all()
    assert not np.isnan(group.probabilities[~before_read]).any()
    assert np.isnan(group.change()).all()


def test_an_empty_session_has_a_summary(tmp_path: Path) -> None:
    summary = _summary(tmp_path, [])
    assert (summary.duration_s, summary.frames, summary.coverage, summary.faces.main) == (0.0, 0, 0.0, "")
    assert summary.tracks == ()
    assert summary.transitions.sum() == 0
    assert len(summary_row(summary)) == len(SUMMARY_COLUMNS)


def test_all_frames_together_weigh_what_the_session_lasts_without_gaps(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    t_s = np.round(np.cumsum(rng.exponential(0.1, 300)), 4)
    session = read_session(make_session(tmp_path, [no_face(n, t) for n, t in enumerate(t_s.tolist())]))
    times = frame_times(session)
    gaps_s = sum(end - start for start, end in times.gaps)
    # the first frame is not at 0, and what lies before it is no gap: it is too short
    assert times.weight_s.sum() == pytest.approx(times.end_s - gaps_s - (t_s[0] if t_s[0] <= times.gap_s else 0.0))
    assert (times.weight_s <= times.gap_s).all()


def test_a_row_of_the_summary_has_its_columns_and_no_formula(tmp_path: Path) -> None:
    folder = make_session(tmp_path / "=1+1", [face(0, 0.0, "fear"), face(1, 0.5, "uncertain", quality="small")])
    row = dict(zip(SUMMARY_COLUMNS, summary_row(summarise(read_session(folder))), strict=True))
    assert row["session"] == "'=1+1"
    assert row["source"] == "interview.mkv"
    assert row["started_utc"] == "2026-03-01T12:00:00.000Z"
    assert (row["complete"], row["frames"], row["faces"], row["dropped"]) == ("yes", "2", "1", "3")
    assert (row["fear_s"], row["small_s"], row["withheld_s"], row["anger_s"]) == ("0.500", "0.500", "0.500", "0.000")
    assert row["main_emotion"] == "fear"
