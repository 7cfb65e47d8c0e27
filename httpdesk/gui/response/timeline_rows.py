"""The hops of an exchange as rows of the timeline; no Qt objects in here."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QCoreApplication

from httpdesk.engine.masking import Masker, mask_url
from httpdesk.gui.messages import message_for, phase_name
from httpdesk.gui.response.body_words import shortened_reason
from httpdesk.gui.response.timeline_notes import notes_of, withheld
from httpdesk.model.errors import (
    Cancelled,
    HttpDeskError,
    InvalidRedirect,
    NotConfirmed,
    Phase,
    TooManyRedirects,
    UnsupportedChallenge,
)
from httpdesk.model.exchange import Attempt, Exchange, Hop
from httpdesk.render.units import format_duration, format_size

translate = QCoreApplication.translate

PHASE_COLORS = {
    Phase.BLOCKED: "scroll",
    Phase.DNS: "phase_lookup",
    Phase.CONNECT: "phase_connect",
    Phase.PROXY: "phase_proxy",
    Phase.TLS: "phase_tls",
    Phase.SEND: "phase_send",
    Phase.WAIT: "phase_wait",
    Phase.RECEIVE: "phase_download",
}
_TELLING_WAIT = 1.0
"""Milliseconds of waiting that are worth a word."""
_OF_A_NEW_CONNECTION = (Phase.DNS, Phase.CONNECT, Phase.TLS)


_WHOLE = (InvalidRedirect, NotConfirmed, TooManyRedirects, UnsupportedChallenge)
"""Errors about where an answer leads; the answer itself came whole and was not cut."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A phase on the time axis, in milliseconds after the exchange began."""

    phase: Phase
    start: float
    length: float


@dataclass(frozen=True, slots=True)
class PhaseRow:
    """One line of the detail below: a phase, or "Reused" in place of three of them."""

    name: str
    detail: str
    segment: Segment | None = None


@dataclass(frozen=True, slots=True)
class HopRow:
    """One request on the wire and how it ended."""

    number: int
    code: str
    """The status code, "" when there was no answer."""
    outcome: str
    """The reason phrase, or in two words what went wrong."""
    tone: str
    request: str
    """Method and URL, credentials masked."""
    short_request: str
    """The same without what the row above says already."""
    segments: tuple[Segment, ...]
    start: float
    length: float
    failed: bool
    """Whether it was cut: it ends in a red cap."""
    phases: tuple[PhaseRow, ...]
    connection: str
    notes: tuple[str, ...]
    label: str = ""
    """What stands before the row: the number of the hop, or of the attempt."""
    title: str = ""
    """The row in words, such as `Hop 1` or `Attempt 2`."""
    below: str = ""
    """The line below the outcome."""
    wait: float = 0.0
    """Milliseconds that were waited after it for the next attempt."""
    waited: str = ""
    """The same in words."""

    @property
    def end(self) -> float:
        """Milliseconds after the exchange began at which the hop and its wait ended."""
        return self.start + self.length + self.wait

    def spoken(self) -> str:
        """Return what a screen reader says, such as `Hop 1, 302 Found, 12 ms`."""
        outcome = f"{self.code} {self.outcome}".strip()
        parts = (self.title, outcome, format_duration(self.length), self.waited)
        return ", ".join(part for part in parts if part)


def hop_rows(exchange: Exchange) -> tuple[HopRow, ...]:
    """Return a row for each hop of every attempt, in the order they were made."""
    rows: list[HopRow] = []
    before = ""
    several = len(exchange.attempts) > 1
    masker = Masker(exchange.request.secrets)
    for attempt in exchange.attempts:
        for index, hop in enumerate(attempt.hops):
            error = attempt.error if hop is attempt.hops[-1] else None
            row = _row(len(rows) + 1, hop, error, before, masker.text(mask_url(hop.url)))
            if not rows:
                row = replace(row, notes=(*withheld(exchange), *row.notes))
            rows.append(_of_attempt(row, attempt, index) if several else row)
            before = _origin(hop.url)
    return tuple(rows)


def count(exchange: Exchange) -> int:
    """Return what the tab counts: attempts when there are several, else requests."""
    hops = sum(len(attempt.hops) for attempt in exchange.attempts)
    return len(exchange.attempts) if len(exchange.attempts) > 1 else hops


def summary(exchange: Exchange, rows: tuple[HopRow, ...]) -> str:
    """Return the sentence over the timeline."""
    total = format_duration(exchange.elapsed_ms)
    if not rows:
        return translate("Timeline", "Nothing was sent.")
    if len(exchange.attempts) > 1:
        return _attempts_summary(exchange, total)
    if len(rows) == 1:
        return translate("Timeline", "1 request in {0}.").format(total)
    redirects = exchange.redirects
    text = translate("Timeline", "{0} requests in {1}.").format(len(rows), total)
    if redirects == 0:
        return text
    if redirects == 1:
        return text + " " + translate("Timeline", "1 redirect was followed.")
    return text + " " + translate("Timeline", "{0} redirects were followed.").format(redirects)


def _attempts_summary(exchange: Exchange, total: str) -> str:
    text = translate("Timeline", "{0} attempts in {1}.").format(len(exchange.attempts), total)
    waited = sum(each.wait.elapsed_ms for each in exchange.attempts if each.wait is not None)
    if waited < _TELLING_WAIT:
        return text
    words = translate("Timeline", "{0} of that was waiting between attempts.")
    return f"{text} {words.format(format_duration(waited))}"


def _of_attempt(row: HopRow, attempt: Attempt, index: int) -> HopRow:
    """Return the row as a part of one of several attempts."""
    title = translate("Timeline", "Attempt {0}").format(attempt.number)
    label = str(attempt.number)
    if index:
        label = f"{attempt.number}.{index + 1}"
        title = translate("Timeline", "Attempt {0}, hop {1}").format(attempt.number, index + 1)
    if attempt.renewed:
        title = translate("Timeline", "{0}, with a renewed token").format(title)
    is_last = index == len(attempt.hops) - 1
    wait = attempt.wait if is_last else None
    waited = ""
    below = row.short_request
    if wait is not None:
        waited = translate("Timeline", "then waited {0}").format(format_duration(wait.elapsed_ms))
        below = waited
    elif is_last and row.code:
        size = format_size(attempt.hops[-1].bytes_received)
        below = translate("Timeline", "{0} received").format(size)
        if attempt.renewed:
            below = translate("Timeline", "Renewed token, {0}").format(below)
    return replace(
        row,
        label=label,
        title=title,
        below=below,
        wait=wait.elapsed_ms if wait is not None else 0.0,
        waited=waited,
    )


def as_text(rows: tuple[HopRow, ...]) -> str:
    """Return the timeline as lines of text for the clipboard."""
    lines = []
    for row in rows:
        outcome = f"{row.code} {row.outcome}".strip()
        lines.append(f"{row.label}. {row.request}: {outcome}, {format_duration(row.length)}")
        for phase in row.phases:
            length = format_duration(phase.segment.length) if phase.segment else ""
            lines.append(
                "   " + ", ".join(part for part in (phase.name, length, phase.detail) if part)
            )
        lines.extend(f"   {note}" for note in row.notes)
        lines.extend([f"   {row.waited}"] if row.waited else [])
    return "\n".join(lines)


def status_tone(status_code: int) -> str:
    """Return the tone of a status by its class."""
    return {2: "green", 3: "blue", 4: "amber", 5: "red"}.get(status_code // 100, "slate")


def short_url(url: str, origin_before: str) -> str:
    """Return the URL as it fits a narrow column: no https, no origin that is the same as before."""
    origin = _origin(url)
    if origin == origin_before:
        return url[len(origin) :] or "/"
    return url.removeprefix("https://")


def _origin(url: str) -> str:
    scheme, separator, rest = url.partition("://")
    return scheme + separator + rest.partition("/")[0].partition("?")[0]


def _row(
    number: int, hop: Hop, error: HttpDeskError | None, origin_before: str, url: str
) -> HopRow:
    """Return the row of a hop; `url` is how its URL is shown."""
    segments = _segments(hop)
    code = str(hop.status_code) if hop.status_code is not None else ""
    outcome = shortened_reason(hop.reason_phrase)
    tone = status_tone(hop.status_code or 0)
    if error is not None and not code:
        outcome = message_for(error).pill
        tone = "slate" if isinstance(error, Cancelled) else "red"
    return HopRow(
        number=number,
        code=code,
        outcome=outcome,
        tone=tone,
        request=f"{hop.method} {url}",
        short_request=f"{hop.method} {short_url(url, origin_before)}",
        segments=segments,
        start=hop.started_ms,
        length=hop.timings.total,
        failed=error is not None and not isinstance(error, _WHOLE),
        phases=_phase_rows(hop, segments),
        connection=_connection(hop),
        notes=notes_of(hop),
        label=str(number),
        title=translate("Timeline", "Hop {0}").format(number),
        below=f"{hop.method} {short_url(url, origin_before)}",
    )


def _segments(hop: Hop) -> tuple[Segment, ...]:
    at, found = hop.started_ms, []
    for name, length in hop.timings.phases():
        found.append(Segment(Phase(name), at, length))
        at += length
    return tuple(found)


def _phase_rows(hop: Hop, segments: tuple[Segment, ...]) -> tuple[PhaseRow, ...]:
    rows = [PhaseRow(phase_name(part.phase), _detail(hop, part.phase), part) for part in segments]
    if hop.connection is not None and hop.connection.reused:
        shown = [part.phase for part in segments]
        reused = PhaseRow(
            translate("Timeline", "Reused"),
            translate("Timeline", "Connection to {0}").format(hop.connection.address),
        )
        if not any(phase in shown for phase in _OF_A_NEW_CONNECTION):
            place = 1 if shown and shown[0] is Phase.BLOCKED else 0
            rows.insert(place, reused)
    return tuple(rows)


def _detail(hop: Hop, phase: Phase) -> str:
    facts = hop.connection
    if phase is Phase.CONNECT and facts is not None:
        return facts.address
    if phase is Phase.PROXY and facts is not None:
        return facts.proxy
    if phase is Phase.TLS and facts is not None:
        version = facts.tls_version.replace("TLSv", "TLS ")
        cipher = facts.tls_cipher.removeprefix("TLS_")
        return ", ".join(part for part in (version, cipher) if part)
    if phase is Phase.SEND:
        if not hop.bytes_sent:
            return translate("Timeline", "No body")
        return translate("Timeline", "{0} of body").format(format_size(hop.bytes_sent))
    return format_size(hop.bytes_received) if phase is Phase.RECEIVE else ""


def _connection(hop: Hop) -> str:
    if hop.connection is None:
        return translate("Timeline", "No connection")
    if hop.connection.reused:
        return translate("Timeline", "Reused connection")
    return translate("Timeline", "New connection")
