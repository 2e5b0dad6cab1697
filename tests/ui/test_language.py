"""The window's language: how a text is looked up, and that each has its translation."""

import ast
import re
import shutil
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QLocale
from PySide6.QtWidgets import QApplication, QDialogButtonBox
from pytestqt.qtbot import QtBot

from app import resources
from app.settings import LANGUAGES as SETTING
from app.types import EMOTIONS, MienError
from app.ui.language import LANGUAGES, chosen_language, set_translator, translate
from app.ui.texts import emotion_text
from app.ui.translation import install_language

PLACEHOLDER = re.compile(r"\{[^}]*\}")


@pytest.fixture(autouse=True)
def _english_again() -> Iterator[None]:
    yield
    set_translator(None)


@pytest.fixture
def application(qapp: QApplication) -> Iterator[QApplication]:
    """The application, which speaks English again afterwards."""
    yield qapp
    install_language(qapp, "en")


def test_a_text_is_english_until_a_language_is_set():
    assert translate("Mien", "anger") == "anger"


def test_a_language_is_used_from_then_on_and_left_again():
    set_translator(lambda context, text: f"{context}/{text}")
    assert translate("Mien", "anger") == "Mien/anger"
    set_translator(lambda _context, text: text[::-1])
    assert translate("Mien", "anger") == "regna"
    set_translator(None)
    assert translate("Mien", "anger") == "anger"


def test_a_text_is_looked_up_once_since_windows_ask_at_every_frame():
    asked: list[str] = []

    def translator(_context: str, text: str) -> str:
        asked.append(text)
        return text

    set_translator(translator)
    for _frame in range(3):
        translate("Mien", "anger")
        translate("Mien", "fear")
    assert asked == ["anger", "fear"]


@pytest.mark.parametrize(
    ("wanted", "language"),
    [
        (["zh-Hans-CN", "en"], "zh_CN"),
        (["zh_CN"], "zh_CN"),
        (["zh"], "zh_CN"),
        (["zh-Hant-TW", "zh-TW"], "en"),
        (["fr-FR", "zh-CN"], "zh_CN"),
        (["de-DE", "en-GB", "zh-CN"], "en"),
        (["C"], "en"),
        ([], "en"),
    ],
)
def test_the_systems_language_is_the_first_of_the_users_that_there_is(wanted: list[str], language: str):
    assert chosen_language("system", wanted) == language


@pytest.mark.parametrize("name", LANGUAGES)
def test_a_chosen_language_wins_over_the_systems(name: str):
    assert chosen_language(name, ["zh-CN", "en"]) == name
    assert chosen_language(name, ["en", "zh-CN"]) == name


def test_the_settings_offer_every_language():
    assert ("system", *LANGUAGES) == SETTING


def test_the_window_speaks_chinese_and_english_again(application: QApplication):
    assert install_language(application, "zh_CN") == "zh_CN"
    assert [emotion_text(name) for name in EMOTIONS] == ["愤怒", "轻蔑", "厌恶", "恐惧", "高兴", "中性", "悲伤", "惊讶"]
    assert emotion_text("uncertain") == "不确定"
    assert QLocale().name() == "zh_CN", "Qt would take the Japanese shapes of the characters"
    assert install_language(application, "en") == "en"
    assert QLocale() == QLocale.system()
    assert emotion_text("anger") == "anger"
    assert QCoreApplication.translate("Mien", "anger") == "anger"


def test_qts_own_buttons_speak_the_language_too(application: QApplication, qtbot: QtBot):
    install_language(application, "zh_CN")
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    qtbot.addWidget(buttons)
    assert "关闭" in buttons.button(QDialogButtonBox.StandardButton.Close).text()


def test_the_systems_language_is_asked(application: QApplication, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(QLocale, "uiLanguages", lambda _self: ["zh-CN"])
    assert install_language(application, "system") == "zh_CN"
    assert emotion_text("anger") == "愤怒"


def test_a_damaged_translation_is_one_line_that_names_it(
    application: QApplication, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setattr(resources, "_PACKAGE", tmp_path / "app")
    folder = tmp_path / "assets" / "translations"
    folder.mkdir(parents=True)
    (folder / "mien_zh_CN.qm").write_bytes(b"no translation")
    with pytest.raises(MienError, match=r"mien_zh_CN\.qm: missing or damaged; install Mien again$"):
        install_language(application, "zh_CN")
    assert emotion_text("anger") == "anger"
    shutil.rmtree(folder)
    with pytest.raises(MienError, match="missing or damaged"):
        install_language(application, "zh_CN")


def test_every_text_of_the_window_has_its_chinese(repository: Path):
    known = _translations(repository)
    used = _used(repository)
    missing = {text: places for text, places in used.items() if not known.get(text)}
    assert not missing, "run python -m tools.translations, translate, and run it again"


def test_no_translation_is_left_of_texts_that_are_gone(repository: Path):
    assert set(_translations(repository)) == set(_used(repository)), "run python -m tools.translations"


def test_every_translation_has_the_placeholders_and_the_mnemonic_of_its_text(repository: Path):
    wrong = [
        text
        for text, translation in _translations(repository).items()
        if sorted(PLACEHOLDER.findall(text)) != sorted(PLACEHOLDER.findall(translation))
        or re.findall(r"&(\w)", text.upper()) != re.findall(r"&(\w)", translation)
    ]
    assert not wrong


def test_what_the_window_loads_is_made_from_what_is_edited(application: QApplication, repository: Path):
    install_language(application, "zh_CN")
    stale = [text for text, chinese in _translations(repository).items() if translate("Mien", text) != chinese]
    assert not stale, "run python -m tools.translations"


def _translations(repository: Path) -> dict[str, str]:
    """The texts of the file that is edited → their finished translations, empty where there is none."""
    context = ET.parse(repository / "assets" / "translations" / "mien_zh_CN.ts").getroot().find("context")
    assert context is not None
    assert context.findtext("name") == "Mien"
    found: dict[str, str] = {}
    for message in context.iter("message"):
        translation = message.find("translation")
        assert translation is not None
        finished = translation.get("type") is None
        found[message.findtext("source", "")] = (translation.text or "") if finished else ""
    return found


def _used(repository: Path) -> dict[str, list[str]]:
    """The texts that the app looks up → where."""
    used: dict[str, list[str]] = {}
    for path in sorted((repository / "app").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "translate"):
                continue
            values = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
            place = f"{path.relative_to(repository)}:{node.lineno}"
            assert values[:1] == ["Mien"], f"{place}: not the context Mien"
            assert len(values) == len(node.args) == 2, f"{place}: not a literal"
            used.setdefault(str(values[1]), []).append(place)
    return used
