"""What the About dialog tells, without Qt."""

from collections.abc import Sequence
from importlib import metadata
from typing import Final, NamedTuple

from app.about import model_hashes, versions
from app.types import ModelError
from app.ui.language import translate

LICENCE: Final = "Apache-2.0"
_SHORT_HASH: Final = 16


class Fact(NamedTuple):
    """A name and its value; ``whole`` is the value where only its beginning is shown."""

    name: str
    value: str
    whole: str = ""


def facts(provider: str) -> list[Fact]:
    """Return what is running here, Mien's version first.

    Args:
        provider: where the network runs; empty while it is not loaded.
    """
    found = [Fact("Mien" if name == "mien" else name, version) for name, version in versions().items()]
    try:
        found += [Fact(name, f"sha256 {sha[:_SHORT_HASH]} …", f"sha256 {sha}") for name, sha in model_hashes().items()]
    except ModelError as error:
        found.append(Fact(translate("Mien", "Models"), str(error)))
    found.append(Fact(translate("Mien", "Network runs on"), provider.upper() or translate("Mien", "not loaded yet")))
    found.append(Fact(translate("Mien", "Licence"), LICENCE))
    link = repository()
    return [*found, Fact(translate("Mien", "Repository"), link)] if link else found


def facts_text(facts: Sequence[Fact]) -> str:
    """Return the facts as lines to be copied, hashes in full."""
    return "\n".join(f"{fact.name}: {fact.whole or fact.value}" for fact in facts)


def repository() -> str:
    """Return the address of the repository that the installed package names; empty where it names none."""
    try:
        links = metadata.metadata("mien").get_all("Project-URL") or []
    except metadata.PackageNotFoundError:
        return ""
    named: dict[str, str] = dict(link.split(", ", 1) for link in links)
    return named.get("Repository", "")
