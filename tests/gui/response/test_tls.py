"""The TLS tab: who answered, how that was checked, and the certificates (ui.md 3.5)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QApplication

from httpdesk.gui.response.tls_facts import fingerprint, pem_of, tls_hops, tls_mark
from httpdesk.model.errors import CertificateFacts, Phase, TlsFailed
from httpdesk.model.exchange import Attempt, Exchange
from httpdesk.model.response import ConnectionFacts
from tests.gui.response import exchanges
from tests.gui.response.conftest import Pane
from tests.gui.response.exchanges import answered, failed, hop

LEAF = CertificateFacts(
    "commonName=api.acme.dev, organizationName=Acme",
    "commonName=Acme Issuing CA 3",
    ("api.acme.dev", "acme.dev"),
    "2026-01-01T00:00:00Z",
    "2027-03-14T00:00:00Z",
    "ab" * 32,
    "-----BEGIN CERTIFICATE-----\nleaf\n-----END CERTIFICATE-----\n",
)
ISSUER = CertificateFacts(
    "commonName=Acme Issuing CA 3",
    "commonName=Acme Root",
    (),
    "2020-01-01T00:00:00Z",
    "2099-01-02T00:00:00Z",
    "cd" * 32,
    "-----BEGIN CERTIFICATE-----\nissuer\n-----END CERTIFICATE-----",
)
SECURE = ConnectionFacts(
    "192.0.2.7:443",
    tls_version="TLSv1.3",
    tls_cipher="TLS_AES_256_GCM_SHA384",
    chain=(LEAF, ISSUER),
)


def over(connection: ConnectionFacts | None, url: str = "https://api.acme.dev/") -> Exchange:
    """Return an answer that came over a connection."""
    return replace(answered("x"), attempts=(Attempt(1, (hop(url=url, connection=connection),)),))


def texts(pane: Pane, exchange: Exchange) -> list[str]:
    pane.show(exchange)
    pane.viewer.select_tab("tls")
    return pane.viewer.tls.texts()


def after(label: str, shown: list[str]) -> str:
    """Return what stands behind a label."""
    return shown[shown.index(label) + 1]


def test_protocol_cipher_and_chain_are_shown(pane: Pane) -> None:
    shown = texts(pane, over(SECURE))
    assert shown[0] == "The certificate was checked."
    assert after("Protocol", shown) == "TLS 1.3"
    assert after("Cipher", shown) == "TLS_AES_256_GCM_SHA384"
    assert after("Authorities", shown) == "Those of the system"
    assert after("Your certificate", shown) == "None was shown"
    assert after("Certificate of the server", shown) == "api.acme.dev"
    assert after("Issued by", shown) == "Acme Issuing CA 3"
    assert after("Valid", shown) == "1 Jan 2026 to 14 Mar 2027"
    assert after("Covers", shown) == "api.acme.dev, acme.dev"
    assert after("SHA-256", shown) == "\n".join([":".join(["AB"] * 16)] * 2)
    assert after("Issued with", shown) == "Acme Issuing CA 3"


def test_own_authorities_own_certificate_and_a_proxy_are_named(pane: Pane) -> None:
    facts = replace(
        SECURE,
        ca_file="/keys/acme.pem",
        client_certificate="/keys/me.p12",
        proxy="http://proxy.test:3128",
        alpn="http/1.1",
    )
    shown = texts(pane, over(facts))
    assert after("Authorities", shown) == "/keys/acme.pem"
    assert after("Your certificate", shown) == "/keys/me.p12"
    assert after("Proxy", shown) == "http://proxy.test:3128"
    assert after("ALPN", shown) == "http/1.1"


def test_a_reused_connection_says_whose_handshake_it_was(pane: Pane) -> None:
    shown = texts(pane, over(replace(SECURE, reused=True)))
    assert after("Connection", shown) == "Reused: the handshake was that of an earlier request"


def test_an_unchecked_certificate_is_marked_and_no_authority_named(pane: Pane) -> None:
    """Statement 74: a mark on the result."""
    exchange = over(replace(SECURE, certificate_checked=False))
    shown = texts(pane, exchange)
    assert shown[0].startswith("Certificate check off")
    assert "Authorities" not in shown
    assert tls_mark(exchange) == ("amber", "Certificate check off")
    assert tls_mark(over(SECURE)) == (None, "")


def test_plain_http_says_so(pane: Pane) -> None:
    plain = over(ConnectionFacts("192.0.2.7:80"), "http://api.acme.dev/")
    shown = texts(pane, plain)
    assert shown[0] == "This connection was not encrypted."
    assert not pane.viewer.tls.save.isEnabled()


def test_without_a_connection_it_says_why_there_is_nothing(pane: Pane) -> None:
    shown = texts(pane, exchanges.unknown_host())
    assert "there is nothing to show" in shown[0]
    assert shown[0].startswith("Can't find ")


def test_a_refused_certificate_is_shown_all_the_same(pane: Pane) -> None:
    exchange = exchanges.untrusted()
    shown = texts(pane, exchange)
    assert shown[0] == "The server's certificate isn't trusted."
    assert after("Certificate of the server", shown) == "warehouse.internal.acme.dev"
    assert tls_mark(exchange) == ("red", "The server's certificate isn't trusted")


def test_a_handshake_that_failed_has_no_chain() -> None:
    (shown,) = tls_hops(failed(TlsFailed(phase=Phase.TLS, host="h")))
    assert (shown.chain, shown.verdict.tone) == ((), "red")


def test_each_server_of_a_redirect_can_be_chosen(pane: Pane) -> None:
    pane.show(exchanges.redirected())
    pane.viewer.select_tab("tls")
    hosts = pane.viewer.tls.hosts
    names = [hosts.itemText(row) for row in range(hosts.count())]
    assert names == ["api.staging.acme.dev", "eu.acme.dev"]
    assert hosts.isVisible()
    assert hosts.currentText() == "eu.acme.dev"
    assert pane.viewer.tls.texts()[0].startswith("Certificate check off")
    hosts.setCurrentIndex(0)
    assert pane.viewer.tls.texts()[0] == "The certificate was checked."
    pane.show(over(SECURE))
    assert not hosts.isVisible()


def test_the_chain_is_saved_as_pem(pane: Pane) -> None:
    exchange = over(SECURE)
    texts(pane, exchange)
    with pane.qtbot.waitSignal(pane.viewer.exports.savePemRequested) as asked:
        pane.viewer.tls.save.click()
    assert asked.args == [exchange, pem_of((LEAF, ISSUER))]
    assert pem_of((LEAF, ISSUER)).splitlines()[3:] == ISSUER.pem.splitlines()


def test_everything_is_copied(pane: Pane) -> None:
    shown = texts(pane, over(SECURE))
    pane.viewer.tls.copy.click()
    assert QApplication.clipboard().text() == "\n".join(shown)


@pytest.mark.parametrize("digits", ["", "0", "ab12"])
def test_a_short_fingerprint_is_laid_out_too(digits: str) -> None:
    assert fingerprint(digits).replace(":", "") == digits.upper()
