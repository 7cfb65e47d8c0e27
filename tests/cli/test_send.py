"""`httpdesk send` against the sample server: what leaves, what is printed, how it ends."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

from httpdesk.cli.arguments import _parser
from httpdesk.cli.main import run
from httpdesk.cli.ports import CliPorts, Streams
from tests.cli.conftest import Cli, Result
from tests.helpers.raw_server import RawServer, answering, closing, response


def echoed(result: Result) -> Any:
    assert (result.status, result.err) == (0, "")
    return json.loads(result.out)


def headers_of(told: Any) -> dict[str, str]:
    return {pair["name"]: pair["value"] for pair in told["headers"]}


# --- what leaves ---------------------------------------------------------------------------------


def test_method_query_and_headers_arrive_in_order(cli: Cli, sample: str) -> None:
    words = ("-q", "t=a", "-q", "k", "-q", "t=x y&é", "-H", "X-One: 1", "-H", "x-two:2")
    told = echoed(cli("send", "PROPFIND", f"{sample}/echo?d=%2B", *words))
    assert told["method"] == "PROPFIND"
    assert told["url"] == f"{sample}/echo?d=%2B&t=a&k=&t=x+y%26%C3%A9"
    assert (headers_of(told)["X-One"], headers_of(told)["x-two"]) == ("1", "2")


@pytest.mark.parametrize(
    ("words", "method"),
    [
        ([], "GET"),
        (["-d", "x"], "POST"),
        (["--body-type", "form"], "POST"),
    ],
)
def test_the_method_may_be_left_out(cli: Cli, sample: str, words: list[str], method: str) -> None:
    assert echoed(cli("send", f"{sample}/echo", *words))["method"] == method


def test_a_standard_method_may_be_typed_small(cli: Cli, sample: str) -> None:
    assert echoed(cli("send", "delete", f"{sample}/echo"))["method"] == "DELETE"
    assert echoed(cli("send", "purge", f"{sample}/echo"))["method"] == "purge"


@pytest.mark.parametrize(
    ("kind", "content_type"),
    [
        (None, "text/plain; charset=utf-8"),
        ("text", "text/plain; charset=utf-8"),
        ("json", "application/json"),
        ("xml", "application/xml"),
    ],
)
def test_the_body_leaves_exactly_as_typed(
    cli: Cli, sample: str, kind: str | None, content_type: str
) -> None:
    """Statements 39 and 40."""
    words = [] if kind is None else ["--body-type", kind]
    told = echoed(cli("send", f"{sample}/echo", "-d", ' {"a" : 1.10} ', *words))
    assert told["body"]["text"] == ' {"a" : 1.10} '
    assert headers_of(told)["Content-Type"] == content_type


def test_a_body_from_a_file_or_standard_input_keeps_every_byte(
    cli: Cli, sample: str, tmp_path: Path
) -> None:
    data = b"\xef\xbb\xbfline\r\nline\n\ttab \x00 \xc3\xa9 end"
    (tmp_path / "body.txt").write_bytes(data)
    digest = hashlib.sha256(data).hexdigest()
    told = echoed(cli("send", f"{sample}/echo", "-d", f"@{tmp_path / 'body.txt'}"))
    assert told["body"]["sha256"] == digest
    told = echoed(cli("send", f"{sample}/echo", "-d", "@-", stdin=data))
    assert told["body"]["sha256"] == digest


def test_a_form_is_one_field_for_each_d(cli: Cli, sample: str) -> None:
    words = ("--body-type", "form", "-d", "a=1", "-d", "a=x y", "-d", "b=@home")
    told = echoed(cli("send", f"{sample}/echo", *words))
    assert told["body"]["text"] == "a=1&a=x+y&b=%40home"


def test_headers_come_from_a_file(cli: Cli, sample: str, tmp_path: Path) -> None:
    (tmp_path / "headers").write_bytes(b"Authorization: Bearer sample-token\r\n\nX-More: yes")
    result = cli("send", f"{sample}/auth/bearer", "-H", f"@{tmp_path / 'headers'}")
    assert result.status == 0
    lines = b"Authorization: Bearer sample-token\n"
    assert cli("send", f"{sample}/auth/bearer", "-H", "@-", stdin=lines).status == 0


def test_variables_fill_in_and_the_sample_server_starts_by_name(cli: Cli) -> None:
    result = cli("send", "{{sample_url}}/echo/{{who}}", "--var", "who=me")
    assert echoed(result)["path"] == "/echo/me"


def test_accept_follows_the_response_type(cli: Cli, sample: str) -> None:
    """Statement 20."""
    told = echoed(cli("send", f"{sample}/echo", "--response-type", "binary"))
    assert headers_of(told)["Accept"] == "*/*"


# --- what is printed -----------------------------------------------------------------------------


def test_the_body_is_printed_byte_for_byte(cli: Cli, sample: str) -> None:
    result = cli("send", f"{sample}/bytes/300001")
    assert result.out == (bytes(range(256)) * 1172)[:300_001]
    assert cli("send", f"{sample}/image").out.startswith(b"\x89PNG\r\n\x1a\n")
    assert json.loads(cli("send", f"{sample}/gzip").out)["compressed"] == "gzip"


def test_include_puts_status_and_headers_before_the_body(cli: Cli, sample: str) -> None:
    result = cli("send", "-i", f"{sample}/text")
    head, _, body = result.out.partition(b"\n\n")
    assert head.startswith(b"HTTP/1.1 200 OK\nDate: ")
    assert b"\nContent-Type: text/plain; charset=utf-8" in head
    assert body.startswith(b"The quick brown fox")


def test_verbose_tells_every_hop_on_standard_error(cli: Cli, sample: str) -> None:
    result = cli("send", "-v", f"{sample}/redirect/2")
    assert json.loads(result.out)["arrived"] is True
    assert result.err.count("< 302 Found") == 2
    assert result.err.count(f"> GET {sample}/redirect/") == 3
    assert "< Location: /redirect/0" in result.err
    assert "a kept connection" in result.err
    assert "connect " in result.err


def test_a_terminal_gets_no_control_characters(cli: Cli) -> None:
    """security.md R7: what a server sends cannot drive the terminal."""
    body = b"red \x1b[31m \xc2\x9b5n caf\xe9 \r\n\xe2\x80\xae"
    answer = response(body, "X-Evil: \x1b]0;x\x07")
    with RawServer(answering(answer)) as server:
        url = f"http://127.0.0.1:{server.port}/"
        result = cli("send", "-i", url, terminal=True)
        raw = cli("send", url)
    for evil in (b"\x1b", b"\xc2\x9b", b"\x07", b"\r", b"\xe2\x80\xae"):
        assert evil not in result.out
    assert b"red \\x1b[31m" in result.out
    assert result.out.endswith(b"\n")
    assert raw.out == body


def test_a_binary_body_is_not_thrown_at_a_terminal(cli: Cli, sample: str) -> None:
    result = cli("send", f"{sample}/image", terminal=True)
    assert (result.status, result.out) == (0, b"")
    assert "binary" in result.err
    assert "-o FILE" in result.err


# --- files ---------------------------------------------------------------------------------------


def test_force_writes_the_body_over_an_older_file(cli: Cli, sample: str, tmp_path: Path) -> None:
    target = tmp_path / "answer.bin"
    target.write_bytes(b"older")
    target.chmod(0o640)
    result = cli("send", f"{sample}/bytes/100000", "-o", str(target), "--force")
    assert (result.status, result.out) == (0, b"")
    assert target.stat().st_size == 100_000
    assert target.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in tmp_path.glob("answer*")] == ["answer.bin"]


def test_o_dash_is_standard_output_and_a_device_stays_one(cli: Cli, sample: str) -> None:
    assert cli("send", f"{sample}/bytes/5", "-o", "-").out == bytes(range(5))
    assert cli("send", f"{sample}/bytes/5", "-o", os.devnull).status == 0
    assert not Path(os.devnull).is_file()


def test_no_answer_leaves_the_older_file_alone(cli: Cli, tmp_path: Path) -> None:
    target = tmp_path / "answer.bin"
    target.write_bytes(b"older")
    assert cli("send", "http://127.0.0.1:1/", "-o", str(target), "--force").status == 3
    assert target.read_bytes() == b"older"
    assert [path.name for path in tmp_path.glob("answer*")] == ["answer.bin"]


def test_half_an_answer_is_kept_beside(cli: Cli, tmp_path: Path) -> None:
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this"
    target = tmp_path / "answer.bin"
    with RawServer(closing(answer)) as server:
        result = cli("send", f"http://127.0.0.1:{server.port}/", "-o", str(target))
    assert result.status == 3
    assert "9 of 100 bytes" in result.err
    assert f"What arrived is in {target}.part." in result.err
    assert (tmp_path / "answer.bin.part").read_bytes() == b"only this"
    assert not target.exists()


def test_a_file_that_cannot_be_written_is_found_before_sending(cli: Cli, tmp_path: Path) -> None:
    with RawServer(answering(response(b""))) as server:
        url = f"http://127.0.0.1:{server.port}/"
        for target in (tmp_path, tmp_path / "no" / "such"):
            result = cli("send", url, "-o", str(target))
            assert (result.status, "cannot be written" in result.err) == (4, True)
    assert server.requests == []


# --- request files -------------------------------------------------------------------------------


def test_a_request_file_takes_what_its_collection_hands_down(cli: Cli, tmp_path: Path) -> None:
    folder = tmp_path / "api" / "deep"
    folder.mkdir(parents=True)
    (tmp_path / "api" / "opencollection.yml").write_text(
        'opencollection: "1.0.0"\ninfo:\n  name: Api\nrequest:\n'
        "  headers:\n    - name: X-All\n      value: collection\n"
        "  variables:\n    - name: who\n      value: outer\n    - name: what\n      value: thing\n",
        encoding="utf-8",
    )
    (folder / "folder.yml").write_text(
        "info:\n  name: Deep\n  type: folder\nrequest:\n"
        "  variables:\n    - name: who\n      value: inner\n",
        encoding="utf-8",
    )
    (folder / "ask.yml").write_text(
        "info:\n  name: Ask\n  type: http\nhttp:\n  method: PUT\n"
        '  url: "{{sample_url}}/echo/{{who}}/{{what}}"\n'
        "  headers:\n    - name: X-Own\n      value: file\n",
        encoding="utf-8",
    )
    told = echoed(cli("send", str(folder / "ask.yml"), "-H", "x-own: words", "-q", "a=1"))
    assert (told["method"], told["path"]) == ("PUT", "/echo/inner/thing")
    assert told["query"] == [{"name": "a", "value": "1"}]
    headers = headers_of(told)
    assert (headers["X-All"], headers["x-own"], headers.get("X-Own")) == (
        "collection",
        "words",
        None,
    )
    told = echoed(cli("send", str(folder / "ask.yml"), "--var", "who=words"))
    assert told["path"] == "/echo/words/thing"


def test_a_request_file_stands_alone_as_well(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "ask.yml").write_text(
        'info:\n  name: Ask\n  type: http\nhttp:\n  method: GET\n  url: "{{sample_url}}/echo"\n',
        encoding="utf-8",
    )
    assert echoed(cli("send", str(tmp_path / "ask.yml"), "-d", "x"))["body"]["text"] == "x"


def test_what_a_file_asks_for_and_is_not_used_yet_is_said(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "ask.yml").write_text(
        'info:\n  name: Ask\n  type: http\nhttp:\n  method: GET\n  url: "{{sample_url}}/echo"\n'
        "  auth: {type: basic, username: me, password: you}\n"
        "runtime:\n  scripts:\n    - {type: tests, code: x}\n",
        encoding="utf-8",
    )
    result = cli("send", str(tmp_path / "ask.yml"))
    assert result.status == 0
    assert result.err.startswith("Warning: ")
    assert "scripts: tests" in result.err
    sent = headers_of(json.loads(result.out))
    assert sent["Authorization"] == "Basic bWU6eW91"


def test_an_auth_that_is_not_done_stops_the_send(cli: Cli, tmp_path: Path) -> None:
    """security.md R4: never sent without the credential."""
    (tmp_path / "ask.yml").write_text(
        'info:\n  name: Ask\n  type: http\nhttp:\n  method: GET\n  url: "{{sample_url}}/echo"\n'
        "  auth: {type: oauth2, flow: client_credentials}\n",
        encoding="utf-8",
    )
    result = cli("send", str(tmp_path / "ask.yml"))
    assert (result.status, result.out) == (5, b"")
    assert result.err.startswith("The request Ask signs in with oauth2, ")
    assert "Make a connection" in result.err


# --- how it ends ---------------------------------------------------------------------------------


def test_a_status_outside_the_success_range_is_1(cli: Cli, sample: str) -> None:
    """Statement 57."""
    result = cli("send", f"{sample}/orders/9999")
    assert (result.status, result.err) == (1, "The answer is 404 Not Found\n")
    assert result.out == b"There is no order of this number.\n"
    assert cli("send", f"{sample}/status/404", "--success", "200-299,404").status == 0
    assert cli("send", f"{sample}/status/204", "--success", "200").status == 1


def test_a_redirect_can_be_the_answer(cli: Cli, sample: str) -> None:
    """Statement 72."""
    result = cli("send", f"{sample}/redirect/2", "--no-follow", "-i")
    assert result.status == 1
    assert result.out.startswith(b"HTTP/1.1 302 Found\n")
    result = cli("send", f"{sample}/redirect/9", "--max-redirects", "2")
    assert (result.status, "--max-redirects" in result.err) == (3, True)


def test_help_is_short_and_aligned(cli: Cli) -> None:
    for words in ([], ["--help"], ["-h"], ["help"], ["send", "--help"], ["send", "x", "-h"]):
        result = cli(*words)
        assert (result.status, result.err) == (0, "")
        lines = result.out.decode().splitlines()
        assert max(map(len, lines)) <= 100
        assert any(line.startswith("Examples:") for line in lines)
    options = [line for line in lines if line.startswith(("  -", "      --"))]
    assert {line[28:30].isspace() or line[27] == " " for line in options} == {True}


def test_help_tells_of_every_option(cli: Cli) -> None:
    told = set(re.findall(r"(?<!\S)--?[A-Za-z0-9][a-z0-9-]*", cli("send", "--help").out.decode()))
    known = {name for action in _parser()._actions for name in action.option_strings}
    assert known
    assert known - told == set()


def test_version_and_unknown_commands(cli: Cli) -> None:
    assert cli("--version").out.startswith(b"HTTPDesk ")
    result = cli("sned", "x")
    assert (result.status, "httpdesk --help" in result.err) == (2, True)


def test_an_error_of_ours_is_called_one(
    ports: CliPorts, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken() -> Any:
        raise ZeroDivisionError("planted")

    world: dict[str, Any] = {name: getattr(ports, name) for name in ports.__slots__}
    stderr = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    stdout = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    words = ["send", "http://127.0.0.1:1/"]
    status = run(words, CliPorts(**world | {"transport": broken}), Streams(stdout, stderr, None))
    stderr.seek(0)
    text = stderr.read()
    assert status == 70
    assert "ZeroDivisionError: planted" in text
    assert text.endswith("This is an error in HTTPDesk itself.\n")
