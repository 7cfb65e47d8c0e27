"""What the history kept of a send, to be read: as an exchange, and its request as text."""

from __future__ import annotations

from dataclasses import asdict
from urllib.parse import quote

from httpdesk.engine.masking import MASK
from httpdesk.engine.resolve import resolve
from httpdesk.model.errors import HttpDeskError
from httpdesk.model.exchange import Exchange, ResolvedRequest
from httpdesk.model.history import HistoryRecord
from httpdesk.model.memory_body import MemoryBody
from httpdesk.model.request import (
    FileBody,
    FormBody,
    GraphQLBody,
    MultipartBody,
    Options,
    RawBody,
    Request,
)
from httpdesk.model.response import Response


def exchange_of(record: HistoryRecord) -> Exchange | None:
    """Return the send as an exchange to be shown; None where nothing is kept of an answer."""
    entry = record.entry
    if entry.status_code is None or record.body is None:
        return None
    response = Response(
        entry.status_code,
        record.reason_phrase,
        record.http_version,
        record.response_headers,
        MemoryBody(record.body),
        url=entry.url,
        wire_size=entry.bytes_received,
    )
    return Exchange(
        id=f"history {entry.id}",
        request=_planned(record),
        started_at=entry.started_at,
        elapsed_ms=entry.elapsed_ms,
        response=response,
    )


def request_text(record: HistoryRecord) -> str:
    """Return the request as the lines of a message, with the secrets hidden that it had."""
    entry = record.entry
    if record.request is None:
        return ""
    lines = [f"{entry.method} {entry.url}"]
    lines += [f"{name}: {value}" for name, value in record.request_headers]
    body = _body_text(record.request)
    return "\n".join([*lines, "", body] if body else lines)


def _body_text(request: Request) -> str:
    match request.body:
        case RawBody(text=text):
            return text
        case GraphQLBody(query=query, variables=variables):
            return f"{query}\n{variables}" if variables else query
        case FormBody(fields=rows):
            return "\n".join(f"{row.name}={row.value}" for row in rows if row.enabled)
        case MultipartBody(parts=parts):
            return "\n".join(f"{part.name}={part.value}" for part in parts if part.enabled)
        case FileBody(path=path):
            return f"<{path}>"
    return ""


def _planned(record: HistoryRecord) -> ResolvedRequest:
    entry = record.entry
    options = Options(secure_inputs=entry.secure_inputs, secure_outputs=entry.secure_outputs)
    try:
        return resolve(Request(method=entry.method, url=entry.url, options=options))
    except HttpDeskError:
        # Nothing is kept of a secured request but its host, and nothing is sent.
        return resolve(Request(url=f"https://{entry.host}/", options=options))


def has_hidden(request: Request) -> bool:
    """Return whether bullets stand in the place of a secret, which must not be sent as a value."""
    text = str(asdict(request))
    return MASK in text or quote(MASK) in text
