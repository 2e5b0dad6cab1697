"""The commands in the documentation: found, held against the real parsers, and run.

A block of shell or Python in a page is run. An HTML comment on the line above, ``<!-- not run: reason -->``, leaves it
out; Mien's own commands in it must parse all the same. So must those in running text. A block without a language, or an
indented one, counts as shell where a line of it begins with a command.
"""

import argparse
import contextlib
import io
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, NoReturn
from unittest.mock import patch

from markdown_it import MarkdownIt
from markdown_it.token import Token

REPOSITORY: Final = Path(__file__).resolve().parent.parent
_SHELL: Final = frozenset({"sh", "bash", "shell", "console"})
_COMMAND: Final = re.compile(r"^(?:\$ )?(?:mien|python3?|torchrun|nox|pip|pytest)(?: |$)", re.MULTILINE)
_NOT_RUN: Final = re.compile(r"<!--\s*not run:(?P<reason>.*?)-->\s*$", re.DOTALL)
# MkDocs Material's boxes and tabs, whose content is indented
_BOXES: Final = ("!!! ", "??? ", "???+ ", "=== ")
_OURS: Final = re.compile(r"\b(?:mien|main\.py|-m model|-m tools)\b")
_OPERATORS: Final = frozenset({"|", "||", "&", "&&", ";"})
_TRAINS: Final = re.compile(r"-m model\b|examples/train|^(?:from|import) model\b", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Block:
    """A block of code: where it is, ``sh`` or ``python``, and why it is not run (None: it is)."""

    where: str
    language: str
    code: str
    reason: str | None

    @property
    def trains(self) -> bool:
        """Whether it needs the network's training room, and torch with it."""
        return bool(_TRAINS.search(self.code))


@dataclass(frozen=True, slots=True)
class Page:
    """A page's blocks, and the pieces of code in its running text with the place of each."""

    name: str
    blocks: tuple[Block, ...]
    spans: tuple[tuple[str, str], ...]


class RefusedError(Exception):
    """A command in the documentation that the program does not take."""


class _ParsedError(Exception):
    """The parser took the command; nothing of it is to run."""


def pages() -> list[Page]:
    """Every page whose commands are promised to work."""
    found = [REPOSITORY / name for name in ("README.md", "CONTRIBUTING.md", "packaging/README.md", "weights/README.md")]
    found += sorted((REPOSITORY / "docs").rglob("*.md"))
    return [
        read_page(str(path.relative_to(REPOSITORY)), path.read_text(encoding="utf-8"))
        for path in found
        if path.exists()
    ]


def read_page(name: str, text: str) -> Page:
    """The blocks and spans of a page of Markdown."""
    blocks: list[Block] = []
    spans: list[tuple[str, str]] = []
    before: Token | None = None
    for token in MarkdownIt("commonmark").enable("table").parse(_opened(text)):
        where = f"{name}:{token.map[0] + 1}" if token.map else name
        if token.type in ("fence", "code_block") and (language := _language(token)):
            exempt = _NOT_RUN.search(before.content) if before and before.type == "html_block" else None
            code = _typed(token.content) if token.info.startswith("console") else token.content
            blocks.append(Block(where, language, code, exempt["reason"].strip() if exempt else None))
        spans += [(where, child.content) for child in token.children or () if child.type == "code_inline"]
        before = token
    return Page(name, tuple(blocks), tuple(spans))


def _opened(text: str) -> str:
    """The page with the content of its boxes and tabs moved to the margin; the lines keep their numbers."""
    lines, inside = [], False
    for line in text.split("\n"):
        indented = line.startswith("    ") or not line.strip()
        inside = inside and indented
        moved = line[4:] if inside else line
        opens = moved.startswith(_BOXES)
        inside = inside or opens
        lines.append("" if opens else moved)
    return "\n".join(lines)


def _language(token: Token) -> str:
    """``sh`` or ``python``; empty where it is neither."""
    named = re.search(r"\w+", token.info)
    if named is None:
        return "sh" if _COMMAND.search(token.content) else ""
    return "sh" if named[0] in _SHELL else "python" if named[0] in ("python", "py") else ""


def _typed(code: str) -> str:
    """What is typed after the prompts of a ``console`` block; the rest is what the programs say."""
    lines = re.sub(r"\s*\\\n\s*", " ", code).splitlines()
    return "".join(f"{line[2:]}\n" for line in lines if line.startswith("$ "))


def commands(code: str) -> Iterator[list[str]]:
    """The commands of shell code or of a synopsis, word by word.

    Of a synopsis every option is taken and the first of alternatives; a letter stands for a number. What stands after
    two blanks is a remark.
    """
    for line in re.sub(r"\s*\\\n\s*", " ", code).splitlines():
        plain = re.split(r" {2,}| # ", line.strip().removeprefix("$ "))[0]
        plain = re.sub(r"(?<=\w)\|\S*\w", "", re.sub(r"(?<!\S)\[+|\]+(?!\S)|\.\.\.|…", "", plain))
        if not _COMMAND.search(plain) and not _OURS.search(plain):
            continue
        words: list[str] = []
        lexer = shlex.shlex(plain, posix=True, punctuation_chars="|&;")
        lexer.whitespace_split = True
        for word in (*lexer, ";"):
            if word not in _OPERATORS:
                words.append("1" if re.fullmatch(r"[A-Z]", word) else word)
            elif words:
                yield words
                words = []


def check(words: list[str], *, partial: bool = False) -> bool:
    """Hold a command against the program's own parser; return whether it is one of Mien's.

    Args:
        words: the command.
        partial: it is mentioned rather than given in full: what it requires may be missing.

    Raises:
        RefusedError: the program does not take it, or there is no such program.
    """
    if words[0] == "torchrun" and "-m" in words:
        words = ["python", *words[words.index("-m") :]]
    match words:
        case ["mien", *arguments] | ["python" | "python3", "main.py", *arguments]:
            _parse("app.cli", arguments, partial=partial)
        case ["python" | "python3", "-m", "model", *arguments]:
            _parse("model.cli", arguments, partial=partial)
        case ["python" | "python3", "-m", module, *_] if module.startswith("tools."):
            if find_spec(module) is None:
                raise RefusedError(f"{module}: no such module")
        case ["python" | "python3", script, *_] if script.endswith(".py"):
            if not (REPOSITORY / script).is_file():
                raise RefusedError(f"{script}: no such file in the repository")
        case ["nox", *arguments]:
            _know(arguments)
        case _:
            return False
    return True


def _parse(module: str, arguments: list[str], *, partial: bool) -> None:
    """Run a program up to the end of its own parsing."""
    real = argparse.ArgumentParser.parse_args

    def parse_and_stop(self: argparse.ArgumentParser, *args: Any) -> NoReturn:
        real(self, *args)
        raise _ParsedError

    def refuse(self: argparse.ArgumentParser, message: str) -> NoReturn:
        unknown = [word for word in arguments if word.startswith("--") and word.split("=")[0] not in self.format_help()]
        if partial and not unknown and ("required" in message or "expected" in message):
            raise _ParsedError
        raise RefusedError(f"{self.prog}: {message}")

    main: Callable[[list[str]], int] = import_module(module).main
    kinds = (argparse.ArgumentParser, *argparse.ArgumentParser.__subclasses__())
    with contextlib.ExitStack() as patches, contextlib.redirect_stdout(io.StringIO()):
        patches.enter_context(patch.object(argparse.ArgumentParser, "parse_args", parse_and_stop))
        for kind in kinds:
            patches.enter_context(patch.object(kind, "error", refuse))
        try:
            main(arguments)
        except (_ParsedError, SystemExit):  # the latter after --help and --version
            return
    raise RefusedError(f"{module}: ran without a look at its arguments")


def _know(arguments: list[str]) -> None:
    """See that the sessions named are in noxfile.py."""
    named = arguments[arguments.index("-s") + 1 :] if "-s" in arguments else []
    named = named[: named.index("--")] if "--" in named else named
    unknown = set(named) - nox_sessions()
    if unknown:
        raise RefusedError(f"nox -s {' '.join(sorted(unknown))}: no such session in noxfile.py")


@cache
def nox_sessions() -> frozenset[str]:
    """The names of the sessions in noxfile.py."""
    # not --json, which leaves out the sessions that do not run by default
    command = [sys.executable, "-m", "nox", "--list", "-f", str(REPOSITORY / "noxfile.py")]
    listed = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=True)
    return frozenset(re.findall(r"^[*-] (\w+)", listed.stdout, re.MULTILINE))
