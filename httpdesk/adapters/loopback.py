"""Waits on this computer for the browser to come back with an authorization code (RFC 8252).

Whatever else knocks, a web page or another program, gets a short refusal and ends nothing; only the
answer to the very sign-in that waits is taken, once (security.md R3).
"""

from __future__ import annotations

import hmac
import selectors
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import parse_qsl

from httpdesk.adapters.loopback_page import DONE_PAGE, REFUSED_PAGE, UNFINISHED_PAGE
from httpdesk.engine.cancel import CancelToken
from httpdesk.model.errors import SignInFailed, SignInReason
from httpdesk.model.sign_in import AuthorizationAnswer

HOST = "127.0.0.1"
"""Never `localhost`: what that name leads to is not ours to say."""
MOST_CONNECTIONS = 32
MOST_BYTES = 64 * 1024
CONNECTION_SECONDS = 5.0
SIGN_IN_SECONDS = 300.0
MOST_FIELDS = 100
MOST_SAID = 300
"""Characters that are shown of a provider's own words."""

_ONCE = ("code", "state", "error", "error_description", "iss")
_END_OF_HEAD = b"\r\n\r\n"


class LoopbackListener:
    """A port of 127.0.0.1 that takes one answer; use it in a `with` block.

    `port` 0 lets the system choose. Raises SignInFailed with PORT_BUSY on entering the block.
    """

    def __init__(self, path: str = "/callback", port: int = 0) -> None:
        self._path = path
        self._wanted_port = port
        self._server: socket.socket | None = None
        self._selector = selectors.DefaultSelector()
        self._callers: dict[socket.socket, _Caller] = {}
        self.refused = 0
        """How many answers were none of this sign-in."""

    def __enter__(self) -> LoopbackListener:
        server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        server.setsockopt(socket.SOL_SOCKET, _own_address(), 1)
        try:
            server.bind((HOST, self._wanted_port))
            server.listen(MOST_CONNECTIONS)
        except OSError as error:
            server.close()
            self._selector.close()
            reason = SignInReason.PORT_BUSY
            raise SignInFailed(reason=reason, port=self._wanted_port) from error
        server.setblocking(False)
        self._server = server
        self._selector.register(server, selectors.EVENT_READ)
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    @property
    def port(self) -> int:
        """The port that is listened on."""
        assert self._server is not None
        return int(self._server.getsockname()[1])

    @property
    def redirect_uri(self) -> str:
        """What the provider is told: where the browser comes back to."""
        return f"http://{HOST}:{self.port}{self._path}"

    def wait(
        self, state: str, cancel: CancelToken, seconds: float = SIGN_IN_SECONDS
    ) -> AuthorizationAnswer:
        """Return the answer with this `state`.

        Raises SignInFailed: CANCELLED, TIMED_OUT, or PROVIDER_ERROR with the provider's words.
        """
        authority = f"{HOST}:{self.port}"
        end = time.monotonic() + seconds
        with self._woken_by(cancel):
            while True:
                if cancel.cancelled:
                    raise SignInFailed(reason=SignInReason.CANCELLED)
                if time.monotonic() >= end:
                    raise SignInFailed(reason=SignInReason.TIMED_OUT, seconds=seconds)
                for caller in self._complete(end):
                    answer = _answer_of(caller.data, authority, self._path, state)
                    if answer is not None:
                        return self._taken(answer, caller)
                    self.refused += 1
                    self._dismiss(caller, REFUSED_PAGE)

    def close(self) -> None:
        """Close the port and whatever is connected to it."""
        self._close_port()
        for caller in tuple(self._callers.values()):
            self._drop(caller)
        self._selector.close()

    def _close_port(self) -> None:
        if self._server is not None:
            self._selector.unregister(self._server)
            self._server.close()
            self._server = None

    def _taken(self, answer: AuthorizationAnswer, caller: _Caller) -> AuthorizationAnswer:
        """Close the port, then tell the browser, and give the answer or raise its error."""
        self._close_port()
        self._dismiss(caller, DONE_PAGE if answer.code else UNFINISHED_PAGE)
        for other in tuple(self._callers.values()):
            self._drop(other)
        if answer.error:
            raise SignInFailed(
                reason=SignInReason.PROVIDER_ERROR,
                error=answer.error,
                description=answer.description,
            )
        return answer

    # Callers

    def _complete(self, end: float) -> Iterator[_Caller]:
        """Yield the callers whose request is whole; wait until something happens."""
        limits = [caller.end for caller in self._callers.values()]
        pause = max(0.0, min([end, *limits]) - time.monotonic())
        for key, _ in self._selector.select(pause):
            if key.fileobj is self._server:
                self._accept()
            elif isinstance(key.fileobj, socket.socket) and key.fileobj in self._callers:
                caller = self._callers[key.fileobj]
                if self._receive(caller):
                    yield caller
            elif isinstance(key.fileobj, socket.socket):
                key.fileobj.recv(1)
        now = time.monotonic()
        for caller in [each for each in self._callers.values() if each.end <= now]:
            self._drop(caller)

    def _accept(self) -> None:
        assert self._server is not None
        try:
            sock, _ = self._server.accept()
        except OSError:
            return
        if len(self._callers) >= MOST_CONNECTIONS:
            # Whoever holds the others open must not keep the browser out.
            self._drop(min(self._callers.values(), key=lambda caller: caller.end))
        sock.setblocking(False)
        self._callers[sock] = _Caller(sock, time.monotonic() + CONNECTION_SECONDS)
        self._selector.register(sock, selectors.EVENT_READ)

    def _receive(self, caller: _Caller) -> bool:
        """Take what came; return whether the head is whole."""
        try:
            data = caller.sock.recv(MOST_BYTES)
        except BlockingIOError:
            return False
        except OSError:
            data = b""
        caller.data += data
        if not data or len(caller.data) > MOST_BYTES:
            self._drop(caller)
            return False
        return _END_OF_HEAD in caller.data

    def _dismiss(self, caller: _Caller, page: bytes) -> None:
        """Send a page that fits into the socket's buffer, and close."""
        try:
            caller.sock.send(page)
            caller.sock.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # The browser has gone; what it brought is here.
        self._drop(caller)

    def _drop(self, caller: _Caller) -> None:
        self._selector.unregister(caller.sock)
        caller.sock.close()
        del self._callers[caller.sock]

    @contextmanager
    def _woken_by(self, cancel: CancelToken) -> Iterator[None]:
        inside, outside = socket.socketpair()
        self._selector.register(inside, selectors.EVENT_READ)
        forget = cancel.on_cancel(lambda: outside.sendall(b"!"))
        try:
            yield
        finally:
            forget()
            self._selector.unregister(inside)
            inside.close()
            outside.close()


@dataclass(slots=True)
class _Caller:
    """One connection and what it has said so far."""

    sock: socket.socket
    end: float
    data: bytes = b""


def _own_address() -> int:
    """Return the option that keeps the port ours; elsewhere than on Windows it is ours anyway.

    There, SO_REUSEADDR only lets a port be used again that a closed connection still remembers.
    """
    if sys.platform == "win32":
        return socket.SO_EXCLUSIVEADDRUSE
    return socket.SO_REUSEADDR


def _answer_of(data: bytes, authority: str, path: str, state: str) -> AuthorizationAnswer | None:
    """Return the answer in a request; None when it is none to this sign-in."""
    head = data.partition(_END_OF_HEAD)[0].decode("latin-1").split("\r\n")
    words = head[0].split(" ")
    if len(words) != 3 or words[0] != "GET" or not words[2].startswith("HTTP/1."):
        return None
    hosts = [line[5:].strip() for line in head[1:] if line.lower().startswith("host:")]
    own_path, _, query = words[1].partition("?")
    if hosts != [authority] or own_path != path:
        return None
    try:
        pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        return None
    values = {name: value for name, value in pairs if name in _ONCE}
    if len(values) != sum(1 for name, _ in pairs if name in _ONCE):
        return None
    return _checked(values, state)


def _checked(values: dict[str, str], state: str) -> AuthorizationAnswer | None:
    given = values.get("state", "").encode("utf-8", "replace")
    if not hmac.compare_digest(given, state.encode()):
        return None
    code, error = values.get("code", ""), values.get("error", "")
    if bool(code) == bool(error):
        return None
    description = values.get("error_description", "")
    return AuthorizationAnswer(
        code, values.get("iss", ""), error[:MOST_SAID], description[:MOST_SAID]
    )
