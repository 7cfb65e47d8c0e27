"""What a send asks: by a switch, on a terminal, and where nobody can be asked."""

from __future__ import annotations

import os
import pty
import subprocess

import pytest

from tests.cli.conftest import Cli
from tests.cli.test_process import COMMAND
from tests.helpers.raw_server import Behaviour, RawServer, answering, response


def redirecting(to: int) -> Behaviour:
    location = f"Location: http://127.0.0.1:{to}/there"
    return answering(response(b"", location, status="307 Temporary Redirect"))


def test_a_body_goes_elsewhere_with_the_switch_only(cli: Cli) -> None:
    """security.md R5; without an answer the redirect is the end, exit status 3."""
    with (
        RawServer(answering(response(b"arrived"))) as there,
        RawServer(redirecting(there.port)) as here,
    ):
        words = ("send", "POST", f"http://127.0.0.1:{here.port}/", "-d", "the body")
        refused = cli(*words)
        assert (refused.status, there.requests) == (3, [])
        followed = cli(*words, "--follow-with-body")
    assert f"is redirected with its body to http://127.0.0.1:{there.port}." in refused.err
    assert "Allow it with --follow-with-body" in refused.err
    assert (followed.status, followed.out, followed.err) == (0, b"arrived", "")
    assert there.requests[0].endswith(b"\r\n\r\nthe body")


@pytest.mark.parametrize(
    ("typed", "sent"), [(b"y\n", 1), (b"Yes\n", 1), (b"\n", 0), (b"n\n", 0), (b"", 0)]
)
def test_on_a_terminal_it_is_asked_once(cli: Cli, typed: bytes, sent: int) -> None:
    """Nothing typed is a no."""
    with (
        RawServer(answering(response(b"arrived"))) as there,
        RawServer(redirecting(there.port)) as here,
    ):
        url = f"http://127.0.0.1:{here.port}/"
        result = cli("send", url, "-d", "the body", asked=True, stdin=typed)
    assert (len(there.requests), result.status) == (sent, 0 if sent else 3)
    assert result.err.count("Send the body (8 B) there? [y/N] ") == 1


def test_a_body_that_is_no_json_is_asked_about(cli: Cli) -> None:
    """Statement 41."""
    with RawServer(answering(response(b"ok"))) as server:
        words = ("send", f"http://127.0.0.1:{server.port}/", "-d", "[1,]", "--body-type", "json")
        refused = cli(*words)
        assert (refused.status, server.requests) == (2, [])
        sent = cli(*words, asked=True, stdin=b"y\n")
    assert (
        "The body is not JSON: trailing comma at line 1, column 3. Nothing was sent." in refused.err
    )
    assert (sent.status, sent.out) == (0, b"ok")
    assert "at line 1, column 3. Send it all the same? [y/N]" in sent.err
    assert server.requests[0].endswith(b"\r\n\r\n[1,]")


def test_the_switch_agrees_to_bodies_only(cli: Cli) -> None:
    with RawServer(answering(response(b"ok"))) as server:
        url = f"http://127.0.0.1:{server.port}/"
        words = ("-d", "{", "--body-type", "json", "--follow-with-body")
        assert cli("send", url, *words).status == 2
    assert server.requests == []


def test_a_question_on_a_real_terminal() -> None:
    """The answer is typed into a pseudo-terminal; the pipe of the body stays clean."""
    master, slave = pty.openpty()
    with (
        RawServer(answering(response(b"arrived"))) as there,
        RawServer(redirecting(there.port)) as here,
        subprocess.Popen(
            [*COMMAND, f"http://127.0.0.1:{here.port}/", "-d", "the body"],
            stdin=slave,
            stdout=subprocess.PIPE,
            stderr=slave,
        ) as process,
    ):
        os.close(slave)
        shown = b""
        while b"[y/N] " not in shown:
            shown += os.read(master, 1000)
        os.write(master, b"y\n")
        out, _ = process.communicate(timeout=20)
    os.close(master)
    assert (process.returncode, out) == (0, b"arrived")
    assert there.requests[0].endswith(b"\r\n\r\nthe body")
