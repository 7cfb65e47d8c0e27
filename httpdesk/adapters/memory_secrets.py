"""Secrets that are kept until the program ends, and nowhere else."""

from __future__ import annotations

import threading


class MemorySecrets:
    """Implements `engine.ports.SecretStore`; may be used from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._values: dict[str, str] = {}

    def read(self, name: str) -> str | None:
        """Return the secret, None when there is none."""
        with self._lock:
            return self._values.get(name)

    def knows(self, name: str) -> bool:
        """Return whether there is such a secret; it is not read."""
        return name in self.names()

    def keep(self, name: str, value: str) -> None:
        """Keep the secret, in place of an older one."""
        with self._lock:
            self._values[name] = value

    def names(self) -> tuple[str, ...]:
        """Return the names of all secrets, in their alphabetical order."""
        with self._lock:
            return tuple(sorted(self._values))

    def forget(self, name: str) -> None:
        """Let go of the secret; unknown names are ignored."""
        with self._lock:
            self._values.pop(name, None)
