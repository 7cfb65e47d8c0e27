"""Geometry, splitters and sub-tabs, kept in an INI file by QSettings."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QSettings
from PySide6.QtWidgets import QMainWindow

DEFAULT_SIZE = (1280, 800)


class WindowState:
    """Reads and writes the window's geometry; a missing or damaged file means the defaults."""

    def __init__(self, path: str) -> None:
        self._settings = QSettings(path, QSettings.Format.IniFormat)

    def restore_geometry(self, window: QMainWindow) -> None:
        """Give the window its last size and place."""
        kept = self._settings.value("geometry")
        if not (isinstance(kept, QByteArray) and window.restoreGeometry(kept)):
            window.resize(*DEFAULT_SIZE)

    def keep_geometry(self, window: QMainWindow) -> None:
        """Remember the window's size and place."""
        self._settings.setValue("geometry", window.saveGeometry())

    def sizes(self, name: str) -> list[int]:
        """Return the kept sizes of a splitter, empty when there are none."""
        kept = self._settings.value(f"splitter/{name}")
        try:
            return [int(size) for size in kept] if isinstance(kept, list) else []
        except ValueError:
            return []

    def keep_sizes(self, name: str, sizes: list[int]) -> None:
        """Remember the sizes of a splitter."""
        self._settings.setValue(f"splitter/{name}", [str(size) for size in sizes])

    def flag(self, name: str, default: bool) -> bool:
        """Return a kept yes or no."""
        return bool(self._settings.value(f"flag/{name}", default, bool))

    def keep_flag(self, name: str, value: bool) -> None:
        """Remember a yes or no."""
        self._settings.setValue(f"flag/{name}", value)
