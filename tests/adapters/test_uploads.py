"""Files and forms on the wire (statements 43 to 49), and which files may be read at all."""

from __future__ import annotations

import hashlib
import json
import os
import threading
import time
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from httpdesk.adapters.clock import SystemClock
from httpdesk.adapters.requests_transport import RequestsTransport
from httpdesk.adapters.sample_server import LocalSampleServer
from httpdesk.adapters.uploads import LocalUploads
from httpdesk.engine.cancel import CancelToken
from httpdesk.engine.ports import Progress, UploadRefusedError
from httpdesk.engine.send import SendContext, send
from httpdesk.model.errors import (
    Cancelled,
    Sent,
    TimedOut,
    UploadChanged,
    UploadReason,
    UploadUnreadable,
)
from httpdesk.model.exchange import Exchange
from httpdesk.model.request import (
    Body,
    FileBody,
    FormPart,
    MultipartBody,
    Options,
    PartKind,
    Request,
)
from tests.helpers.raw_server import Behaviour, RawServer, RecordingPeer, answering, response
from tests.helpers.sends import content

FILE = PartKind.FILE
MIB = 1024 * 1024


@pytest.fixture
def context(tmp_path: Path) -> Iterator[SendContext]:
    transport = RequestsTransport(tmp_path / "spool")
    yield SendContext(transport, SystemClock(), files=LocalUploads(str(tmp_path)))
    transport.close()


def post(
    context: SendContext,
    url: str,
    body: Body,
    *,
    cancel: CancelToken | None = None,
    progress: Progress | None = None,
    timeout_ms: int = 20_000,
) -> Exchange:
    request = Request(method="POST", url=url, body=body, options=Options(timeout_ms=timeout_ms))
    return send(request, context, cancel or CancelToken(), progress or Progress())


def form(folder: Path, size: int = 3 * MIB) -> MultipartBody:
    (folder / "large file.bin").write_bytes(os.urandom(size))
    (folder / "small.txt").write_bytes(b"small")
    return MultipartBody(
        (
            FormPart("doc", "large file.bin", FILE, file_name='a"ü.pdf'),
            FormPart("note", "é\r\nline two"),
            FormPart("doc", str(folder / "small.txt"), FILE),
            FormPart("note", "again"),
        )
    )


def test_a_form_is_read_back_by_a_standard_parser(tmp_path: Path, context: SendContext) -> None:
    """Statements 43, 44, 46, 47: order, repeats, names, types, Content-Length."""
    body = form(tmp_path)
    with RawServer(answering(response())) as server:
        exchange = post(context, f"http://127.0.0.1:{server.port}/up", body)
        raw = server.requests[0]
    assert exchange.succeeded
    head, _, payload = raw.partition(b"\r\n\r\n")
    length = next(line for line in head.split(b"\r\n") if line.startswith(b"Content-Length: "))
    assert int(length[16:]) == len(payload) == exchange.attempts[0].hops[0].bytes_sent
    message = message_from_bytes(raw.partition(b"\r\n")[2], policy=policy.HTTP)
    parts = list(message.iter_parts())
    names = [part.get_param("name", header="content-disposition") for part in parts]
    assert names == ["note", "note", "doc", "doc"]
    assert parts[0].get_payload(decode=True) == "é\r\nline two".encode()
    assert 'filename="a%22ü.pdf"'.encode() in payload
    assert [part.get_content_type() for part in parts[2:]] == ["application/pdf", "text/plain"]
    assert parts[2].get_payload(decode=True) == (tmp_path / "large file.bin").read_bytes()
    assert parts[3].get_filename() == "small.txt"


def test_the_sample_server_reads_the_form(tmp_path: Path, context: SendContext) -> None:
    """Statement 46, by servers that were not written for it."""
    body = form(tmp_path)
    digest = hashlib.sha256((tmp_path / "large file.bin").read_bytes()).hexdigest()
    sample = LocalSampleServer()
    try:
        exchange = post(context, f"{sample.start()}/echo", body)
    finally:
        sample.stop()
    assert exchange.response is not None
    told = json.loads(content(exchange.response.body))
    assert [(each["name"], each["value"]) for each in told["form"]] == [
        ("note", "é\r\nline two"),
        ("note", "again"),
    ]
    assert told["files"][0]["sha256"] == digest


def test_httpbin_reads_the_form(tmp_path: Path, context: SendContext, httpbin: object) -> None:
    (tmp_path / "a.txt").write_text("text é")
    body = MultipartBody((FormPart("f", "a.txt", FILE), FormPart("n", "1"), FormPart("n", "2")))
    exchange = post(context, f"{httpbin.url}/post", body)  # type: ignore[attr-defined]
    assert exchange.response is not None
    told = json.loads(content(exchange.response.body))
    assert (told["form"], told["files"]) == ({"n": ["1", "2"]}, {"f": "text é"})


def test_a_whole_file_goes_out_byte_for_byte(tmp_path: Path, context: SendContext) -> None:
    """Statement 40 for its type."""
    for size in (0, 1, 65_536, 70_000, 2 * MIB):
        data = os.urandom(size)
        (tmp_path / "a.png").write_bytes(data)
        with RawServer(answering(response())) as server:
            post(context, f"http://127.0.0.1:{server.port}/", FileBody("a.png"))
            head, _, sent = server.requests[0].partition(b"\r\n\r\n")
        assert sent == data
        assert f"Content-Length: {size}\r\n".encode() in head + b"\r\n"
        assert b"Content-Type: image/png" in head


def test_307_sends_the_whole_body_again(tmp_path: Path, context: SendContext) -> None:
    """Statements 70 and 73: files included."""
    body = form(tmp_path)
    moved = response(b"", "Location: /next", status="307 Temporary Redirect")
    with RawServer(answering(moved, response())) as server:
        exchange = post(context, f"http://127.0.0.1:{server.port}/", body)
        first, second = server.requests
    assert exchange.redirects == 1
    assert first.partition(b"\r\n\r\n")[2] == second.partition(b"\r\n\r\n")[2]
    assert second.startswith(b"POST /next ")
    assert len(second) > 3 * MIB


def test_a_missing_file_opens_no_connection(tmp_path: Path, context: SendContext) -> None:
    """Statement 48."""
    body = MultipartBody((FormPart("a", "1"), FormPart("pic", "gone.png", FILE)))
    with RawServer(answering(response())) as server:
        with pytest.raises(UploadUnreadable) as caught:
            post(context, f"http://127.0.0.1:{server.port}/", body)
        assert server.connections == 0
    assert (caught.value.row, caught.value.name) == (1, "pic")


@pytest.mark.parametrize("now", [MIB - 1, MIB + 1, 0])
def test_a_file_that_changes_meanwhile_is_an_error(
    tmp_path: Path, context: SendContext, now: int
) -> None:
    """It neither hangs nor goes out as if it were whole."""
    path = tmp_path / "a.bin"
    path.write_bytes(bytes(MIB))
    uploads = LocalUploads(str(tmp_path))

    class Changing:
        def find(self, name: str) -> object:
            found = uploads.find(name)
            path.write_bytes(bytes(now))
            return found

    with RawServer(answering(response())) as server:
        changing = SendContext(context.transport, context.clock, files=Changing())  # type: ignore[arg-type]
        exchange = post(changing, f"http://127.0.0.1:{server.port}/", FileBody("a.bin"))
        error = exchange.error
        assert isinstance(error, UploadChanged)
        assert (error.path, error.sent) == (str(path), Sent.PART)
        again = post(context, f"http://127.0.0.1:{server.port}/", FileBody("a.bin"))
        assert again.succeeded


def stalling(started: threading.Event) -> Behaviour:
    def behave(peer: RecordingPeer) -> None:
        peer.sock.recv(65536)
        started.set()
        peer.stopping.wait(20)

    return behave


def test_cancel_and_deadline_end_an_upload(tmp_path: Path, context: SendContext) -> None:
    """Statements 67 and 69: a server that reads no further."""
    (tmp_path / "a.bin").write_bytes(bytes(64 * MIB))
    body = MultipartBody((FormPart("a", "a.bin", FILE),))
    started, cancel, progress = threading.Event(), CancelToken(), Progress()
    cancelled_at: list[float] = []

    def stop() -> None:
        started.wait(10)
        limit = time.monotonic() + 10
        while not progress.bytes_sent and time.monotonic() < limit:
            cancel.wait(0.005)
        cancelled_at.append(time.monotonic())
        cancel.cancel()

    with RawServer(stalling(started), receive_buffer=65536) as server:
        url = f"http://127.0.0.1:{server.port}/"
        thread = threading.Thread(target=stop)
        thread.start()
        exchange = post(context, url, body, cancel=cancel, progress=progress)
        ended = time.monotonic()
        thread.join()
        assert isinstance(exchange.error, Cancelled)
        assert ended - cancelled_at[0] < 0.2
        assert progress.bytes_to_send is not None
        assert 64 * MIB < progress.bytes_to_send < 64 * MIB + 1000
        assert 0 < progress.bytes_sent < progress.bytes_to_send
        timed = post(context, url, body, timeout_ms=400)
        assert isinstance(timed.error, TimedOut)
        assert timed.elapsed_ms < 1500


def test_the_rest_of_a_refused_upload_stays_here(tmp_path: Path, context: SendContext) -> None:
    """An early answer is the result, though the body is not sent to its end."""
    (tmp_path / "a.bin").write_bytes(bytes(32 * MIB))

    def refuse(peer: RecordingPeer) -> None:
        peer.sock.recv(65536)
        peer.send(response(b"no", "Connection: close", status="413 Content Too Large"))
        peer.stopping.wait(10)

    with RawServer(refuse, receive_buffer=65536) as server:
        exchange = post(context, f"http://127.0.0.1:{server.port}/", FileBody("a.bin"))
    assert exchange.response is not None
    assert exchange.response.status_code == 413
    assert exchange.attempts[0].hops[0].bytes_sent < 32 * MIB


# Which files may be read


def refused(folder: str | None, path: str) -> UploadReason:
    with pytest.raises(UploadRefusedError) as caught:
        LocalUploads(folder).find(path)
    return caught.value.reason


def test_relative_paths_stay_in_the_collections_folder(tmp_path: Path) -> None:
    """storage.md: a collection of somebody else names no file outside of itself."""
    inside = tmp_path / "collection"
    (inside / "sub").mkdir(parents=True)
    (inside / "sub" / "a.txt").write_bytes(b"abc")
    (tmp_path / "secret").write_bytes(b"x")
    (inside / "link").symlink_to(tmp_path / "secret")
    root = str(inside)
    found = LocalUploads(root).find("sub/../sub/a.txt")
    assert (found.path, found.size) == (str(inside.resolve() / "sub" / "a.txt"), 3)
    for path in ("../secret", "sub/../../secret", "link"):
        assert refused(root, path) is UploadReason.OUTSIDE
    outside = str(tmp_path / "secret")
    assert refused(root, outside) is UploadReason.OUTSIDE
    assert LocalUploads(root, {outside}).find(outside).size == 1
    assert LocalUploads(None).find(outside).size == 1
    assert refused(None, "a.txt") is UploadReason.NO_FOLDER


def test_what_is_no_readable_file_is_refused_without_waiting(tmp_path: Path) -> None:
    """Statement 48; a named pipe would keep its reader waiting."""
    os.mkfifo(tmp_path / "pipe")
    root = str(tmp_path)
    assert refused(root, "pipe") is UploadReason.NOT_A_FILE
    assert refused(root, ".") is UploadReason.NOT_A_FILE
    assert refused(root, "gone") is UploadReason.MISSING
    assert refused(root, "") is UploadReason.NOT_CHOSEN
    assert refused(root, "a\0b") is UploadReason.UNREADABLE
