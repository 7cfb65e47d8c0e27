"""Secrets in a file that a passphrase encrypts: a fallback that the user sets up (security.md R4).

The file is read anew for each use, since another program may have written it; of the passphrase
only the key that it gives is in memory, and no secret stays there.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from httpdesk.adapters import atomic
from httpdesk.adapters.file_lock import taken_within
from httpdesk.adapters.vault_file import (
    MOST_BYTES,
    Cost,
    Sealed,
    VaultDamaged,
    VaultTooNew,
    WrongKey,
    seal,
    unsealed,
)
from httpdesk.model.errors import SecretsFailed, SecretsReason
from httpdesk.model.secrets import VaultState

PATIENCE = 10.0
"""Seconds to wait for another program that writes; it takes milliseconds."""


def nobody(_path: str) -> str | None:
    """Return no passphrase: the vault stays locked until `unlock` is called."""
    return None


@dataclass(frozen=True, slots=True)
class _Key:
    cost: Cost
    salt: bytes
    key: bytes = field(repr=False)

    def fits(self, sealed: Sealed) -> bool:
        return (self.cost, self.salt) == (sealed.cost, sealed.salt)


class VaultSecrets:
    """Implements `engine.ports.SecretStore`; may be used from several threads and programs.

    Every method raises SecretsFailed with the file as its store, and StorageFailed where the file
    cannot be read or written. A file that is damaged is never written.
    """

    def __init__(
        self,
        path: Callable[[], Path],
        passphrase: Callable[[str], str | None] = nobody,
        cost: Cost | None = None,
        patience: float = PATIENCE,
    ) -> None:
        """`passphrase` is asked, with the path, when a locked file is to be opened."""
        self._path_of = path
        self._passphrase = passphrase
        self._cost = cost or Cost()
        self._patience = patience
        self._lock = threading.RLock()
        self._key: _Key | None = None

    # The secrets

    def read(self, name: str) -> str | None:
        """Return the secret, None when there is none; LOCKED rather than an empty one."""
        with self._lock:
            sealed = self._sealed()
            if sealed is None or name not in sealed.names:
                return None
            return self._opened(sealed)[name]

    def knows(self, name: str) -> bool:
        """Return whether there is such a secret; it is not read."""
        return name in self.names()

    def keep(self, name: str, value: str) -> None:
        """Keep the secret, in place of an older one."""
        with self._writing():
            values = self._values()
            values[name] = value
            self._write(values)

    def forget(self, name: str) -> None:
        """Delete the secret; unknown names are ignored, also while it is locked."""
        if name not in self.names():
            return
        with self._writing():
            values = self._values()
            values.pop(name, None)
            self._write(values)

    def names(self) -> tuple[str, ...]:
        """Return the names of all secrets, in their alphabetical order; needs no passphrase."""
        with self._lock:
            sealed = self._sealed()
            return sealed.names if sealed is not None else ()

    # The file

    @property
    def path(self) -> str:
        """The absolute path of the file."""
        return str(self._path_of())

    def state(self) -> VaultState:
        """Return whether there is a file, and whether it is locked."""
        with self._lock:
            if not self._path_of().exists():
                return VaultState(self.path, exists=False, locked=True)
            sealed = self._sealed()
            locked = sealed is None or self._key is None or not self._key.fits(sealed)
            return VaultState(self.path, exists=True, locked=locked)

    def create(self, passphrase: str) -> None:
        """Make a file without secrets and leave it unlocked; raises NameTaken."""
        with self._writing():
            key = self._new_key(passphrase)
            content = seal({}, key.key, key.cost, key.salt).to_bytes()
            atomic.create_file(self._path_of(), content, mode=0o600)
            self._key = key

    def unlock(self, passphrase: str) -> None:
        """Open the file for this run of the program; raises WRONG_PASSPHRASE."""
        with self._lock:
            self._unlock(self._there(), passphrase)

    def lock(self) -> None:
        """Let go of the key: the passphrase is needed again."""
        with self._lock:
            self._key = None

    def change_passphrase(self, old: str, new: str) -> None:
        """Encrypt all secrets with another passphrase; raises WRONG_PASSPHRASE."""
        with self._writing():
            sealed = self._there()
            values = self._unlock(sealed, old)
            key = self._new_key(new)
            self._write(values, key)

    # Inside

    def _new_key(self, passphrase: str) -> _Key:
        salt = os.urandom(16)
        return _Key(self._cost, salt, self._cost.derive(passphrase, salt))

    def _sealed(self) -> Sealed | None:
        """Return what the file holds, None without one that was ever opened."""
        path = self._path_of()
        if not os.path.lexists(path):
            if self._key is not None:
                # Somebody took it away: its secrets are not ones that were never set.
                raise self._failed(SecretsReason.MISSING)
            return None
        try:
            return unsealed(atomic.read_file(path, MOST_BYTES))
        except VaultDamaged:
            raise self._failed(SecretsReason.DAMAGED) from None
        except VaultTooNew:
            raise self._failed(SecretsReason.FAILED, "newer version") from None

    def _there(self) -> Sealed:
        sealed = self._sealed()
        if sealed is None:
            raise self._failed(SecretsReason.NO_STORE)
        return sealed

    def _values(self) -> dict[str, str]:
        return self._opened(self._there())

    def _opened(self, sealed: Sealed) -> dict[str, str]:
        if self._key is None or not self._key.fits(sealed):
            passphrase = self._passphrase(self.path)
            if not passphrase:
                raise self._failed(SecretsReason.LOCKED)
            return self._unlock(sealed, passphrase)
        return self._with(sealed, self._key, SecretsReason.DAMAGED)

    def _unlock(self, sealed: Sealed, passphrase: str) -> dict[str, str]:
        key = _Key(sealed.cost, sealed.salt, sealed.cost.derive(passphrase, sealed.salt))
        values = self._with(sealed, key, SecretsReason.WRONG_PASSPHRASE)
        self._key = key
        return values

    def _with(self, sealed: Sealed, key: _Key, otherwise: SecretsReason) -> dict[str, str]:
        try:
            return sealed.opened(key.key)
        except WrongKey:
            raise self._failed(otherwise) from None
        except VaultDamaged:
            raise self._failed(SecretsReason.DAMAGED) from None

    def _write(self, values: dict[str, str], key: _Key | None = None) -> None:
        key = key or self._key
        assert key is not None
        path = self._path_of()
        if os.name != "nt":
            os.chmod(path, 0o600)
        atomic.write_file(path, seal(values, key.key, key.cost, key.salt).to_bytes(), mode=0o600)
        self._key = key

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Return a block that one writer is in at a time, of all programs."""
        with self._lock:
            handle = self._lock_file()
            try:
                if not taken_within(handle, self._patience):
                    raise self._failed(SecretsReason.NO_ANSWER)
                self._sweep()
                yield
            finally:
                # Closing it gives the lock back.
                os.close(handle)

    def _lock_file(self) -> int:
        path = self._path_of().with_suffix(".lock")
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise atomic.unwritable(path, error) from error

    def _sweep(self) -> None:
        """Remove what a writer left that was ended; it is encrypted, and nobody needs it."""
        for path in self._path_of().parent.iterdir():
            if atomic.is_temporary(path.name):
                # Nobody else writes in this folder while the lock is held.
                path.unlink(missing_ok=True)

    def _failed(self, reason: SecretsReason, detail: str = "") -> SecretsFailed:
        return SecretsFailed(reason=reason, store=self.path, detail=detail, in_vault=True)
