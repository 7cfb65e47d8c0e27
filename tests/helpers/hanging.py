"""Sends that hang in one phase each, to be cancelled there, and the thread they run on.

with SITUATIONS["handshake"].hang() as (request, server):
    running = Running(context, request)
    running.wait_for(SITUATIONS["handshake"])
    exchange, seconds = running.cancel()
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from httpdesk.engine.cancel import CancelToken
from httpdesk.engine.ports import Progress
from httpdesk.engine.send import SendContext, send
from httpdesk.model.errors import Phase
from httpdesk.model.exchange import Exchange
from httpdesk.model.network import NetworkOptions
from httpdesk.model.network_choices import ProxyMode
from httpdesk.model.request import Options, RawBody, RawKind, Request
from tests.helpers.fault_server import fault_server
from tests.helpers.raw_server import Behaviour, RawServer, RecordingPeer, answering, response

Hanging = tuple[Request, RawServer | None]
UPLOAD = RawBody(RawKind.TEXT, "u" * 10_000_000)


@dataclass(frozen=True)
class Situation:
    """A phase, and a way to hang in it."""

    hang: Callable[[], AbstractContextManager[Hanging]]
    phase: Phase
    body: bool = False
    """Whether some of the answer's body has come."""
    between_attempts: bool = False
    hop: int = 1
    """The request that hangs, where others come before it."""
    proxy: str = ""
    """The scheme of the proxy that the server is; "" for a server that is none."""

    def context(self, context: SendContext, server: RawServer | None) -> SendContext:
        """Return the context with the server as its proxy, where it is one."""
        if not self.proxy or server is None:
            return context
        url = f"{self.proxy}://127.0.0.1:{server.port}"
        network = NetworkOptions(proxy_mode=ProxyMode.MANUAL, proxy_url=url)
        return replace(context, network=network)


@contextlib.contextmanager
def hanging_names() -> Iterator[threading.Event]:
    """Let name lookups hang until the event is set or the block ends, and find nothing then.

    The real ones cannot be interrupted either.
    """
    released = threading.Event()
    real = socket.getaddrinfo

    def hang(name: Any, *arguments: Any, **options: Any) -> Any:
        if options.get("flags") != socket.AI_NUMERICHOST:
            released.wait(60)
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
        return real(name, *arguments, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", hang)
        yield released
        released.set()
        for thread in threading.enumerate():
            if thread.name == "name-lookup":
                thread.join(10)


@contextlib.contextmanager
def full_backlog() -> Iterator[int]:
    """Give a port that neither accepts nor refuses: its queue is full."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        port = listener.getsockname()[1]
        waiting = [socket.socket() for _ in range(4)]
        for sock in waiting:
            sock.setblocking(False)
            sock.connect_ex(("127.0.0.1", port))
        yield port
        for sock in waiting:
            sock.close()


@contextlib.contextmanager
def _lookup() -> Iterator[Hanging]:
    with hanging_names():
        yield Request(url="http://slow.example/"), None


@contextlib.contextmanager
def _connect() -> Iterator[Hanging]:
    with full_backlog() as port:
        yield Request(url=f"http://127.0.0.1:{port}/"), None


def _fault(name: str, scheme: str = "http", **request: Any) -> Callable[..., Any]:
    @contextlib.contextmanager
    def hang() -> Iterator[Hanging]:
        with fault_server(name) as server:
            yield Request(url=f"{scheme}://127.0.0.1:{server.port}/", **request), server

    return hang


def _serving(behaviour: Behaviour, **request: Any) -> Callable[..., Any]:
    @contextlib.contextmanager
    def hang() -> Iterator[Hanging]:
        with RawServer(behaviour) as server:
            yield Request(url=f"http://127.0.0.1:{server.port}/", **request), server

    return hang


def _proxy(name: str) -> Callable[..., Any]:
    @contextlib.contextmanager
    def hang() -> Iterator[Hanging]:
        with fault_server(name) as server:
            yield Request(url="https://behind.example/"), server

    return hang


def _redirect_then_silent(peer: RecordingPeer) -> None:
    peer.read_request()
    peer.send(response(b"", "Location: /next", status="302 Found"))
    peer.read_request()
    peer.wait_until_gone()


_BUSY = answering(response(b"busy", status="503 Service Unavailable"))
_LONG_WAIT = Options(retry_max=3, retry_delay_ms=60_000)

SITUATIONS: dict[str, Situation] = {
    "lookup": Situation(_lookup, Phase.DNS),
    "connect": Situation(_connect, Phase.CONNECT),
    "proxy": Situation(_proxy("silent"), Phase.PROXY, proxy="http"),
    "socks proxy": Situation(_proxy("silent-accept"), Phase.PROXY, proxy="socks5"),
    "handshake": Situation(_fault("silent-tls", "https"), Phase.TLS),
    "upload": Situation(_fault("no-read-upload", method="POST", body=UPLOAD), Phase.SEND),
    "wait": Situation(_fault("silent"), Phase.WAIT),
    "wait in a second hop": Situation(_serving(_redirect_then_silent), Phase.WAIT, hop=2),
    "head": Situation(_fault("slow-head"), Phase.RECEIVE),
    "download": Situation(_fault("drip"), Phase.RECEIVE, body=True),
    "stalled download": Situation(_fault("stall"), Phase.RECEIVE, body=True),
    "endless download": Situation(_fault("endless-body"), Phase.RECEIVE, body=True),
    "retry wait": Situation(
        _serving(_BUSY, options=_LONG_WAIT), Phase.BLOCKED, between_attempts=True
    ),
}


@dataclass
class Running:
    """A send on a thread of its own."""

    context: SendContext
    request: Request
    server: RawServer | None = None
    token: CancelToken = field(default_factory=CancelToken)
    progress: Progress = field(default_factory=Progress)
    _exchange: Exchange | None = None

    def __post_init__(self) -> None:
        self._thread = threading.Thread(target=self._run, name="send")
        self._thread.start()

    def _run(self) -> None:
        self._exchange = send(self.request, self.context, self.token, self.progress)

    def wait_for(self, situation: Situation, before: int = 0) -> None:
        """Return once it hangs there; `before` is what the server had read when it began."""
        end = time.monotonic() + 20
        while not self._hangs(situation, before):
            assert time.monotonic() < end, f"still in {self.progress.phase}"
            assert self._thread.is_alive(), self._exchange
            self.token.wait(0.001)

    def _hangs(self, situation: Situation, before: int) -> bool:
        progress = self.progress
        if situation.between_attempts:
            return progress.waiting_until is not None
        if progress.phase is not situation.phase:
            return False
        if situation.hop > 1:
            assert self.server is not None
            return len(self.server.requests) - before >= situation.hop
        return not situation.body or progress.bytes_received > 0

    def cancel(self) -> tuple[Exchange, float]:
        """Cancel; return the exchange and the seconds it took to come back."""
        started = time.monotonic()
        self.token.cancel()
        return self.join(), time.monotonic() - started

    def join(self) -> Exchange:
        """Return the exchange once the send has ended."""
        self._thread.join(20)
        assert self._exchange is not None, "the send hangs"
        return self._exchange
