"""The list of the keys as text, in columns of about the same height, without Qt."""

import re
from collections.abc import Sequence
from itertools import combinations
from typing import NamedTuple

_MNEMONIC = re.compile(r"\s*\(&.\)|&(?!&)")


class Shortcut(NamedTuple):
    """The keys that do something, and what they do."""

    keys: str
    text: str


class ShortcutGroup(NamedTuple):
    """Keys below a common title."""

    title: str
    shortcuts: tuple[Shortcut, ...]

    @property
    def lines(self) -> int:
        """How many lines it takes: the title, the keys, and room below."""
        return len(self.shortcuts) + 2


def without_mnemonic(text: str) -> str:
    """Return a menu's text as it is shown: ``&File`` and ``文件(&F)`` without what marks the key."""
    return _MNEMONIC.sub("", text).replace("&&", "&")


def in_columns(groups: Sequence[ShortcutGroup], columns: int) -> list[list[ShortcutGroup]]:
    """Return the groups in their order in at most so many columns, the tallest as low as it can be."""
    cuts_of = combinations(range(1, len(groups)), min(columns, len(groups)) - 1)
    splits = ([list(groups[a:b]) for a, b in zip((0, *cuts), (*cuts, None), strict=True)] for cuts in cuts_of)
    return min(splits, key=lambda split: max(_lines(column) for column in split))


def _lines(column: Sequence[ShortcutGroup]) -> int:
    return sum(group.lines for group in column)
