"""When requests are signed, without a library and without a wire."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pytest

from httpdesk.engine.cancel import CancelToken
from httpdesk.engine.connecting import Connecting
from httpdesk.engine.fakes import FakeTransport, FrozenClock, answer
from httpdesk.engine.ports import Progress
from httpdesk.engine.send import SendContext, send
from httpdesk.model.auth import Auth, DigestAuth
from httpdesk.model.connection import Connection
from httpdesk.model.errors import Cancelled, Sent
from httpdesk.model.exchange import Exchange, ResolvedRequest, Signature
from httpdesk.model.request import Options, Request
from tests.helpers.connection_stores import one_connection


class Numbered:
    """Signs with a number for each request; `before` is called at each."""

    in_headers = True

    def __init__(self, before: Callable[[], None]) -> None:
        self._before = before
        self.count = 0

    def sign(self, request: ResolvedRequest, cancelled: Callable[[], bool]) -> Signature:
        self._before()
        self.count += 1
        return Signature((("Authorization", f"Number {self.count}"),))

    def accept(self, request: ResolvedRequest, headers: Sequence[tuple[str, str]]) -> bool:
        return False


def sent_by(
    transport: FakeTransport, cancel: CancelToken, before: Callable[[], None], **options: object
) -> Exchange:
    signer = Numbered(before)

    def signers(auth: Auth, secrets: Mapping[str, str]) -> Numbered:
        return signer

    connection = Connection("id", "Orders", "https://api.test", DigestAuth("u"))
    connecting = Connecting(
        one_connection(connection), lambda _connection, _name: "p", signers=signers
    )
    context = SendContext(transport, FrozenClock(), connecting=connecting)
    made = Options(connection="Orders", **options)  # type: ignore[arg-type]
    return send(Request(url="/a", options=made), context, cancel, Progress())


def test_a_send_that_is_cancelled_while_it_is_signed_sends_nothing() -> None:
    """Hashing a large file takes a while (quality.md, cancel)."""
    cancel, transport = CancelToken(), FakeTransport(answer())
    exchange = sent_by(transport, cancel, cancel.cancel)
    assert isinstance(exchange.error, Cancelled)
    assert exchange.error.sent is Sent.NOTHING
    assert transport.requests == []


def test_each_hop_and_each_attempt_has_a_signature_of_its_own() -> None:
    moved = answer(302, headers=[("Location", "/b")])
    transport = FakeTransport(moved, answer(503), answer())
    sent_by(transport, CancelToken(), lambda: None, retry_max=1)
    assert [dict(each.header_pairs())["Authorization"] for each in transport.requests] == [
        f"Number {number}" for number in (1, 2, 3)
    ]


def test_nothing_is_sent_where_nothing_signs() -> None:
    transport = FakeTransport(answer())
    connection = Connection("id", "Orders", "https://api.test", DigestAuth("u"))
    connecting = Connecting(one_connection(connection), lambda _connection, _name: "p")
    context = SendContext(transport, FrozenClock(), connecting=connecting)
    request = Request(url="/a", options=Options(connection="Orders"))
    with pytest.raises(LookupError):
        send(request, context, CancelToken(), Progress())
    assert transport.requests == []
