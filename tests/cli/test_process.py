"""The command as a process of its own: signals, pipes, closed streams, what it loads."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence

import pytest
from pytest_httpbin.serve import Server

from tests.cli.conftest import Cli
from tests.helpers.raw_server import Peer, RawServer

COMMAND = (sys.executable, "-m", "httpdesk", "send")


def start(*words: str, stdout: int = subprocess.PIPE) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [*COMMAND, *words], stdin=subprocess.DEVNULL, stdout=stdout, stderr=subprocess.PIPE
    )


def run(*words: str, data: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([*COMMAND, *words], input=data, capture_output=True, check=False)


def shell(line: str, *words: str) -> subprocess.CompletedProcess[bytes]:
    """Run a line of sh, in which "$@" is the command and its words."""
    return subprocess.run(
        ["/bin/sh", "-c", line, "sh", *COMMAND, *words], capture_output=True, check=False
    )


def test_exact_bytes_from_another_server(httpbin: Server) -> None:
    result = run(f"{httpbin.url}/bytes/5000?seed=1")
    assert (result.returncode, len(result.stdout), result.stderr) == (0, 5000, b"")
    assert run(f"{httpbin.url}/bytes/5000?seed=1").stdout == result.stdout
    posted = run("POST", f"{httpbin.url}/post", "-d", "@-", data=b"\r\n one \r\n")
    assert b'"data": "\\r\\n one \\r\\n"' in posted.stdout
    assert run(f"{httpbin.url}/status/418").returncode == 1


@pytest.mark.parametrize("words", [(), ("--json",)])
def test_ctrl_c_ends_it_at_once_and_says_what_was_sent(words: Sequence[str]) -> None:
    """Statement 69; the report of a cancelled send is whole (quality.md, fault 45)."""

    def hang(peer: Peer) -> None:
        peer.read_request()
        peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nstart")
        sent.send_signal(signal.SIGINT)
        peer.wait_until_gone()

    with RawServer(hang) as server:
        sent = start(f"http://127.0.0.1:{server.port}/", *words)
        out, err = sent.communicate(timeout=20)
    assert sent.returncode == 130
    assert b"Cancelled while" in err
    assert b"The whole request was sent" in err
    assert b"Traceback" not in err
    # How much of the body was read when the signal came is left to chance.
    assert out.endswith(b"}\n") if words else b"start".startswith(out)


def test_ctrl_c_while_the_send_begins_is_told_like_every_other(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Statement 69: its thread may be faster than the one that started it."""
    start_thread = threading.Thread.start

    def interrupted(thread: threading.Thread) -> None:
        start_thread(thread)
        if thread.name == "send":
            assert server_has_read.wait(10)
            raise KeyboardInterrupt

    server_has_read = threading.Event()

    def hang(peer: Peer) -> None:
        peer.read_request()
        server_has_read.set()
        peer.wait_until_gone()

    with RawServer(hang) as server:
        monkeypatch.setattr(threading.Thread, "start", interrupted)
        result = cli("send", f"http://127.0.0.1:{server.port}/")
    assert result.status == 130
    assert "Cancelled while" in result.err


def test_a_reader_that_leaves_early_is_no_error(sample: str) -> None:
    result = shell('"$@" | head -c 10; exit 0', f"{sample}/bytes/5000000")
    assert (result.stdout, result.stderr) == (bytes(range(10)), b"")
    # A short body is still in Python's own buffer when the pipe turns out to be closed.
    for target in ("/bytes/5000000", "/text"):
        read, write = os.pipe()
        os.close(read)
        process = start(f"{sample}{target}", stdout=write)
        os.close(write)
        assert process.communicate(timeout=20)[1] == b""
        assert process.returncode == 141


def test_a_full_disk_is_told(sample: str) -> None:
    result = shell('"$@" > /dev/full', f"{sample}/bytes/5000000")
    assert (result.returncode, b"no room left" in result.stderr) == (4, True)


def test_closed_streams_are_told_not_fatal(sample: str) -> None:
    closed_out = shell('"$@" >&-', f"{sample}/text")
    assert (closed_out.returncode, b"it is closed" in closed_out.stderr) == (4, True)
    closed_in = shell('"$@" <&-', f"{sample}/echo", "-d", "@-")
    assert (closed_in.returncode, b"standard input" in closed_in.stderr) == (4, True)
    closed_err = shell('"$@" 2>&-', f"{sample}/orders/9999")
    assert (closed_err.returncode, closed_err.stdout) == (1, b"There is no order of this number.\n")


def test_text_survives_a_poor_locale(sample: str) -> None:
    result = subprocess.run(
        [*COMMAND, "-i", f"{sample}/text"],
        env={**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        capture_output=True,
        check=False,
    )
    assert result.returncode == 0
    assert "いろはにほへと".encode() in result.stdout


@pytest.mark.parametrize("words", [["--help"], ["send", "--help"]])
def test_help_loads_neither_qt_nor_the_network(words: list[str]) -> None:
    result = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "httpdesk", *words],
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = {line.rpartition("|")[2].strip() for line in result.stderr.splitlines()}
    roots = {name.partition(".")[0] for name in loaded}
    assert "httpdesk.cli.main" in loaded
    assert not roots & {"PySide6", "requests", "urllib3", "ssl", "socket", "yaml", "email", "json"}
