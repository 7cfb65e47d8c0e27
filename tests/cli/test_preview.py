"""`httpdesk send --preview`: what would be sent, and nothing is sent (statements 4, 9, 19, 20)."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Cli
from tests.helpers.raw_server import RawServer, answering, response


def test_the_printed_request_is_the_one_that_is_sent(cli: Cli) -> None:
    """Byte for byte but for the line ends; the preview itself opens no connection."""
    with RawServer(answering(response())) as server:
        url = f"http://127.0.0.1:{server.port}/a/../%7e?d=%2B"
        words = (url, "-q", "t=x y&é", "-H", "X-A: 1", "-H", "x-a: 2", "-d", "one\ntwo é")
        shown = cli("send", *words, "--preview")
        assert server.connections == 0
        cli("send", *words)
    assert shown.status == 0
    assert shown.out.decode() == server.requests[0].replace(b"\r\n", b"\n").decode() + "\n"
    assert shown.out.decode().startswith("POST /a/../%7e?d=%2B&t=x+y%26%C3%A9 HTTP/1.1\nHost: ")
    assert "\nX-A: 1, 2\n" in shown.out.decode()


def test_credentials_are_masked_unless_they_are_asked_for(cli: Cli) -> None:
    """Statement 76: in the URL, in headers and in the body."""
    environ = {"HTTPDESK_SECRET_TOKEN": "s3cret-value"}
    words = ("send", "http://h/?api_key={{TOKEN}}", "-H", "Authorization: Bearer {{TOKEN}}")
    body = ("-d", '{"note": "s3cret-value"}', "--body-type", "json")
    hidden = cli(*words, *body, "--preview", **environ)
    assert hidden.status == 0
    assert "s3cret-value" not in hidden.out.decode() + hidden.err
    assert "Authorization: Bearer ••••••••\n" in hidden.out.decode()
    assert '{"note": "••••••••"}' in hidden.out.decode()
    shown = cli(*words, *body, "--preview", "--reveal", **environ)
    assert shown.out.decode().count("s3cret-value") == 3


def test_origins_stand_behind_the_lines(cli: Cli) -> None:
    words = ("send", "http://{{h}}/", "-H", "X-A: {{v}}", "--var", "h=bücher.example")
    shown = cli(*words, "--var", "v=1", "--preview", "-v")
    lines = dict(line.rsplit("  # ") for line in shown.out.decode().splitlines() if "  # " in line)
    origins = {text.strip(): origin for text, origin in lines.items()}
    assert origins["GET / HTTP/1.1"] == "URL, h (command line)"
    assert origins["Host: xn--bcher-kva.example"] == "URL b\u00fccher.example"
    assert origins["X-A: 1"] == "header 1, v (command line)"
    assert origins["Accept: application/json, text/plain, */*"] == "response type"
    assert origins["Connection: keep-alive"] == "default"
    assert "head 192 bytes, body 0 B; nothing was sent" in shown.err


def test_files_are_named_with_their_size(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(bytes(2000))
    shown = cli("send", "PUT", "http://h/", "-d", f"@{path}", "--preview")
    assert f"\n<2,000 bytes of {path}>\n" in shown.out.decode()
    assert "Content-Length: 2000\n" in shown.out.decode()


def test_what_cannot_be_sent_is_told_and_ends_with_2(cli: Cli) -> None:
    shown = cli("send", "http://h/{{nobody}}", "--preview")
    assert (shown.status, shown.out.decode()) == (2, "")
    assert "{{nobody}}" in shown.err
    assert cli("send", "http://h/", "--preview", "--json").status == 2


def test_an_automatic_header_is_left_out(cli: Cli) -> None:
    with RawServer(answering(response())) as server:
        url = f"http://127.0.0.1:{server.port}/"
        shown = cli("send", url, "--remove-header", "accept", "--remove-header", "User-Agent")
        assert shown.status == 0
    assert b"accept:" not in server.requests[0].lower()
    assert b"user-agent:" not in server.requests[0].lower()
    wrong = cli("send", "http://h/", "--remove-header", "no name")
    assert wrong.status == 2
    assert "--remove-header takes the name of a header" in wrong.err
