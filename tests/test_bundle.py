"""What the bundle's recipe in packaging/ promises, without making a bundle; ``.ci/run`` makes one and starts it."""

import ast
import importlib.util
import json
import os
import re
import subprocess
import sys
import tomllib
from configparser import ConfigParser
from pathlib import Path
from types import ModuleType

import pytest
from PIL import Image

from tests.conftest import REPOSITORY

PACKAGING = REPOSITORY / "packaging"


def loaded(name: str) -> ModuleType:
    """A module of packaging/, which is no package: its name is that of a library."""
    spec = importlib.util.spec_from_file_location(f"bundle_{name}", PACKAGING / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


contents = loaded("contents")


def started(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, PACKAGING / "entry.py", *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        check=False,
    )


def imported_by_the_app() -> set[str]:
    names = set()
    for path in (REPOSITORY / "app").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.Import):
                names |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def test_the_entry_is_mien() -> None:
    done = started("--version")
    assert done.returncode == 0, done.stderr
    assert re.fullmatch(r"mien \d+\.\d+\.\d+\n", done.stdout)


def test_the_entry_starts_what_the_benchmark_starts_by_name() -> None:
    done = started("-m", "app.bench.core", "1")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["ms_a_face"] > 0


def test_the_entry_runs_no_other_module() -> None:
    done = started("-m", "platform")
    assert done.returncode == 2
    assert "unrecognized arguments" in done.stderr


def test_every_child_of_the_benchmark_is_in_the_bundle() -> None:
    children = re.findall(r'"(app(?:\.\w+)+)"', (REPOSITORY / "app/bench/children.py").read_text(encoding="utf-8"))
    recipe = (PACKAGING / "mien.spec").read_text(encoding="utf-8")
    assert sorted(set(children)) == sorted(loaded("entry").CHILDREN)
    assert re.search(r"hiddenimports=list\(CHILDREN\)", recipe)


def test_only_extras_of_what_the_app_imports_stay_out() -> None:
    out = {name for name in imported_by_the_app() if name.split(".")[0] in contents.EXCLUDES}
    assert {name.split(".")[0] for name in out} == {"distributed", "pylsl"}
    assert not {name for name in imported_by_the_app() if name in contents.EXCLUDES and "." in name}


def test_every_dependency_brings_its_licence() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = {re.split(r"[<>=]", name)[0] for name in project["dependencies"]}
    # one picture of it, in the public domain
    assert named - set(contents.DISTRIBUTIONS) == {"matplotlib"}


@pytest.mark.parametrize(
    ("name", "out"),
    [
        ("PySide6/Qt/plugins/platforms/libqxcb.so", False),
        ("PySide6/Qt/plugins/platforms/libqwayland.so", False),
        ("PySide6/Qt/plugins/platforms/libqoffscreen.so", False),
        ("PySide6/Qt/plugins/platforms/libqcocoa.dylib", False),
        ("PySide6/plugins/platforms/qwindows.dll", False),
        ("PySide6/plugins/styles/qmodernwindowsstyle.dll", False),
        ("PySide6/Qt/plugins/imageformats/libqsvg.so", False),
        ("PySide6/Qt/plugins/platforminputcontexts/libibusplatforminputcontextplugin.so", False),
        ("PySide6/Qt/translations/qtbase_zh_CN.qm", False),
        ("app/assets/translations/mien_zh_CN.qm", False),
        ("app/weights/emotion.onnx", False),
        ("cv2/cv2.abi3.so", False),
        ("PySide6/Qt/translations/qtbase_de.qm", True),
        ("PySide6/Qt/translations/qtbase_zh_TW.qm", True),
        ("PySide6/plugins/tls/qopensslbackend.dll", True),
        ("PySide6/Qt/plugins/platformthemes/libqgtk3.so", True),
        ("PySide6/Qt/plugins/platforms/libqeglfs.so", True),
    ],
)
def test_what_the_window_needs_stays_and_the_rest_goes(name: str, out: bool) -> None:
    assert contents.unwanted(name) is out


def test_a_library_goes_with_the_last_that_needs_it() -> None:
    needs = {"gtk3.so": ["libgtk.so", "libglib.so", None], "libgtk.so": ["libcairo.so"], "xcb.so": ["libglib.so"]}
    wanted = [
        (name, name, "BINARY") for name in ("xcb.so", "libgtk.so", "libglib.so", "libcairo.so", "opened_by_name.so")
    ]
    dropped = [("gtk3.so", "gtk3.so", "BINARY")]
    left = contents.without_orphans(wanted, dropped, lambda path: needs.get(path, []))
    assert [name for name, _source, _kind in left] == ["xcb.so", "libglib.so", "opened_by_name.so"]


def test_a_link_goes_with_what_it_points_to() -> None:
    entries = [
        ("lib/libqt.so", "/venv/lib/libqt.so", "BINARY"),
        ("libqt.so", "lib/libqt.so", "SYMLINK"),
        ("libgtk.so", "lib/libgtk.so", "SYMLINK"),
    ]
    assert contents.without_dead_links(entries) == entries[:2]


@pytest.mark.parametrize("suffix", [".ico", ".icns"])
def test_the_icon_is_drawn_in_every_size(suffix: str, tmp_path: Path) -> None:
    icons = loaded("icons")
    path = tmp_path / f"mien{suffix}"
    icons.write_icon(path)
    with Image.open(path) as icon:
        found = {size[0] * (size[2] if len(size) > 2 else 1) for size in icon.info["sizes"]}
        assert found == set(icons.SIZES_PX[suffix])
        # the sign's background, between the eyes and the edge, and the eye itself
        pixels = icon.convert("RGBA").resize((64, 64))
        assert pixels.getpixel((25, 28)) == (240, 228, 66, 255)
        assert pixels.getpixel((32, 8)) == (27, 34, 48, 255)
        assert pixels.getpixel((0, 0)) == (0, 0, 0, 0)


def test_the_menu_entry_starts_mien_with_its_icon() -> None:
    entry = ConfigParser(interpolation=None)
    entry.optionxform = str  # type: ignore[method-assign, assignment]
    entry.read(PACKAGING / "mien.desktop", encoding="utf-8")
    shown = entry["Desktop Entry"]
    assert shown["Exec"].split()[0] == shown["Icon"] == shown["StartupWMClass"] == "mien"
    application = (REPOSITORY / "app/ui/application.py").read_text(encoding="utf-8")
    assert 'setDesktopFileName("mien")' in application


def test_the_wheel_brings_the_menu_entry_and_its_icon() -> None:
    wheel = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]
    shared = wheel["targets"]["wheel"]["shared-data"]
    assert all((REPOSITORY / source).is_file() for source in shared)
    assert set(shared.values()) == {
        "share/applications/mien.desktop",
        "share/icons/hicolor/scalable/apps/mien.svg",
    }
