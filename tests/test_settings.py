"""Settings survive, and bad ones are told and kept aside."""

import json
from pathlib import Path

import pytest

from app.settings import Settings, load_settings, save_settings
from app.types import MienError


def test_settings_come_back_as_they_were_saved(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "settings.json"
    wanted = Settings(mirror=False, smoothing_s=1.5, recordings="somewhere")
    save_settings(path, wanted)
    assert load_settings(path) == (wanted, "")


def test_no_file_gives_the_defaults_without_a_word(tmp_path: Path) -> None:
    assert load_settings(tmp_path / "none.json") == (Settings(), "")


@pytest.mark.parametrize("text", ["{", "[]", '{"fps": "fast"}', '{"mirror": 1}', '{"smoothing_s": NaN}', "\xff\xfe"])
def test_a_damaged_file_is_kept_aside_and_told(tmp_path: Path, text: str) -> None:
    path = tmp_path / "settings.json"
    path.write_bytes(text.encode("latin-1"))
    settings, complaint = load_settings(path)
    assert settings == Settings()
    assert "damaged" in complaint
    assert "\n" not in complaint
    assert (tmp_path / "settings.json.damaged").read_bytes() == text.encode("latin-1")


def test_values_out_of_range_are_clamped_and_unknown_names_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text(json.dumps({"min_confidence": 7, "fps": 0, "from_the_future": 1}))
    settings, complaint = load_settings(path)
    assert (settings.min_confidence, settings.fps, complaint) == (1.0, 1, "")


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(MienError, match=r"settings\.json: the settings cannot be saved"):
        save_settings(tmp_path / "file" / "settings.json", Settings())
