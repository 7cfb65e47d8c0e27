"""What must not leave: refused before a connection opens, and where it stands (fault row 20)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from httpdesk.adapters.clock import SystemClock
from httpdesk.adapters.requests_transport import RequestsTransport
from httpdesk.engine.cancel import CancelToken
from httpdesk.engine.ports import Progress
from httpdesk.engine.send import SendContext, send
from httpdesk.model.errors import (
    HeaderReason,
    InvalidHeader,
    InvalidMethod,
    InvalidRequest,
    InvalidUrl,
    UrlPart,
    UrlReason,
)
from httpdesk.model.request import Header, QueryParam, RawBody, RawKind, Request
from tests.helpers.raw_server import RawServer, answering, response

FRAMING, CONTROL, NO_TOKEN = (
    HeaderReason.FRAMING,
    HeaderReason.CONTROL,
    HeaderReason.NAME_NOT_TOKEN,
)


@pytest.fixture
def context(tmp_path: Path) -> Iterator[SendContext]:
    transport = RequestsTransport(tmp_path)
    yield SendContext(transport, SystemClock())
    transport.close()


@pytest.fixture
def server() -> Iterator[RawServer]:
    with RawServer(answering(response(b"ok"))) as server:
        yield server


def refused(context: SendContext, server: RawServer, request: Request) -> InvalidRequest:
    """Return why it is not sent; no connection may have come."""
    with pytest.raises(InvalidRequest) as caught:
        send(request, context, CancelToken(), Progress())
    assert server.connections == 0
    return caught.value


HEADERS: list[tuple[str, str, HeaderReason, int]] = [
    ("X-A", "a\r\nX-B: b", CONTROL, 1),
    ("X-A", "a\nb", CONTROL, 1),
    ("X-A", "ab\rc", CONTROL, 2),
    ("X-A", "abc\0", CONTROL, 3),
    ("X-A", "\x01", CONTROL, 0),
    ("X-A", "a\x7f", CONTROL, 1),
    ("X-A", "a\r\n folded", CONTROL, 1),
    ("X A", "1", NO_TOKEN, 1),
    ("X-A:", "1", NO_TOKEN, 3),
    ("X-A\r\nX-B", "1", NO_TOKEN, 3),
    ("X-A\0", "1", NO_TOKEN, 3),
    ("Xé", "1", NO_TOKEN, 1),
    ("(X)", "1", NO_TOKEN, 0),
    ("", "1", HeaderReason.EMPTY_NAME, 0),
    ("Transfer-Encoding", "chunked", FRAMING, 0),
    ("transfer-encoding", "identity", FRAMING, 0),
    ("Content-Length", "3", FRAMING, 0),
    ("Content-Length", "+4", FRAMING, 0),
    ("Content-Length", "4, 4", FRAMING, 0),
]


@pytest.mark.parametrize("row", HEADERS)
def test_a_header_that_is_none_or_smuggles(
    context: SendContext, server: RawServer, row: tuple[str, str, HeaderReason, int]
) -> None:
    """Security.md 3: NUL, blanks in names and hand-written framing went out of requests."""
    name, value, *told = row
    request = Request(
        method="POST",
        url=f"http://127.0.0.1:{server.port}/",
        headers=(Header("X-First", "fine"), Header(name, value)),
        body=RawBody(RawKind.TEXT, "body"),
    )
    error = refused(context, server, request)
    assert isinstance(error, InvalidHeader)
    assert [error.row, error.reason, error.position] == [1, *told]


@pytest.mark.parametrize("name", ["Host", "Content-Length"])
def test_a_second_one_of_what_there_is_one_of(
    context: SendContext, server: RawServer, name: str
) -> None:
    value = "4" if name == "Content-Length" else f"127.0.0.1:{server.port}"
    request = Request(
        method="POST",
        url=f"http://127.0.0.1:{server.port}/",
        headers=(Header(name, value), Header(name.lower(), value)),
        body=RawBody(RawKind.TEXT, "body"),
    )
    error = refused(context, server, request)
    assert isinstance(error, InvalidHeader)
    assert (error.row, error.reason) == (1, FRAMING)


def test_a_variable_cannot_bring_in_what_may_not_be_typed(
    context: SendContext, server: RawServer
) -> None:
    """Statement 18: checked once everything is filled in; the place is that of the variable."""
    request = Request(
        url=f"http://127.0.0.1:{server.port}/",
        headers=(Header("X-A", "{{evil}}"),),
        variables=(("evil", "a\r\nX-Injected: b"),),
    )
    error = refused(context, server, request)
    assert isinstance(error, InvalidHeader)
    assert (error.row, error.reason, error.position) == (0, CONTROL, 0)


@pytest.mark.parametrize(
    "method", ["GET /evil HTTP/1.1\r\nX: y", "GE T", "GET\0", "GET\nX", "GÉT", "(GET)", ""]
)
def test_a_method_that_is_no_token(context: SendContext, server: RawServer, method: str) -> None:
    request = Request(method=method, url=f"http://127.0.0.1:{server.port}/")
    error = refused(context, server, request)
    assert isinstance(error, InvalidMethod)
    assert error.method == method


URLS: list[tuple[str, UrlPart, UrlReason, int]] = [
    ("ftp://127.0.0.1:{port}/", UrlPart.SCHEME, UrlReason.UNSUPPORTED, 0),
    ("file:///etc/passwd", UrlPart.SCHEME, UrlReason.UNSUPPORTED, 0),
    ("http://", UrlPart.HOST, UrlReason.MISSING, 7),
    ("http://127.0.0.1:99999/", UrlPart.PORT, UrlReason.OUT_OF_RANGE, 17),
    ("http://127.0.0.1:{port}0000/", UrlPart.PORT, UrlReason.OUT_OF_RANGE, 17),
    ("http://127.0.0.1:0/", UrlPart.PORT, UrlReason.OUT_OF_RANGE, 17),
    ("http://127.0.0.1:8o/", UrlPart.PORT, UrlReason.NOT_A_NUMBER, 17),
    ("http://127.0.0.1:-1/", UrlPart.PORT, UrlReason.NOT_A_NUMBER, 17),
    ("http://127.0.0.1 :{port}/", UrlPart.HOST, UrlReason.SPACE, 7),
    ("http://127.0.0.1\r\nHost: evil/", UrlPart.HOST, UrlReason.SPACE, 7),
    ("http://127.0.0.1\0.evil/", UrlPart.HOST, UrlReason.CONTROL, 7),
    ("http://127.0.0.1%0d%0a/", UrlPart.HOST, UrlReason.MALFORMED, 7),
    ("http://good.test\\@127.0.0.1:{port}/", UrlPart.USERINFO, UrlReason.MALFORMED, 7),
    ("http://127.0.0.1:{port}\\@good.test/", UrlPart.USERINFO, UrlReason.MALFORMED, 7),
    ("http://a%0d%0a:b@127.0.0.1:{port}/", UrlPart.USERINFO, UrlReason.CONTROL, 7),
    ("http://a%3Ab:c@127.0.0.1:{port}/", UrlPart.USERINFO, UrlReason.MALFORMED, 7),
    ("http://[::1/", UrlPart.HOST, UrlReason.MALFORMED, 7),
    ("http://[127.0.0.1]:{port}/", UrlPart.HOST, UrlReason.MALFORMED, 7),
    ("http://[fe80::1%25eth0]/", UrlPart.HOST, UrlReason.UNSUPPORTED, 7),
    ("http://a..b/", UrlPart.HOST, UrlReason.MALFORMED, 7),
    ("http://" + "x" * 64 + ".test/", UrlPart.HOST, UrlReason.OUT_OF_RANGE, 7),
    ("http://" + "x.y" * 100 + "/", UrlPart.HOST, UrlReason.OUT_OF_RANGE, 7),
    ("http://ex\u202eample.test/", UrlPart.HOST, UrlReason.NOT_IDNA, 7),
    ("http://a\u2044b.test/", UrlPart.HOST, UrlReason.NOT_IDNA, 7),
]


@pytest.mark.parametrize("row", URLS)
def test_a_url_that_cannot_be(
    context: SendContext, server: RawServer, row: tuple[str, UrlPart, UrlReason, int]
) -> None:
    """Fault rows 19 and 20: the error points at the part."""
    typed, *told = row
    error = refused(context, server, Request(url=typed.replace("{port}", str(server.port))))
    assert isinstance(error, InvalidUrl)
    assert [error.part, error.reason, error.position] == told


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"url": "/a b\r\nX: y"}, b"GET /a%20b%0D%0AX:%20y HTTP/1.1\r\n"),
        ({"url": "/\0\x7f"}, b"GET /%00%7F HTTP/1.1\r\n"),
        ({"params": (QueryParam("k\r\n", "v\r\nX: y"),)}, b"GET /?k%0D%0A=v%0D%0AX%3A+y HTTP/1.1"),
        ({"url": "/%zz/../x"}, b"GET /%zz/../x HTTP/1.1\r\n"),
        ({"method": "get"}, b"get / HTTP/1.1\r\n"),
    ],
)
def test_what_can_be_sent_harmlessly_is_encoded_or_left_alone(
    context: SendContext, server: RawServer, changes: dict[str, Any], line: bytes
) -> None:
    """Security.md 3: requests collapses `/x/../`, escapes `%zz` and changes methods."""
    path = changes.pop("url", "/")
    request = Request(url=f"http://127.0.0.1:{server.port}{path}", **changes)
    exchange = send(request, context, CancelToken(), Progress())
    assert exchange.error is None
    (wire,) = server.requests
    assert wire.startswith(line)
    assert wire.count(b"\r\n\r\n") == 1
    assert b"\r\nX: y" not in wire
