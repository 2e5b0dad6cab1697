"""What is around the window: its place, look and language, and the notice."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.session.log import READINGS
from app.settings import Settings, load_settings
from app.ui.controller import LiveController
from app.ui.notice import Notice
from app.ui.place import place_of, put
from app.ui.shell import Shell
from app.ui.style import DARK, LIGHT, apply_style, theme
from app.ui.translation import install_language
from tests.ui.fakes import fake_engine

MakeShell = Callable[..., Shell]


@pytest.fixture
def make_shell(qapp: QApplication, tmp_path: Path) -> Iterator[MakeShell]:
    """Make a shell with its window shown; each is closed at the end, and English is spoken again."""
    made: list[Shell] = []

    def make(**chosen: object) -> Shell:
        settings = Settings(**({"notice_seen": True, "theme": "dark", "language": "en"} | chosen))  # type: ignore[arg-type]
        engine = fake_engine(settings=settings)
        shell = Shell(qapp, LiveController(engine, settings, tmp_path / "settings.json"))
        made.append(shell)
        shell.window.show()
        return shell

    yield make
    for shell in made:
        shell.window.close()
        shell.close()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    install_language(qapp, "en")


def change(shell: Shell, **values: object) -> None:
    """Change the settings as the dialog does."""
    shell._controller.change(replace(shell._controller.settings, **values))  # type: ignore[arg-type]
    shell.window.rebuild_asked.emit()


def notice_of(shell: Shell) -> Notice | None:
    """The notice that is shown."""
    return next((notice for notice in shell.window.findChildren(Notice) if notice.isVisible()), None)


def test_another_language_makes_another_window_and_reading_and_recording_go_on(
    qtbot: QtBot, make_shell: MakeShell, session_dir: Path
):
    shell = make_shell()
    first, controller = shell.window, shell._controller
    controller.open("demo", record=session_dir)
    qtbot.waitUntil(lambda: first.view.result is not None)
    assert first.commands.blur.text() == "Blur"
    first.resize(700, 560)
    change(shell, language="zh_CN")
    qtbot.waitUntil(lambda: shell.window is not first)
    assert shell.window.isVisible()
    assert shell.window.size().toTuple() == (700, 560)
    assert shell.window.commands.blur.text() != "Blur"
    seen = controller.newest()
    qtbot.waitUntil(lambda: shell.window.view.result not in (None, seen))
    recording = controller.poll().status.recording
    assert recording is not None
    assert recording.folder == session_dir
    rows = len((session_dir / READINGS).read_text().splitlines())
    qtbot.waitUntil(lambda: len((session_dir / READINGS).read_text().splitlines()) > rows)


def test_another_look_is_seen_at_once(qtbot: QtBot, make_shell: MakeShell):
    shell = make_shell()
    first = shell.window
    assert theme() is DARK
    change(shell, theme="light")
    qtbot.waitUntil(lambda: shell.window is not first)
    assert theme() is LIGHT
    assert shell.window.palette().window().color().name() == LIGHT.panel
    assert [widget for widget in QApplication.topLevelWidgets() if widget.isVisible()] == [shell.window]


def test_the_settings_stay_open_at_their_page(qtbot: QtBot, make_shell: MakeShell):
    shell = make_shell()
    first = shell.window
    first.commands.settings.trigger()
    assert first.settings_dialog is not None
    first.settings_dialog.pages.setCurrentIndex(2)
    change(shell, theme="light")
    qtbot.waitUntil(lambda: shell.window is not first)
    dialog = shell.window.settings_dialog
    assert dialog is not None
    assert dialog.isVisible()
    assert dialog.pages.currentIndex() == 2


def test_a_marker_that_is_being_written_is_written_on_and_marks_its_moment(
    qtbot: QtBot, make_shell: MakeShell, monkeypatch: pytest.MonkeyPatch
):
    shell = make_shell()
    first = shell.window
    marked: list[tuple[str, float]] = []
    monkeypatch.setattr(shell._controller.faces, "mark", lambda note, ago_s: marked.append((note, ago_s)))
    first.commands.note.trigger()
    first.mark_bar.field.setText("eyes")
    first.mark_bar._asked_s -= 100.0
    change(shell, theme="light")
    qtbot.waitUntil(lambda: shell.window is not first)
    bar = shell.window.mark_bar
    assert bar.isVisible()
    qtbot.keyClicks(bar.field, " closed")
    qtbot.keyClick(bar.field, Qt.Key.Key_Return)
    (mark,) = marked
    assert mark[0] == "eyes closed"
    assert mark[1] >= 100.0
    second = shell.window
    change(shell, theme="dark")
    qtbot.waitUntil(lambda: shell.window is not second)
    assert shell.window.mark_bar.isHidden()


def test_the_window_fills_the_screen_as_the_one_before(qtbot: QtBot, make_shell: MakeShell):
    shell = make_shell()
    first = shell.window
    first.commands.full_screen.trigger()
    change(shell, theme="light")
    qtbot.waitUntil(lambda: shell.window is not first)
    assert shell.window.isFullScreen()
    assert shell.window.commands.full_screen.isChecked()


@pytest.mark.parametrize(("chosen", "follows"), [("system", True), ("dark", False)])
def test_the_desktop_is_followed_where_it_has_the_choice(
    qtbot: QtBot, make_shell: MakeShell, monkeypatch: pytest.MonkeyPatch, chosen: str, follows: bool
):
    shell = make_shell(theme=chosen)
    first = shell.window
    monkeypatch.setattr("app.ui.shell.apply_style", lambda application, _name="": apply_style(application, "light"))
    shell._application.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Light)
    qtbot.wait(50)
    assert (shell.window is not first) == follows


def test_a_desktop_that_answers_while_the_look_changes_brings_no_second_window(
    qtbot: QtBot, make_shell: MakeShell, monkeypatch: pytest.MonkeyPatch
):
    shell = make_shell(theme="dark")
    first, answers = shell.window, [Qt.ColorScheme.Light]

    def apply(application: QApplication, _name: str = "") -> None:
        if answers:
            application.styleHints().colorSchemeChanged.emit(answers.pop())
        apply_style(application, "light")

    monkeypatch.setattr("app.ui.shell.apply_style", apply)
    change(shell, theme="system")
    qtbot.waitUntil(lambda: shell.window is not first)
    qtbot.wait(50)
    assert [widget for widget in QApplication.topLevelWidgets() if widget.isVisible()] == [shell.window]


def test_the_place_is_kept_and_found_again(make_shell: MakeShell, tmp_path: Path):
    first = make_shell()
    first.window.setGeometry(40, 50, 640, 520)
    first.keep_place()
    kept = load_settings(tmp_path / "settings.json")[0].window
    assert kept
    assert make_shell(window=kept).window.geometry().getRect() == (40, 50, 640, 520)


@pytest.mark.parametrize("damaged", ["not base64 ä", "AAAA", ""])
def test_a_damaged_place_changes_nothing(make_shell: MakeShell, damaged: str):
    assert make_shell(window=damaged).window.size() == make_shell().window.size()


def test_a_place_on_a_screen_that_is_gone_is_moved_onto_one_that_is_there(qtbot: QtBot, qapp: QApplication):
    window, other = QWidget(), QWidget()
    qtbot.addWidget(window)
    qtbot.addWidget(other)
    window.setGeometry(9000, 7000, 400, 300)
    put(other, place_of(window))
    assert qapp.primaryScreen().availableGeometry().contains(other.geometry())


def test_the_notice_is_kept_as_read_and_what_waits_for_it_goes_on(qtbot: QtBot, make_shell: MakeShell, tmp_path: Path):
    shell, begun = make_shell(notice_seen=False), []
    shell.show_notice(lambda: begun.append(True))
    notice = notice_of(shell)
    assert notice is not None
    assert begun == []
    qtbot.keyClick(notice.button, Qt.Key.Key_Return)
    assert begun == [True]
    assert load_settings(tmp_path / "settings.json")[0].notice_seen
    qtbot.waitUntil(lambda: shell.window.findChildren(Notice) == [])


def test_the_notice_stays_over_another_window(qtbot: QtBot, make_shell: MakeShell):
    shell, begun = make_shell(notice_seen=False), []
    shell.show_notice(lambda: begun.append(True))
    first = shell.window
    change(shell, theme="light")
    qtbot.waitUntil(lambda: shell.window is not first)
    notice = notice_of(shell)
    assert notice is not None
    notice.button.click()
    assert begun == [True]


def test_the_notice_is_there_again_from_the_menu(make_shell: MakeShell):
    shell = make_shell()
    shell.window.commands.notice.trigger()
    assert notice_of(shell) is not None
