"""Around the window: its place, its look and language, and the notice of the first start."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtWidgets import QApplication

from app.ui.controller import LiveController
from app.ui.notice import Notice
from app.ui.place import place_of, put
from app.ui.style import apply_style, theme
from app.ui.translation import install_language
from app.ui.window import MainWindow


class Shell(QObject):
    """Has the window, and makes another in its place where the language or the look changes; reading goes on.

    Args:
        application: whose look and language it sets.
        controller: the same for each window.

    Attributes:
        window: the present one.

    Raises:
        MienError: the assets are missing.
    """

    def __init__(self, application: QApplication, controller: LiveController) -> None:
        super().__init__()
        self._application = application
        self._controller = controller
        self._agreed: Callable[[], None] | None = None
        self.window = self._make()
        put(self.window, controller.settings.window)
        self._follow_state()
        # later: it also tells what ``apply_style`` asks of it, in the midst of making a window
        application.styleHints().colorSchemeChanged.connect(self._follow_desktop, Qt.ConnectionType.QueuedConnection)

    def show_notice(self, agreed: Callable[[], None] | None = None) -> None:
        """Show the notice of the first start; call ``agreed`` once it was read, which is kept."""
        self._agreed = agreed
        notice = Notice(self.window)
        notice.agreed.connect(self._agree)
        notice.left.connect(notice.deleteLater)
        notice.enter()

    def rebuild(self) -> None:
        """Make another window in the settings' language and look, in the place of this one."""
        old = self.window
        self.window = self._make()
        put(self.window, place_of(old))
        self._follow_state()
        self.window.reviews.take_over(old.reviews)
        self.window.show()
        self.window.activateWindow()
        self.window.mark_bar.take_over(old.mark_bar)
        before = old.settings_dialog
        if before is not None and before.isVisible():
            self.window.commands.settings.trigger()
            assert self.window.settings_dialog is not None
            self.window.settings_dialog.take_over(before)
        if not self._controller.settings.notice_seen:
            self.show_notice(self._agreed)
        old.hide()
        old.deleteLater()

    def keep_place(self) -> None:
        """Keep the window's place for the next start."""
        self._controller.change(replace(self._controller.settings, window=place_of(self.window)))

    def close(self) -> None:
        """Keep the window's place, and let the window go."""
        self._application.styleHints().colorSchemeChanged.disconnect(self._follow_desktop)
        self.keep_place()
        self.window.deleteLater()
        QCoreApplication.sendPostedEvents(self.window, QEvent.Type.DeferredDelete.value)

    def _make(self) -> MainWindow:
        settings = self._controller.settings
        apply_style(self._application, settings.theme)
        install_language(self._application, settings.language)
        window = MainWindow(self._controller)
        window.commands.notice.triggered.connect(self._show_again)
        # later: what asked for it, the settings say, belongs to the window that goes
        window.rebuild_asked.connect(self.rebuild, Qt.ConnectionType.QueuedConnection)
        return window

    def _follow_state(self) -> None:
        self.window.commands.full_screen.setChecked(self.window.isFullScreen())

    def _follow_desktop(self) -> None:
        """Follow the desktop from dark to light and back, where the settings leave it the choice."""
        if self._controller.settings.theme != "system":
            return
        before = theme()
        apply_style(self._application)
        if theme() is not before:
            self.rebuild()

    def _show_again(self) -> None:
        self.show_notice()

    def _agree(self) -> None:
        self._controller.change(replace(self._controller.settings, notice_seen=True))
        if self._agreed is not None:
            self._agreed()
            self._agreed = None
