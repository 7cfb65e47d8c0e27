"""TLS inside TLS loses no byte, whichever side is slow."""

from __future__ import annotations

import hashlib
import os
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from httpdesk.adapters.tls_over_tls import TlsOverTls
from tests.helpers.proxies import Relay
from tests.helpers.raw_server import Behaviour, RecordingPeer
from tests.helpers.tls_server import Authority, tls_server


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@contextmanager
def connected(authority: Authority, behaviour: Behaviour) -> Iterator[tuple[TlsOverTls, Relay]]:
    """Give a connection to a server with TLS through a relay with TLS."""
    trusting = ssl.create_default_context(cafile=str(authority.ca_file))
    context = authority.context("localhost")
    with tls_server(context, behaviour) as server, Relay(server.port, tls=context) as relay:
        sock = socket.create_connection(("127.0.0.1", relay.port))
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 32 * 1024)
        outer = trusting.wrap_socket(sock, server_hostname="localhost")
        inner = TlsOverTls(outer, trusting, "localhost")
        inner.do_handshake()
        yield inner, relay
        inner.close()


def fill(inner: TlsOverTls) -> bytes:
    """Send until nothing more is taken; return what was."""
    inner.settimeout(0.2)
    taken = bytearray()
    with suppress(TimeoutError):
        while True:
            data = os.urandom(100_000)
            taken += data[: inner.send(data)]
    return bytes(taken)


def test_what_was_taken_arrives_though_a_later_send_ran_into_its_timeout(
    authority: Authority,
) -> None:
    """An upload is sent in slices of time; what urllib3's transport loses there is a record."""
    sent: list[bytes] = []
    go = threading.Event()

    def slow(peer: RecordingPeer) -> None:
        go.wait(10)
        received = bytearray()
        while len(received) < len(sent[0]):
            received += peer.sock.recv(65536)
        peer.send(hashlib.sha256(received).digest())

    with connected(authority, slow) as (inner, _):
        sent.append(fill(inner))
        # The server reads on while the client waits in `recv` with the rest still in hand.
        threading.Timer(0.2, go.set).start()
        inner.settimeout(10)
        assert inner.recv(100) == hashlib.sha256(sent[0]).digest()


def test_an_answer_is_read_though_the_connection_broke_behind_it(authority: Authority) -> None:
    """Fault row 13."""
    go = threading.Event()

    def answer_and_go(peer: RecordingPeer) -> None:
        peer.send(b"too much")
        go.wait(10)

    with connected(authority, answer_and_go) as (inner, relay):
        fill(inner)
        go.set()
        relay.__exit__(None, None, None)
        inner.settimeout(10)
        assert inner.recv(100) == b"too much"
        with pytest.raises(OSError):
            inner.sendall(b"more")


def test_nothing_to_read_is_said_at_once(authority: Authority) -> None:
    with connected(authority, lambda peer: peer.wait_until_gone()) as (inner, _):
        inner.settimeout(0)
        with pytest.raises(ssl.SSLWantReadError):
            inner.recv(10)
        inner.settimeout(0.05)
        with pytest.raises(TimeoutError):
            inner.recv(10)
        assert inner.gettimeout() == 0.05


def test_facts_of_the_inner_connection(authority: Authority) -> None:
    with connected(authority, lambda peer: peer.wait_until_gone()) as (inner, _):
        cipher = inner.cipher()
        assert (inner.version(), inner.selected_alpn_protocol()) == ("TLSv1.3", None)
        assert cipher is not None
        assert cipher[0].startswith("TLS_")


def test_a_refused_handshake_is_told_to_the_server(authority: Authority, tmp_path: Path) -> None:
    """The alert leaves although the handshake has failed."""
    stranger = Authority(tmp_path, "stranger")
    trusting = ssl.create_default_context(cafile=str(authority.ca_file))
    with (
        tls_server(stranger.context("localhost")) as server,
        Relay(server.port, tls=authority.context("localhost")) as relay,
    ):
        sock = socket.create_connection(("127.0.0.1", relay.port))
        outer = trusting.wrap_socket(sock, server_hostname="localhost")
        inner = TlsOverTls(outer, trusting, "localhost")
        with pytest.raises(ssl.SSLCertVerificationError):
            inner.do_handshake()
        inner.close()
        for thread in relay._threads[1:]:
            thread.join(5)
    assert bytes(relay.seen[0]).endswith(b"\x15\x03\x03\x00\x02\x02\x30"), "unknown_ca"


def test_bytes_that_wait_inside_are_told(authority: Authority) -> None:
    """A poll of the outer socket says nothing of them."""

    def two_records(peer: RecordingPeer) -> None:
        peer.send(b"first")
        peer.send(b"second")
        peer.wait_until_gone()

    with connected(authority, two_records) as (inner, _):
        assert inner.recv(5) == b"first"
        inner.settimeout(5)
        assert inner.recv(2) == b"se"
        assert inner.pending() >= len(b"cond")
        assert inner.recv(4) == b"cond"
        assert inner.pending() == 0
