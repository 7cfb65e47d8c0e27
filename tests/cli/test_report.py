"""`--json`: the whole exchange for other programs, and what is hidden in it (statement 76)."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import pytest

from httpdesk.engine.masking import MASK, Masker
from tests.cli.conftest import Cli, Result
from tests.helpers.raw_server import RawServer, answering, response

SECRET = 'pla/nted "s3cret" é'
FORMS = (
    SECRET,
    json.dumps(SECRET, ensure_ascii=False)[1:-1],
    json.dumps(SECRET)[1:-1],
    quote(SECRET, safe=""),
    quote_plus(SECRET),
    base64.b64encode(SECRET.encode()).decode(),
)


def report(result: Result) -> Any:
    return json.loads(result.out)


def test_the_report_holds_the_whole_exchange(cli: Cli, sample: str) -> None:
    result = cli("send", f"{sample}/redirect-to?url=/text", "--json", "-d", "body")
    told = report(result)
    assert (result.status, told["succeeded"], told["error"], told["redirects"]) == (
        0,
        True,
        None,
        1,
    )
    assert told["request"]["method"] == "POST"
    assert told["request"]["body"] == {"size": 4, "text": "body"}
    answer = told["response"]
    assert (answer["status_code"], answer["reason_phrase"]) == (200, "OK")
    assert answer["url"] == f"{sample}/text"
    assert answer["body"]["text"].endswith("🦊 🐕 end.\n")
    assert answer["body"]["size"] == len(answer["body"]["text"].encode())
    first, last = told["attempts"][0]["hops"]
    assert (first["method"], first["status_code"], last["method"]) == ("POST", 302, "GET")
    assert {"send", "wait", "receive"} <= last["timings_ms"].keys()
    assert last["connection"]["address"] == sample.removeprefix("http://")
    assert told["elapsed_ms"] >= sum(last["timings_ms"].values())


@pytest.mark.parametrize("size", [0, 1, 65_536, 300_001])
def test_bytes_that_are_no_text_come_as_base64(cli: Cli, sample: str, size: int) -> None:
    body = report(cli("send", f"{sample}/bytes/{size}", "--json"))["response"]["body"]
    assert body["size"] == size
    data = base64.b64decode(body["base64"]) if "base64" in body else body["text"].encode()
    assert data == (bytes(range(256)) * 1172)[:size]
    assert ("base64" in body) == (size > 128)


def test_text_across_pieces_stays_whole(cli: Cli) -> None:
    text = 'é€😀\\"\u2028\n' * 40_000
    with RawServer(answering(response(text.encode()))) as server:
        told = report(cli("send", f"http://127.0.0.1:{server.port}/", "--json"))
    assert told["response"]["body"]["text"] == text


def test_a_failure_is_part_of_the_report(cli: Cli, sample: str) -> None:
    result = cli("send", f"{sample}/delay/9", "--timeout", "200", "--json")
    told = report(result)
    assert (result.status, told["response"], told["succeeded"]) == (3, None, False)
    assert told["error"]["kind"] == "TimedOut"
    assert (told["error"]["phase"], told["error"]["sent"]) == ("wait", "all")
    assert "within 200 ms" in told["error"]["message"]
    assert told["attempts"][0]["error"]["kind"] == "TimedOut"


def test_a_planted_secret_is_nowhere(cli: Cli, sample: str, tmp_path: Path) -> None:
    """Statement 76: by header name, by key name and by value, also in the echoed body."""
    (tmp_path / "headers").write_text("Authorization: Bearer from-a-file-x9\n", encoding="utf-8")
    words = (
        *("-H", f"@{tmp_path / 'headers'}", "-H", "X-API-Key: {{KEY}}", "-q", "q={{KEY}}"),
        *("--body-type", "form", "-d", "note={{KEY}}", "-d", "password={{plain}}"),
        *("--var", "plain=typed-pass-77"),
    )
    for more in (("--json",), ("-v", "-i"), ("--json", "-v")):
        result = cli("send", f"{sample}/echo", *words, *more, HTTPDESK_SECRET_KEY=SECRET)
        assert result.status == 0
        # Without --json the body is what the user asked for, byte for byte.
        shown = result.out.decode() if "--json" in more else result.out.decode().split("\n\n")[0]
        for form in (*FORMS, "from-a-file-x9", "typed-pass-77"):
            assert form not in shown + result.err, form
        assert MASK in shown + result.err
    revealed = cli(
        "send", f"{sample}/echo", *words, "--json", "--reveal", HTTPDESK_SECRET_KEY=SECRET
    )
    told = report(revealed)
    assert {"name": "X-API-Key", "value": SECRET} in told["request"]["headers"]


def test_set_cookie_is_hidden_unless_asked_for(cli: Cli, sample: str) -> None:
    url = f"{sample}/cookies/set?sid=planted-cookie"
    assert b"Set-Cookie: " + MASK.encode() in cli("send", "-i", url).out
    assert b"Set-Cookie: sid=planted-cookie" in cli("send", "-i", "--reveal", url).out
    told = report(cli("send", "--json", url))
    (hop,) = told["attempts"][0]["hops"]
    for headers in (told["response"]["headers"], hop["response_headers"]):
        assert {"name": "Set-Cookie", "value": MASK} in headers


def test_secrets_of_the_environment_are_named_in_either_case(cli: Cli, sample: str) -> None:
    words = ("-H", "Authorization: Bearer {{token}}", f"{sample}/auth/bearer")
    assert cli("send", *words, HTTPDESK_SECRET_TOKEN="sample-token").status == 0
    assert cli("send", *words, HTTPDESK_SECRET_TOKEN="wrong").status == 1
    assert cli("send", *words).status == 2


@pytest.mark.parametrize("size", [1, 2, 7, 1000])
def test_a_value_across_two_pieces_is_found(size: int) -> None:
    text = f"start {SECRET} middle {quote(SECRET, safe='')} end {SECRET}".encode()
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    found = b"".join(Masker([SECRET]).stream(pieces)).decode()
    assert found == f"start {MASK} middle {MASK} end {MASK}"


def test_short_values_are_left_alone() -> None:
    """security.md R6: six characters and more; hiding `1` everywhere would hide everything."""
    assert Masker(["12345", ""]).text("12345 and text") == "12345 and text"
