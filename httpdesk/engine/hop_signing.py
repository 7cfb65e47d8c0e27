"""Signing one request as it is about to leave, anew for each hop, attempt and retry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from httpdesk.engine.authorize import is_pending
from httpdesk.engine.cancel import CancelToken
from httpdesk.model.errors import Phase, Sent, UploadChanged
from httpdesk.model.exchange import (
    ResolvedHeader,
    ResolvedRequest,
    ResolvedUrl,
    Signature,
    SourceChangedError,
)


def signed(request: ResolvedRequest, cancel: CancelToken) -> tuple[ResolvedRequest, Signature]:
    """Return the request with its signature in place of the pending header; raises UploadChanged.

    It stays as it is without a signer, and where a header of the user's own was to win.
    """
    signer = request.signer
    if signer is None or not is_signable(request):
        return request, Signature()
    try:
        made = signer.sign(request, lambda: cancel.cancelled)
        request = _with_fields(request, made)
    except SourceChangedError as error:
        raise UploadChanged(
            phase=Phase.BLOCKED,
            sent=Sent.NOTHING,
            host=request.url.host,
            port=request.url.port,
            path=error.path,
            detail=error.detail,
        ) from error
    headers = _with_signature(request.headers, made)
    return replace(request, url=_with_params(request.url, made), headers=headers), made


def is_signable(request: ResolvedRequest) -> bool:
    """Return whether a signature has its place: none where the user's own header was to win."""
    signer = request.signer
    return signer is not None and (not signer.in_headers or any(map(is_pending, request.headers)))


def with_made(request: ResolvedRequest, made: Signature) -> ResolvedRequest:
    """Return the request as it was before `made`, knowing what of a URL is the signature's."""
    if request.signer is None:
        return request
    return replace(request, connection_params=made.params, secrets=request.secrets | made.secrets)


def _with_signature(
    headers: Sequence[ResolvedHeader], made: Signature
) -> tuple[ResolvedHeader, ...]:
    """Return the lines with those of the signature where the pending one stands."""
    names = {name.lower() for name, _ in made.headers}
    lines: list[ResolvedHeader] = []
    for header in headers:
        if is_pending(header):
            lines += [
                ResolvedHeader(name, value, header.origin, level=header.level)
                for name, value in made.headers
            ]
        elif header.name.lower() not in names:
            lines.append(header)
    return tuple(lines)


def _with_fields(request: ResolvedRequest, made: Signature) -> ResolvedRequest:
    """Return the request with the signature's fields behind those of its form.

    Raises SourceChangedError.
    """
    if not made.fields:
        return request
    from urllib.parse import quote, urlencode

    body = request.body or b""
    form = body if isinstance(body, bytes) else b"".join(map(bytes, body.chunks()))
    added = urlencode(made.fields, quote_via=quote, safe="").encode("ascii")
    form = form + b"&" + added if form else added
    headers = tuple(
        replace(each, value=str(len(form))) if each.name.lower() == "content-length" else each
        for each in request.headers
    )
    return replace(request, body=form, headers=headers)


def _with_params(url: ResolvedUrl, made: Signature) -> ResolvedUrl:
    if not made.params:
        return url
    from urllib.parse import quote, urlencode

    mark = "&" if "?" in url.target else "?"
    # A `%` of a signature is one, other than where a user types it.
    query = urlencode(made.params, quote_via=quote, safe="")
    return replace(url, target=f"{url.target}{mark}{query}")
