"""Statements of behaviour.md in one place: words on a command line, bytes at a server."""

from __future__ import annotations

import base64
import itertools
import re
import time
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.helpers.raw_server import Behaviour, RawServer, RecordingPeer, answering, response


def head(request: bytes) -> list[str]:
    """Return the request line and the header lines."""
    return request.split(b"\r\n\r\n")[0].decode().split("\r\n")


def header(request: bytes, name: str) -> list[str]:
    """Return the values of a header, one for each line."""
    prefix = f"{name}: "
    return [line.removeprefix(prefix) for line in head(request) if line.startswith(prefix)]


def sent(cli: Cli, *words: str, method: str = "GET", path: str = "/", **environ: str) -> bytes:
    """Send to a server of the test and return what it got."""
    with RawServer(answering(response(b"ok"))) as server:
        result = cli("send", method, f"http://127.0.0.1:{server.port}{path}", *words, **environ)
    assert (result.status, result.out) == (0, b"ok"), result.err
    (request,) = server.requests
    return request


@pytest.mark.parametrize(
    ("path", "rows", "target"),
    [
        ("/a?x=1#f", ["y=2"], "/a?x=1&y=2"),
        ("/a", ["t=a", "t=b"], "/a?t=a&t=b"),
        ("/a", ["k"], "/a?k="),
        ("/a", ["=lost", "k=v"], "/a?k=v"),
        ("/a", ["v=x y&é"], "/a?v=x+y%26%C3%A9"),
        ("/?d=%2B", [], "/?d=%2B"),
    ],
)
def test_query(cli: Cli, path: str, rows: list[str], target: str) -> None:
    """Statements 1, 2, 3, 4 and 5."""
    words = [word for row in rows for word in ("-q", row)]
    assert head(sent(cli, *words, path=path))[0] == f"GET {target} HTTP/1.1"


def test_a_disabled_row_stays_here(cli: Cli, tmp_path: Path) -> None:
    """Statement 2."""
    with RawServer(answering(response(b"ok"))) as server:
        (tmp_path / "a.yml").write_text(
            "info: {name: a, type: http}\nhttp:\n  method: GET\n"
            f"  url: http://127.0.0.1:{server.port}/\n  params:\n"
            "    - {name: t, value: a, type: query}\n"
            "    - {name: t, value: b, type: query, disabled: true}\n"
            "    - {name: t, value: c, type: query}\n"
        )
        assert cli("send", str(tmp_path / "a.yml")).status == 0
    assert head(server.requests[0])[0] == "GET /?t=a&t=c HTTP/1.1"


def test_an_international_host(cli: Cli) -> None:
    """Statement 9: a proxy is told the IDNA form, in the target and in the Host header."""
    with RawServer(answering(response(b"ok"))) as proxy:
        result = cli("send", "http://bücher.example/", "--proxy", f"127.0.0.1:{proxy.port}")
    assert result.status == 0
    lines = head(proxy.requests[0])
    assert lines[0] == "GET http://xn--bcher-kva.example/ HTTP/1.1"
    assert header(proxy.requests[0], "Host") == ["xn--bcher-kva.example"]


def test_credentials_of_the_url(cli: Cli) -> None:
    """Statement 16: they leave as Basic, are hidden, and a warning tells of it."""
    with RawServer(answering(response(b"ok"))) as server:
        url = f"http://ada:{{{{PW}}}}@127.0.0.1:{server.port}/"
        result = cli("send", url, "-v", HTTPDESK_SECRET_PW="basic-77")
    expected = base64.b64encode(b"ada:basic-77").decode()
    assert header(server.requests[0], "Authorization") == [f"Basic {expected}"]
    assert head(server.requests[0])[0] == "GET / HTTP/1.1"
    assert "Warning: the URL holds a user name or password; it was sent as Basic." in result.err
    assert "basic-77" not in result.err
    assert expected not in result.err


def test_rows_of_one_name_are_joined(cli: Cli) -> None:
    """Statement 19."""
    request = sent(cli, "-H", "X-A: 1", "-H", "x-a: 2")
    assert header(request, "X-A") == ["1, 2"]
    assert not header(request, "x-a")


def test_cookie_rows_are_joined_with_a_semicolon(cli: Cli, tmp_path: Path) -> None:
    """Statement 19."""
    (tmp_path / "lines").write_text("Cookie: a=1\nCookie: b=2\n")
    assert header(sent(cli, "-H", f"@{tmp_path / 'lines'}"), "Cookie") == ["a=1; b=2"]


@pytest.mark.parametrize(
    ("words", "accept"),
    [
        ([], "application/json, text/plain, */*"),
        (["--response-type", "text"], "text/*, */*"),
        (["--response-type", "binary"], "*/*"),
        (["-H", "accept: image/png"], "image/png"),
    ],
)
def test_accept_follows_the_response_type(cli: Cli, words: list[str], accept: str) -> None:
    """Statement 20."""
    request = sent(cli, *words)
    assert header(request, "Accept") + header(request, "accept") == [accept]
    (agent,) = header(request, "User-Agent")
    assert re.fullmatch(r"HTTPDesk/\d+\.\d+\.\d+", agent)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "GET", "DELETE"])
def test_no_body_is_said_where_one_is_expected(cli: Cli, method: str) -> None:
    """Statement 42."""
    request = sent(cli, method=method)
    expected = ["0"] if method in ("POST", "PUT", "PATCH") else []
    assert header(request, "Content-Length") == expected
    assert not header(request, "Content-Type")
    assert request.endswith(b"\r\n\r\n")


@pytest.mark.parametrize(("given", "method"), [("", "POST"), ("PUT", "PUT")])
def test_a_form_is_posted_or_put(cli: Cli, given: str, method: str) -> None:
    """Statements 43 and 50: with rows only it is multipart, too."""
    with RawServer(answering(response(b"ok"))) as server:
        words = [given] if given else []
        result = cli("send", *words, f"http://127.0.0.1:{server.port}/", "--form", "a=1")
    (request,) = server.requests
    assert result.status == 0
    assert head(request)[0] == f"{method} / HTTP/1.1"
    assert header(request, "Content-Type")[0].startswith("multipart/form-data; boundary=")
    both = cli("send", "http://127.0.0.1:1/", "--form", "a=1", "-d", "x")
    assert (both.status, "not both" in both.err) == (2, True)


def test_a_typed_content_type_does_not_take_the_boundary(cli: Cli) -> None:
    """Statement 49."""
    with RawServer(answering(response(b"ok"))) as server:
        words = ("--form", "a=1", "-H", "Content-Type: text/plain")
        result = cli("send", f"http://127.0.0.1:{server.port}/", *words)
    (kind,) = header(server.requests[0], "Content-Type")
    boundary = kind.removeprefix("multipart/form-data; boundary=").strip('"')
    assert f"--{boundary}--".encode() in server.requests[0]
    assert "Warning: the typed Content-Type was left out; a form needs its own." in result.err


def test_names_of_files_go_to_the_files_of_their_field(cli: Cli, tmp_path: Path) -> None:
    """Statements 43 and 45: the n-th name to the n-th file, whatever stands between."""
    for name in ("one.txt", "two.txt", "three.txt", "other.txt"):
        (tmp_path / name).write_text(name)
    with RawServer(answering(response(b"ok"))) as server:
        (tmp_path / "opencollection.yml").write_text("opencollection: 1.0.0\ninfo: {name: c}\n")
        (tmp_path / "a.yml").write_text(
            "info: {name: a, type: http}\nhttp:\n  method: POST\n"
            f"  url: http://127.0.0.1:{server.port}/\n  body:\n    type: multipart-form\n"
            "    data:\n"
            "      - {name: doc, type: file, value: [one.txt, two.txt]}\n"
            "      - {name: note, type: text, value: hi}\n"
            "      - {name: other, type: file, value: other.txt}\n"
            "      - {name: doc, type: file, value: three.txt}\n"
            "runtime:\n  variables:\n"
            "    - {name: httpdesk.files.doc, value: first.pdf}\n"
            "    - {name: httpdesk.files.doc, value: second.bin}\n"
        )
        result = cli("send", str(tmp_path / "a.yml"))
    assert (result.status, result.err) == (0, "")
    parts = re.findall(
        rb'name="(\w+)"(?:; filename="([^"]+)")?\r\n(?:Content-Type: (\S+)\r\n)?\r\n(.*?)\r\n--',
        server.requests[0],
        re.DOTALL,
    )
    assert parts == [
        (b"note", b"", b"", b"hi"),
        (b"doc", b"first.pdf", b"application/pdf", b"one.txt"),
        (b"doc", b"second.bin", b"application/octet-stream", b"two.txt"),
        (b"other", b"other.txt", b"text/plain", b"other.txt"),
        (b"doc", b"three.txt", b"text/plain", b"three.txt"),
    ]


def test_backoff_on_the_wire(cli: Cli) -> None:
    """Statement 62: 0.2 s and 0.4 s and up to a fifth more, whatever the delay is."""
    arrived: list[float] = []

    def busy(peer: RecordingPeer) -> None:
        while peer.read_request():
            arrived.append(time.monotonic())
            peer.send(response(b"busy", status="503 Service Unavailable"))

    with RawServer(busy) as server:
        words = ("--max-retries", "2", "--backoff", "--retry-delay", "30s")
        cli("send", f"http://127.0.0.1:{server.port}/", *words)
    first, second = (b - a for a, b in itertools.pairwise(arrived))
    assert 0.2 <= first < 5
    assert 0.4 <= second < 5


def redirecting(status: str) -> Behaviour:
    return answering(response(b"", "Location: /there", status=status), response(b"there"))


@pytest.mark.parametrize(
    ("status", "method", "following"),
    [
        ("301 M", "POST", "GET"),
        ("302 F", "POST", "GET"),
        ("301 M", "PUT", "PUT"),
        ("302 F", "PUT", "PUT"),
        ("302 F", "DELETE", "DELETE"),
        ("303 S", "POST", "GET"),
        ("303 S", "PUT", "GET"),
        ("303 S", "DELETE", "GET"),
        ("307 T", "POST", "POST"),
        ("308 P", "PATCH", "PATCH"),
    ],
)
def test_redirects_keep_or_change_the_method(
    cli: Cli, status: str, method: str, following: str
) -> None:
    """Statement 73: where the method stays, the body does; else both are gone."""
    with RawServer(redirecting(status)) as server:
        result = cli("send", method, f"http://127.0.0.1:{server.port}/", "-d", "the body")
    assert (result.status, result.out) == (0, b"there")
    request = server.requests[1]
    assert head(request)[0] == f"{following} /there HTTP/1.1"
    assert request.endswith(b"\r\n\r\nthe body") == (following == method)
    assert bool(header(request, "Content-Type")) == (following == method)


def test_head_stays_head(cli: Cli) -> None:
    """Statement 73: 303 makes GET of all but HEAD."""
    moved = b"HTTP/1.1 303 S\r\nLocation: /there\r\nContent-Length: 0\r\n\r\n"
    with RawServer(answering(moved, b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n")) as server:
        assert cli("send", "HEAD", f"http://127.0.0.1:{server.port}/").status == 0
    assert [head(request)[0] for request in server.requests] == [
        "HEAD / HTTP/1.1",
        "HEAD /there HTTP/1.1",
    ]


@pytest.mark.parametrize(("words", "followed"), [([], 5), (["--max-redirects", "2"], 2)])
def test_a_loop_ends_at_the_limit(cli: Cli, words: list[str], followed: int) -> None:
    """Statement 72: and the chain is shown."""
    with RawServer(answering(response(b"", "Location: /", status="302 Found"))) as server:
        result = cli("send", f"http://127.0.0.1:{server.port}/", "-v", *words)
    assert (result.status, len(server.requests)) == (3, 1 + followed)
    assert result.err.count("< 302 Found") == 1 + followed
    assert f"There were more than {followed} redirects." in result.err


def test_no_redirect_is_followed_at_zero(cli: Cli) -> None:
    """Statement 72: the 3xx itself is the result."""
    with RawServer(answering(response(b"moved", "Location: /", status="302 Found"))) as server:
        result = cli("send", f"http://127.0.0.1:{server.port}/", "--max-redirects", "0")
    assert (result.status, result.out, len(server.requests)) == (1, b"moved", 1)
