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
    return {
        NoAuth: translate("Standing", "No sign-in"),
        ApiKeyAuth: translate("Standing", "API key"),
        BasicAuth: translate("Standing", "Basic"),
        BearerAuth: translate("Standing", "Bearer token"),
        DigestAuth: translate("Standing", "Digest"),
        OAuth1Auth: translate("Standing", "OAuth 1.0a"),
        AwsV4Auth: translate("Standing", "AWS signature"),
        OAuth2Auth: translate("Standing", "OAuth 2.0"),
    }[type(auth)]


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
    return {
        Standing.READY: translate("Standing", "Ready"),
        Standing.SECRET_MISSING: translate("Standing", "Secret missing"),
        Standing.NOT_CONNECTED: translate("Standing", "Not connected"),
        Standing.BY_ITSELF: translate("Standing", "Connects when used"),
        Standing.WAITING: translate("Standing", "In the browser"),
        Standing.CONNECTED: translate("Standing", "Connected"),
        Standing.EXPIRING: translate("Standing", "Expires soon"),
        Standing.EXPIRED: translate("Standing", "Expired"),
        Standing.REFRESHING: translate("Standing", "Refreshing"),
        Standing.FAILED: translate("Standing", "Failed"),
        Standing.LOCKED: translate("Standing", "Keyring locked"),
    }[standing]


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
