"""What the user reads when a request cannot be sent as it stands."""

from __future__ import annotations

import itertools

import pytest

from httpdesk.engine.json_check import JsonFault, JsonProblem
from httpdesk.gui.request.problems import (
    json_sentence,
    sentence,
    warning_sentence,
    xml_sentence,
)
from httpdesk.model import errors
from httpdesk.model.errors import (
    CredentialReason,
    EnvironmentCircle,
    HeaderReason,
    InvalidCredential,
    InvalidGraphQL,
    InvalidHeader,
    InvalidJsonBody,
    InvalidMethod,
    InvalidOption,
    InvalidPart,
    InvalidProxy,
    InvalidRequest,
    InvalidUrl,
    ProtectedNotSent,
    ProxyUrlReason,
    SecretNotSet,
    UnknownConnection,
    UnknownEnvironment,
    UnknownVariables,
    UnsupportedBody,
    UnusableAuth,
    UploadReason,
    UploadUnreadable,
    UrlPart,
    UrlReason,
    ValuesNotGiven,
    VariableBound,
    VariableLimit,
    VariablePlace,
)
from httpdesk.model.exchange import ResolveWarning, WarningKind
from httpdesk.render.xml_layout import XmlFault
from httpdesk.render.xml_text import XmlError


def unknown(*names: str, cycle: bool = False, via: str = "") -> UnknownVariables:
    """Give the error for names in the URL."""
    places = tuple(VariablePlace(name, "url", 0, via=via) for name in names)
    return UnknownVariables(places, cycle=cycle)


EXAMPLES: list[InvalidRequest] = [
    *(InvalidUrl(part, why, "x") for part, why in itertools.product(UrlPart, UrlReason)),
    *(InvalidHeader(0, "X-A", reason) for reason in HeaderReason),
    *(InvalidOption(option, "x") for option in ("success", "timeout_ms", "max_redirects", "new")),
    *(VariableLimit("a", "url", bound, 8) for bound in VariableBound),
    InvalidMethod("G T"),
    InvalidMethod(""),
    UnsupportedBody("sparql"),
    *(UploadUnreadable(0, "a", "b", reason) for reason in UploadReason),
    InvalidPart(0, "a"),
    InvalidGraphQL(1, 2, "comma expected"),
    InvalidJsonBody(1, 2, "comma expected"),
    InvalidCredential(CredentialReason.MISSING, "key"),
    UnknownConnection("Orders"),
    InvalidCredential(CredentialReason.MISSING, "token", owner="folder"),
    UnusableAuth("oauth2", "folder"),
    UnusableAuth("ntlm", "request"),
    UnknownEnvironment("Stage", "Local", ("Staging",)),
    EnvironmentCircle(("A", "B", "A")),
    SecretNotSet("token", "Staging"),
    ValuesNotGiven(("?code",)),
    ProtectedNotSent("Production", "DELETE"),
    InvalidProxy(ProxyUrlReason.SCHEME, "ftp://proxy"),
    unknown("a"),
    unknown("a", via="b"),
    unknown("a", "b"),
    unknown("a", cycle=True),
    unknown("a", "b", cycle=True),
]


@pytest.mark.parametrize("error", EXAMPLES, ids=repr)
def test_every_error_has_a_finished_sentence(error: InvalidRequest) -> None:
    """Part, reason and value are filled in, and the sentence ends as one."""
    text = sentence(error)
    assert text[0].isupper() or text.startswith(("a ", "a,", "x "))
    assert text.endswith(".")
    assert "{" not in text
    assert "!" not in text


def test_every_kind_of_error_is_in_the_examples() -> None:
    """A new kind of InvalidRequest needs a sentence: this test names it."""
    kinds = {
        kind
        for kind in vars(errors).values()
        if isinstance(kind, type)
        and issubclass(kind, InvalidRequest)
        and kind is not InvalidRequest
    }
    assert kinds == {type(example) for example in EXAMPLES}


@pytest.mark.parametrize("kind", WarningKind)
def test_every_warning_has_a_sentence(kind: WarningKind) -> None:
    """Warnings are said in words too."""
    assert warning_sentence(ResolveWarning(kind, "Accept")).endswith(".")


@pytest.mark.parametrize("fault", JsonFault)
def test_every_json_fault_has_words(fault: JsonFault) -> None:
    """Statement 41: line, column and what was expected."""
    assert json_sentence(JsonProblem(4, 12, fault)).startswith("Line 4, column 12: ")


@pytest.mark.parametrize("fault", XmlFault)
def test_every_xml_fault_has_words(fault: XmlFault) -> None:
    """The same for XML."""
    assert xml_sentence(XmlError(fault, 0, 4, 12)).startswith("Line 4, column 12: ")


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (
            InvalidUrl(UrlPart.PORT, UrlReason.OUT_OF_RANGE, "99999"),
            "The port 99999 is above 65535.",
        ),
        (
            InvalidUrl(UrlPart.PORT, UrlReason.OUT_OF_RANGE, "0"),
            "The port 0 is not between 1 and 65535.",
        ),
        (
            InvalidUrl(UrlPart.SCHEME, UrlReason.UNSUPPORTED, "ftp"),
            "The scheme ftp can't be sent. Use https or http.",
        ),
        (InvalidUrl(UrlPart.HOST, UrlReason.SPACE, "a b"), "The host a b holds a space."),
        (InvalidUrl(UrlPart.PATH, UrlReason.SPACE, "/a b"), "The path holds a space."),
        (unknown("order_id"), "order_id has no value."),
        (unknown("a", "b", "a", "c"), "a, b and c have no value."),
        (
            InvalidHeader(2, "X-A", HeaderReason.CONTROL, 3),
            "The value of X-A holds a line break or another control character.",
        ),
        (InvalidHeader(2, "", HeaderReason.EMPTY_NAME), "Header 3 has no name."),
    ],
)
def test_sentences(error: InvalidRequest, expected: str) -> None:
    """Statements 3, 8, 18 and 83: the sentence names the part."""
    assert sentence(error) == expected


def test_the_json_sentence_is_the_one_of_the_design() -> None:
    """ui.md section 9, statement 41: the mistake, and what Send does about it."""
    problem = JsonProblem(4, 12, JsonFault.COMMA_EXPECTED)
    assert json_sentence(problem) == ("Line 4, column 12: expected a comma. Send asks first.")


def test_a_password_in_the_url_is_not_repeated() -> None:
    """Statement 76: error texts hold no credentials."""
    for reason in UrlReason:
        assert "hunter2" not in sentence(InvalidUrl(UrlPart.USERINFO, reason, "user:hunter2"))


def test_a_long_text_is_cut() -> None:
    """A pasted novel does not become the error line."""
    text = sentence(InvalidUrl(UrlPart.HOST, UrlReason.SPACE, "a b\n" * 500))
    assert len(text) < 120
    assert "\n" not in text
