"""The port that the browser comes back to: the right answer, and everything else that knocks.

Fault row 41 of quality.md, and the rules of the listener in R3 of security.md.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest

from httpdesk.adapters.loopback import MOST_BYTES, MOST_CONNECTIONS, LoopbackListener
from httpdesk.engine.cancel import CancelToken
from httpdesk.model.errors import SignInFailed, SignInReason
from httpdesk.model.sign_in import AuthorizationAnswer

STATE = "St4te-ü&="
CODE = "C0de/+%"


class SignIn:
    """A listener that waits on a thread of its own."""

    def __init__(self, seconds: float = 20.0) -> None:
        self.cancel = CancelToken()
        self.listener = LoopbackListener()
        self._seconds = seconds
        self._pool = ThreadPoolExecutor(1)
        self.answer: Future[AuthorizationAnswer]

    def __enter__(self) -> SignIn:
        self.listener.__enter__()
        self.port = self.listener.port
        self.answer = self._pool.submit(self.listener.wait, STATE, self.cancel, self._seconds)
        return self

    def __exit__(self, *_exception: object) -> None:
        self.cancel.cancel()
        self._pool.shutdown()
        self.listener.close()

    def get(self, query: str, **changes: str) -> str:
        """Ask for the redirect URI with this query; return the answer's text."""
        path = changes.get("path", "/callback")
        host = changes.get("host", f"127.0.0.1:{self.port}")
        method = changes.get("method", "GET")
        return self.say(f"{method} {path}?{query} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())

    def say(self, data: bytes) -> str:
        with socket.create_connection(("127.0.0.1", self.port), 10) as sock:
            sock.sendall(data)
            return b"".join(iter(lambda: sock.recv(65536), b"")).decode()

    def right(self) -> str:
        return self.get(f"code={quote(CODE, safe='')}&state={quote(STATE, safe='')}")


@pytest.fixture
def sign_in() -> Iterator[SignIn]:
    with SignIn() as sign_in:
        yield sign_in


def test_the_answer_is_taken_and_the_port_closed(sign_in: SignIn) -> None:
    """Statement 26."""
    page = sign_in.right()
    assert sign_in.answer.result(10) == AuthorizationAnswer(CODE)
    assert page.startswith("HTTP/1.1 200 ")
    assert "You can close this tab" in page
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", sign_in.port), 5)


def test_the_page_holds_nothing_of_the_answer_and_is_locked(sign_in: SignIn) -> None:
    """security.md R3, 6: a fixed page."""
    page = sign_in.right()
    assert "C0de" not in page
    assert "St4te" not in page
    for header in (
        "Cache-Control: no-store",
        "Referrer-Policy: no-referrer",
        "Content-Security-Policy: default-src 'none'",
        "X-Frame-Options: DENY",
    ):
        assert header in page


def test_the_issuer_comes_along(sign_in: SignIn) -> None:
    sign_in.get(f"code=c&state={quote(STATE, safe='')}&iss=https%3A%2F%2Fid.test")
    assert sign_in.answer.result(10).issuer == "https://id.test"


def test_the_provider_s_error_ends_the_sign_in_with_its_words(sign_in: SignIn) -> None:
    description = quote("No, " + "x" * 1000, safe="")
    page = sign_in.get(
        f"error=access_denied&error_description={description}&state={quote(STATE, safe='')}"
    )
    with pytest.raises(SignInFailed) as caught:
        sign_in.answer.result(10)
    error = caught.value
    assert (error.reason, error.error) == (SignInReason.PROVIDER_ERROR, "access_denied")
    assert error.description.startswith("No, x")
    assert len(error.description) == 300
    assert "access_denied" not in page


STATE_QUERY = f"state={quote(STATE, safe='')}"
ATTACKS = {
    "no state": "code=x",
    "wrong state": "code=x&state=guess",
    "empty state": "code=x&state=",
    "state twice": f"code=x&{STATE_QUERY}&{STATE_QUERY}",
    "code twice": f"code=x&code=y&{STATE_QUERY}",
    "code and error": f"code=x&error=y&{STATE_QUERY}",
    "neither code nor error": STATE_QUERY,
    "empty code": f"code=&{STATE_QUERY}",
    "many fields": "&".join(f"a{n}=1" for n in range(500)) + f"&code=x&{STATE_QUERY}",
}


@pytest.mark.parametrize("query", ATTACKS.values(), ids=ATTACKS)
def test_a_wrong_answer_is_refused_and_ends_nothing(sign_in: SignIn, query: str) -> None:
    """security.md R3, 4: a web page cannot abort the sign-in."""
    assert sign_in.get(query).startswith("HTTP/1.1 400 ")
    assert not sign_in.answer.done()
    sign_in.right()
    assert sign_in.answer.result(10).code == CODE
    assert sign_in.listener.refused == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"method": "POST"},
        {"method": "HEAD"},
        {"method": "OPTIONS"},
        {"path": "/"},
        {"path": "/callback/"},
        {"path": "/Callback"},
        {"path": "http://127.0.0.1/callback"},
        {"host": "localhost"},
        {"host": "evil.test"},
        {"host": "127.0.0.1"},
    ],
    ids=str,
)
def test_another_door_is_no_door(sign_in: SignIn, changes: dict[str, str]) -> None:
    """Also the right state does not help: another Host is a rebound name."""
    assert sign_in.get(f"code=x&{STATE_QUERY}", **changes).startswith("HTTP/1.1 400 ")
    sign_in.right()
    assert sign_in.answer.result(10).code == CODE


@pytest.mark.parametrize(
    "data",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n",
        b"GET\r\n\r\n",
        b"\r\n\r\n",
        b"GET /callback?code=x HTTP/2.0\r\nHost: h\r\n\r\n",
        b"GET /callback?%ff%00 HTTP/1.1\r\n\r\n",
    ],
    ids=repr,
)
def test_what_is_no_request_is_refused(sign_in: SignIn, data: bytes) -> None:
    assert sign_in.say(data).startswith("HTTP/1.1 400 ")
    sign_in.right()
    assert sign_in.answer.result(10).code == CODE


def test_two_hosts_are_refused(sign_in: SignIn) -> None:
    host = f"127.0.0.1:{sign_in.port}"
    head = f"GET /callback?code=x&{STATE_QUERY} HTTP/1.1\r\nHost: {host}\r\nHost: {host}\r\n\r\n"
    assert sign_in.say(head.encode()).startswith("HTTP/1.1 400 ")


def test_an_endless_head_is_cut(sign_in: SignIn) -> None:
    with (
        socket.create_connection(("127.0.0.1", sign_in.port), 10) as sock,
        pytest.raises(OSError),
    ):
        sock.sendall(b"x" * MOST_BYTES * 200)
    sign_in.right()
    assert sign_in.answer.result(10).code == CODE


def test_silent_connections_do_not_keep_the_browser_out(sign_in: SignIn) -> None:
    silent = [
        socket.create_connection(("127.0.0.1", sign_in.port), 10)
        for _ in range(MOST_CONNECTIONS + 8)
    ]
    try:
        sign_in.right()
        assert sign_in.answer.result(10).code == CODE
    finally:
        for sock in silent:
            sock.close()


def test_a_request_in_pieces_is_put_together(sign_in: SignIn) -> None:
    data = f"GET /callback?code=x&{STATE_QUERY} HTTP/1.1\r\nHost: 127.0.0.1:{sign_in.port}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", sign_in.port), 10) as sock:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in data.encode():
            sock.send(bytes([byte]))
        assert b"200 OK" in sock.recv(65536)
    assert sign_in.answer.result(10).code == "x"


def test_the_first_right_answer_wins(sign_in: SignIn) -> None:
    other = socket.create_connection(("127.0.0.1", sign_in.port), 10)
    sign_in.right()
    with other:
        assert sign_in.answer.result(10).code == CODE
        assert other.recv(100) == b""


def test_cancel_ends_it_at_once(sign_in: SignIn) -> None:
    """Statement 26, within 200 ms."""
    began = time.monotonic()
    sign_in.cancel.cancel()
    with pytest.raises(SignInFailed) as caught:
        sign_in.answer.result(10)
    assert time.monotonic() - began < 0.2
    assert caught.value.reason is SignInReason.CANCELLED


def test_nobody_is_waited_for_without_end() -> None:
    with SignIn(seconds=0.05) as sign_in:
        with pytest.raises(SignInFailed) as caught:
            sign_in.answer.result(10)
        assert caught.value.reason is SignInReason.TIMED_OUT


def test_a_busy_port_is_named_and_no_other_taken() -> None:
    """security.md R3, 2."""
    with LoopbackListener() as first:
        with pytest.raises(SignInFailed) as caught:
            LoopbackListener(port=first.port).__enter__()
        assert (caught.value.reason, caught.value.port) == (SignInReason.PORT_BUSY, first.port)


def test_a_fixed_port_can_be_used_again_at_once() -> None:
    with LoopbackListener() as first:
        port = first.port
    for _ in range(2):
        with LoopbackListener("/back", port) as again:
            assert again.redirect_uri == f"http://127.0.0.1:{port}/back"


def test_two_sign_ins_have_an_answer_each() -> None:
    with SignIn() as one, SignIn() as two:
        assert urlsplit(one.listener.redirect_uri).port != two.port
        two.get(f"code=two&{STATE_QUERY}")
        assert not one.answer.done()
        one.get(f"code=one&{STATE_QUERY}")
        assert (one.answer.result(10).code, two.answer.result(10).code) == ("one", "two")


def test_it_listens_on_this_computer_only(sign_in: SignIn) -> None:
    table = Path("/proc/net/tcp").read_text(encoding="ascii")
    port = f"{sign_in.port:04X}"
    assert f" 0100007F:{port} " in table
    assert f" 00000000:{port} " not in table


def test_no_thread_is_left_behind(sign_in: SignIn) -> None:
    before = threading.active_count()
    sign_in.right()
    sign_in.answer.result(10)
    assert threading.active_count() <= before
