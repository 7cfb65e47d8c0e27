"""What a debugged request sent and received, an entry for each attempt (statement 75).

Credentials are hidden by the names that they stand under and by their values (statement 76). The
words are those of the protocol and of HAR, the same in every language.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum

from httpdesk.engine.masking import Masker, is_credential_key, mask_header_value, mask_url
from httpdesk.engine.secret_spans import Spans, body_spans, hidden, merged
from httpdesk.model.errors import HttpDeskError, SendFailed
from httpdesk.model.exchange import DEBUG_BODY_LIMIT, Attempt, Exchange, Hop

Pairs = Iterable[tuple[str, str]]

_CHARSET = re.compile(r"charset=\s*\"?([A-Za-z0-9._:-]+)", re.IGNORECASE)
_BINARY = re.compile(r"[\0-\x08\x0e-\x1a\x1c-\x1f]")
_PART = re.compile(r'name="([^"\r\n]*)"[^\r\n]*\r\n(?:[^\r\n]+\r\n)*\r\n(.*?)\r\n--', re.DOTALL)


class Level(Enum):
    """How an attempt ended."""

    INFO = "info"
    WARNING = "warning"
    """An answer whose status is outside the success range."""
    ERROR = "error"
    """No whole answer."""


@dataclass(frozen=True, slots=True)
class DebugEntry:
    """One attempt; a line begins with `>` sent, `<` received, `*` a remark, `!` the failure."""

    at: datetime
    """With its time zone (UTC)."""
    level: Level
    number: int
    lines: tuple[str, ...] = field(repr=False)

    @property
    def title(self) -> str:
        """Time, level and attempt, as the first line of the entry."""
        time = self.at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return f"{time} {self.level.value} attempt {self.number}"

    def __str__(self) -> str:
        return "\n".join((self.title, *self.lines))


def debug_log(exchange: Exchange, *, reveal: bool = False) -> tuple[DebugEntry, ...]:
    """Return the entries of an exchange that was debugged, else nothing."""
    if not exchange.request.options.debug:
        return ()
    log = _Log(exchange, None if reveal else Masker(exchange.secrets))
    return tuple(log.entry(attempt) for attempt in exchange.attempts)


class _Log:
    def __init__(self, exchange: Exchange, masker: Masker | None) -> None:
        self._exchange = exchange
        self._masker = masker

    def entry(self, attempt: Attempt) -> DebugEntry:
        """Return what happened in an attempt, hop by hop."""
        # What is said of the whole send, such as its total limit, ends the last attempt.
        is_last = attempt is self._exchange.attempts[-1]
        error = attempt.error or (self._exchange.error if is_last else None)
        return DebugEntry(
            self._exchange.started_at + timedelta(milliseconds=attempt.started_ms),
            self._level(attempt, error),
            attempt.number,
            tuple(self._lines(attempt, error)),
        )

    def _level(self, attempt: Attempt, error: HttpDeskError | None) -> Level:
        if error is not None or attempt.status_code is None:
            return Level.ERROR
        success = self._exchange.request.options.is_success(attempt.status_code)
        return Level.INFO if success else Level.WARNING

    def _lines(self, attempt: Attempt, error: HttpDeskError | None) -> Iterator[str]:
        for hop in attempt.hops:
            yield from self._sent(hop)
            yield from self._received(hop)
            phases = ", ".join(f"{name} {ms:.1f} ms" for name, ms in hop.timings.phases())
            if phases:
                yield f"* {phases}"
        if error is not None:
            yield self._failure(error)
        if attempt.wait is not None:
            wait = attempt.wait
            yield f"* waited {wait.elapsed_ms:.0f} ms, {wait.reason.value}"

    def _sent(self, hop: Hop) -> Iterator[str]:
        for name in hop.dropped:
            yield f"* {name} left out: another origin"
        if hop.answers_challenge:
            yield "* again, signed as the 401 asked"
        if hop.sent_head:
            head = hop.sent_head.decode("utf-8", "backslashreplace")
            line, *rest = head.removesuffix("\r\n\r\n").split("\r\n")
            headers = [_split(each) for each in rest]
            yield f"> {self._request_line(line)}"
        else:
            headers = list(hop.request_headers)
            yield f"* not sent: {self._request_line(f'{hop.method} {hop.url} HTTP/1.1')}"
        yield from (f"> {each}" for each in self._headers(headers))
        yield from self._body("> ", hop.sent_body, hop.bytes_sent, headers)
        if hop.resent:
            yield "* sent again: the kept connection was closed"
        if hop.connection is not None and hop.connection.address:
            tls = hop.connection.tls_version
            yield f"* {hop.connection.address}{', ' + tls if tls else ''}"

    def _request_line(self, line: str) -> str:
        """Return it masked; the target may be a whole URL."""
        method, _, rest = line.partition(" ")
        target, _, version = rest.rpartition(" ")
        shown = target if self._masker is None else mask_url(target)
        return self._text(f"{method} {shown} {version}")

    def _received(self, hop: Hop) -> Iterator[str]:
        for interim in hop.interim:
            yield self._text(f"< {interim.status_code} {interim.reason_phrase}".rstrip())
            yield from (f"< {each}" for each in self._headers(interim.headers))
        if hop.status_code is None:
            return
        yield self._text(f"< {hop.http_version} {hop.status_code} {hop.reason_phrase}".rstrip())
        yield from (f"< {each}" for each in self._headers(hop.response_headers))
        preview = hop.received_preview or b""
        yield from self._body("< ", preview, hop.received_size, hop.response_headers)

    def _failure(self, error: HttpDeskError) -> str:
        name = type(error).__name__
        if not isinstance(error, SendFailed):
            return f"! {name}"
        after = f"after {error.elapsed_ms:.0f} ms"
        return f"! {name} in {error.phase.value} {after}, sent: {error.sent.value}"

    def _headers(self, pairs: Pairs) -> Iterator[str]:
        for name, value in pairs:
            shown = value if self._masker is None else mask_header_value(name, value)
            yield self._text(f"{name}: {shown}")

    def _body(self, mark: str, data: bytes, size: int, headers: Pairs) -> Iterator[str]:
        """Yield the lines of a body behind an empty one; a long or binary one is its size."""
        if not size:
            return
        yield mark.rstrip()
        content_type = next((v for name, v in headers if name.lower() == "content-type"), "")
        text = _decoded(data, content_type) if len(data) == size <= DEBUG_BODY_LIMIT else None
        if text is None:
            yield f"{mark}<{size} bytes>"
            return
        yield from (f"{mark}{line}" for line in self._hidden(text, content_type).splitlines())

    def _hidden(self, text: str, content_type: str) -> str:
        if self._masker is None:
            return text
        spans = merged(
            body_spans(text, content_type),
            body_spans(text, "json") if text.lstrip()[:1] in ("{", "[") else (),
            _part_spans(text) if content_type.lower().startswith("multipart/") else (),
            self._masker.spans(text),
        )
        return hidden(text, spans)

    def _text(self, text: str) -> str:
        return text if self._masker is None else self._masker.text(text)


def _split(line: str) -> tuple[str, str]:
    name, _, value = line.partition(": ")
    return name, value


def _decoded(data: bytes, content_type: str) -> str | None:
    """Return the text of a body, None when it is binary."""
    named = _CHARSET.search(content_type)
    try:
        text = data.decode(named[1] if named else "utf-8")
    except (LookupError, UnicodeError):
        return None
    return None if _BINARY.search(text) else text


def _part_spans(text: str) -> Spans:
    """Return the values of telling names in a multipart form."""
    return tuple(match.span(2) for match in _PART.finditer(text) if is_credential_key(match[1]))
