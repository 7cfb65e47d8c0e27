"""How a connection stands, in a few words."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from httpdesk.engine.connection_status import minutes_left
from httpdesk.model.auth import (
    ApiKeyAuth,
    Auth,
    AwsV4Auth,
    BasicAuth,
    BearerAuth,
    DigestAuth,
    Grant,
    NoAuth,
    OAuth1Auth,
    OAuth2Auth,
)
from httpdesk.model.connection import BrokenConnection, Connection, StoredConnection
from httpdesk.model.connection_state import ConnectionStatus, Standing, TokenFacts

translate = QCoreApplication.translate
PROBLEMS = frozenset({Standing.FAILED, Standing.LOCKED, Standing.SECRET_MISSING})
"""How a connection stands that cannot sign in without the user."""
_HOURS_FROM = 120
"""Minutes from which the time left is told in hours."""


def kind_name(auth: Auth) -> str:
    """Return what a kind of sign-in is called."""
    match auth:
        case NoAuth():
            return translate("Standing", "No sign-in")
        case ApiKeyAuth():
            return translate("Standing", "API key")
        case BasicAuth():
            return translate("Standing", "Basic")
        case BearerAuth():
            return translate("Standing", "Bearer token")
        case DigestAuth():
            return translate("Standing", "Digest")
        case OAuth1Auth():
            return translate("Standing", "OAuth 1.0a")
        case AwsV4Auth():
            return translate("Standing", "AWS signature")
        case OAuth2Auth():
            return translate("Standing", "OAuth 2.0")


def short_state(
    entry: StoredConnection | BrokenConnection, status: ConnectionStatus, now: float
) -> str:
    """Return the state as a row of a list shows it; `now` is in seconds since 1970."""
    if isinstance(entry, BrokenConnection):
        return translate("Standing", "Can't read this file")
    if status.standing is Standing.READY:
        return kind_name(entry.connection.auth)
    if status.standing is Standing.WAITING:
        return waiting_words(entry.connection)
    left = time_left(status.token, now) if status.token is not None else ""
    if status.standing in (Standing.CONNECTED, Standing.EXPIRING) and left:
        return left
    return standing_words(status.standing)


def standing_words(standing: Standing) -> str:
    """Return the words for a state."""
    match standing:
        case Standing.READY:
            return translate("Standing", "Ready")
        case Standing.SECRET_MISSING:
            return translate("Standing", "Secret missing")
        case Standing.NOT_CONNECTED:
            return translate("Standing", "Not connected")
        case Standing.BY_ITSELF:
            return translate("Standing", "Connects when used")
        case Standing.WAITING:
            return translate("Standing", "In the browser")
        case Standing.CONNECTED:
            return translate("Standing", "Connected")
        case Standing.EXPIRING:
            return translate("Standing", "Expires soon")
        case Standing.EXPIRED:
            return translate("Standing", "Expired")
        case Standing.REFRESHING:
            return translate("Standing", "Refreshing")
        case Standing.FAILED:
            return translate("Standing", "Failed")
        case Standing.LOCKED:
            return translate("Standing", "Keyring locked")


def waiting_words(connection: Connection) -> str:
    """Return what the user is waited for to do."""
    auth = connection.auth
    if isinstance(auth, OAuth2Auth) and auth.grant is Grant.DEVICE_CODE:
        return translate("Standing", "Enter the code")
    return standing_words(Standing.WAITING)


def lifetime(status: ConnectionStatus, now: float) -> float | None:
    """Return the part of a good token's time that is left; None while that is not known."""
    token = status.token
    good = status.standing in (Standing.CONNECTED, Standing.EXPIRING)
    if token is None or token.expires_at is None or not good:
        return None
    whole = max(token.expires_at - token.obtained_at, 1.0)
    return min(max((token.expires_at - now) / whole, 0.0), 1.0)


def time_left(token: TokenFacts, now: float) -> str:
    """Return how long a token lasts, such as `52 min left`; empty when that is not known."""
    minutes = minutes_left(token, now)
    if minutes is None:
        return ""
    if minutes < 1:
        return translate("Standing", "Under 1 min left")
    if minutes < _HOURS_FROM:
        return translate("Standing", "{0} min left").format(minutes)
    return translate("Standing", "{0} h left").format(minutes // 60)
