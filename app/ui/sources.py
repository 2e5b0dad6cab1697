"""Choosing what to read: a button with a menu of the demo, the cameras by name, and files, folders and URLs."""

from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QInputDialog, QMenu, QToolButton

from app.ui.cameras import CameraFinder
from app.ui.controls import Actions, Button
from app.ui.texts import DEMO, shortened

_POLL_MS: Final = 50


class SourceButton(Button):
    """Shows the source and opens a menu of others. The cameras are looked for anew each time the menu opens.

    Attributes:
        chosen: a source as the command line takes it, and what to call it.
    """

    chosen = Signal(str, str)

    def __init__(self, actions: Actions, finder: CameraFinder) -> None:
        super().__init__(actions.choose, "source")
        self._actions = actions
        self._finder = finder
        self._cameras: list[QAction] = []
        self._menu = QMenu(self)
        self._menu.setToolTipsVisible(True)
        self._menu.addAction(actions.demo)
        self._below_cameras = self._menu.addSeparator()
        self._menu.addActions([actions.open_file, actions.open_folder, actions.open_url])
        self._menu.aboutToShow.connect(self._look)
        self._menu.aboutToHide.connect(self._rest)
        self.setMenu(self._menu)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._timer = QTimer(self, interval=_POLL_MS)
        self._timer.timeout.connect(self._show_found)
        actions.choose.triggered.connect(self.showMenu)
        actions.demo.triggered.connect(lambda: self.chosen.emit(DEMO, ""))
        actions.open_file.triggered.connect(self._ask_file)
        actions.open_folder.triggered.connect(self._ask_folder)
        actions.open_url.triggered.connect(self._ask_url)

    def show_source(self, label: str) -> None:
        """Show what is read."""
        text = shortened(label) if label else "Source"
        if text != self.text():
            self._actions.choose.setText(text)
            self._actions.choose.setToolTip(f"Source: {label or 'none'}; choose another (S)")
            self.setAccessibleName(f"Source: {label or 'none'}")

    def _name_it(self) -> None:
        """Keep the accessible name, which says more than the text."""

    def _look(self) -> None:
        self._finder.refresh()
        self._show_cameras(["Looking for cameras …"])
        self._timer.start()

    def _rest(self) -> None:
        self._timer.stop()

    def _show_found(self) -> None:
        if self._finder.busy:
            return
        self._timer.stop()
        self._show_cameras([] if self._finder.cameras else ["No camera found"])
        for camera in self._finder.cameras:
            action = QAction(camera.name, self._menu)
            action.triggered.connect(
                lambda _checked=False, spec=str(camera.index), name=camera.name: self.chosen.emit(spec, name)
            )
            self._insert(action)

    def _show_cameras(self, remarks: list[str]) -> None:
        """Take the cameras out of the menu and put remarks, which cannot be chosen, in their place."""
        for action in self._cameras:
            self._menu.removeAction(action)
            action.deleteLater()
        self._cameras = []
        for remark in remarks:
            action = QAction(remark, self._menu)
            action.setEnabled(False)
            self._insert(action)

    def _insert(self, action: QAction) -> None:
        self._menu.insertAction(self._below_cameras, action)
        self._cameras.append(action)

    def _ask_file(self) -> None:
        self._ask_path("Open a video or a picture", QFileDialog.FileMode.ExistingFile)

    def _ask_folder(self) -> None:
        self._ask_path("Open a folder of pictures", QFileDialog.FileMode.Directory)

    def _ask_path(self, title: str, mode: QFileDialog.FileMode) -> None:
        dialog = QFileDialog(self.window(), title)
        dialog.setFileMode(mode)
        dialog.fileSelected.connect(lambda path: self.chosen.emit(path, ""))
        _show(dialog)

    def _ask_url(self) -> None:
        dialog = QInputDialog(self.window())
        dialog.setWindowTitle("Open URL")
        dialog.setLabelText("Address of the stream (http, https or rtsp):")
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
