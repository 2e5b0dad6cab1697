"""The folder of a session: refused in a line where it cannot be used, and never left."""

from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.session.log import prepare_folder
from app.types import RecordingError
from app.ui.texts import session_name
from tests.disks import usage_of
from tests.session_writers import writer_in


@pytest.mark.parametrize("name", ["readings.csv", "events.csv", "session.json", "video.mkv"])
def test_a_folder_with_a_part_of_a_session_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).touch()
    with pytest.raises(RecordingError, match="holds a recorded session already"):
        prepare_folder(tmp_path)


def test_a_name_that_is_too_long_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="File name too long"):
        prepare_folder(tmp_path / ("x" * 300))


def test_a_folder_with_a_session_is_not_written_over(tmp_path: Path) -> None:
    writer_in(tmp_path).close()
    before = (tmp_path / "readings.csv").read_bytes()
    with pytest.raises(RecordingError, match="holds a recorded session already"):
        prepare_folder(tmp_path)
    assert (tmp_path / "readings.csv").read_bytes() == before


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RecordingError, match=r"file/below: cannot be written \(Not a directory\)"):
        prepare_folder(tmp_path / "file" / "below")


def test_a_nearly_full_disk_is_refused_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _folder: usage_of(free=49_000_000))
    with pytest.raises(RecordingError, match=r"only 49 MB free .* takes 50 MB") as refused:
        prepare_folder(tmp_path)
    assert "\n" not in str(refused.value)
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_written_through_links_that_lie_in_the_folder(tmp_path: Path) -> None:
    folder, outside = tmp_path / "s", tmp_path / "outside"
    folder.mkdir()
    (folder / ".session.json.partial").symlink_to(outside)
    writer_in(folder).close()
    assert not outside.exists()
    other = tmp_path / "t"
    other.mkdir()
    (other / "readings.csv").symlink_to(outside)
    with pytest.raises(RecordingError, match="holds a recorded session already"):
        prepare_folder(other)
    assert not outside.exists()


def test_a_folder_whose_name_no_disk_takes_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="no folder's name"):
        prepare_folder(tmp_path / "a\0b")


@given(
    st.text(max_size=80) | st.sampled_from(["CON", "nul.txt", "../..", "/etc", "C:\\x", "~root", ".", "-rf", "a/../b"])
)
def test_a_name_given_by_a_source_cannot_leave_the_chosen_folder(source: str) -> None:
    base = Path("/chosen")
    folder = base / session_name(datetime(2026, 1, 2, 3, 4, 5), source)
    assert folder.parent == base
    assert not {*folder.name} & {*'/\\:*?"<>|.~$%\0'}
    assert len(folder.name.encode()) < 255
    assert folder.name.startswith("2026-01-02_")
