"""Sends requests with a connection over real sockets, its secrets given by hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from httpdesk.adapters.clock import SystemClock
from httpdesk.adapters.requests_transport import RequestsTransport
from httpdesk.adapters.signers import RequestSigners
from httpdesk.adapters.uploads import LocalUploads
from httpdesk.engine.cancel import CancelToken
from httpdesk.engine.connecting import Connecting
from httpdesk.engine.masking import Masker, secret_values
from httpdesk.engine.ports import Progress
from httpdesk.engine.send import SendContext, send
from httpdesk.model.auth import Auth
from httpdesk.model.connection import Connection
from httpdesk.model.exchange import Exchange
from httpdesk.model.request import Options, Request
from tests.helpers.connection_stores import one_connection


class SignedSends:
    """Sends with the connection `Signed`; `auth` may change between two sends."""

    def __init__(self, base_url: str, transport: RequestsTransport, folder: Path) -> None:
        self.base_url = base_url
        self.secrets: Mapping[str, str] = {}
        self.allowed_hosts: tuple[str, ...] = ()
        self._transport = transport
        self._folder = folder
        self._signers = RequestSigners()

    def context(self, auth: Auth) -> SendContext:
        connection = Connection(
            "id", "Signed", self.base_url, auth, allowed_hosts=self.allowed_hosts
        )
        secrets = self.secrets
        return SendContext(
            self._transport,
            SystemClock(),
            files=LocalUploads(str(self._folder)),
            connecting=Connecting(
                one_connection(connection),
                lambda _connection, name: secrets.get(name),
                signers=self._signers,
            ),
        )

    def send(
        self, auth: Auth, url: str, *, options: Options | None = None, **parts: Any
    ) -> Exchange:
        chosen = options or Options(connection="Signed", timeout_ms=10_000)
        request = Request(url=url, options=chosen, **parts)
        return send(request, self.context(auth), CancelToken(), Progress())


@contextmanager
def signed_sends(base_url: str, folder: Path) -> Iterator[SignedSends]:
    """Give what sends to `base_url`; spools and files are in the folder."""
    transport = RequestsTransport(folder / "spool")
    try:
        yield SignedSends(base_url, transport, folder)
    finally:
        transport.close()


def shown(exchange: Exchange) -> str:
    """Return the URLs and headers of all hops as they are shown, known secrets hidden."""
    masker = Masker(secret_values(exchange.request, ()))
    hops = [hop for attempt in exchange.attempts for hop in attempt.hops]
    return masker.text("\n".join(f"{hop.url} {hop.request_headers}" for hop in hops))


def statuses(exchange: Exchange) -> list[int | None]:
    """Return the status of each hop of the last attempt."""
    return [hop.status_code for hop in exchange.attempts[-1].hops]
