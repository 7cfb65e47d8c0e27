"""What the history keeps of a send, with every secret masked before it is written.

Statements 76, 77, 79 and 80. The options that the request was sent with decide, inherited ones
included: secured inputs leave nothing of the request, secured outputs nothing of the answer.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from httpdesk.engine.file_auth import is_reference, without_secrets
from httpdesk.engine.masking import (
    MASK,
    Masker,
    is_credential_header,
    is_credential_key,
    mask_header_value,
    mask_headers,
    mask_url,
    unescaped,
)
from httpdesk.engine.secret_spans import Spans, body_spans, header_spans, hidden
from httpdesk.model.exchange import Exchange, Origin
from httpdesk.model.history import HistoryEntry, HistoryRecord, SentFrom
from httpdesk.model.request import (
    Body,
    FormBody,
    GraphQLBody,
    MultipartBody,
    PartKind,
    RawBody,
    RawKind,
    Request,
)

if TYPE_CHECKING:
    from httpdesk.model.response import BodyHandle, Response

BODY_KEPT = 256 * 1024
"""Bytes that are kept of an answer's body."""

Pairs = tuple[tuple[str, str], ...]
_PIECE = 64 * 1024
MOST_VALUES = 2000
"""Secrets that are looked for; a send that may hold more of them is kept as a secured one."""
_MOST_TOLD = 200
"""Values under telling names that are looked for elsewhere; where they stand all are hidden."""
_TYPES = {RawKind.JSON: "application/json", RawKind.XML: "application/xml"}
_WIDE = (b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")
"""How a text of two or four bytes for each sign begins."""
_SIGNED = (Origin.CONNECTION, Origin.AUTH)


def remember(
    exchange: Exchange,
    request: Request,
    place: SentFrom | None = None,
    known: Iterable[str] = (),
) -> HistoryRecord:
    """Return what is kept of the send of `request`, as it was composed.

    `known` are secrets beside those of the exchange. Reads the beginning of the answer's body.
    """
    options = exchange.request.options
    inputs, outputs = not options.secure_inputs, not options.secure_outputs
    values = _secrets(exchange, request, known) if inputs or outputs else {*known}
    parts = set(islice(secret_parts(values), MOST_VALUES + 1))
    if len(parts) > MOST_VALUES:
        # Looking for so many takes too long, and what is not looked for must not be kept.
        inputs = outputs = False
    masker = Masker(parts)
    kept = HistoryRecord(_entry(exchange, masker, inputs=inputs, outputs=outputs))
    if inputs:
        kept = _with_inputs(kept, exchange, request, place or SentFrom(), masker)
    if outputs and exchange.response is not None:
        kept = _with_outputs(kept, exchange.response, masker)
    return kept


def secret_parts(values: Iterable[str]) -> Iterator[str]:
    """Yield the values and, of those that are JSON, each text and number inside.

    So a secured value stays hidden where only a part of it goes on (statement 80).
    """
    for value in values:
        yield value
        if value[:1] in ("{", "[", '"'):
            try:
                yield from _leaves(json.loads(value))
            except (ValueError, RecursionError):
                continue


def _leaves(data: Any) -> Iterator[str]:
    waiting = [data]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            waiting += each.values()
        elif isinstance(each, list):
            waiting += each
        elif isinstance(each, str):
            yield each
        elif isinstance(each, (int, float)) and not isinstance(each, bool):
            yield json.dumps(each)


def _secrets(exchange: Exchange, request: Request, known: Iterable[str]) -> set[str]:
    found = {*exchange.secrets, *exchange.request.secrets, *known, *_passwords(request.url)}
    found |= {value for _, value in exchange.taken}
    sent, response = exchange.request, exchange.response
    if isinstance(sent.body, bytes):
        types = [value for name, value in sent.header_pairs() if name.lower() == "content-type"]
        found |= set(islice(_told_by_name(sent.body[:BODY_KEPT], "".join(types)), _MOST_TOLD))
    if response is not None:
        with suppress(ValueError):
            beginning = b"".join(_pieces(response.body))
            told = _told_by_name(beginning, response.header("content-type") or "")
            found |= set(islice(told, _MOST_TOLD))
    return found


def _passwords(url: str) -> Iterator[str]:
    """Yield the password of a URL's userinfo, also one that another credential overrules."""
    with suppress(ValueError):
        password = urlsplit(url).password
        if password:
            yield from (password, unquote(password))


def _told_by_name(body: bytes, content_type: str) -> Iterator[str]:
    """Yield what stands under telling names: it is hidden wherever else it is repeated, too."""
    text = body.decode("utf-8", "replace")
    for start, end in body_spans(text, content_type):
        yield text[start:end]
        if "\\" in text[start:end]:
            with suppress(ValueError):
                yield str(json.loads(f'"{text[start:end]}"'))
        elif "%" in text[start:end]:
            yield unescaped(text[start:end])


def _entry(exchange: Exchange, masker: Masker, *, inputs: bool, outputs: bool) -> HistoryEntry:
    hops = [hop for attempt in exchange.attempts for hop in attempt.hops]
    response, error = exchange.response, exchange.error
    return HistoryEntry(
        exchange.id,
        exchange.started_at,
        masker.text(exchange.request.method),
        masker.text(exchange.request.url.host_ascii),
        response.status_code if response is not None else None,
        type(error).__name__ if error is not None else "",
        exchange.elapsed_ms,
        sum(hop.bytes_sent for hop in hops),
        sum(hop.bytes_received for hop in hops),
        max(1, len(exchange.attempts)),
        secure_inputs=not inputs,
        secure_outputs=not outputs,
    )


# Inputs


def _with_inputs(
    kept: HistoryRecord, exchange: Exchange, request: Request, place: SentFrom, masker: Masker
) -> HistoryRecord:
    entry = replace(
        kept.entry,
        name=masker.text(request.name),
        url=masker.text(mask_url(exchange.request.url.display)),
        root=place.root,
        path=place.path,
        environment=masker.text(place.environment),
    )
    return replace(
        kept,
        entry=entry,
        request=masked_request(request, masker),
        request_headers=_sent_headers(exchange, masker),
    )


def _sent_headers(exchange: Exchange, masker: Masker) -> Pairs:
    """Return the head that was sent first; what a connection added is hidden whole."""
    request = exchange.request
    signed = {each.name.lower() for each in request.headers if each.origin in _SIGNED}
    hops = exchange.attempts[-1].hops if exchange.attempts else ()
    sent = hops[0].request_headers if hops else request.header_pairs()
    return tuple(
        (name, mask_header_value("authorization", value) if name.lower() in signed else value)
        for name, value in _masked_headers(sent, masker)
    )


def masked_request(request: Request, masker: Masker) -> Request:
    """Return the request as it was composed, without secrets; names of variables stay."""

    def row(each: Any) -> Any:
        value = masker.text(_shown(each.name, each.value))
        return replace(each, name=masker.text(each.name), value=value)

    auth = request.auth
    return replace(
        request,
        name=masker.text(request.name),
        url=masker.text(_shown_url(request.url)),
        params=tuple(map(row, request.params)),
        path_params=tuple(map(row, request.path_params)),
        headers=tuple(
            replace(each, value=masker.text(_shown_header(each.name, each.value)))
            for each in request.headers
        ),
        body=_masked_body(request.body, masker),
        notes=masker.text(request.notes),
        variables=tuple(
            (name, masker.text(_shown(name, value))) for name, value in request.variables
        ),
        auth=without_secrets(auth) if auth is not None else None,
    )


def _masked_body(body: Body, masker: Masker) -> Body:
    if isinstance(body, RawBody):
        spans = body_spans(body.text, _TYPES.get(body.kind, ""))
        return replace(body, text=masker.text(_hidden(body.text, spans)))
    if isinstance(body, GraphQLBody):
        variables = _hidden(body.variables, body_spans(body.variables, "application/json"))
        return GraphQLBody(masker.text(body.query), masker.text(variables))
    if isinstance(body, FormBody):
        fields = (
            replace(each, value=masker.text(_shown(each.name, each.value))) for each in body.fields
        )
        return FormBody(tuple(fields))
    if isinstance(body, MultipartBody):
        parts = (
            each
            if each.kind is PartKind.FILE
            else replace(each, value=masker.text(_shown(each.name, each.value)))
            for each in body.parts
        )
        return MultipartBody(tuple(parts))
    return body


def _shown(name: str, value: str) -> str:
    """Return a value as it may be kept under this name; a reference to a variable tells nothing."""
    telling = is_credential_key(name) and value and not is_reference(value)
    return MASK if telling else value


def _shown_url(url: str) -> str:
    name = "location"
    line = f"{name}: {url}"
    return _hidden(line, header_spans(name, url))[len(line) - len(url) :]


def _hidden(text: str, spans: Spans) -> str:
    return hidden(text, tuple(span for span in spans if not is_reference(text[slice(*span)])))


def _shown_header(name: str, value: str) -> str:
    if is_credential_header(name) and is_reference(value.partition(" ")[2] or value):
        return value
    return mask_header_value(name, value)


# Outputs


def _with_outputs(kept: HistoryRecord, response: Response, masker: Masker) -> HistoryRecord:
    body = _body(response, masker)
    return replace(
        kept,
        entry=replace(kept.entry, body_kept=body is not None),
        http_version=response.http_version,
        reason_phrase=masker.text(response.reason_phrase),
        response_headers=_masked_headers(response.headers, masker),
        body=body,
        body_size=response.body.size,
    )


def _body(response: Response, masker: Masker) -> bytes | None:
    """Return the beginning of the body with secrets masked; None for one given back meanwhile."""
    try:
        kept = _beginning(response.body, masker)
    except ValueError:
        return None
    content_type = (response.header("content-type") or "").lower()
    if kept.startswith(_WIDE) or "utf-16" in content_type or "utf-32" in content_type:
        # In these no known value and no telling name would be found.
        return None
    text = kept.decode("utf-8", "surrogateescape")
    shown = hidden(text, body_spans(text, content_type))
    return shown.encode("utf-8", "surrogateescape")[:BODY_KEPT]


def _beginning(body: BodyHandle, masker: Masker) -> bytes:
    """Return masked bytes, cut where no known value can go on behind the end."""
    whole = body.size <= BODY_KEPT
    pieces = list(masker.stream(_pieces(body)))
    # The last piece is what a value may begin in.
    return b"".join(pieces if whole else pieces[:-1])[:BODY_KEPT]


def _pieces(body: BodyHandle) -> Iterator[bytes]:
    for at in range(0, min(body.size, BODY_KEPT), _PIECE):
        yield body.read_at(at, min(_PIECE, BODY_KEPT - at))


def _masked_headers(pairs: Pairs, masker: Masker) -> Pairs:
    return tuple((masker.text(name), masker.text(value)) for name, value in mask_headers(pairs))
