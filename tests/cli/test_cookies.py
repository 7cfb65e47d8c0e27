"""Cookies on the command line: a jar for one run (RFC 6265; issue "Cookies")."""

from __future__ import annotations

import json
import re
from pathlib import Path

from httpdesk.cli import verbose
from httpdesk.model.cookies import CookieRefusal
from tests.cli.conftest import Cli
from tests.helpers.raw_server import RawServer, answering, response

SET = response(
    b"", "Location: /next", "Set-Cookie: sid=1, 2; Path=/; Max-Age=60", status="302 Found"
)


def sent_cookies(server: RawServer) -> list[bytes]:
    found = (re.search(rb"\r\nCookie: ([^\r]*)", request) for request in server.requests)
    return [match[1] if match else b"" for match in found]


def test_a_cookie_that_a_redirect_sets_goes_along(cli: Cli) -> None:
    with RawServer(answering(SET, response(b"in"))) as server:
        result = cli("send", f"http://127.0.0.1:{server.port}/login")
        assert (result.status, result.out) == (0, b"in")
        assert sent_cookies(server) == [b"", b"sid=1, 2"]


def test_a_run_begins_with_an_empty_jar(cli: Cli, tmp_path: Path) -> None:
    with RawServer(answering(response(b"", "Set-Cookie: sid=1; Max-Age=60"))) as server:
        for _ in range(2):
            cli("send", f"http://127.0.0.1:{server.port}/")
        assert sent_cookies(server) == [b"", b""]
    assert not list(tmp_path.rglob("*.db"))


def test_no_cookies_takes_and_sends_none(cli: Cli) -> None:
    with RawServer(answering(SET, response())) as server:
        cli("send", "--no-cookies", f"http://127.0.0.1:{server.port}/login")
        assert sent_cookies(server) == [b"", b""]


def test_a_typed_cookie_row_is_sent_in_place_of_the_jars(cli: Cli, tmp_path: Path) -> None:
    header = tmp_path / "header"
    header.write_text("Cookie: mine=1")
    with RawServer(answering(SET, response())) as server:
        cli("send", "-H", f"@{header}", f"http://127.0.0.1:{server.port}/login")
        assert sent_cookies(server) == [b"mine=1", b"mine=1"]


def test_a_redirect_to_another_host_takes_no_cookie_along(cli: Cli) -> None:
    """security.md R5: cookies are bound to the host that set them."""
    with RawServer(answering(response(b"there"))) as other:
        to = f"Location: http://localhost:{other.port}/"
        answer = response(b"", to, "Set-Cookie: sid=1", status="302 Found")
        with RawServer(answering(answer)) as server:
            result = cli("send", f"http://127.0.0.1:{server.port}/")
        assert result.out == b"there"
        assert sent_cookies(other) == [b""]


def test_a_cookie_is_masked_in_what_is_told(cli: Cli) -> None:
    """Statement 76."""
    secret = "c4nary-cookie-value"
    answer = response(b"", "Location: /", f"Set-Cookie: sid={secret}", status="302 Found")
    with RawServer(answering(answer, response())) as server:
        result = cli("send", "--json", "-v", f"http://127.0.0.1:{server.port}/")
    hops = json.loads(result.out)["attempts"][0]["hops"]
    assert len(hops) == 2
    assert secret.encode() not in result.out
    assert secret not in result.err


def test_a_refused_cookie_is_told(cli: Cli) -> None:
    answer = response(b"", "Set-Cookie: a=1; Domain=co.uk", "Set-Cookie: b=1", "Set-Cookie: =")
    with RawServer(answering(answer)) as server:
        result = cli("send", "-v", f"http://127.0.0.1:{server.port}/")
    lines = [line for line in result.err.splitlines() if "refused" in line]
    assert lines == [
        "* the cookie a was refused: this server may not set cookies for co.uk",
        "* the cookie  was refused: it has neither a name nor a value",
    ]


def test_every_refusal_has_words() -> None:
    assert set(verbose._REFUSALS) == set(CookieRefusal)


def test_the_file_can_switch_cookies_off(cli: Cli, tmp_path: Path) -> None:
    with RawServer(answering(SET, response())) as server:
        (tmp_path / "a.yml").write_text(
            "info: {name: A, type: http}\n"
            f"http: {{method: GET, url: 'http://127.0.0.1:{server.port}/'}}\n"
            "runtime:\n  variables:\n    - {name: httpdesk.cookies, value: 'false'}\n"
        )
        cli("send", str(tmp_path / "a.yml"))
        assert sent_cookies(server) == [b"", b""]
