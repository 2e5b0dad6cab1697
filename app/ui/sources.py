"""Choosing what to read: a button with a menu of the demo, the cameras by name, and files, folders and URLs."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QMimeData, QObject, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QInputDialog, QMenu, QToolButton, QWidget

from app.capture.devices import Camera
from app.ui.actions import Actions
from app.ui.cameras import CameraFinder
from app.ui.controls import Button
from app.ui.language import translate
from app.ui.texts import DEMO, shortened

_POLL_MS: Final = 50


class CameraEntries(QObject):
    """The cameras as entries of a menu. They are looked for as it opens, and again and again while it is open.

    Args:
        menu: opens and closes.
        finder: looks for cameras.
        before: the entry that they stand before; None for the end.

    Attributes:
        chosen: what finds the camera again, as the command line takes it, and its name.
    """

    chosen = Signal(str, str)

    def __init__(self, menu: QMenu, finder: CameraFinder, before: QAction | None = None) -> None:
        super().__init__(menu)
        self._menu = menu
        self._finder = finder
        self._before = before
        self._entries: list[QAction] = []
        self._shown: Sequence[Camera] | None = None
        self._show([_remark(translate("Mien", "Looking for cameras …"), menu)])
        timer = QTimer(self, interval=_POLL_MS)
        timer.timeout.connect(self._follow)
        menu.aboutToShow.connect(self._follow)
        menu.aboutToShow.connect(timer.start)
        menu.aboutToHide.connect(timer.stop)

    def _follow(self) -> None:
        """Show what was found last where that is news."""
        self._finder.refresh()
        if not self._finder.busy and self._finder.cameras != self._shown:
            self._shown = self._finder.cameras
            entries = [self._entry(camera) for camera in self._shown]
            self._show(entries or [_remark(translate("Mien", "No camera found"), self._menu)])

    def _entry(self, camera: Camera) -> QAction:
        action = QAction(camera.name.replace("&", "&&"), self._menu)
        # its index may be another camera's when it is started again
        spec = camera.identity or str(camera.index)
        action.triggered.connect(lambda: self.chosen.emit(spec, camera.name))
        return action

    def _show(self, entries: list[QAction]) -> None:
        for action in self._entries:
            self._menu.removeAction(action)
            action.deleteLater()
        for action in entries:
            if self._before is None:
                self._menu.addAction(action)
            else:
                self._menu.insertAction(self._before, action)
        self._entries = entries


class SourceButton(Button):
    """Shows the source and opens a menu of others.

    Attributes:
        chosen: a source as the command line takes it, and what to call it.
    """

    chosen = Signal(str, str)

    def __init__(self, actions: Actions, finder: CameraFinder) -> None:
        super().__init__(actions.choose, "source")
        self._actions = actions
        self._finder = finder
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        menu.addAction(actions.demo)
        below_cameras = menu.addSeparator()
        menu.addActions([actions.open_file, actions.open_folder, actions.open_url])
        CameraEntries(menu, finder, below_cameras).chosen.connect(self.chosen)
        self.setMenu(menu)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        actions.choose.triggered.connect(self._show_menu)
        actions.demo.triggered.connect(lambda: self.chosen.emit(DEMO, ""))
        actions.open_file.triggered.connect(self._ask_file)
        actions.open_folder.triggered.connect(self._ask_folder)
        actions.open_url.triggered.connect(self._ask_url)

    def cameras_menu(self, parent: QWidget) -> QMenu:
        """Return another menu of the cameras, for the menu bar; what is chosen there is ``chosen`` here."""
        menu = QMenu(translate("Mien", "&Cameras"), parent)
        CameraEntries(menu, self._finder).chosen.connect(self.chosen)
        return menu

    def show_source(self, label: str) -> None:
        """Show what is read."""
        text = shortened(label) if label else translate("Mien", "Source")
        if text != self.text():
            said = translate("Mien", "Source: {source}").format(source=label or translate("Mien", "none"))
            self._actions.choose.setText(text)
            key = self._actions.choose.shortcut().toString()
            self._actions.choose.setToolTip(
                translate("Mien", "{said}; choose another ({key})").format(said=said, key=key)
            )
            self.setAccessibleName(said)

    def _name_it(self) -> None:
        """Keep the accessible name, which says more than the text."""

    def _show_menu(self) -> None:
        """Open the menu by a key; unlike ``showMenu`` it does not wait for the end."""
        self.menu().popup(self.mapToGlobal(self.rect().bottomLeft()))
        self.menu().setActiveAction(self._actions.demo)

    def _ask_file(self) -> None:
        self._ask_path(translate("Mien", "Open a video or a picture"), QFileDialog.FileMode.ExistingFile)

    def _ask_folder(self) -> None:
        self._ask_path(translate("Mien", "Open a folder of pictures"), QFileDialog.FileMode.Directory)

    def _ask_path(self, title: str, mode: QFileDialog.FileMode) -> None:
        dialog = QFileDialog(self.window(), title)
        dialog.setFileMode(mode)
        dialog.fileSelected.connect(lambda path: self.chosen.emit(path, ""))
        _show(dialog)

    def _ask_url(self) -> None:
        dialog = QInputDialog(self.window())
        dialog.setWindowTitle(translate("Mien", "Open URL"))
        dialog.setLabelText(translate("Mien", "Address of the stream (http, https or rtsp):"))
        dialog.textValueSelected.connect(self._choose_url)
        dialog.resize(460, dialog.sizeHint().height())
        _show(dialog)

    def _choose_url(self, text: str) -> None:
        url = text.strip()
        if url:
            self.chosen.emit(url if "://" in url else f"http://{url}", "")


def _show(dialog: QFileDialog | QInputDialog) -> None:
    """Show a dialog over its window without waiting for it."""
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()


def dropped_source(data: QMimeData) -> str:
    """Return the first thing that was dropped as a source; empty where there is none."""
    if not data.hasUrls():
        return ""
    url = data.urls()[0]
    # as it was written: Qt's own text of it has the escaped spaces as spaces
    return url.toLocalFile() if url.isLocalFile() else url.toString(QUrl.ComponentFormattingOption.FullyEncoded)


def _remark(text: str, menu: QMenu) -> QAction:
    """Return an entry that cannot be chosen."""
    action = QAction(text, menu)
    action.setEnabled(False)
    return action
