"""The connection, pool and adapter classes of requests and urllib3 that send exactly what we say.

requests and urllib3 choose, keep, check and drop the connections. What leaves and what comes back
passes through here: the head as it was composed, our own reading of the answer, one deadline over
all phases, and a way to end every one of them from another thread.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from httpdesk.adapters.body_framing import End, framing_of, read_body
from httpdesk.adapters.dialing import check_address, connect
from httpdesk.adapters.foreign_errors import unusable
from httpdesk.adapters.proxying import pass_proxy
from httpdesk.adapters.response_head import ResponseHead, read_head
from httpdesk.adapters.sending import AbortHandle, Sending, current
from httpdesk.adapters.tls import ClientTls
from httpdesk.adapters.tls_facts import connection_facts
from httpdesk.adapters.tls_files import TlsFileError
from httpdesk.adapters.wire_reader import CHUNK, WireReader
from httpdesk.adapters.wire_writer import WireWriter
from httpdesk.engine.wire import may_reuse_connection
from httpdesk.model.errors import Phase, UploadChanged
from httpdesk.model.exchange import SourceChangedError
from httpdesk.model.response import ConnectionFacts, LengthDoubt

POOLS = 32
CONNECTIONS_PER_HOST = 16
KEPT_SECONDS = 60.0
"""A connection that rested longer is not used again: what stands between may have dropped it."""


class WireResponse:
    """A response whose body is still on the wire.

    It has what urllib3's pool and requests' adapter ask of a response, and no more: they never
    read the body.
    """

    def __init__(
        self, connection: _ExactMixin, sending: Sending, reader: WireReader, head: ResponseHead
    ) -> None:
        self.head = head
        self.framing = framing_of(head, sending.request.method)
        self._connection_in_use: _ExactMixin | None = connection
        self._sending = sending
        self._reader = reader
        self._complete = False
        # For urllib3's pool:
        self.status = self.head.status
        self.reason = self.head.reason
        self.headers: Mapping[str, str] = {}
        self.version_string = self.head.http_version
        self.length_remaining = self.framing.length
        self.retries: object = None
        self._pool: HTTPConnectionPool | None = None
        self._connection: HTTPConnection | None = None

    def pieces(self, chunk: int = CHUNK) -> Iterator[memoryview]:
        """Yield the undecoded body; raises as `body_framing.read_body` does."""
        yield from read_body(self.framing, self._reader, self._sending, chunk)
        self._complete = True

    @property
    def doubts(self) -> tuple[LengthDoubt, ...]:
        """What makes the end of the body doubtful; known once it was read."""
        if self._complete and self.framing.end is not End.SWITCHED and self._reader.buffered:
            return (*self.framing.doubts, LengthDoubt.MORE_THAN_LENGTH)
        return self.framing.doubts

    def release(self) -> None:
        """Give the connection back to its pool, or close it where that is not safe."""
        connection, self._connection_in_use = self._connection_in_use, None
        if connection is None or self._pool is None:
            return
        self._sending.detach()
        if self._complete and self._may_be_kept():
            connection.rested_since = time.monotonic()
        else:
            connection.close()
        self._pool._put_conn(connection)

    def _may_be_kept(self) -> bool:
        # Bytes behind the body would be taken for the next answer.
        return (
            self.framing.keeps_connection
            and may_reuse_connection(self._sending.request)
            and not self._reader.holds_more
            and self._sending.upload_error is None
        )


class _ExactMixin(HTTPConnection):
    """A urllib3 connection that writes and reads by our own rules."""

    rested_since = 0.0
    facts = ConnectionFacts()
    _handle: AbortHandle | None = None

    def _new_conn(self) -> socket.socket:
        """Return a socket to the server, or to the proxy that forwards what is written to it."""
        sending = current()
        proxy = sending.request.route.proxy
        host, port = (proxy.host, proxy.port) if proxy else (self._dns_host, self.port)
        sock = connect(host, port, self.socket_options or (), sending)
        self._handle = AbortHandle(sock)
        sending.attach(self._handle)
        self.facts = sending.facts = ConnectionFacts(
            address=sending.address, proxy=str(proxy) if proxy else ""
        )
        return pass_proxy(sock, proxy, sending) if proxy else sock

    def is_too_old(self) -> bool:
        """Whether the connection rested for too long to be used again."""
        return self.sock is not None and time.monotonic() - self.rested_since > KEPT_SECONDS

    def request(self, *_arguments: object, **_options: object) -> None:
        """Send the current request's head and body as they stand; the arguments are not used."""
        sending = current()
        check_address(self.facts.address, sending)
        if self._handle is not None:
            sending.attach(self._handle)
        if self.facts.reused is not sending.reused:
            self.facts = replace(self.facts, reused=sending.reused)
        sending.facts = self.facts
        sending.enter(Phase.SEND)
        try:
            WireWriter(self.sock, sending).write_request()
        except SourceChangedError as error:
            # What is missing cannot be made up for: the message stays unfinished.
            self.close()
            raise sending.failure(UploadChanged, path=error.path, detail=error.detail) from error

    def getresponse(self) -> Any:
        """Return a `WireResponse` with its head read and its body still on the wire."""
        sending = current()
        sending.enter(Phase.WAIT)
        # The pieces of an upload have their own, shorter limit.
        self.sock.settimeout(sending.remaining())
        reader = WireReader(self.sock, sending, sending.early_answer)
        return WireResponse(self, sending, reader, read_head(reader, sending))

    def close(self) -> None:
        """Close the socket and its abort handle."""
        if self._handle is not None:
            self._handle.close()
            self._handle = None
        super().close()


class PlainConnection(_ExactMixin):
    """A connection without TLS."""


class TlsConnection(_ExactMixin, HTTPSConnection):
    """A connection with TLS over our own contexts."""

    tls: ClientTls

    def connect(self) -> None:
        """Connect and shake hands; raises ssl.SSLError, OSError, Cancelled or TimedOut."""
        sending = current()
        self.sock = sock = self._new_conn()
        sending.enter(Phase.TLS)
        sock.settimeout(sending.remaining())
        try:
            wrapped = self.tls.wrap(sock, self.host)
        except TlsFileError as error:
            raise unusable(error, sending) from error
        except OSError:
            sending.check()
            raise
        self.sock = wrapped
        self.is_verified = self.tls.options.verify
        self.facts = connection_facts(wrapped, self.tls.options, self.facts)


class _ExactPoolMixin(HTTPConnectionPool):
    """Connects before the request is written, and takes no connection that rested too long."""

    def _get_conn(self, timeout: float | None = None) -> Any:
        connection: Any = super()._get_conn(timeout)
        sending = current()
        if sending.fresh_only or connection.is_too_old():
            connection.close()
        sending.reused = connection.sock is not None
        return connection

    def _put_conn(self, conn: Any) -> None:
        # Without urllib3's warning in the log when more were in use than are kept.
        if self.pool is not None and self.pool.full():
            if conn is not None:
                conn.close()
            return
        super()._put_conn(conn)

    def _validate_conn(self, conn: Any) -> None:
        # Without urllib3's warning on standard error for each unverified request.
        if conn.is_closed:
            conn.connect()


class PlainPool(_ExactPoolMixin):
    """The connections to one host and port without TLS."""

    ConnectionCls = PlainConnection


class TlsPool(_ExactPoolMixin, HTTPSConnectionPool):
    """The connections to one host and port with the same TLS options."""

    ConnectionCls = TlsConnection

    def __init__(self, *arguments: Any, tls: ClientTls, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._tls = tls

    def _new_conn(self) -> Any:
        connection: Any = super()._new_conn()
        connection.tls = self._tls
        return connection


class ExactAdapter(HTTPAdapter):
    """requests' adapter over our pools; one for each route, see `AdapterTable`."""

    def __init__(self, tls: ClientTls) -> None:
        super().__init__(POOLS, CONNECTIONS_PER_HOST, max_retries=0)
        self.tls = tls
        self.poolmanager.pool_classes_by_scheme = {
            "http": PlainPool,
            "https": partial(TlsPool, tls=tls),
        }

    def build_connection_pool_key_attributes(
        self, request: PreparedRequest, verify: Any, cert: Any = None
    ) -> tuple[Any, Any]:
        """Return where to connect; trust is settled by the adapter, not by requests."""
        url = current().request.url
        return {"scheme": url.scheme, "host": url.host_ascii, "port": url.port}, {}

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """Add no certificates: requests would put certifi's in."""

    def request_url(self, request: PreparedRequest, proxies: Any) -> str:
        """Return a placeholder; the target goes out untouched with the head."""
        return "/"

    def build_response(self, req: PreparedRequest, resp: Any) -> Response:
        """Return a response that only leads to the `WireResponse` in `raw`."""
        response = Response()
        response.status_code = resp.status
        response.raw = resp
        response.request = req
        return response
