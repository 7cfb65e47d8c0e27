"""What the preview shows is what the server gets, byte for byte (issue 3, part 2).

Statements 1 to 5, 9, 16, 19, 20, 39, 40, 42 to 44, 46 and 49 meet here: the lines of the preview
put together again, the bytes that the server read, and the bytes that the hop remembers.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from httpdesk.adapters.clock import SystemClock
from httpdesk.adapters.cookie_jars import MemoryJar
from httpdesk.adapters.requests_transport import RequestsTransport
from httpdesk.adapters.uploads import LocalUploads
from httpdesk.engine.boundary import new_boundary
from httpdesk.engine.cancel import CancelToken
from httpdesk.engine.ports import Progress
from httpdesk.engine.prompts import FixedPrompt
from httpdesk.engine.send import SendContext, preview_send, send
from httpdesk.engine.wire_compare import Difference, differences
from httpdesk.engine.wire_lines import WireBlock, WirePreview
from httpdesk.engine.wire_preview import planned
from httpdesk.engine.wire_sent import sent
from httpdesk.model.collection import Scope
from httpdesk.model.exchange import SENT_BODY_KEPT, Exchange, Origin
from httpdesk.model.network import NetworkOptions
from httpdesk.model.network_choices import ProxyMode, TlsRule
from httpdesk.model.request import (
    FormPart,
    Header,
    MultipartBody,
    Options,
    QueryParam,
    RawBody,
    RawKind,
    Request,
)
from tests.helpers.raw_server import RawServer, RecordingPeer, answering, response
from tests.helpers.tls_server import Authority
from tests.helpers.wire_corpus import FILES, IDNS, corpus

CORPUS = corpus()
VARIABLES = (("v", "value-\u00e9"), ("n", "Name"))


@dataclass
class World:
    """A server, a way to it, and what the requests of the corpus need."""

    server: RawServer
    transport: RequestsTransport
    scheme: str
    folder: Path
    network: NetworkOptions = field(default_factory=NetworkOptions)
    jar: MemoryJar | None = None

    def context(self) -> SendContext:
        boundary = new_boundary()
        authority = f"localhost:{self.server.port}"
        variables = {
            "base": f"{self.scheme}://{authority}",
            "scheme": self.scheme,
            "authority": authority,
            "folder": str(self.folder),
        }
        return SendContext(
            transport=self.transport,
            clock=SystemClock(),
            scope=Scope(((Origin.RUNTIME.value, (*variables.items(), *VARIABLES)),)),
            files=LocalUploads(),
            boundary=lambda: boundary,
            cookies=self.jar,
            network=self.network,
            prompt=FixedPrompt(True),
        )

    def preview_and_send(self, request: Request) -> tuple[WirePreview, Exchange]:
        """Preview first, then send with the same context."""
        context = self.context()
        found = preview_send(request, context)
        assert found.problems == ()
        wire = planned(found, shown=None)
        assert wire is not None
        return wire, send(request, context, CancelToken(), Progress())


def data(wire: WirePreview) -> bytes:
    """Put what is shown together again, files read from disk."""
    pieces = []
    for line in wire.lines:
        if isinstance(line, WireBlock):
            content = Path(line.path).read_bytes()
            assert len(content) == line.size
            pieces.append(content + line.end.encode())
        else:
            pieces.append(line.data)
    return b"".join(pieces)


def check(world: World, request: Request) -> None:
    world.server.requests.clear()
    wire, exchange = world.preview_and_send(request)
    assert exchange.error is None
    [captured] = world.server.requests
    assert data(wire) == captured
    assert (wire.size, wire.cut) == (len(captured), 0)
    [hop] = exchange.attempts[0].hops
    assert hop.sent_head + hop.sent_body == captured[: wire.head_size + SENT_BODY_KEPT]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wire")
    for name, content in FILES.items():
        (folder / name).write_bytes(content)
    return folder


@pytest.fixture(scope="module")
def transport(folder: Path) -> Iterator[RequestsTransport]:
    transport = RequestsTransport(folder / "spool")
    yield transport
    transport.close()


@pytest.fixture(scope="module")
def plain(folder: Path, transport: RequestsTransport) -> Iterator[World]:
    with RawServer(answering(response(b"ok"))) as server:
        yield World(server, transport, "http", folder)


@pytest.fixture(scope="module")
def with_tls(folder: Path, transport: RequestsTransport) -> Iterator[World]:
    authority = Authority(folder)
    rule = TlsRule("*", ca_file=str(authority.ca_file))
    with RawServer(answering(response(b"ok")), tls=authority.context("localhost")) as server:
        yield World(server, transport, "https", folder, NetworkOptions(tls_rules=(rule,)))


@pytest.fixture(scope="module")
def by_proxy(folder: Path, transport: RequestsTransport) -> Iterator[World]:
    with RawServer(answering(response(b"ok"))) as server:
        network = NetworkOptions(
            proxy_mode=ProxyMode.MANUAL,
            proxy_url=f"http://ada@localhost:{server.port}",
            proxy_password="s3cret-p@ss",
        )
        yield World(server, transport, "http", folder, network)


def test_the_corpus_is_large_enough() -> None:
    assert len(CORPUS) >= 60


@pytest.mark.parametrize("name", CORPUS)
def test_preview_and_wire_are_equal(plain: World, name: str) -> None:
    check(plain, CORPUS[name])


@pytest.mark.parametrize("name", CORPUS)
def test_preview_and_wire_are_equal_over_tls(with_tls: World, name: str) -> None:
    check(with_tls, CORPUS[name])


@pytest.mark.parametrize("name", [*CORPUS, *IDNS])
def test_preview_and_wire_are_equal_through_a_proxy(by_proxy: World, name: str) -> None:
    """The proxy gets the whole URL and the sign-in (RFC 9112 section 3.2.2)."""
    check(by_proxy, (CORPUS | IDNS)[name])
    head = by_proxy.server.requests[0]
    assert b" http://" in head.partition(b"\r\n")[0]
    assert b"\r\nProxy-Authorization: Basic " in head


def test_the_jars_cookies_are_in_both(plain: World) -> None:
    jar = MemoryJar()
    world = replace(plain, jar=jar)
    first, exchange = world.preview_and_send(Request(url="{{base}}/c"))
    assert exchange.error is None
    jar.receive(exchange.request.url, ["session=abc; Path=/", "b=2"])
    check(world, Request(url="{{base}}/c"))
    assert b"\r\nCookie: session=abc; b=2\r\n" in plain.server.requests[0]
    again, _ = world.preview_and_send(Request(url="{{base}}/c"))
    assert differences(again, first, first=True) == (Difference.COOKIES,)


def test_each_attempt_sends_what_was_shown(folder: Path, transport: RequestsTransport) -> None:
    """Statement 70: the body is sent whole each time, with the same boundary."""
    busy = response(b"", status="503 Busy")
    with RawServer(answering(busy, busy, response(b"ok"))) as server:
        world = World(server, transport, "http", folder)
        body = MultipartBody((FormPart("a", "b"),))
        request = Request(method="POST", url="{{base}}/", body=body, options=Options(retry_max=2))
        wire, exchange = world.preview_and_send(request)
        assert server.requests == [data(wire)] * 3
    hops = [attempt.hops[0] for attempt in exchange.attempts]
    assert [hop.sent_head + hop.sent_body for hop in hops] == server.requests


def test_a_redirect_is_shown_for_itself(folder: Path, transport: RequestsTransport) -> None:
    moved = response(b"", "Location: /elsewhere", status="303 See Other")
    with RawServer(answering(moved, response(b"ok"))) as server:
        world = World(server, transport, "http", folder)
        body = RawBody(RawKind.JSON, '{"a": 1}')
        request = Request(method="POST", url="{{base}}/first", body=body)
        wire, exchange = world.preview_and_send(request)
        assert server.requests[0] == data(wire)
    hops = exchange.attempts[0].hops
    assert [hop.sent_head + hop.sent_body for hop in hops] == server.requests
    first = sent(hops[0], exchange.request, first=True)
    second = sent(hops[1], exchange.request, first=False)
    assert first is not None
    assert second is not None
    assert data(first) == server.requests[0]
    assert data(second) == server.requests[1]
    assert differences(wire, first, first=True) == ()
    assert differences(wire, second, first=False) == (Difference.REDIRECT,)
    assert second.lines[0].source.origin is Origin.REDIRECT


def test_another_boundary_is_told_from_another_form(plain: World) -> None:
    request = Request(method="POST", url="{{base}}/", body=MultipartBody((FormPart("a", "b"),)))
    wire, exchange = plain.preview_and_send(request)
    then = sent(exchange.attempts[0].hops[0], exchange.request, first=True)
    now, _ = plain.preview_and_send(request)
    assert then is not None
    assert differences(wire, then, first=True) == ()
    assert differences(now, then, first=True) == (Difference.BOUNDARY,)
    other = replace(request, body=MultipartBody((FormPart("a", "c"),)))
    now, _ = plain.preview_and_send(other)
    assert differences(now, then, first=True) == (Difference.BOUNDARY, Difference.EDITED)


def test_a_body_without_a_length_leaves_as_it_is_shown(
    folder: Path, transport: RequestsTransport
) -> None:
    """Nobody says where it ends: the server here knows, and no other request follows."""
    body = "not measured"
    whole = threading.Event()
    captured = bytearray()

    def behave(peer: RecordingPeer) -> None:
        while not captured.endswith(body.encode()):
            captured.extend(peer.sock.recv(65536))
        whole.set()
        peer.send(response(b"ok"))

    options = Options(removed_headers=("Content-Length",))
    with RawServer(behave) as server:
        world = World(server, transport, "http", folder)
        request = Request(method="POST", url="{{base}}/", body=RawBody(RawKind.TEXT, body))
        wire, exchange = world.preview_and_send(replace(request, options=options))
        assert whole.is_set()
    assert exchange.error is None
    assert data(wire) == bytes(captured)
    assert b"Connection: close\r\n" in captured


# Any text

ODD = st.text(alphabet="ab%2Ff/?&=+#;:@[]{}|\\^~ \t\u00e9\U0001f600<>\"'`,.", max_size=24)
NAMES = st.text(alphabet="abAB-_09!#$%&'*+.^`|~", min_size=1, max_size=10)


@given(
    target=ODD,
    params=st.lists(st.tuples(ODD, ODD | st.text(max_size=8)), max_size=3),
    headers=st.lists(st.tuples(NAMES, ODD | st.text(max_size=8)), max_size=4),
    text=st.text(max_size=30),
)
@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_whatever_resolves_is_sent_as_it_is_shown(
    plain: World,
    target: str,
    params: list[tuple[str, str]],
    headers: list[tuple[str, str]],
    text: str,
) -> None:
    request = Request(
        method="POST",
        url="{{base}}/" + target,
        params=tuple(QueryParam(name, value) for name, value in params),
        headers=tuple(Header(f"X-{name}", value) for name, value in headers),
        body=RawBody(RawKind.TEXT, text),
    )
    if not preview_send(request, plain.context()).problems:
        check(plain, request)
