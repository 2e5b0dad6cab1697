"""The window: what its keys, buttons and menus do."""

import csv
import re
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QInputDialog, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from app.capture.devices import Camera
from app.session.log import READINGS
from app.settings import Settings, load_settings
from app.ui.controller import LiveController
from app.ui.controls import Button
from app.ui.window import MainWindow
from tests.ui.conftest import MakeWindow
from tests.ui.driving import message_of, running
from tests.ui.fakes import TinySource, fake_engine, real_engine

# what Qt's offscreen platform says of any window's smallest size


def test_a_shows_and_hides_the_attended_region_and_remembers(qtbot: QtBot, make_window: MakeWindow, tmp_path: Path):
    window = make_window()
    assert window.view.attention
    qtbot.keyClick(window, Qt.Key.Key_A)
    assert not window.view.attention
    assert not load_settings(tmp_path / "settings.json")[0].show_attention
    qtbot.keyClick(window, Qt.Key.Key_A)
    assert window.view.attention
    assert load_settings(tmp_path / "settings.json")[0].show_attention


def test_the_attended_region_is_off_where_it_was_switched_off(make_window: MakeWindow):
    window = make_window(chosen=Settings(show_attention=False))
    assert not window.view.attention
    assert not window.commands.attention.isChecked()


@pytest.mark.parametrize("name", ["source", "run", "record", "attention", "full_screen"])
def test_space_stops_and_starts_whatever_has_the_focus(qtbot: QtBot, make_window: MakeWindow, name: str):
    window = running(qtbot, make_window())
    button = window.controls.findChild(Button, name)
    assert button is not None
    button.setFocus()
    assert button.hasFocus()
    qtbot.keyClick(button, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: window.readout.state.text() == "Stopped")
    assert window.commands.run.text() == "Start"
    stopped_at = window.view.result
    qtbot.keyClick(button, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: window.readout.state.text() == "Reading")
    assert window.view.result is not stopped_at


def test_enter_presses_the_button_that_has_the_focus(qtbot: QtBot, make_window: MakeWindow):
    window = make_window()
    button = window.controls.findChild(Button, "attention")
    assert button is not None
    button.setFocus()
    qtbot.keyClick(button, Qt.Key.Key_Return)
    assert not window.view.attention


def test_r_records_rows_and_tells_time_and_rows(qtbot: QtBot, make_window: MakeWindow, settings: Settings):
    window = running(qtbot, make_window())
    qtbot.keyClick(window, Qt.Key.Key_R)
    assert window.commands.record.isChecked()
    qtbot.waitUntil(lambda: window.controls.recording.text().startswith("00:01"))
    assert window.controls.recording.text().endswith(" rows")
    qtbot.keyClick(window, Qt.Key.Key_R)
    qtbot.waitUntil(lambda: not window.commands.record.isChecked())
    assert window.controls.recording.text() == ""
    (folder,) = settings.recordings_dir().iterdir()
    assert str(folder) in message_of(qtbot, window)
    with (folder / READINGS).open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) > 50
    assert {row["emotion"] for row in rows} == {"happiness"}


def test_stopping_ends_the_recording(qtbot: QtBot, make_window: MakeWindow, settings: Settings):
    window = running(qtbot, make_window())
    qtbot.keyClick(window, Qt.Key.Key_R)
    qtbot.waitUntil(lambda: re.search(r"[1-9]\d* row", window.controls.recording.text()) is not None)
    qtbot.keyClick(window, Qt.Key.Key_Space)
    assert "Recorded" in message_of(qtbot, window)
    assert not window.commands.record.isChecked()


def test_f11_fills_the_screen_and_escape_leaves_it(qtbot: QtBot, make_window: MakeWindow):
    window = make_window()
    qtbot.keyClick(window, Qt.Key.Key_F11)
    assert window.isFullScreen()
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert not window.isFullScreen()


def test_the_status_bar_tells_rate_stages_provider_and_dropped(qtbot: QtBot, make_window: MakeWindow):
    window = running(qtbot, make_window())
    qtbot.waitUntil(lambda: window.readout.stages.text() == "detect 3.0 · crop 0.5 · classify 2.0 · track 0.1 ms")
    assert window.readout.rate.text().endswith(" frames/s")
    assert window.readout.provider.text() == "CPU"
    assert window.readout.dropped.text().endswith(" dropped")
    window.refresh_status()
    assert window.readout.provider.accessibleName() == "Provider: CPU"
    assert window.readout.stages.accessibleName().startswith("Milliseconds a stage: detect 3.0")
    window.resize(window.minimumSizeHint().width(), 400)
    qtbot.waitUntil(lambda: window.readout.stages.text() == "5.6 ms")


@pytest.mark.parametrize("width", [480, 640, 800, 1400])
def test_no_button_is_cut_at_any_width(qtbot: QtBot, make_window: MakeWindow, width: int):
    source = TinySource(name="HD Pro Webcam C920 at the upper window")
    window = running(qtbot, make_window(fake_engine(lambda _spec: source)))
    qtbot.keyClick(window, Qt.Key.Key_R)
    qtbot.waitUntil(lambda: "row" in window.controls.recording.text())
    assert window.controls.recording.accessibleName() == f"Recorded so far: {window.controls.recording.text()}"
    window.resize(width, 480)

    def nothing_is_cut() -> None:
        assert window.width() == width
        for widget in window.controls.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
            assert widget.geometry().right() <= window.controls.width()
            assert widget.width() >= widget.sizeHint().width()

    qtbot.waitUntil(nothing_is_cut)


def test_every_control_has_a_name_and_a_key_in_its_tooltip(make_window: MakeWindow):
    window = make_window()
    for button in window.controls.findChildren(Button):
        assert button.accessibleName()
        assert f"({button.defaultAction().shortcut().toString()})" in button.toolTip()


def test_the_menu_lists_the_cameras_by_name_and_opens_the_chosen_one(qtbot: QtBot, tmp_path: Path, settings: Settings):
    asked = []

    def open_source(spec: str) -> TinySource:
        asked.append(spec)
        return TinySource()

    cameras = [Camera(2, "C920", "/dev/video2", "c920")]
    controller = LiveController(fake_engine(open_source), settings, tmp_path / "settings.json")
    window = MainWindow(controller, find_cameras=lambda: cameras)
    qtbot.addWidget(window)
    window.show()
    menu = window.source.menu()
    menu.popup(window.pos())
    qtbot.waitUntil(lambda: "C920" in [action.text() for action in menu.actions()])
    next(action for action in menu.actions() if action.text() == "C920").trigger()
    menu.close()
    qtbot.waitUntil(lambda: window.view.result is not None)
    assert asked == ["c920"]
    window.close()


def test_the_url_dialog_takes_spaces_and_letters_and_opens_the_stream(qtbot: QtBot, make_window: MakeWindow):
    asked = []

    def open_source(spec: str) -> TinySource:
        asked.append(spec)
        return TinySource()

    window = make_window(fake_engine(open_source))
    qtbot.keyClick(window, Qt.Key.Key_U, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), QInputDialog))
    dialog = QApplication.activeModalWidget()
    assert dialog is not None
    line = dialog.findChild(QLineEdit)
    assert line is not None
    qtbot.keyClicks(line, "http://host/a r")
    assert line.text() == "http://host/a r"
    assert not asked
    qtbot.keyClick(line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: asked == ["http://host/a r"])


def test_the_file_dialog_does_not_stop_the_view(qtbot: QtBot, make_window: MakeWindow, tmp_path: Path):
    window = running(qtbot, make_window())
    window.commands.open_folder.trigger()
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), QFileDialog))
    seen = window.view.result
    qtbot.waitUntil(lambda: window.view.result is not seen)
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, QFileDialog)
    dialog.reject()


@pytest.mark.parametrize("address", ["{folder}/clip.mp4", "http://host/a%20film.mp4?key=a%2Fb"])
def test_what_is_dropped_on_the_window_is_read(qtbot: QtBot, make_window: MakeWindow, tmp_path: Path, address: str):
    asked, dropped = [], address.format(folder=tmp_path)

    def open_source(spec: str) -> TinySource:
        asked.append(spec)
        return TinySource()

    window = make_window(fake_engine(open_source))
    data = QMimeData()
    data.setUrls([QUrl(dropped) if "://" in dropped else QUrl.fromLocalFile(dropped)])
    window.dropEvent(
        QDropEvent(
            QPointF(5, 5),
            Qt.DropAction.CopyAction,
            data,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
    )
    qtbot.waitUntil(lambda: asked == [dropped])


def test_the_demo_is_read_by_the_real_models(qtbot: QtBot, make_window: MakeWindow):
    window = make_window(real_engine())
    window.open("demo")
    qtbot.waitUntil(lambda: window.view.result is not None and bool(window.view.result.readings), timeout=30_000)
    qtbot.waitUntil(lambda: window.readout.state.text() == "Reading")
    assert window.message_bar.message is None
    window.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("mien-")]
