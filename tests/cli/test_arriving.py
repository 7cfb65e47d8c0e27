"""Bodies that are printed as they arrive."""

from __future__ import annotations

import os
import subprocess
import threading

import pytest

from httpdesk.cli.arriving import LOOK_AGAIN
from tests.cli.test_process import start
from tests.helpers.raw_server import Peer, RawServer

EVENTS = [b"data: one\n\n", b"data: two\n\n"]
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n"


class Stream:
    """A server that sends each event once it is let."""

    def __init__(self, head: bytes = HEAD + b"\r\n", *, ends: bool = True) -> None:
        self._head = head
        self._ends = ends
        self.let = [threading.Event() for _ in EVENTS]
        self.gone = threading.Event()

    def __call__(self, peer: Peer) -> None:
        peer.read_request()
        peer.send(self._head)
        for let, event in zip(self.let, EVENTS, strict=True):
            assert let.wait(20)
            peer.send(event)
        if not self._ends:
            peer.wait_until_gone()
            self.gone.set()


def read(program: subprocess.Popen[bytes], size: int) -> bytes:
    """Return what is printed next, which has to come before the send ends."""
    assert program.stdout is not None
    found = b""
    while len(found) < size:
        piece = os.read(program.stdout.fileno(), size - len(found))
        assert piece, "the output ended"
        found += piece
    return found


@pytest.mark.parametrize("words", [(), ("--include",)])
def test_events_are_printed_as_they_come(words: tuple[str, ...]) -> None:
    """quality.md, row 2: an endless stream of events is shown as it comes."""
    stream = Stream()
    with RawServer(stream) as server:
        program = start(f"http://127.0.0.1:{server.port}/", *words)
        stream.let[0].set()
        if words:
            head = HEAD.replace(b"\r\n", b"\n") + b"\n"
            assert read(program, len(head)) == head
        assert read(program, len(EVENTS[0])) == EVENTS[0]
        stream.let[1].set()
        out, err = program.communicate(timeout=20)
    assert (program.returncode, out, err) == (0, EVENTS[1], b"")


def test_a_reader_that_leaves_ends_an_endless_stream() -> None:
    """What nobody reads is not fetched: the connection is closed, and the status is a pipe's."""
    stream = Stream(ends=False)
    with RawServer(stream) as server:
        program = start(f"http://127.0.0.1:{server.port}/")
        stream.let[0].set()
        assert read(program, len(EVENTS[0])) == EVENTS[0]
        assert program.stdout is not None
        program.stdout.close()
        stream.let[1].set()
        assert stream.gone.wait(20)
        assert program.wait(20) == 141
        assert program.stderr is not None
        assert program.stderr.read() == b""
        program.stderr.close()


def test_with_retries_only_the_answer_of_the_last_attempt_is_printed() -> None:
    """Statement 66: a cut body is sent for again, and nothing of it may be on standard output."""
    answers = [b"half", b"the whole"]

    def cut_once(peer: Peer) -> None:
        peer.read_request()
        peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\nConnection: close\r\n\r\n")
        peer.send(answers.pop(0))
        # Time enough to print it by mistake: that something is not done has no event of its own.
        peer.stopping.wait(10 * LOOK_AGAIN)

    with RawServer(cut_once) as server:
        program = start(
            f"http://127.0.0.1:{server.port}/", "--max-retries", "1", "--retry-delay", "1ms"
        )
        out, _ = program.communicate(timeout=20)
    assert (program.returncode, out) == (0, b"the whole")


def test_what_cannot_be_decoded_is_printed_as_it_came() -> None:
    """Statement 58: an encoded body waits for its end, because its bytes may have to be shown."""
    body = b"this is no gzip"
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(body)

    def answer(peer: Peer) -> None:
        peer.read_request()
        peer.send(head + body)
        peer.wait_until_gone()

    with RawServer(answer) as server:
        program = start(f"http://127.0.0.1:{server.port}/")
        out, _ = program.communicate(timeout=20)
    assert (program.returncode, out) == (3, body)
