"""Proxies that are not there, refuse, hang or talk nonsense (fault row 18)."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from httpdesk.adapters import tls
from httpdesk.adapters.requests_transport import RequestsTransport
from httpdesk.adapters.tls import SystemStore
from httpdesk.engine.cancel import CancelToken
from httpdesk.engine.ports import Progress, Reply
from httpdesk.model.errors import (
    Cancelled,
    ConnectionClosed,
    Phase,
    ProxyFailed,
    Sent,
    TimedOut,
    TlsFileReason,
    TlsFileUnusable,
)
from httpdesk.model.exchange import ResolvedRequest
from httpdesk.model.network import Proxy, ProxyKind, Route, TlsOptions
from tests.helpers.proxies import free_port, socks_proxy, tinyproxy, via
from tests.helpers.raw_server import (
    Behaviour,
    RawServer,
    RecordingPeer,
    answering,
    closing,
    response,
)
from tests.helpers.sends import content, resolved, send
from tests.helpers.tls_server import Authority, tls_server

CANCEL_LIMIT = 0.2
PASSWORD = "c4n&ry pass"
ALL = list(ProxyKind)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def transport(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> Iterator[RequestsTransport]:
    """A transport on a system that believes the test's authority."""
    monkeypatch.setattr(tls, "system_store", lambda: SystemStore(str(authority.ca_file)))
    transport = RequestsTransport()
    yield transport
    transport.close()


SECURE = resolved(443, scheme="https", host="server.invalid")
PLAIN = resolved(80, host="server.invalid")


def failure(reply: Reply) -> ProxyFailed:
    """The error, which is the proxy's, before anything of the request was sent."""
    error = reply.error
    assert isinstance(error, ProxyFailed), error
    assert (reply.status_code, reply.bytes_sent, error.sent) == (None, 0, Sent.NOTHING)
    assert reply.sent_head == b""
    return error


def refusing(transport: RequestsTransport, answer: bytes) -> ProxyFailed:
    """Return the error for a proxy that answers CONNECT so."""
    with RawServer(closing(answer)) as server:
        return failure(send(transport, via(SECURE, ProxyKind.HTTP, server, "ada", PASSWORD)))


# Not there


@pytest.mark.parametrize("kind", ALL)
@pytest.mark.parametrize("request_", [PLAIN, SECURE], ids=["http", "https"])
def test_a_proxy_that_refuses_the_connection(
    transport: RequestsTransport, kind: ProxyKind, request_: ResolvedRequest
) -> None:
    """Statement 71."""
    port = free_port()
    reply = send(transport, replace(request_, route=Route(Proxy(kind, "127.0.0.1", port))))
    error = failure(reply)
    assert (error.proxy, error.phase) == (f"{kind.value}://127.0.0.1:{port}", Phase.CONNECT)
    assert "Connection refused" in error.detail
    assert (error.status_code, error.refused) == (None, False)


@pytest.mark.parametrize("kind", ALL)
def test_a_proxy_without_an_address(transport: RequestsTransport, kind: ProxyKind) -> None:
    """Statement 71; `.invalid` never has one."""
    proxy = Proxy(kind, "proxy.invalid", 3128)
    error = failure(send(transport, replace(PLAIN, route=Route(proxy))))
    assert (error.proxy, error.phase) == (f"{kind.value}://proxy.invalid:3128", Phase.DNS)
    assert error.detail


# Refuses


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    """tinyproxy with a sign-in."""
    with tinyproxy(tmp_path_factory.mktemp("guarded"), "ada", "s3cret") as port:
        yield Proxy(ProxyKind.HTTP, "127.0.0.1", port)


@pytest.mark.parametrize(
    ("password", "status"),
    [("", 407), ("wrong", 401)],
)
def test_a_real_proxy_refuses_the_sign_in(
    transport: RequestsTransport, guarded: Proxy, password: str, status: int
) -> None:
    """Fault row 18; tinyproxy says 401 for a sign-in that is wrong, and 407 for none."""
    proxy = replace(guarded, username="ada" if password else "", password=password)
    error = failure(send(transport, replace(SECURE, route=Route(proxy))))
    assert (error.proxy, error.status_code, error.refused) == (str(guarded), status, True)
    assert error.phase is Phase.PROXY
    assert error.detail.startswith(f"{status} ")


def test_a_refused_sign_in_of_a_forwarded_request_is_an_answer(
    transport: RequestsTransport, guarded: Proxy
) -> None:
    """As with every client: nothing was hidden, the status and the page are the proxy's."""
    reply = send(transport, replace(PLAIN, route=Route(guarded)))
    assert (reply.error, reply.status_code) == (None, 407)
    assert b"authentication" in content(reply.body)
    assert ("Proxy-Authenticate", 'Basic realm="Tinyproxy"') in reply.headers
    assert reply.connection is not None
    assert reply.connection.proxy == str(guarded)


@pytest.fixture(scope="module")
def unguarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    """tinyproxy that refuses the host `filtered.test`."""
    with tinyproxy(tmp_path_factory.mktemp("unguarded")) as port:
        yield Proxy(ProxyKind.HTTP, "127.0.0.1", port)


def test_the_words_of_a_refusal_are_kept(transport: RequestsTransport, unguarded: Proxy) -> None:
    request = resolved(443, scheme="https", host="filtered.test")
    error = failure(send(transport, replace(request, route=Route(unguarded))))
    assert (error.status_code, error.refused) == (403, False)
    first, words = error.detail.split("\n")
    assert first == "403 Filtered"
    assert words.startswith("Filtered The request you made has been filtered")
    assert not set("<>") & set(words)


def test_a_server_that_the_proxy_cannot_reach(
    transport: RequestsTransport, unguarded: Proxy
) -> None:
    request = resolved(free_port(), scheme="https")
    error = failure(send(transport, replace(request, route=Route(unguarded))))
    assert error.status_code in {500, 502, 503}
    assert "Unable to connect" in error.detail


def test_how_to_sign_in_is_told(transport: RequestsTransport) -> None:
    wants = ("Proxy-Authenticate: Negotiate", "proxy-authenticate: NTLM")
    error = refusing(transport, response(b"", *wants, status="407 Who are you"))
    assert (
        error.detail == "407 Who are you\nProxy-Authenticate: Negotiate\nproxy-authenticate: NTLM"
    )
    assert error.refused


def test_a_page_is_told_in_its_words_and_not_for_long(transport: RequestsTransport) -> None:
    page = b"<head><title>x</title></head><p>Not&nbsp;to <b>day</b>\x1b[2J\n" + b"on " * 9000
    error = refusing(transport, response(page, "Content-Type: text/html", status="502 Bad"))
    first, words = error.detail.split("\n")
    assert (first, error.status_code) == ("502 Bad", 502)
    assert words.startswith("Not to day \N{REPLACEMENT CHARACTER}[2J on on")
    assert len(words) == 300


def test_a_refusal_whose_page_never_comes_is_told_soon(transport: RequestsTransport) -> None:
    def half(peer: RecordingPeer) -> None:
        peer.read_request()
        peer.send(b"HTTP/1.1 503 Busy\r\nContent-Length: 9\r\n\r\nso")
        peer.wait_until_gone()

    with RawServer(half) as server:
        started = time.monotonic()
        error = failure(send(transport, via(SECURE, ProxyKind.HTTP, server)))
        assert time.monotonic() - started < 2
    assert (error.status_code, error.detail) == (503, "503 Busy\nso")


def test_a_redirect_is_no_tunnel(transport: RequestsTransport) -> None:
    """A captive portal's; following it would take the request somewhere else."""
    error = refusing(transport, response(b"", "Location: http://portal/", status="302 Found"))
    assert error.status_code == 302


def test_any_status_of_success_opens_the_tunnel(
    transport: RequestsTransport, authority: Authority
) -> None:
    """RFC 9110 section 9.3.6; an interim answer before it is the proxy's and not told."""

    def proxy(peer: RecordingPeer) -> None:
        peer.read_request()
        peer.send(b"HTTP/1.1 102 Processing\r\n\r\nHTTP/1.0 204 Go\r\nX-Proxy: 1\r\n\r\n")
        context = authority.context("server.invalid")
        with context.wrap_socket(peer.sock, server_side=True) as inside:
            inside.recv(1024)
            inside.sendall(response(b"behind", "Connection: close"))

    with RawServer(proxy) as server:
        reply = send(transport, via(SECURE, ProxyKind.HTTP, server))
    assert (reply.error, content(reply.body), reply.interim) == (None, b"behind", ())
    names = [name for name, _ in reply.timings.phases()]
    assert names == ["blocked", "dns", "connect", "proxy", "ssl", "send", "wait", "receive"]


# Nonsense


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"", "it closed the connection without an answer"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "does not begin with HTTP/: SSH-2.0-OpenSSH_9.2"),
        (b"HTTP/1.1 OK\r\n\r\n", "the status line is not one: HTTP/1.1 OK"),
        (b"HTTP/1.1 200 OK\r\nX: 1", "the connection was closed inside the head"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"a" * 300_000, "more than"),
        (b"HTTP/1.1 200 OK\r\n\r\nHello", "bytes came behind the head of its answer"),
    ],
)
def test_what_is_no_proxy_is_told_so(
    transport: RequestsTransport, answer: bytes, words: str
) -> None:
    error = refusing(transport, answer)
    assert words in error.detail
    assert len(error.detail) < 500
    assert (error.status_code, error.refused, error.phase) == (None, False, Phase.PROXY)


def test_a_reset_is_told(transport: RequestsTransport) -> None:
    def reset(peer: RecordingPeer) -> None:
        peer.read_request()
        peer.reset()

    with RawServer(reset) as server:
        error = failure(send(transport, via(SECURE, ProxyKind.HTTP, server)))
    assert "reset" in error.detail


def test_a_tunnel_that_ends_in_the_handshake_is_the_servers_end(
    transport: RequestsTransport,
) -> None:
    """The proxy has let us through: what closes then may be either."""

    def proxy(peer: RecordingPeer) -> None:
        peer.read_request()
        peer.send(b"HTTP/1.1 200 OK\r\n\r\n")
        peer.sock.recv(10)

    with RawServer(proxy) as server:
        reply = send(transport, via(SECURE, ProxyKind.HTTP, server))
    assert isinstance(reply.error, ConnectionClosed)
    assert reply.error.phase is Phase.TLS


# SOCKS5


def saying(*answers: bytes) -> Behaviour:
    def behave(peer: RecordingPeer) -> None:
        for answer in answers:
            peer.sock.recv(1024)
            peer.send(answer)

    return behave


@pytest.mark.parametrize(
    ("answers", "words", "refused"),
    [
        ((b"\x05\x00", b"\x05\x01\x00"), "General SOCKS server failure", False),
        ((b"\x05\x00", b"\x05\x02\x00"), "Connection not allowed by ruleset", False),
        ((b"\x05\x00", b"\x05\x03\x00"), "Network unreachable", False),
        ((b"\x05\x00", b"\x05\x04\x00"), "Host unreachable", False),
        ((b"\x05\x00", b"\x05\x05\x00"), "Connection refused by destination host", False),
        ((b"\x05\x00", b"\x05\x06\x00"), "TTL expired", False),
        ((b"\x05\x00", b"\x05\x5b\x00"), "Invalid reply code", False),
        ((b"\x05\x00", b"\x05\x00\x00\x01\x7f"), "closed", False),
        ((b"\x05\x00", b""), "closed", False),
        ((b"\x05\xff",), "No acceptable authentication methods", True),
        ((b"\x05\x02", b"\x01\x01"), "authentication failure", True),
        ((b"\x05\x02", b""), "closed", True),
        ((b"\x05\x02", b"\x01\x00", b"\x05\x02\x00"), "not allowed", False),
        ((b"HTTP/1.1 400 Bad\r\n\r\n",), "Unexpected SOCKS version number: 72", False),
        ((b"",), "closed", False),
    ],
)
def test_what_a_socks_proxy_refuses(
    transport: RequestsTransport, answers: tuple[bytes, ...], words: str, refused: bool
) -> None:
    """RFC 1928 section 6 and RFC 1929."""
    with RawServer(saying(*answers)) as server:
        reply = send(transport, via(PLAIN, ProxyKind.SOCKS5, server, "ada", PASSWORD))
    error = failure(reply)
    assert words in error.detail
    assert (error.refused, error.phase, error.status_code) == (refused, Phase.PROXY, None)
    assert error.proxy == f"socks5://127.0.0.1:{server.port}"


def test_a_real_socks_proxy_refuses_the_sign_in(transport: RequestsTransport) -> None:
    with socks_proxy("ada", "s3cret") as port:
        proxy = Proxy(ProxyKind.SOCKS5, "127.0.0.1", port, "ada", "wrong")
        assert failure(send(transport, replace(PLAIN, route=Route(proxy)))).refused


@pytest.mark.parametrize(
    ("host", "password"),
    [("server.invalid", "p" * 256), ("a" * 64 + ".invalid", "p"), ("a." * 127 + "invalid", "p")],
)
def test_what_does_not_fit_into_a_socks_request(
    transport: RequestsTransport, host: str, password: str
) -> None:
    """RFC 1928 and 1929 have one octet for each length."""
    with RawServer(saying(b"\x05\x02", b"\x01\x00", b"")) as server:
        request = resolved(80, host=host)
        error = failure(send(transport, via(request, ProxyKind.SOCKS5, server, "ada", password)))
    assert "does not fit into a SOCKS5 request" in error.detail


# The certificate of an HTTPS proxy


@pytest.mark.parametrize("request_", [PLAIN, SECURE], ids=["http", "https"])
def test_the_certificate_of_a_proxy_is_checked_always(
    transport: RequestsTransport,
    tmp_path_factory: pytest.TempPathFactory,
    request_: ResolvedRequest,
) -> None:
    """Ignoring errors is for the server of the request (74): the proxy is told a password."""
    stranger = Authority(tmp_path_factory.mktemp("stranger"))
    ignoring = replace(request_, route=Route(tls=TlsOptions(verify=False)))
    with tls_server(stranger.context("localhost")) as server:
        error = failure(send(transport, via(ignoring, ProxyKind.HTTPS, server, "ada", PASSWORD)))
        assert server.requests == []
    assert error.detail == "unable to get local issuer certificate"
    assert error.phase is Phase.PROXY


def test_the_certificate_of_a_proxy_is_for_the_proxys_name(
    transport: RequestsTransport, authority: Authority
) -> None:
    with tls_server(authority.context("other.test")) as server:
        error = failure(send(transport, via(PLAIN, ProxyKind.HTTPS, server)))
    assert "localhost" in error.detail


def test_the_ca_file_of_the_request_counts_for_the_proxy_besides_the_system(
    transport: RequestsTransport,
    authority: Authority,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    own = Authority(tmp_path_factory.mktemp("own"))
    request = replace(PLAIN, route=Route(tls=own.trusted))
    for context in (own.context("localhost"), authority.context("localhost")):
        with tls_server(context) as server:
            reply = send(transport, via(request, ProxyKind.HTTPS, server))
        assert (reply.error, content(reply.body)) == (None, b"secure")


def test_a_ca_file_that_is_not_there(transport: RequestsTransport) -> None:
    request = replace(PLAIN, route=Route(tls=TlsOptions(ca_file="/no/such.pem")))
    with RawServer(answering(response())) as server:
        error = send(transport, via(request, ProxyKind.HTTPS, server)).error
    assert isinstance(error, TlsFileUnusable)
    assert (error.reason, error.path) == (TlsFileReason.MISSING, "/no/such.pem")


def test_a_proxy_that_speaks_no_tls(transport: RequestsTransport) -> None:
    with RawServer(saying(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as server:
        error = failure(send(transport, via(PLAIN, ProxyKind.HTTPS, server)))
    assert "WRONG_VERSION_NUMBER" in error.detail.upper().replace(" ", "_")


# Hangs


def silent(peer: RecordingPeer) -> None:
    peer.wait_until_gone()


def dripping_head(peer: RecordingPeer) -> None:
    peer.read_request()
    peer.send(b"HTTP/1.1 200 OK\r\n")
    while not peer.stopping.wait(0.05):
        peer.send(b"X: 1\r\n")


def dripping_socks(peer: RecordingPeer) -> None:
    saying(b"\x05\x00", b"\x05\x00\x00\x03\xff")(peer)
    while not peer.stopping.wait(0.05):
        peer.send(b"x")


def after(*answers: bytes) -> Behaviour:
    def behave(peer: RecordingPeer) -> None:
        saying(*answers)(peer)
        peer.wait_until_gone()

    return behave


HANGS = [
    pytest.param(ProxyKind.HTTP, silent, id="CONNECT"),
    pytest.param(ProxyKind.HTTP, after(b"HTTP/1.1 200 O"), id="in the head"),
    pytest.param(ProxyKind.HTTP, after(b"HTTP/1.1 102 Wait\r\n\r\n"), id="after an interim answer"),
    pytest.param(ProxyKind.HTTPS, silent, id="TLS"),
    pytest.param(ProxyKind.SOCKS5, silent, id="greeting"),
    pytest.param(ProxyKind.SOCKS5, after(b"\x05\x02"), id="sign-in"),
    pytest.param(ProxyKind.SOCKS5, after(b"\x05\x00"), id="SOCKS request"),
    pytest.param(ProxyKind.SOCKS5, after(b"\x05\x00", b"\x05\x00\x00\x01"), id="SOCKS reply"),
]


def cancelled(transport: RequestsTransport, request: ResolvedRequest, phase: Phase) -> Reply:
    """Cancel a send without a deadline once it is in `phase`; it ends within the limit."""
    token, progress = CancelToken(), Progress()
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(
            send, transport, request, cancel=token, progress=progress, seconds=None
        )
        until = time.monotonic() + 5
        while progress.phase is not phase:
            assert time.monotonic() < until
            assert not future.done(), future.result()
            token.wait(0.002)
        token.wait(0.03)  # Until the thread sits in the blocking call as well.
        started = time.monotonic()
        token.cancel()
        reply = future.result(10)
        assert time.monotonic() - started < CANCEL_LIMIT
    return reply


@pytest.mark.parametrize(("kind", "behaviour"), HANGS)
def test_cancel_ends_the_talk_with_a_proxy(
    transport: RequestsTransport, kind: ProxyKind, behaviour: Behaviour
) -> None:
    """Statement 69."""
    with RawServer(behaviour) as server:
        request = via(SECURE, kind, server, "ada", PASSWORD)
        reply = cancelled(transport, request, Phase.PROXY)
    assert isinstance(reply.error, Cancelled), reply.error
    assert (reply.error.phase, reply.error.sent) == (Phase.PROXY, Sent.NOTHING)


@pytest.mark.parametrize(
    ("kind", "behaviour"),
    [
        *HANGS,
        pytest.param(ProxyKind.HTTP, dripping_head, id="a dripping head"),
        pytest.param(ProxyKind.SOCKS5, dripping_socks, id="a dripping SOCKS reply"),
    ],
)
def test_the_deadline_ends_the_talk_with_a_proxy(
    transport: RequestsTransport, kind: ProxyKind, behaviour: Behaviour
) -> None:
    """Statement 67."""
    with RawServer(behaviour) as server:
        started = time.monotonic()
        reply = send(transport, via(SECURE, kind, server, "ada", PASSWORD), seconds=0.5)
        seconds = time.monotonic() - started
    assert isinstance(reply.error, TimedOut), reply.error
    assert reply.error.phase is Phase.PROXY
    assert reply.error.limit_ms == pytest.approx(500, abs=50)
    assert reply.error.proxy.endswith(f":{server.port}")
    assert 0.49 <= seconds < 0.6


def test_cancel_and_deadline_inside_two_layers_of_tls(
    transport: RequestsTransport, authority: Authority
) -> None:
    """Statements 67 and 69: in the inner handshake, which the proxy never passes on."""
    with tls_server(authority.context("localhost"), after(b"HTTP/1.1 200 OK\r\n\r\n")) as server:
        request = via(SECURE, ProxyKind.HTTPS, server)
        reply = cancelled(transport, request, Phase.TLS)
        assert isinstance(reply.error, Cancelled), reply.error
        started = time.monotonic()
        reply = send(transport, request, seconds=0.5)
        assert 0.49 <= time.monotonic() - started < 0.6
        assert isinstance(reply.error, TimedOut)
        assert (reply.error.phase, reply.error.proxy) == (Phase.TLS, "")


# Secrets


@pytest.mark.parametrize("kind", ALL)
def test_the_password_is_nowhere(
    transport: RequestsTransport,
    kind: ProxyKind,
    authority: Authority,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Statement 76: neither in errors, facts, logs nor in any repr, though the proxy quotes it."""
    caplog.set_level(logging.DEBUG)

    def quoting(peer: RecordingPeer) -> None:
        request = peer.sock.recv(4096)
        peer.send(b"HTTP/1.1 407 %s\r\n\r\n" % request.replace(b"\r\n", b" "))
        peer.send(request + PASSWORD.encode() + b" c4n%26ry%20pass")

    context = authority.context("localhost") if kind is ProxyKind.HTTPS else None
    with RawServer(quoting, tls=context) as server:
        request = via(SECURE, kind, server, "ada", PASSWORD)
        reply = send(transport, request)
    error = failure(reply)
    told = [repr(error), str(error), error.detail, repr(reply), str(reply.connection), caplog.text]
    told += [repr(request), repr(request.route), str(request.route.proxy), repr(error.__cause__)]
    for secret in (PASSWORD, "YWRhOmM0biZyeSBwYXNz", "c4n%26ry", "ada:"):
        assert [text for text in told if secret in text] == []
    if kind is not ProxyKind.SOCKS5:
        assert "Proxy-Authorization: Basic \N{BULLET}" in error.detail
