"""Bring the window's translations up to date with its texts.

    python -m tools.translations

Qt's ``lupdate`` collects the texts of the window into ``assets/translations/mien_zh_CN.ts``, which is edited by hand or
with ``pyside6-linguist``; ``lrelease`` makes the ``.qm`` beside it, which the window loads. Both are committed: who
installs Mien needs no tools. Texts without a translation are listed, and the exit status is 1.
"""

import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
TS = REPOSITORY / "assets" / "translations" / "mien_zh_CN.ts"


def main() -> int:
    """Update both files; return the exit status."""
    sources = sorted(str(path.relative_to(REPOSITORY)) for path in (REPOSITORY / "app" / "ui").rglob("*.py"))
    run(
        "pyside6-lupdate",
        *sources,
        "-locations",
        "none",
        "-no-obsolete",
        "-sort-messages",
        "-source-language",
        "en",
        "-ts",
        str(TS),
    )
    run("pyside6-lrelease", str(TS))
    missing = untranslated(TS)
    for text in missing:
        print(f"not translated: {text}", file=sys.stderr)
    return 1 if missing else 0


def untranslated(ts: Path) -> list[str]:
    """Return the texts of a ``.ts`` file that have no finished translation."""
    messages = ET.parse(ts).getroot().iter("message")
    return [message.findtext("source", "") for message in messages if not _finished(message)]


def _finished(message: ET.Element) -> bool:
    translation = message.find("translation")
    return translation is not None and translation.get("type") is None and bool(translation.text)


def run(tool: str, *arguments: str) -> None:
    """Run one of PySide6's tools, from beside this Python, in the repository."""
    subprocess.run([Path(sys.executable).with_name(tool), *arguments], cwd=REPOSITORY, check=True)


if __name__ == "__main__":
    sys.exit(main())
