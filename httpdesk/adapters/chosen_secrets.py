"""Secrets where the user chose to have them: in the system keyring, or until the program ends.

Nothing chooses by itself: a keyring that fails raises, and only `keep_for_session` keeps a secret
in memory (security.md R4).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from httpdesk.adapters.keyring_secrets import PATIENCE, KeyringSecrets
from httpdesk.adapters.memory_secrets import MemorySecrets
from httpdesk.adapters.patience import OutOfPatience, call_patiently
from httpdesk.engine.cancel import CancelToken
from httpdesk.engine.ports import SecretReader
from httpdesk.model.errors import SecretsFailed, SecretsReason
from httpdesk.model.secrets import KeyringState, StoredSecret


class ChosenSecrets:
    """Implements `engine.ports.SecretPlaces`; may be used from several threads.

    What is kept for the session comes before what the keyring has under the same name.
    """

    def __init__(self, keyring: KeyringSecrets, session: MemorySecrets) -> None:
        self._keyring = keyring
        self._session = session

    def read(self, name: str) -> str | None:
        """Return the secret, None when there is none."""
        value = self._session.read(name)
        if value is not None:
            return value
        with _named(name):
            return self._keyring.read(name)

    def at_hand(self, name: str) -> str | None:
        """Return what is kept for the session, without asking the keyring."""
        return self._session.read(name)

    def keep(self, name: str, value: str) -> None:
        """Keep the secret in the keyring, in place of an older one."""
        with _named(name):
            self._keyring.keep(name, value)
        self._session.forget(name)

    def keep_for_session(self, name: str, value: str) -> None:
        """Keep the secret until the program ends; one in the keyring stays and rests."""
        self._session.keep(name, value)

    def forget(self, name: str) -> None:
        """Delete the secret from wherever it is; unknown names are ignored."""
        self._session.forget(name)
        with _named(name):
            self._keyring.forget(name)

    def stored(self) -> tuple[StoredSecret, ...]:
        """Return which secrets there are, without asking the keyring; raises StorageFailed."""
        here = set(self._session.names())
        names = sorted({*here, *self._keyring.names()})
        return tuple(StoredSecret(name, name in here) for name in names)

    def state(self) -> KeyringState:
        """Return the keyring's name and whether it is locked; reads no secret."""
        return self._keyring.state()

    def check(self) -> str:
        """Write, read and delete a value that is no secret; return the keyring's name."""
        return self._keyring.check()

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
