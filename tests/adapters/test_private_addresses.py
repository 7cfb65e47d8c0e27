"""A redirect from the internet into a private network is stopped before a connection opens."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from httpdesk.adapters.requests_transport import RequestsTransport
from httpdesk.engine.addresses import is_public
from httpdesk.model.errors import PrivateAddress, Sent
from tests.helpers.raw_server import RawServer, answering, response
from tests.helpers.sends import resolved, send


@pytest.fixture
def transport(tmp_path: Path) -> Iterator[RequestsTransport]:
    transport = RequestsTransport(tmp_path / "spool")
    yield transport
    transport.close()


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("93.184.216.34:443", True),
        ("[2606:2800:220:1::1]:443", True),
        ("2606:2800:220:1::1", True),
        ("127.0.0.1:80", False),
        ("[::1]:80", False),
        ("10.1.2.3", False),
        ("172.16.0.1:80", False),
        ("192.168.1.1", False),
        ("169.254.169.254:80", False),
        ("[fe80::1%eth0]:80", False),
        ("fd00::1", False),
        ("[::ffff:10.0.0.1]:80", False),
        ("[::127.0.0.1]:80", False),
        ("[::ffff:0:127.0.0.1]:80", False),
        ("64:ff9b::10.0.0.7", False),
        ("64:ff9b::93.184.216.34", True),
        ("2002:7f00:1::", False),
        ("fec0::1", False),
        ("224.0.0.1", False),
        ("0.0.0.0", False),
        ("100.64.0.1", False),
        ("", False),
        ("localhost:80", False),
    ],
)
def test_an_address_is_public_or_not(address: str, public: bool) -> None:
    """security.md R5."""
    assert is_public(address) is public


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_no_connection_is_opened_to_a_private_address(
    transport: RequestsTransport, host: str
) -> None:
    with RawServer(answering(response(b"inside"))) as server:
        guarded = replace(resolved(server.port, host=host), allows_private_address=False)
        reply = send(transport, guarded)
        assert isinstance(reply.error, PrivateAddress)
        assert reply.error.address.startswith(("127.0.0.1:", "[::1]:"))
        assert reply.error.sent is Sent.NOTHING
        assert server.requests == []


def test_a_kept_connection_is_no_way_around(transport: RequestsTransport) -> None:
    with RawServer(answering(response(b"inside"))) as server:
        assert send(transport, resolved(server.port)).status_code == 200
        guarded = replace(resolved(server.port), allows_private_address=False)
        assert isinstance(send(transport, guarded).error, PrivateAddress)
        assert len(server.requests) == 1


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "0177.0.0.1", "127.1"])
def test_an_address_in_another_spelling_is_no_way_around(
    transport: RequestsTransport, host: str
) -> None:
    """What resolvers read as an address is judged as one."""
    guarded = replace(resolved(1, host=host), allows_private_address=False)
    reply = send(transport, guarded)
    assert isinstance(reply.error, PrivateAddress)
    assert reply.error.address == "127.0.0.1:1"
