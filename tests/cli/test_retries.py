"""Retries from the command line, against real servers on this computer."""

from __future__ import annotations

import itertools
import json
import time
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Cli, Result
from tests.helpers.fault_server import fault_server
from tests.helpers.raw_server import RawServer, RecordingPeer, answering, response
from tests.helpers.tls_server import Authority, tls_server

BUSY = response(b"busy", status="503 Service Unavailable")


def attempts_of(result: Result) -> list[Any]:
    attempts = json.loads(result.out)["attempts"]
    assert isinstance(attempts, list)
    return attempts


@pytest.mark.parametrize(("most", "count"), [("2", 3), ("0", 1)])
def test_as_many_requests_as_allowed(cli: Cli, most: str, count: int) -> None:
    """Statement 60: Max Retry Count 2 and always 503, then 3 requests."""
    with RawServer(answering(BUSY)) as server:
        result = cli("send", f"http://127.0.0.1:{server.port}/", "--max-retries", most)
    assert len(server.requests) == count
    assert (result.status, result.out) == (1, b"busy")
    assert ("Still failing after 3 attempts." in result.err) is (count == 3)


def test_the_sample_servers_flaky_answer_comes_through(cli: Cli, sample: str) -> None:
    """Statements 60 and 70: two failures, then the answer; the report holds all three."""
    url = f"{sample}/flaky/2?key=retries-of-the-command-line"
    result = cli("send", url, "--max-retries", "3", "--retry-delay", "40", "--json")
    assert (result.status, result.err) == (0, "")
    first, second, third = attempts_of(result)
    assert [each["status_code"] for each in (first, second, third)] == [503, 503, 200]
    assert [each["number"] for each in (first, second, third)] == [1, 2, 3]
    assert third["wait"] is None
    for one, following in ((first, second), (second, third)):
        assert (one["wait"]["reason"], one["wait"]["planned_ms"]) == ("fixed", 40)
        assert one["wait"]["elapsed_ms"] >= 40
        gap = following["started_ms"] - one["started_ms"] - one["elapsed_ms"]
        assert gap >= 40 - 0.01


def test_attempts_are_at_least_the_delay_apart_on_the_wire(cli: Cli) -> None:
    """Statement 61: seen by the server."""
    seen: list[float] = []

    def note(peer: RecordingPeer) -> None:
        while peer.read_request():
            seen.append(time.monotonic())
            peer.send(BUSY)

    with RawServer(note) as server:
        words = ("--max-retries", "2", "--retry-delay", "150ms")
        cli("send", f"http://127.0.0.1:{server.port}/", *words)
    assert len(seen) == 3
    assert all(later - one >= 0.15 for one, later in itertools.pairwise(seen))


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "FROB"])
def test_every_method_is_retried(cli: Cli, method: str) -> None:
    """Statement 64: 5xx for all actions; statement 70: the body is whole each time."""
    with RawServer(answering(response(status="500 No"))) as server:
        url = f"http://127.0.0.1:{server.port}/"
        cli("send", method, url, "--max-retries", "1", "-d", "x" * 5000)
    assert len(server.requests) == 2
    assert {each.partition(b"\r\n\r\n")[2] for each in server.requests} == {b"x" * 5000}


def test_only_safe_methods(cli: Cli) -> None:
    """Statement 64: the switch."""
    with RawServer(answering(BUSY)) as server:
        url = f"http://127.0.0.1:{server.port}/"
        cli("send", "POST", url, "--max-retries", "2", "--retry-safe-only")
    assert len(server.requests) == 1


def test_a_404_is_repeated_with_all_errors_only(cli: Cli) -> None:
    """Statements 64 and 65."""
    for words, count in ((("--retry-all",), 3), ((), 1)):
        with RawServer(answering(response(status="404 No"))) as server:
            cli("send", f"http://127.0.0.1:{server.port}/", "--max-retries", "2", *words)
        assert len(server.requests) == count


@pytest.mark.parametrize("fault", ["close-early", "reset-early", "truncated", "half-head"])
def test_a_broken_connection_is_repeated(cli: Cli, fault: str) -> None:
    """Statement 64: network errors."""
    with fault_server(fault) as server:
        result = cli("send", f"http://127.0.0.1:{server.port}/", "--max-retries", "1", "--json")
    assert len(server.requests) == 2
    assert result.status == 3
    assert [each["error"] is None for each in attempts_of(result)] == [False, False]


def test_a_certificate_failure_is_not_repeated(cli: Cli, tmp_path: Path) -> None:
    """Statement 66."""
    with tls_server(Authority(tmp_path).context("127.0.0.1")) as server:
        result = cli("send", f"https://127.0.0.1:{server.port}/", "--max-retries", "3", "--json")
    assert result.status == 3
    assert len(attempts_of(result)) == 1
    assert server.connections == 1


def test_a_redirect_loop_is_not_repeated(cli: Cli) -> None:
    """Statement 66: too many redirects."""
    with RawServer(answering(response(b"", "Location: /", status="302 Found"))) as server:
        words = ("--max-retries", "3", "--max-redirects", "2")
        cli("send", f"http://127.0.0.1:{server.port}/", *words)
    assert len(server.requests) == 3


def test_each_attempt_against_a_dripping_server_is_cut(cli: Cli) -> None:
    """Statements 67 and 68: at 300 ms each, from start to last byte, and repeated."""
    with fault_server("drip") as server:
        words = ("--max-retries", "1", "--timeout", "300", "--json")
        result = cli("send", f"http://127.0.0.1:{server.port}/", *words)
    first, second = attempts_of(result)
    for attempt in (first, second):
        assert attempt["error"]["kind"] == "TimedOut"
        assert attempt["elapsed_ms"] == pytest.approx(300, rel=0.1, abs=40)


def test_the_total_limit_ends_everything(cli: Cli) -> None:
    """Statement 67: a separate total limit."""
    with fault_server("silent") as server:
        words = ("--max-retries", "9", "--timeout", "300", "--total-timeout", "700ms")
        began = time.monotonic()
        result = cli("send", f"http://127.0.0.1:{server.port}/", *words)
    assert 0.65 <= time.monotonic() - began < 1.5
    assert len(server.requests) == 3
    assert result.status == 3
    assert "The limit of 700 ms in total passed while waiting for the answer." in result.err


def test_retry_after_is_waited_for_and_told(cli: Cli) -> None:
    """Statements 63 and 70: `-v` tells the waits."""
    asked = response(b"", "Retry-After: 1", status="503 Busy")
    with RawServer(answering(asked, response(b"ok"))) as server:
        began = time.monotonic()
        result = cli("send", f"http://127.0.0.1:{server.port}/", "--max-retries", "1", "-v")
    assert time.monotonic() - began >= 1
    assert result.status == 0
    assert "* attempt 1 of at most 2" in result.err
    assert "* waited 1.00 s, as Retry-After asks" in result.err
    assert "* attempt 2 of at most 2" in result.err


def test_too_long_a_retry_after_stops_it(cli: Cli) -> None:
    """Statement 63: more than 5 minutes."""
    asked = response(b"later", "Retry-After: 3600", status="503 Busy")
    with RawServer(answering(asked)) as server:
        result = cli("send", f"http://127.0.0.1:{server.port}/", "--max-retries", "5")
    assert len(server.requests) == 1
    assert result.status == 3
    assert "asks with Retry-After to wait 1 h 00 min" in result.err
    assert result.out == b"later"


def test_backoff_and_a_failure_are_told(cli: Cli) -> None:
    with fault_server("close-early") as server:
        words = ("--max-retries", "1", "--backoff", "-v")
        result = cli("send", f"http://127.0.0.1:{server.port}/", *words)
    assert ", exponential backoff\n" in result.err
    assert "closed the connection before it answered" in result.err


def test_options_go_over_those_of_the_file(cli: Cli, tmp_path: Path) -> None:
    """storage.md: the file's retries hold, unless the command line gives others."""
    with RawServer(answering(BUSY)) as server:
        file = tmp_path / "busy.yml"
        file.write_text(
            "info: {name: busy, type: http}\n"
            f"http: {{method: GET, url: http://127.0.0.1:{server.port}/}}\n"
            "runtime:\n  variables:\n    - {name: httpdesk.retry.max, value: 2}\n"
        )
        cli("send", str(file))
        assert len(server.requests) == 3
        cli("send", str(file), "--max-retries", "0")
        assert len(server.requests) == 4


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--max-retries", "91"), "--max-retries takes a number from 0 to 90, not '91'."),
        (("--max-retries", "-1"), "--max-retries"),
        (("--max-retries", "1.5"), "--max-retries takes a whole number, not '1.5'."),
        (("--retry-delay", "soon"), "--retry-delay takes milliseconds"),
        (("--retry-delay", "99h"), "--retry-delay is at most a day, not '99h'."),
        (("--total-timeout", "x"), "--total-timeout takes milliseconds"),
    ],
)
def test_what_is_no_number_is_refused(cli: Cli, words: tuple[str, str], told: str) -> None:
    """Statement 60."""
    result = cli("send", "http://127.0.0.1:1/", *words)
    assert result.status == 2
    assert told in result.err


def test_429_is_repeated_with_its_switch(cli: Cli) -> None:
    """Statement 64."""
    busy = response(b"slow down", status="429 Too Many Requests")
    for words, requests in (([], 1), (["--retry-429"], 2)):
        with RawServer(answering(busy, response(b"ok"))) as server:
            cli("send", f"http://127.0.0.1:{server.port}/", "--max-retries", "1", *words)
        assert len(server.requests) == requests


def test_the_work_behind_a_202_is_waited_for(cli: Cli) -> None:
    """RFC 9110 section 15.3.3: the Location of a 202 is asked until the work is done."""
    begun = response(b"", "Location: /jobs/7", "Retry-After: 0", status="202 Accepted")
    answers = [begun, begun, response(b"done")]

    def work(peer: RecordingPeer) -> None:
        while peer.read_request():
            peer.send(answers.pop(0))

    with RawServer(work) as server:
        result = cli("send", "POST", f"http://127.0.0.1:{server.port}/work", "--wait", "-d", "x")
    assert (result.status, result.out) == (0, b"done")
    lines = [request.split(b"\r\n", 1)[0] for request in server.requests]
    assert lines == [b"POST /work HTTP/1.1", *[b"GET /jobs/7 HTTP/1.1"] * 2]
