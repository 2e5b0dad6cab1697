"""Names of files: as OpenCV takes them, and fit to be shown."""

import unicodedata
from pathlib import Path
from typing import Final

from app.types import SourceError

# Control characters, among them line ends, and halves of characters, as which Python reads what is not UTF-8 in names.
NO_TEXT: Final = ("Cc", "Cs", "Zl", "Zp")


def shown(name: str | Path) -> str:
    r"""The name in one line that can be printed: a line end in it is ``\n``, a byte that is no UTF-8 ``\udcff``."""
    return "".join(
        char.encode("unicode_escape").decode() if unicodedata.category(char) in NO_TEXT else char for char in str(name)
    )


def check_name(name: str) -> None:
    """See whether OpenCV may be given this name: one that is no valid UTF-8 crashes it, and the whole process with it.

    Raises:
        SourceError: it may not.
    """
    try:
        name.encode()
    except UnicodeEncodeError as error:
        raise SourceError(f"{shown(name)}: its name is not valid UTF-8; rename it") from error
