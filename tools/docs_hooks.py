"""What MkDocs does beside itself when it builds docs/: it takes texts from where they belong, and follows links there.

A comment alone on a line, ``<!-- from weights/README.md -->``, becomes that file's text, and ``<!-- from
weights/README.md: Attention and pose -->`` the section below that heading; on a forge it is not seen, and a link beside
it leads to the file. A link out of docs/ leads to the page that holds the file, or, where there is none, becomes its
text: a site has no source files. What a link or a comment names must be there.
"""

import os
import re
from pathlib import Path
from typing import Any, Final

_REPOSITORY: Final = Path(__file__).resolve().parent.parent
# file → the page that holds it
PAGES: Final = {
    "README.md": "index.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "LICENSE": "licence.md",
    "model/EXPERIMENTS.md": "experiments.md",
    "weights/README.md": "model-card.md",
}
_FROM: Final = re.compile(r"^<!-- from (?P<file>[^:\n]+?)(?:: (?P<heading>[^\n]+?))? -->$", re.MULTILINE)
_HEADING: Final = re.compile(r"^(?P<marks>#+) +(?P<text>.+?) *$", re.MULTILINE)
# links and pictures; not those to elsewhere, nor within the page
_LINK: Final = re.compile(
    r"(?P<picture>!?)\[(?P<text>[^\]\n]*)\]\((?!\w+:|#|/)(?P<target>[^)#\s]+)(?P<anchor>#[^)\s]*)?\)"
)
_FENCE: Final = re.compile(r"(^ *(`{3,}|~{3,}).*?^ *\2`*$)", re.MULTILINE | re.DOTALL)


# what a browser fetches by itself; a link waits for a click
_FETCHED: Final = re.compile(
    r"<(?:script|img|source|iframe|video|audio)\b[^>]*\bsrc=[\"']?(?:https?:)?//[^\s\"'>]+"
    r"|<link\b(?=[^>]*\brel=[\"']?(?:stylesheet|preload|preconnect|icon))[^>]*\bhref=[\"']?(?:https?:)?//[^\s\"'>]+",
    re.IGNORECASE,
)


class PageError(Exception):
    """A page names a text that is not there, or would load something from elsewhere."""


def on_page_markdown(markdown: str, *, page: Any, **_: Any) -> str:
    """MkDocs calls it with the text of each page, and shows what it returns."""
    return assembled(markdown, page.file.src_uri)


def on_post_page(output: str, *, page: Any, **_: Any) -> str:
    """MkDocs calls it with the HTML of each page."""
    check_self_contained(output, page.file.src_uri)
    return output


def check_self_contained(html: str, page: str) -> None:
    """Hold a page to what it promises: that a reader's browser asks nobody else.

    Raises:
        PageError: it would load something from elsewhere.
    """
    found = _FETCHED.search(html)
    if found:
        raise PageError(f"docs/{page}: loads something from elsewhere: {found[0]}; keep it in docs/")


def assembled(markdown: str, page: str, repository: Path = _REPOSITORY) -> str:
    """Return a page's text with what it takes from elsewhere, its links as the site needs them.

    Args:
        markdown: the text.
        page: where it is, from docs/ on.
        repository: holds docs/ and the rest.

    Raises:
        PageError: a comment names a file, or a heading in it, that is not there.
    """
    there = repository / "docs" / page
    parts, end = [], 0
    for found in _FROM.finditer(markdown):
        source = repository / found["file"]
        parts.append(_linked(markdown[end : found.start()], there, there, repository))
        parts.append(_linked(_text_of(source, found["heading"], page), source, there, repository))
        end = found.end()
    return "".join([*parts, _linked(markdown[end:], there, there, repository)])


def section(text: str, heading: str) -> str:
    """Return what stands below a heading, up to the next that is no deeper; empty where there is no such heading."""
    # what looks like a heading in a block of code, a comment of a shell, is none
    plain = _FENCE.sub(lambda block: re.sub(r"[^\n]", " ", block[0]), text)
    begin, depth = None, 0
    for found in _HEADING.finditer(plain):
        if begin is not None and len(found["marks"]) <= depth:
            return text[begin : found.start()].strip()
        if begin is None and found["text"] == heading:
            begin, depth = found.end(), len(found["marks"])
    return "" if begin is None else text[begin:].strip()


def _text_of(source: Path, heading: str | None, page: str) -> str:
    try:
        text = source.read_text(encoding="utf-8")
    except OSError as error:
        raise PageError(f"docs/{page}: {source.name}: {error.strerror or error}") from error
    if source.suffix != ".md":
        return f"```text\n{text.rstrip()}\n```"
    if heading is None:
        return text.strip()
    found = section(text, heading)
    if not found:
        raise PageError(f"docs/{page}: {source.name}: has no text below a heading {heading!r}")
    return found


def _linked(text: str, source: Path, page: Path, repository: Path) -> str:
    """The text of ``source`` with its links as they are from ``page``; blocks of code stay."""
    docs = repository / "docs"

    def link(found: re.Match[str]) -> str:
        path = Path(os.path.normpath(source.parent / found["target"]))
        anchor = found["anchor"] or ""
        if path.is_relative_to(docs):
            target = path
        elif path.is_relative_to(repository) and path.relative_to(repository).as_posix() in PAGES:
            target = docs / PAGES[path.relative_to(repository).as_posix()]
        elif path.is_relative_to(repository) and path.exists():
            return found["text"]
        else:
            # MkDocs will say that it leads nowhere
            return found[0]
        return f"{found['picture']}[{found['text']}]({Path(os.path.relpath(target, page.parent)).as_posix()}{anchor})"

    # text, a block of code, that block's fence, text, …
    pieces = _FENCE.split(text)
    return "".join(piece if at % 3 == 1 else _LINK.sub(link, piece) for at, piece in enumerate(pieces) if at % 3 != 2)
