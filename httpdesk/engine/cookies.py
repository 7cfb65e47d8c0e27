"""The Cookie header of a jar in a request, and the Set-Cookie headers of an answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from httpdesk.model.exchange import Origin, ResolvedHeader, ResolvedRequest

NAME = "Cookie"


def with_cookies(request: ResolvedRequest, header: str) -> ResolvedRequest:
    """Return the request with the jar's cookies of this moment, at the place of older ones.

    A Cookie header that the user wrote stays as it is, and one that was taken out stays out.
    """
    others = [each for each in request.headers if each.origin is not Origin.COOKIES]
    held_back = any(each.name.lower() == "cookie" for each in others) or "cookie" in {
        name.lower() for name in request.options.removed_headers
    }
    if not header or held_back:
        if len(others) == len(request.headers):
            return request
        return replace(request, headers=tuple(others))
    cookie = ResolvedHeader(NAME, header, Origin.COOKIES)
    if cookie in request.headers:
        return request
    place = next(
        (at for at, each in enumerate(request.headers) if each.origin is Origin.COOKIES),
        len(others),
    )
    return replace(request, headers=(*others[:place], cookie, *others[place:]))


def set_cookie_values(headers: Iterable[tuple[str, str]]) -> list[str]:
    """Return the values of the Set-Cookie headers, each by itself (RFC 9110 section 5.3)."""
    return [value for name, value in headers if name.lower() == "set-cookie"]
