"""The settings as a TOML file in the configuration folder, readable without the window."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from httpdesk.adapters import atomic
from httpdesk.model.errors import (
    FileNotUnderstood,
    FileUnreadable,
    FileUnwritable,
    StorageFailed,
)
from httpdesk.model.notices import OwnFile, SetAside
from httpdesk.model.settings import VERSION, Settings, from_values, options, to_values
from httpdesk.model.storage_errors import NEWER_VERSION

MOST_BYTES = 1_000_000


class SettingsFile:
    """Loads and saves the settings; keys that this version does not know stay in the file."""

    def __init__(
        self, path: Path, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._path = path
        self._now = now
        self.notice: SetAside | None = None
        """Set when the file was damaged and has been set aside."""
        self.refused: tuple[str, ...] = ()
        """Names of options whose value in the file cannot be; they have their defaults."""
        self.problem: StorageFailed | None = None
        """Set when there is a file and it could not be read."""
        self.is_newer = False
        """Whether a later version wrote the file that was loaded; it is never written then."""

    def load(self) -> Settings:
        """Return the settings; the defaults where there is no file or none that can be read."""
        try:
            values = self._values()
        except StorageFailed as error:
            self.problem = error
            values = {}
        self.is_newer = _version(values) > VERSION
        settings, self.refused = from_values(values)
        return settings

    def read(self) -> tuple[Settings, tuple[str, ...]]:
        """Return the settings and the options that cannot be used; touches nothing.

        Raises FileUnreadable and FileNotUnderstood.
        """
        if not self._path.exists():
            return Settings(), ()
        try:
            values = self._parsed()
            self.is_newer = _version(values) > VERSION
            return from_values(values)
        except ValueError as error:
            raise FileNotUnderstood(path=str(self._path), reason=str(error)) from error

    def save(self, settings: Settings) -> None:
        """Write what differs from the defaults.

        Raises FileUnwritable, with NEWER_VERSION for a later version's file, or DiskFull.
        """
        values = self._values()
        if _version(values) > VERSION:
            raise FileUnwritable(path=str(self._path), detail=NEWER_VERSION)
        known = {option.name for option in options()} | {"version"}
        kept = {key: value for key, value in values.items() if key not in known}
        new = {"version": VERSION, **to_values(settings), **kept}
        if new != values:
            self._write(new)

    def _values(self) -> dict[str, Any]:
        if not self._path.exists():
            return {}
        try:
            return self._parsed()
        except ValueError as error:
            self._set_aside(str(error))
            return {}

    def _parsed(self) -> dict[str, Any]:
        """Return what the file holds; raises FileUnreadable, and ValueError where it is no TOML."""
        import tomllib

        try:
            return tomllib.loads(atomic.read_file(self._path, MOST_BYTES).decode())
        except RecursionError as error:
            raise ValueError(str(error)) from error

    def _write(self, values: dict[str, Any]) -> None:
        import tomli_w

        folder = self._path.parent
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            atomic.sweep_names(folder, os.listdir(folder))
        except OSError as error:
            raise atomic.unwritable(self._path, error) from error
        atomic.write_file(self._path, tomli_w.dumps(values).encode(), mode=0o600)

    def _set_aside(self, detail: str) -> None:
        stamp = self._now().strftime("%Y-%m-%d-%H%M%S")
        target = self._path.with_name(f"{self._path.stem}.damaged-{stamp}{self._path.suffix}")
        try:
            self._path.replace(target)
        except OSError as error:
            raise FileUnreadable(path=str(self._path), detail=str(error)) from error
        self.notice = SetAside(OwnFile.SETTINGS, str(target), detail)


def _version(values: dict[str, Any]) -> int:
    version = values.get("version", VERSION)
    return version if isinstance(version, int) else VERSION
