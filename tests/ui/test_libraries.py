"""A library of the system that Qt needs, and would end the process for, is told before."""

import _ctypes
from pathlib import Path

import pytest
from PySide6.QtCore import QLibraryInfo

from app.ui.libraries import library_missing


@pytest.fixture
def without_plugins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr(QLibraryInfo, "path", lambda _which: str(tmp_path))
    (tmp_path / "platforms").mkdir()
    return tmp_path / "platforms"


def test_the_plugin_of_an_x_display_can_be_loaded() -> None:
    assert library_missing({"DISPLAY": ":0"}, "linux") == ""


@pytest.mark.usefixtures("without_plugins")
@pytest.mark.parametrize(("display", "plugin"), [("DISPLAY", "libqxcb.so"), ("WAYLAND_DISPLAY", "libqwayland.so")])
def test_a_plugin_that_cannot_be_loaded_is_named_in_one_line(display: str, plugin: str) -> None:
    said = library_missing({display: "0"}, "linux")
    assert plugin in said
    assert "\n" not in said


@pytest.mark.usefixtures("without_plugins")
@pytest.mark.parametrize(
    ("environment", "platform"),
    [({"DISPLAY": ":0"}, "darwin"), ({}, "linux")],
)
def test_other_systems_are_taken_at_their_word(environment: dict[str, str], platform: str) -> None:
    assert library_missing(environment, platform) == ""


@pytest.mark.parametrize(
    ("asked", "missing"),
    [("offscreen", ""), ("vnc:size=800x600", ""), ("wayland-egl;xcb", ""), ("nowhere", "libqnowhere.so")],
)
def test_a_platform_that_is_asked_for_by_name_is_tried(asked: str, missing: str) -> None:
    said = library_missing({"DISPLAY": ":0", "QT_QPA_PLATFORM": asked}, "linux")
    assert (missing in said) if missing else not said


def test_one_plugin_of_two_will_do(without_plugins: Path) -> None:
    # Qt tries X where it cannot load Wayland's; any library will do that loads
    (without_plugins / "libqxcb.so").symlink_to(_ctypes.__file__)
    assert library_missing({"WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0"}, "linux") == ""
