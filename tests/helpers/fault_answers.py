"""Answers that are wrong in their bytes; each is sent once, and the connection closed."""

from __future__ import annotations

from tests.helpers.bombs import gzipped

HEAD = b"HTTP/1.1 200 OK\r\n"
TEXT = HEAD + b"Content-Type: text/plain\r\n"
_CHUNKED = TEXT + b"Transfer-Encoding: chunked\r\n\r\n"
_EMPTY = b"Content-Length: 0\r\n\r\n"
_OK = b"Content-Length: 2\r\n\r\nok"


def encoded(coding: bytes, data: bytes) -> bytes:
    """Return an answer whose body is `data`, said to be compressed."""
    length = b"Content-Length: %d\r\n\r\n" % len(data)
    return TEXT + b"Content-Encoding: " + coding + b"\r\n" + length + data


ANSWERS: dict[str, bytes] = {
    # Row 1
    "half-head": HEAD + b"Content-Ty",
    "http-0.9": b"<html>no head at all</html>",
    "status-words": b"HTTP/1.1 OK 200\r\n" + _EMPTY,
    "status-low": b"HTTP/1.1 99 Low\r\n" + _EMPTY,
    "status-zero": b"HTTP/1.1 000 Zero\r\n" + _EMPTY,
    "status-high": b"HTTP/1.1 1000 High\r\n" + _EMPTY,
    "status-alone": b"HTTP/1.1\r\n" + _EMPTY,
    "status-no-version": b"HTTP 200 OK\r\n" + _EMPTY,
    "status-icy": b"ICY 200 OK\r\n" + _EMPTY,
    "status-negative": b"HTTP/1.1 -200 OK\r\n" + _EMPTY,
    "tls-alert": b"\x15\x03\x01\x00\x02\x02F",
    # Row 3
    "truncated": TEXT + b"Content-Length: 1000\r\n\r\n" + b"x" * 500,
    "chunk-cut": _CHUNKED + b"10\r\n0123456789",
    "chunk-no-end": _CHUNKED + b"4\r\nabcd\r\n",
    "chunk-junk": _CHUNKED + b"4\r\nabcd\r\n-5\r\nx",
    "chunk-hex-prefix": _CHUNKED + b"4\r\nabcd\r\n0x5\r\nhello\r\n0\r\n\r\n",
    "chunk-overflow": _CHUNKED + b"4\r\nabcd\r\n" + b"f" * 17 + b"\r\nx",
    "chunk-longer": _CHUNKED + b"3\r\nabcdef\r\n0\r\n\r\n",
    "chunk-empty-size": _CHUNKED + b"4\r\nabcd\r\n\r\n",
    "chunk-long-extension": _CHUNKED + b"4;" + b"x" * 20_000 + b"\r\nabcd\r\n0\r\n\r\n",
    "chunk-trailer-flood": _CHUNKED + b"4\r\nabcd\r\n0\r\n" + b"X: y\r\n" * 1000 + b"\r\n",
    # Row 5
    "gzip-cut": encoded(b"gzip", gzipped(b"text " * 5000)[:40]),
    "gzip-lie": encoded(b"gzip", b"not gzip at all"),
    "gzip-tail": encoded(b"gzip", gzipped(b"text") + b"behind the end"),
    "unknown-coding": encoded(b"sdch", b"whatever"),
    "brotli-lie": encoded(b"br", b"not brotli at all"),
    "codings-many": encoded(b"gzip, gzip, gzip, gzip, gzip, gzip", b"whatever"),
    # Row 7
    "interim": (
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n"
        b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n" + HEAD + _OK
    ),
    "early-hints": b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n" + HEAD + _OK,
    "upgrade": (
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
        b"Connection: Upgrade\r\n\r\n\x81\x05hello"
    ),
    # Row 8
    "weird-headers": (
        HEAD + b"X-Latin: caf\xe9\r\nX-Utf8: caf\xc3\xa9\r\nX-Folded: a\r\n  b\r\nX Blank: c\r\n"
        b"X-Nul: a\x00b\r\nX-Empty:\r\nx-twice: 1\r\nX-Twice: 2\r\n" + _OK
    ),
    "header-no-colon": HEAD + b"no colon here\r\n" + _OK,
    "huge-header": HEAD + b"X-Huge: " + b"a" * 1_000_000 + b"\r\n" + _OK,
    "many-headers": HEAD + b"X-Many: 1\r\n" * 10_000 + _OK,
    "cookie-flood": HEAD
    + b"".join(b"Set-Cookie: c%d=%b\r\n" % (n, b"v" * 400) for n in range(400))
    + _OK,
    # Row 9
    "dup-length": TEXT + b"Content-Length: 5\r\nContent-Length: 7\r\n\r\nhello",
    "negative-length": TEXT + b"Content-Length: -5\r\n\r\nhello",
    "junk-length": TEXT + b"Content-Length: five\r\n\r\nhello",
    # Row 10
    "redirect-nowhere": b"HTTP/1.1 302 Found\r\n" + _EMPTY,
}
