"""The window's language: Mien's translations and Qt's own, loaded from their files."""

from typing import Final

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from app.resources import assets_dir
from app.types import MienError
from app.ui.language import chosen_language, set_translator

_ENGLISH: Final = "en"
_NAMES: Final = ("mien-translator", "qt-translator")


def install_language(application: QCoreApplication, name: str = "system") -> str:
    """Let what is shown from now on be in a language; windows that are there keep theirs.

    Args:
        application: there are no others.
        name: ``en``, ``zh_CN`` or ``system``, which is the first of the user's languages that there is.

    Returns:
        The language, ``en`` or ``zh_CN``.

    Raises:
        MienError: the translation is missing or damaged.
    """
    language = chosen_language(name, QLocale.system().uiLanguages())
    for before in application.findChildren(QTranslator):
        if before.objectName() in _NAMES:
            application.removeTranslator(before)
            before.deleteLater()
    set_translator(None)
    QLocale.setDefault(QLocale.system())
    if language == _ENGLISH:
        return language
    path = assets_dir() / "translations" / f"mien_{language}.qm"
    own, qt = QTranslator(application), QTranslator(application)
    for translator, its_name in zip((own, qt), _NAMES, strict=True):
        translator.setObjectName(its_name)
    if not own.load(str(path)):
        raise MienError(f"{path}: missing or damaged; install Mien again")
    # the standard buttons and the file dialog; where an installation of Qt lacks them, those stay English
    if qt.load(f"qtbase_{language}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        application.installTranslator(qt)
    application.installTranslator(own)
    set_translator(QCoreApplication.translate)
    # with another locale Qt takes the Japanese shapes of the characters where a font has several
    QLocale.setDefault(QLocale(language))
    return language
