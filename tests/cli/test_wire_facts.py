"""Resends, interim answers and doubtful lengths in `-v` and `--json`."""

from __future__ import annotations

import json

import pytest

from tests.cli.conftest import Cli
from tests.helpers.raw_server import RawServer, RecordingPeer, answering, closing, response

INTERIM = b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\nSet-Cookie: sid=planted\r\n\r\n"


def url(server: RawServer) -> str:
    return f"http://127.0.0.1:{server.port}/"


def test_interim_answers_are_told(cli: Cli) -> None:
    """Fault row 7."""
    with RawServer(closing(INTERIM + response(b"ok"))) as server:
        lines = cli("send", "-v", url(server)).err.splitlines()
        told = json.loads(cli("send", "--json", url(server)).out)
    at = lines.index("< 103 Early Hints")
    assert lines[at + 1] == "< Link: </a.css>"
    assert lines[at + 3] == "< 200 OK"
    (hop,) = told["attempts"][0]["hops"]
    (interim,) = hop["interim"]
    assert (interim["status_code"], interim["reason_phrase"]) == (103, "Early Hints")
    assert [pair["name"] for pair in interim["headers"]] == ["Link", "Set-Cookie"]
    assert "planted" not in json.dumps(told)
    assert not hop["resent"]


@pytest.mark.parametrize(
    ("lines", "value", "words"),
    [
        (b"Content-Length: 2\r\nContent-Length: 3", "repeated length", "that differ"),
        (b"Content-Length: x", "invalid length", "is no number"),
        (b"Content-Length: 1", "more than length", "more bytes came"),
    ],
)
def test_a_doubtful_length_is_told(cli: Cli, lines: bytes, value: str, words: str) -> None:
    """Fault row 9."""
    with RawServer(closing(b"HTTP/1.1 200 OK\r\n" + lines + b"\r\n\r\nok")) as server:
        err = cli("send", "-v", url(server)).err
        told = json.loads(cli("send", "--json", url(server)).out)
    assert words in err
    assert told["response"]["doubts"] == [value]


def test_a_resend_is_told(cli: Cli) -> None:
    """Fault row 12: the second hop finds its kept connection closed."""

    def behave(peer: RecordingPeer) -> None:
        if b"GET / " in peer.read_request():
            peer.send(response(b"", "Location: /next", status="302 Found"))
            peer.read_request()
        else:
            peer.send(response(b"ok"))

    with RawServer(behave) as server:
        lines = cli("send", "-v", url(server)).err.splitlines()
        told = json.loads(cli("send", "--json", url(server)).out)
    assert "* the kept connection had been closed; sent again over a new one" in lines
    assert [hop["resent"] for hop in told["attempts"][0]["hops"]] == [False, True]


def test_an_ordinary_answer_has_none_of_it(cli: Cli) -> None:
    with RawServer(answering(response(b"ok"))) as server:
        told = json.loads(cli("send", "--json", url(server)).out)
    (hop,) = told["attempts"][0]["hops"]
    assert (hop["resent"], hop["interim"], told["response"]["doubts"]) == (False, [], [])
