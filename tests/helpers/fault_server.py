"""Servers that misbehave in one named way each; the names are those of the fault list.

    with fault_server("drip") as server:
        ...

`FAULTS` maps each name to a `Fault`. What goes wrong in the bytes of an answer is in
`fault_answers.py`; here is what takes time, a connection or several requests.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.helpers.bombs import brotli_bomb, gzip_bomb, gzip_chain, zstd_bomb
from tests.helpers.fault_answers import ANSWERS, HEAD, TEXT, encoded
from tests.helpers.raw_server import (
    Behaviour,
    ClosedPort,
    RawServer,
    RecordingPeer,
    answering,
    closing,
    response,
)

DRIP_SECONDS = 0.05
_SETTLE_SECONDS = 0.1


@dataclass(frozen=True)
class Fault:
    """One way to misbehave, made anew for each server because some count their requests."""

    make: Callable[[], Behaviour]
    scheme: str = "http"
    """What the client has to ask for; the server never speaks TLS."""
    receive_buffer: int | None = None
    refuses: bool = False


def fault_server(name: str) -> RawServer:
    """Return a server with the fault `name`; use it in a `with` block."""
    fault = FAULTS[name]
    if fault.refuses:
        return ClosedPort()
    return RawServer(fault.make(), receive_buffer=fault.receive_buffer)


# Silence and drips


def _accept_only(peer: RecordingPeer) -> None:
    peer.stopping.wait(20)


def _silent(peer: RecordingPeer) -> None:
    peer.read_request()
    peer.wait_until_gone()


def _then_silent(answer: bytes) -> Behaviour:
    def behave(peer: RecordingPeer) -> None:
        peer.read_request()
        peer.send(answer)
        peer.wait_until_gone()

    return behave


def _dripping(start: bytes, drop: bytes) -> Behaviour:
    def behave(peer: RecordingPeer) -> None:
        peer.read_request()
        peer.send(start)
        while not peer.stopping.wait(DRIP_SECONDS):
            peer.send(drop)

    return behave


def _endless(start: bytes, block: bytes) -> Behaviour:
    def behave(peer: RecordingPeer) -> None:
        peer.read_request()
        peer.send(start)
        while not peer.stopping.is_set():
            peer.send(block)

    return behave


def _endless_first(start: bytes, later: bytes) -> Behaviour:
    """Give the first request a body without end, and all others `later`."""
    endless = _endless(start, bytes(65536))
    first = itertools.count()

    def behave(peer: RecordingPeer) -> None:
        (answering(later) if next(first) else endless)(peer)

    return behave


# Resets


def _reset_accept(peer: RecordingPeer) -> None:
    peer.reset()


def _resetting(answer: bytes) -> Behaviour:
    """Reset behind `answer`, once it has had time to arrive: a reset overtakes bytes."""

    def behave(peer: RecordingPeer) -> None:
        peer.read_request()
        peer.send(answer)
        peer.sock.settimeout(_SETTLE_SECONDS)
        try:
            peer.wait_until_gone()
        except TimeoutError:
            peer.reset()

    return behave


def _reset_early(peer: RecordingPeer) -> None:
    peer.read_request()
    peer.reset()


def _close_early(peer: RecordingPeer) -> None:
    peer.read_request()


# Redirects


def moved(location: str, body: bytes = b"", *headers: str, status: str = "302 Found") -> bytes:
    """Return a redirect."""
    return response(body, f"Location: {location}", *headers, status=status)


def _leading(locations: Callable[[], Iterator[str]], end: bytes = b"") -> Callable[[], Behaviour]:
    """Lead each request to the next location, then give the end."""

    def make() -> Behaviour:
        left = locations()

        def behave(peer: RecordingPeer) -> None:
            while peer.read_request():
                location = next(left, None)
                peer.send(end if location is None else moved(location))

        return behave

    return make


def _numbered() -> Iterator[str]:
    return (f"/{number}" for number in itertools.count(1))


def _always(behaviour: Behaviour) -> Callable[[], Behaviour]:
    return lambda: behaviour


# Uploads


def _early_413(peer: RecordingPeer) -> None:
    peer.sock.recv(4096)
    peer.send(response(b"too large", "Connection: close", status="413 Content Too Large"))
    peer.stopping.wait(20)


def _early_413_close(peer: RecordingPeer) -> None:
    peer.sock.recv(4096)
    peer.send(response(b"too large", "Connection: close", status="413 Content Too Large"))


# Connections


def _stale(peer: RecordingPeer) -> None:
    """Answer one request of each connection; close it when the second one has arrived."""
    peer.read_request()
    peer.send(response(b"fresh", "Content-Type: text/plain"))
    peer.read_request()


_UNAUTHORIZED = response(b"no", 'WWW-Authenticate: Basic realm="again"', status="401 Unauthorized")


def _rate_limit(retry_after: str) -> Behaviour:
    return answering(
        response(b"slow", f"Retry-After: {retry_after}", status="429 Too Many Requests")
    )


_EVENT = b"data: tick\n\n"
_ALL: dict[str, Fault | Behaviour] = {
    **{name: closing(answer) for name, answer in ANSWERS.items()},
    # Row 1
    "refuses": Fault(_always(_silent), refuses=True),
    "reset-accept": _reset_accept,
    "reset-early": _reset_early,
    "reset-mid-head": _resetting(HEAD + b"Content-Ty"),
    "close-early": _close_early,
    "silent-accept": _accept_only,
    "silent-tls": Fault(_always(_accept_only), scheme="https"),
    "silent": _silent,
    "stall-mid-head": _then_silent(HEAD + b"Content-Ty"),
    "not-http": _then_silent(b"SSH-2.0-OpenSSH_9.2\r\n"),
    # Row 2
    "slow-head": _dripping(HEAD, b"X-Slow: 1\r\n"),
    "slow-line": _dripping(HEAD + b"X-Slow: ", b"x"),
    "drip": _dripping(TEXT + b"Content-Length: 1000000\r\n\r\n", b"x"),
    "drip-without-length": _dripping(TEXT + b"\r\n", b"x"),
    "drip-chunks": _dripping(TEXT + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
    "endless-sse": _dripping(HEAD + b"Content-Type: text/event-stream\r\n\r\n", _EVENT),
    # Row 3
    "stall": _then_silent(TEXT + b"Content-Length: 1000\r\n\r\n" + b"x" * 500),
    "stall-chunk": _then_silent(TEXT + b"Transfer-Encoding: chunked\r\n\r\na\r\n01234"),
    "reset-mid-body": _resetting(TEXT + b"Content-Length: 1000\r\n\r\n" + b"x" * 500),
    # Row 4
    "gzip-bomb": Fault(lambda: closing(encoded(b"gzip", gzip_bomb()))),
    "gzip-chain": Fault(lambda: closing(encoded(b"gzip, gzip", gzip_chain()))),
    "brotli-bomb": Fault(lambda: closing(encoded(b"br", brotli_bomb()))),
    "zstd-bomb": Fault(lambda: closing(encoded(b"zstd", zstd_bomb()))),
    "zstd-window": Fault(lambda: closing(encoded(b"zstd", zstd_bomb(window_log=27)))),
    "redirect-bomb": Fault(
        lambda: answering(moved("/on", gzip_bomb(), "Content-Encoding: gzip"), response(b"after"))
    ),
    # Row 6
    "endless-body": _endless(TEXT + b"\r\n", bytes(65536)),
    # Row 7
    "interim-flood": _endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 10),
    "interim-drip": _dripping(b"", b"HTTP/1.1 102 Processing\r\n\r\n"),
    # Row 9
    "overlong": _then_silent(TEXT + b"Content-Length: 5\r\n\r\nhello world"),
    "cl-and-te": _then_silent(
        TEXT
        + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"
        + b"5\r\nhello\r\n0\r\n\r\n"
    ),
    # Row 10
    "redirect-loop": Fault(_leading(lambda: itertools.cycle(("/a", "/b")))),
    "redirect-chain": Fault(
        _leading(lambda: itertools.islice(_numbered(), 25), response(b"end of the chain"))
    ),
    "redirect-endless": Fault(_leading(_numbered)),
    "redirect-bad-location": answering(moved("http://[::1")),
    "redirect-bad-port": answering(moved("http://127.0.0.1:99999/")),
    "redirect-no-host": answering(moved("http:///nowhere")),
    "redirect-file": answering(moved("file:///etc/passwd")),
    "redirect-javascript": answering(moved("javascript:alert(1)")),
    "redirect-two-locations": answering(moved("/a", b"", "Location: /b")),
    "redirect-endless-body": Fault(
        lambda: _endless_first(b"HTTP/1.1 302 Found\r\nLocation: /on\r\n\r\n", response(b"after"))
    ),
    # Row 12
    "stale-keep-alive": _stale,
    # Row 13
    "early-413": Fault(_always(_early_413), receive_buffer=4096),
    "early-413-close": Fault(_always(_early_413_close), receive_buffer=4096),
    "no-read-upload": Fault(_always(_accept_only), receive_buffer=4096),
    # Row 17
    "unauthorized-loop": answering(_UNAUTHORIZED),
    "rate-limit-junk": _rate_limit("soon"),
    "rate-limit-negative": _rate_limit("-5"),
    "rate-limit-huge": _rate_limit("9" * 400),
    "rate-limit-past": _rate_limit("Thu, 01 Jan 1970 00:00:00 GMT"),
}

FAULTS: dict[str, Fault] = {
    name: fault if isinstance(fault, Fault) else Fault(_always(fault))
    for name, fault in _ALL.items()
}
