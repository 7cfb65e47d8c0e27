"""The log of a debugged request (statements 75 and 76), from exchanges of the real engine."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest

from httpdesk.adapters.clock import SystemClock
from httpdesk.adapters.cookie_jars import MemoryJar
from httpdesk.adapters.requests_transport import RequestsTransport
from httpdesk.engine.cancel import CancelToken
from httpdesk.engine.debug_log import DebugEntry, Level, debug_log
from httpdesk.engine.masking import MASK
from httpdesk.engine.ports import Progress
from httpdesk.engine.send import SendContext, send
from httpdesk.model.collection import Scope
from httpdesk.model.exchange import Exchange
from httpdesk.model.request import (
    FormBody,
    FormField,
    FormPart,
    Header,
    MultipartBody,
    Options,
    RawBody,
    RawKind,
    Request,
)
from tests.helpers.raw_server import Peer, RawServer, answering, closing, response

DEBUG = Options(debug=True)


@pytest.fixture
def transport(tmp_path: Path) -> Iterator[RequestsTransport]:
    transport = RequestsTransport(tmp_path)
    yield transport
    transport.close()


def sent(transport: RequestsTransport, request: Request, **values: str) -> Exchange:
    scope = Scope((("runtime", tuple(values.items())),))
    context = SendContext(transport, SystemClock(), scope, cookies=MemoryJar())
    return send(request, context, CancelToken(), Progress())


def logged(transport: RequestsTransport, request: Request) -> list[DebugEntry]:
    return list(debug_log(sent(transport, request)))


def test_an_entry_tells_both_messages(transport: RequestsTransport) -> None:
    """Statement 75: request line, headers, body preview, and the answer; time and phases."""
    body = RawBody(RawKind.JSON, '{"a":\n 1}')
    answer = response(b"two\r\nlines", "Content-Type: text/plain", status="201 Created")
    with RawServer(answering(answer)) as server:
        url = f"http://127.0.0.1:{server.port}/a%2Fb?x=1"
        request = Request(method="POST", url=url, body=body, options=DEBUG)
        exchange = sent(transport, request)
    (entry,) = debug_log(exchange)
    head = server.requests[0].split(b"\r\n\r\n")[0].decode().split("\r\n")
    assert list(entry.lines[: len(head)]) == [f"> {line}" for line in head]
    rest = entry.lines[len(head) :]
    assert rest[:4] == (">", '> {"a":', ">  1}", f"* 127.0.0.1:{server.port}")
    assert rest[4:9] == (
        *(
            "< HTTP/1.1 201 Created",
            "< Content-Type: text/plain",
            "< Content-Length: 10",
            "<",
            "< two",
        ),
    )
    assert rest[9] == "< lines"
    assert rest[10].startswith("* ")
    assert " ms, wait " in rest[10]
    assert (entry.level, entry.number) == (Level.INFO, 1)
    assert entry.at >= exchange.started_at
    assert str(entry).split("\n")[0] == entry.title
    assert entry.title.endswith("Z info attempt 1")


def test_each_attempt_has_an_entry_and_redirects_are_in_it(transport: RequestsTransport) -> None:
    """Statement 75: failures included."""
    redirect = response(b"gone there", "Location: /there", status="302 Found")
    busy = response(b"busy", status="503 Service Unavailable")
    options = replace(DEBUG, retry_max=1, retry_delay_ms=20)
    with RawServer(answering(redirect, busy, redirect, response(b"here"))) as server:
        url = f"http://127.0.0.1:{server.port}/start"
        first, second = logged(transport, Request(url=url, options=options))
    assert (first.level, second.level) == (Level.WARNING, Level.INFO)
    requests = ["> GET /start HTTP/1.1", "> GET /there HTTP/1.1"]
    for entry, last in ((first, "< busy"), (second, "< here")):
        assert [line for line in entry.lines if line.startswith("> GET")] == requests
        assert "< gone there" in entry.lines
        assert last in entry.lines
    assert first.lines[-1].startswith("* waited ")
    assert first.lines[-1].endswith(" ms, fixed")
    assert second.at > first.at


def test_failures_are_named_by_stage(transport: RequestsTransport) -> None:
    """Statements 71 and 75."""
    with RawServer(answering(b"")) as server:
        port = server.port
    request = Request(url=f"http://127.0.0.1:{port}/never?a=1", options=DEBUG)
    (entry,) = logged(transport, request)
    assert entry.lines[0] == f"* not sent: GET http://127.0.0.1:{port}/never?a=1 HTTP/1.1"
    assert entry.lines[-1].startswith("! ConnectionRefused in connect after ")
    assert entry.lines[-1].endswith(" ms, sent: nothing")
    assert entry.level is Level.ERROR

    def silent(peer: Peer) -> None:
        peer.read_request()
        peer.wait_until_gone()

    with RawServer(silent) as server:
        url = f"http://127.0.0.1:{server.port}/slow"
        options = replace(DEBUG, timeout_ms=100, retry_max=1)
        entries = logged(transport, Request(url=url, options=options))
    assert [entry.number for entry in entries] == [1, 2]
    for entry in entries:
        assert entry.lines[0] == "> GET /slow HTTP/1.1"
        assert any(line.startswith("! TimedOut in wait after 1") for line in entry.lines)
    with RawServer(closing(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\ncut")) as server:
        url = f"http://127.0.0.1:{server.port}/cut"
        (entry,) = logged(transport, Request(url=url, options=DEBUG))
    assert "< cut" in entry.lines
    assert entry.lines[-1].startswith("! IncompleteBody in receive")


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (b"x" * 10_240, "< " + "x" * 10_240),
        (b"x" * 10_241, "< <10241 bytes>"),
        (b"\x89PNG\0", "< <5 bytes>"),
        (b"caf\xe9", "< <4 bytes>"),
    ],
)
def test_a_long_or_binary_body_is_its_size(
    transport: RequestsTransport, body: bytes, shown: str
) -> None:
    """Statement 75."""
    with RawServer(answering(response(body))) as server:
        url = f"http://127.0.0.1:{server.port}/"
        (entry,) = logged(transport, Request(url=url, options=DEBUG))
        text = body.decode("latin-1")
        request = Request(method="POST", url=url, body=RawBody(RawKind.TEXT, text), options=DEBUG)
        (posted,) = logged(transport, request)
    assert shown in entry.lines
    size = len(text.encode())
    assert (f"> <{size} bytes>" in posted.lines) == (size > 10_240 or b"\0" in body)


def test_the_charset_of_the_answer_counts(transport: RequestsTransport) -> None:
    answer = response(b"caf\xe9", "Content-Type: text/plain; charset=ISO-8859-1")
    with RawServer(answering(answer)) as server:
        request = Request(url=f"http://127.0.0.1:{server.port}/", options=DEBUG)
        (entry,) = logged(transport, request)
    assert "< café" in entry.lines


def test_nothing_is_logged_unless_it_is_asked_for(transport: RequestsTransport) -> None:
    with RawServer(answering(response(b"x"))) as server:
        exchange = sent(transport, Request(url=f"http://127.0.0.1:{server.port}/"))
    assert debug_log(exchange) == ()
    assert exchange.attempts[0].hops[0].received_preview is None


SECRET = "pl4nted/se+cret=9"


def test_no_secret_is_in_the_log(transport: RequestsTransport) -> None:
    """Statement 76: by name and by value, in heads and bodies, in every hop."""
    echo = json.dumps(
        {"seen": SECRET, "access_token": "fresh-9", "b": b64encode(SECRET.encode()).decode()}
    )
    there = f"/there?token={quote(SECRET, safe='')}"
    redirect = response(b"", f"Location: {there}", "Set-Cookie: sid=c00kie-77", status="307 T")
    answer = response(f"{echo} c00kie-77".encode(), "Content-Type: application/json")
    request = Request(
        method="POST",
        headers=(
            Header("Authorization", "Bearer {{token}}"),
            Header("X-Api-Key", "short"),
            Header("X-Trace", "{{token}}"),
            Header("Cookie", "own=b1scuit-1; theme={{token}}"),
        ),
        body=RawBody(RawKind.JSON, '{"note": "{{token}}", "password": "pw1", "n": 1}'),
        options=DEBUG,
    )
    with RawServer(answering(redirect, answer)) as server:
        url = f"http://127.0.0.1:{server.port}/a?api_key=key-1&q={{{{token}}}}"
        exchange = sent(transport, replace(request, url=url), token=SECRET)
    (entry,) = debug_log(exchange)
    text = str(entry)
    planted = [SECRET, quote(SECRET, safe=""), b64encode(SECRET.encode()).decode()]
    planted += ["c00kie-77", "b1scuit-1", "fresh-9", "pw1", "key-1", "short"]
    assert [secret for secret in planted if secret in text] == []
    assert text.count(MASK) > 10
    assert '"n": 1}' in text
    assert SECRET in "".join(map(str, debug_log(exchange, reveal=True)))
    assert all(secret not in repr(exchange) for secret in planted)


def test_a_password_in_the_url_is_not_in_the_log(transport: RequestsTransport) -> None:
    """Statements 16 and 76: it leaves as Basic, and an answer may tell it."""
    with RawServer(answering(response(b"hello basic-77"))) as server:
        url = f"http://ada:basic-77@127.0.0.1:{server.port}/"
        (entry,) = logged(transport, Request(url=url, options=DEBUG))
    assert f"> Authorization: Basic {MASK}" in entry.lines
    assert f"< hello {MASK}" in entry.lines


def test_no_secret_of_a_form_is_in_the_log(transport: RequestsTransport) -> None:
    """Statement 76, also for values that are too short to be looked for."""
    form = FormBody((FormField("password", "pw1"), FormField("page", "one")))
    parts = MultipartBody((FormPart("secret", "pw2"), FormPart("page", "two")))
    with RawServer(answering(response(b"x"))) as server:
        url = f"http://127.0.0.1:{server.port}/"
        texts = [
            str(logged(transport, Request(method="POST", url=url, body=body, options=DEBUG))[0])
            for body in (form, parts)
        ]
    assert f"> password={MASK}&page=one" in texts[0]
    assert "pw2" not in texts[1]
    assert "> two" in texts[1]
