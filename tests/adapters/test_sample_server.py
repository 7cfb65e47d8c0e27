"""The sample server: how a newcomer tries the program offline, and what other tests talk to."""

from __future__ import annotations

import base64
import gzip
import hashlib
import http.client
import json
import socket
import struct
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from httpdesk.adapters.sample_server import LocalSampleServer


@pytest.fixture
def server() -> Iterator[LocalSampleServer]:
    sample = LocalSampleServer()
    yield sample
    sample.stop()


@pytest.fixture
def port(server: LocalSampleServer) -> int:
    return int(server.start().rpartition(":")[2])


def ask(
    port: int, method: str, target: str, body: bytes | None = None, **headers: str
) -> tuple[http.client.HTTPResponse, bytes]:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, target, body, names)
        response = connection.getresponse()
        return response, response.read()


def ask_json(port: int, method: str, target: str, body: object = None) -> tuple[int, Any]:
    data = None if body is None else json.dumps(body).encode()
    response, answer = ask(port, method, target, data)
    return response.status, json.loads(answer) if answer else None


def raw(port: int, data: bytes) -> bytes:
    """Send bytes as they are; return all that comes back until the server closes."""
    with socket.create_connection(("127.0.0.1", port), 10) as sock:
        sock.sendall(data)
        received = b""
        while piece := sock.recv(65536):
            received += piece
        return received


def head(port: int, line: str, *lines: str) -> bytes:
    every = (line, f"Host: 127.0.0.1:{port}", *lines, "Connection: close", "", "")
    return "\r\n".join(every).encode("latin-1")


# --- life --------------------------------------------------------------------------------------


def test_owning_a_server_imports_and_binds_nothing() -> None:
    code = (
        "import sys; from httpdesk.adapters.sample_server import LocalSampleServer;"
        "LocalSampleServer().stop();"
        "print([m for m in ('socket', 'json', 'zlib', 'http', 'email') if m in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert result.stdout.strip() == b"[]"


def test_start_gives_one_address_and_stop_frees_it(server: LocalSampleServer) -> None:
    url = server.start()
    assert server.start() == url
    assert url.startswith("http://127.0.0.1:")
    server.stop()
    server.stop()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2])), 1)
    assert ask(int(server.start().rpartition(":")[2]), "GET", "/")[0].status == 200


def test_stop_ends_waiting_and_streaming_answers_at_once(
    server: LocalSampleServer, port: int
) -> None:
    before = threading.active_count()
    with (
        socket.create_connection(("127.0.0.1", port), 10) as waiting,
        socket.create_connection(("127.0.0.1", port), 10) as streaming,
        closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as idle,
    ):
        idle.request("GET", "/status/200")
        idle.getresponse().read()
        waiting.sendall(head(port, "GET /delay/60 HTTP/1.1"))
        streaming.sendall(head(port, "GET /json/large?megabytes=1024 HTTP/1.1"))
        assert streaming.recv(100)
        began = time.monotonic()
        server.stop()
        assert time.monotonic() - began < 1.5
        assert waiting.recv(100) == b""
        assert idle.sock.recv(100) == b""
    assert threading.active_count() < before


def test_a_delay_ends_when_its_client_leaves(port: int) -> None:
    def delays() -> int:
        return sum(thread.name == "sample-connection" for thread in threading.enumerate())

    with socket.create_connection(("127.0.0.1", port), 10) as sock:
        sock.sendall(head(port, "GET /delay/60 HTTP/1.1"))
        ask(port, "GET", "/")
        assert delays() >= 1
    end = time.monotonic() + 5
    while delays() and time.monotonic() < end:
        ask(port, "GET", "/status/200")
    assert time.monotonic() < end


def test_many_requests_share_one_connection(port: int) -> None:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        connection.connect()
        own = connection.sock.getsockname()
        for target in ("/", "/status/204", "/redirect/1", "/auth/basic", "/nowhere", "/gzip"):
            connection.request("POST" if target == "/" else "GET", target, b"x" * 1000)
            connection.getresponse().read()
            assert connection.sock is not None, target
            assert connection.sock.getsockname() == own


# --- routes ------------------------------------------------------------------------------------


def test_the_index_lists_every_route(port: int) -> None:
    status, index = ask_json(port, "GET", "/")
    assert status == 200
    paths = {route["path"] for route in index["routes"]}
    assert {"/echo*", "/orders/{id}", "/drip", "/auth/bearer", "/image"} <= paths


def test_echo_shows_the_wire_order_case_and_repeats(port: int) -> None:
    received = raw(
        port,
        head(
            port,
            "PROPFIND /echo/a%2Fb//c?t=a&k=&t=x+y%26%C3%A9 HTTP/1.1",
            "x-Lower: 1",
            "X-UPPER: \xe9",
            "x-lower:  2 ",
        ),
    )
    answer = json.loads(received.partition(b"\r\n\r\n")[2])
    assert answer["method"] == "PROPFIND"
    assert answer["url"] == f"http://127.0.0.1:{port}/echo/a%2Fb//c?t=a&k=&t=x+y%26%C3%A9"
    assert answer["path"] == "/echo/a/b//c"
    pairs = [(pair["name"], pair["value"]) for pair in answer["query"]]
    assert pairs == [("t", "a"), ("k", ""), ("t", "x y&é")]
    names = [(pair["name"], pair["value"]) for pair in answer["headers"]]
    assert names[1:4] == [("x-Lower", "1"), ("X-UPPER", "é"), ("x-lower", "2")]


def test_echo_tells_text_bytes_and_forms_apart(port: int) -> None:
    _, text = ask_json(port, "PUT", "/echo", {"a": "é"})
    assert text["body"]["text"] == '{"a": "\\u00e9"}'
    _, answer = ask(port, "POST", "/echo", b"\xff\x00")
    assert base64.b64decode(json.loads(answer)["body"]["base64"]) == b"\xff\x00"
    kind = "application/x-www-form-urlencoded"
    _, answer = ask(port, "POST", "/echo", b"a=1&a=2&b=x+y", Content_Type=kind)
    form = [(pair["name"], pair["value"]) for pair in json.loads(answer)["form"]]
    assert form == [("a", "1"), ("a", "2"), ("b", "x y")]


def test_echo_reads_multipart_as_a_stream(port: int) -> None:
    file = bytes(range(256)) * 12_000 + b"\r\n--XY\r\n-"
    body = (
        b'--XYZ\r\nContent-Disposition: form-data; name="title"\r\n\r\nGr\xc3\xbc\xc3\x9fe\r\n'
        b'--XYZ\r\nContent-Disposition: form-data; name="file"; filename="a.bin"\r\n'
        b"Content-Type: application/x-test\r\n\r\n" + file + b"\r\n--XYZ--\r\n"
    )
    kind = "multipart/form-data; boundary=XYZ"
    _, answer = ask(port, "POST", "/echo", body, Content_Type=kind)
    told = json.loads(answer)
    assert told["form"] == [{"name": "title", "value": "Grüße"}]
    assert told["files"] == [
        {
            "name": "file",
            "filename": "a.bin",
            "content_type": "application/x-test",
            "size": len(file),
            "sha256": hashlib.sha256(file).hexdigest(),
        }
    ]
    assert told["body"]["size"] == len(body)
    assert told["body"]["sha256"] == hashlib.sha256(body).hexdigest()
    assert told["body"]["truncated"] is True


def test_broken_multipart_is_named(port: int) -> None:
    kind = "multipart/form-data; boundary=XYZ"
    for body in (b"", b"--XYZ\r\nA: b\r\n\r\nx", b"--XYZ\r\n" + b"a" * 40_000):
        response, answer = ask(port, "POST", "/echo", body, Content_Type=kind)
        assert (response.status, b"multipart" in answer) == (400, True), body[:20]


def test_a_chunked_body_is_read(port: int) -> None:
    request = head(port, "POST /echo HTTP/1.1", "Transfer-Encoding: chunked")
    answer = raw(port, request + b"3\r\nabc\r\nA;x=y\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n")
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["body"]["text"] == "abc0123456789"


def test_expect_continue_is_answered_before_the_body(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), 10) as sock:
        lines = ("Content-Length: 2", "Expect: 100-continue")
        sock.sendall(head(port, "POST /echo HTTP/1.1", *lines))
        assert sock.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        sock.sendall(b"ok")
        assert b'"text": "ok"' in sock.makefile("rb").read()


@pytest.mark.parametrize("code", [200, 204, 301, 304, 404, 418, 500, 600, 999])
def test_any_status(port: int, code: int) -> None:
    assert ask(port, "GET", f"/status/{code}")[0].status == code


def test_redirects_end_where_they_say(port: int) -> None:
    seen = []
    target = "/redirect/3"
    for _ in range(4):
        response, _ = ask(port, "GET", target)
        seen.append(response.status)
        target = response.getheader("Location", "")
    assert seen == [302, 302, 302, 200]
    response, _ = ask(port, "GET", "/redirect-to?url=https%3A%2F%2Fexample.com%2F&status=308")
    assert (response.status, response.getheader("Location")) == (308, "https://example.com/")


def test_compressed_answers_decode(port: int) -> None:
    response, body = ask(port, "GET", "/gzip")
    assert response.getheader("Content-Encoding") == "gzip"
    assert json.loads(gzip.decompress(body))["compressed"] == "gzip"
    response, body = ask(port, "GET", "/deflate")
    assert response.getheader("Content-Encoding") == "deflate"
    assert json.loads(zlib.decompress(body))["compressed"] == "deflate"


def test_the_image_is_a_png(port: int) -> None:
    response, body = ask(port, "GET", "/image")
    assert response.getheader("Content-Type") == "image/png"
    assert body.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">II", body[16:24]) == (240, 160)
    assert len(body) < 60_000


@pytest.mark.parametrize("megabytes", [1, 3])
def test_large_json_is_json_of_exactly_that_size(port: int, megabytes: int) -> None:
    response, body = ask(port, "GET", f"/json/large?megabytes={megabytes}")
    assert len(body) == megabytes * 1_000_000 == int(response.getheader("Content-Length", "0"))
    orders = json.loads(body)
    assert len({order["id"] for order in orders}) == len(orders) > 5_000


def test_bytes_and_drip_keep_their_length(port: int) -> None:
    assert ask(port, "GET", "/bytes/300001")[1][262_140:262_150] == bytes(range(252, 256)) + bytes(
        range(6)
    )
    assert len(ask(port, "GET", "/bytes/300001")[1]) == 300_001
    assert ask(port, "GET", "/bytes/0")[1] == b""
    began = time.monotonic()
    assert ask(port, "GET", "/drip?bytes=7&seconds=0.3")[1] == b"*" * 7
    assert 0.25 < time.monotonic() - began < 3


def test_flaky_fails_as_often_as_asked_and_then_succeeds(port: int) -> None:
    statuses = [ask(port, "GET", "/flaky/2?key=a")[0].status for _ in range(4)]
    assert statuses == [503, 503, 200, 503]
    assert ask(port, "GET", "/flaky/0?key=b")[0].status == 200


def test_the_auth_routes_want_the_right_credentials(port: int) -> None:
    for path, scheme, right in (
        ("/auth/basic", "Basic", base64.b64encode(b"sample:sample").decode()),
        ("/auth/bearer", "Bearer", "sample-token"),
    ):
        response, _ = ask(port, "GET", path)
        assert response.status == 401
        assert response.getheader("WWW-Authenticate", "").startswith(scheme)
        assert ask(port, "GET", path, Authorization=f"{scheme} wrong")[0].status == 401
        assert ask(port, "GET", path, Authorization=f"{scheme} {right}")[0].status == 200


def test_cookies_are_set_and_shown(port: int) -> None:
    response, _ = ask(port, "GET", "/cookies/set?a=1&b=two")
    cookies = [value for name, value in response.getheaders() if name == "Set-Cookie"]
    assert cookies == ["a=1; Path=/", "b=two; Path=/"]
    _, answer = ask(port, "GET", "/cookies", Cookie="a=1; b=two")
    assert [pair["value"] for pair in json.loads(answer)["cookies"]] == ["1", "two"]


def test_text_xml_and_html_say_what_they_are(port: int) -> None:
    for path, kind in (
        ("/text", "text/plain; charset=utf-8"),
        ("/xml", "application/xml"),
        ("/html", "text/html; charset=utf-8"),
    ):
        response, body = ask(port, "GET", path)
        assert response.getheader("Content-Type") == kind
        assert body.decode("utf-8")


def test_orders_can_be_made_changed_and_deleted(port: int) -> None:
    response, body = ask(port, "POST", "/orders", b'{"item": "Rug"}')
    order = json.loads(body)
    target = f"/orders/{order['id']}"
    assert (response.status, response.getheader("Location")) == (201, target)
    assert ask_json(port, "PATCH", target, {"status": "packed"})[1]["status"] == "packed"
    whole = {"item": "Rug, red", "quantity": 2, "price": 80, "status": "open"}
    assert ask_json(port, "PUT", target, whole)[1] == {"id": order["id"], **whole}
    assert ask_json(port, "GET", target) == (200, {"id": order["id"], **whole})
    assert ask_json(port, "GET", "/orders?status=open")[1]["count"] == 3
    assert ask(port, "DELETE", target)[0].status == 204
    assert ask(port, "GET", target)[0].status == 404
    assert ask_json(port, "GET", "/orders")[1]["count"] == 5


@pytest.mark.parametrize(
    ("body", "status", "told"),
    [
        (b"{", 400, b"not JSON"),
        (b"[" * 100_000, 400, b"not JSON"),
        (b"[]", 422, b"object"),
        (b"{}", 422, b"item"),
        (b'{"item": "Rug", "quantity": true}', 422, b"quantity"),
        (b'{"item": "' + b"x" * 1_100_000 + b'"}', 413, b"1,048,576"),
    ],
)
def test_a_bad_order_is_refused_by_name(port: int, body: bytes, status: int, told: bytes) -> None:
    response, answer = ask(port, "POST", "/orders", body)
    assert (response.status, told in answer) == (status, True)


def test_methods_of_a_route(port: int) -> None:
    response, _ = ask(port, "DELETE", "/orders")
    assert (response.status, response.getheader("Allow")) == (405, "GET, HEAD, OPTIONS, POST")
    response, body = ask(port, "OPTIONS", "/orders/1001")
    assert response.status == 204
    assert response.getheader("Allow") == "DELETE, GET, HEAD, OPTIONS, PATCH, PUT"
    response, body = ask(port, "HEAD", "/bytes/500")
    assert (response.getheader("Content-Length"), body) == ("500", b"")


@pytest.mark.parametrize(
    "target",
    [
        "/status/99",
        "/status/1000",
        "/status/x",
        "/status/%D9%A3%D9%A3%D9%A3",
        "/delay/61",
        "/delay/nan",
        "/delay/-1",
        "/drip?bytes=0",
        "/drip?seconds=1e9",
        "/redirect/101",
        "/redirect-to?url=a%0d%0aX-Evil:1",
        "/redirect-to?url=/&status=200",
        "/json/large?megabytes=1025",
        "/bytes/2147483649",
        "/bytes/99999999999999999999999",
        "/flaky/91",
        "/cookies/set?a=%0d%0aX-Evil:1",
        "/cookies/set?a%20b=1",
    ],
)
def test_values_out_of_bounds_are_refused(port: int, target: str) -> None:
    response, body = ask(port, "GET", target)
    assert response.status == 400
    assert response.getheader("X-Evil") is None
    assert body.endswith(b".\n")


# --- hostile clients ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\r\n\r\n", 400),
        (b"GET /\r\nHost: HOST\r\n\r\n", 400),
        (b"GET / HTTP/2.0\r\nHost: HOST\r\n\r\n", 505),
        (b"G(T / HTTP/1.1\r\nHost: HOST\r\n\r\n", 400),
        (b"GET / HTTP/1.1\nHost: HOST\n\n", 400),
        (b"GET / HTTP/1.1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: HOST\r\nHost: HOST\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", 421),
        (b"GET http://evil.example/ HTTP/1.1\r\nHost: HOST\r\n\r\n", 421),
        (b"GET / HTTP/1.1\r\nHost: HOST\r\nno colon\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: HOST\r\n folded\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: HOST\r\nA: " + b"x" * 70_000, 431),
        (b"GET / HTTP/1.1\r\nHost: HOST\r\n" + b"A: b\r\n" * 600 + b"\r\n", 431),
        (b"POST /echo HTTP/1.1\r\nHost: HOST\r\nContent-Length: -5\r\n\r\n", 400),
        (b"POST /echo HTTP/1.1\r\nHost: HOST\r\nContent-Length: 9e9\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: HOST\r\nContent-Length: 99999999999\r\n\r\n", 413),
        (b"POST / HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: gzip\r\n\r\n", 501),
        (
            b"PUT / HTTP/1.1\r\nHost: HOST\r\nContent-Length: 1\r\nTransfer-Encoding: x\r\n\r\n",
            400,
        ),
        (
            b"POST /echo HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            400,
        ),
    ],
)
def test_what_is_not_a_request_is_answered_and_closed(
    port: int, request_bytes: bytes, status: int
) -> None:
    with socket.create_connection(("127.0.0.1", port), 10) as sock:
        sock.sendall(request_bytes.replace(b"HOST", b"127.0.0.1:%d" % port))
        sock.shutdown(socket.SHUT_WR)
        answer = sock.makefile("rb").read()
    assert answer.startswith(b"HTTP/1.1 %d " % status)
    assert ask(port, "GET", "/status/200")[0].status == 200


def test_localhost_and_the_absolute_form_are_its_own(port: int) -> None:
    own = f"localhost:{port}".encode()
    answer = raw(
        port,
        b"GET http://%b/echo?a=1 HTTP/1.1\r\nHost: %b\r\nConnection: close\r\n\r\n" % (own, own),
    )
    assert b'"value": "1"' in answer


def test_the_answer_survives_an_upload_nobody_reads(port: int) -> None:
    body = b"x" * 5_000_000
    response, _ = ask(port, "POST", "/status/413", body)
    assert response.status == 413


def test_http_1_0_gets_a_closed_connection(port: int) -> None:
    answer = raw(port, b"GET /status/200 HTTP/1.0\r\nHost: 127.0.0.1:%d\r\n\r\n" % port)
    assert b"\r\nConnection: close\r\n" in answer


def test_pipelined_requests_are_answered_in_order(port: int) -> None:
    first = b"GET /delay/0.2 HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n" % port
    answer = raw(port, first + head(port, "GET /status/404 HTTP/1.1"))
    assert answer.startswith(b"HTTP/1.1 200 OK")
    assert b"HTTP/1.1 404 Not Found" in answer
