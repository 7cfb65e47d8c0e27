"""The secrets that went through this run of the program, so that no crash report tells one (R6).

What a bug of ours says of itself is text that nobody foresaw: names of headers do not help there.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator

from httpdesk.engine.masking import Masker


class KnownSecrets:
    """Remembers values in memory until the program ends; may be used from several threads."""

    def __init__(self, values: Iterable[str] = ()) -> None:
        self._lock = threading.Lock()
        self._values = set(values)

    def note(self, value: str | None) -> None:
        """Remember a secret; of a token, which is kept as a JSON object, each of its texts."""
        if value:
            with self._lock:
                self._values.update(_texts(value))

    @property
    def values(self) -> tuple[str, ...]:
        """What is known by now."""
        with self._lock:
            return tuple(self._values)

    def hide(self, text: str) -> str:
        """Return `text` without the secrets that are known, in whatever form."""
        return Masker(self.values).text(text)


def _texts(value: str) -> Iterator[str]:
    yield value
    if value.startswith("{"):
        import json

        try:
            fields = json.loads(value)
        except (ValueError, RecursionError):
            return
        # A scope or an account is no secret, and would take words out of the report.
        yield from (each for name, each in fields.items() if name.endswith("_token") and each)
