"""Real proxies on loopback, and a relay in front of one that records what a client says to it.

with tinyproxy(folder, "ada", "secret") as port, Relay(port) as relay:
    proxy = Proxy(ProxyKind.HTTP, "127.0.0.1", relay.port, "ada", "secret")
    ...
    assert relay.seen[0].startswith(b"CONNECT ")
"""

from __future__ import annotations

import contextlib
import select
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from httpdesk.model.exchange import ResolvedRequest
from httpdesk.model.network import Proxy, ProxyKind
from tests.helpers.raw_server import Behaviour, RawServer, RecordingPeer

_START_SECONDS = 20.0


@contextlib.contextmanager
def tinyproxy(folder: Path, username: str = "", password: str = "") -> Iterator[int]:
    """Run tinyproxy, an HTTP proxy, and give its port; it refuses the host `filtered.test`."""
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    (folder / "filter").write_text("^filtered\\.test$\n")
    lines = [
        f"Port {port}",
        "Listen 127.0.0.1",
        "Timeout 60",
        "MaxClients 100",
        "Allow 127.0.0.1",
        f'Filter "{folder / "filter"}"',
        f'LogFile "{folder / "tinyproxy.log"}"',
        *([f"BasicAuth {username} {password}"] if username else []),
    ]
    configuration = folder / "tinyproxy.conf"
    configuration.write_text("\n".join(lines) + "\n")
    with _running(["tinyproxy", "-d", "-c", str(configuration)], port):
        yield port


@contextlib.contextmanager
def socks_proxy(username: str = "", password: str = "") -> Iterator[int]:
    """Run pproxy as a SOCKS5 proxy and give its port."""
    port = free_port()
    sign_in = f"#{username}:{password}" if username else ""
    listen = f"socks5://127.0.0.1:{port}/{sign_in}"
    # Without --auth -1 an address that signed in once needs no password any more.
    options = ["-l", listen, "--auth", "-1"]
    with _running([sys.executable, "-W", "ignore", "-m", "pproxy", *options], port):
        yield port


def via(
    request: ResolvedRequest,
    kind: ProxyKind,
    server: RawServer,
    username: str = "",
    password: str = "",
) -> ResolvedRequest:
    """Return the request on its way through the proxy that `server` is, or stands before."""
    host = "localhost" if kind is ProxyKind.HTTPS else "127.0.0.1"
    proxy = Proxy(kind, host, server.port, username, password)
    return replace(request, route=replace(request.route, proxy=proxy))


def socks_to(behaviour: Behaviour, said: list[bytes], *, sign_in: bool = False) -> Behaviour:
    """Return a SOCKS5 proxy that is the server itself, whatever name or address is asked for.

    `said` gets what the client sends: the request, after the sign-in where there is one.
    """

    def behave(peer: RecordingPeer) -> None:
        said.append(peer.sock.recv(64))
        peer.send(b"\x05\x02" if sign_in else b"\x05\x00")
        if sign_in:
            said.append(peer.sock.recv(1024))
            peer.send(b"\x01\x00")
        said.append(peer.sock.recv(1024))
        peer.send(b"\x05\x00\x00\x01" + bytes(6))
        behaviour(peer)

    return behave


def free_port() -> int:
    """Return a port on which nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


@contextlib.contextmanager
def _running(command: list[str], port: int) -> Iterator[None]:
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            _wait_for(port, process)
            yield
        finally:
            process.terminate()


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until:
        assert process.poll() is None, f"{process.args!r} has ended"
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        # Nothing tells when another program listens; that it ends is told at once.
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.02)
    raise AssertionError(f"{process.args!r} does not listen")


class Relay(RawServer):
    """Passes all bytes on to `port` and remembers those that clients send, by connection.

    With a context it is the TLS side of an HTTPS proxy.
    """

    def __init__(self, port: int, *, tls: ssl.SSLContext | None = None) -> None:
        super().__init__(self._relay, tls=tls)
        self.seen: list[bytearray] = []
        self._target = port

    def _relay(self, peer: RecordingPeer) -> None:
        said = bytearray()
        self.seen.append(said)
        with socket.create_connection(("127.0.0.1", self._target)) as target:
            client, server = _End(peer.sock), _End(target)
            while client.pass_on(server, said) and server.pass_on(client):
                _wait(client, server)
            for end in (client, server):
                end.finish()


class _End:
    """One of the two connections of a relay; neither waits for the other one's reader."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.unsent = bytearray()
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.setblocking(False)

    @property
    def is_full(self) -> bool:
        return len(self.unsent) > _MOST_UNSENT

    def pass_on(self, other: _End, said: bytearray | None = None) -> bool:
        """Give `other` what is there to be read; false at the end of the stream."""
        other.flush()
        while not other.is_full:
            try:
                data = self.sock.recv(65536)
            except _LATER:
                return True
            if not data:
                return False
            if said is not None:
                said += data
            other.unsent += data
            other.flush()
        return True

    def flush(self) -> None:
        while self.unsent:
            try:
                count = self.sock.send(self.unsent)
            except _LATER:
                return
            del self.unsent[:count]

    def finish(self) -> None:
        """Send the rest, as the other side has ended."""
        self.sock.settimeout(1)
        with contextlib.suppress(OSError):
            self.sock.sendall(self.unsent)


_MOST_UNSENT = 256 * 1024
_LATER = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


def _wait(client: _End, server: _End) -> None:
    pairs = ((client, server), (server, client))
    reading = [end.sock for end, other in pairs if not other.is_full]
    writing = [end.sock for end in (client, server) if end.unsent]
    select.select(reading, writing, ())
