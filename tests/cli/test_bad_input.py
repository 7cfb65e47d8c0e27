"""Bad input of every kind: a sentence, an exit status, no traceback."""

from __future__ import annotations

import errno
import os
import socket
from pathlib import Path

import pytest

from httpdesk.adapters import body_spool
from tests.cli.conftest import Cli
from tests.helpers.raw_server import Peer, RawServer, answering, response
from tests.helpers.tls_server import Authority, tls_server


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("", "URL"),
        ("http://", "host"),
        ("http:///path", "host"),
        ("http://a b/", "space"),
        ("http://h:99999/", "port"),
        ("http://h:x/", "port"),
        ("ftp://h/", "ftp"),
        ("http://h/{{nobody}}", "{{nobody}}"),
        ("http://h\x00/", "control"),
    ],
)
def test_a_bad_url_names_the_part(cli: Cli, url: str, told: str) -> None:
    """Statement 8."""
    result = cli("send", "GET", url)
    assert (result.status, result.out) == (2, b"")
    assert told in result.err
    assert "Nothing was sent." in result.err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["-H", "A: b\r\nC: d"], "line break"),
        (["-H", "A B: c"], "character"),
        (["-H", "no colon"], "no colon"),
        (["-d", "{", "--body-type", "json"], "line 1, column 2"),
        (["-d", "a", "-d", "b"], "once"),
        (["-d", "a", "--body-type", "form"], "name=value"),
        (["-d", "@-", "-H", "@-"], "only once"),
        (["--success", "many"], "many"),
        (["--timeout", "soon"], "--timeout"),
    ],
)
def test_a_bad_word_is_told_before_anything_is_sent(cli: Cli, words: list[str], told: str) -> None:
    """Statements 18 and 41."""
    with RawServer(answering(response(b""))) as server:
        result = cli("send", f"http://127.0.0.1:{server.port}/", *words)
    assert (result.status, result.out, server.requests) == (2, b"", [])
    assert told in result.err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["-H", "Authorization: Bearer planted-secret"], "-H @FILE"),
        (["-H", "Cookie: session=planted-secret"], "HTTPDESK_SECRET_TOKEN"),
        (["-H", "x-api-key:planted-secret"], "{{TOKEN}}"),
        (["--var", "api_token=planted-secret"], "HTTPDESK_SECRET_api_token"),
        (["-q", "api_key=planted-secret"], "'api_key={{VALUE}}'"),
        (["--form", "password=planted-secret"], "HTTPDESK_SECRET_VALUE"),
        (["--body-type", "form", "-d", "client_secret=planted-secret"], "HTTPDESK_SECRET_VALUE"),
    ],
)
def test_a_secret_among_the_words_is_refused(cli: Cli, words: list[str], told: str) -> None:
    """security.md R4: other users of the computer can read command lines."""
    with RawServer(answering(response(b""))) as server:
        url = f"127.0.0.1:{server.port}/"
        result = cli("send", f"http://{url}", *words)
        password = cli("send", f"http://me:planted-secret@{url}")
    assert (result.status, password.status, server.requests) == (2, 2, [])
    assert told in result.err
    assert "HTTPDESK_SECRET_PASSWORD" in password.err
    assert "planted-secret" not in result.err + password.err


@pytest.mark.parametrize(
    "url",
    [
        "//me:planted-secret@127.0.0.1:1/",
        " //me:planted-secret@127.0.0.1:1/",
        "me:planted-secret@127.0.0.1:1/?then=http://h/",
        "HTTP://me:planted-secret@127.0.0.1:1/?then=http://h/",
        "http://me:planted@secret@127.0.0.1:1/",
    ],
)
def test_a_password_in_a_url_is_found_however_it_is_written(cli: Cli, url: str) -> None:
    """security.md R4."""
    for words in ([url], ["--base", url], ["http://127.0.0.1:1/", "--proxy", url.strip(" /")]):
        result = cli("send", *words)
        assert (result.status, result.out) == (2, b"")
        assert "holds a password" in result.err
        assert "planted" not in result.err


def test_an_at_sign_in_a_path_is_no_password(cli: Cli) -> None:
    for rest in ("a:b@c", "?m=a:b@c", "?to=http://a:b@c/"):
        assert "password" not in cli("send", f"http://127.0.0.1:1/{rest}").err


def test_a_name_that_does_not_resolve(cli: Cli) -> None:
    result = cli("send", "http://no-such-host.invalid/")
    assert (result.status, result.out) == (3, b"")
    assert "No address was found for no-such-host.invalid. Nothing was sent." in result.err


def test_a_refused_port(cli: Cli) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        result = cli("send", f"http://127.0.0.1:{port}/")
    assert result.status == 3
    assert f"127.0.0.1:{port} refused the connection" in result.err
    assert "Nothing was sent." in result.err


def test_an_untrusted_certificate_and_the_way_past_it(cli: Cli, tmp_path: Path) -> None:
    """Statement 74."""
    context = Authority(tmp_path).context("localhost")
    with tls_server(context) as server:
        url = f"https://localhost:{server.port}/"
        refused = cli("send", url)
        taken = cli("send", url, "--insecure")
    assert (refused.status, "--insecure" in refused.err) == (3, True)
    assert "Nothing was sent." in refused.err
    assert (taken.status, taken.out) == (0, b"secure")


def test_a_slow_server_is_cut_at_the_limit(cli: Cli, sample: str) -> None:
    """Statement 67."""
    result = cli("send", f"{sample}/drip?bytes=100&seconds=30", "--timeout", "300ms")
    assert result.status == 3
    assert "within 300 ms" in result.err
    assert "--timeout 1m" in result.err


def test_a_server_that_closes_early(cli: Cli) -> None:
    def close(peer: Peer) -> None:
        peer.read_request()

    with RawServer(close) as server:
        result = cli("send", f"http://127.0.0.1:{server.port}/")
    assert result.status == 3
    assert "closed the connection before it answered" in result.err
    assert "The whole request was sent" in result.err


def test_a_spool_without_room_is_told(
    cli: Cli, sample: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """quality.md row 28: a body beyond what stays in memory, on a full disk."""

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(body_spool, "_write_all", full)
    result = cli("send", f"{sample}/bytes/{body_spool.MEMORY_LIMIT + 1_000_000}")
    assert result.status in (3, 4)
    assert "room" in result.err
    assert "Traceback" not in result.err


@pytest.mark.parametrize("place", ["gone/answer", "file/answer", "."])
def test_an_answer_that_cannot_be_written_is_told(
    cli: Cli, sample: str, tmp_path: Path, place: str
) -> None:
    """quality.md row 29."""
    (tmp_path / "file").write_text("")
    result = cli("send", f"{sample}/bytes/5", "-o", str(tmp_path / place))
    assert (result.status, result.out) == (4, b"")
    assert "cannot be written" in result.err


def test_an_answer_that_is_not_http(cli: Cli) -> None:
    with RawServer(answering(b"SSH-2.0-OpenSSH_9.6\r\n")) as server:
        result = cli("send", f"http://127.0.0.1:{server.port}/")
    assert (result.status, "not HTTP" in result.err) == (3, True)


def test_a_body_that_does_not_decode_is_given_raw(cli: Cli) -> None:
    """Statement 58."""
    answer = response(b"this is not gzip", "Content-Encoding: gzip")
    with RawServer(answering(answer)) as server:
        result = cli("send", f"http://127.0.0.1:{server.port}/")
    assert (result.status, result.out) == (3, b"this is not gzip")
    assert "gzip" in result.err


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "empty"),
        (b"a: [b\n", "line"),
        (b"just text\n", "request.yml"),
        (b"info:\n<<<<<<< ours\n  name: a\n=======\n  name: b\n>>>>>>> theirs\n", "line 2"),
        (b"\xff\xfe\x00", "request.yml"),
    ],
)
def test_a_file_that_is_no_request(cli: Cli, tmp_path: Path, content: bytes, told: str) -> None:
    path = tmp_path / "request.yml"
    path.write_bytes(content)
    result = cli("send", str(path))
    assert (result.status, result.out) == (4, b"")
    assert told in result.err
    assert path.read_bytes() == content


@pytest.mark.parametrize("words", [["gone.yml"], ["."], ["http://h/", "-d", "@gone"]])
def test_a_file_that_is_not_there(cli: Cli, tmp_path: Path, words: list[str]) -> None:
    named = [str(tmp_path / word) if word == "gone.yml" else word for word in words]
    named = [f"{tmp_path}/folder.yml" if word == "." else word for word in named]
    (tmp_path / "folder.yml").mkdir()
    result = cli("send", *named)
    assert (result.status, "cannot be read" in result.err) == (4, True)


def test_closed_standard_input_and_bytes_that_are_no_text(cli: Cli) -> None:
    result = cli("send", "http://h/", "-d", "@-", stdin=None)
    assert (result.status, "standard input" in result.err) == (4, True)
    result = cli("send", "http://h/", "-d", "@-", stdin=b"ok\n\xff")
    assert result.status == 4
    assert "standard input, line 2: not UTF-8." in result.err


def test_json_of_any_depth_is_no_bug(cli: Cli, sample: str) -> None:
    deep = "[" * 50_000
    result = cli("send", f"{sample}/echo", "-d", deep, "--body-type", "json")
    assert result.status in (0, 2)
    assert "Traceback" not in result.err
