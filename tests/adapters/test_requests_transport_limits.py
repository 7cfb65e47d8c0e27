"""Cancel and deadline in every phase (statements 67 and 69, fault rows 2, 6, 16 and 21)."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from httpdesk.adapters import dialing
from httpdesk.adapters.requests_transport import RequestsTransport
from httpdesk.adapters.tls import TlsContexts
from httpdesk.engine.cancel import CancelToken
from httpdesk.engine.ports import Progress, Reply
from httpdesk.model.errors import Cancelled, NameLookupFailed, Phase, Sent, TimedOut
from httpdesk.model.exchange import ResolvedRequest
from httpdesk.model.network import TlsOptions
from httpdesk.model.request import Options
from tests.helpers.fault_server import fault_server
from tests.helpers.hanging import full_backlog
from tests.helpers.raw_server import RawServer, RecordingPeer, answering, response
from tests.helpers.sends import content, resolved, send
from tests.helpers.tls_server import Authority, tls_server

CANCEL_LIMIT = 0.2
"""Seconds; the measured times are a tenth of it."""


@pytest.fixture(scope="module")
def tls() -> TlsContexts:
    """Contexts that were made before any clock runs: reading the system's store takes a while."""
    contexts = TlsContexts()
    contexts.of(TlsOptions()).load()
    return contexts


@pytest.fixture
def transport(tmp_path: Path, tls: TlsContexts) -> Iterator[RequestsTransport]:
    transport = RequestsTransport(tmp_path / "spool", tls)
    yield transport
    transport.close()


@pytest.fixture
def slow_names(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Make name lookups hang until the test ends; nothing can interrupt the real one either."""
    released = threading.Event()
    real = socket.getaddrinfo

    def hang(name: bytes, *arguments: Any, **options: Any) -> Any:
        if options.get("flags") != socket.AI_NUMERICHOST:
            released.wait(20)
        return real(name, *arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    yield released
    released.set()


def never_reads(peer: RecordingPeer) -> None:
    peer.stopping.wait(20)


def chunk_and_silence(peer: RecordingPeer) -> None:
    peer.read_request()
    peer.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")
    peer.wait_until_gone()


def interim_and_silence(peer: RecordingPeer) -> None:
    peer.read_request()
    peer.send(b"HTTP/1.1 103 Early Hints\r\n\r\n")
    peer.wait_until_gone()


def late_and_stalling(peer: RecordingPeer) -> None:
    peer.read_request()
    peer.stopping.wait(0.1)
    peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nlate")
    peer.wait_until_gone()


def endless(peer: RecordingPeer) -> None:
    peer.read_request()
    peer.send(b"HTTP/1.1 200 OK\r\n\r\n")
    while not peer.stopping.is_set():
        peer.send(bytes(65536))


Situation = Callable[[], "contextlib.AbstractContextManager[ResolvedRequest]"]


@contextlib.contextmanager
def dns() -> Iterator[ResolvedRequest]:
    yield resolved(80, host="slow.example")


@contextlib.contextmanager
def connecting() -> Iterator[ResolvedRequest]:
    with full_backlog() as port:
        yield resolved(port)


@contextlib.contextmanager
def handshake() -> Iterator[ResolvedRequest]:
    with RawServer(never_reads) as server:
        yield resolved(server.port, scheme="https")


@contextlib.contextmanager
def upload() -> Iterator[ResolvedRequest]:
    with RawServer(never_reads, receive_buffer=4096) as server:
        yield resolved(server.port, method="POST", body=bytes(30_000_000))


@contextlib.contextmanager
def waiting() -> Iterator[ResolvedRequest]:
    with fault_server("silent") as server:
        yield resolved(server.port)


@contextlib.contextmanager
def slow_head() -> Iterator[ResolvedRequest]:
    with fault_server("slow-head") as server:
        yield resolved(server.port)


@contextlib.contextmanager
def body_by_length() -> Iterator[ResolvedRequest]:
    with fault_server("drip") as server:
        yield resolved(server.port)


@contextlib.contextmanager
def stalled_body() -> Iterator[ResolvedRequest]:
    with fault_server("stall") as server:
        yield resolved(server.port)


@contextlib.contextmanager
def body_without_length() -> Iterator[ResolvedRequest]:
    with fault_server("drip-without-length") as server:
        yield resolved(server.port)


@contextlib.contextmanager
def chunked_body() -> Iterator[ResolvedRequest]:
    with RawServer(chunk_and_silence) as server:
        yield resolved(server.port)


@contextlib.contextmanager
def waiting_after_interim() -> Iterator[ResolvedRequest]:
    with RawServer(interim_and_silence) as server:
        yield resolved(server.port)


@contextlib.contextmanager
def late_body() -> Iterator[ResolvedRequest]:
    with RawServer(late_and_stalling) as server:
        yield resolved(server.port)


@contextlib.contextmanager
def endless_body() -> Iterator[ResolvedRequest]:
    with RawServer(endless) as server:
        yield resolved(server.port)


SITUATIONS: list[tuple[Situation, Phase]] = [
    (dns, Phase.DNS),
    (connecting, Phase.CONNECT),
    (handshake, Phase.TLS),
    (upload, Phase.SEND),
    (waiting, Phase.WAIT),
    (waiting_after_interim, Phase.WAIT),
    (slow_head, Phase.RECEIVE),
    (body_by_length, Phase.RECEIVE),
    (stalled_body, Phase.RECEIVE),
    (body_without_length, Phase.RECEIVE),
    (chunked_body, Phase.RECEIVE),
    (late_body, Phase.RECEIVE),
    (endless_body, Phase.RECEIVE),
]
NAMED = [pytest.param(make, phase, id=make.__name__) for make, phase in SITUATIONS]
HAVE_BODIES = {
    "body_by_length",
    "stalled_body",
    "body_without_length",
    "chunked_body",
    "late_body",
}


class Background:
    """A send on another thread, to be cancelled from this one."""

    def __init__(self, transport: RequestsTransport, request: ResolvedRequest) -> None:
        self.token = CancelToken()
        self.progress = Progress()
        self._pool = ThreadPoolExecutor(1)
        self._future: Future[Reply] = self._pool.submit(
            send, transport, request, cancel=self.token, progress=self.progress, seconds=None
        )

    def wait_for(self, reached: Callable[[Progress], bool]) -> None:
        end = time.monotonic() + 5
        while not reached(self.progress):
            assert time.monotonic() < end, f"still in {self.progress.phase}"
            assert not self._future.done(), self._future.result()
            self.token.wait(0.002)
        # Until the thread sits in the blocking call as well: nothing tells when it does.
        self.token.wait(0.03)

    def cancel(self) -> tuple[Reply, float]:
        """Cancel; return the reply and the seconds it took."""
        started = time.monotonic()
        self.token.cancel()
        reply = self._future.result(10)
        self._pool.shutdown()
        return reply, time.monotonic() - started


def in_phase(phase: Phase, body: bool) -> Callable[[Progress], bool]:
    def reached(progress: Progress) -> bool:
        return progress.phase is phase and (not body or progress.bytes_received > 0)

    return reached


@pytest.mark.usefixtures("slow_names")
@pytest.mark.parametrize(("make", "phase"), NAMED)
def test_cancel_ends_every_phase_within_200_ms(
    transport: RequestsTransport, make: Situation, phase: Phase
) -> None:
    """Statement 69."""
    with make() as request:
        running = Background(transport, request)
        running.wait_for(in_phase(phase, make.__name__ in HAVE_BODIES))
        reply, seconds = running.cancel()
    assert isinstance(reply.error, Cancelled), reply.error
    assert seconds < CANCEL_LIMIT
    assert reply.error.phase is phase
    if make.__name__ in HAVE_BODIES:
        assert reply.status_code == 200
        assert content(reply.body)


@pytest.mark.usefixtures("slow_names")
@pytest.mark.parametrize(("make", "phase"), NAMED)
def test_the_deadline_ends_every_phase(
    transport: RequestsTransport, make: Situation, phase: Phase
) -> None:
    """Statement 67: a limit on the whole attempt, not on each read, kept within ten per cent."""
    limit = 0.3
    with make() as request:
        started = time.monotonic()
        reply = send(transport, request, seconds=limit)
        seconds = time.monotonic() - started
    assert isinstance(reply.error, TimedOut), reply.error
    assert limit * 0.99 <= seconds < limit * 1.1 + 0.2
    assert reply.error.phase is phase
    assert reply.error.limit_ms == pytest.approx(300, abs=30)
    assert reply.error.elapsed_ms == pytest.approx(300, rel=0.3)
    if make.__name__ in HAVE_BODIES:
        assert reply.status_code == 200
        assert content(reply.body)


def test_the_limit_that_the_user_set_is_in_the_error(transport: RequestsTransport) -> None:
    with fault_server("silent") as server:
        request = resolved(server.port, options=Options(timeout_ms=1234))
        reply = send(transport, request, seconds=0.3)
    assert isinstance(reply.error, TimedOut)
    assert reply.error.limit_ms == 1234
    assert (reply.error.host, reply.error.port, reply.error.sent) == (
        "127.0.0.1",
        server.port,
        Sent.ALL,
    )


def test_a_deadline_in_the_past_opens_no_connection(transport: RequestsTransport) -> None:
    with RawServer(answering(response())) as server:
        reply = send(transport, resolved(server.port), seconds=-1)
        assert server.connections == 0
    assert isinstance(reply.error, TimedOut)


def test_a_cancelled_token_opens_no_connection(transport: RequestsTransport) -> None:
    token = CancelToken()
    token.cancel()
    with RawServer(answering(response())) as server:
        reply = send(transport, resolved(server.port), cancel=token)
        assert server.connections == 0
    assert isinstance(reply.error, Cancelled)
    assert (reply.error.phase, reply.error.sent) == (Phase.BLOCKED, Sent.NOTHING)


def test_cancel_in_a_kept_connection_and_behind_tls(tmp_path: Path) -> None:
    authority = Authority(tmp_path)

    def once_then_silent(peer: RecordingPeer) -> None:
        peer.read_request()
        peer.send(response(b"first"))
        peer.read_request()
        peer.wait_until_gone()

    transport = RequestsTransport()
    with tls_server(authority.context("127.0.0.1"), once_then_silent) as server:
        request = resolved(server.port, scheme="https", tls=authority.trusted)
        assert content(send(transport, request).body) == b"first"
        running = Background(transport, request)
        running.wait_for(in_phase(Phase.WAIT, body=False))
        reply, seconds = running.cancel()
        assert server.connections == 1
    transport.close()
    assert isinstance(reply.error, Cancelled)
    assert seconds < CANCEL_LIMIT


def test_a_late_cancel_does_not_touch_the_next_send(transport: RequestsTransport) -> None:
    """The connection is back in its pool when the token of the send before is cancelled."""
    first = CancelToken()
    with RawServer(answering(response(b"fine"))) as server:
        send(transport, resolved(server.port), cancel=first)
        first.cancel()
        reply = send(transport, resolved(server.port, method="POST"))
        assert (server.connections, reply.error, content(reply.body)) == (1, None, b"fine")


@pytest.mark.parametrize(("seconds", "patience"), [(0.8, 10.0), (None, 0.2)])
def test_an_address_that_never_answers_leaves_time_for_the_next(
    transport: RequestsTransport,
    monkeypatch: pytest.MonkeyPatch,
    seconds: float | None,
    patience: float,
) -> None:
    monkeypatch.setattr(dialing, "PATIENCE", patience)
    with RawServer(answering(response(b"second"))) as server, full_backlog() as silent:
        found = [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))
            for port in (silent, server.port)
        ]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
        reply = send(transport, resolved(80, host="two.test"), seconds=seconds)
    assert reply.error is None
    assert content(reply.body) == b"second"


@pytest.mark.usefixtures("slow_names")
def test_a_name_that_is_found_late_is_forgotten(
    transport: RequestsTransport, slow_names: threading.Event
) -> None:
    """Fault row 21: the thread of the lookup is walked away from and ends by itself."""
    reply = send(transport, resolved(80, host="localhost"), seconds=0.1)
    assert isinstance(reply.error, TimedOut)
    slow_names.set()
    for thread in threading.enumerate():
        if thread.name == "name-lookup":
            assert thread.daemon
            thread.join(5)
            assert not thread.is_alive()


def test_a_name_without_an_address_is_said_so(transport: RequestsTransport) -> None:
    """Statement 71: DNS. `.invalid` never resolves (RFC 6761)."""
    reply = send(transport, resolved(80, host="nowhere.invalid"))
    assert isinstance(reply.error, NameLookupFailed)
    assert (reply.error.phase, reply.error.host) == (Phase.DNS, "nowhere.invalid")
    assert reply.error.detail.startswith("[Errno ")


@pytest.mark.parametrize("host", ["a..b", "x" * 64 + ".test", "-"])
def test_names_that_cannot_be_are_said_so(transport: RequestsTransport, host: str) -> None:
    """Fault row 19: Python's IDNA codec answers some of these with a bare UnicodeError."""
    reply = send(transport, resolved(80, host=host))
    assert isinstance(reply.error, NameLookupFailed)
