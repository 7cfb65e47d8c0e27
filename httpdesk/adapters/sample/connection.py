"""One accepted socket: reads requests exactly as they came, writes replies (RFC 9112)."""

from __future__ import annotations

import re
import selectors
import socket
import threading
import time
from collections.abc import Callable, Iterable
from http import HTTPStatus

from httpdesk.adapters.sample.wire import (
    CHUNK,
    MAX_HEAD,
    MAX_HEADER_LINES,
    Gone,
    HttpProblem,
    Pairs,
    Reply,
    RequestBody,
    WireRequest,
    body_length,
    parse_header_line,
    parse_request_line,
)

IDLE_SECONDS = 30.0
LINGER_LIMIT = 64 * 1024 * 1024
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class WireConnection:
    """One accepted socket; `own_hosts` are the Host values that may be asked for."""

    def __init__(self, sock: socket.socket, own_hosts: frozenset[str], server: str) -> None:
        self._socket = sock
        self._own_hosts = own_hosts
        self._server = server
        self._stream = sock.makefile("rb")
        self._slice = threading.Event()
        sock.settimeout(IDLE_SECONDS)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def close(self) -> None:
        """Close the stream and its socket."""
        self._stream.close()
        self._socket.close()

    def serve(self, answer: Callable[[WireRequest], Reply]) -> None:
        """Answer requests until one side ends the connection."""
        while self._serve_one(answer):
            pass

    def _serve_one(self, answer: Callable[[WireRequest], Reply]) -> bool:
        try:
            request = self._read_request()
        except HttpProblem as problem:
            self._refuse(problem)
            return False
        if request is None:
            return False
        keep = self._wants_keep_alive(request)
        reply = _answer(request, answer)
        if not request.body.started and request.header("expect"):
            keep = False
        else:
            keep = keep and _finish_body(request.body)
        self._write(reply, request, keep)
        if not request.body.finished:
            self._linger()
        return keep

    def _refuse(self, problem: HttpProblem) -> None:
        """Answer what is not a readable request, and let the client read that answer."""
        body = f"{problem.reason}\n".encode()
        headers = (("Content-Type", "text/plain; charset=utf-8"), *problem.headers)
        head = self._head(Reply(problem.status, headers, body), len(body), "HTTP/1.1", False)
        self._socket.sendall(head + body)
        self._linger()

    def _linger(self) -> None:
        """Read on for a while: closing with unread bytes would throw away the answer."""
        self._socket.shutdown(socket.SHUT_WR)
        left = LINGER_LIMIT
        while left > 0 and (piece := self._stream.read1(CHUNK)):
            left -= len(piece)

    def _read_request(self) -> WireRequest | None:
        lines = self._read_head()
        if not lines:
            return None
        method, target, version = parse_request_line(lines[0])
        headers = tuple(parse_header_line(line) for line in lines[1:])
        target = self._own_target(target, headers)
        length = body_length(headers)
        expects = any(name.lower() == "expect" for name, _ in headers)
        before = self._send_continue if expects else _nothing
        body = RequestBody(self._stream, length, before)
        return WireRequest(method, target, version, headers, body, self.pause)

    def _read_head(self) -> list[bytes]:
        lines: list[bytes] = []
        size = 0
        while True:
            line = self._stream.readline(MAX_HEAD + 1)
            size += len(line)
            if size > MAX_HEAD or len(lines) > MAX_HEADER_LINES:
                raise HttpProblem(431, "The head of the request is too large.", final=True)
            if not line.endswith(b"\r\n"):
                if line:
                    raise HttpProblem(400, "A line of the head does not end with CRLF.")
                return []
            if line == b"\r\n":
                if lines:
                    return lines
                continue
            lines.append(line[:-2])

    def _own_target(self, target: str, headers: Pairs) -> str:
        """Return the target in origin-form; refuse every Host but our own (DNS rebinding)."""
        hosts = [value.lower() for name, value in headers if name.lower() == "host"]
        if len(hosts) != 1:
            raise HttpProblem(400, "There must be one Host header.", final=True)
        absolute = re.match(r"https?://([^/?#]*)", target, re.IGNORECASE)
        if absolute:
            hosts.append(absolute[1].lower())
            target = target[absolute.end() :] or "/"
        if not self._own_hosts.issuperset(hosts):
            raise HttpProblem(421, "This server answers only under its own address.", final=True)
        if not target.startswith(("/", "*")):
            target = "/" + target
        return target

    def pause(self, seconds: float) -> None:
        """Wait; raise Gone as soon as the client hangs up or the socket is shut down."""
        end = time.monotonic() + seconds
        with selectors.DefaultSelector() as selector:
            selector.register(self._socket, selectors.EVENT_READ)
            while (left := end - time.monotonic()) > 0 and selector.select(left):
                if not self._socket.recv(1, socket.MSG_PEEK):
                    raise Gone
                # A pipelined request keeps the socket readable, so look again in slices.
                self._slice.wait(min(left, 0.05))

    def _send_continue(self) -> None:
        self._socket.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")

    @staticmethod
    def _wants_keep_alive(request: WireRequest) -> bool:
        tokens = {token.strip().lower() for token in request.header("connection").split(",")}
        return request.http_version == "HTTP/1.1" and "close" not in tokens

    def _write(self, reply: Reply, request: WireRequest, keep: bool) -> None:
        length = len(reply.body) if isinstance(reply.body, bytes) else reply.length
        if length is None and request.http_version != "HTTP/1.1":
            keep = False
        head = self._head(reply, length, request.http_version, keep)
        if request.method == "HEAD" or reply.status in (204, 304):
            self._socket.sendall(head)
        elif isinstance(reply.body, bytes):
            self._socket.sendall(head + reply.body)
        else:
            self._socket.sendall(head)
            self._write_pieces(reply.body, length is None and request.http_version == "HTTP/1.1")

    def _write_pieces(self, pieces: Iterable[bytes], chunked: bool) -> None:
        for piece in pieces:
            if chunked:
                self._socket.sendall(b"%X\r\n" % len(piece) + piece + b"\r\n")
            else:
                self._socket.sendall(piece)
        if chunked:
            self._socket.sendall(b"0\r\n\r\n")

    def _head(self, reply: Reply, length: int | None, version: str, keep: bool) -> bytes:
        lines = [
            f"HTTP/1.1 {reply.status} {_reason(reply.status)}",
            f"Date: {_http_date()}",
            f"Server: {self._server}",
            *(f"{name}: {value}" for name, value in reply.headers),
        ]
        if reply.status not in (204, 304):
            if length is not None:
                lines.append(f"Content-Length: {length}")
            elif version == "HTTP/1.1":
                lines.append("Transfer-Encoding: chunked")
        if not keep:
            lines.append("Connection: close")
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")


def _answer(request: WireRequest, answer: Callable[[WireRequest], Reply]) -> Reply:
    try:
        return answer(request)
    except HttpProblem as problem:
        body = f"{problem.reason}\n".encode()
        headers = (("Content-Type", "text/plain; charset=utf-8"), *problem.headers)
        return Reply(problem.status, headers, body)


def _finish_body(body: RequestBody) -> bool:
    """Return whether the next request starts where this one's body ends."""
    try:
        body.discard()
    except HttpProblem:
        return False
    return body.finished


def _nothing() -> None:
    """Nothing has to be sent before this body is read."""


def _reason(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unassigned"


def _http_date() -> str:
    """Return the time as RFC 9110 section 5.6.7 wants it, whatever the locale is."""
    now = time.gmtime()
    clock = f"{now.tm_hour:02}:{now.tm_min:02}:{now.tm_sec:02}"
    day, month = _DAYS[now.tm_wday], _MONTHS[now.tm_mon - 1]
    return f"{day}, {now.tm_mday:02} {month} {now.tm_year} {clock} GMT"
