"""Bodies that hurt viewers, each with the name that quality.md has for it (rows 22 to 25)."""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass

EVERYTHING = bool(os.environ.get("HTTPDESK_TEST_ALL"))
"""Whether the large ones have their whole size."""
SHARE = 1 if EVERYTHING else 10
"""By how much the large ones are smaller."""
MEGABYTE = 1_000_000


@dataclass(frozen=True)
class HostileBody:
    """What a server sends, and what it says it is."""

    media: str
    make: Callable[[], bytes]


@dataclass(frozen=True)
class Trap:
    """What no view may touch: a server that counts, and a file whose readers never come back."""

    url: str
    file: str

    def fill(self, text: str) -> bytes:
        """Return a body that asks for both."""
        return text.replace("URL", self.url).replace("FILE", self.file).encode()


def png(width: int, height: int, data: bytes = bytes(100)) -> bytes:
    """Return a PNG that claims this size, whatever pixels it has."""

    def chunk(name: bytes, content: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(name + content))
        return struct.pack(">I", len(content)) + name + content + check

    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    start = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)
    return start + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b"")


def _lines(count: int) -> bytes:
    return b"".join(b"%d\n" % number for number in range(count))


def _attributes(count: int) -> bytes:
    return b"<a " + b" ".join(b'a%d="%d"' % (n, n) for n in range(count)) + b"/>"


def _keys(count: int) -> bytes:
    return b"[{" + b",".join(b'"key %d": %d' % (n, n) for n in range(count)) + b"}]"


def _objects(depth: int) -> bytes:
    return b'{"a":' * depth + b"1" + b"}" * depth


def _one_line() -> bytes:
    record = b'{"id":12345678901234567890,"price":1.10,"name":"x \\u00e9"},'
    return b"[" + record * (20 * MEGABYTE // SHARE // len(record)) + b'"end"]'


_JSON, _PLAIN, _XML = "application/json", "text/plain; charset=utf-8", "application/xml"
_CONTROLS = bytes(range(32)) + b"\x7f \x1b]0;title\x07 \x1b[2J " + bytes(range(0x80, 0xA0))
_BIDI = "abc \u202etxt.exe\u202c \u2066evil\u2069 \u200b\u200d\ufeff \u061c \u2028 end"
_EVENTS = b"".join(b"id: %d\nevent: \x1b[31m\ndata: <b>%d</b>\n\n" % (n, n) for n in range(5000))
_CELLS = b",".join(b"%d" % n for n in range(200_000 // SHARE))

BODIES: dict[str, HostileBody] = {
    # Row 22
    "json-deep": HostileBody(_JSON, lambda: b"[" * 100_000 + b"]" * 100_000),
    "json-deep-objects": HostileBody(_JSON, lambda: _objects(200_000 // SHARE)),
    "json-bigint": HostileBody(_JSON, lambda: b'{"id": 12345678901234567890, "n": 1.10}'),
    "json-bigint-long": HostileBody(_JSON, lambda: b"[" + b"9" * (10 * MEGABYTE // SHARE) + b"]"),
    "json-dupkeys": HostileBody(_JSON, lambda: b'{"a": 1, "b": 2, "a": 3}'),
    "json-dupkeys-many": HostileBody(
        _JSON, lambda: b"{" + b'"a":1,' * (500_000 // SHARE) + b'"a":2}'
    ),
    "json-oneline": HostileBody(_JSON, _one_line),
    "json-long-string": HostileBody(
        _JSON, lambda: b'["' + b"x\\n" * (5 * MEGABYTE // SHARE) + b'"]'
    ),
    "json-many-keys": HostileBody(_JSON, lambda: _keys(300_000 // SHARE)),
    "json-cut-escapes": HostileBody(_JSON, lambda: b'["' + b"\\" * (MEGABYTE // SHARE)),
    # Row 23
    "long-line": HostileBody(_PLAIN, lambda: b"long line " * (20 * MEGABYTE // SHARE // 10)),
    "nul-text": HostileBody(_PLAIN, lambda: b"before\0after\n" * 1000),
    "nul-megabytes": HostileBody(_PLAIN, lambda: bytes(20 * MEGABYTE // SHARE)),
    "wrong-charset": HostileBody(_PLAIN, lambda: "Grüße, déjà vu\n".encode("latin-1") * 100),
    "wrong-charset-json": HostileBody(
        "application/json; charset=utf-16", lambda: b'{"a": "plain ASCII"}'
    ),
    "charset-bogus": HostileBody("text/plain; charset=klingon", lambda: b"words"),
    "charset-rot": HostileBody("text/plain; charset=rot13", lambda: b"words"),
    "controls": HostileBody(_PLAIN, lambda: _CONTROLS * 100),
    "bidirectional": HostileBody(_PLAIN, lambda: (_BIDI + "\n").encode() * 100),
    "broken-utf-8": HostileBody(
        _PLAIN, lambda: b"a\xff\xc3(\xe2\x82\xf0\x9f\x98 \xed\xa0\x80\n" * 999
    ),
    "many-lines": HostileBody(_PLAIN, lambda: _lines(10 * MEGABYTE // SHARE)),
    "combining": HostileBody(_PLAIN, lambda: _accents(100_000)),
    # Row 24
    "png-bomb": HostileBody("image/png", lambda: png(60_000, 60_000)),
    "png-zeros": HostileBody("image/png", lambda: png(3_000, 3_000, bytes(40 * MEGABYTE))),
    "png-cut": HostileBody("image/png", lambda: png(64, 64, bytes(64 * 257))[:60]),
    "png-none": HostileBody("image/png", lambda: b"\x89PNG\r\n\x1a\n"),
    "gif-cut": HostileBody("image/gif", lambda: b"GIF89a\xff\xff\xff\xff\xf7\0\0"),
    "jpeg-cut": HostileBody(
        "image/jpeg", lambda: b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0"
    ),
    "svg-deep": HostileBody("image/svg+xml", lambda: b"<svg>" + b"<g>" * 100_000),
    "xml-bomb": HostileBody(_XML, lambda: _laughs(20)),
    "xml-deep": HostileBody(_XML, lambda: b"<a>" * 50_000 + b"</a>" * 50_000),
    "xml-attributes": HostileBody(_XML, lambda: _attributes(MEGABYTE // SHARE)),
    # Lists that never end, of other kinds
    "html-deep": HostileBody("text/html", lambda: b"<div><b>" * 100_000),
    "events-controls": HostileBody("text/event-stream", lambda: _EVENTS),
    "lines-of-nothing": HostileBody("application/x-ndjson", lambda: b"{}\n" * (200_000 // SHARE)),
    "csv-wide": HostileBody("text/csv", lambda: _CELLS + b"\n" + _CELLS),
    "csv-quote": HostileBody("text/csv", lambda: b'a,b\n"' + b"x\n" * (MEGABYTE // SHARE)),
    "form-many": HostileBody(
        "application/x-www-form-urlencoded", lambda: b"a=%00%ff&" * (MEGABYTE // SHARE)
    ),
    "multipart-many": HostileBody(
        "multipart/mixed; boundary=x", lambda: b"--x\r\n\r\n\r\n" * 20_000
    ),
}


def _accents(count: int) -> bytes:
    return ("a" + "\u0301" * count).encode()


def _laughs(levels: int) -> bytes:
    names = [f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, levels)]
    return f'<!DOCTYPE x [<!ENTITY l0 "lol">{"".join(names)}]><x>&l{levels - 1};</x>'.encode()


ACTIVE: dict[str, tuple[str, str]] = {
    "html-active": (
        "text/html",
        (
            '<html><head><title>Stolen</title><base href="URL/base/"><meta http-equiv="refresh"'
            ' content="0;url=URL/refresh"><link rel="stylesheet" href="URL/style.css">'
            "<style>@import 'URL/import.css'; body{background:url(file://FILE)}</style>"
            '<script src="URL/script.js"></script><script>document.title="Stolen";fetch("URL/js")'
            "</script></head><body onload=\"location='URL/onload'\">"
            '<img src="file://FILE" width=99>'
            '<img src="URL/image.png"><iframe src="URL/frame"></iframe><object data="URL/object">'
            '</object><video src="URL/video" autoplay></video><form action="URL/form"><input '
            'autofocus onfocus="submit()"></form><a href="URL/ping" ping="URL/ping">x</a>'
            '<svg><image href="file://FILE"/></svg></body></html>'
        ),
    ),
    "svg-active": (
        "image/svg+xml",
        (
            '<?xml-stylesheet href="URL/style.css"?><svg xmlns="http://www.w3.org/2000/svg" '
            'xmlns:xlink="http://www.w3.org/1999/xlink" width="99" height="99" '
            "onload=\"fetch('URL')\">"
            "<script>fetch('URL/js')</script><script href=\"URL/script.js\"/>"
            '<image href="file://FILE" width="99" height="99"/><image xlink:href="URL/i.png"/>'
            '<use href="URL/sprite.svg#a"/><style>@font-face{font-family:a;src:url(URL/font)}'
            '</style><text style="font-family:a">x</text><foreignObject><img src="URL/i"/>'
            '</foreignObject><feImage href="file://FILE"/></svg>'
        ),
    ),
    "xml-entity": (
        "application/xml",
        (
            '<?xml version="1.0"?><?xml-stylesheet href="URL/style.xsl" type="text/xsl"?>'
            '<!DOCTYPE x SYSTEM "URL/x.dtd" [<!ENTITY e SYSTEM "file://FILE">'
            '<!ENTITY u SYSTEM "URL/e"><!ENTITY % p SYSTEM "URL/p">%p;]>'
            '<x xmlns:xi="http://www.w3.org/2001/XInclude">&e;&u;<xi:include href="file://FILE"/></x>'
        ),
    ),
}
"""Media type and text of bodies that ask for more; URL and FILE are to be replaced."""
