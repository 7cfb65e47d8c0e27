"""Sign-ins that brought no token, and secrets that cannot be had."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from httpdesk.model.error_base import HttpDeskError
from httpdesk.model.questions import NewPlaces


class SignInReason(Enum):
    """Why a sign-in or a token call of OAuth brought no token."""

    CANCELLED = "cancelled"
    TIMED_OUT = "timed out"
    PORT_BUSY = "port busy"
    """Another program listens on the port that the browser is to come back to."""
    PROVIDER_ERROR = "provider error"
    """The provider answered with an error of RFC 6749, sections 4.1.2.1 and 5.2."""
    WRONG_ISSUER = "wrong issuer"
    """The answer is another provider's (RFC 9207)."""
    INSECURE_URL = "insecure url"
    """A URL of the provider is http to another computer (statement 36)."""
    INVALID_URL = "invalid url"
    NEEDED = "needed"
    """There is no token, or none that can be renewed: the user has to sign in (statement 34)."""
    BUSY = "busy"
    """Another program renews the token and does not come to an end."""
    MALFORMED_TOKEN = "malformed token"
    """The token endpoint's answer holds no token that can be used."""
    TOO_LONG = "too long"
    """The provider's answer is longer than any that can be meant."""
    WEAKER = "weaker"
    """The sign-in is not protected by PKCE with S256, and nobody agreed to that."""
    CODE_EXPIRED = "code expired"
    """Nobody entered the device code while it was good (RFC 8628 section 3.5)."""
    NO_METADATA = "no metadata"
    """The issuer has no document of RFC 8414 or OpenID that can be used."""


@dataclass(eq=False, kw_only=True)
class SignInFailed(HttpDeskError):
    """No token was had; `error` and `description` are the provider's words, shortened."""

    reason: SignInReason
    error: str = ""
    description: str = ""
    url: str = field(default="", repr=False)
    """The endpoint that is meant, without its query."""
    status_code: int | None = None
    """Of the token endpoint's answer."""
    port: int = 0
    seconds: float = 0.0
    connection: str = ""
    """Its name."""


class SecretsReason(Enum):
    """Why a secret can be neither read nor kept."""

    NO_STORE = "no store"
    """The system offers no place for secrets that is known to be safe."""
    LOCKED = "locked"
    """It is locked, and was not unlocked when it asked."""
    NO_ANSWER = "no answer"
    """It did not answer in time."""
    INCOMPLETE = "incomplete"
    """A part of a long secret is missing or is not what was kept."""
    MISSING = "missing"
    """It was kept, and is no longer there."""
    WRONG_PASSPHRASE = "wrong passphrase"
    """The passphrase does not open the encrypted file."""
    DAMAGED = "damaged"
    """The encrypted file is not as it was written; it is left as it is."""
    NOT_APPROVED = "not approved"
    """The user did not agree to where it would go."""
    FAILED = "failed"


@dataclass(eq=False, kw_only=True)
class SecretsFailed(HttpDeskError):
    """A secret could not be read or kept; it is never taken for an empty one.

    `store` names the place for the user, `detail` is the system's text, without secrets.
    """

    reason: SecretsReason
    store: str = ""
    detail: str = ""
    name: str = ""
    """Which secret it is about, as a `SecretStore` knows it; "" for none in particular."""
    in_vault: bool = False
    """Whether the place is the encrypted file, whose path `store` is then."""


@dataclass(eq=False, kw_only=True)
class PlacesRefused(SecretsFailed):
    """A connection's secrets were not read, because the user did not agree to where they go."""

    question: NewPlaces
