"""What is known of kept secrets without reading them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class SecretPlace(Enum):
    """Where secrets can be; the values are those of the setting."""

    KEYRING = "keyring"
    SESSION = "session"
    """In memory, until the program ends."""
    VAULT = "vault"
    """In a file that is encrypted with a passphrase."""


@dataclass(frozen=True, slots=True)
class StoredSecret:
    """One secret by its name, and where it is."""

    name: str
    place: SecretPlace = SecretPlace.KEYRING


@dataclass(frozen=True, slots=True)
class KeyringState:
    """The system keyring as it presents itself to somebody who asks it for no secret."""

    store: str
    """Its name for the user."""
    locked: bool | None = None
    """None where the system does not tell."""


@dataclass(frozen=True, slots=True)
class VaultState:
    """The encrypted file as it is found, without its passphrase."""

    path: str
    exists: bool
    locked: bool
    """Whether the passphrase is needed before anything is read or kept."""
