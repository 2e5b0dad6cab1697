"""A window is only tried where a display answers."""

import socket
from pathlib import Path

import pytest

from app.display import display_missing


def test_without_a_display_it_says_so() -> None:
    assert display_missing({}, "linux") == "no display"


def test_other_systems_and_platforms_asked_for_by_name_are_taken_at_their_word() -> None:
    assert display_missing({}, "darwin") == ""
    assert display_missing({}, "win32") == ""
    for name in ("offscreen", "vnc:size=800x600", "xcb;offscreen"):
        assert display_missing({"QT_QPA_PLATFORM": name}, "linux") == ""


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"QT_QPA_PLATFORM": "xcb"}, "no display for QT_QPA_PLATFORM=xcb"),
        ({"QT_QPA_PLATFORM": "wayland", "DISPLAY": ":987"}, "no display for QT_QPA_PLATFORM=wayland"),
        ({"QT_QPA_PLATFORM": "wayland;xcb", "DISPLAY": ":987"}, "the display :987 does not answer"),
    ],
)
def test_a_platform_asked_for_by_name_needs_its_display_too(environment: dict[str, str], said: str) -> None:
    # Qt would end the process for it
    assert display_missing(environment, "linux") == said


@pytest.mark.parametrize("name", [":987", "unix:987.0", "127.0.0.1:59000", "nonsense", ":", "²:²", "a..b:0"])
def test_an_x_display_that_does_not_answer_is_named(name: str) -> None:
    assert display_missing({"DISPLAY": name}, "linux") == f"the display {name} does not answer"


def test_a_wayland_display_that_answers_will_do(tmp_path: Path) -> None:
    environment = {"XDG_RUNTIME_DIR": str(tmp_path), "WAYLAND_DISPLAY": "wayland-9"}
    assert display_missing(environment, "linux") == "the display wayland-9 does not answer"
    with socket.socket(socket.AF_UNIX) as compositor:
        compositor.bind(str(tmp_path / "wayland-9"))
        compositor.listen()
        assert display_missing(environment, "linux") == ""


def test_an_x_display_that_answers_will_do() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        number = server.getsockname()[1] - 6000
        assert display_missing({"DISPLAY": f"127.0.0.1:{number}.0"}, "linux") == ""
