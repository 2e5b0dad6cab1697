"""Weights that are not those that came with Mien are refused in one line, before anything is read with them."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from app import resources
from app.about import check_models
from app.types import ModelError
from app.vision.pipeline import Pipeline

# runs Mien with the weights of another place, as an installation elsewhere would
_ELSEWHERE = """
import pathlib, sys
from app import resources
resources._PACKAGE = pathlib.Path(sys.argv[1])
from app.cli import main
sys.exit(main(sys.argv[2:]))
"""


@pytest.fixture
def weights(tmp_path: Path, repository: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation's own copy of the weights."""
    package = tmp_path / "app"
    folder = shutil.copytree(repository / "weights", package / "weights")
    monkeypatch.setattr(resources, "_PACKAGE", package)
    return folder


def flip(path: Path) -> None:
    """Change one bit in the middle of a file."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def cut(path: Path) -> None:
    """Keep the first half of a file."""
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def test_the_weights_that_come_with_mien_are_those_that_it_knows(weights: Path) -> None:
    check_models()
    sums = dict(line.split("  ")[::-1] for line in (weights / "SHA256SUMS").read_text().splitlines())
    assert set(sums) == {"emotion.onnx", "face_detector.onnx"}


@pytest.mark.parametrize("name", ["emotion.onnx", "face_detector.onnx"])
@pytest.mark.parametrize("damage", [flip, cut])
def test_tampered_or_truncated_weights_are_refused(weights: Path, name: str, damage: Callable[[Path], None]) -> None:
    damage(weights / name)
    with pytest.raises(ModelError) as refused:
        Pipeline()
    assert str(refused.value) == f"{weights / name}: not the file that SHA256SUMS tells of; install Mien again"


@pytest.mark.parametrize("name", ["emotion.onnx", "face_detector.onnx", "SHA256SUMS"])
def test_missing_weights_are_named(weights: Path, name: str) -> None:
    (weights / name).unlink()
    with pytest.raises(ModelError, match=rf"{name}: .*missing[^\n]*; install Mien again$"):
        Pipeline()


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"00  emotion.onnx\n"])
def test_damaged_sums_are_no_reason_to_trust_the_weights(weights: Path, content: bytes) -> None:
    (weights / "SHA256SUMS").write_bytes(content)
    with pytest.raises(ModelError, match=r"^[^\n]*install Mien again$"):
        check_models()


def test_a_network_given_by_its_folder_is_the_user_s_own(weights: Path) -> None:
    with (weights / "emotion.onnx").open("ab") as file:
        # an unknown field, which protobuf passes over
        file.write(b"\xf8\x07\x01")
    with pytest.raises(ModelError, match="not the file that SHA256SUMS tells of"):
        Pipeline()
    Pipeline(weights=weights).close()


def test_the_command_line_refuses_tampered_weights_in_one_line(weights: Path, repository: Path, tmp_path: Path) -> None:
    flip(weights / "emotion.onnx")
    command = [sys.executable, "-c", _ELSEWHERE, str(weights.parent)]
    done = subprocess.run(
        [*command, "demo", "--headless", "--seconds", "1", "--record", str(tmp_path / "s")],
        cwd=repository,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    told = [line for line in done.stderr.splitlines() if line.startswith("mien: ")]
    assert told == [f"mien: {weights / 'emotion.onnx'}: not the file that SHA256SUMS tells of; install Mien again"]
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "s" / "readings.csv").exists()
