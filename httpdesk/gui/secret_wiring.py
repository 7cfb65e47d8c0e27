"""Leads fields and the section of secrets to the place where these are kept, and back."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from shiboken6 import isValid

from httpdesk.gui.parts import WindowParts
from httpdesk.model.secrets import SecretPlace

if TYPE_CHECKING:
    from httpdesk.engine.ports import SecretPlaces, SecretVault
    from httpdesk.gui.preferences.secrets_section import SecretsSection
    from httpdesk.gui.preferences.vault_panel import VaultPanel
    from httpdesk.gui.widgets.kept_secret import KeptSecret
    from httpdesk.model.errors import HttpDeskError
    from httpdesk.model.secrets import StoredSecret, VaultState


class SecretWiring(QObject):
    """One for each page that has such fields; everything that asks the keyring is a job."""

    def __init__(self, parts: WindowParts, parent: QObject) -> None:
        super().__init__(parent)
        self._parts = parts
        self._settings = parts.settings
        self._fields: list[tuple[KeptSecret, Callable[[], str]]] = []
        self._section: SecretsSection | None = None
        self._settings.secretChanged.connect(self._on_changed)
        self._settings.secretFailed.connect(self._on_failed)

    def bind(self, field: KeptSecret, name: Callable[[], str]) -> None:
        """Serve a field; `name` returns the name of its secret, "" while it has none."""
        self._fields.append((field, name))
        field.entered.connect(lambda text: self._keep(name(), text))
        field.sessionAsked.connect(lambda text: self._keep(name(), text, for_session=True))
        field.removeAsked.connect(lambda: self._settings.keep_secret(name(), ""))
        field.revealAsked.connect(lambda: self._reveal(field, name()))
        self.refresh()

    def bind_section(self, section: SecretsSection) -> None:
        """Serve the section of secrets."""
        self._section, settings = section, self._settings
        section.checkAsked.connect(
            lambda: settings.ask_keyring(
                lambda secrets: secrets.check(), section.show_checked, section.show_failure
            )
        )
        section.removeAsked.connect(lambda name: settings.keep_secret(name, ""))
        section.removeAllAsked.connect(self._remove_all)
        settings.ask_keyring(
            lambda secrets: secrets.state(), section.show_state, section.show_failure
        )
        self._bind_vault(section.vault)
        self.refresh()

    def refresh(self) -> None:
        """Show anew what is kept where; no secret is read for it."""
        self._settings.list_secrets(self._show)

    # Inside

    def _bind_vault(self, panel: VaultPanel) -> None:
        """Serve the encrypted file; deriving a key takes a while, so that all of it is a job."""
        panel.stateAsked.connect(lambda: self._do_to_vault(None))
        panel.createAsked.connect(lambda new: self._do_to_vault(lambda vault: vault.create(new)))
        panel.unlockAsked.connect(lambda text: self._do_to_vault(lambda vault: vault.unlock(text)))
        panel.lockAsked.connect(lambda: self._do_to_vault(lambda vault: vault.lock()))
        panel.changeAsked.connect(
            lambda old, new: self._do_to_vault(lambda vault: vault.change_passphrase(old, new))
        )
        panel.ask_state()

    def _do_to_vault(self, work: Callable[[SecretVault], object] | None) -> None:
        """Do something to the encrypted file, or nothing, and show how it stands then."""

        def done(secrets: SecretPlaces) -> VaultState:
            if work is not None:
                work(secrets.vault)
            return secrets.vault.state()

        assert self._section is not None
        panel = self._section.vault
        job = self._settings.ask_keyring(done, panel.show_state, panel.show_failure)
        if work is not None:
            job.finished.connect(lambda _: self.refresh())

    def _keep(self, name: str, text: str, *, for_session: bool = False) -> None:
        if name and text:
            self._settings.keep_secret(name, text, for_session=for_session)

    def _reveal(self, field: KeptSecret, name: str) -> None:
        self._settings.read_secret(
            name, field.show_secret, lambda error: self._on_failed(name, error)
        )

    def _remove_all(self) -> None:
        for name in self._section.rows if self._section is not None else ():
            self._settings.keep_secret(name, "")

    def _show(self, stored: tuple[StoredSecret, ...]) -> None:
        kept = {each.name: each for each in stored}
        for field, name in self._living():
            found = kept.get(name)
            field.offer_session(self._settings.settings.secrets != "session")
            field.show_stored(self._place(found) if found is not None else "")
        if self._section is not None:
            self._section.show_stored(stored)

    def _place(self, stored: StoredSecret) -> str:
        return {
            SecretPlace.SESSION: self.tr("Kept until HTTPDesk closes"),
            SecretPlace.KEYRING: self.tr("Stored in the system keyring"),
            SecretPlace.VAULT: self.tr("Stored in the encrypted file"),
        }[stored.place]

    def _on_changed(self, name: str) -> None:
        for field, own_name in self._living():
            if own_name == name:
                field.show_kept()
        self.refresh()

    def _on_failed(self, name: str, error: HttpDeskError) -> None:
        from httpdesk.gui.messages import message_for, secret_name

        message = message_for(error)
        words = self.tr("{0}: {1}. It was not changed.").format(secret_name(name), message.title)
        fields = [field for field, own_name in self._living() if own_name == name]
        for field in fields:
            field.show_failure(words)
        if self._section is not None:
            self._section.show_failure(error)
        if not fields:
            self._parts.notices.error(error)

    def _living(self) -> tuple[tuple[KeptSecret, str], ...]:
        """Return the fields that are still there, with the names of their secrets."""
        self._fields = [(field, name) for field, name in self._fields if isValid(field)]
        return tuple((field, name()) for field, name in self._fields)
