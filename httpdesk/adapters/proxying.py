"""Takes a connection that leads to a proxy on to where the request goes."""

from __future__ import annotations

import html
import re
import socket
import time
from typing import Any
from urllib.parse import quote

from python_socks import ProxyError, ProxyType
from python_socks.sync import Proxy as SocksProxy

from httpdesk.adapters.foreign_errors import unusable
from httpdesk.adapters.response_head import ResponseHead, read_head
from httpdesk.adapters.sending import Sending
from httpdesk.adapters.tls_files import TlsFileError
from httpdesk.adapters.wire_reader import WireReader
from httpdesk.engine.headers import basic
from httpdesk.engine.masking import MASK
from httpdesk.engine.wire import connect_head, needs_tunnel
from httpdesk.model.errors import ConnectionClosed, MalformedResponse, Phase, ProxyFailed
from httpdesk.model.network import Proxy, ProxyKind

_BODY_BYTES = 4096
_BODY_SECONDS = 0.5
"""How much of a refusal's body is waited for; it is read for its first words only."""
_BODY_CHARACTERS = 300

_SIGN_IN_REFUSED = {401, 407}
"""Some proxies say 401, though the answer to CONNECT is always their own."""

_SOCKS_SIGN_IN = b"\x05\x02"
"""The proxy chose sign-in by name and password (RFC 1928 section 3)."""
_SOCKS_NO_METHOD = b"\x05\xff"
_SOCKS_WELCOME = b"\x01\x00"

_INVISIBLE_HTML = re.compile(r"(?is)<(head|style|script)\b.*?</\1\s*>|<!--.*?-->|<[^>]*>")


def pass_proxy(sock: socket.socket, proxy: Proxy, sending: Sending) -> socket.socket:
    """Return the socket to write the request to: to its server, or to a proxy that forwards it.

    Closes `sock` when it raises: ProxyFailed, Cancelled, TimedOut, or OSError in Phase.PROXY.
    """
    sending.enter(Phase.PROXY)
    try:
        sock.settimeout(sending.remaining())
        if proxy.kind is ProxyKind.HTTPS and sending.shake_hands_with_proxy is not None:
            sock = sending.shake_hands_with_proxy(sock, proxy.host)
        if proxy.kind is ProxyKind.SOCKS5:
            _ask_socks(sock, proxy, sending)
        elif needs_tunnel(sending.request):
            _ask_tunnel(sock, proxy, sending)
    except TlsFileError as error:
        sock.close()
        raise unusable(error, sending) from error
    except OSError:
        sock.close()
        sending.check()
        raise
    except BaseException:
        sock.close()
        raise
    return sock


# CONNECT, RFC 9110 section 9.3.6


def _ask_tunnel(sock: socket.socket, proxy: Proxy, sending: Sending) -> None:
    sock.settimeout(sending.remaining())
    sock.sendall(connect_head(sending.request))
    reader = WireReader(sock, sending)
    try:
        head = read_head(reader, sending, within=Phase.PROXY)
    except MalformedResponse as error:
        said = _plain(error.raw.decode("utf-8", "replace"))
        raise _failed(proxy, sending, f"{error.detail}: {said}") from error
    except ConnectionClosed as error:
        raise _failed(proxy, sending, "it closed the connection without an answer") from error
    if not 200 <= head.status < 300:
        said = _refusal(head, _first_bytes(sock, reader, head, sending))
        refused = head.status in _SIGN_IN_REFUSED
        raise _failed(proxy, sending, said, status_code=head.status, refused=refused)
    if reader.buffered:
        # The server waits for our first byte, so these cannot be its own.
        raise _failed(proxy, sending, "bytes came behind the head of its answer")


def _first_bytes(
    sock: socket.socket, reader: WireReader, head: ResponseHead, sending: Sending
) -> bytes:
    """Return the beginning of a refusal's body, as far as it comes soon."""
    data = reader.unread()
    lengths = [int(text) for text in head.values("content-length") if text.isdecimal()]
    wanted = min([_BODY_BYTES, *lengths])
    until = time.monotonic() + _BODY_SECONDS
    while len(data) < wanted and (left := until - time.monotonic()) > 0:
        sock.settimeout(sending.remaining_up_to(left))
        try:
            more = sock.recv(_BODY_BYTES)
        except OSError:
            break
        if not more:
            break
        data += more
    sending.check()
    return data[:_BODY_BYTES]


def _refusal(head: ResponseHead, body: bytes) -> str:
    """Return what the proxy says, a line each: its status, how to sign in, its page's words."""
    text = body.decode("utf-8", "replace")
    if any("html" in value for value in head.values("content-type")):
        text = html.unescape(_INVISIBLE_HTML.sub(" ", text))
    wants = [f"{name}: {value}" for name, value in head.headers if _is_challenge(name)]
    lines = (f"{head.status} {head.reason}", *wants, text)
    return "\n".join(line for line in map(_plain, lines) if line)


def _is_challenge(name: str) -> bool:
    return name.lower() == "proxy-authenticate"


def _plain(text: str) -> str:
    """Return `text` on one short line, without what cannot be printed."""
    line = " ".join(text.split())
    shown = "".join(char if char.isprintable() else "\ufffd" for char in line)
    return shown[:_BODY_CHARACTERS]


# SOCKS5, RFC 1928 and 1929


class _SocksTalk:
    """The socket as python-socks sees it: every call ends with the send, the answers are kept."""

    def __init__(self, sock: socket.socket, sending: Sending) -> None:
        self.received = b""
        self._socket = sock
        self._sending = sending

    def connect(self, **_place: object) -> _SocksTalk:
        """Return the connection, as if a first proxy of a chain had made it."""
        return self

    def sendall(self, data: bytes) -> None:
        self._socket.settimeout(self._sending.remaining())
        self._socket.sendall(data)

    def recv(self, size: int) -> bytes:
        self._socket.settimeout(self._sending.remaining())
        data = self._socket.recv(size)
        self.received += data
        return data

    def close(self) -> None:
        """Leave the socket to who opened it."""


class _Octets(str):
    """UTF-8 bytes as characters: python-socks counts these and would write ASCII only."""

    __slots__ = ()

    @classmethod
    def of(cls, text: str) -> _Octets:
        return cls(text.encode().decode("latin-1"))

    def encode(self, *_codec: str) -> bytes:
        return super().encode("latin-1")


def _ask_socks(sock: socket.socket, proxy: Proxy, sending: Sending) -> None:
    """Have the proxy look the server's name up and connect to it."""
    url = sending.request.url
    talk = _SocksTalk(sock, sending)
    chain: Any = talk
    name, password = _Octets.of(proxy.username), _Octets.of(proxy.password)
    way = SocksProxy(ProxyType.SOCKS5, proxy.host, proxy.port, name, password, True, chain)
    try:
        way.connect(url.host_ascii, url.port)
    except ProxyError as error:
        sending.check()
        refused = _is_sign_in_refused(talk.received)
        raise _failed(proxy, sending, str(error), refused=refused) from error
    except ValueError as error:
        detail = "the host's name or the sign-in does not fit into a SOCKS5 request"
        raise _failed(proxy, sending, detail) from error


def _is_sign_in_refused(received: bytes) -> bool:
    """Return whether the answers so far mean that the sign-in, or the lack of one, was refused.

    Some proxies close the connection instead of the answer that RFC 1929 asks for.
    """
    method, verdict = received[:2], received[2:4]
    return method == _SOCKS_NO_METHOD or (method == _SOCKS_SIGN_IN and verdict != _SOCKS_WELCOME)


def _failed(proxy: Proxy, sending: Sending, detail: str, **fields: Any) -> ProxyFailed:
    return sending.failure(ProxyFailed, proxy=str(proxy), detail=_masked(detail, proxy), **fields)


def _masked(text: str, proxy: Proxy) -> str:
    """Return `text` without the sign-in, which a proxy may quote."""
    if not proxy.username and not proxy.password:
        return text
    token = basic(f"{proxy.username}:{proxy.password}".encode()).removeprefix("Basic ")
    for secret in (token, proxy.password, quote(proxy.password, safe="")):
        if secret:
            text = text.replace(secret, MASK)
    return text
