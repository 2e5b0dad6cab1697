"""What is told about an error of Mien's own, without Qt."""

import traceback
from pathlib import Path
from typing import Final

from app.about import versions
from app.addresses import text_without_secrets
from app.settings import Settings

# they hold a path, the user's own words, and nothing of use
_PRIVATE: Final = ("recordings", "markers", "window")


def where_raised(error: BaseException) -> tuple[str, str, int]:
    """Return what tells one fault from another: the error's type, and the file and line that raised it."""
    frames = traceback.extract_tb(error.__traceback__)
    last = (frames[-1].filename, frames[-1].lineno or 0) if frames else ("", 0)
    return type(error).__qualname__, *last


def crash_report(error: BaseException, thread: str, settings: Settings) -> str:
    """Return what helps to find the fault: the traceback, the versions and the settings.

    It is meant to be sent to others: the user's home is ``~`` in it, addresses are without passwords, and the settings
    are without folders and names.

    Args:
        error: as it was raised.
        thread: that it was raised in.
        settings: in use.
    """
    trace = "".join(traceback.format_exception(error)).rstrip()
    known = "\n".join(f"{name} {version}" for name, version in versions().items())
    chosen = "\n".join(f"{name} = {value}" for name, value in settings.to_dict().items() if name not in _PRIVATE)
    return f"{without_personal(trace)}\n\nthread: {thread}\n\n{known}\n\n{chosen}\n"


def without_personal(text: str) -> str:
    """Return ``text`` with ``~`` for the user's home, and addresses without user, password and query."""
    home = str(Path.home())
    text = text_without_secrets(text)
    if len(home) > 1:
        # a path in an error's text is quoted, its backslashes doubled
        for written in (home, home.replace("\\", "\\\\")):
            text = text.replace(written, "~")
    return text
