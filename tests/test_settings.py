"""Settings survive, and bad ones are told and kept aside."""

import dataclasses
import json
from pathlib import Path

import pytest

from app.settings import (
    MARKER_CHARS,
    MARKERS,
    Settings,
    limits,
    load_settings,
    save_settings,
    settings_from,
)
from app.types import MienError
from app.vision.quality import QualityLimits


def test_settings_come_back_as_they_were_saved(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "settings.json"
    wanted = Settings(mirror=False, smoothing_s=1.5, recordings="somewhere", markers=("eyes closed", "笑"))
    save_settings(path, wanted)
    assert load_settings(path) == (wanted, "")


def test_no_file_gives_the_defaults_without_a_word(tmp_path: Path) -> None:
    assert load_settings(tmp_path / "none.json") == (Settings(), "")


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        '{"fps": "fast"}',
        '{"mirror": 1}',
        '{"smoothing_s": NaN}',
        '{"markers": "one"}',
        '{"markers": [1]}',
        "\xff\xfe",
    ],
)
def test_a_damaged_file_is_kept_aside_and_told(tmp_path: Path, text: str) -> None:
    path = tmp_path / "settings.json"
    path.write_bytes(text.encode("latin-1"))
    settings, complaint = load_settings(path)
    assert settings == Settings()
    assert "damaged" in complaint
    assert "\n" not in complaint
    assert (tmp_path / "settings.json.damaged").read_bytes() == text.encode("latin-1")


def test_one_wrong_value_costs_no_other(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    text = json.dumps({**Settings(mirror=False, recordings="somewhere").to_dict(), "threads": "two"})
    path.write_text(text)
    settings, complaint = load_settings(path)
    assert settings == Settings(mirror=False, recordings="somewhere")
    assert "threads is 'two'" in complaint
    assert (tmp_path / "settings.json.damaged").read_text() == text
    # until they are saved, the next start finds them, too
    assert load_settings(path)[0] == settings
    save_settings(path, settings)
    assert load_settings(path) == (settings, "")


@pytest.mark.parametrize("name", ["settings.json.damaged", "settings.json.partial"])
def test_no_copy_is_written_through_a_link(tmp_path: Path, name: str) -> None:
    path, precious = tmp_path / "settings.json", tmp_path / "precious"
    path.write_text("{")
    precious.write_text("kept")
    (tmp_path / name).symlink_to(precious)
    assert "a copy is kept" in load_settings(path)[1]
    assert precious.read_text() == "kept"
    assert (tmp_path / "settings.json.damaged").read_text() == "{"
    assert not (tmp_path / "settings.json.damaged").is_symlink()


def test_values_out_of_range_are_clamped_and_unknown_names_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text(json.dumps({"min_confidence": 7, "fps": 0, "from_the_future": 1}))
    settings, complaint = load_settings(path)
    assert (settings.min_confidence, settings.fps, complaint) == (1.0, 1, "")


def test_what_another_version_offers_and_this_one_does_not_is_set_to_the_usual() -> None:
    settings = settings_from({"theme": "sepia", "language": "fr", "provider": "tpu"})
    assert (settings.theme, settings.language, settings.provider) == ("system", "system", "auto")


def test_markers_are_nine_at_most_and_none_too_long_for_a_button() -> None:
    settings = settings_from({"markers": ["x" * 100] * 20})
    assert settings.markers == ("x" * MARKER_CHARS,) * MARKERS


@pytest.mark.parametrize(
    "name", [field.name for field in dataclasses.fields(Settings) if field.type in (int, float, "int", "float")]
)
def test_every_number_is_kept_within_its_limits(name: str) -> None:
    low, high = limits(name)
    assert low <= getattr(Settings(), name) <= high
    assert getattr(settings_from({name: int(low) - 1}), name) == low
    assert getattr(settings_from({name: int(high) + 1}), name) == high


def test_the_least_brightness_stays_below_the_greatest() -> None:
    assert limits("min_brightness")[1] < limits("max_brightness")[0]


def test_the_quality_limits_are_those_of_the_quality_gate() -> None:
    settings = Settings().to_dict()
    gate = dataclasses.asdict(QualityLimits())
    assert {name: settings[name] for name in gate} == gate


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(MienError, match=r"settings\.json: the settings cannot be saved"):
        save_settings(tmp_path / "file" / "settings.json", Settings())


def test_what_another_window_or_an_editor_has_changed_meanwhile_stays(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    save_settings(path, Settings())
    loaded = load_settings(path)[0]
    other = dataclasses.replace(loaded, markers=("eyes closed",), recordings="somewhere")
    save_settings(path, other, loaded)
    path.write_text(json.dumps({**json.loads(path.read_text()), "threads": 4, "from_the_future": 1}))
    placed = dataclasses.replace(loaded, window="AAAA")
    save_settings(path, placed, loaded)
    assert load_settings(path) == (dataclasses.replace(other, window="AAAA", threads=4), "")
    assert json.loads(path.read_text())["from_the_future"] == 1
    # what was changed back is a change, too
    save_settings(path, dataclasses.replace(placed, window=""), placed)
    assert load_settings(path)[0].window == ""


@pytest.mark.parametrize("text", [None, "{", "[]", '{"fps": "fast"}', "[" * 100_000])
def test_where_the_file_is_missing_or_damaged_by_now_all_are_saved(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "settings.json"
    if text is not None:
        path.write_text(text)
    before = Settings(mirror=False)
    wanted = dataclasses.replace(before, fps=15)
    save_settings(path, wanted, before)
    assert load_settings(path) == (wanted, "")


def test_each_process_writes_into_a_file_of_its_own_and_leaves_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, precious, written = tmp_path / "settings.json", tmp_path / "precious", []
    precious.write_text("kept")
    (tmp_path / "settings.json.partial").symlink_to(precious)
    replace = Path.replace

    def look(partial: Path, target: Path) -> Path:
        written.append(partial)
        if len(written) == 1:
            # as another process, while this one writes
            save_settings(path, Settings(fps=15))
        if len(written) == 3:
            raise OSError("no")
        return replace(partial, target)

    monkeypatch.setattr(Path, "replace", look)
    save_settings(path, Settings(fps=10))
    assert load_settings(path) == (Settings(fps=10), "")
    with pytest.raises(MienError, match="cannot be saved"):
        save_settings(path, Settings())
    assert len(set(written)) == 3
    assert precious.read_text() == "kept"
    assert sorted(file.name for file in tmp_path.iterdir()) == ["precious", "settings.json", "settings.json.partial"]
