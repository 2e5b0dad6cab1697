"""What the window's tests share."""

import gc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.engine import Engine
from app.settings import Settings
from app.types import Reading
from app.ui.cards import FaceCards
from app.ui.controller import LiveController
from app.ui.review_window import ReviewWindow
from app.ui.style import apply_style
from app.ui.window import MainWindow
from tests.ui.bare import BareWindow
from tests.ui.card_faces import Clock, Show
from tests.ui.fakes import fake_engine

MakeWindow = Callable[..., MainWindow]
MakeBare = Callable[..., BareWindow]
MakeReview = Callable[[Path], ReviewWindow]


def _let_go(made: list[Any]) -> None:
    """Close windows and have Qt delete them at once."""
    for window in made:
        window.close()
        window.deleteLater()
    made.clear()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@pytest.fixture(scope="session", autouse=True)
def _what_was_there_before_is_not_looked_through() -> Iterator[None]:
    """Spare the look for circles after each test all that was imported and collected: it took most of that time."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture(autouse=True)
def _no_leaked_windows(qapp: QApplication) -> Iterator[None]:
    """Fail the test that leaves a top-level widget behind."""
    before = set(qapp.topLevelWidgets())
    yield
    gc.collect()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    left = [widget for widget in qapp.topLevelWidgets() if widget not in before]
    assert not left, f"top-level widgets left behind: {left}"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings that record below the test's own folder."""
    return Settings(recordings=str(tmp_path / "recordings"))


@pytest.fixture
def make_window(qtbot: QtBot, qapp: QApplication, tmp_path: Path, settings: Settings) -> Iterator[MakeWindow]:
    """Make a window, shown and active, on an engine; each is closed at the end."""
    apply_style(qapp)
    made: list[MainWindow] = []

    def make(engine: Engine | None = None, chosen: Settings = settings) -> MainWindow:
        engine = engine or fake_engine()
        window = MainWindow(LiveController(engine, chosen, tmp_path / "settings.json"), find_cameras=list)
        made.append(window)
        window.show()
        window.activateWindow()
        qtbot.waitUntil(lambda: qapp.activeWindow() is window)
        return window

    yield make
    _let_go(made)


@pytest.fixture
def make_bare(qtbot: QtBot, qapp: QApplication) -> Iterator[MakeBare]:
    """Make a window of controls alone, shown and active; each is closed at the end."""
    apply_style(qapp, "dark")
    made: list[BareWindow] = []

    def make(*args: Any, **options: Any) -> BareWindow:
        window = BareWindow(*args, **options)
        made.append(window)
        window.show()
        window.activateWindow()
        qtbot.waitUntil(lambda: qapp.activeWindow() is window)
        window.view.setFocus()
        return window

    yield make
    _let_go(made)


@pytest.fixture
def make_review(qtbot: QtBot, qapp: QApplication) -> Iterator[MakeReview]:
    """Open a session in a window, shown and active; each is closed at the end."""
    apply_style(qapp, "dark")
    made: list[ReviewWindow] = []

    def make(folder: Path) -> ReviewWindow:
        window = ReviewWindow(folder)
        made.append(window)
        window.show()
        window.activateWindow()
        qtbot.waitUntil(lambda: not window.loading)
        qtbot.waitUntil(lambda: qapp.activeWindow() is window)
        return window

    yield make
    _let_go(made)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def cards(qtbot: QtBot, qapp: QApplication, clock: Clock) -> FaceCards:
    """The column, shown, in the dark look."""
    apply_style(qapp, "dark")
    cards = FaceCards(clock)
    qtbot.addWidget(cards)
    cards.resize(cards.sizeHint().width(), 1000)
    cards.show()
    return cards


@pytest.fixture
def show(cards: FaceCards) -> Show:
    """Show readings with everything usual, or what is given."""

    def show(*readings: Reading, followed: int | None = 1, **changes: Any) -> None:
        usual: dict[str, Any] = {"mirrored": False, "blurred": False, "explanation": None, "attention": True}
        cards.show_readings(readings, followed, **usual | changes)

    return show
