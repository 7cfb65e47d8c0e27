"""A cookie as a jar keeps it (RFC 6265 section 5.3)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Cookie:
    """One cookie; name, domain and path tell it from others of its jar."""

    name: str
    value: str = field(repr=False)
    domain: str
    """In lower case and IDNA form, without a leading dot."""
    path: str = "/"
    host_only: bool = True
    """Whether it goes to exactly `domain`, not to the names below it."""
    secure: bool = False
    """Whether it goes over https only."""
    http_only: bool = False
    same_site: str = ""
    """`Strict`, `Lax`, `None` or empty, as received; nothing is decided by it here."""
    expires: datetime | None = None
    """In UTC; None for a cookie that lasts until HTTPDesk closes."""

    @property
    def key(self) -> tuple[str, str, str]:
        """Name, domain and path: a new cookie with the same three replaces this one."""
        return (self.name, self.domain, self.path)
