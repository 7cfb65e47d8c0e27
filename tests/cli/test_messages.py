"""Every error has a sentence (rule: what happened, why, what left the computer, what to do)."""

from __future__ import annotations

import dataclasses
import inspect
from typing import Any

import pytest

from httpdesk.cli.messages import describe
from httpdesk.cli.request_messages import warning_sentence
from httpdesk.model import errors
from httpdesk.model.errors import HttpDeskError, Phase, SendFailed, Sent
from httpdesk.model.exchange import ResolveWarning, WarningKind
from httpdesk.model.questions import LeaveTls, NewPlaces

ERRORS = [
    kind
    for _, kind in inspect.getmembers(errors, inspect.isclass)
    if issubclass(kind, HttpDeskError) and kind is not HttpDeskError
]

VALUES: dict[str, Any] = {
    "phase": Phase.CONNECT,
    "part": errors.UrlPart.HOST,
    "places": (errors.VariablePlace("who", "header 2", 7, via="whole"),),
    "bound": errors.VariableBound.DEPTH,
    "exceeded": errors.HeadBound.BYTES,
    "limit_ms": 1500,
    "chain": (errors.CertificateFacts("CN=leaf", "CN=issuer", ("a.example",), "2001", "2002"),),
}
QUESTION = LeaveTls(302, "https://a.example", "http://b.example")
BY_TYPE = {
    "Question": QUESTION,
    "NewPlaces": NewPlaces("Orders", ("base_url https://a.example",), ("proxy http://b.example",)),
    "str": "word",
    "int": 3,
    "int | None": 3,
    "bool": False,
    "float": 1.0,
    "bytes": b"",
    "tuple[str, ...]": ("word", "other"),
}


def make(kind: type[HttpDeskError], **values: object) -> HttpDeskError:
    """Return an error with something in every field."""
    given: dict[str, Any] = {}
    for field in dataclasses.fields(kind):  # type: ignore[arg-type]
        reasons = {"HeaderReason": errors.HeaderReason.CONTROL, "UrlReason": errors.UrlReason.SPACE}
        reasons["UploadReason"] = errors.UploadReason.MISSING
        reasons["ProxyUrlReason"] = errors.ProxyUrlReason.PORT
        reasons["TlsFileReason"] = errors.TlsFileReason.NO_KEY
        reasons["ClientCertificateFault"] = errors.ClientCertificateFault.EXPIRED
        reasons["SignInReason"] = errors.SignInReason.PROVIDER_ERROR
        reasons["CredentialReason"] = errors.CredentialReason.MISSING
        reasons["SecretsReason"] = errors.SecretsReason.LOCKED
        reasons["TlsFileRole"] = errors.TlsFileRole.KEY
        reasons["OffloadFault"] = errors.OffloadFault.ENDED
        known = {**BY_TYPE, **reasons, "Sent": Sent.PART}
        given[field.name] = VALUES.get(field.name, known.get(str(field.type)))
    return kind(**(given | values))


@pytest.mark.parametrize("kind", ERRORS, ids=lambda kind: kind.__name__)
def test_every_error_is_told_in_sentences(kind: type[HttpDeskError]) -> None:
    text = describe(make(kind))
    assert text[0].isupper() or text[0] in "'\"" or text.startswith("word"), text
    assert all(line.rstrip().endswith((".", "=VALUE", "word")) for line in text.split("\n")), text
    assert len(text.split("\n")) <= 3
    assert "None" not in text


@pytest.mark.parametrize(
    "kind",
    [kind for kind in ERRORS if issubclass(kind, SendFailed)],
    ids=lambda kind: kind.__name__,
)
def test_a_failed_send_says_what_left_the_computer(kind: type[HttpDeskError]) -> None:
    told = {sent: describe(make(kind, sent=sent)) for sent in Sent}
    assert "Nothing was sent." in told[Sent.NOTHING]
    assert "Part of the request was sent." in told[Sent.PART]
    assert "The whole request was sent" in told[Sent.ALL]
    assert "Details: word" in told[Sent.ALL]


@pytest.mark.parametrize("reason", errors.UrlReason)
def test_every_reason_against_a_url_has_words(reason: errors.UrlReason) -> None:
    for part in errors.UrlPart:
        text = describe(errors.InvalidUrl(part, reason, "what was typed"))
        assert "Nothing was sent." in text
        assert ("what was typed" in text) == (part is not errors.UrlPart.USERINFO)


@pytest.mark.parametrize("reason", errors.HeaderReason)
def test_every_reason_against_a_header_has_words(reason: errors.HeaderReason) -> None:
    assert "'X-Name'" in describe(errors.InvalidHeader(2, "X-Name", reason))
    assert "Header 3" in describe(errors.InvalidHeader(2, "", reason))


def test_all_unknown_names_are_listed_with_their_places() -> None:
    """Statement 83."""
    places = (errors.VariablePlace("a", "url", 0), errors.VariablePlace("b", "header 1", 4))
    text = describe(errors.UnknownVariables(places))
    assert "{{a}} in url, {{b}} in header 1" in text
    assert "--var a=VALUE" in text


@pytest.mark.parametrize("kind", WarningKind)
def test_every_warning_has_words(kind: WarningKind) -> None:
    sentence = warning_sentence(ResolveWarning(kind, "X-Name"))
    assert sentence.endswith(".")
    assert "{0}" not in sentence


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"phase": Phase.DNS}, "http://p:1 was not found. Nothing was sent."),
        ({"phase": Phase.CONNECT}, "http://p:1 took no connection. Nothing was sent."),
        ({"phase": Phase.PROXY}, "http://p:1 refused the connection or did not answer."),
        ({"phase": Phase.PROXY, "status_code": 502}, "answered 502 and made no connection."),
        ({"phase": Phase.PROXY, "status_code": 407, "refused": True}, "wants a sign-in"),
    ],
)
def test_what_a_proxy_did_is_told(fields: dict[str, Any], words: str) -> None:
    """Statement 71."""
    assert words in describe(errors.ProxyFailed(proxy="http://p:1", **fields))


@pytest.mark.parametrize("reason", errors.SignInReason)
def test_every_reason_of_a_failed_sign_in_has_words(reason: errors.SignInReason) -> None:
    """Statement 30: a refused client is told of the other place for its secret."""
    text = describe(
        errors.SignInFailed(reason=reason, error="invalid_client", url="https://id.test/token")
    )
    assert text[0].isupper() or text.startswith("https")
    assert all(line.endswith(".") for line in text.split("\n"))
    assert "None" not in text
    assert "header or in the body" in text


def test_a_proxy_that_hangs_is_named() -> None:
    """Statement 71: the server was not even asked."""
    error = errors.TimedOut(phase=Phase.CONNECT, limit_ms=1500, host="h", proxy="http://p:1")
    told = describe(error)
    assert told.startswith("The proxy http://p:1 did not let the request through within 1.5")
