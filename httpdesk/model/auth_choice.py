"""What a request, folder or collection file says about signing in: its `auth`."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from httpdesk.model.auth import Auth


class AuthWord(Enum):
    """The two words that a file says in place of an auth of its own."""

    INHERIT = "inherit"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class FileAuth:
    """An auth that stands in the file itself; its texts may hold `{{names}}`."""

    kind: str
    """The file's word for it, such as `basic`."""
    auth: Auth | None = field(default=None, repr=False)
    """None for a kind that no send of ours can do."""
    secrets: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """(name, text as typed), by the names of `model.auth.SECRETS`."""


AuthChoice = AuthWord | FileAuth
"""Where a file says nothing there is None instead."""
