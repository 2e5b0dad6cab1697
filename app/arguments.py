"""Arguments of the command line, and the one line for those that cannot be used."""

import argparse
from pathlib import Path
from typing import NoReturn

from app.addresses import text_without_secrets
from app.types import MienError


class Parser(argparse.ArgumentParser):
    """argparse's, but that a mistake is one line, without the whole usage before it."""

    def error(self, message: str) -> NoReturn:
        """Tell of arguments that cannot be used, of addresses without what is secret in them.

        Raises:
            MienError: always.
        """
        raise MienError(f"{text_without_secrets(message)}; see '{self.prog} --help'")


def positive(text: str) -> float:
    """Return a number above 0, for argparse."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number above 0")
    return value


def count(text: str) -> int:
    """Return a whole number above 0, for argparse."""
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number above 0")
    return int(text)


def folder(text: str) -> Path:
    """Return a folder's path, for argparse; an empty one, as of a shell's unset variable, would be the current one."""
    if not text:
        raise argparse.ArgumentTypeError("an empty name; give a folder, '.' for this one")
    return Path(text)
