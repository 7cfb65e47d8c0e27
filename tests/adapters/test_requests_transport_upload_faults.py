"""Uploads that go wrong: sent whole again, answered early, stopped (fault row 13)."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from httpdesk.adapters.clock import SystemClock
from httpdesk.adapters.requests_transport import RequestsTransport
from httpdesk.adapters.uploads import LocalUploads
from httpdesk.engine.cancel import CancelToken
from httpdesk.engine.ports import Progress
from httpdesk.engine.send import SendContext, send
from httpdesk.model.errors import Cancelled, ConnectionClosed, Phase, Sent
from httpdesk.model.request import FileBody, FormPart, MultipartBody, Options, PartKind, Request
from tests.helpers.fault_server import fault_server
from tests.helpers.hanging import SITUATIONS, Running
from tests.helpers.raw_server import RawServer, RecordingPeer, response
from tests.helpers.sends import content

MIB = 1024 * 1024


@pytest.fixture
def context(tmp_path: Path) -> Iterator[SendContext]:
    transport = RequestsTransport(tmp_path / "spool")
    yield SendContext(transport, SystemClock(), files=LocalUploads(str(tmp_path)))
    transport.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "large.bin"
    path.write_bytes(os.urandom(3 * MIB))
    return path


def upload(port: int, options: Options | None = None) -> Request:
    return Request(
        method="POST",
        url=f"http://127.0.0.1:{port}/",
        body=FileBody("large.bin"),
        options=options or Options(timeout_ms=20_000),
    )


def body_of(request: bytes) -> bytes:
    return request.partition(b"\r\n\r\n")[2]


def test_each_attempt_sends_the_whole_file(context: SendContext, file: Path) -> None:
    """Statement 70: after an answer, after a reset in the middle, and after a timeout."""
    steps = iter(["reset", "busy", "silent", "fine"])
    part: list[int] = []

    def behave(peer: RecordingPeer) -> None:
        step = next(steps)
        if step == "reset":
            part.append(len(peer.sock.recv(100_000)))
            peer.reset()
            return
        peer.read_request()
        if step == "busy":
            peer.send(response(b"", "Connection: close", status="503 Service Unavailable"))
        elif step == "silent":
            peer.wait_until_gone()
        else:
            peer.send(response(b"taken"))

    with RawServer(behave) as server:
        options = Options(retry_max=3, timeout_ms=700)
        exchange = send(upload(server.port, options), context, CancelToken(), Progress())
        requests = list(server.requests)
    assert exchange.succeeded
    assert 0 < part[0] < 3 * MIB
    digest = hashlib.sha256(file.read_bytes()).digest()
    assert [hashlib.sha256(body_of(each)).digest() for each in requests] == [digest] * 3
    told = [type(each.error).__name__ if each.error else "" for each in exchange.attempts]
    assert told == ["ConnectionClosed", "", "TimedOut", ""]
    assert [each.hops[0].bytes_sent for each in exchange.attempts[1:]] == [3 * MIB] * 3


def test_each_attempt_sends_the_whole_form(context: SendContext, file: Path) -> None:
    """Statement 70: the same bytes, boundary included."""
    form = MultipartBody(
        (FormPart("note", "text"), FormPart("file", "large.bin", PartKind.FILE)),
    )

    def behave(peer: RecordingPeer) -> None:
        while peer.read_request():
            peer.send(response(b"", status="503 Service Unavailable"))

    with RawServer(behave) as server:
        request = Request(
            method="PUT",
            url=f"http://127.0.0.1:{server.port}/",
            body=form,
            options=Options(retry_max=2),
        )
        send(request, context, CancelToken(), Progress())
        first, second, third = server.requests
    assert first == second == third
    assert file.read_bytes() in first


@pytest.mark.parametrize("name", ["early-413", "early-413-close"])
def test_an_early_answer_is_the_answer(context: SendContext, tmp_path: Path, name: str) -> None:
    """Row 13: "server's answer shown"; the rest of the file stays here."""
    (tmp_path / "large.bin").write_bytes(bytes(32 * MIB))
    with fault_server(name) as server:
        started = time.monotonic()
        exchange = send(upload(server.port), context, CancelToken(), Progress())
        seconds = time.monotonic() - started
    assert exchange.error is None
    assert exchange.response is not None
    assert exchange.response.status_code == 413
    assert content(exchange.response.body) == b"too large"
    assert exchange.attempts[0].hops[0].bytes_sent < 32 * MIB
    assert seconds < 2


def test_a_reset_in_the_middle_of_an_upload_is_told_where_it_was(
    context: SendContext, tmp_path: Path
) -> None:
    (tmp_path / "large.bin").write_bytes(bytes(32 * MIB))

    def reset(peer: RecordingPeer) -> None:
        peer.sock.recv(100_000)
        peer.reset()

    with RawServer(reset, receive_buffer=4096) as server:
        exchange = send(upload(server.port), context, CancelToken(), Progress())
    assert isinstance(exchange.error, ConnectionClosed)
    assert (exchange.error.phase, exchange.error.sent) == (Phase.SEND, Sent.PART)
    assert "reset" in exchange.error.detail or "Broken pipe" in exchange.error.detail


def test_cancelling_an_upload_leaves_the_file_closed(context: SendContext, tmp_path: Path) -> None:
    """Row 13: "upload cancel ≤ 200 ms"; on some systems an open file cannot be deleted."""
    (tmp_path / "large.bin").write_bytes(bytes(32 * MIB))
    with fault_server("no-read-upload") as server:
        running = Running(context, upload(server.port, Options()), server)
        running.wait_for(SITUATIONS["upload"])
        exchange, seconds = running.cancel()
    assert isinstance(exchange.error, Cancelled)
    assert (exchange.error.phase, exchange.error.sent) == (Phase.SEND, Sent.PART)
    assert seconds < 0.2
    if os.path.isdir("/proc/self/fd"):
        links = [os.path.join("/proc/self/fd", name) for name in os.listdir("/proc/self/fd")]
        targets = [os.readlink(link) for link in links if os.path.lexists(link)]
        assert str(tmp_path / "large.bin") not in targets
