"""Secrets in the keyring of the operating system.

Each secret is an item of its own under an opaque id: neither its name nor whose it is can be read
from the keyring's labels, which are not encrypted (security.md R4, 8). An index of ours maps names
to ids and holds no secret.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from importlib import import_module
from typing import Any, Protocol

from httpdesk.adapters.patience import OutOfPatience, call_patiently
from httpdesk.model.errors import SecretsFailed, SecretsReason
from httpdesk.model.secrets import KeyringState

PART_UNITS = 1200
"""UTF-16 units of one item: Windows keeps 2,560 bytes at most (statement 25)."""

PATIENCE = 120.0
"""Seconds for a call: somebody may have to find a passphrase first."""

_SAFE_BACKENDS = (
    ("keyring.backends.macOS", "Keyring", "the macOS keychain"),
    ("keyring.backends.Windows", "WinVaultKeyring", "the Windows credential store"),
    ("keyring.backends.SecretService", "Keyring", "the system keyring"),
    ("keyring.backends.kwallet", "DBusKeyring", "KWallet"),
)
"""Modules, classes and names. Asked one by one, because `keyring` itself would also take an
installed backend that keeps clear text, or one that a configuration file names."""

_SERVICE = "HTTPDesk"
_HEAD = "v1"
_WHOLE, _PARTS = "=", "#"


class Backend(Protocol):
    """What is used of a keyring backend."""

    def get_password(self, service: str, username: str) -> str | None:
        """Return the item's text, None when there is none."""

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep the item."""

    def delete_password(self, service: str, username: str) -> None:
        """Delete the item; raises when there is none."""


class SecretIndex(Protocol):
    """Which secrets there are: their names, and the ids under which the keyring has them."""

    def secret_ids(self) -> dict[str, str]:
        """Return name -> id."""

    def add_secret(self, name: str, secret_id: str) -> None:
        """Note a secret; raises StorageFailed."""

    def remove_secret(self, name: str) -> None:
        """Forget the note; unknown names are ignored."""


class KeyringSecrets:
    """Implements `engine.ports.SecretStore`; may be used from several threads, one at a time.

    Every method raises SecretsFailed, and StorageFailed where the index cannot be written.
    """

    def __init__(
        self,
        index: SecretIndex,
        find_backend: Callable[[], tuple[Backend, str] | None] | None = None,
        patience: float = PATIENCE,
    ) -> None:
        self._index = index
        self._find_backend = find_backend or system_backend
        self._patience = patience
        self._lock = threading.Lock()
        self._found: tuple[Backend, str] | None = None

    def read(self, name: str) -> str | None:
        """Return the secret, None when there is none (statement 25)."""
        with self._turn():
            secret_id = self._index.secret_ids().get(name)
            if secret_id is None:
                return None
            value = self._read(_service(secret_id))
            if value is None:
                # Somebody deleted it there: never taken for a secret that was not set.
                raise self._failed(SecretsReason.MISSING)
            return value

    def knows(self, name: str) -> bool:
        """Return whether there is such a secret; it is not read."""
        return name in self._index.secret_ids()

    def keep(self, name: str, value: str) -> None:
        """Keep the secret, in place of an older one."""
        with self._turn():
            secret_id = self._index.secret_ids().get(name)
            if secret_id is None:
                self._keep_new(name, value)
            else:
                self._write(_service(secret_id), value)

    def forget(self, name: str) -> None:
        """Delete the secret with all its parts; unknown names are ignored."""
        with self._turn():
            secret_id = self._index.secret_ids().get(name)
            if secret_id is not None:
                self._delete(_service(secret_id))
                self._index.remove_secret(name)

    def names(self) -> tuple[str, ...]:
        """Return the names of all secrets, in their alphabetical order."""
        return tuple(sorted(self._index.secret_ids()))

    def state(self) -> KeyringState:
        """Return the keyring's name and whether it is locked; asks it for nothing else."""
        with self._turn():
            backend, store = self._backend()
            return KeyringState(store, self._call(lambda _: _is_locked(backend)))

    def check(self) -> str:
        """Write, read and delete a value that is no secret; return the store's name."""
        with self._turn():
            service, value = _service(os.urandom(16).hex()), "probe-" + "ü" * PART_UNITS
            try:
                self._write(service, value)
                if self._read(service) != value:
                    raise self._failed(SecretsReason.INCOMPLETE)
            finally:
                self._delete(service)
            return self._backend()[1]

    def _turn(self) -> _Turn:
        return _Turn(self._lock, self._patience, lambda: self._failed(SecretsReason.NO_ANSWER))

    def _keep_new(self, name: str, value: str) -> None:
        # Noted first: a secret that no index knows could never be deleted again.
        secret_id = os.urandom(16).hex()
        self._backend()
        self._index.add_secret(name, secret_id)
        try:
            self._write(_service(secret_id), value)
        except SecretsFailed as error:
            if error.reason is SecretsReason.LOCKED:
                # Nothing was written.
                self._index.remove_secret(name)
            raise

    # One secret: an item that holds it, or that says where its parts are

    def _read(self, service: str) -> str | None:
        head = self._get(service, _HEAD)
        if head is None:
            return None
        if head.startswith(_WHOLE):
            return head[1:]
        units, users = _parts_of(service, head)
        parts = [self._get(service, user) for user in users]
        value = "".join(part for part in parts if part is not None)
        if None in parts or _units(value) != units:
            raise self._failed(SecretsReason.INCOMPLETE)
        return value

    def _write(self, service: str, value: str) -> None:
        """Write the parts, then the item that leads to them, then delete older parts.

        Whatever the moment at which the program ends, the old or the new value is whole.
        """
        old = self._get(service, _HEAD)
        if _units(value) < PART_UNITS:
            self._set(service, _HEAD, _WHOLE + value)
        else:
            generation = os.urandom(4).hex()
            pieces = list(_pieces(value))
            for number, piece in enumerate(pieces):
                self._set(service, f"{_HEAD}.{generation}.{number}", piece)
            self._set(service, _HEAD, f"{_PARTS}{generation}:{len(pieces)}:{_units(value)}")
        self._delete_parts(service, old)

    def _delete(self, service: str) -> None:
        head = self._get(service, _HEAD)
        self._delete_parts(service, head)
        if head is not None:
            self._call(lambda backend: backend.delete_password(service, _HEAD))

    def _delete_parts(self, service: str, head: str | None) -> None:
        if head is None or head.startswith(_WHOLE):
            return
        for user in _parts_of(service, head)[1]:
            if self._get(service, user) is not None:
                self._delete_item(service, user)

    # One item

    def _get(self, service: str, user: str) -> str | None:
        found: str | None = self._call(lambda backend: backend.get_password(service, user))
        return found

    def _set(self, service: str, user: str, text: str) -> None:
        self._call(lambda backend: backend.set_password(service, user, text))

    def _delete_item(self, service: str, user: str) -> None:
        self._call(lambda backend: backend.delete_password(service, user))

    def _call(self, use: Callable[[Backend], Any]) -> Any:
        """Return what the backend gives; any of its exceptions becomes SecretsFailed."""
        backend, _ = self._backend()
        try:
            return call_patiently(lambda: use(backend), self._patience, "keyring")
        except OutOfPatience:
            raise self._failed(SecretsReason.NO_ANSWER) from None
        except Exception as error:  # noqa: BLE001 - backends raise what they like
            raise self._failed(_reason(error), type(error).__name__) from None

    def _backend(self) -> tuple[Backend, str]:
        if self._found is None:
            try:
                self._found = call_patiently(self._find_backend, self._patience, "keyring")
            except OutOfPatience:
                raise self._failed(SecretsReason.NO_ANSWER) from None
        if self._found is None:
            raise self._failed(SecretsReason.NO_STORE)
        return self._found

    def _failed(self, reason: SecretsReason, detail: str = "") -> SecretsFailed:
        store = self._found[1] if self._found else ""
        return SecretsFailed(reason=reason, store=store, detail=detail)


class _Turn:
    """One call after the other, so that no two of them ask the user at once."""

    def __init__(
        self, lock: threading.Lock, patience: float, late: Callable[[], SecretsFailed]
    ) -> None:
        self._lock = lock
        self._patience = patience
        self._late = late

    def __enter__(self) -> None:
        if not self._lock.acquire(timeout=self._patience):
            raise self._late()

    def __exit__(self, *_exception: object) -> None:
        self._lock.release()


def system_backend() -> tuple[Backend, str] | None:
    """Return the keyring of this system and its name, None where there is none that is safe."""
    for module, name, shown in _SAFE_BACKENDS:
        backend = _viable(module, name)
        if backend is not None:
            return backend, shown
    return None


def _viable(module: str, name: str) -> Backend | None:
    try:
        kind = getattr(import_module(module), name)
        if kind.priority < 1:
            return None
        backend: Backend = kind()
    except Exception:  # noqa: BLE001 - a backend says by any exception that it is not for here
        return None
    return backend


def _is_locked(backend: Backend) -> bool | None:
    """Return whether the keyring is locked, None where that is not told; nobody is asked."""
    if type(backend).__module__ != "keyring.backends.SecretService":
        return None
    import secretstorage

    with closing(secretstorage.dbus_init()) as connection:
        try:
            locked: bool = secretstorage.Collection(connection).is_locked()
        except secretstorage.ItemNotFoundException:
            return None
        return locked


def _service(secret_id: str) -> str:
    return f"{_SERVICE}/{secret_id}"


def _parts_of(service: str, head: str) -> tuple[int, list[str]]:
    """Return how many units the parts have together, and the users of their items."""
    generation, count, units = head[1:].split(":")
    return int(units), [f"{_HEAD}.{generation}.{number}" for number in range(int(count))]


def _pieces(value: str) -> Iterator[str]:
    """Yield the value in pieces of at most `PART_UNITS`; no pair of surrogates is torn."""
    start, size = 0, 0
    for at, character in enumerate(value):
        units = 2 if character > "\uffff" else 1
        if size + units > PART_UNITS:
            yield value[start:at]
            start, size = at, 0
        size += units
    yield value[start:]


def _units(value: str) -> int:
    return len(value.encode("utf-16-le", "surrogatepass")) // 2


def _reason(error: Exception) -> SecretsReason:
    from keyring.errors import InitError, KeyringLocked

    names = {kind.__name__ for kind in type(error).__mro__}
    if isinstance(error, KeyringLocked | InitError):
        return SecretsReason.LOCKED
    if names & {"LockedException", "PromptDismissedException"}:
        return SecretsReason.LOCKED
    return SecretsReason.FAILED
