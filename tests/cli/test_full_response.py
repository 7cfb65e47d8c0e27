"""`--full`: the result of a request as one JSON document (statement 55)."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from httpdesk.engine.masking import MASK
from tests.cli.conftest import Cli, Result
from tests.helpers.raw_server import RawServer, answering, closing, response
from tests.helpers.tls_server import Authority, tls_server

JSON = "Content-Type: application/json"
KEYS = ["status", "statusText", "headers", "data", "dataType", "notice", "url", "redirects"]
KEYS += ["attempts", "timings", "sizes", "tls", "error"]


def full(cli: Cli, answer: bytes, *words: str, **environ: str) -> Any:
    return json.loads(raw(cli, answer, *words, **environ).out)


def raw(cli: Cli, answer: bytes, *words: str, **environ: str) -> Result:
    with RawServer(answering(answer)) as server:
        return cli("send", f"http://127.0.0.1:{server.port}/a?x=1", "--full", *words, **environ)


def test_the_result_has_these_keys_and_no_request(cli: Cli) -> None:
    """Statement 55: never `config` or `request`."""
    busy = response(b"busy", status="503 Service Unavailable")
    redirect = response(b"", "Location: /b", status="302 Found")
    answer = response(b'{"a": 1}', JSON, "X-A: 1", "x-a: 2", status="201 Created")
    with RawServer(answering(busy, redirect, answer)) as server:
        url = f"http://127.0.0.1:{server.port}"
        result = cli("send", f"{url}/a", "--full", "--max-retries", "1")
    told = json.loads(result.out)
    assert (result.status, result.err) == (0, "")
    assert list(told) == KEYS
    assert (told["status"], told["statusText"], told["url"]) == (201, "Created", f"{url}/b")
    assert told["data"] == {"a": 1}
    names = [(header["name"], header["value"]) for header in told["headers"]]
    assert names == [("Content-Type", "application/json"), ("X-A", "1"), ("x-a", "2"), names[3]]
    assert told["redirects"] == [{"status": 302, "method": "GET", "url": f"{url}/a"}]
    assert [(each["number"], each["status"]) for each in told["attempts"]] == [(1, 503), (2, 201)]
    assert told["attempts"][0]["waitMs"] >= 0
    assert {"wait", "receive"} <= told["timings"]["phasesMs"].keys()
    assert told["timings"]["totalMs"] >= sum(told["timings"]["phasesMs"].values())
    assert told["sizes"] == {"sent": 0, "received": 8, "body": 8}
    assert (told["tls"], told["error"], told["notice"]) == (None, None, None)


def test_off_the_result_is_the_body(cli: Cli, tmp_path: Path) -> None:
    """Statement 55; a request file can have it on."""
    with RawServer(answering(response(b"[1]"))) as server:
        url = f"http://127.0.0.1:{server.port}/"
        assert cli("send", url).out == b"[1]"
        lines = (
            "info: {name: a, type: http}",
            f"http: {{method: GET, url: '{url}'}}",
            "runtime: {variables: [{name: httpdesk.response.full, value: 'true'}]}",
        )
        (tmp_path / "a.yml").write_text("\n".join(lines), encoding="utf-8")
        assert json.loads(cli("send", str(tmp_path / "a.yml")).out)["data"] == [1]


@pytest.mark.parametrize(
    "text",
    ["[12345678901234567890, 1.10, 1e400, -0.0]", '{"b":1, "a":"\\u00e9\\/", "b":2}', '"é😀"'],
)
def test_numbers_and_strings_stay_as_received(cli: Cli, text: str) -> None:
    """Statement 52."""
    result = raw(cli, response(text.encode()))
    assert f'\n  "data": {text},\n  "dataType": "json",'.encode() in result.out
    json.loads(result.out)


@pytest.mark.parametrize(
    ("body", "words", "expected"),
    [
        (b"", [], (None, "empty", None)),
        (b'{"a":}', [], ('{"a":}', "text", ("not json", 1, 6))),
        (b"[NaN]", [], ("[NaN]", "text", ("not finite", None, None))),
        (b"[1]", ["--response-type", "text"], ("[1]", "text", None)),
        (b"[1]", ["--response-type", "auto"], ([1], "json", None)),
        (b"caf\xe9", ["--response-type", "text"], ("café", "text", None)),
    ],
)
def test_the_body_is_read_as_its_response_type(
    cli: Cli, body: bytes, words: list[str], expected: tuple[object, str, object]
) -> None:
    """Statements 51 and 53: what is not JSON is text, with a notice that says where."""
    charset = "; charset=ISO-8859-1" if body == b"caf\xe9" else ""
    told = full(cli, response(body, JSON + charset), *words)
    notice = told["notice"]
    place = notice and (notice["kind"], notice.get("line"), notice.get("column"))
    assert (told["data"], told["dataType"], place) == expected


@pytest.mark.parametrize(
    ("body", "words", "why"),
    [
        (b"\x89PNG\r\n\x1a\n\0", ["--response-type", "binary"], None),
        (bytes(range(256)) * 1000, ["--response-type", "auto"], None),
        (b"\0\1\2", [], "binary"),
        (b"[1]", ["--response-type", "binary"], None),
    ],
)
def test_bytes_come_in_base64(cli: Cli, body: bytes, words: list[str], why: str | None) -> None:
    """Statement 54; where something else was asked for, the notice says so."""
    told = full(cli, response(body), *words)
    assert (base64.b64decode(told["data"]), told["dataType"]) == (body, "base64")
    assert (told["notice"] and told["notice"]["kind"]) == why


def test_a_failure_is_a_result_too(cli: Cli) -> None:
    """Statement 57: a failed status has its body read alike; no answer has none."""
    result = raw(cli, response(b'{"why": 1}', status="404 Not Found"))
    assert (result.status, json.loads(result.out)["data"]) == (1, {"why": 1})
    with RawServer(answering(b"")) as server:
        port = server.port
    result = cli("send", f"http://127.0.0.1:{port}/", "--full")
    told = json.loads(result.out)
    assert (result.status, list(told)) == (3, KEYS)
    assert (told["status"], told["data"], told["error"]["kind"]) == (
        None,
        None,
        "ConnectionRefused",
    )
    with RawServer(closing(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n[1,")) as server:
        told = json.loads(cli("send", f"http://127.0.0.1:{server.port}/", "--full").out)
    assert (told["data"], told["error"]["kind"]) == ("[1,", "IncompleteBody")


def test_it_may_be_written_to_a_file(cli: Cli, tmp_path: Path) -> None:
    with RawServer(answering(b"")) as server:
        port = server.port
    target = tmp_path / "out.json"
    assert cli("send", f"http://127.0.0.1:{port}/", "--full", "-o", str(target)).status == 3
    assert json.loads(target.read_bytes())["error"]["phase"] == "connect"


def test_tls_tells_who_answered(cli: Cli, tmp_path: Path) -> None:
    """Statement 55."""
    authority = Authority(tmp_path)
    with tls_server(authority.context("localhost")) as server:
        words = ("--ca", str(authority.ca_file), "--full", "--response-type", "text")
        told = json.loads(cli("send", f"https://localhost:{server.port}/", *words).out)
    assert told["data"] == "secure"
    assert told["tls"]["version"].startswith("TLSv1.")
    assert told["tls"]["certificateChecked"] is True
    assert told["tls"]["chain"][0]["names"] == ["localhost"]


SECRET = "1234567890"


@pytest.mark.parametrize(
    "body",
    [
        '{"a": "x 1234567890 y", "1234567890": 1234567890, "n": 1.10}',
        "text 1234567890",
        '{"1234567890": ',
    ],
)
def test_a_secret_is_hidden_and_json_stays_json(cli: Cli, body: str) -> None:
    """Statement 76."""
    answer = response(body.encode(), f"X-Seen: {SECRET}", f"Set-Cookie: a={SECRET}")
    words = ("-H", "X-Key: {{KEY}}")
    told = full(cli, answer, *words, HTTPDESK_SECRET_KEY=SECRET)
    assert SECRET not in json.dumps(told)
    if told["dataType"] == "json":
        assert told["data"] == {"a": f"x {MASK} y", MASK: MASK, "n": 1.10}
    shown = full(cli, answer, *words, "--reveal", HTTPDESK_SECRET_KEY=SECRET)
    assert SECRET in json.dumps(shown)
