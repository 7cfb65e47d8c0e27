"""What keeps the versions of requests."""

from __future__ import annotations

from typing import Protocol

from httpdesk.model.request import Request
from httpdesk.model.version import Version, VersionReason

MOST_VERSIONS = 50
"""Of one request; the oldest go first."""
MOST_CHARACTERS = 50_000_000
"""Of all requests together; the oldest go first."""


class VersionStore(Protocol):
    """Versions by the collection's root and the path in it; every method raises StorageFailed.

    A request that was never saved has the root "" and the id of its draft for a path.
    """

    def add_version(self, root: str, path: str, request: Request, reason: VersionReason) -> None:
        """Keep what the request was; nothing happens when its latest version is equal."""

    def versions(self, root: str, path: str) -> tuple[Version, ...]:
        """Return the versions of a request, the latest first; unreadable ones are left out."""

    def move_versions(self, before: tuple[str, str], now: tuple[str, str]) -> None:
        """The request or folder at (root, path) `before` is at `now`; its versions follow."""
