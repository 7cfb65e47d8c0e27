"""What stands in the evidence block and in Details of the error view."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QCoreApplication, QDate, QLocale

from httpdesk.gui.messages import ca_file_of, certificate_name, phase_name, sent_sentence
from httpdesk.model.errors import (
    CertificateFacts,
    CertificateFailed,
    CertificateNotTrusted,
    CertificateNotValidNow,
    CertificateTooWeak,
    CertificateWrongHost,
    ConnectFailed,
    HttpDeskError,
    InvalidRedirect,
    MalformedResponse,
    NameLookupFailed,
    Phase,
    ProxyFailed,
    SendFailed,
    TimedOut,
    TlsFailed,
)
from httpdesk.model.exchange import Exchange
from httpdesk.render.units import format_duration

translate = QCoreApplication.translate

_LONGEST_RAW = 400
_LONGEST_DETAIL = 2_000


@dataclass(frozen=True, slots=True)
class Evidence:
    """One line: whether it went well, what it is about, and what is to be said of it."""

    good: bool
    subject: str
    remark: str


@dataclass(frozen=True, slots=True)
class Detail:
    """One heading with its text in the right column."""

    title: str
    text: str
    mono: bool = False


def error_icon(error: HttpDeskError) -> str:
    """Return the name of the icon beside the title."""
    if isinstance(error, TlsFailed):
        return "shield-x"
    if isinstance(error, NameLookupFailed | ConnectFailed | ProxyFailed):
        return "wifi-off"
    return "clock" if isinstance(error, TimedOut) else "circle-alert"


def evidence_for(exchange: Exchange) -> tuple[Evidence, ...]:
    """Return the certificate chain, the first bytes, or the phases up to the failure."""
    error = exchange.error
    if isinstance(error, CertificateFailed) and error.chain:
        return _chain(error)
    if isinstance(error, MalformedResponse) and error.raw:
        return (Evidence(False, printable(error.raw), translate("Error", "First bytes")),)
    if isinstance(error, InvalidRedirect):
        location = error.location[:_LONGEST_RAW]
        return (Evidence(False, location, translate("Error", "Location")),)
    return _phases(exchange)


def details_for(exchange: Exchange) -> tuple[Detail, ...]:
    """Return the exact text, the address, where it failed and when."""
    error = exchange.error
    found = []
    if isinstance(error, SendFailed):
        if error.detail:
            text = error.detail[:_LONGEST_DETAIL]
            found.append(Detail(translate("Error", "Details"), text, mono=True))
        if isinstance(error, ConnectFailed) and error.address:
            found.append(Detail(translate("Error", "Address"), error.address, mono=True))
        place = translate("Error", "{0}, after {1}").format(
            phase_name(error.phase), format_duration(error.elapsed_ms)
        )
        found.append(Detail(translate("Error", "Failed at"), place))
        found.append(Detail(translate("Error", "What was sent"), sent_sentence(error.sent)))
        found.extend(_way(exchange))
    at = exchange.started_at.astimezone().strftime("%Y-%m-%d %H:%M:%S")
    found.append(Detail(translate("Error", "Sent at"), at))
    return tuple(found)


def _way(exchange: Exchange) -> tuple[Detail, ...]:
    """Return whose word was taken about the certificate, and the proxy that was on the way."""
    found = []
    if isinstance(exchange.error, CertificateFailed):
        store = ca_file_of(exchange) or translate("Error", "That of the system")
        found.append(Detail(translate("Error", "Trust store"), store))
    hops = exchange.attempts[-1].hops if exchange.attempts else ()
    connection = hops[-1].connection if hops else None
    proxy = connection.proxy if connection is not None else ""
    if not proxy and len(hops) <= 1 and exchange.request.route.proxy is not None:
        proxy = str(exchange.request.route.proxy)
    if proxy:
        found.append(Detail(translate("Error", "Proxy"), proxy, mono=True))
    return tuple(found)


def printable(raw: bytes) -> str:
    """Return bytes as ASCII with everything else escaped, on one line."""
    text = raw[:_LONGEST_RAW].decode("latin-1")
    return "".join(
        char if " " <= char <= "~" and char != "\\" else char.encode("unicode_escape").decode()
        for char in text
    )


def _chain(error: CertificateFailed) -> tuple[Evidence, ...]:
    """Return a line per certificate; the one at fault is marked."""
    culprit = len(error.chain) - 1 if isinstance(error, CertificateNotTrusted) else 0
    if isinstance(error, CertificateNotValidNow):
        culprit = next(
            (index for index, facts in enumerate(error.chain) if _is_out_of_date(facts)), 0
        )
    lines = [
        Evidence(index != culprit, _holder(facts), _until(facts))
        for index, facts in enumerate(error.chain)
    ]
    facts = error.chain[culprit]
    lines[culprit] = Evidence(False, _holder(facts), _fault(error, facts))
    if isinstance(error, CertificateNotTrusted) and facts.issuer not in ("", facts.subject):
        lines[culprit] = Evidence(True, _holder(facts), _until(facts))
        lines.append(
            Evidence(
                False, certificate_name(facts.issuer), translate("Error", "Not in the trust store")
            )
        )
    return tuple(lines)


def _holder(facts: CertificateFacts) -> str:
    """Return the holder's name; a server's certificate often has host names only."""
    named = "=" not in facts.subject or "commonName=" in facts.subject
    return certificate_name(facts.subject) if named or not facts.names else facts.names[0]


def _fault(error: CertificateFailed, facts: CertificateFacts) -> str:
    if isinstance(error, CertificateNotTrusted):
        return translate("Error", "Not in the trust store")
    if isinstance(error, CertificateWrongHost):
        names = ", ".join(facts.names[:3]) or _holder(facts)
        return translate("Error", "Covers {0}").format(names)
    if isinstance(error, CertificateNotValidNow):
        if _moment(facts.not_before) is not None and not _is_past(facts.not_before):
            return translate("Error", "Valid from {0}").format(day(facts.not_before))
        return translate("Error", "Expired {0}").format(day(facts.not_after))
    if isinstance(error, CertificateTooWeak):
        return translate("Error", "Too weak")
    return translate("Error", "Refused")


def _until(facts: CertificateFacts) -> str:
    end = day(facts.not_after)
    return translate("Error", "Valid until {0}").format(end) if end else ""


def day(text: str) -> str:
    """Return the day of an RFC 3339 time as the user's language writes it, "" for none."""
    moment = _moment(text)
    if moment is None:
        return ""
    return QLocale().toString(QDate(moment.year, moment.month, moment.day), "d MMM yyyy")


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _is_past(text: str) -> bool:
    moment = _moment(text)
    if moment is None:
        return False
    return moment.astimezone() <= datetime.now().astimezone()


def _is_out_of_date(facts: CertificateFacts) -> bool:
    return _is_past(facts.not_after) or not _is_past(facts.not_before)


def _phases(exchange: Exchange) -> tuple[Evidence, ...]:
    """Return the phases of the last hop: those that went well and the one that did not.

    A failed name lookup is the first of all, so it alone is proof enough.
    """
    error = exchange.error
    hops = exchange.attempts[-1].hops if exchange.attempts else ()
    if not isinstance(error, SendFailed) or not hops:
        return ()
    lines = [
        Evidence(True, phase_name(Phase(name)), format_duration(length))
        for name, length in hops[-1].timings.phases()
        if name not in (error.phase.value, Phase.BLOCKED.value)
    ]
    if not lines and not isinstance(error, NameLookupFailed):
        return ()
    failed = getattr(hops[-1].timings, error.phase.value, None)
    remark = format_duration(failed) if failed is not None else ""
    return (*lines, Evidence(False, phase_name(error.phase), remark))
