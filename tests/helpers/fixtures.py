"""Fixtures of several test modules, which import those that they use.

from tests.helpers.fixtures import server, world

__all__ = ["server", "world"]
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from httpdesk.adapters.requests_transport import RequestsTransport
from httpdesk.adapters.token_calls import TokenCalls
from httpdesk.adapters.transport_adapter import TransportAdapter
from httpdesk.engine.cancel import CancelToken
from tests.helpers.oidc_provider import OidcProvider
from tests.helpers.raw_server import RawServer, answering, response
from tests.helpers.token_world import TokenWorld

NOW = 1_700_000_000.0
"""What the clock of `calls` says, in seconds since 1970."""


@pytest.fixture
def server() -> Iterator[RawServer]:
    """A server that says `done` to everything."""
    with RawServer(answering(response(b"done"))) as server:
        yield server


@pytest.fixture
def evil() -> Iterator[RawServer]:
    """The server to which a changed file leads."""
    with RawServer(answering(response(b"thanks"))) as server:
        yield server


@pytest.fixture
def world() -> Iterator[TokenWorld]:
    """An API and its provider."""
    with TokenWorld() as world:
        yield world


@pytest.fixture(scope="module")
def provider() -> Iterator[OidcProvider]:
    """A certified provider."""
    with OidcProvider() as provider:
        yield provider


@pytest.fixture
def transport(tmp_path: Path) -> Iterator[RequestsTransport]:
    """The transport of all calls."""
    transport = RequestsTransport(tmp_path / "spool")
    yield transport
    transport.close()


@pytest.fixture
def calls(transport: RequestsTransport) -> TokenCalls:
    """The calls of an OAuth client, at a time that stands still."""
    return TokenCalls(lambda: TransportAdapter(transport, CancelToken()), lambda: NOW)
