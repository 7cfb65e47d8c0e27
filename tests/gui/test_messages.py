"""Every error has a title, a reason, and says whether data left the computer."""

from __future__ import annotations

import inspect
import re
from typing import Any

import pytest

from httpdesk.gui import messages
from httpdesk.gui.messages import Message, message_for, phase_name, phase_progress
from httpdesk.gui.messages.answers import ANSWER_MESSAGES
from httpdesk.gui.messages.handshake import HANDSHAKE_MESSAGES
from httpdesk.gui.messages.network import NETWORK_MESSAGES
from httpdesk.gui.messages.questions import QUESTION_MESSAGES
from httpdesk.gui.messages.retries import RETRY_MESSAGES
from httpdesk.gui.messages.send import SEND_MESSAGES
from httpdesk.gui.messages.storage import STORAGE_MESSAGES
from httpdesk.model import errors
from httpdesk.model.errors import CertificateFacts, Phase, Sent
from httpdesk.model.questions import LeaveTls

CHAIN = (
    CertificateFacts("warehouse.internal", "Acme Issuing CA 3", ("*.acme.dev",)),
    CertificateFacts("Acme Issuing CA 3", "Acme Internal CA 2024"),
)
AT = {"phase": Phase.WAIT, "sent": Sent.ALL, "host": "api.acme.test", "port": 443}
FIELDS: dict[str, dict[str, object]] = {
    "TimedOut": {"limit_ms": 30_000},
    "TotalTimedOut": {"limit_ms": 30_000},
    "RetryAfterTooLong": {"wait_s": 3600.0, "limit_s": 300.0},
    "IncompleteBody": {"received": 500, "expected": 1000},
    "UndecodableBody": {"coding": "gzip"},
    "BodyTooLarge": {"limit": 50_000_000},
    "HeadTooLarge": {"exceeded": errors.HeadBound.HEADER_LINES, "limit": 500},
    "TooManyRedirects": {"limit": 5},
    "UnsupportedChallenge": {"algorithm": "SHA-512-256", "qop": "auth"},
    "InvalidRedirect": {"location": "file:///etc/passwd", "reason": errors.UrlReason.UNSUPPORTED},
    "UploadChanged": {"path": "/tmp/photo.png"},
    "ConflictMarkers": {"line": 7},
    "NotConfirmed": {"question": LeaveTls(302, "https://a.test", "http://b.test")},
    "PrivateAddress": {"address": "10.0.0.7"},
    "TlsFileUnusable": {
        "role": errors.TlsFileRole.CERTIFICATE,
        "reason": errors.TlsFileReason.PASSPHRASE_WRONG,
        "path": "/keys/client.p12",
    },
    "TlsVersionTooOld": {"minimum": "1.3"},
    "ClientCertificateRefused": {"fault": errors.ClientCertificateFault.WANTED},
}


def subclasses(kind: type) -> list[type]:
    children: list[type] = kind.__subclasses__()
    return [kind] + [below for child in children for below in subclasses(child)]


def make(kind: type) -> errors.HttpDeskError:
    common = dict(AT) if issubclass(kind, errors.SendFailed) else {"path": "orders/get.yml"}
    error = kind(**common, **FIELDS.get(kind.__name__, {}))
    assert isinstance(error, errors.HttpDeskError)
    return error


SENDS = subclasses(errors.SendFailed)
FILES = subclasses(errors.StorageFailed)


def words(message: Message) -> str:
    labels = [remedy.label for remedy in message.remedies]
    return "\n".join((message.title, message.text, message.pill, *labels))


def test_every_error_of_the_tree_has_sentences_of_its_own() -> None:
    defined = {
        kind
        for _, kind in inspect.getmembers(errors, inspect.isclass)
        if issubclass(kind, errors.SendFailed | errors.StorageFailed)
    }
    assert defined == set(SENDS) | set(FILES)
    told = {
        **SEND_MESSAGES,
        **HANDSHAKE_MESSAGES,
        **ANSWER_MESSAGES,
        **NETWORK_MESSAGES,
        **RETRY_MESSAGES,
        **QUESTION_MESSAGES,
    }
    assert set(SENDS) <= set(told)
    assert set(FILES) == set(STORAGE_MESSAGES)


@pytest.mark.parametrize("kind", SENDS + FILES)
def test_every_message_is_whole_and_calm(kind: type) -> None:
    """Interface specification, section 9: no Oops, no exclamation marks, actions with names."""
    message = message_for(make(kind))
    assert message.title
    assert not message.title.endswith(".")
    assert message.text.endswith((".", "?"))
    assert message.remedies
    assert all(remedy.key and remedy.label for remedy in message.remedies)
    assert 0 < len(message.pill) <= 16
    assert not re.search(r"!|[Oo]ops|[Ss]orry|\{|\}|None", words(message))


@pytest.mark.parametrize("kind", SENDS)
def test_a_failed_send_offers_to_send_again(kind: type) -> None:
    sends = {messages.TRY_AGAIN, messages.PASSPHRASE, messages.PROXY_SIGN_IN}
    assert sends & {remedy.key for remedy in message_for(make(kind)).remedies}


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [(Sent.NOTHING, "Nothing was sent."), (Sent.PART, "Part of"), (Sent.ALL, "may have acted")],
)
def test_it_says_what_left_the_computer(sent: Sent, sentence: str) -> None:
    """Statement 71, and section 3.6: why, and whether data left the computer."""
    error = errors.ConnectionClosed(phase=Phase.SEND, sent=sent, host="h", port=80)
    assert sentence in message_for(error).text


def test_a_refused_port_is_named() -> None:
    error = errors.ConnectionRefused(phase=Phase.CONNECT, host="localhost", port=8080)
    message = message_for(error)
    assert message.title == "Nothing is listening on localhost:8080"
    assert message.text.startswith("The computer answered but refused the connection.")


def test_an_address_of_version_six_stands_in_brackets() -> None:
    error = errors.ConnectionRefused(phase=Phase.CONNECT, host="::1", port=8080)
    assert message_for(error).title == "Nothing is listening on [::1]:8080"


@pytest.mark.parametrize(
    ("phase", "title", "text"),
    [
        (Phase.CONNECT, "No response within 30 s", "did not accept the connection"),
        (Phase.WAIT, "No response within 30 s", "It may still be working on the request."),
        (Phase.RECEIVE, "The response wasn't complete within 30 s", "What came is kept."),
        (Phase.BLOCKED, "No response within 30 s", "Nothing was sent."),
    ],
)
def test_a_timeout_names_its_stage(phase: Phase, title: str, text: str) -> None:
    """Statement 71."""
    message = message_for(errors.TimedOut(phase=phase, limit_ms=30_000))
    assert message.title == title
    assert text in message.text
    assert [remedy.label for remedy in message.remedies] == [
        "Try again",
        "Raise timeout to 60 s",
    ]


@pytest.mark.parametrize(("ms", "text"), [(500, "500 ms"), (1500, "1.5 s"), (30_000, "30 s")])
def test_limits_are_written_as_they_are_set(ms: int, text: str) -> None:
    assert messages.format_limit(ms) == text


def test_an_unknown_authority_is_named_and_the_unsafe_way_has_its_warning() -> None:
    error = errors.CertificateNotTrusted(phase=Phase.TLS, host="h", chain=CHAIN)
    message = message_for(error)
    assert message.text.startswith("It was issued by Acme Internal CA 2024, which this computer")
    assert message.unsafe is not None
    assert message.unsafe.key == messages.IGNORE_TLS
    assert message.unsafe_warning == "Unsafe outside test servers."
    assert messages.IGNORE_TLS not in [remedy.key for remedy in message.remedies]


@pytest.mark.parametrize(
    ("subject", "name"),
    [
        ("countryName=DE, organizationName=Acme, commonName=Acme Root", "Acme Root"),
        ("organizationName=trustme, organizationalUnitName=Testing CA", "Testing CA"),
        ("O=Acme", "Acme"),
        ("Acme Internal CA 2024", "Acme Internal CA 2024"),
        ("serialNumber=4", "serialNumber=4"),
        ("", ""),
    ],
)
def test_a_certificate_is_called_by_its_holders_name(subject: str, name: str) -> None:
    assert messages.certificate_name(subject) == name
    chain = (CertificateFacts("h", "x"), CertificateFacts("x", subject))
    error = errors.CertificateNotTrusted(phase=Phase.TLS, chain=chain)
    assert f"It was issued by {name}, which" in message_for(error).text


def test_a_self_signed_certificate_is_called_so() -> None:
    chain = (CertificateFacts("localhost", "localhost"),)
    error = errors.CertificateNotTrusted(phase=Phase.TLS, chain=chain)
    assert message_for(error).text.startswith("The server signed it itself.")
    assert message_for(errors.CertificateNotTrusted(phase=Phase.TLS)).text


def test_a_certificate_of_another_host_says_which() -> None:
    error = errors.CertificateWrongHost(phase=Phase.TLS, host="warehouse.internal", chain=CHAIN)
    message = message_for(error)
    assert message.text == "It covers *.acme.dev, not warehouse.internal. Nothing was sent."
    assert message.remedies[0].key == messages.EDIT_URL


def test_an_expired_certificate_says_since_when() -> None:
    """Fault 14: cause in words."""
    leaf = CertificateFacts("h", "CA", (), "2024-01-01T00:00:00Z", "2025-01-31T00:00:00Z")
    error = errors.CertificateNotValidNow(phase=Phase.TLS, chain=(leaf,))
    assert "from 2024-01-01 to 2025-01-31" in message_for(error).text


def test_a_server_that_wants_a_certificate_says_what_it_has_against_ours() -> None:
    def told(fault: errors.ClientCertificateFault, certificate: str) -> Message:
        return message_for(
            errors.ClientCertificateRefused(
                phase=Phase.WAIT, sent=Sent.ALL, fault=fault, certificate=certificate
            )
        )

    wanted = told(errors.ClientCertificateFault.WANTED, "")
    assert wanted.title == "The server wants a client certificate"
    refused = [told(fault, "/keys/desk.pem") for fault in errors.ClientCertificateFault]
    assert {message.title for message in refused} == {"The server refused the client certificate"}
    assert len({message.text for message in refused}) == len(refused)
    assert all("/keys/desk.pem" in message.text for message in refused)
    assert "may have acted on it" in refused[0].text


@pytest.mark.parametrize(("minimum", "helps"), [("1.2", False), ("1.3", True)])
def test_the_settings_are_offered_where_they_allow_an_older_version(
    minimum: str, helps: bool
) -> None:
    message = message_for(errors.TlsVersionTooOld(phase=Phase.TLS, host="h", minimum=minimum))
    assert f"TLS {minimum} is the oldest version" in message.text
    assert (messages.TLS_SETTINGS in [remedy.key for remedy in message.remedies]) is helps


def test_each_fault_of_a_file_has_its_words() -> None:
    def told(role: errors.TlsFileRole, reason: errors.TlsFileReason) -> Message:
        return message_for(
            errors.TlsFileUnusable(phase=Phase.TLS, role=role, reason=reason, path="/keys/a.p12")
        )

    ca = errors.TlsFileRole.CA
    texts = [told(ca, reason).text for reason in errors.TlsFileReason]
    assert len(set(texts)) == len(texts)
    assert all("/keys/a.p12" in text and "Nothing was sent." in text for text in texts)
    missing = errors.TlsFileReason.MISSING
    assert len({told(role, missing).title for role in errors.TlsFileRole}) == 3


def test_a_body_cut_short_counts_its_bytes() -> None:
    error = errors.IncompleteBody(phase=Phase.RECEIVE, received=500, expected=1000)
    assert message_for(error).title == "Incomplete: 500 of 1,000 bytes"
    unknown = errors.IncompleteBody(phase=Phase.RECEIVE, received=500)
    assert message_for(unknown).title == "Incomplete: 500 bytes came"


def test_text_of_a_server_is_filled_in_as_it_is() -> None:
    location = "http://x/{0}{title}" + "y" * 500
    error = errors.InvalidRedirect(
        phase=Phase.RECEIVE, location=location, reason=errors.UrlReason.MALFORMED
    )
    assert "http://x/{0}{title}" in message_for(error).text
    assert len(message_for(error).text) < 400


def test_a_full_disk_names_the_room_that_is_missing() -> None:
    message = message_for(errors.DiskFull(path="a.yml", needed=12_400_000))
    assert "12.4 MB more is needed." in message.text
    assert "your edits are kept" in message.text


def test_an_unreadable_request_has_line_and_column() -> None:
    error = errors.FileNotUnderstood(path="a.yml", line=4, column=12, reason="expected a mapping")
    assert "a.yml, line 4, column 12: expected a mapping" in message_for(error).text


def test_errors_that_are_shown_in_the_request_have_a_short_word_here_too() -> None:
    error = errors.InvalidUrl(errors.UrlPart.HOST, errors.UrlReason.MISSING)
    assert message_for(error).pill == "Not sent"


def test_what_is_no_error_of_ours_is_refused() -> None:
    with pytest.raises(TypeError):
        message_for(errors.HttpDeskError())


def test_every_phase_has_its_words() -> None:
    assert len({phase_name(phase) for phase in Phase}) == len(Phase)
    assert len({phase_progress(phase) for phase in Phase}) == len(Phase)
    assert phase_progress(Phase.WAIT) == "Waiting for first byte"


@pytest.mark.parametrize("reason", errors.SignInReason)
def test_every_reason_of_a_failed_sign_in_has_words(reason: errors.SignInReason) -> None:
    message = message_for(
        errors.SignInFailed(reason=reason, error="invalid_grant", port=8765, seconds=300)
    )
    assert message.title
    assert message.text.endswith(".")
    assert not re.search(r"!|None|\{", words(message))


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"phase": Phase.DNS}, "The proxy's name has no address."),
        ({"phase": Phase.CONNECT}, "The proxy took no connection."),
        ({"phase": Phase.PROXY}, "refused the connection or did not answer."),
        ({"phase": Phase.PROXY, "status_code": 502}, "answered with status 502."),
    ],
)
def test_how_far_the_talk_with_a_proxy_came(fields: dict[str, Any], words: str) -> None:
    """Statement 71."""
    message = message_for(errors.ProxyFailed(proxy="http://p:1", **fields))
    assert message.title == "Can't get through http://p:1"
    assert words in message.text
    assert "Nothing was sent." in message.text


@pytest.mark.parametrize("phase", [Phase.DNS, Phase.CONNECT, Phase.PROXY])
def test_a_proxy_that_hangs_is_named(phase: Phase) -> None:
    message = message_for(errors.TimedOut(phase=phase, limit_ms=1000, proxy="http://p:1"))
    assert message.text == "The proxy http://p:1 did not answer. Nothing was sent."
