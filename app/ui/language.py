"""The window's language, without Qt: texts are looked up by a function that the application sets."""

import functools
from collections.abc import Callable, Sequence
from typing import Final

LANGUAGES: Final = ("en", "zh_CN")
# where Chinese is written in the other script
_TRADITIONAL: Final = {"Hant", "TW", "HK", "MO"}

Translator = Callable[[str, str], str]


def _untranslated(_context: str, text: str) -> str:
    return text


_translator: Translator = _untranslated


def translate(context: str, text: str) -> str:
    """Return ``text`` in the window's language; English where it has no translation.

    The name and the order of the arguments are those that Qt's ``lupdate`` looks for. It is quick enough to be asked
    while painting: each text is looked up once a language.
    """
    return _translator(context, text)


def set_translator(translator: Translator | None) -> None:
    """Look texts up with ``translator(context, text)`` from now on; None leaves them in English."""
    global _translator  # noqa: PLW0603 - one language a process, as in Qt itself
    _translator = functools.cache(translator) if translator else _untranslated


def chosen_language(name: str, wanted: Sequence[str]) -> str:
    """Return the language of the window, one of ``LANGUAGES``.

    Args:
        name: that of the settings; ``system`` for the first of ``wanted`` that there is, English where there is none.
        wanted: the user's languages, the dearest first, as BCP 47 (``zh-Hans-CN``) or POSIX (``zh_CN``) names them.
    """
    if name in LANGUAGES:
        return name
    for tag in wanted:
        parts = set(tag.replace("_", "-").split("-"))
        if "zh" in parts and not parts & _TRADITIONAL:
            return "zh_CN"
        if "en" in parts:
            return "en"
    return "en"
