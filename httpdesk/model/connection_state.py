"""How a connection stands, without any secret of it (ui.md 3.8)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from httpdesk.model.error_base import HttpDeskError
from httpdesk.model.sign_in import SignInStep


class Standing(Enum):
    """Whether requests can be signed in now."""

    READY = "ready"
    """Nothing to connect: what the kind needs is there."""
    SECRET_MISSING = "secret missing"
    NOT_CONNECTED = "not connected"
    """There is no token; the user connects."""
    BY_ITSELF = "by itself"
    """There is no token yet; the first request gets one (client credentials)."""
    WAITING = "waiting"
    """For the user, in the browser."""
    CONNECTED = "connected"
    EXPIRING = "expiring"
    """Fewer than five minutes are left."""
    EXPIRED = "expired"
    REFRESHING = "refreshing"
    FAILED = "failed"
    LOCKED = "locked"
    """The place of the secrets is."""


@dataclass(frozen=True, slots=True)
class TokenFacts:
    """What may be told of a token."""

    obtained_at: float
    """Seconds since 1970."""
    expires_at: float | None = None
    renews: bool = False
    """Whether it is renewed without the user."""
    granted: str = ""
    asked: str = ""
    """Scopes, blanks between them."""
    account: str = ""
    """Whose it is, as the provider's ID token says; empty when it does not say."""


@dataclass(frozen=True, slots=True)
class ConnectionRecord:
    """What the profile remembers of a connection; no secret is in it."""

    token: TokenFacts | None = None
    steps: tuple[SignInStep, ...] = ()
    """Of the last sign-in that brought a token."""
    places: tuple[str, ...] = ()
    """Where the user agreed that the secrets may go, as `engine.places` names them."""


NO_RECORD = ConnectionRecord()


@dataclass(frozen=True, slots=True)
class ConnectionStatus:
    """How a connection stands now."""

    standing: Standing
    token: TokenFacts | None = None
    missing: str = ""
    """The name of the secret that is missing."""
    steps: tuple[SignInStep, ...] = ()
    """Of the sign-in under way, else of the last one."""
    stopped: bool = False
    """Whether `steps` are those before `error`."""
    by_send: bool = False
    """Whether it is a send that renews the token, which ends with it."""
    error: HttpDeskError | None = None
    """Of the last try, until there is another."""
