"""Where a connection's secrets may go: what the user agreed to, and the question when it changes.

A shared connection is a file that somebody else can change (security.md R5, last row).
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace

from httpdesk.engine.cancel import CancelToken
from httpdesk.engine.connection_ports import ConnectionRecords
from httpdesk.engine.ports import UserPrompt
from httpdesk.model.auth import TOKEN_SECRET, Grant, OAuth2Auth, secret_names
from httpdesk.model.connection import Connection
from httpdesk.model.errors import PlacesRefused, SecretsReason, StorageFailed
from httpdesk.model.oauth import Pkce
from httpdesk.model.questions import NewPlaces

PASSPHRASE = "passphrase"
PROXY_PASSWORD = "proxy_password"
Knows = Callable[[Connection, str], bool]
"""Tells whether a secret of a connection is kept, without reading it; raises StorageFailed."""


@dataclass(frozen=True, slots=True)
class Approvals:
    """What the user agreed to for each connection, and which secrets that is about."""

    records: ConnectionRecords
    knows: Knows
    system: frozenset[str] = frozenset()
    """Variables of the system, `process.env.NAME`, that the user has allowed to go anywhere."""
    unverified: bool = False
    """Whether the user asks for no check of certificates in this send, as `--insecure` does."""

    def confirm(
        self,
        connection: Connection,
        prompt: UserPrompt | None,
        cancel: CancelToken,
        *,
        token: bool = True,
    ) -> None:
        """Have the user agree to places that are new; raises PlacesRefused.

        Nobody is asked while no secret is kept: a token that is had then belongs to these places.
        Without `prompt` the answer is no. Without `token` it is no secret that counts: a new one
        is about to be asked for.
        """
        record, now = self.records.record(connection.id), places_of(connection)
        if record.places == now:
            return
        if not self._has_secrets(connection, token):
            if token:
                with suppress(StorageFailed):
                    _approve_unasked(connection, self.records)
            return
        question = NewPlaces(connection.name, record.places, now)
        if prompt is None or not prompt.ask(question, cancel):
            raise PlacesRefused(reason=SecretsReason.NOT_APPROVED, question=question)
        approve(connection, self.records)

    def _has_secrets(self, connection: Connection, token: bool) -> bool:
        names = (*secret_names(connection.auth), PASSPHRASE, PROXY_PASSWORD)
        names = (*names, TOKEN_SECRET) if token else names
        return any(self.knows(connection, name) for name in names)


def approve(connection: Connection, records: ConnectionRecords) -> None:
    """Remember that the connection's secrets may go where it says now; raises StorageFailed."""
    record, now = records.record(connection.id), places_of(connection)
    if record.places != now:
        records.keep(connection.id, replace(record, places=now))


def _approve_unasked(connection: Connection, records: ConnectionRecords) -> None:
    """Remember the places of a connection without secrets; a weaker login is for the user alone."""
    record = records.record(connection.id)
    now = tuple(
        place
        for place in places_of(connection)
        if not place.startswith("pkce ") or place in record.places
    )
    if record.places != now:
        records.keep(connection.id, replace(record, places=now))


def weaker_proof(auth: OAuth2Auth) -> str:
    """Return the method of PKCE where it protects a sign-in less than S256, else nothing."""
    is_weaker = auth.grant is Grant.AUTHORIZATION_CODE and auth.pkce is not Pkce.S256
    return auth.pkce.value if is_weaker else ""


def agrees_to_proof(connection: Connection, records: ConnectionRecords) -> bool:
    """Return whether the sign-in is as strong as can be, or weaker and agreed to (R3, 3)."""
    auth = connection.auth
    weaker = weaker_proof(auth) if isinstance(auth, OAuth2Auth) else ""
    return not weaker or f"pkce {weaker}" in records.record(connection.id).places


def places_of(connection: Connection) -> tuple[str, ...]:
    """Return what decides where secrets go: of each a kind, a blank, and an address.

    The method of PKCE is among it: without it a code goes to whoever catches it.
    """
    auth, proxy = connection.auth, connection.proxy
    origin = "/".join(connection.base_url.split("/")[:3])
    found = [("base_url", origin)]
    found += [("allowed_host", host) for host in sorted(connection.allowed_hosts)]
    if isinstance(auth, OAuth2Auth):
        found += [
            ("authorization_url", auth.authorization_url),
            ("token_url", auth.token_url),
            ("refresh_url", auth.refresh_url),
            ("device_url", auth.device_url),
            ("revocation_url", auth.revocation_url),
            ("pkce", weaker_proof(auth)),
        ]
    found += [("ca_file", connection.ca_file), ("proxy", proxy)]
    return tuple(f"{kind} {address}" for kind, address in found if address)
