"""Changing the settings, without Qt: one change at a time, all back to the defaults, and that undone."""

import dataclasses
from collections.abc import Sequence
from typing import Any, Final

from app.settings import MARKERS, Settings, settings_from

# what the window remembers by itself, and no reset takes away
_KEPT: Final = ("notice_seen", "window")


class SettingsModel:
    """The settings while they are changed.

    Args:
        settings: as they are now.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._before: Settings | None = None

    @property
    def settings(self) -> Settings:
        """As they are now."""
        return self._settings

    @property
    def can_undo(self) -> bool:
        """Whether a reset can be undone."""
        return self._before is not None

    def replace(self, settings: Settings) -> None:
        """Take over settings that were changed elsewhere."""
        self._settings = settings

    def change(self, values: dict[str, Any]) -> Settings:
        """Change some settings by name; what is out of range is set to the nearest that works.

        Raises:
            ValueError: a value has the wrong type.
        """
        self._settings = settings_from({**self._settings.to_dict(), **values})
        return self._settings

    def reset(self) -> Settings:
        """Set everything to its default but what the window remembers by itself."""
        self._before = self._settings
        self._settings = Settings(**{name: getattr(self._settings, name) for name in _KEPT})
        return self._settings

    def undo_reset(self) -> Settings:
        """Return to the settings as they were before the last reset, if there was one."""
        if self._before is not None:
            kept = {name: getattr(self._settings, name) for name in _KEPT}
            self._settings = dataclasses.replace(self._before, **kept)
            self._before = None
        return self._settings

    def copy(self) -> "SettingsModel":
        """Return another that can undo the same reset."""
        other = SettingsModel(self._settings)
        other._before = self._before
        return other

    def forget_reset(self) -> None:
        """Let the last reset stand."""
        self._before = None


def markers_from(names: Sequence[str]) -> tuple[str, ...]:
    """Return the markers for as many keys as are named, without spaces around and without unnamed ones at the end."""
    trimmed = [name.strip() for name in names[:MARKERS]]
    while trimmed and not trimmed[-1]:
        trimmed.pop()
    return tuple(trimmed)
