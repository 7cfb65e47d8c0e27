"""Which cookies are taken from an answer, and which go with a request (RFC 6265 section 5).

Pure decisions on values; the jars in `adapters` keep the cookies. Where browsers are stricter than
the RFC (its revision, 6265bis, says how), so are these rules; ports and SameSite decide nothing,
since a request of the user's own has no site that it comes from.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

from httpdesk.engine.set_cookie import SetCookie
from httpdesk.model.cookies import MOST_COOKIE_BYTES, Cookie, CookieRefusal
from httpdesk.model.exchange import ResolvedUrl

FOR_EVER = datetime(9999, 12, 31, tzinfo=UTC)
"""The latest time that can be said."""
_HEX = re.compile(r"0x[0-9a-f]*")
IsPublicSuffix = Callable[[str], bool]


def taken(
    said: SetCookie, url: ResolvedUrl, now: datetime, is_public_suffix: IsPublicSuffix
) -> Cookie | CookieRefusal:
    """Return the cookie that an answer from `url` sets, or why it does not (section 5.3).

    One that has expired is returned too: it takes away the cookie that it would replace.
    """
    size = len(said.name.encode("utf-8", "replace")) + len(said.value.encode("utf-8", "replace"))
    if size == 0:
        return CookieRefusal.EMPTY
    if size > MOST_COOKIE_BYTES:
        return CookieRefusal.TOO_LARGE
    domain = _domain(said, host_of(url), is_public_suffix)
    if isinstance(domain, CookieRefusal):
        return domain
    if said.secure and not is_trustworthy(url):
        return CookieRefusal.SECURE_OVER_HTTP
    host_only = not domain
    broken = _broken_prefix(said, host_only=host_only)
    if broken is not None:
        return broken
    return Cookie(
        name=said.name,
        value=said.value,
        domain=domain or host_of(url),
        path=said.path or default_path(path_of(url)),
        host_only=host_only,
        secure=said.secure,
        http_only=said.http_only,
        same_site=said.same_site,
        expires=_expiry(said, now),
    )


def goes_to(cookie: Cookie, url: ResolvedUrl) -> bool:
    """Return whether a cookie goes with a request to `url` (section 5.4), time apart.

    A Secure one also goes over http to this computer itself, as in Chrome and Firefox.
    """
    host = host_of(url)
    at_home = host == cookie.domain
    if not at_home and (cookie.host_only or not domain_matches(host, cookie.domain)):
        return False
    if not path_matches(path_of(url), cookie.path):
        return False
    return not cookie.secure or is_trustworthy(url)


def hides_secure(cookie: Cookie, url: ResolvedUrl, others: Iterable[Cookie]) -> bool:
    """Return whether a cookie that did not come over https hides a Secure one (6265bis 5.7)."""
    if cookie.secure or is_trustworthy(url):
        return False
    return any(
        other.secure
        and other.name == cookie.name
        and (
            domain_matches(other.domain, cookie.domain)
            or domain_matches(cookie.domain, other.domain)
        )
        and path_matches(cookie.path, other.path)
        for other in others
    )


def cookie_text(cookies: Iterable[Cookie]) -> str:
    """Return the Cookie header's value for these, in their order."""
    return "; ".join(f"{each.name}={each.value}" if each.name else each.value for each in cookies)


def domain_matches(host: str, domain: str) -> bool:
    """Return whether `host` is `domain` or a name below it (section 5.1.3); both canonical."""
    if host == domain:
        return True
    return host.endswith(f".{domain}") and not _ends_in_number(host)


def path_matches(path: str, cookie_path: str) -> bool:
    """Return whether a request's path is the cookie's or one below it (section 5.1.4)."""
    if path == cookie_path:
        return True
    return path.startswith(cookie_path) and (
        cookie_path.endswith("/") or path[len(cookie_path)] == "/"
    )


def default_path(path: str) -> str:
    """Return the path of a cookie that says none: the folder of the request's (section 5.1.4)."""
    return path[: path.rfind("/")] or "/"


def host_of(url: ResolvedUrl) -> str:
    """Return the host in the form in which cookies are compared (section 5.1.2)."""
    return url.host_ascii.lower()


def path_of(url: ResolvedUrl) -> str:
    """Return the path without the query, as it is sent."""
    path = url.target.partition("?")[0]
    return path if path.startswith("/") else "/"


def is_trustworthy(url: ResolvedUrl) -> bool:
    """Return whether Secure cookies may go to `url`: https, or this very computer."""
    if url.scheme == "https":
        return True
    host = host_of(url).removesuffix(".")
    if is_address(host):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost" or host.endswith(".localhost")


def is_address(host: str) -> bool:
    """Return whether a host is an IP address, which has no names below it."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _ends_in_number(host: str) -> bool:
    """Return whether a host is an address or, like `127.0.1`, will be read as one (WHATWG URL)."""
    last = host.removesuffix(".").rpartition(".")[2]
    return last.isdigit() or _HEX.fullmatch(last) is not None or is_address(host)


def _domain(said: SetCookie, host: str, is_public_suffix: IsPublicSuffix) -> str | CookieRefusal:
    """Return the domain that the cookie is for, empty for exactly the host."""
    domain = canonical_domain(said.domain or "")
    if not domain:
        return "" if not said.domain else CookieRefusal.OTHER_DOMAIN
    if domain == host and (is_address(host) or is_public_suffix(domain)):
        return ""
    if not domain_matches(host, domain):
        return CookieRefusal.OTHER_DOMAIN
    return CookieRefusal.PUBLIC_SUFFIX if is_public_suffix(domain) else domain


def canonical_domain(text: str) -> str:
    """Return a domain in lower case and IDNA form; empty when it has none (section 5.1.2)."""
    if text.isascii():
        return text.lower()
    import idna

    try:
        return idna.encode(text, uts46=True).decode("ascii")
    except idna.IDNAError:
        return ""


def _broken_prefix(said: SetCookie, *, host_only: bool) -> CookieRefusal | None:
    """Return what a name promises and the cookie does not keep (6265bis section 4.1.3)."""
    # A server that takes `__Host-a` for a name would be fooled by a nameless cookie too.
    promise = (said.name or said.value).lower()
    if promise.startswith("__secure-") and not (said.secure and said.name):
        return CookieRefusal.SECURE_PREFIX
    if promise.startswith("__host-"):
        kept = said.secure and said.name and host_only and said.domain is None
        if not kept or said.path != "/":
            return CookieRefusal.HOST_PREFIX
    return None


def _expiry(said: SetCookie, now: datetime) -> datetime | None:
    """Return when the cookie ends; Max-Age counts more than Expires."""
    if said.max_age is None:
        return said.expires
    try:
        return now + timedelta(seconds=max(said.max_age, 0))
    except OverflowError:
        return FOR_EVER
