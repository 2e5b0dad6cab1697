"""What docs/reliability.md promises of the tests, and of the code that no test can run."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

_LOADERS = ("pickle", "cPickle", "dill", "joblib", "marshal", "shelve")
# Dask's own way: jobs that Mien made itself, for workers that the user has started
_DASK = "app/analysis/cluster.py"


def test_every_test_of_the_fault_table_exists_and_every_fault_has_one(repository: Path) -> None:
    page = (repository / "docs" / "reliability.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| ") and not line.startswith("| Fault |")]
    assert len(rows) > 40
    for row in rows:
        assert re.search(r"`test_\w+`", row), row
    named = set(re.findall(r"`(test_\w+)`", page))
    sources = (path.read_text(encoding="utf-8") for path in (repository / "tests").rglob("test_*.py"))
    written = {name for source in sources for name in re.findall(r"^def (test_\w+)\(", source, re.MULTILINE)}
    assert named <= written, named - written


def test_nothing_that_a_user_gives_is_unpickled(repository: Path) -> None:
    calls = 0
    for where, call in _calls(repository):
        name = ast.unparse(call.func)
        options = {keyword.arg: ast.unparse(keyword.value) for keyword in call.keywords}
        if name.split(".")[0] in _LOADERS and name.split(".")[-1] in ("load", "loads", "Unpickler", "open"):
            assert where == _DASK, f"{where}:{call.lineno}: {name}"
        if name == "torch.load":
            calls += 1
            assert options.get("weights_only") == "True", f"{where}:{call.lineno}"
        assert options.get("allow_pickle", "False") == "False", f"{where}:{call.lineno}"
    assert calls


def _calls(repository: Path) -> Iterator[tuple[str, ast.Call]]:
    """Every call in the code of app and model, and the file that it is in."""
    for folder in ("app", "model"):
        for path in sorted((repository / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call):
                    yield path.relative_to(repository).as_posix(), node
