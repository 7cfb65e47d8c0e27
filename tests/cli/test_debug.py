"""`--debug`: each attempt on standard error, with nothing secret (statements 75 and 76)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.helpers.raw_server import RawServer, answering, response


def test_debug_tells_of_every_attempt(cli: Cli) -> None:
    """Statement 75; the body on standard output is untouched."""
    busy = response(b"busy", status="503 Service Unavailable")
    with RawServer(answering(busy, response(b"done"))) as server:
        url = f"http://127.0.0.1:{server.port}/a?x=1"
        result = cli("send", url, "-d", "hello", "--debug", "--max-retries", "1")
        plain = cli("send", url)
    assert (result.status, result.out) == (0, b"done")
    assert "Z warning attempt 1\n> POST /a?x=1 HTTP/1.1\n> Host: " in result.err
    assert "\n>\n> hello\n* 127.0.0.1:" in result.err
    assert "\n< HTTP/1.1 503 Service Unavailable\n< Content-Length: 4\n<\n< busy\n* " in result.err
    assert "Z info attempt 2\n" in result.err
    assert plain.err == ""


def test_debug_tells_of_a_failure(cli: Cli) -> None:
    """Statements 71 and 75."""
    with RawServer(answering(b"")) as server:
        port = server.port
    result = cli("send", f"http://127.0.0.1:{port}/", "--debug")
    assert (result.status, result.out) == (3, b"")
    assert f"* not sent: GET http://127.0.0.1:{port}/ HTTP/1.1\n" in result.err
    assert "\n! ConnectionRefused in connect after " in result.err


def test_a_request_file_may_ask_for_it(cli: Cli, tmp_path: Path) -> None:
    with RawServer(answering(response(b"done"))) as server:
        lines = (
            "info: {name: a, type: http}",
            f"http: {{method: GET, url: 'http://127.0.0.1:{server.port}/'}}",
            "runtime: {variables: [{name: httpdesk.debug, value: 'true'}]}",
        )
        (tmp_path / "a.yml").write_text("\n".join(lines), encoding="utf-8")
        result = cli("send", str(tmp_path / "a.yml"))
    assert "info attempt 1\n> GET / HTTP/1.1" in result.err


SECRET = "pl4nted-s3cret"


@pytest.mark.parametrize("words", [["--debug"], ["--debug", "-v", "--json"], ["--debug", "--full"]])
def test_nothing_secret_is_told(cli: Cli, words: list[str]) -> None:
    """Statement 76."""
    cookie = "Set-Cookie: sid=c00kie-77"
    answer = response(f"{SECRET} c00kie-77".encode(), cookie)
    with RawServer(answering(answer)) as server:
        url = f"http://127.0.0.1:{server.port}/?api_key=key-123&q={{{{KEY}}}}"
        body = '{"note": "{{KEY}}", "password": "pw-12345"}'
        result = cli(
            *("send", url, "-H", "Authorization: Bearer {{KEY}}", "-d", body),
            *("--body-type", "json", *words),
            HTTPDESK_SECRET_KEY=SECRET,
        )
        shown = cli("send", url, "--debug", "--reveal", HTTPDESK_SECRET_KEY=SECRET)
    assert len(server.requests) == 2
    assert SECRET.encode() in server.requests[0].split(b"\r\n\r\n")[1]
    for secret in (SECRET, "key-123", "pw-12345", "c00kie-77"):
        assert secret not in result.err
    assert SECRET in shown.err
