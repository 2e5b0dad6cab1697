"""The About dialog."""

import hashlib
import tomllib
from importlib import metadata
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from app import __version__, about
from app.resources import weights_dir
from app.types import ModelError
from app.ui.about_dialog import AboutDialog
from app.ui.about_text import LICENCE, facts, facts_text
from app.ui.about_text import repository as repository_link
from tests.ui.conftest import MakeBare


def test_it_tells_versions_models_provider_and_licence():
    told = {fact.name: fact for fact in facts("cuda")}
    assert told["Mien"].value == __version__
    assert told["onnxruntime"].value == metadata.version("onnxruntime")
    sha256 = hashlib.sha256((weights_dir() / "emotion.onnx").read_bytes()).hexdigest()
    assert told["emotion.onnx"].whole == f"sha256 {sha256}"
    assert told["emotion.onnx"].value.removesuffix(" …") in told["emotion.onnx"].whole
    assert told["Network runs on"].value == "CUDA"
    assert told["Licence"].value == LICENCE


def test_a_provider_that_is_not_known_yet_is_said():
    assert ("Network runs on", "not loaded yet") in [fact[:2] for fact in facts("")]


def test_missing_models_are_told_and_the_rest_is_still_there(monkeypatch):
    def missing() -> Path:
        raise ModelError("weights: no such folder; install Mien again")

    monkeypatch.setattr(about, "weights_dir", missing)
    told = [fact[:2] for fact in facts("")]
    assert ("Models", "weights: no such folder; install Mien again") in told
    assert ("Licence", LICENCE) in told


def test_licence_and_repository_are_those_of_the_project(repository: Path):
    project = tomllib.loads((repository / "pyproject.toml").read_text())["project"]
    assert project["license"] == LICENCE
    named = {name.lower(): link for name, link in project.get("urls", {}).items()}
    assert repository_link() in ("", named.get("repository"))


def test_the_dialog_shows_the_facts_and_copies_them_with_the_whole_hashes(qtbot: QtBot, make_bare: MakeBare):
    dialog = AboutDialog(make_bare(), "cpu")
    dialog.open()
    labels = dialog.findChildren(QLabel)
    texts = {label.text() for label in labels}
    for fact in facts("cpu")[1:]:
        assert {fact.name, fact.value} <= texts
    hashes = [label for label in labels if label.text().startswith("sha256")]
    assert {label.toolTip() for label in hashes} == {f"sha256 {sha256}" for sha256 in about.model_hashes().values()}
    assert all(label.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByMouse for label in hashes)
    copy = next(button for button in dialog.findChildren(QPushButton) if button.text() == "Copy")
    qtbot.mouseClick(copy, Qt.MouseButton.LeftButton)
    assert QApplication.clipboard().text() == facts_text(facts("cpu"))
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
