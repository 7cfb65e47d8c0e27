"""Servers that misbehave in one named way each; the names are those of the fault list.

    with fault_server("drip") as server:
        ...

`FAULTS` maps each name to a behaviour of `RawServer`.
"""

from __future__ import annotations

import zlib

from tests.helpers.raw_server import Behaviour, RawServer, RecordingPeer, closing

_HEAD = b"HTTP/1.1 200 OK\r\n"
_TEXT = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
DRIP_SECONDS = 0.05


def fault_server(name: str) -> RawServer:
    """Return a server with the fault `name`; use it in a `with` block."""
    return RawServer(FAULTS[name])


def _close_early(peer: RecordingPeer) -> None:
    peer.read_request()


def _reset_early(peer: RecordingPeer) -> None:
    peer.read_request()
    peer.reset()


def _silent(peer: RecordingPeer) -> None:
    peer.read_request()
    peer.wait_until_gone()


def _slow_head(peer: RecordingPeer) -> None:
    peer.read_request()
    peer.send(_HEAD)
    while not peer.stopping.wait(DRIP_SECONDS):
        peer.send(b"X-Slow: 1\r\n")


def _drip(peer: RecordingPeer) -> None:
    peer.read_request()
    peer.send(_TEXT + b"Content-Length: 1000000\r\n\r\n")
    while not peer.stopping.wait(DRIP_SECONDS):
        peer.send(b"x")


def _drip_without_length(peer: RecordingPeer) -> None:
    peer.read_request()
    peer.send(_TEXT + b"\r\n")
    while not peer.stopping.wait(DRIP_SECONDS):
        peer.send(b"x")


def _then_silent(answer: bytes) -> Behaviour:
    def behave(peer: RecordingPeer) -> None:
        peer.read_request()
        peer.send(answer)
        peer.wait_until_gone()

    return behave


def _reset_mid_body(peer: RecordingPeer) -> None:
    peer.read_request()
    peer.send(_TEXT + b"Content-Length: 1000\r\n\r\n" + b"x" * 500)
    # Without waiting for a sign of life the reset would overtake the bytes.
    peer.sock.settimeout(0.1)
    try:
        peer.wait_until_gone()
    except TimeoutError:
        peer.reset()


def _interim_flood(peer: RecordingPeer) -> None:
    peer.read_request()
    for _ in range(40):
        peer.send(b"HTTP/1.1 100 Continue\r\n\r\n")
    peer.wait_until_gone()


def gzipped(data: bytes) -> bytes:
    """Return `data` as one gzip member."""
    engine = zlib.compressobj(wbits=31)
    return engine.compress(data) + engine.flush()


def _gzip_bomb() -> bytes:
    """Return 64 MiB of zeros, compressed to about 64 kB."""
    engine = zlib.compressobj(9, wbits=31)
    block = bytes(1024 * 1024)
    return b"".join(engine.compress(block) for _ in range(64)) + engine.flush()


def _encoded(coding: bytes, data: bytes) -> bytes:
    length = b"Content-Length: %d\r\n\r\n" % len(data)
    return _TEXT + b"Content-Encoding: " + coding + b"\r\n" + length + data


FAULTS: dict[str, Behaviour] = {
    "close-early": _close_early,
    "reset-early": _reset_early,
    "half-head": closing(_HEAD + b"Content-Ty"),
    "silent": _silent,
    "not-http": _then_silent(b"SSH-2.0-OpenSSH_9.2\r\n"),
    "http-0.9": closing(b"<html>no head at all</html>"),
    "slow-head": _slow_head,
    "drip": _drip,
    "drip-without-length": _drip_without_length,
    "stall": _then_silent(_TEXT + b"Content-Length: 1000\r\n\r\n" + b"x" * 500),
    "truncated": closing(_TEXT + b"Content-Length: 1000\r\n\r\n" + b"x" * 500),
    "reset-mid-body": _reset_mid_body,
    "chunk-cut": closing(_TEXT + b"Transfer-Encoding: chunked\r\n\r\n10\r\n0123456789"),
    "chunk-junk": closing(_TEXT + b"Transfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n-5\r\nx"),
    "gzip-cut": closing(_encoded(b"gzip", gzipped(b"text " * 5000)[:40])),
    "gzip-lie": closing(_encoded(b"gzip", b"not gzip at all")),
    "gzip-bomb": closing(_encoded(b"gzip", _gzip_bomb())),
    "unknown-coding": closing(_encoded(b"sdch", b"whatever")),
    "many-headers": closing(_HEAD + b"X-Many: 1\r\n" * 600 + b"Content-Length: 0\r\n\r\n"),
    "huge-header": closing(_HEAD + b"X-Huge: " + b"a" * 300_000 + b"\r\n\r\n"),
    "interim-flood": _interim_flood,
    "cl-and-te": _then_silent(
        _TEXT
        + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"
        + b"5\r\nhello\r\n0\r\n\r\n"
    ),
    "dup-length": closing(_TEXT + b"Content-Length: 5\r\nContent-Length: 7\r\n\r\nhello"),
    "negative-length": closing(_TEXT + b"Content-Length: -5\r\n\r\nhello"),
    "overlong": _then_silent(_TEXT + b"Content-Length: 5\r\n\r\nhello world"),
}
