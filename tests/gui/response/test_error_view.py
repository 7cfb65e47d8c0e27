"""The error view: what happened, the proof, and what can be done about it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QWidget

from httpdesk.gui.response.error_evidence import (
    Evidence,
    details_for,
    error_icon,
    evidence_for,
    printable,
)
from httpdesk.gui.widgets.labels import PlainLabel
from httpdesk.model.errors import (
    Cancelled,
    CertificateFacts,
    CertificateNotTrusted,
    CertificateNotValidNow,
    CertificateWrongHost,
    ConnectionRefused,
    HttpDeskError,
    InvalidRedirect,
    InvalidUrl,
    MalformedResponse,
    Phase,
    ProxyFailed,
    Sent,
    TimedOut,
    TlsFailed,
    TooManyRedirects,
    UrlPart,
    UrlReason,
)
from httpdesk.model.response import Timings
from tests.gui.response import exchanges
from tests.gui.response.conftest import Pane
from tests.gui.response.exchanges import answered, failed, hop

LEAF = CertificateFacts(
    "warehouse.internal",
    "Acme Issuing CA 3",
    ("*.acme.dev", "acme.dev"),
    "2024-01-01T00:00:00Z",
    "2025-03-14T00:00:00Z",
)
ISSUER = CertificateFacts(
    "Acme Issuing CA 3", "Acme Root", (), "2020-01-01T00:00:00Z", "2099-01-02T00:00:00Z"
)


def words(pane: Pane) -> list[str]:
    """Return every text of the error view that is on screen."""
    labels = pane.viewer.error.findChildren(PlainLabel)
    return [label.text() for label in labels if label.isVisibleTo(pane.viewer)]


def test_an_untrusted_certificate_shows_cause_chain_and_remedies(pane: Pane) -> None:
    """Section 3.6 and the picture of the TLS failure."""
    pane.show(exchanges.untrusted())
    content = pane.viewer.error.content
    assert content is not None
    assert content.title.text() == "The server's certificate isn't trusted"
    assert content.text.text().startswith("It was issued by Acme Internal CA 2024, which this")
    assert content.evidence == (
        Evidence(True, "warehouse.internal.acme.dev", "Valid until 14 Mar 2027"),
        Evidence(True, "Acme Issuing CA 3", "Valid until 2 Jan 2029"),
        Evidence(False, "Acme Internal CA 2024", "Not in the trust store"),
    )
    shown = words(pane)
    assert "TLS handshake, after 61 ms" in shown
    assert "Nothing was sent." in shown
    assert "Unsafe outside test servers." in shown


@pytest.mark.parametrize(
    ("label", "key"),
    [
        ("Try again", "try-again"),
        ("Trust a CA file…", "trust-ca"),
        ("Ignore certificate errors for this request", "ignore-tls"),
    ],
)
def test_every_remedy_is_an_action(pane: Pane, label: str, key: str) -> None:
    pane.show(exchanges.untrusted())
    with pane.qtbot.waitSignal(pane.viewer.remedyRequested) as asked:
        pane.press(label)
    assert asked.args == [key]


def test_the_timeline_is_shown_without_asking_the_window(pane: Pane) -> None:
    pane.show(failed(TooManyRedirects(phase=Phase.RECEIVE, limit=5)))
    pane.press("Show timeline")
    assert pane.viewer.pages.currentWidget() is pane.viewer.timeline


def test_a_redirect_error_with_an_answer_keeps_the_answer(pane: Pane) -> None:
    pane.show(answered("moved", 302, "Found", error=TooManyRedirects(phase=Phase.RECEIVE, limit=5)))
    assert pane.text() == "moved"
    assert pane.notices()[0].startswith("Still redirecting after 5 redirects.")


def test_a_timeout_shows_how_far_it_came(pane: Pane) -> None:
    """Fault 1: phase named, time, retry button."""
    pane.show(exchanges.timed_out())
    content = pane.viewer.error.content
    assert content is not None
    assert [line.subject for line in content.evidence if line.good] == [
        "Name lookup",
        "Connect",
        "TLS handshake",
        "Send",
    ]
    assert content.evidence[-1] == Evidence(False, "Wait for first byte", "29.9 s")
    with pane.qtbot.waitSignal(pane.viewer.remedyRequested) as asked:
        pane.press("Raise timeout to 60 s")
    assert asked.args == ["raise-timeout"]


def test_details_are_copied_exactly(pane: Pane) -> None:
    exchange = exchanges.untrusted()
    error = exchange.error
    assert isinstance(error, CertificateNotTrusted)
    error.detail = "x" * 90
    pane.show(exchange)
    for press in (lambda: pane.press("Copy details"), pane.viewer.status.copy.click):
        press()
        assert "Details: " + "x" * 90 in pane.clipboard()
        assert "Failed at: TLS handshake, after 61 ms" in pane.clipboard()


@pytest.mark.parametrize(("width", "beside"), [(799, True), (420, False)])
def test_details_stand_beside_or_below(pane: Pane, width: int, beside: bool) -> None:
    pane.viewer.resize(width, 600)
    exchange = exchanges.untrusted()
    assert isinstance(exchange.error, CertificateNotTrusted)
    exchange.error.detail = "https://h/" + "x" * 300
    pane.show(exchange)
    pane.viewer.grab()
    content = pane.viewer.error.content
    assert content is not None
    assert content.width() <= width
    side = content.copy.mapTo(content, QPoint(0, 0))
    assert (side.x() > content.title.mapTo(content, QPoint(0, 0)).x() + 300) == beside
    labels = content.findChildren(PlainLabel)
    assert all(label.width() <= width for label in labels)
    (detail,) = (label for label in labels if label.text().startswith("https://h/"))
    assert detail.height() > 5 * detail.fontMetrics().lineSpacing()


@pytest.mark.parametrize("width", [360, 420, 624, 700])
def test_remedies_that_do_not_fit_go_on_below(pane: Pane, width: int) -> None:
    pane.viewer.resize(width, 600)
    pane.show(failed(ProxyFailed(phase=Phase.PROXY, proxy="http://p.test", refused=True)))
    pane.viewer.grab()
    content = pane.viewer.error.content
    assert content is not None
    assert content.width() <= width
    for button in (*content.buttons, content.copy):
        right = button.mapTo(pane.viewer, QPoint(button.width(), 0)).x()
        assert right <= width, button.text()
    tops = [button.y() for button in content.buttons]
    assert tops == sorted(tops)


def test_it_goes_below_when_the_pane_gets_narrow(pane: Pane) -> None:
    pane.viewer.resize(799, 600)
    pane.show(exchanges.untrusted())
    pane.viewer.grab()
    pane.viewer.resize(400, 600)
    pane.viewer.grab()
    content = pane.viewer.error.content
    assert isinstance(content, QWidget)
    assert content.copy.mapTo(content, QPoint(0, 0)).x() < 40


def test_a_certificate_of_another_host_marks_the_leaf() -> None:
    error = CertificateWrongHost(phase=Phase.TLS, host="h", chain=(LEAF, ISSUER))
    assert evidence_for(failed(error))[0] == Evidence(
        False, "warehouse.internal", "Covers *.acme.dev, acme.dev"
    )


def test_a_certificate_without_a_common_name_is_called_by_its_host() -> None:
    leaf = replace(LEAF, subject="organizationName=Acme", issuer="commonName=Acme CA")
    error = CertificateNotTrusted(phase=Phase.TLS, chain=(leaf,))
    assert [line.subject for line in evidence_for(failed(error))] == ["*.acme.dev", "Acme CA"]


def test_an_expired_certificate_is_marked_wherever_it_stands() -> None:
    """Fault 14: expired on …"""
    error = CertificateNotValidNow(phase=Phase.TLS, chain=(LEAF, ISSUER))
    lines = evidence_for(failed(error))
    assert lines[0] == Evidence(False, "warehouse.internal", "Expired 14 Mar 2025")
    assert lines[1].good
    fresh = replace(LEAF, not_after="2099-01-01T00:00:00Z")
    expired = replace(ISSUER, not_after="2021-05-04T00:00:00Z")
    error = CertificateNotValidNow(phase=Phase.TLS, chain=(fresh, expired))
    assert evidence_for(failed(error))[1].remark == "Expired 4 May 2021"
    future = replace(LEAF, not_before="2098-02-03T00:00:00Z", not_after="2099-01-01T00:00:00Z")
    error = CertificateNotValidNow(phase=Phase.TLS, chain=(future,))
    assert evidence_for(failed(error))[0].remark == "Valid from 3 Feb 2098"


def test_a_self_signed_certificate_is_the_one_at_fault() -> None:
    own = CertificateFacts("localhost", "localhost")
    error = CertificateNotTrusted(phase=Phase.TLS, chain=(own,))
    assert evidence_for(failed(error)) == (Evidence(False, "localhost", "Not in the trust store"),)


def test_the_first_bytes_of_what_is_not_http_are_shown() -> None:
    """Fault 1, not-http: raw first bytes shown."""
    error = MalformedResponse(phase=Phase.WAIT, raw=b"SSH-2.0\r\n\x00\xff\\")
    (line,) = evidence_for(failed(error))
    assert line.subject == "SSH-2.0\\r\\n\\x00\\xff\\\\"
    assert len(printable(b"\xff" * 5000)) <= 1600


def test_a_bad_location_is_shown() -> None:
    error = InvalidRedirect(
        phase=Phase.RECEIVE, location="file:///etc/passwd", reason=UrlReason.UNSUPPORTED
    )
    assert evidence_for(failed(error)) == (Evidence(False, "file:///etc/passwd", "Location"),)


def test_a_failed_name_lookup_has_its_line_of_proof() -> None:
    assert evidence_for(exchanges.unknown_host()) == (Evidence(False, "Name lookup", "23 ms"),)


def test_without_proof_there_is_no_block(pane: Pane) -> None:
    nothing = hop(None, "", timings=Timings(), connection=None)
    exchange = failed(ProxyFailed(phase=Phase.PROXY), nothing)
    assert evidence_for(exchange) == ()
    assert evidence_for(replace(exchange, attempts=())) == ()
    pane.show(exchange)
    assert pane.viewer.error.content is not None


def test_details_name_the_address() -> None:
    error = ConnectionRefused(
        phase=Phase.CONNECT, sent=Sent.NOTHING, address="127.0.0.1:8080", elapsed_ms=1.5
    )
    details = {detail.title: detail.text for detail in details_for(failed(error))}
    assert details["Address"] == "127.0.0.1:8080"
    assert details["Failed at"] == "Connect, after 1.5 ms"
    assert "Details" not in details


@pytest.mark.parametrize(
    ("error", "icon"),
    [
        (TlsFailed(phase=Phase.TLS), "shield-x"),
        (ConnectionRefused(phase=Phase.CONNECT), "wifi-off"),
        (TimedOut(phase=Phase.WAIT, limit_ms=1), "clock"),
        (Cancelled(phase=Phase.WAIT), "circle-alert"),
    ],
)
def test_icons_tell_the_kind(pane: Pane, error: HttpDeskError, icon: str) -> None:
    assert error_icon(error) == icon
    pane.show(failed(error))


def test_a_request_that_was_refused_has_its_words_too(pane: Pane) -> None:
    pane.show(failed(InvalidUrl(UrlPart.HOST, UrlReason.MISSING)))
    assert "The request can't be sent as it is" in words(pane)


def test_a_cancelled_send_without_an_answer_is_calm(pane: Pane) -> None:
    pane.show(failed(Cancelled(phase=Phase.WAIT, sent=Sent.ALL)))
    assert pane.viewer.status.pill.text() == "Cancelled"
    with pane.qtbot.waitSignal(pane.viewer.remedyRequested) as asked:
        pane.press("Send again")
    assert asked.args == ["try-again"]
