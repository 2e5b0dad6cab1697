"""A session, or several, as one HTML page that needs nothing but itself."""

import base64
import hashlib
import stat
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import jinja2
import markupsafe

from app import __version__
from app.palette import COLOURS, legible
from app.resources import assets_dir
from app.session import report_content as content
from app.session import report_text as text
from app.session.files import write_whole
from app.session.reader import Session, read_session
from app.session.report_timeline import timeline
from app.session.schema import REPORT
from app.session.summary import summarise
from app.session.timing import frame_times
from app.types import EMOTIONS, UNCERTAIN, SessionError

NOTICE: Final = (
    "An expression is not a feeling. Mien names what a face looks like, not what a person feels, thinks or intends, "
    "and it is sometimes wrong, more often for some people than for others.",
    "Do not decide about people by it: not at work, in school, in hiring or in medicine. In the European Union "
    "inferring emotions at work and in education is prohibited (Regulation (EU) 2024/1689, Article 5(1)(f)).",
)
# the panels of style and report.css, on which the colours must stand out
_GROUNDS: Final = {"light": "#ffffff", "dark": "#1b1f26"}
_WITHHELD: Final = "#565e6a"
# of a timeline; many sessions share what a page can hold
_BINS: Final = 960
_LEAST_BINS: Final = 160
# as a page begins, which may be written over
_DOCTYPE: Final = b"<!doctype html>"


def write_report(
    folders: Sequence[Path], out: Path | None = None, *, tell: Callable[[str], object] | None = None
) -> Path:
    """Write the report of one session, or of several with a table that compares them; return where it is.

    Args:
        folders: of the sessions.
        out: the page; default ``report.html`` in the session's folder, or beside it where there are several.
        tell: is given, a line each, what was wrong with a session and could be passed over; the page tells it, too.

    Raises:
        SessionError: a session cannot be read, or the page not written.
    """
    if not folders:
        raise SessionError("report: no session; give the folder of one")
    if out is not None:
        _refuse_other(out)
    bins = max(_LEAST_BINS, _BINS // len(folders))
    # one at a time: an hour of readings is a hundred megabytes
    shown = [_session(_read(folder, tell), number, bins) for number, folder in enumerate(folders, 1)]
    if out is None:
        first = folders[0].resolve()
        out = (first if len(folders) == 1 else first.parent) / REPORT
    _save(out, _page(shown))
    return out


def _read(folder: Path, tell: Callable[[str], object] | None) -> Session:
    session = read_session(folder)
    if tell is not None:
        for warning in session.warnings:
            tell(f"{folder}: {warning}")
    return session


def _session(session: Session, number: int, bins: int) -> dict[str, Any]:
    """What the template shows of one session."""
    times, summary = frame_times(session), summarise(session)
    calibrations, others = content.events(session)
    return {
        "id": f"s{number}",
        "title": session.info.source or summary.name,
        "name": summary.name,
        "started": text.moment(session.info.started_utc),
        "summary": summary,
        "warnings": session.warnings,
        "tiles": content.tiles(summary),
        "bars": content.bars(summary),
        "timeline": timeline(session, times, bins),
        "faces": content.faces(session, times, summary),
        "transitions": content.transitions(summary),
        "markers": content.markers(summary),
        "calibrations": calibrations,
        "events": others,
        "event_count": len(session.events) + len(session.notes),
        "about": content.about(session),
        "info": session.info,
    }


def _page(sessions: list[dict[str, Any]]) -> str:
    folder = assets_dir() / "report"
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder),
        # names and notes come from users
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "percent": text.percent,
        "duration": text.duration,
        "clock": text.clock,
        "setting": text.setting,
    }
    style, script = ((folder / name).read_text(encoding="utf-8") for name in ("report.css", "report.js"))
    style = f"{_colours()}\n{style}"
    template = environment.get_template("report.html")
    return template.render(
        sessions=sessions,
        emotions=EMOTIONS,
        notice=NOTICE,
        most={"faces": content.MOST_FACES, "markers": content.MOST_MARKERS, "rows": content.MOST_ROWS},
        version=__version__,
        style=markupsafe.Markup(style),
        script=markupsafe.Markup(script),
        script_hash=_csp_hash(script),
        icon=markupsafe.Markup((assets_dir() / "icons" / "mien.svg").read_text(encoding="utf-8")),
    )


def _colours() -> str:
    """The emotions' colours as CSS variables, made to stand out on the panels of each theme."""
    named = {**{name: COLOURS[name] for name in (*EMOTIONS, UNCERTAIN)}, "withheld": _WITHHELD}
    light, dark = (
        "".join(f"--{name}:{legible(colour, _GROUNDS[theme])};" for name, colour in named.items()) for theme in _GROUNDS
    )
    return f":root{{{light}}}@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}"


def _csp_hash(script: str) -> str:
    """The hash of an inline script as a Content-Security-Policy wants it: no other script runs on the page."""
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def _refuse_other(out: Path) -> None:
    """Raise a SessionError where ``out`` is a folder, or no file, or holds what is no page, or cannot be looked at."""
    try:
        if out.is_dir():
            raise SessionError(f"{out}: a folder; name a file, as {out / REPORT}")
        # a device or a pipe would wait for ever as it is opened, and a link would be gone, /dev/stdout say
        regular = stat.S_ISREG(out.lstat().st_mode)
        begins = _beginning(out) if regular else b""
    except FileNotFoundError:
        return
    except OSError as error:
        raise _unwritable(out, error) from error
    if not regular or (begins and begins.lower() != _DOCTYPE):
        raise SessionError(f"{out}: is there and no page, and was left; give another file")


def _beginning(out: Path) -> bytes:
    with out.open("rb") as file:
        return file.read(len(_DOCTYPE))


def _unwritable(out: Path, error: OSError) -> SessionError:
    return SessionError(f"{out}: cannot be written ({error.strerror or error}); give another file")


def _save(out: Path, page: str) -> None:
    """Write the page so that the file holds the old or the new one at any moment."""
    _refuse_other(out)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        # a name may hold halves of characters, which UTF-8 cannot
        write_whole(out, [page.encode(errors="xmlcharrefreplace")])
    except OSError as error:
        raise _unwritable(out, error) from error
