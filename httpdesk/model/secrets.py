"""What is known of kept secrets without reading them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StoredSecret:
    """One secret by its name, and whether it lasts only until the program ends."""

    name: str
    for_session: bool = False


@dataclass(frozen=True, slots=True)
class KeyringState:
    """The system keyring as it presents itself to somebody who asks it for no secret."""

    store: str
    """Its name for the user."""
    locked: bool | None = None
    """None where the system does not tell."""
