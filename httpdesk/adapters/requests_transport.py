"""Sends one resolved request over requests' adapters and urllib3's pools, byte for byte."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from requests import PreparedRequest

from httpdesk.adapters.adapter_table import AdapterTable
from httpdesk.adapters.body_intake import BodyIntake
from httpdesk.adapters.connection import ExactAdapter, WireResponse
from httpdesk.adapters.foreign_errors import translate, unusable
from httpdesk.adapters.response_head import ResponseHead
from httpdesk.adapters.sending import Sending, running
from httpdesk.adapters.tls import TlsContexts
from httpdesk.adapters.tls_files import TlsFileError
from httpdesk.adapters.wire_reader import CHUNK
from httpdesk.engine.cancel import CancelToken
from httpdesk.engine.ports import Progress, Reply
from httpdesk.engine.wire import head_of
from httpdesk.model.errors import (
    ConnectionClosed,
    HttpDeskError,
    Phase,
)
from httpdesk.model.exchange import ResolvedRequest

_RESENT_METHODS = {"GET", "HEAD", "OPTIONS"}
_REDIRECTS = {301, 302, 303, 307, 308}
_SMALL_CHUNK = 16 * 1024


class RequestsTransport:
    """Implements `engine.ports.Transport`; may be used from several threads at once.

    Connections are kept in urllib3's pools, which hand each to one thread at a time. No setting
    of the environment is read: no proxy, no .netrc, no certificate bundle, no key log.
    """

    def __init__(self, spool_folder: Path | None = None, tls: TlsContexts | None = None) -> None:
        self._spool_folder = spool_folder
        self._contexts = tls or TlsContexts()
        self._adapters = AdapterTable(self._contexts)

    def send(
        self,
        request: ResolvedRequest,
        *,
        cancel: CancelToken,
        progress: Progress,
        deadline: float | None,
    ) -> Reply:
        """Return what came back; errors of the send are in the reply, never raised."""
        shake_hands_with_proxy = partial(self._contexts.wrap_for_proxy, request.route.tls)
        sending = Sending(request, cancel, progress, deadline, shake_hands_with_proxy)
        with running(sending):
            try:
                sending.head = head_of(request)
                response = self._open(sending)
            except Exception as error:  # noqa: BLE001 - nothing foreign may leave (quality 2)
                return self._reply(sending, error=_ours(error, sending))
            return self._receive(response, sending)

    def close(self) -> None:
        """Close kept connections."""
        self._adapters.close()

    def _open(self, sending: Sending) -> WireResponse:
        """Send the request and read the head of the answer.

        A kept connection may have been closed by the server in just this moment; a request that
        is safe to repeat is then sent once more over a new one.
        """
        try:
            return self._request(sending)
        except Exception as error:
            if not _was_stale(sending, error):
                raise
            sending.start_over()
            return self._request(sending)

    def _request(self, sending: Sending) -> WireResponse:
        sending.check()
        url = sending.request.url
        prepared = PreparedRequest()
        prepared.method = sending.request.method
        # Without target, userinfo and header lines: what the libraries do not have they cannot
        # rewrite, log or put into an exception's text.
        prepared.url = f"{url.scheme}://{url.authority}/"
        prepared.headers = {}  # type: ignore[assignment]
        raw: Any = self._adapter(sending).send(prepared, stream=True).raw
        response: WireResponse = raw
        return response

    def _adapter(self, sending: Sending) -> ExactAdapter:
        """Return the adapter for the route; raises TlsFileUnusable while nothing is open yet."""
        with_tls = sending.request.url.scheme == "https"
        adapter = self._adapters.of(sending.request.route, with_tls=with_tls)
        if not with_tls:
            return adapter
        try:
            adapter.tls.load()
        except TlsFileError as error:
            sending.enter(Phase.TLS)
            raise unusable(error, sending) from error
        return adapter

    def _receive(self, response: WireResponse, sending: Sending) -> Reply:
        head = response.head
        codings = (*head.values("content-encoding"), *response.framing.codings)
        enough = _enough(head, sending.request)
        intake = BodyIntake(codings, self._spool_folder, sending, enough)
        sending.progress.bytes_to_receive = response.framing.length
        sending.progress.took_head(self._reply(sending, response, intake))
        error: HttpDeskError | None = None
        try:
            for piece in response.pieces(CHUNK if enough is None else _SMALL_CHUNK):
                intake.take(piece)
                if intake.has_enough:
                    break
            else:
                intake.finish()
        except Exception as problem:  # noqa: BLE001 - as above
            error = _ours(problem, sending)
        finally:
            response.release()
        return self._reply(sending, response, intake, error)

    def _reply(
        self,
        sending: Sending,
        response: WireResponse | None = None,
        intake: BodyIntake | None = None,
        error: HttpDeskError | None = None,
    ) -> Reply:
        head = None if response is None else response.head
        problem = None if intake is None else intake.problem
        # Made in one go: `replace` takes longer than the rest of this.
        return Reply(
            status_code=None if head is None else head.status,
            reason_phrase="" if head is None else head.reason,
            http_version="" if head is None else head.http_version,
            headers=() if head is None else head.headers,
            body=None if intake is None else intake.body,
            raw_body=None if intake is None else intake.raw_body,
            arrivals=None if intake is None else intake.arrivals,
            wire_size=0 if intake is None else intake.wire_size,
            bytes_sent=sending.body_bytes_sent,
            timings=sending.timings(),
            connection=sending.facts,
            error=error or problem,
            resent=sending.resent,
            interim=tuple(sending.interim),
            doubts=() if response is None else response.doubts,
            sent_head=sending.sent_head,
            sent_body=sending.sent_body,
        )


def _enough(head: ResponseHead, request: ResolvedRequest) -> int | None:
    """Return how much of the body is worth reading, of a redirect's mostly; None for all of it."""
    leads_on = head.status in _REDIRECTS and head.values("location")
    of_redirect = request.redirect_body_limit if leads_on else None
    return request.body_limit if of_redirect is None else of_redirect


def _ours(error: Exception, sending: Sending) -> HttpDeskError:
    return error if isinstance(error, HttpDeskError) else translate(error, sending)


def _was_stale(sending: Sending, error: Exception) -> bool:
    return (
        sending.reused
        and sending.bytes_read == 0
        and sending.request.method in _RESENT_METHODS
        and isinstance(_ours(error, sending), ConnectionClosed)
    )
