"""What the TLS tab says of each server that a send talked to; no widgets in here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from PySide6.QtCore import QCoreApplication

from httpdesk.gui.messages import ca_file_of, certificate_name, message_for
from httpdesk.gui.response.error_evidence import day
from httpdesk.model.errors import CertificateFacts, CertificateFailed, SendFailed, TlsFailed
from httpdesk.model.exchange import Exchange, Hop
from httpdesk.model.response import ConnectionFacts

translate = QCoreApplication.translate
_GROUP = 2
_HEX_LINE = 16


@dataclass(frozen=True, slots=True)
class Verdict:
    """One sentence on whether the server is the one that it says it is."""

    text: str
    icon: str
    tone: str


@dataclass(frozen=True, slots=True)
class Fact:
    """A label and what belongs to it."""

    label: str
    text: str
    mono: bool = False


@dataclass(frozen=True, slots=True)
class CertificateWords:
    """One certificate of the chain."""

    name: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class TlsHop:
    """One server."""

    host: str
    verdict: Verdict
    facts: tuple[Fact, ...] = ()
    chain: tuple[CertificateFacts, ...] = ()


def tls_hops(exchange: Exchange) -> tuple[TlsHop, ...]:
    """Return the servers of the last attempt, each once, the one that was asked last at the end."""
    hops = exchange.attempts[-1].hops if exchange.attempts else ()
    found: dict[str, TlsHop] = {}
    for hop in hops:
        is_last = hop is hops[-1]
        shown = _hop(hop, exchange if is_last else None)
        found.pop(shown.host, None)
        found[shown.host] = shown
    return tuple(found.values())


def tls_mark(exchange: Exchange) -> tuple[str | None, str]:
    """Return the colour of the dot on the tab, None for none, and what it means."""
    if isinstance(exchange.error, TlsFailed):
        return "red", message_for(exchange.error).title
    hops = exchange.attempts[-1].hops if exchange.attempts else ()
    connections = (hop.connection for hop in hops if hop.url.startswith("https:"))
    if any(connection and not connection.certificate_checked for connection in connections):
        return "amber", translate("Tls", "Certificate check off")
    return None, ""


def certificate_words(facts: CertificateFacts) -> CertificateWords:
    """Return what is to be said of a certificate."""
    name = certificate_name(facts.subject)
    if "=" in facts.subject and "commonName=" not in facts.subject and facts.names:
        name = facts.names[0]
    told = [
        Fact(translate("Tls", "Issued by"), certificate_name(facts.issuer)),
        Fact(translate("Tls", "Valid"), _validity(facts)),
    ]
    if facts.names:
        told.append(Fact(translate("Tls", "Covers"), ", ".join(facts.names)))
    if facts.sha256:
        told.append(Fact("SHA-256", fingerprint(facts.sha256), mono=True))
    return CertificateWords(name, tuple(fact for fact in told if fact.text))


def fingerprint(sha256: str) -> str:
    """Return a SHA-256 in pairs of digits, sixteen to a line."""
    pairs = [sha256[at : at + _GROUP].upper() for at in range(0, len(sha256), _GROUP)]
    lines = (pairs[at : at + _HEX_LINE] for at in range(0, len(pairs), _HEX_LINE))
    return "\n".join(":".join(line) for line in lines)


def pem_of(chain: tuple[CertificateFacts, ...]) -> str:
    """Return the certificates one after the other, as a PEM file has them."""
    return "".join(facts.pem if facts.pem.endswith("\n") else f"{facts.pem}\n" for facts in chain)


def _hop(hop: Hop, exchange: Exchange | None) -> TlsHop:
    """Return what is known of a hop; `exchange` comes with the last one, the one that may fail."""
    parts = urlsplit(hop.url)
    host = parts.netloc.rpartition("@")[2]
    error = exchange.error if exchange is not None else None
    connection = hop.connection
    if parts.scheme != "https":
        return TlsHop(host, _plain(), tuple(_way(connection)))
    if isinstance(error, TlsFailed):
        chain = error.chain if isinstance(error, CertificateFailed) else ()
        authorities = ca_file_of(exchange) if exchange is not None else ""
        facts = (_authorities(authorities), *_way(connection))
        return TlsHop(host, _refused(error), facts, chain)
    if connection is None or not connection.tls_version:
        return TlsHop(host, _nothing(error), tuple(_way(connection)))
    return TlsHop(host, _judged(connection), tuple(_handshake(connection)), connection.chain)


def _plain() -> Verdict:
    return Verdict(translate("Tls", "This connection was not encrypted."), "lock-open", "amber")


def _refused(error: TlsFailed) -> Verdict:
    return Verdict(message_for(error).title + ".", "shield-x", "red")


def _nothing(error: object) -> Verdict:
    text = translate("Tls", "No TLS connection came about, so there is nothing to show.")
    if isinstance(error, SendFailed):
        text = f"{message_for(error).title}. {text}"
    return Verdict(text, "info", "text2")


def _judged(connection: ConnectionFacts) -> Verdict:
    if connection.certificate_checked:
        return Verdict(translate("Tls", "The certificate was checked."), "shield-check", "green")
    text = translate(
        "Tls", "Certificate check off: anybody on the way could be the one who answered."
    )
    return Verdict(text, "triangle-alert", "amber")


def _handshake(connection: ConnectionFacts) -> Iterator[Fact]:
    yield Fact(translate("Tls", "Protocol"), connection.tls_version.replace("TLSv", "TLS "))
    yield Fact(translate("Tls", "Cipher"), connection.tls_cipher, mono=True)
    if connection.alpn:
        yield Fact("ALPN", connection.alpn, mono=True)
    if connection.certificate_checked:
        yield _authorities(connection.ca_file)
    offered = connection.client_certificate or translate("Tls", "None was shown")
    yield Fact(translate("Tls", "Your certificate"), offered)
    yield from _way(connection)


def _authorities(ca_file: str) -> Fact:
    return Fact(translate("Tls", "Authorities"), ca_file or translate("Tls", "Those of the system"))


def _way(connection: ConnectionFacts | None) -> Iterator[Fact]:
    if connection is None:
        return
    if connection.address:
        yield Fact(translate("Tls", "Address"), connection.address, mono=True)
    if connection.proxy:
        yield Fact(translate("Tls", "Proxy"), connection.proxy, mono=True)
    if connection.reused:
        words = translate("Tls", "Reused: the handshake was that of an earlier request")
        yield Fact(translate("Tls", "Connection"), words)


def _validity(facts: CertificateFacts) -> str:
    begins, ends = day(facts.not_before), day(facts.not_after)
    return translate("Tls", "{0} to {1}").format(begins, ends) if begins and ends else ""
