"""`--base`: a path below a host, on the wire (statements 6, 7 and 10)."""

from __future__ import annotations

import pytest

from httpdesk.engine.url import join_base
from httpdesk.model.errors import InvalidUrl, UrlPart, UrlReason
from tests.cli.conftest import Cli
from tests.helpers.raw_server import RawServer, answering, response


@pytest.mark.parametrize(
    ("base", "words", "target"),
    [
        ("/api/", ["/v1/x"], "/api/v1/x"),
        ("/api", ["v1/x"], "/api/v1/x"),
        ("/api/", [], "/api/"),
        ("/api", [" "], "/api"),
        ("", ["/v1/x"], "/v1/x"),
        ("/api/?k=1", ["/v1/x?d=%2B", "-q", "r=a b"], "/api/v1/x?k=1&d=%2B&r=a+b"),
        ("/api?k=1#base", ["?d=2"], "/api?k=1&d=2"),
        ("/api/", ["/../{id}/%2f"], "/api/../{id}/%2f"),
    ],
)
def test_the_path_stands_below_the_host(cli: Cli, base: str, words: list[str], target: str) -> None:
    """Statements 6 and 10: a blank path changes nothing; queries of host, path and rows follow."""
    with RawServer(answering(response(b"ok"))) as server:
        result = cli("send", "--base", f"http://127.0.0.1:{server.port}{base}", "GET", *words)
    assert (result.status, result.out) == (0, b"ok")
    assert server.requests[0].split(b"\r\n")[0] == f"GET {target} HTTP/1.1".encode()


@pytest.mark.parametrize(
    "path",
    [
        *("https://evil/x", "//evil/x", "HTTP://evil", " //evil/x", "ws://evil/", "https:evil"),
        *("\\\\evil/x", "/\\evil/x", "{{evil}}"),
    ],
)
def test_a_path_may_not_replace_the_host(cli: Cli, path: str) -> None:
    """Statement 7, also where a variable holds it."""
    with RawServer(answering(response(b"ok"))) as server:
        base = f"http://127.0.0.1:{server.port}/api/"
        result = cli("send", "--base", base, path, "--var", "evil=//evil/x")
    assert (result.status, result.out, server.requests, server.connections) == (2, b"", [], 0)
    assert "a path may not replace the host. Nothing was sent." in result.err


def test_host_and_path_may_hold_variables(cli: Cli) -> None:
    """Statements 6 and 82; what a variable holds is not read as a template again."""
    with RawServer(answering(response(b"ok"))) as server:
        at = f"at=http://127.0.0.1:{server.port}/api/?k=1"
        cli("send", "--base", "{{at}}", "/v1/{{id}}", "--var", at, "--var", r"id=\{{x}}")
        missing = cli("send", "--base", "{{at}}", "/{{no}}", "-q", "a={{none}}", "--var", at)
    assert server.requests[0].split(b"\r\n")[0] == b"GET /api/v1/{{x}}?k=1 HTTP/1.1"
    assert len(server.requests) == 1
    assert missing.status == 2
    assert "{{no}} in url, {{none}} in param 1" in missing.err


def test_the_sample_server_may_be_the_base(cli: Cli) -> None:
    result = cli("send", "--base", "{{sample_url}}", "/text")
    assert (result.status, result.err) == (0, "")


@pytest.mark.parametrize("base", ["", "https://", "ftp://h", "https://h:99999", "/api"])
def test_a_base_is_a_whole_url(base: str) -> None:
    """Statement 8 for the host's part; a base without a host would let the path be one."""
    with pytest.raises(InvalidUrl) as caught:
        join_base(base, "/evil/x")
    assert caught.value.reason is not UrlReason.OTHER_HOST


def test_the_error_names_the_path() -> None:
    """Statement 7."""
    with pytest.raises(InvalidUrl) as caught:
        join_base("https://h/api/", "//evil/x")
    assert (caught.value.part, caught.value.text) == (UrlPart.PATH, "//evil/x")
