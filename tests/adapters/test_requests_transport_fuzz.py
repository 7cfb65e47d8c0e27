"""Mutated answers: no hang, no exception of anybody else's.

2,000 in the suite; all 20,000 of quality.md with HTTPDESK_TEST_ALL=1 in the environment.
"""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from httpdesk.adapters.requests_transport import RequestsTransport
from httpdesk.model.errors import HttpDeskError, TimedOut
from tests.helpers.bombs import gzipped
from tests.helpers.raw_server import RawServer, RecordingPeer, response
from tests.helpers.sends import resolved, send

COUNT = 20_000 if os.environ.get("HTTPDESK_TEST_ALL") else 2_000
BATCHES = 4
SECONDS = 2.0
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
SEEDS = (
    response(b"hello", "X-A: b", "Set-Cookie: c=d"),
    response(gzipped(b"hello" * 100), "Content-Encoding: gzip"),
    response(b"\x1b\x03\x00\x00\x00\x80hel\x03", "Content-Encoding: br"),
    CHUNKED,
    CHUNKED.replace(b"chunked\r\n", b"gzip, chunked\r\n"),
    CHUNKED.replace(b"0\r\n\r\n", b"0\r\nTrailer: x\r\n\r\n"),
    b"HTTP/1.1 100 Continue\r\n\r\n" + response(b"x", status="404 Not Found"),
    b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
    + response(b"", "Location: /", status="302 X"),
    b"HTTP/1.0 200 OK\r\nX: folded\r\n  value\r\n\r\nuntil the end",
)
WORDS = (
    *(b"\r\n", b"\n", b"\r", b"\0", b":", b" ", b"\t", b"\xff", b"HTTP/1.1 ", b"200", b"100"),
    *(b"Content-Length: 5\r\n", b"Content-Length: -1\r\n", b"Transfer-Encoding: chunked\r\n"),
    *(b"Content-Encoding: gzip\r\n", b"Content-Encoding: br, zstd\r\n", b"Connection: close\r\n"),
    *(b"99999999999999999999", b"ffffffffffffffff\r\n", b"0\r\n\r\n", b"\x1f\x8b\x08"),
)


@pytest.fixture
def transport(tmp_path: Path) -> Iterator[RequestsTransport]:
    transport = RequestsTransport(tmp_path / "spool")
    yield transport
    transport.close()


def mutated(seed: bytes, chance: random.Random) -> bytes:
    """Return `seed` with one to four bytes, pieces or telling words changed."""
    data = bytearray(seed)
    for _ in range(chance.randint(1, 4)):
        place = chance.randrange(len(data))
        match chance.randrange(6):
            case 0:
                data[place] = chance.randrange(256)
            case 1:
                del data[place : place + chance.randint(1, 8)]
            case 2:
                data[place:place] = chance.randbytes(chance.randint(1, 8))
            case 3:
                data[place:place] = data[place : place + 20]
            case 4:
                data[place:place] = chance.choice(WORDS)
            case 5:
                del data[place:]
        data = data or bytearray(b"H")
    return bytes(data)


@pytest.mark.timeout(600 if COUNT > 2000 else 60)
@pytest.mark.parametrize("batch", range(BATCHES))
def test_mutated_answers_bring_an_answer_or_one_of_our_errors(
    transport: RequestsTransport, batch: int
) -> None:
    """The fuzzing gate of quality.md; an answer that is not taken shows with its number."""
    chance = random.Random(20 + batch)
    answers = [mutated(chance.choice(SEEDS), chance) for _ in range(COUNT // BATCHES)]
    left = iter(answers)
    methods = ("GET", "GET", "HEAD", "POST")

    def answer_next(peer: RecordingPeer) -> None:
        peer.read_request()
        peer.send(next(left))

    kinds: Counter[str] = Counter()
    with RawServer(answer_next) as server:
        for number, answer in enumerate(answers):
            request = resolved(server.port, method=methods[number % 4])
            started = time.monotonic()
            reply = send(transport, request, seconds=SECONDS)
            assert time.monotonic() - started < SECONDS, answer
            assert reply.error is None or isinstance(reply.error, HttpDeskError), answer
            assert not isinstance(reply.error, TimedOut), answer
            kinds[type(reply.error).__name__] += 1
            for body in (reply.body, reply.raw_body):
                if body is not None:
                    body.close()
    told = {"MalformedResponse", "MalformedBody", "IncompleteBody", "UndecodableBody"}
    assert kinds.keys() >= told | {"NoneType"}, kinds
