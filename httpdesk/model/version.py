"""A version of a request: what it was before something replaced it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from httpdesk.model.request import Request


class VersionReason(Enum):
    """What put another content in its place."""

    SAVED = "saved"
    DISCARDED = "discarded"
    RELOADED = "reloaded"
    RESTORED = "restored"


@dataclass(frozen=True, slots=True)
class Version:
    """A former content of a request, kept on this machine only."""

    id: int
    at: str
    """When it was replaced, in ISO 8601 and UTC."""
    reason: VersionReason
    request: Request = field(repr=False)
