"""Write docs/keys.md: the keys of the window and of a review, from the actions that have them.

    python -m tools.docs_keys

They are those of the list that ? opens. A test holds the committed page against what this makes.
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication, QMainWindow

from app.ui.actions import ActionGroup, Actions
from app.ui.review_actions import ReviewActions
from app.ui.shortcuts import shortcut_groups
from app.ui.style import apply_style

PAGE: Final = Path(__file__).resolve().parent.parent / "docs" / "keys.md"


def page() -> str:
    """Return the page's text; there must be an application, in English."""
    live, review = QMainWindow(), QMainWindow()
    try:
        parts = [
            "# All keys",
            "",
            "<!-- made by python -m tools.docs_keys; change it in app/ui/actions.py or app/ui/review_actions.py -->",
            "",
            "As `?` lists them in the window itself. On macOS, Ctrl is the command key.",
            "",
            "## The window",
            "",
            *_tables(Actions(live).groups()),
            "The keys 1 to 9 put the markers that are named in the settings.",
            "",
            "## A review",
            "",
            *_tables(ReviewActions(review).groups()),
        ]
    finally:
        live.deleteLater()
        review.deleteLater()
    return "\n".join(parts).rstrip() + "\n"


def _tables(groups: Sequence[ActionGroup]) -> list[str]:
    """A heading and a table a group: the key, what it is called, and what it does."""
    tips = {
        action.shortcut().toString(QKeySequence.SequenceFormat.NativeText): action.whatsThis()
        for group in groups
        for action in (*group.entries, *group.keys_only)
        if action is not None
    }
    lines = []
    for title, shortcuts in shortcut_groups(groups):
        lines += [f"### {title}", "", "| key | name | does |", "| --- | --- | --- |"]
        for keys, text in shortcuts:
            tip = tips[keys]
            lines.append(f"| `{keys}` | {'' if text == tip else text} | {tip} |")
        lines.append("")
    return lines


def main() -> None:
    """Write the page."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QApplication(sys.argv)
    application.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeMenuBar)
    apply_style(application)
    PAGE.write_text(page(), encoding="utf-8")
    print(PAGE)


if __name__ == "__main__":
    main()
