"""What comes back from the browser at the end of a sign-in (RFC 6749 section 4.1.2)."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class AuthorizationAnswer:
    """The authorization code or the provider's error, with the issuer where it was named."""

    code: str = field(default="", repr=False)
    issuer: str = ""
    """The `iss` parameter (RFC 9207); empty when it was not given."""
    error: str = ""
    description: str = ""
