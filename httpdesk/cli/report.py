"""One exchange as JSON for other programs, with the whole body, as a stream."""

from __future__ import annotations

import base64
import codecs
import json
from collections.abc import Iterable, Iterator
from typing import Any

from httpdesk.cli.messages import describe
from httpdesk.engine.body_source import FileSource, MultipartSource, Part
from httpdesk.engine.masking import (
    FORM_TYPE,
    MASK,
    Masker,
    is_credential_key,
    mask_headers,
    mask_url,
)
from httpdesk.model.errors import HttpDeskError, SendFailed
from httpdesk.model.exchange import Attempt, Exchange, Hop, ResolvedRequest, Wait
from httpdesk.model.response import BodyHandle, InterimResponse, Response

CHUNK = 64 * 1024
_BODY_MARK = "body-goes-here"

Json = dict[str, Any]


class Report:
    """Makes the report; `masker` is None when credentials may be shown."""

    def __init__(self, exchange: Exchange, masker: Masker | None) -> None:
        self._exchange = exchange
        self._masker = masker

    def chunks(self) -> Iterator[bytes]:
        """Yield the report as UTF-8; the response's body is read in pieces."""
        handle = _body_handle(self._exchange)
        is_text = handle is not None and _is_text(handle)
        mark = _BODY_MARK + self._exchange.id
        report = self._exchange_facts(mark, "text" if is_text else "base64")
        whole = json.dumps(report, ensure_ascii=False, indent=2) + "\n"
        before, found, after = whole.partition(mark)
        yield _encoded(before)
        if found and handle is not None:
            pieces = read_chunks(handle)
            masked = self._masker.stream(pieces) if self._masker else pieces
            yield from _as_json_text(masked) if is_text else _as_base64(masked)
        yield _encoded(after)

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
            "error": self._error(exchange.error),
            "attempts": [self._attempt(attempt) for attempt in exchange.attempts],
        }

    def _request(self, request: ResolvedRequest) -> Json:
        return {
            "method": request.method,
            "url": self._url(str(request.url)),
            "headers": self._headers(request.header_pairs()),
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
            return {"size": request.body.size, "path": self._text(request.body.upload.path)}
        assert isinstance(request.body, bytes)
        text = request.body.decode("utf-8", "backslashreplace")
        types = (value for name, value in request.header_pairs() if name.lower() == "content-type")
        if self._masker and next(types, "").startswith(FORM_TYPE):
            # A form reads like a query, so keys that tell a credential are found alike.
            text = mask_url(f"?{text}")[1:]
        return {"size": len(request.body), "text": self._text(text)}

    def _part(self, part: Part) -> Json:
        facts: Json = {"name": self._text(part.name)}
        if part.content_type:
            facts["content_type"] = part.content_type
        if isinstance(part.content, bytes):
            text = part.content.decode("utf-8", "backslashreplace")
            hidden = self._masker is not None and text and is_credential_key(part.name)
            return facts | {"text": MASK if hidden else self._text(text)}
        file_name = self._text(part.file_name or "")
        return facts | {"file_name": file_name, "path": part.content.path, "size": part.size}

    def _response(self, response: Response | None, mark: str, encoding: str) -> Json | None:
        if response is None:
            return None
        return {
            "status_code": response.status_code,
            "reason_phrase": self._text(response.reason_phrase),
            "http_version": response.http_version,
            "url": self._url(response.url),
            "headers": self._headers(response.headers),
            "wire_size": response.wire_size,
            "decoded": response.raw_body is None,
            "doubts": [doubt.value for doubt in response.doubts],
            "body": {"size": body_of(response).size, encoding: mark},
        }

    def _error(self, error: HttpDeskError | None) -> Json | None:
        if error is None:
            return None
        facts: Json = {"kind": type(error).__name__, "message": self._text(describe(error))}
        if isinstance(error, SendFailed):
            facts |= {"phase": error.phase.value, "sent": error.sent.value}
            facts |= {"elapsed_ms": round(error.elapsed_ms, 3), "host": error.host}
            facts |= {"port": error.port, "detail": self._text(error.detail)}
        return facts

    def _attempt(self, attempt: Attempt) -> Json:
        return {
            "number": attempt.number,
            "started_ms": round(attempt.started_ms, 3),
            "elapsed_ms": round(attempt.elapsed_ms, 3),
            "status_code": attempt.status_code,
            "error": self._error(attempt.error),
            "wait": None if attempt.wait is None else _wait(attempt.wait),
            "hops": [self._hop(hop) for hop in attempt.hops],
        }

    def _hop(self, hop: Hop) -> Json:
        connection = hop.connection
        return {
            "method": hop.method,
            "url": self._url(hop.url),
            "request_headers": self._headers(hop.request_headers),
            "status_code": hop.status_code,
            "reason_phrase": self._text(hop.reason_phrase),
            "response_headers": self._headers(hop.response_headers),
            "started_ms": round(hop.started_ms, 3),
            "timings_ms": {name: round(value, 3) for name, value in hop.timings.phases()},
            "bytes_sent": hop.bytes_sent,
            "bytes_received": hop.bytes_received,
            "dropped": list(hop.dropped),
            "resent": hop.resent,
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
            "reason_phrase": self._text(interim.reason_phrase),
            "headers": self._headers(interim.headers),
        }

    def _headers(self, pairs: tuple[tuple[str, str], ...]) -> list[Json]:
        shown = mask_headers(pairs) if self._masker else pairs
        return [{"name": name, "value": self._text(value)} for name, value in shown]

    def _url(self, url: str) -> str:
        return self._text(mask_url(url)) if self._masker else url

    def _text(self, text: str) -> str:
        return self._masker.text(text) if self._masker else text


def _wait(wait: Wait) -> Json:
    return {
        "reason": wait.reason.value,
        "planned_ms": round(wait.planned_ms, 3),
        "elapsed_ms": round(wait.elapsed_ms, 3),
        "skipped": wait.skipped,
    }


def body_of(response: Response) -> BodyHandle:
    """Return the body, or its undecoded bytes when decoding failed (statement 58)."""
    return response.body if response.raw_body is None else response.raw_body


def bodies_of(response: Response | None) -> tuple[BodyHandle, ...]:
    """Return all spooled bodies, for closing."""
    if response is None:
        return ()
    return (response.body,) if response.raw_body is None else (response.body, response.raw_body)


def _body_handle(exchange: Exchange) -> BodyHandle | None:
    return None if exchange.response is None else body_of(exchange.response)


def read_chunks(handle: BodyHandle) -> Iterator[bytes]:
    """Yield a spooled body in pieces."""
    offset = 0
    while piece := handle.read_at(offset, CHUNK):
        offset += len(piece)
        yield piece


def _is_text(handle: BodyHandle) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for chunk in read_chunks(handle):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _as_json_text(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield UTF-8 as the inside of a JSON string."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    for chunk in chunks:
        yield json.dumps(decoder.decode(chunk), ensure_ascii=False)[1:-1].encode()
    decoder.decode(b"", final=True)


def _as_base64(chunks: Iterable[bytes]) -> Iterator[bytes]:
    held = b""
    for chunk in chunks:
        held += chunk
        whole = len(held) // 3 * 3
        yield base64.b64encode(held[:whole])
        held = held[whole:]
    yield base64.b64encode(held)


def _encoded(text: str) -> bytes:
    # A lone surrogate cannot be UTF-8; as an escape it is still a part of the JSON text.
    return text.encode("utf-8", "backslashreplace")
