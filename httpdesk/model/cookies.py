"""A cookie as a jar keeps it (RFC 6265 section 5.3), and why one is not taken."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

MOST_COOKIE_BYTES = 4096
"""A cookie whose name and value are longer together is refused."""
MOST_PER_DOMAIN = 180
MOST_PER_JAR = 3000
"""Beyond these the cookie that was used the longest ago goes."""


CookieKey = tuple[str, str, str]
"""Name, domain and path, which tell a cookie from others of its jar."""


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
    def key(self) -> CookieKey:
        """A new cookie with the same name, domain and path replaces this one."""
        return (self.name, self.domain, self.path)


class CookieRefusal(Enum):
    """Why a Set-Cookie line is not taken."""

    EMPTY = "empty"
    """Neither a name nor a value."""
    CONTROL = "control character"
    TOO_LARGE = "too large"
    """Over `MOST_COOKIE_BYTES`."""
    OTHER_DOMAIN = "other domain"
    """The Domain attribute is not the answering host or a domain above it."""
    PUBLIC_SUFFIX = "public suffix"
    """The Domain attribute is one that everybody registers names under, such as `co.uk`."""
    SECURE_OVER_HTTP = "secure over http"
    SECURE_PREFIX = "secure prefix"
    """Called `__Secure-…` without the Secure attribute."""
    HOST_PREFIX = "host prefix"
    """Called `__Host-…` without Secure and Path=/, or with Domain."""
    HIDES_SECURE = "hides secure"
    """Would come in the way of a Secure cookie, and was not sent over https."""


@dataclass(frozen=True, slots=True)
class RefusedCookie:
    """A Set-Cookie line that was not taken: the cookie's name, never its value."""

    name: str
    reason: CookieRefusal
    domain: str = ""
    """The Domain attribute as received; empty without one."""


@dataclass(frozen=True, slots=True)
class CookieReceipt:
    """What became of the Set-Cookie lines of one answer."""

    kept: tuple[CookieKey, ...] = ()
    """The cookies that it set; those that it ended are not among them."""
    refused: tuple[RefusedCookie, ...] = ()


def jar_name(root: str | None, environment: str = "") -> str:
    """Return the name of the jar that requests of a collection use in an environment.

    A jar for each environment, and environments belong to collections: what one collection
    signed in to is nothing that the requests of another one may use (security.md, T2). Requests
    in no collection share a jar of their own.
    """
    return ascii((root or "", environment))
