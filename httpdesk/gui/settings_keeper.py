"""The settings of the running window: what holds now, and every change brought to disk at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from httpdesk.engine.ports import SecretPlaces
from httpdesk.gui.jobs import Job, JobRunner
from httpdesk.gui.ports import WindowPorts
from httpdesk.model.settings import Settings

LANE = "settings"
SECRETS_LANE = "secrets"
"""Its own, so that a keyring that waits for a passphrase holds up no settings."""


class SettingsKeeper(QObject):
    """One for each window; pages and commands change the settings through it and follow it."""

    changed = Signal(object, object)
    """(Settings before, Settings now)."""
    secretChanged = Signal(str)
    """The name of a secret that was kept or forgotten."""
    failed = Signal(object)
    """The HttpDeskError of a save; what was chosen holds for this window."""
    secretFailed = Signal(str, object)
    """(Name of a secret, HttpDeskError): it was neither kept nor forgotten."""

    def __init__(self, ports: WindowPorts, jobs: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ports = ports
        self._jobs = jobs
        self._settings = ports.settings
        self.entering: Callable[[str], object] = lambda _: None
        """Called on the worker with the name of a secret before what the user typed is kept."""

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
        self._ports.choose_place(now.secrets)
        self.changed.emit(before, now)
        save = self._ports.save_settings
        self._jobs.start(lambda _: save(now), lane=LANE).failed.connect(self.failed)

    # Secrets, which are never among the settings

    def read_secret(
        self, name: str, then: Callable[[str], None], failed: Callable[[Any], None]
    ) -> Job:
        """Hand the secret to `then`, "" when there is none; both are methods of a QObject."""
        secrets = self._ports.secrets
        # Qt lets go of the methods when their object is gone by then.
        return self._work(lambda: secrets().read(name) or "", then, failed)

    def list_secrets(
        self, then: Callable[[Any], None], failed: Callable[[Any], None] | None = None
    ) -> Job:
        """Hand the tuple of all StoredSecrets to `then`; the keyring is not asked."""
        secrets = self._ports.secrets
        job = self._jobs.start(lambda _: secrets().stored())
        job.finished.connect(then)
        job.failed.connect(failed or self.failed)
        return job

    def keep_secret(self, name: str, value: str, *, for_session: bool = False) -> Job:
        """Keep a secret where the settings say, or forget it when it is empty."""
        secrets, entering = self._ports.secrets, self.entering

        def work() -> None:
            if value:
                entering(name)
            if not value:
                secrets().forget(name)
            elif for_session:
                secrets().keep_for_session(name, value)
            else:
                secrets().keep(name, value)

        return self._work(
            work,
            lambda _: self.secretChanged.emit(name),
            lambda error: self.secretFailed.emit(name, error),
        )

    def ask_keyring(
        self,
        question: Callable[[SecretPlaces], object],
        then: Callable[[Any], None],
        failed: Callable[[Any], None],
    ) -> Job:
        """Hand what the secret store answers to `then`; both are methods of a QObject."""
        secrets = self._ports.secrets
        return self._work(lambda: question(secrets()), then, failed)

    def _work(
        self,
        work: Callable[[], object],
        then: Callable[[Any], None],
        failed: Callable[[Any], None],
    ) -> Job:
        job = self._jobs.start(lambda _: work(), lane=SECRETS_LANE)
        job.finished.connect(then)
        job.failed.connect(failed)
        return job
