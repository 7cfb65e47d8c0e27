"""How a connection stands when nothing goes on: from what the profile knows, no secret is read."""

from __future__ import annotations

from collections.abc import Collection

from httpdesk.model.auth import Auth, Grant, OAuth2Auth, needed_secrets
from httpdesk.model.connection import Connection
from httpdesk.model.connection_state import ConnectionRecord, ConnectionStatus, Standing, TokenFacts

EXPIRING_SECONDS = 300.0


def resting_status(
    connection: Connection, record: ConnectionRecord, stored: Collection[str], now: float
) -> ConnectionStatus:
    """Return the status by the record and the names of the stored secrets.

    `now` is in seconds since 1970; `stored` has names as of `Connection.secret`.
    """
    missing = _missing(connection, stored)
    if missing:
        return ConnectionStatus(Standing.SECRET_MISSING, missing=missing)
    if not isinstance(connection.auth, OAuth2Auth):
        return ConnectionStatus(Standing.READY)
    if record.token is None:
        return ConnectionStatus(_without_token(connection.auth))
    standing = _standing(record.token, now)
    return ConnectionStatus(standing, record.token, steps=record.steps)


def minutes_left(token: TokenFacts, now: float) -> int | None:
    """Return the whole minutes until the token expires, None when that is not known."""
    if token.expires_at is None:
        return None
    return max(0, int((token.expires_at - now) // 60))


def _missing(connection: Connection, stored: Collection[str]) -> str:
    for name in needed_secrets(connection.auth):
        if connection.secret(name) not in stored:
            return name
    return ""


def _without_token(auth: Auth) -> Standing:
    by_itself = isinstance(auth, OAuth2Auth) and auth.grant in (
        Grant.CLIENT_CREDENTIALS,
        Grant.PASSWORD,
    )
    return Standing.BY_ITSELF if by_itself else Standing.NOT_CONNECTED


def _standing(token: TokenFacts, now: float) -> Standing:
    if token.expires_at is None:
        return Standing.CONNECTED
    if token.expires_at <= now:
        return Standing.EXPIRED
    return Standing.EXPIRING if token.expires_at - now < EXPIRING_SECONDS else Standing.CONNECTED
