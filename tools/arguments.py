"""What the tools' command lines have in common."""

import argparse
from typing import NoReturn


class ToolParser(argparse.ArgumentParser):
    """argparse's, but that a mistake is one line, without the usage before it.

    Args:
        name: of the tool's module.
        description: what it does.
    """

    def __init__(self, name: str, description: str) -> None:
        super().__init__(prog=f"python -m tools.{name}", description=description)
        self._name = name

    def error(self, message: str) -> NoReturn:
        """Tell it and end with status 2."""
        self.exit(2, f"{self._name}: {message}; see '{self.prog} --help'\n")
