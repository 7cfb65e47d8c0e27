"""The result of a request that asks for the full response (statement 55), as JSON.

What later steps of a chain are meant to see: the answer, read as its response type says, and how it
came about. The request and every hop are `--json`, the record of an exchange.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from httpdesk.cli.facts import (
    Facts,
    Json,
    as_json_string,
    body_of,
    encoded,
    filled,
    is_utf8,
    mark_of,
    read_chunks,
)
from httpdesk.engine.masking import MASK, Masker
from httpdesk.model.exchange import Attempt, Exchange, Hop
from httpdesk.model.request import ResponseType
from httpdesk.model.response import BodyHandle, ConnectionFacts, Response
from httpdesk.render.content_type import SNIFF_LENGTH, Rendering, parse_media_type, rendering_of
from httpdesk.render.decode import decode
from httpdesk.render.json_text import JsonSyntaxError, Kind, located, scan

MOST_PARSED = 64 * 1024 * 1024
"""Bytes up to which a body is read as JSON, or in another charset than UTF-8."""


@dataclass(frozen=True, slots=True)
class _Data:
    """The body as a JSON value, what it was read as, and why not as was asked for."""

    kind: str
    value: Iterable[bytes]
    notice: Json | None = None


class FullResponse(Facts):
    """Makes the result; `masker` is None when credentials may be shown."""

    def __init__(self, exchange: Exchange, masker: Masker | None) -> None:
        super().__init__(masker)
        self._exchange = exchange

    def chunks(self) -> Iterator[bytes]:
        """Yield the result as UTF-8; a long body is read in pieces."""
        response, mark = self._exchange.response, mark_of(self._exchange)
        if response is None:
            yield from filled(self._facts(None, None, mark), mark, ())
            return
        data = self._data(response)
        yield from filled(self._facts(response, data, mark), mark, data.value)

    def _facts(self, response: Response | None, data: _Data | None, mark: str) -> Json:
        exchange = self._exchange
        hops = exchange.attempts[-1].hops if exchange.attempts else ()
        return {
            "status": response.status_code if response else None,
            "statusText": self.text(response.reason_phrase) if response else "",
            "headers": self.headers(response.headers) if response else [],
            "data": mark if data else None,
            "dataType": data.kind if data else "empty",
            "notice": data.notice if data else None,
            "url": self.url(hops[-1].url if hops else str(exchange.request.url)),
            "redirects": [self._redirect(hop) for hop in hops[:-1]],
            "attempts": [self._attempt(attempt) for attempt in exchange.attempts],
            "timings": _timings(exchange, hops),
            "sizes": _sizes(response, hops),
            "tls": self._tls(hops[-1].connection if hops else None),
            "error": self.error(exchange.error),
        }

    def _redirect(self, hop: Hop) -> Json:
        return {"status": hop.status_code, "method": hop.method, "url": self.url(hop.url)}

    def _attempt(self, attempt: Attempt) -> Json:
        return {
            "number": attempt.number,
            "status": attempt.status_code,
            "error": type(attempt.error).__name__ if attempt.error else None,
            "elapsedMs": round(attempt.elapsed_ms, 3),
            "waitMs": round(attempt.wait.elapsed_ms, 3) if attempt.wait else None,
        }

    def _tls(self, connection: ConnectionFacts | None) -> Json | None:
        if connection is None or not connection.tls_version:
            return None
        chain = (
            {
                "subject": self.text(each.subject),
                "issuer": self.text(each.issuer),
                "names": [self.text(name) for name in each.names],
                "notBefore": each.not_before,
                "notAfter": each.not_after,
                "sha256": each.sha256,
            }
            for each in connection.chain
        )
        return {
            "version": connection.tls_version,
            "cipher": connection.tls_cipher,
            "certificateChecked": connection.certificate_checked,
            "chain": list(chain),
        }

    # The body

    def _data(self, response: Response) -> _Data:
        """Read the body as the response type says (statements 51, 53 and 54)."""
        body = body_of(response)
        media = parse_media_type(response.header("content-type"))
        wanted = self._exchange.request.options.response_type
        rendering = rendering_of(media, body.read_at(0, SNIFF_LENGTH), wanted)
        undecoded = response.raw_body is not None
        if rendering is Rendering.EMPTY:
            return _Data("empty", (b"null",))
        if undecoded or rendering in (Rendering.BINARY, Rendering.IMAGE):
            asked = wanted is ResponseType.BINARY or wanted is ResponseType.AUTO
            return self._bytes(body, None if asked and not undecoded else "binary")
        if body.size > MOST_PARSED:
            return self._text_in_pieces(body)
        is_json = rendering is Rendering.JSON
        text = decode(body.read_at(0, body.size), media.charset, json=is_json).text
        return self._json(text) if is_json else self._whole_text(text)

    def _json(self, text: str) -> _Data:
        try:
            if any(kind is Kind.NOT_FINITE for kind, _, _ in scan(text)):
                return self._whole_text(text, {"kind": "not finite"})
        except JsonSyntaxError as error:
            found = located(text, error)
            place = {"line": found.line, "column": found.column}
            return self._whole_text(text, {"kind": "not json", "fault": found.fault.value, **place})
        shown = _masked_json(text, self._masker) if self._masker else text
        return _Data("json", (encoded(shown),)) if shown else self._whole_text(text)

    def _whole_text(self, text: str, notice: Json | None = None) -> _Data:
        pieces = (encoded(self.text(text)),)
        return _Data("text", as_json_string(pieces, is_text=True), notice)

    def _text_in_pieces(self, body: BodyHandle) -> _Data:
        if not is_utf8(body):
            return self._bytes(body, "too long")
        pieces = self.masked(read_chunks(body))
        return _Data("text", as_json_string(pieces, is_text=True), {"kind": "too long"})

    def _bytes(self, body: BodyHandle, why: str | None) -> _Data:
        pieces = as_json_string(self.masked(read_chunks(body)), is_text=False)
        return _Data("base64", pieces, {"kind": why} if why else None)


def _masked_json(text: str, masker: Masker) -> str:
    """Return JSON with secrets hidden, still JSON; empty where it cannot be both."""
    if masker.text(text) == text:
        return text
    shown, at = [], 0
    for kind, token, start in scan(text):
        shown += [text[at:start], _masked_token(kind, token, masker)]
        at = start + len(token)
    whole = "".join([*shown, text[at:]])
    return whole if masker.text(whole) == whole else ""


def _masked_token(kind: Kind, token: str, masker: Masker) -> str:
    if kind in (Kind.STRING, Kind.KEY):
        return f'"{masker.text(token[1:-1])}"'
    return token if masker.text(token) == token else f'"{MASK}"'


def _timings(exchange: Exchange, hops: tuple[Hop, ...]) -> Json:
    phases = hops[-1].timings.phases() if hops else ()
    return {
        "totalMs": round(exchange.elapsed_ms, 3),
        "phasesMs": {name: round(ms, 3) for name, ms in phases},
    }


def _sizes(response: Response | None, hops: tuple[Hop, ...]) -> Json:
    """Bytes of the bodies: sent, received over the wire, and received decoded."""
    return {
        "sent": hops[-1].bytes_sent if hops else 0,
        "received": response.wire_size if response else 0,
        "body": response.body.size if response else 0,
    }
