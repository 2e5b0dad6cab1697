"""The commands of a day.

The sessions of every hour use the environment that is active, and start at once. ``docs`` and ``bundle`` have one of
their own in .nox, as a bundle is made of an installed Mien. What begins with nothing is ``.ci/run``.
"""

import nox

nox.needs_version = ">=2025.5"
nox.options.default_venv_backend = "none"
nox.options.sessions = ["lint", "types", "tests"]


@nox.session
def lint(session: nox.Session) -> None:
    """Lint and format, and correct what can be corrected; with ``-- --check`` correct nothing."""
    if session.posargs == ["--check"]:
        session.run("ruff", "check")
        session.run("ruff", "format", "--check")
    else:
        session.run("ruff", "check", "--fix")
        session.run("ruff", "format")


@nox.session
def types(session: nox.Session) -> None:
    """Check the types, and the walls between the rooms."""
    session.run("mypy")
    session.run("lint-imports")


@nox.session
def tests(session: nox.Session) -> None:
    """Run the quick tests on all cores; with ``-- ARGUMENTS`` what pytest makes of them: ``-- -m slow``."""
    session.run("pytest", *(session.posargs or ["-n", "auto", "--dist", "loadfile"]))


@nox.session
def translations(session: nox.Session) -> None:
    """Take over the window's texts into the translations, and compile them."""
    session.run("python", "-m", "tools.translations")


@nox.session(venv_backend="venv", reuse_venv=True)
def docs(session: nox.Session) -> None:
    """Build the pages of docs/ into site/, where every warning counts; with ``-- serve`` show them as they change."""
    session.install(".[docs]")
    session.run("mkdocs", *(session.posargs or ["build", "--strict"]))


@nox.session(venv_backend="venv", reuse_venv=True)
def bundle(session: nox.Session) -> None:
    """Make the program that needs no Python, for the system that this runs on, in dist/."""
    session.install(".[bundle]")
    session.run("pyinstaller", "--noconfirm", "packaging/mien.spec")
