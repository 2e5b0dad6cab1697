"""The notes of a session."""

from pathlib import Path

import pytest

from app.session.notes import NOTES, Note, change_notes, read_notes
from app.session.reader import read_session
from app.session.report import write_report
from app.types import SessionError
from tests.sessions import face, make_session

A = Note(1.5, "2026-01-02T03:04:06.500Z", "smiles")
B = Note(0.25, "", 'before, and "quoted"')


def test_there_are_none_where_none_were_written(tmp_path: Path):
    assert read_notes(tmp_path) == ()


def test_notes_are_kept_in_order_of_time(tmp_path: Path):
    assert change_notes(tmp_path, add=A) == (A,)
    assert change_notes(tmp_path, add=B) == (B, A)
    assert read_notes(tmp_path) == (B, A)
    assert (tmp_path / NOTES).read_text() == (
        't_s,utc,note\n0.2500,,"before, and ""quoted"""\n1.5000,2026-01-02T03:04:06.500Z,smiles\n'
    )
    assert [path.name for path in tmp_path.iterdir()] == [NOTES]


def test_a_note_is_changed_and_taken_out(tmp_path: Path):
    change_notes(tmp_path, add=A)
    changed = A._replace(text="laughs")
    assert change_notes(tmp_path, remove=A, add=changed) == (changed,)
    assert change_notes(tmp_path, remove=changed) == ()
    assert read_notes(tmp_path) == ()


def test_a_note_of_another_time_than_the_file_can_hold_is_found_again(tmp_path: Path):
    (kept,) = change_notes(tmp_path, add=Note(1.23456789, "", "x"))
    assert kept.t_s == 1.2346
    assert change_notes(tmp_path, remove=kept) == ()


def test_what_another_window_wrote_stays(tmp_path: Path):
    change_notes(tmp_path, add=A)
    (tmp_path / NOTES).write_text("t_s,utc,note\n0.25,,theirs\n")
    assert [note.text for note in change_notes(tmp_path, remove=A, add=A)] == ["theirs", "smiles"]


@pytest.mark.parametrize("text", ["=1+1", "@SUM(A1)", "-2", "\uff1d1"])
def test_a_spreadsheet_runs_no_note_and_it_reads_as_it_was_written(tmp_path: Path, text: str):
    (kept,) = change_notes(tmp_path, add=A._replace(text=text))
    assert kept.text == text
    assert f",'{text}" in (tmp_path / NOTES).read_text()


def test_a_note_is_one_line(tmp_path: Path):
    (kept,) = change_notes(tmp_path, add=A._replace(text="two\nlines\0"))
    assert kept.text == "two lines"


def test_an_editors_last_line_without_an_end_is_read(tmp_path: Path):
    (tmp_path / NOTES).write_bytes(b"\xef\xbb\xbft_s,utc,note\r\n1.5,,typed")
    assert read_notes(tmp_path) == (Note(1.5, "", "typed"),)


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        ("x,,note", r"row 2: t_s is 'x', not seconds from 0"),
        ("-1,,note", r"row 2: t_s is '-1', not seconds"),
        ("1,note", r"row 2: 2 cells, not 3"),
        ('1,,"open', r"row 2: not CSV in UTF-8"),
    ],
)
def test_a_wrong_row_is_named_and_the_file_left(tmp_path: Path, row: str, wrong: str):
    content = f"t_s,utc,note\n{row}\n"
    (tmp_path / NOTES).write_text(content)
    with pytest.raises(SessionError, match=rf"notes\.csv: {wrong}"):
        change_notes(tmp_path, add=A)
    assert (tmp_path / NOTES).read_text() == content


def test_another_table_is_no_notes(tmp_path: Path):
    (tmp_path / NOTES).write_text("a,b\n1,2\n")
    with pytest.raises(SessionError, match=r"notes\.csv: row 1: not t_s,utc,note; move the file away"):
        read_notes(tmp_path)


def test_broken_notes_are_told_and_what_was_recorded_is_read(tmp_path: Path):
    folder = make_session(tmp_path / "s", [face(0, 0.0, "fear")], [(0.5, "marker", "Task 1")])
    content = "t_s,utc,note\n1.0,,good\n2.0,two cells\n"
    (folder / NOTES).write_text(content)
    session = read_session(folder)
    assert session.warnings == (
        "notes.csv: row 3: 2 cells, not 3; correct the row or delete it; until then the notes are left out, "
        "and none can be added",
    )
    assert session.notes == ()
    assert session.tracks == (1,)
    assert [event.event for event in session.events] == ["marker"]
    assert (folder / NOTES).read_text() == content


def test_notes_that_cannot_be_opened_are_told_and_what_was_recorded_is_read(tmp_path: Path):
    folder = make_session(tmp_path / "s", [face(0, 0.0, "fear")])
    (folder / NOTES).mkdir()
    session = read_session(folder)
    assert len(session.readings["t_s"]) == 1
    assert session.warnings[0].startswith("notes.csv: cannot be read (Is a directory);")


def test_a_report_tells_of_broken_notes_on_its_page_and_to_who_asks(tmp_path: Path):
    folder = make_session(tmp_path / "s", [face(0, 0.0, "fear")])
    (folder / NOTES).write_text("a,b\n")
    told: list[str] = []
    page = write_report([folder], tell=told.append).read_text()
    assert told == [f"{folder}: {warning}" for warning in read_session(folder).warnings]
    assert "notes.csv: row 1: not t_s,utc,note; move the file away" in told[0]
    assert "notes.csv: row 1: not t_s,utc,note; move the file away" in page


def test_where_notes_cannot_be_written_one_line_says_so(tmp_path: Path):
    folder = tmp_path / "gone"
    with pytest.raises(SessionError, match=r"notes\.csv: cannot be written \(No such file or directory\)"):
        change_notes(folder, add=A)


def test_a_note_that_could_not_be_read_again_is_not_written(tmp_path: Path):
    change_notes(tmp_path, add=A)
    before = (tmp_path / NOTES).read_bytes()
    with pytest.raises(SessionError, match=r"notes\.csv: holds no note later than 31622400 s; choose"):
        change_notes(tmp_path, add=Note(1764436000.0, "", "late"))
    assert (tmp_path / NOTES).read_bytes() == before


def test_a_link_in_the_way_is_not_followed(tmp_path: Path):
    other = tmp_path / "other"
    other.write_text("mine")
    (tmp_path / f".{NOTES}.partial").symlink_to(other)
    change_notes(tmp_path, add=A)
    assert other.read_text() == "mine"
    assert not (tmp_path / NOTES).is_symlink()
