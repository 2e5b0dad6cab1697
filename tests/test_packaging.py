"""What the repository's frame promises."""

import hashlib
import re
import tomllib
from pathlib import Path

import pytest

import app
from app import resources
from app.types import ModelError


def test_the_model_card_lists_every_weight_with_its_sha256(repository: Path) -> None:
    weights = repository / "weights"
    card = (weights / "README.md").read_text(encoding="utf-8")
    listed = dict(re.findall(r"^\| `([^`]+)` \| `([0-9a-f]{64})` \|", card, re.MULTILINE))
    found = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in weights.iterdir() if path.suffix == ".onnx"
    }
    assert listed == found


def test_a_checkout_reads_its_own_weights(repository: Path) -> None:
    assert resources.weights_dir() == repository / "weights"


def test_the_weights_inside_an_installed_package_come_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "site-packages" / "app"
    (package / "weights").mkdir(parents=True)
    (package.parent / "weights").mkdir()
    monkeypatch.setattr(resources, "_PACKAGE", package)
    assert resources.weights_dir() == package / "weights"


def test_missing_weights_are_one_line_that_names_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resources, "_PACKAGE", tmp_path / "app")
    with pytest.raises(ModelError, match=r"^weights: .*install Mien again$"):
        resources.weights_dir()


def test_only_one_package_brings_cv2(repository: Path) -> None:
    project = tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = [*project["dependencies"], *(name for extra in project["optional-dependencies"].values() for name in extra)]
    opencv = [re.split(r"[<>=]", name)[0] for name in named if name.startswith("opencv")]
    assert opencv == ["opencv-python-headless"]


def test_the_changelog_tells_of_this_version(repository: Path) -> None:
    changelog = (repository / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"## [{app.__version__}]" in changelog
