"""Changing the settings, without Qt."""

from pathlib import Path

import pytest

from app.settings import MARKERS, Settings
from app.ui.settings_model import SettingsModel, markers_from
from app.ui.settings_pages import folder_from


def test_a_reset_leaves_what_the_window_remembers_by_itself():
    model = SettingsModel(Settings(fps=5, notice_seen=True, window="AAAA"))
    model.reset()
    model.replace(Settings(notice_seen=True, window="BBBB"))
    assert model.undo_reset() == Settings(fps=5, notice_seen=True, window="BBBB")
    assert not model.can_undo
    assert model.undo_reset() == model.settings


def test_a_change_is_kept_within_the_limits():
    model = SettingsModel(Settings())
    assert model.change({"fps": 100000}).fps == 240


@pytest.mark.parametrize(
    ("names", "markers"),
    [([], ()), (["", " "], ()), (["a", "", " b "], ("a", "", "b")), (["x"] * 12, ("x",) * MARKERS)],
)
def test_markers_keep_their_keys_and_end_with_a_name(names: list[str], markers: tuple[str, ...]):
    assert markers_from(names) == markers


def test_a_folder_is_a_full_path_and_no_file(tmp_path: Path):
    (tmp_path / "file").touch()
    assert folder_from("  ") == ("", "")
    assert folder_from(f" {tmp_path}/new ") == (f"{tmp_path}/new", "")
    assert folder_from("~/Mien") == (str(Path.home() / "Mien"), "")
    assert folder_from(str(tmp_path / "file"))[1].endswith("file: not a folder; nothing was changed")
