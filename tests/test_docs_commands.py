"""Every command in the documentation does what it is there for."""

import shutil
from pathlib import Path

import pytest

from .docs_commands import Block, Page, RefusedError, check, commands, pages, read_page
from .docs_folder import fails, furnish

PAGES = pages()
# Commands in running text that are held against the parser alone, and why.
NOT_RUN = {
    "mien 0": "a camera",
    "mien logitech": "a camera",
    "mien rtsp://192.168.1.20/live": "a camera on the network",
    "mien bench": "takes a minute; tests/test_bench.py has --quick",
    "mien --websocket demo": "what not to type",
}


def _refusal(where: str, words: list[str], *, partial: bool = False) -> str:
    try:
        check(words, partial=partial)
    except RefusedError as error:
        return f"{where}: {' '.join(words)}: {error}"
    return ""


def _mentioned() -> dict[str, str]:
    """Each whole command of Mien in running text, and where it first stands."""
    found: dict[str, str] = {}
    for page in PAGES:
        for where, span in page.spans:
            whole = [words for words in commands(span) if words[0] == "mien" and not _refusal(where, words)]
            if whole and not any(word.isupper() for word in whole[0]):
                found.setdefault(span, where)
    return found


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the pages name; to be copied."""
    folder: Path = tmp_path_factory.mktemp("docs") / "furnished"
    folder.mkdir()
    furnish(folder)
    return folder


def _runnable(page: Page) -> list[Block]:
    return [block for block in page.blocks if block.reason is None and not block.trains]


@pytest.mark.parametrize("page", [page for page in PAGES if _runnable(page)], ids=lambda page: page.name)
def test_the_commands_of_a_page_run_one_after_the_other(page: Page, furnished: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(furnished, tmp_path / "here")
    assert "".join(fails(block, folder) for block in _runnable(page)) == ""


@pytest.mark.parametrize("command", sorted(_mentioned().keys() - NOT_RUN))
def test_a_command_in_running_text_runs(command: str, furnished: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(furnished, tmp_path / "here")
    assert fails(Block(_mentioned()[command], "sh", command, None), folder) == ""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_each_command_of_a_page_is_one_that_its_program_takes(page: Page) -> None:
    refused = []
    for block in page.blocks:
        if block.language == "python":
            compile(block.code, block.where, "exec")
            continue
        refused += [_refusal(block.where, words) for words in commands(block.code)]
    for where, span in page.spans:
        refused += [_refusal(where, words, partial=True) for words in commands(span)]
    assert [line for line in refused if line] == []


def test_what_is_not_run_says_why_and_is_there() -> None:
    blocks = [block for page in PAGES for block in page.blocks]
    assert [block.where for block in blocks if block.reason is not None and len(block.reason) < 5] == []
    assert NOT_RUN.keys() - _mentioned() == set()


def test_none_of_it_is_passed_over_in_silence() -> None:
    assert sum(len(_runnable(page)) for page in PAGES) >= 7
    assert len(_mentioned().keys() - NOT_RUN) >= 5
    spans = [words for page in PAGES for _, span in page.spans for words in commands(span)]
    blocks = [words for page in PAGES for block in page.blocks for words in commands(block.code)]
    assert sum(check(words, partial=True) for words in spans) >= 15
    assert sum(check(words) for words in blocks) >= 25


PAGE = """
Text with `mien demo --record DIR`.

```sh
mien talk.mp4
```

<!-- not run: it needs
a camera -->

```console
$ mien 0 \\
    --seconds 3
12 frames read
```

=== "Linux"

    ```python
    print(1)
    ```

A table, which is no command:

    a  b

As is `pip`:

    mien [SOURCE] [--record DIR [--video]] [--provider auto|cpu|cuda]      the live reading
    mien analyze SOURCE... --out DIR --jobs N      # many files
"""


def test_blocks_are_found_with_their_language_line_and_exemption() -> None:
    page = read_page("a.md", PAGE)
    assert [(block.where, block.language, block.reason) for block in page.blocks] == [
        ("a.md:4", "sh", None),
        ("a.md:11", "sh", "it needs\na camera"),
        ("a.md:19", "python", None),
        ("a.md:29", "sh", None),
    ]
    assert list(commands(page.blocks[1].code)) == [["mien", "0", "--seconds", "3"]]
    assert ("a.md:2", "mien demo --record DIR") in page.spans


def test_a_synopsis_is_read_as_the_longest_command_it_allows() -> None:
    longest = ["mien", "SOURCE", "--record", "DIR", "--video", "--provider", "auto"]
    assert list(commands(read_page("a.md", PAGE).blocks[3].code)) == [
        longest,
        ["mien", "analyze", "SOURCE", "--out", "DIR", "--jobs", "1"],
    ]


@pytest.mark.parametrize(
    ("command", "partial"),
    [
        ("mien demo --recrod DIR", False),
        ("mien --provider tpu", False),
        ("mien analyze talks", False),
        ("mien report --recrod", True),
        ("python -m model train --out x --epochs 3", True),
        ("python -m model distill", True),
        ("python main.py demo --sceonds 3", False),
        ("python examples/nothing.py", False),
        ("python -m tools.nothing", False),
        ("nox -s nothing", False),
    ],
)
def test_what_a_program_does_not_take_is_refused(command: str, partial: bool) -> None:
    with pytest.raises(RefusedError):
        check(command.split(), partial=partial)


@pytest.mark.parametrize("command", ["mien analyze", "mien report", "python -m model train", "torchrun -m model train"])
def test_a_mention_may_leave_out_what_is_required(command: str) -> None:
    assert check(command.split(), partial=True)


@pytest.mark.parametrize("code", ["exit 3", "false | cat", "python -c 'import nothing'", "mien nowhere.mp4"])
def test_a_command_that_fails_is_told(code: str, furnished: Path) -> None:
    (block,) = read_page("a.md", f"```sh\n{code}\n```").blocks
    assert "a.md:1: status" in fails(block, furnished)
