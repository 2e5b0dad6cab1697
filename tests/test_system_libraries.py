"""A library of the system that is not there is one line, and no traceback."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent
# as the loader says it where the package libgl1 or libegl1 is not installed
MISSING = "{library}: cannot open shared object file: No such file or directory"


def _mien_without(folder: Path, package: str, library: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Mien where importing ``package`` fails as it does without a library of the system."""
    (folder / package).mkdir()
    (folder / package / "__init__.py").write_text(f"raise ImportError({MISSING.format(library=library)!r})\n")
    environment = os.environ | {
        "PYTHONPATH": str(folder),
        "XDG_CONFIG_HOME": str(folder),
        "QT_QPA_PLATFORM": "offscreen",
    }
    return subprocess.run(
        [sys.executable, "main.py", *arguments],
        cwd=REPOSITORY,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("arguments", [["demo", "--headless"], ["analyze", "a.mp4", "--out", "out"], ["cameras"]])
def test_without_the_libraries_of_opencv_mien_says_so_in_one_line(tmp_path: Path, arguments: list[str]) -> None:
    done = _mien_without(tmp_path, "cv2", "libGL.so.1", *arguments)
    assert done.returncode == 2, done.stderr
    line = (
        f"mien: OpenCV cannot be loaded here ({MISSING.format(library='libGL.so.1')}); install the system's libraries"
    )
    assert done.stderr == f"{line} that README.md names\n"


def test_without_the_libraries_of_qt_mien_says_so_in_one_line(tmp_path: Path) -> None:
    done = _mien_without(tmp_path, "PySide6", "libEGL.so.1", "demo", "--seconds", "1")
    assert done.returncode == 2, done.stderr
    assert done.stderr.startswith(f"mien: the window cannot be loaded here ({MISSING.format(library='libEGL.so.1')})")
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "mien").exists()


@pytest.mark.parametrize(("package", "library"), [("cv2", "libGL.so.1"), ("PySide6", "libEGL.so.1")])
def test_doctor_tells_which_library_of_the_system_is_missing(tmp_path: Path, package: str, library: str) -> None:
    done = _mien_without(tmp_path, package, library, "doctor")
    assert done.returncode == 2, done.stderr
    assert MISSING.format(library=library) in done.stderr
    assert "Traceback" not in done.stderr
    assert "emotion.onnx" in done.stdout


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="no /proc here that tells what is loaded")
def test_without_a_window_no_library_of_a_desktop_is_loaded(tmp_path: Path) -> None:
    program = (
        "import sys; from app.cli import main; status = main(sys.argv[1:])\n"
        "print(*{line.split('/')[-1].strip() for line in open('/proc/self/maps') if '.so' in line}); sys.exit(status)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "analyze", "tests/data/vfr.mp4", "--out", str(tmp_path / "out"), "--video"],
        cwd=REPOSITORY,
        env=os.environ | {"XDG_CONFIG_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    loaded = done.stdout.splitlines()[-1].split()
    assert any(name.startswith("libavcodec") for name in loaded)
    assert not [name for name in loaded if name.startswith(("libGL", "libEGL", "libX", "libxcb", "libQt", "libglib"))]


def test_a_checkout_that_is_not_installed_says_so_in_one_line() -> None:
    # -S: without any package, as the system's own Python
    done = subprocess.run(
        [sys.executable, "-S", "main.py", "doctor"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2, done.stderr
    assert re.match(r"mien: \w+ is not installed for ", done.stderr)
    assert "pip install ." in done.stderr
    assert done.stderr.count("\n") == 1
