"""A planted secret is in nothing that the command line tells (statement 76)."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from urllib.parse import quote

import pytest

from httpdesk.engine.masking import MASK
from tests.cli.conftest import Cli, Result
from tests.helpers.raw_server import RawServer, answering, closing, response

SECRET = 'pla/nted "s3cret" é'
FORMS = (
    SECRET,
    quote(SECRET, safe=""),
    json.dumps(SECRET, ensure_ascii=False)[1:-1],
    base64.b64encode(SECRET.encode()).decode(),
)
BY_NAME = ("by-header-1", "by-query-22", "by-field-33", "by-cookie-4", "by-password-5")


def leaked(*texts: str) -> list[str]:
    """Return the planted values that stand in the texts."""
    return [each for each in (*FORMS, *BY_NAME) if any(each in text for text in texts)]


def planted(cli: Cli, tmp_path: Path, url: str, *words: str) -> Result:
    """Send with secrets in every place, known by value and told by name."""
    (tmp_path / "headers").write_text("Authorization: Bearer by-header-1\nCookie: a=by-cookie-4\n")
    body = '{"note": "{{KEY}}", "password": "by-password-5"}'
    return cli(
        *("send", "POST", f"{url}?api_key=by-query-22&q={{{{KEY}}}}"),
        *("-H", f"@{tmp_path / 'headers'}", "-H", "X-Note: {{KEY}}"),
        *("-d", body, "--body-type", "json", *words),
        HTTPDESK_SECRET_KEY=SECRET,
    )


@pytest.mark.parametrize(
    "words", [["-v"], ["--debug"], ["-v", "-i"], ["--debug", "-v", "--max-retries", "1"]]
)
def test_what_is_told_on_standard_error(cli: Cli, tmp_path: Path, words: list[str]) -> None:
    """Statement 76: verbose and debug, in the answer's headers too."""
    answer = response(b"ok", f"X-Echo: {quote(SECRET)} {quote(SECRET, safe='')}", status="503 S")
    with RawServer(answering(answer)) as server:
        result = planted(cli, tmp_path, f"http://127.0.0.1:{server.port}/", *words)
    assert b"by-password-5" in server.requests[0]
    assert leaked(result.err) == []
    assert MASK in result.err


@pytest.mark.parametrize("words", [["--json"], ["--full"], ["--preview"], ["--preview", "-v"]])
def test_documents_on_standard_output(cli: Cli, tmp_path: Path, words: list[str]) -> None:
    """Statement 76: the answer may repeat the value."""
    with RawServer(answering(response(json.dumps({"seen": SECRET}).encode()))) as server:
        result = planted(cli, tmp_path, f"http://127.0.0.1:{server.port}/", *words)
    assert result.status == 0
    assert leaked(result.out.decode(), result.err) == []
    assert MASK in result.out.decode()


@pytest.mark.parametrize(
    "url",
    [
        "http://h.invalid/{{KEY}}",
        "http://h:{{KEY}}/",
        "http://{{KEY}}/",
        "{{KEY}}://h/",
        "http://h/{{KEY}}/{{unknown}}",
        "http://127.0.0.1:1/#{{KEY}}",
    ],
)
def test_errors_and_warnings(cli: Cli, tmp_path: Path, url: str) -> None:
    """Statement 76: also of a request that cannot be sent as it is."""
    result = planted(cli, tmp_path, url)
    assert result.status in (2, 3)
    assert leaked(result.out.decode(), result.err) == []


def test_an_unreadable_file(cli: Cli) -> None:
    """Statement 76."""
    words = ("http://127.0.0.1:1/", "-d", "@{{KEY}}", "--body-type", "file")
    result = cli("send", *words, HTTPDESK_SECRET_KEY="/none/planted-path-9")
    assert result.status == 4
    assert "planted-path-9" not in result.err


def test_a_redirect_that_cannot_be_followed(cli: Cli) -> None:
    """Statement 76: Location may hold a token."""
    there = response(b"", "Location: ftp://h/?access_token=by-query-22", status="302 Found")
    with RawServer(closing(there)) as server:
        result = cli("send", f"http://127.0.0.1:{server.port}/", "--debug", "-v")
    assert result.status == 3
    assert "cannot be followed" in result.err
    assert leaked(result.err) == []


def test_a_fragment_is_told_without_its_token(cli: Cli) -> None:
    """Statement 76 (RFC 6749 section 4.2.2)."""
    result = cli("send", "http://127.0.0.1:1/#access_token=by-query-22")
    assert "Warning: the fragment #access_token=" in result.err
    assert leaked(result.err) == []
