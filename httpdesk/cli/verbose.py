"""What was sent and received, as lines that people read."""

from __future__ import annotations

from collections.abc import Iterator

from httpdesk.cli.messages import describe
from httpdesk.engine.masking import Masker, mask_headers, mask_url
from httpdesk.model.cookies import CookieRefusal
from httpdesk.model.errors import SendFailed
from httpdesk.model.exchange import Exchange, Hop, WaitReason
from httpdesk.model.response import LengthDoubt, Response
from httpdesk.render.units import format_duration, format_size

Pairs = tuple[tuple[str, str], ...]

_PHASES = {
    "blocked": "queued",
    "dns": "name lookup",
    "connect": "connect",
    "proxy": "proxy",
    "ssl": "TLS",
    "send": "send",
    "wait": "wait",
    "receive": "download",
}
_WAITS = {
    WaitReason.FIXED: "the set delay",
    WaitReason.BACKOFF: "exponential backoff",
    WaitReason.RETRY_AFTER: "as Retry-After asks",
    WaitReason.POLL: "until the work is asked for again",
}
_DOUBTS = {
    LengthDoubt.REPEATED_LENGTH: "several Content-Length values that differ: read to the end",
    LengthDoubt.LENGTH_AND_CHUNKED: "Content-Length and Transfer-Encoding: the length is not used",
    LengthDoubt.INVALID_LENGTH: "the Content-Length is no number: read to the end",
    LengthDoubt.MORE_THAN_LENGTH: "more bytes came behind the end of the body",
}
_REFUSALS = {
    CookieRefusal.EMPTY: "it has neither a name nor a value",
    CookieRefusal.CONTROL: "it holds a control character",
    CookieRefusal.TOO_LARGE: "it is larger than 4 KB",
    CookieRefusal.OTHER_DOMAIN: "this server may not set cookies for {domain}",
    CookieRefusal.PUBLIC_SUFFIX: "{domain} is shared by the sites of many owners",
    CookieRefusal.SECURE_OVER_HTTP: "it is Secure, and the answer came over http",
    CookieRefusal.SECURE_PREFIX: "a name with __Secure- needs the Secure flag",
    CookieRefusal.HOST_PREFIX: "a name with __Host- needs Secure, Path=/ and no Domain",
    CookieRefusal.HIDES_SECURE: "over http it may not stand in for a Secure cookie",
}


def head_lines(response: Response, masker: Masker | None) -> Iterator[str]:
    """Yield the status line and the headers as received; credentials are hidden by a masker."""
    yield f"{response.http_version} {response.status_code} {response.reason_phrase}".rstrip()
    yield from _header_lines(response.headers, masker)


def verbose_lines(exchange: Exchange, masker: Masker | None) -> Iterator[str]:
    """Yield what each hop sent (>) and received (<), and where the time went (*)."""
    for attempt in exchange.attempts:
        if len(exchange.attempts) > 1:
            yield f"* attempt {attempt.number} of at most {exchange.request.options.retry_max + 1}"
        for hop in attempt.hops:
            yield from _hop_lines(hop, masker)
        if isinstance(attempt.error, SendFailed) and len(exchange.attempts) > 1:
            yield f"* {describe(attempt.error).splitlines()[0]}"
        if attempt.wait is not None:
            waited = format_duration(attempt.wait.elapsed_ms)
            yield f"* waited {waited}, {_WAITS[attempt.wait.reason]}"
    if exchange.response is not None:
        for doubt in exchange.response.doubts:
            yield f"* {_DOUBTS[doubt]}"
        size = exchange.response.body.size
        yield f"* {format_size(size)} in {format_duration(exchange.elapsed_ms)}"


def _hop_lines(hop: Hop, masker: Masker | None) -> Iterator[str]:
    url = hop.url if masker is None else masker.text(mask_url(hop.url))
    yield f"> {hop.method} {url}"
    for line in _header_lines(hop.request_headers, masker):
        yield f"> {line}"
    if hop.bytes_sent:
        yield f"> [{format_size(hop.bytes_sent)}]"
    for name in hop.dropped:
        yield f"* {name} was left out: the redirect leads to another origin"
    if hop.answers_challenge:
        yield "* sent again with the signature that the 401 asked for"
    if hop.resent:
        yield "* the kept connection had been closed; sent again over a new one"
    for interim in hop.interim:
        yield f"< {interim.status_code} {interim.reason_phrase}".rstrip()
        for line in _header_lines(interim.headers, masker):
            yield f"< {line}"
    if hop.status_code is not None:
        yield f"< {hop.status_code} {hop.reason_phrase}".rstrip()
        for line in _header_lines(hop.response_headers, masker):
            yield f"< {line}"
    for cookie in hop.cookies.refused:
        reason = _REFUSALS[cookie.reason].format(domain=cookie.domain)
        yield f"* the cookie {cookie.name} was refused: {reason}"
    yield from _connection_lines(hop)


def _connection_lines(hop: Hop) -> Iterator[str]:
    connection = hop.connection
    if connection is not None:
        proxy = f", the proxy {connection.proxy}" if connection.proxy else ""
        reused = ", a kept connection" if connection.reused else ""
        tls = (
            f", {connection.tls_version} {connection.tls_cipher}" if connection.tls_version else ""
        )
        unchecked = "" if connection.certificate_checked else ", certificate not checked"
        yield f"* {connection.address}{proxy}{reused}{tls}{unchecked}"
    phases = [f"{_PHASES[name]} {format_duration(ms)}" for name, ms in hop.timings.phases()]
    if phases:
        yield f"* {', '.join(phases)}"


def _header_lines(pairs: Pairs, masker: Masker | None) -> Iterator[str]:
    shown = pairs if masker is None else mask_headers(pairs)
    for name, value in shown:
        yield f"{name}: {value if masker is None else masker.text(value)}"
