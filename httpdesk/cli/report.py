"""One exchange as JSON for other programs, with the whole body, as a stream."""

from __future__ import annotations

from collections.abc import Iterator

from httpdesk.cli.facts import (
    Facts,
    Json,
    as_json_string,
    body_of,
    filled,
    is_utf8,
    mark_of,
    read_chunks,
)
from httpdesk.engine.body_source import FileSource, MultipartSource, Part
from httpdesk.engine.masking import MASK, Masker, is_credential_key
from httpdesk.engine.secret_spans import body_spans, hidden
from httpdesk.model.exchange import Attempt, Exchange, Hop, ResolvedRequest, Wait
from httpdesk.model.response import InterimResponse, Response


class Report(Facts):
    """Makes the report; `masker` is None when credentials may be shown."""

    def __init__(self, exchange: Exchange, masker: Masker | None) -> None:
        super().__init__(masker)
        self._exchange = exchange

    def chunks(self) -> Iterator[bytes]:
        """Yield the report as UTF-8; the response's body is read in pieces."""
        response, mark = self._exchange.response, mark_of(self._exchange)
        handle = None if response is None else body_of(response)
        is_text = handle is not None and is_utf8(handle)
        report = self._exchange_facts(mark, "text" if is_text else "base64")
        pieces = self.masked(read_chunks(handle)) if handle else ()
        yield from filled(report, mark, as_json_string(pieces, is_text=is_text))

    def _exchange_facts(self, mark: str, encoding: str) -> Json:
        exchange = self._exchange
        return {
            "id": exchange.id,
            "started_at": exchange.started_at.isoformat(),
            "elapsed_ms": round(exchange.elapsed_ms, 3),
            "succeeded": exchange.succeeded,
            "redirects": exchange.redirects,
            "request": self._request(exchange.request),
            "response": self._response(exchange.response, mark, encoding),
            "error": self.error(exchange.error),
            "attempts": [self._attempt(attempt) for attempt in exchange.attempts],
        }

    def _request(self, request: ResolvedRequest) -> Json:
        return {
            "method": request.method,
            "url": self.url(str(request.url)),
            "headers": self.headers(request.header_pairs()),
            "body": self._request_body(request),
        }

    def _request_body(self, request: ResolvedRequest) -> Json | None:
        if request.body is None:
            return None
        if isinstance(request.body, MultipartSource):
            return {
                "size": request.body.size,
                "parts": [self._part(part) for part in request.body.parts],
            }
        if isinstance(request.body, FileSource):
            return {"size": request.body.size, "path": self.text(request.body.upload.path)}
        assert isinstance(request.body, bytes)
        text = request.body.decode("utf-8", "backslashreplace")
        if self._masker:
            types = (v for name, v in request.header_pairs() if name.lower() == "content-type")
            text = hidden(text, body_spans(text, next(types, "")))
        return {"size": len(request.body), "text": self.text(text)}

    def _part(self, part: Part) -> Json:
        facts: Json = {"name": self.text(part.name)}
        if part.content_type:
            facts["content_type"] = part.content_type
        if isinstance(part.content, bytes):
            text = part.content.decode("utf-8", "backslashreplace")
            hidden = self._masker is not None and text and is_credential_key(part.name)
            return facts | {"text": MASK if hidden else self.text(text)}
        file_name = self.text(part.file_name or "")
        return facts | {"file_name": file_name, "path": part.content.path, "size": part.size}

    def _response(self, response: Response | None, mark: str, encoding: str) -> Json | None:
        if response is None:
            return None
        return {
            "status_code": response.status_code,
            "reason_phrase": self.text(response.reason_phrase),
            "http_version": response.http_version,
            "url": self.url(response.url),
            "headers": self.headers(response.headers),
            "wire_size": response.wire_size,
            "decoded": response.raw_body is None,
            "doubts": [doubt.value for doubt in response.doubts],
            "body": {"size": body_of(response).size, encoding: mark},
        }

    def _attempt(self, attempt: Attempt) -> Json:
        return {
            "number": attempt.number,
            "started_ms": round(attempt.started_ms, 3),
            "elapsed_ms": round(attempt.elapsed_ms, 3),
            "status_code": attempt.status_code,
            "error": self.error(attempt.error),
            "wait": None if attempt.wait is None else _wait(attempt.wait),
            "hops": [self._hop(hop) for hop in attempt.hops],
        }

    def _hop(self, hop: Hop) -> Json:
        connection = hop.connection
        return {
            "method": hop.method,
            "url": self.url(hop.url),
            "request_headers": self.headers(hop.request_headers),
            "status_code": hop.status_code,
            "reason_phrase": self.text(hop.reason_phrase),
            "response_headers": self.headers(hop.response_headers),
            "started_ms": round(hop.started_ms, 3),
            "timings_ms": {name: round(value, 3) for name, value in hop.timings.phases()},
            "bytes_sent": hop.bytes_sent,
            "bytes_received": hop.bytes_received,
            "dropped": list(hop.dropped),
            "resent": hop.resent,
            "answers_challenge": hop.answers_challenge,
            "interim": [self._interim(each) for each in hop.interim],
            "connection": None
            if connection is None
            else {
                "address": connection.address,
                "reused": connection.reused,
                "tls_version": connection.tls_version,
                "tls_cipher": connection.tls_cipher,
                "certificate_checked": connection.certificate_checked,
                "proxy": connection.proxy,
            },
        }

    def _interim(self, interim: InterimResponse) -> Json:
        return {
            "status_code": interim.status_code,
            "reason_phrase": self.text(interim.reason_phrase),
            "headers": self.headers(interim.headers),
        }


def _wait(wait: Wait) -> Json:
    return {
        "reason": wait.reason.value,
        "planned_ms": round(wait.planned_ms, 3),
        "elapsed_ms": round(wait.elapsed_ms, 3),
        "skipped": wait.skipped,
    }
