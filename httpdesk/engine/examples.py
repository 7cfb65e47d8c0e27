"""A response as an example of its request, without secrets (statement 81), and back again."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import TypeVar

from httpdesk.engine.masking import (
    MASK,
    Masker,
    is_credential_header,
    is_credential_key,
    mask_header_value,
    mask_url,
)
from httpdesk.engine.resolve import resolve
from httpdesk.model.errors import HttpDeskError
from httpdesk.model.exchange import Exchange, ResolvedRequest
from httpdesk.model.memory_body import MemoryBody
from httpdesk.model.request import (
    Body,
    Example,
    ExampleRequest,
    ExampleResponse,
    FormBody,
    FormField,
    FormPart,
    Header,
    MultipartBody,
    Options,
    PartKind,
    PathParam,
    QueryParam,
    RawBody,
    Request,
)
from httpdesk.model.response import Response

_TEMPLATE = re.compile(r"\s*(?:[A-Za-z][\w-]* )?\{\{[^{}]+\}\}\s*")
"""A variable alone, or behind the word of a scheme: it names a secret and is none."""
_JSON_TEXT = re.compile(r'("((?:[^"\\]|\\.)*+)"\s*+:\s*+)"((?:[^"\\]|\\.)*+)"')
_TYPES = {
    "json": "application/json",
    "xml": "application/xml",
    "html": "text/html; charset=utf-8",
    "text": "text/plain; charset=utf-8",
}

_Hide = Callable[[str], str]
Row = TypeVar("Row", QueryParam, PathParam, FormField, FormPart)


def make_example(name: str, request: Request, exchange: Exchange, kind: str, text: str) -> Example:
    """Return the exchange as an example of `request`; `text` is its body, of this kind.

    Credentials and the exchange's secrets become placeholders; a variable stays its name.
    """
    hide = Masker(exchange.secrets).text
    response = exchange.response
    assert response is not None
    came = ExampleResponse(
        response.status_code,
        response.reason_phrase,
        tuple((name, hide(mask_header_value(name, value))) for name, value in response.headers),
        kind if text else "",
        _masked_text(kind, text, hide),
    )
    return Example(name, "", _masked_request(request, hide), came)


def exchange_of(example: Example, request: Request) -> Exchange:
    """Return an example as an exchange that was never sent, to be shown like one."""
    sent = example.request or ExampleRequest()
    response = example.response or ExampleResponse()
    headers = response.headers
    if response.kind in _TYPES and not any(name.lower() == "content-type" for name, _ in headers):
        headers = (*headers, ("Content-Type", _TYPES[response.kind]))
    data = response.body.encode("utf-8", "replace")
    shown = replace(_as_utf8(headers), body=MemoryBody(data), wire_size=len(data))
    planned = _planned(sent, request)
    return Exchange(
        id=f"example {example.name}",
        request=planned,
        started_at=datetime.now(UTC),
        elapsed_ms=0.0,
        response=replace(
            shown,
            status_code=response.status or 0,
            reason_phrase=response.reason,
            url=str(planned.url),
        ),
    )


def _as_utf8(headers: tuple[tuple[str, str], ...]) -> Response:
    """Return an empty response; the text of an example is UTF-8 whatever its type said."""
    kept = tuple(
        (name, re.sub(r";\s*charset=[^;]*", "; charset=utf-8", value, flags=re.IGNORECASE))
        if name.lower() == "content-type"
        else (name, value)
        for name, value in headers
    )
    return Response(0, "", "", kept, MemoryBody())


def _planned(sent: ExampleRequest, request: Request) -> ResolvedRequest:
    options = Options(response_type=request.options.response_type, success=request.options.success)
    try:
        return resolve(Request(method=sent.method or request.method, url=sent.url, options=options))
    except HttpDeskError:
        # Its variables have no value here; nothing is sent.
        return resolve(Request(method="GET", url="http://example.invalid/", options=options))


def _masked_request(request: Request, hide: _Hide) -> ExampleRequest:
    return ExampleRequest(
        request.method,
        hide(mask_url(request.url)),
        tuple(_masked_header(each, hide) for each in request.headers),
        _masked_rows(request.params, hide),
        _masked_rows(request.path_params, hide),
        _masked_body(request.body, hide),
    )


def _masked_header(header: Header, hide: _Hide) -> Header:
    if is_credential_header(header.name) and _TEMPLATE.fullmatch(header.value):
        return header
    return replace(header, value=hide(mask_header_value(header.name, header.value)))


def _masked_rows(rows: Iterable[Row], hide: _Hide) -> tuple[Row, ...]:
    return tuple(replace(row, value=_masked_value(row.name, row.value, hide)) for row in rows)


def _masked_value(name: str, value: str, hide: _Hide) -> str:
    if value and is_credential_key(name) and not _TEMPLATE.fullmatch(value):
        return MASK
    return hide(value)


def _masked_body(body: Body, hide: _Hide) -> Body:
    if isinstance(body, RawBody):
        return replace(body, text=_masked_text(body.kind.value, body.text, hide))
    if isinstance(body, FormBody):
        return FormBody(_masked_rows(body.fields, hide))
    if isinstance(body, MultipartBody):
        return MultipartBody(
            tuple(
                part
                if part.kind is PartKind.FILE
                else replace(part, value=_masked_value(part.name, part.value, hide))
                for part in body.parts
            )
        )
    return body


def _masked_text(kind: str, text: str, hide: _Hide) -> str:
    """Hide known secrets, and in JSON what stands beside a key such as `access_token`."""

    def masked(match: re.Match[str]) -> str:
        before, key, value = match.groups()
        secret = value and is_credential_key(key) and not _TEMPLATE.fullmatch(value)
        return f'{before}"{MASK}"' if secret else match.group()

    return hide(_JSON_TEXT.sub(masked, text) if kind == "json" else text)
