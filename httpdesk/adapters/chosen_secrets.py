"""Secrets where the user chose to have them: in the system keyring, in an encrypted file, or until
the program ends.

Nothing chooses by itself: a place that fails raises, and no other one is taken (security.md R4).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from httpdesk.adapters.keyring_secrets import PATIENCE, KeyringSecrets
from httpdesk.adapters.memory_secrets import MemorySecrets
from httpdesk.adapters.patience import OutOfPatience, call_patiently
from httpdesk.adapters.vault_secrets import VaultSecrets
from httpdesk.engine.cancel import CancelToken
from httpdesk.engine.ports import SecretReader
from httpdesk.model.errors import SecretsFailed, SecretsReason
from httpdesk.model.secrets import KeyringState, SecretPlace, StoredSecret


class ChosenSecrets:
    """Implements `engine.ports.SecretPlaces`; may be used from several threads.

    What is kept for the session comes first, then the chosen place, then the other one. Nothing is
    moved between them: what another place has under the same name stays there and rests.
    """

    def __init__(
        self,
        keyring: KeyringSecrets,
        session: MemorySecrets,
        vault: VaultSecrets,
        chosen: Callable[[], SecretPlace],
        note: Callable[[str], None] = lambda _: None,
    ) -> None:
        """`chosen` returns where the user wants secrets to be kept from now on.

        `note` is told each value that is read or kept.
        """
        self._keyring = keyring
        self._session = session
        self._vault = vault
        self._chosen = chosen
        self._note = note

    @property
    def vault(self) -> VaultSecrets:
        """The encrypted file."""
        return self._vault

    def read(self, name: str) -> str | None:
        """Return the secret, None when there is none."""
        value = self._session.read(name)
        if value is not None:
            return value
        with _named(name):
            value = self._read(name)
        if value is not None:
            self._note(value)
        return value

    def at_hand(self, name: str) -> str | None:
        """Return what is kept for the session, without asking the keyring."""
        return self._session.read(name)

    def knows(self, name: str) -> bool:
        """Return whether there is such a secret; it is not read."""
        places = (self._session, self._keyring, self._vault)
        return any(place.knows(name) for place in places)

    def keep(self, name: str, value: str) -> None:
        """Keep the secret in the chosen place, in place of an older one there."""
        self._note(value)
        chosen = self._chosen()
        if chosen is SecretPlace.SESSION:
            self._session.keep(name, value)
            return
        with _named(name):
            self._lasting(chosen).keep(name, value)
        self._session.forget(name)

    def keep_for_session(self, name: str, value: str) -> None:
        """Keep the secret until the program ends; one in another place stays and rests."""
        self._note(value)
        self._session.keep(name, value)

    def forget(self, name: str) -> None:
        """Delete the secret from wherever it is; unknown names are ignored."""
        self._session.forget(name)
        with _named(name):
            self._vault.forget(name)
            self._keyring.forget(name)

    def stored(self) -> tuple[StoredSecret, ...]:
        """Return which secrets there are, without asking the keyring or for a passphrase.

        Raises StorageFailed, and SecretsFailed for an encrypted file that is damaged.
        """
        places = dict.fromkeys(self._keyring.names(), SecretPlace.KEYRING)
        in_vault = dict.fromkeys(self._vault.names(), SecretPlace.VAULT)
        vault_first = self._chosen() is SecretPlace.VAULT
        places = places | in_vault if vault_first else in_vault | places
        places |= dict.fromkeys(self._session.names(), SecretPlace.SESSION)
        return tuple(StoredSecret(name, places[name]) for name in sorted(places))

    def state(self) -> KeyringState:
        """Return the keyring's name and whether it is locked; reads no secret."""
        return self._keyring.state()

    def check(self) -> str:
        """Write, read and delete a value that is no secret; return the keyring's name."""
        return self._keyring.check()

    def _lasting(self, place: SecretPlace) -> KeyringSecrets | VaultSecrets:
        return self._vault if place is SecretPlace.VAULT else self._keyring

    def _read(self, name: str) -> str | None:
        vault_first = self._chosen() is SecretPlace.VAULT
        places: tuple[KeyringSecrets | VaultSecrets, ...] = (self._keyring, self._vault)
        for place in reversed(places) if vault_first else places:
            if name in place.names():
                return place.read(name)
        if vault_first and not self._vault.state().exists:
            # A file that is gone, or not made yet, is no proof that there is no secret.
            raise SecretsFailed(
                reason=SecretsReason.NO_STORE, store=self._vault.path, in_vault=True
            )
        return None

    def patiently(self, cancel: CancelToken, waiting: Callable[[bool], None]) -> SecretReader:
        """Return a reader for one send: it tells while it waits, and a cancel ends its wait."""
        return _PatientReader(self, cancel, waiting)


class _PatientReader:
    def __init__(
        self, places: ChosenSecrets, cancel: CancelToken, waiting: Callable[[bool], None]
    ) -> None:
        self._places = places
        self._cancel = cancel
        self._waiting = waiting

    def read(self, name: str) -> str | None:
        """Return the secret; raises SecretsFailed with NO_ANSWER also when it is cancelled."""
        value = self._places.at_hand(name)
        if value is not None:
            return value
        self._waiting(True)
        try:
            return call_patiently(
                lambda: self._places.read(name), 2 * PATIENCE, "secret", self._cancel
            )
        except OutOfPatience:
            raise SecretsFailed(reason=SecretsReason.NO_ANSWER, name=name) from None
        finally:
            self._waiting(False)


@contextmanager
def _named(name: str) -> Iterator[None]:
    """Note in an error which secret it is about."""
    try:
        yield
    except SecretsFailed as error:
        error.name = name
        raise
