"""What the pages of docs/ promise: what is made from the code is as the code is, and a site can be made of them all."""

import hashlib
import re
import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QCoreApplication, QEvent
from pytestqt.qtbot import QtBot

from tools import docs_dictionary, docs_hooks
from tools.docs_hooks import PageError, assembled, check_self_contained, section

CARD = """# The weights

## Scores

Good. [More](other.md), [all](../model/EXPERIMENTS.md#runs), [code](../tools/x.py).

### By class

```sh
# no heading
echo "[not](../model/EXPERIMENTS.md)"
```

## Limits

Some.
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with a card to take from."""
    for folder in ("docs", "model", "tools", "weights"):
        (tmp_path / folder).mkdir()
    (tmp_path / "weights" / "README.md").write_text(CARD, encoding="utf-8")
    (tmp_path / "weights" / "other.md").touch()
    (tmp_path / "model" / "EXPERIMENTS.md").touch()
    (tmp_path / "tools" / "x.py").touch()
    return tmp_path


def test_the_data_dictionary_is_what_the_code_writes() -> None:
    assert docs_dictionary.PAGE.read_text(encoding="utf-8") == docs_dictionary.page(), (
        "run: python -m tools.docs_dictionary"
    )


@pytest.mark.skipif(sys.platform == "darwin", reason="keys have other names there")
def test_the_page_of_keys_has_the_keys_of_the_window(qtbot: QtBot) -> None:
    from tools import docs_keys

    made = docs_keys.page()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    assert docs_keys.PAGE.read_text(encoding="utf-8") == made, "run: python -m tools.docs_keys"


def test_the_figures_show_the_network_that_comes_with_mien(repository: Path) -> None:
    network = hashlib.sha256((repository / "weights" / "emotion.onnx").read_bytes()).hexdigest()
    figures = sorted((repository / "docs" / "images").glob("attention-*.png"))
    assert len(figures) == 3
    for figure in figures:
        with Image.open(figure) as image:
            assert image.info["Source"] == network, f"{figure.name}: run: python -m tools.docs_attention"


@pytest.mark.slow
def test_the_figures_can_be_drawn_anew(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from tools import docs_attention

    monkeypatch.setattr(sys, "argv", ["docs_attention", "--out", str(tmp_path)])
    docs_attention.main()
    drawn = sorted(path.name for path in tmp_path.iterdir())
    assert drawn == sorted((docs_attention.STEPS, docs_attention.POSES, docs_attention.HEAT))
    assert capsys.readouterr().out.count("\n") == len(drawn)
    for name in drawn:
        with Image.open(tmp_path / name) as new, Image.open(repository / "docs" / "images" / name) as committed:
            assert new.size == committed.size
            # it is a picture, and of faces: no ground of one colour
            assert np.asarray(new.convert("L")).std() > 20


def test_the_attended_region_follows_faces_that_are_posed() -> None:
    from app.capture.demo import DemoClip
    from app.resources import weights_dir
    from app.vision.classifier import EmotionClassifier
    from tools import docs_attention

    image = DemoClip().render(0.5)
    classifier = EmotionClassifier(weights_dir() / "emotion.onnx", "cpu")
    upright, *posed = docs_attention.follow(classifier, image, docs_attention.largest_face(image).face)
    assert upright.off_px < 1e-3
    assert len(posed) == 4
    assert sum(face.off_px for face in posed) < 0.6 * sum(face.still_px for face in posed)


def test_every_page_is_in_the_navigation(repository: Path) -> None:
    config = (repository / "mkdocs.yml").read_text(encoding="utf-8")
    listed = re.findall(r"^ +- [^:]+: (\S+\.md)$", config.partition("\nnav:\n")[2], re.MULTILINE)
    assert len(listed) == len(set(listed))
    assert {path.name for path in (repository / "docs").glob("*.md")} - set(listed) == set()


def test_every_picture_is_shown_and_small(repository: Path) -> None:
    docs = repository / "docs"
    pages = [repository / "README.md", *docs.glob("*.md")]
    text = "\n".join(path.read_text(encoding="utf-8") for path in pages)
    # the clip is the README's
    pictures = [path for path in (docs / "images").iterdir() if path.suffix != ".webp"]
    assert [path.name for path in pictures if f"images/{path.name})" not in text] == []
    assert [path.name for path in pictures if path.stat().st_size > 250_000] == []
    assert sum(path.stat().st_size for path in (docs / "images").iterdir()) < 2_500_000


def test_every_text_that_a_page_takes_from_elsewhere_is_there(repository: Path) -> None:
    taken = 0
    for path in (repository / "docs").glob("*.md"):
        text = path.read_text(encoding="utf-8")
        made = assembled(text, path.name)
        taken += text.count("<!-- from ")
        assert "<!-- from " not in made, path.name
    assert taken >= 7
    assert {page for page in docs_hooks.PAGES.values() if not (repository / "docs" / page).is_file()} == set()


def test_the_architecture_has_the_walls_of_the_contracts(repository: Path) -> None:
    page = (repository / "docs" / "architecture.md").read_text(encoding="utf-8")
    project = tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = project["tool"]["importlinter"]["contracts"]
    assert [contract["name"] for contract in contracts if contract["name"] not in page] == []
    layers = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    assert "\n".join(layers) in page, "the layers in docs/architecture.md are not those of pyproject.toml"


def test_a_page_takes_a_section_and_its_links_lead_on(checkout: Path) -> None:
    made = assembled("Before.\n\n<!-- from weights/README.md: Scores -->\n\nAfter.", "sub.md", checkout)
    assert made.startswith("Before.\n\nGood. More, [all](experiments.md#runs), code.")
    assert made.endswith('echo "[not](../model/EXPERIMENTS.md)"\n```\n\nAfter.')


def test_links_out_of_the_pages_lead_to_what_holds_the_file(checkout: Path) -> None:
    links = "[a](../weights/README.md#scores) [b](../tools/x.py) [c](../nowhere.py)"
    within = "[d](e.md#f) [g](https://a.b/c) ![h](images/i.png)"
    made = assembled(f"{links} {within}", "page.md", checkout)
    assert made == f"[a](model-card.md#scores) b [c](../nowhere.py) {within}"


@pytest.mark.parametrize("named", ["weights/README.md: Nothing", "weights/nothing.md"])
def test_a_text_that_is_not_there_is_told(checkout: Path, named: str) -> None:
    with pytest.raises(PageError, match=r"^docs/page\.md: "):
        assembled(f"<!-- from {named} -->", "page.md", checkout)


def test_a_section_ends_where_the_next_begins() -> None:
    assert section(CARD, "By class").startswith("```sh\n# no heading")
    assert section(CARD, "Limits") == "Some."
    assert section(CARD, "no heading") == ""


@pytest.mark.parametrize(
    "html",
    [
        '<script src="https://a.b/c.js">',
        "<img alt=x src=//a.b/c.png>",
        '<link rel="stylesheet" href="https://fonts.a/b">',
        '<link href="https://fonts.a" rel="preconnect">',
    ],
)
def test_a_page_that_loads_something_from_elsewhere_is_refused(html: str) -> None:
    with pytest.raises(PageError, match="from elsewhere"):
        check_self_contained(f"<html>{html}</html>", "page.md")
    check_self_contained('<a href="https://a.b">a</a><script src="assets/c.js"></script>', "page.md")
