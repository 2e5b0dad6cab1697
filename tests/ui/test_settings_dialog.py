"""The settings dialog."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.capture.devices import RESOLUTIONS
from app.settings import MARKERS, Settings
from app.ui.settings_dialog import SettingsDialog
from app.ui.style import apply_style
from app.ui.translation import install_language
from tests.ui.settings_controls import button_named, control_named, controls_of, pages_of, shown_in, top_of, wheel_over

MakeDialog = Callable[..., SettingsDialog]
OTHERS = Settings(
    width=640,
    height=480,
    fps=15,
    mirror=False,
    show_attention=False,
    smoothing_s=1.5,
    min_confidence=0.57,
    provider="cpu",
    threads=3,
    recordings="/somewhere",
    record_video=True,
    min_side_px=60.0,
    min_brightness=40.0,
    max_brightness=200.0,
    min_sharpness=0.045,
    max_turn=0.35,
    calibration_s=5.5,
    markers=("smile", "", "music"),
    theme="light",
    language="zh_CN",
    blur_faces=True,
    show_faces=False,
    show_timeline=False,
    timeline_s=120.0,
)


@pytest.fixture
def make_dialog(qtbot: QtBot, qapp: QApplication) -> Iterator[MakeDialog]:
    """Make a dialog, shown and active; ``changes`` collects what it says."""
    made: list[SettingsDialog] = []

    def make(settings: Settings | None = None, changes: list[Settings] | None = None) -> SettingsDialog:
        dialog = SettingsDialog(settings or Settings())
        made.append(dialog)
        if changes is not None:
            dialog.changed.connect(changes.append)
        dialog.show()
        dialog.activateWindow()
        qtbot.waitUntil(lambda: qapp.activeWindow() is dialog)
        return dialog

    yield make
    for dialog in made:
        dialog.close()
        dialog.deleteLater()


def test_the_dialog_stands_beside_the_window_and_esc_closes_it(make_dialog: MakeDialog, qtbot: QtBot):
    dialog = make_dialog()
    assert not dialog.isModal()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_every_setting_is_shown_as_it_is_without_a_word(make_dialog: MakeDialog):
    changes: list[Settings] = []
    dialog = make_dialog(changes=changes)
    before = shown_in(dialog)
    dialog.show_settings(OTHERS)
    after = shown_in(dialog)
    unnamed = {f"marker_{key}" for key in (2, *range(4, MARKERS + 1))}
    assert {name for name in before if before[name] == after[name]} == unnamed
    assert dialog.settings == OTHERS
    assert changes == []


@pytest.mark.parametrize(
    ("name", "shown", "expected"),
    [
        ("smoothing_s", 1.2, {"smoothing_s": 1.2}),
        ("min_confidence", 57, {"min_confidence": 0.57}),
        ("calibration_s", 5, {"calibration_s": 5.0}),
        ("min_side_px", 64, {"min_side_px": 64.0}),
        ("min_brightness", 50, {"min_brightness": 50.0}),
        ("max_brightness", 200, {"max_brightness": 200.0}),
        ("min_sharpness", 0.045, {"min_sharpness": 0.045}),
        ("max_turn", 0.35, {"max_turn": 0.35}),
        ("width", 0, dict(zip(("width", "height"), RESOLUTIONS[0], strict=True))),
        ("fps", 60, {"fps": 60}),
        ("mirror", False, {"mirror": False}),
        ("theme", 2, {"theme": "light"}),
        ("language", 2, {"language": "zh_CN"}),
        ("show_attention", False, {"show_attention": False}),
        ("blur_faces", True, {"blur_faces": True}),
        ("show_faces", False, {"show_faces": False}),
        ("show_timeline", False, {"show_timeline": False}),
        ("timeline_s", 120, {"timeline_s": 120.0}),
        ("provider", 1, {"provider": "cpu"}),
        ("threads", 4, {"threads": 4}),
    ],
)
def test_what_is_changed_is_told_at_once(make_dialog: MakeDialog, name: str, shown: Any, expected: dict[str, Any]):
    changes: list[Settings] = []
    dialog = make_dialog(changes=changes)
    control = dialog.findChild(QWidget, name)
    if isinstance(control, QDoubleSpinBox):
        control.setValue(shown)
    elif isinstance(control, QComboBox):
        control.setCurrentIndex(shown)
    else:
        assert isinstance(control, QCheckBox)
        control.setChecked(shown)
    (settings,) = changes
    assert settings == Settings(**expected)
    assert dialog.settings == settings


def test_a_marker_is_named_when_enter_is_pressed_which_closes_nothing(make_dialog: MakeDialog, qtbot: QtBot):
    changes: list[Settings] = []
    dialog = make_dialog(changes=changes)
    line = control_named(dialog, "marker_2", QLineEdit)
    line.setFocus()
    qtbot.keyClicks(line, " music ")
    assert changes == []
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert changes == [Settings(markers=("", "music"))]
    assert dialog.isVisible()
    qtbot.keyClick(line, Qt.Key.Key_Tab)
    assert len(changes) == 1


@pytest.mark.parametrize("key", [Qt.Key.Key_Escape, None])
def test_what_is_being_typed_counts_when_the_dialog_closes(make_dialog: MakeDialog, qtbot: QtBot, key: Qt.Key | None):
    changes: list[Settings] = []
    dialog = make_dialog(changes=changes)
    box = control_named(dialog, "fps", QDoubleSpinBox)
    box.setFocus()
    box.selectAll()
    qtbot.keyClicks(box, "60")
    assert changes == []
    if key is None:
        dialog.close()
    else:
        qtbot.keyClick(box, key)
    assert not dialog.isVisible()
    assert changes == [Settings(fps=60)]


def test_a_reset_can_be_undone_until_the_dialog_closes(make_dialog: MakeDialog, qtbot: QtBot):
    before = Settings(fps=15, markers=("smile",), notice_seen=True, window="AAAA")
    changes: list[Settings] = []
    dialog = make_dialog(before, changes)
    assert dialog.reset.text() == "Reset to defaults"
    qtbot.mouseClick(dialog.reset, Qt.MouseButton.LeftButton)
    assert changes == [Settings(notice_seen=True, window="AAAA")]
    assert shown_in(dialog)["fps"] == 30
    assert dialog.reset.text() == dialog.reset.accessibleName() == "Undo reset"
    qtbot.mouseClick(dialog.reset, Qt.MouseButton.LeftButton)
    assert changes[1:] == [before]
    assert shown_in(dialog)["marker_1"] == "smile"
    qtbot.mouseClick(dialog.reset, Qt.MouseButton.LeftButton)
    dialog.close()
    assert dialog.reset.text() == "Reset to defaults"


def test_another_dialog_goes_on_where_the_first_stands(make_dialog: MakeDialog):
    first = make_dialog(Settings(fps=15))
    control_named(first, "language", QComboBox).setFocus()
    first.reset.click()
    changes: list[Settings] = []
    second = make_dialog(first.settings, changes)
    second.take_over(first)
    assert second.pages.currentIndex() == first.pages.currentIndex()
    assert second.focusWidget().objectName() == "language"
    assert changes == []
    first.close()
    second.reset.click()
    assert changes == [Settings(fps=15)]


def test_a_camera_size_of_the_users_own_is_shown_and_kept(make_dialog: MakeDialog):
    changes: list[Settings] = []
    dialog = make_dialog(Settings(width=800, height=600), changes)
    box = control_named(dialog, "width", QComboBox)
    assert box.currentText() == "800 × 600"
    box.setCurrentIndex(0)
    box.setCurrentIndex(box.count() - 1)
    assert (changes[-1].width, changes[-1].height) == (800, 600)


def test_a_folder_is_typed(make_dialog: MakeDialog, qtbot: QtBot, tmp_path: Path):
    changes: list[Settings] = []
    dialog = make_dialog(changes=changes)
    line = control_named(dialog, "recordings", QLineEdit)
    qtbot.keyClicks(line, str(tmp_path))
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert changes == [Settings(recordings=str(tmp_path))]


def test_a_folder_that_is_none_is_refused_in_one_line(make_dialog: MakeDialog, qtbot: QtBot):
    changes: list[Settings] = []
    dialog = make_dialog(changes=changes)
    line = control_named(dialog, "recordings", QLineEdit)
    complaint = next(label for label in dialog.findChildren(QLabel) if label.objectName() == "complaint")
    assert not complaint.isVisible()
    qtbot.keyClicks(line, "here")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert complaint.isVisible()
    assert complaint.text() == "here: not a full path; nothing was changed"
    assert changes == []
    line.selectAll()
    qtbot.keyClick(line, Qt.Key.Key_Delete)
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert not complaint.isVisible()


def test_a_folder_is_looked_for(make_dialog: MakeDialog, qtbot: QtBot, tmp_path: Path):
    changes: list[Settings] = []
    dialog = make_dialog(changes=changes)
    line = control_named(dialog, "recordings", QLineEdit)
    qtbot.mouseClick(button_named(dialog, "Browse …"), Qt.MouseButton.LeftButton)
    (files,) = dialog.findChildren(QFileDialog)
    files.fileSelected.emit(str(tmp_path))
    files.close()
    assert changes == [Settings(recordings=str(tmp_path))]
    assert line.text() == str(tmp_path)


def test_every_control_has_a_name_and_a_tip(make_dialog: MakeDialog):
    dialog = make_dialog()
    for control in controls_of(dialog):
        assert control.accessibleName(), control.objectName()
        assert control.toolTip(), control.objectName()
    buddies = {label.buddy() for label in dialog.findChildren(QLabel)}
    unlabelled = [c for c in controls_of(dialog) if not isinstance(c, QCheckBox) and c not in buddies]
    assert unlabelled == []


def test_tab_goes_down_each_page(make_dialog: MakeDialog, qtbot: QtBot):
    dialog = make_dialog()
    for page in pages_of(dialog):
        wanted = controls_of(page)
        wanted[0].setFocus()
        visited: list[QWidget] = []
        for _step in range(len(wanted) + 1):
            focused = dialog.focusWidget()
            if focused in wanted:
                visited.append(focused)
            qtbot.keyClick(focused, Qt.Key.Key_Tab)
        assert visited == wanted
        assert [top_of(control) for control in visited] == sorted(top_of(control) for control in visited)


def test_the_wheel_does_not_change_what_it_passes_over(make_dialog: MakeDialog, qapp: QApplication):
    dialog = make_dialog()
    box = control_named(dialog, "smoothing_s", QDoubleSpinBox)
    dialog.reset.setFocus()
    qapp.sendEvent(box, wheel_over(box))
    assert box.value() == 0.4
    box.setFocus()
    qapp.sendEvent(box, wheel_over(box))
    assert box.value() == 0.5


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_no_text_is_cut(make_dialog: MakeDialog, qapp: QApplication, language: str):
    apply_style(qapp)
    install_language(qapp, language)
    try:
        dialog = make_dialog()
        for page in pages_of(dialog):
            qapp.processEvents()
            for label in page.findChildren(QLabel):
                if label.isVisible():
                    assert label.height() >= label.heightForWidth(label.width()), label.text()
                    assert label.wordWrap() or label.width() >= label.sizeHint().width(), label.text()
            for control in controls_of(page):
                assert control.width() >= control.minimumSizeHint().width(), control.objectName()
    finally:
        install_language(qapp, "en")
