import base64
import hashlib
import os
import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from app.palette import contrast
from app.session.notes import Note, change_notes
from app.session.report import write_report
from app.session.schema import MOST_S
from app.types import EMOTIONS, SessionError
from tests.sessions import face, make_session, no_face

EVIL = '<script>alert(1)</script> "&'
VOID = {"meta", "br", "path", "rect", "circle"}


class Page(HTMLParser):
    """What a browser would see: elements with their attributes, and whether they nest."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.words.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A session with two faces, a gap, markers, a calibration and withheld pictures."""
    rows = []
    for n in range(300):
        t_s = n / 10 + (40 if n >= 200 else 0)
        rows.append(face(n, t_s, "happiness" if n % 100 < 50 else "neutral", quality="dark" if n % 50 == 7 else "ok"))
        if n < 100:
            rows.append(face(n, t_s, "uncertain" if n % 9 else "fear", track=2))
    rows += [no_face(n, n / 10 + 40) for n in range(300, 310)]
    events = [(0.0, "start", "x"), (2.0, "calibrated", "track 1: anger +0.10"), (5.0, "marker", "smile")]
    events += [(9.0, "marker", EVIL), (20.5, "camera_lost", "gone"), (71.0, "stop", "")]
    return make_session(tmp_path / "one", rows, events)


def _page(folder: Path) -> Page:
    return Page(write_report([folder]).read_text(encoding="utf-8"))


def test_the_page_is_written_into_the_session(folder: Path) -> None:
    assert write_report([folder]) == folder.resolve() / "report.html"
    assert sorted(path.name for path in folder.iterdir()) == [
        "events.csv",
        "readings.csv",
        "report.html",
        "session.json",
    ]


def test_a_report_can_be_written_again_and_elsewhere(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "new" / "page.html"
    assert write_report([folder], out) == out
    first = out.read_bytes()
    assert write_report([folder], out).read_bytes() == first


def test_every_element_is_closed_and_nothing_is_loaded(folder: Path) -> None:
    text = write_report([folder]).read_text(encoding="utf-8")
    page = Page(text)
    assert page.open == []
    for _, attributes in page.elements:
        assert not {"src", "srcset", "background", "action"} & attributes.keys()
        assert (attributes.get("href") or "#").startswith("#")
    assert not re.search(r"url\(|@import|@font-face|https?://(?!www\.w3\.org/2000/svg)", text)


def test_no_other_script_than_its_own_can_run(folder: Path) -> None:
    text = write_report([folder]).read_text(encoding="utf-8")
    (policy,) = [meta["content"] for meta in Page(text).all("meta") if "http-equiv" in meta]
    script = text.rpartition("<script>")[2].partition("</script>")[0]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert policy is not None
    assert policy.startswith("default-src 'none';")
    assert f"script-src 'sha256-{digest}'" in policy


def test_what_users_wrote_is_text_and_never_markup(tmp_path: Path) -> None:
    rows = [face(n, n / 10, "fear", quality="<b>") for n in range(30)]
    meta = {"source": EVIL, "provider": EVIL, "settings": {EVIL: EVIL}, "versions": {EVIL: EVIL}}
    folder = make_session(tmp_path / "<i>", rows, [(1.0, "marker", EVIL), (2.0, EVIL, EVIL)], meta)
    text = write_report([folder, folder]).read_text(encoding="utf-8")
    page = Page(text)
    assert "<script>alert" not in text
    assert "<i>" not in text
    assert [attributes.get("type", "") for attributes in page.all("script")].count("") == 1
    assert page.text.count("<script>alert(1)</script>") >= 6


def test_the_notes_of_a_review_are_among_the_events_as_text(folder: Path) -> None:
    change_notes(folder, add=Note(1.5, "", EVIL))
    text = write_report([folder]).read_text(encoding="utf-8")
    assert "<script>alert" not in text
    assert "0:01.5 Note <script>alert(1)</script>" in Page(text).text


def test_it_says_what_the_issue_asks_for(folder: Path) -> None:
    text = _page(folder).text
    for heading in ("Time per emotion", "Timeline", "Faces", "Changes from one emotion to another"):
        assert heading in text
    for heading in ("Around the markers", "Calibration", "Markers, events and notes", "How it was made"):
        assert heading in text
    assert "ab" * 32 in text
    assert "smoothing_s 0.4" in text
    assert "too dark" in text
    assert "track 1: anger +0.10" in text
    assert "An expression is not a feeling" in text
    assert "Regulation (EU) 2024/1689, Article 5(1)(f)" in text
    for place in ("at work", "in school", "in hiring", "in medicine"):
        assert place in text


def test_it_is_made_for_everyone(folder: Path) -> None:
    page = _page(folder)
    assert page.all("html")[0]["lang"] == "en"
    assert len(page.all("title")) == len(page.all("h1")) == len(page.all("main")) == 1
    headings = [int(tag[1]) for tag, _ in page.elements if re.fullmatch(r"h\d", tag)]
    assert headings[0] == 1
    assert all(below - above <= 1 for above, below in pairwise(headings))
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    for _, attributes in page.elements:
        for name in ("aria-labelledby", "aria-describedby"):
            assert attributes.get(name) in (None, *ids)
    charts_seen = [attributes for attributes in page.all("svg") if "aria-hidden" not in attributes]
    assert all(attributes.get("role") == "img" and attributes.get("aria-label") for attributes in charts_seen[1:])


def test_gaps_and_markers_are_on_the_timeline(folder: Path) -> None:
    classes = [attributes.get("class") for _, attributes in _page(folder).elements]
    assert classes.count("gap") == 1
    assert classes.count("mark") == 2


def test_a_session_that_was_cut_short_says_so(folder: Path) -> None:
    with (folder / "readings.csv").open("a") as file:
        file.write("310,71.0,2026")
    (folder / "session.json").unlink()
    text = _page(folder).text
    assert "cut short" in text
    assert "readings.csv: the last line breaks off and is left out" in text


@pytest.mark.parametrize("rows", [[], [no_face(0, 0.0)], [face(0, 0.0, "fear")], [face(0, 0.0, "uncertain")]])
def test_what_holds_next_to_nothing_has_a_report(tmp_path: Path, rows: list[str]) -> None:
    page = _page(make_session(tmp_path / "small", rows))
    assert page.open == []
    assert "nan" not in page.text


def test_names_that_no_text_can_hold_and_the_latest_times_have_a_report(tmp_path: Path) -> None:
    rows = [face(0, 0.0, "fear"), face(1, 1.0, "fear").replace("1,1.0000", f"1,{MOST_S}", 1)]
    page = _page(make_session(tmp_path / "odd", rows, [(0.5, "marker", "a")], {"source": "half \udc80"}))
    assert page.open == []
    assert "half" in page.text


def test_several_sessions_are_compared_and_linked(folder: Path, tmp_path: Path) -> None:
    other = make_session(tmp_path / "two", [face(n, n / 10, "fear") for n in range(50)], meta={"source": "second"})
    out = write_report([folder, other])
    assert out == tmp_path.resolve() / "report.html"
    page = Page(out.read_text(encoding="utf-8"))
    assert page.open == []
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    links = [attributes["href"] for attributes in page.all("a")]
    assert links[:2] == ["#s1", "#s2"]
    assert {(link or "")[1:] for link in links} <= set(ids)
    assert len(ids) == len(set(ids))
    assert "2 sessions" in page.text


def test_an_hour_with_two_faces_is_a_small_page(tmp_path: Path) -> None:
    # 4 frames a second are enough to fill every step of every chart
    names = np.random.default_rng(2).choice([*EMOTIONS, "uncertain"], 14_400)
    rows = [face(n, n / 4, name, track=1 + n % 2) for n, name in enumerate(names.tolist())]
    folder = make_session(tmp_path / "hour", rows, [(10.0 * n, "marker", f"m{n % 30}") for n in range(360)])
    assert write_report([folder]).stat().st_size < 1_000_000


def test_many_faces_are_no_endless_page(tmp_path: Path) -> None:
    rows = [face(n, n / 10, "fear", track=n // 2) for n in range(1000)]
    page = _page(make_session(tmp_path / "crowd", rows))
    assert len([1 for attributes in page.all("figure") if attributes["class"] == "face"]) == 24
    assert "476 more are in the table" in page.text


def test_what_cannot_be_reported_is_told(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(SessionError, match="no session; give the folder of one"):
        write_report([])
    with pytest.raises(SessionError, match="holds no recorded session"):
        write_report([folder, tmp_path])
    with pytest.raises(SessionError, match=r"page\.html: cannot be written \((Not a directory|File exists)\)"):
        write_report([folder], folder / "events.csv" / "page.html")
    assert not list(tmp_path.rglob("*.partial"))


@pytest.mark.parametrize("out", [".", "/", "", ".."])
def test_a_folder_is_no_page(folder: Path, out: str) -> None:
    with pytest.raises(SessionError, match=r"a folder; name a file, as .*report\.html$"):
        write_report([folder], Path(out))
    assert not (folder / "report.html").exists()


def test_a_folder_of_the_page_s_name_and_a_name_that_is_none_are_told(folder: Path, tmp_path: Path) -> None:
    (folder / "report.html").mkdir()
    with pytest.raises(SessionError, match=r"report\.html: a folder; name a file"):
        write_report([folder])
    with pytest.raises(SessionError, match=r"cannot be written \(File name too long\)"):
        write_report([folder], tmp_path / ("long" * 75))


@pytest.mark.parametrize("name", ["readings.csv", "session.json", "notes", "notes.html"])
def test_no_page_is_written_over_what_is_none(folder: Path, name: str) -> None:
    kept = folder / name
    if not kept.exists():
        kept.write_text("mine")
    before = kept.read_bytes()
    with pytest.raises(SessionError, match=rf"{name}: is there and no page, and was left; give another"):
        write_report([folder], kept)
    assert kept.read_bytes() == before


@pytest.mark.parametrize("kind", ["pipe", "link to a page", "link to nothing"])
def test_a_pipe_or_a_link_is_no_page_and_is_left(folder: Path, tmp_path: Path, kind: str) -> None:
    out, page = tmp_path / "out", tmp_path / "page.html"
    if kind == "pipe":
        # nobody reads or writes it: whoever opens it waits for ever
        os.mkfifo(out)
    else:
        out.symlink_to(page)
    if kind == "link to a page":
        write_report([folder], page)
    before = out.lstat()
    content = page.read_bytes() if page.exists() else None
    with pytest.raises(SessionError, match=r"out: is there and no page, and was left; give another file$"):
        write_report([folder], out)
    assert (out.lstat().st_mode, out.lstat().st_ino) == (before.st_mode, before.st_ino)
    assert (page.read_bytes() if page.exists() else None) == content


def test_no_page_is_written_through_a_link_that_lies_in_the_way(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text("mine")
    (folder / ".report.html.partial").symlink_to(other)
    assert not write_report([folder]).is_symlink()
    assert other.read_text() == "mine"
    assert not (folder / ".report.html.partial").is_symlink()


def test_a_page_may_have_any_name_and_an_old_one_is_written_over(folder: Path, tmp_path: Path) -> None:
    page = tmp_path / "page"
    page.touch()
    for _ in range(2):
        assert write_report([folder], page).stat().st_size > 1000


def test_colours_stand_out_in_both_themes(folder: Path) -> None:
    text = write_report([folder]).read_text(encoding="utf-8")
    light, dark = re.findall(r":root\{(--[^}]*)\}", text)
    for variables, ground in ((light, "#ffffff"), (dark, "#1b1f26")):
        colours = dict(re.findall(r"--(\w+):(#[0-9a-f]{6})", variables))
        assert {*EMOTIONS, "uncertain", "withheld"} == colours.keys()
        assert min(contrast(colour, ground) for colour in colours.values()) >= 3
