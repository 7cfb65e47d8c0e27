"""The settings of the running window: what holds now, and every change brought to disk at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from httpdesk.gui.jobs import Job, JobRunner
from httpdesk.gui.ports import WindowPorts
from httpdesk.model.settings import Settings

LANE = "settings"


class SettingsKeeper(QObject):
    """One for each window; pages and commands change the settings through it and follow it."""

    changed = Signal(object, object)
    """(Settings before, Settings now)."""
    secretChanged = Signal(str)
    """The name of a secret that was kept or forgotten."""
    failed = Signal(object)
    """The HttpDeskError of a save or of a secret; what was chosen holds for this window."""

    def __init__(self, ports: WindowPorts, jobs: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ports = ports
        self._jobs = jobs
        self._settings = ports.settings

    @property
    def settings(self) -> Settings:
        """What holds now."""
        return self._settings

    @property
    def read_only(self) -> bool:
        """Whether a later version wrote the file, which this one must not change."""
        return self._ports.settings_read_only

    def change(self, **values: Any) -> None:
        """Give options other values, now and on disk."""
        before, now = self._settings, replace(self._settings, **values)
        if now == before:
            return
        self._settings = now
        self.changed.emit(before, now)
        save = self._ports.save_settings
        self._jobs.start(lambda _: save(now), lane=LANE).failed.connect(self.failed)

    # Secrets, which are never among the settings

    def read_secret(self, name: str, then: Callable[[str], None]) -> None:
        """Hand the secret to `then`, a method of a QObject; "" when there is none."""
        secrets = self._ports.secrets
        job = self._jobs.start(lambda _: secrets.read(name) or "", lane=LANE)
        # Qt lets go of the method when its object is gone by then.
        job.finished.connect(then)
        job.failed.connect(self.failed)

    def keep_secret(self, name: str, value: str) -> Job:
        """Keep a secret, or forget it when it is empty."""
        secrets = self._ports.secrets

        def work(_: object) -> None:
            if value:
                secrets.keep(name, value)
            else:
                secrets.forget(name)

        job = self._jobs.start(work, lane=LANE)
        job.finished.connect(lambda _: self.secretChanged.emit(name))
        job.failed.connect(self.failed)
        return job
