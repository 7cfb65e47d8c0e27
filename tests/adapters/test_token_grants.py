"""The device code, the password and giving tokens back, at two real providers."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
import requests

from httpdesk.adapters.token_calls import TokenCalls
from httpdesk.engine.cancel import CancelToken
from httpdesk.engine.oauth import missing_scopes
from httpdesk.engine.sign_in import wait_for_code
from httpdesk.model.errors import SignInFailed, SignInReason
from httpdesk.model.oauth import ClientAuthentication, DeviceCode, OAuthClient, Token
from tests.helpers.fixtures import NOW, calls, provider, transport
from tests.helpers.oidc_provider import OidcProvider, enter_code_as
from tests.helpers.raw_server import RawServer, answering, response
from tests.helpers.strict_provider import (
    CLIENT_ID,
    CLIENT_SECRET,
    PASSWORD,
    USER,
    StrictProvider,
)

__all__ = ["calls", "provider", "transport"]


@pytest.fixture
def strict() -> Iterator[StrictProvider]:
    with StrictProvider() as provider:
        yield provider


def device(provider: OidcProvider) -> OAuthClient:
    return OAuthClient(
        token_url=provider.metadata["token_endpoint"],
        client_id="native",
        scope="openid offline_access email",
        device_url=provider.metadata["device_authorization_endpoint"],
        revocation_url=provider.metadata["revocation_endpoint"],
    )


def resource_owner(provider: StrictProvider, **changes: Any) -> OAuthClient:
    client = OAuthClient(
        token_url=provider.token_url,
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        authentication=ClientAuthentication.BODY,
        username=USER,
        password=PASSWORD,
    )
    return replace(client, **changes)


def with_code(calls: TokenCalls, client: OAuthClient) -> Token:
    code = calls.device_code(client)
    enter_code_as("alice", code.url_with_code)
    return wait_for_code(client, calls, replace(code, interval=0.05), CancelToken())


def status_with(provider: OidcProvider, token: Token) -> int:
    headers = {"Authorization": f"Bearer {token.access_token}"}
    return requests.get(
        provider.metadata["userinfo_endpoint"], headers=headers, timeout=10
    ).status_code


# The device code


def test_a_code_that_the_user_enters_brings_a_token(
    calls: TokenCalls, provider: OidcProvider
) -> None:
    """RFC 8628: pending until it is entered, then a token that works and says whose it is."""
    client = device(provider)
    code = calls.device_code(client)
    assert (code.interval, code.url) == (5.0, f"{provider.issuer}/device")
    assert code.user_code in code.url_with_code
    assert code.user_code not in repr(code)
    with pytest.raises(SignInFailed) as caught:
        calls.device_token(client, code)
    assert caught.value.error == "authorization_pending"

    enter_code_as("alice", code.url_with_code)
    token = wait_for_code(client, calls, replace(code, interval=0.05), CancelToken())
    assert status_with(provider, token) == 200
    assert token.account == "alice"
    assert token.refresh_token


def test_a_user_who_refuses_is_told_of(calls: TokenCalls, provider: OidcProvider) -> None:
    """quality.md, fault 40."""
    client = device(provider)
    code = calls.device_code(client)
    enter_code_as("alice", code.url_with_code, agrees=False)
    with pytest.raises(SignInFailed) as caught:
        wait_for_code(client, calls, replace(code, interval=0.05), CancelToken())
    assert (caught.value.reason, caught.value.error) == (
        SignInReason.PROVIDER_ERROR,
        "access_denied",
    )


def test_the_wait_for_a_code_ends_at_once_when_it_is_cancelled(
    calls: TokenCalls, provider: OidcProvider
) -> None:
    """Statement 26: also between two questions."""
    client, cancel = device(provider), CancelToken()
    code = calls.device_code(client)
    threading.Timer(0.2, cancel.cancel).start()
    began = time.monotonic()
    with pytest.raises(SignInFailed) as caught:
        wait_for_code(client, calls, code, cancel)
    assert caught.value.reason is SignInReason.CANCELLED
    assert time.monotonic() - began < 0.4 + 0.2


CODE = b'{"device_code":"d","user_code":"AB-CD","verification_uri":"%s"%s}'
PAGE = b"https://id.test/device"


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        ("200 OK", b"<html>", SignInReason.MALFORMED_TOKEN),
        ("200 OK", b"[1]", SignInReason.MALFORMED_TOKEN),
        ("200 OK", b'{"device_code":"d"}', SignInReason.MALFORMED_TOKEN),
        ("200 OK", CODE % (b"javascript:alert(1)", b""), SignInReason.INVALID_URL),
        ("200 OK", CODE % (b"file:///etc/passwd", b""), SignInReason.INVALID_URL),
        ("200 OK", CODE % (b"http://id.test/device", b""), SignInReason.INSECURE_URL),
        ("400 Bad Request", b'{"error":"unauthorized_client"}', SignInReason.PROVIDER_ERROR),
        ("302 Found", b"", SignInReason.MALFORMED_TOKEN),
        ("500 Oops", CODE % (PAGE, b""), SignInReason.MALFORMED_TOKEN),
    ],
    ids=repr,
)
def test_a_code_that_cannot_be_used_is_an_error_of_ours(
    calls: TokenCalls, status: str, body: bytes, reason: SignInReason
) -> None:
    """quality.md, fault 40: the user is sent nowhere that is not safe."""
    with RawServer(answering(response(body, status=status))) as server:
        url = f"http://127.0.0.1:{server.port}/"
        with pytest.raises(SignInFailed) as caught:
            calls.device_code(OAuthClient(token_url=url, client_id="me", device_url=url))
    assert caught.value.reason is reason


def test_a_page_with_the_code_must_be_beside_the_page_without(calls: TokenCalls) -> None:
    """RFC 8628 section 3.3.1: what the user is told and what opens are one place."""
    more = b',"verification_uri_complete":"https://evil.test/device?c=AB-CD","interval":0'
    with RawServer(answering(response(CODE % (PAGE, more)))) as server:
        url = f"http://127.0.0.1:{server.port}/"
        code = calls.device_code(OAuthClient(token_url=url, client_id="me", device_url=url))
    assert (code.url, code.url_with_code, code.interval) == (PAGE.decode(), "", 5.0)


# Giving a token back


def test_a_token_that_was_given_back_is_worth_nothing(
    calls: TokenCalls, provider: OidcProvider
) -> None:
    """RFC 7009: neither the access token nor what renews it."""
    client = device(provider)
    token = with_code(calls, client)
    assert status_with(provider, token) == 200
    calls.revoke(client, token)
    assert status_with(provider, token) == 401
    with pytest.raises(SignInFailed) as caught:
        calls.refresh(client, token)
    assert caught.value.error == "invalid_grant"


@pytest.mark.parametrize("status", ["400 Bad Request", "503 Service Unavailable"])
def test_a_provider_that_takes_no_token_back_is_told_of(calls: TokenCalls, status: str) -> None:
    body = b'{"error":"unsupported_token_type"}'
    with RawServer(answering(response(body, status=status))) as server:
        url = f"http://127.0.0.1:{server.port}/"
        client = OAuthClient(token_url=url, client_id="me", revocation_url=url)
        with pytest.raises(SignInFailed) as caught:
            calls.revoke(client, Token("CANARY-1", "CANARY-2"))
    assert caught.value.error == "unsupported_token_type"
    assert "CANARY" not in repr(caught.value)


# A strict provider


def test_a_password_brings_a_token(calls: TokenCalls, strict: StrictProvider) -> None:
    """Statements 30, 35 and 37: the secret in the body alone, no `expires_in`, fewer scopes."""
    client = resource_owner(strict, scope="read write")
    token = calls.password(client)
    assert (token.expires_at, missing_scopes(token, client)) == (None, ("write",))
    assert strict.calls[0] == {
        "grant_type": "password",
        "username": USER,
        "password": PASSWORD,
        "scope": "read write",
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
    }
    assert "Authorization" not in strict.heads[0]


def test_a_renewal_asks_for_no_more_than_was_granted(
    calls: TokenCalls, strict: StrictProvider
) -> None:
    """Statements 33 and 37: a wider scope would be refused (RFC 6749 section 6)."""
    client = resource_owner(strict, scope="read write")
    first = calls.password(client)
    second = calls.refresh(client, first)
    assert second.access_token != first.access_token
    assert (second.refresh_token, second.scope) == (first.refresh_token, "read")


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"authentication": ClientAuthentication.BASIC}, "invalid_client"),
        ({"client_secret": "wrong"}, "invalid_client"),
        ({"client_id": "nobody"}, "invalid_client"),
        ({"client_id": ""}, "invalid_client"),
        ({"password": "wrong"}, "invalid_grant"),
    ],
    ids=repr,
)
def test_what_the_provider_refuses_is_told_in_its_word_and_not_tried_again(
    calls: TokenCalls, strict: StrictProvider, changes: dict[str, Any], error: str
) -> None:
    """Statements 30 and 34; quality.md, fault 40."""
    with pytest.raises(SignInFailed) as caught:
        calls.password(resource_owner(strict, **changes))
    assert (caught.value.reason, caught.value.error) == (SignInReason.PROVIDER_ERROR, error)
    assert len(strict.calls) == 1


JSON = "application/json"
HUGE = b'{"access_token":"%s"}' % (b"a" * 10_000_000)
Ask = Callable[[TokenCalls, OAuthClient], object]
ASKS: dict[str, Ask] = {
    "password": lambda calls, client: calls.password(client),
    "client credentials": lambda calls, client: calls.client_credentials(client),
    "device": lambda calls, client: calls.device_token(
        client, DeviceCode("d", "u", "https://id.test")
    ),
    "refresh": lambda calls, client: calls.refresh(client, Token("old", "again")),
}


@pytest.mark.parametrize("ask", ASKS.values(), ids=ASKS)
@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ((200, JSON, HUGE), "too long"),
        ((200, "text/html", b"<html><body>Welcome to the gateway</body>"), "malformed"),
        ((502, "text/html", b"<html>Bad gateway</html>"), "malformed"),
        ((200, JSON, b""), "malformed"),
        ((204, JSON, b""), "malformed"),
        ((200, JSON, b"null"), "malformed"),
        ((200, JSON, b"\xff\xfe"), "malformed"),
        ((200, JSON, b"[" * 100_000), "malformed"),
        ((200, JSON, b'{"access_token":{"a":1}}'), "malformed"),
        ((401, JSON, b'{"error":"invalid_client"}'), "provider"),
        ((400, JSON, b'{"error":"invalid_grant","error_description":"gone"}'), "provider"),
        ((403, JSON, b'{"error":"access_denied"}'), "provider"),
        ((400, JSON, b'{"error":"invalid_scope"}'), "provider"),
        ((400, JSON, b'{"error":"%s"}' % (b"x" * 5000)), "provider"),
        ((503, JSON, b'{"error":"temporarily_unavailable"}'), "provider"),
    ],
    ids=lambda value: repr(value)[:70],
)
def test_no_answer_makes_a_token_of_nothing(
    calls: TokenCalls,
    strict: StrictProvider,
    ask: Ask,
    answer: tuple[int, str, bytes],
    reason: str,
) -> None:
    """quality.md, fault 40: every grant, every kind of wrong answer, one call each."""
    strict.answer = answer
    with pytest.raises(SignInFailed) as caught:
        ask(calls, resource_owner(strict))
    assert caught.value.reason.value.startswith(reason)
    assert len(caught.value.error) <= 300
    assert len(strict.calls) == 1


def test_an_answer_as_a_form_is_a_token_too(calls: TokenCalls, strict: StrictProvider) -> None:
    """security.md R3, 7: what some providers still send."""
    form = b"access_token=abc&token_type=bearer&expires_in=60&scope=read"
    strict.answer = (200, "application/x-www-form-urlencoded", form)
    token = calls.password(resource_owner(strict))
    assert (token.access_token, token.expires_at, token.scope) == ("abc", NOW + 60, "read")


# Further parameters


def test_further_parameters_are_added_and_replace_nothing(
    calls: TokenCalls, strict: StrictProvider
) -> None:
    """Statement 26: neither state, redirect, challenge, client nor secret can be another."""
    added = (("audience", "a b"), ("resource", "r1"), ("state", "x"), ("client_secret", "x"))
    more = (*added, ("redirect_uri", "https://evil.test"), ("code_challenge", "x"))
    client = resource_owner(strict, token_params=more, authorization_params=more)
    client = replace(client, authorization_url="https://id.test/a?tenant=7")
    pending = calls.begin(client, "http://127.0.0.1:1/callback")
    query = parse_qs(urlsplit(pending.url).query)
    assert (query["audience"], query["resource"], query["tenant"]) == (["a b"], ["r1"], ["7"])
    assert (query["state"], query["redirect_uri"]) == (
        [pending.state],
        ["http://127.0.0.1:1/callback"],
    )
    assert len(query["code_challenge"]) == 1
    assert "client_secret" not in query

    token = calls.password(client)
    calls.refresh(client, token)
    for call in strict.calls:
        assert (call["audience"], call["resource"]) == ("a b", "r1")
        assert call["client_secret"] == CLIENT_SECRET
        assert not {"state", "redirect_uri", "code_challenge"} & call.keys()


def test_a_parameter_may_be_there_twice(calls: TokenCalls) -> None:
    """RFC 8707 section 2: `resource` is repeated for several."""
    token = response(b'{"access_token":"abc"}', "Content-Type: application/json")
    with RawServer(answering(token)) as server:
        url = f"http://127.0.0.1:{server.port}/"
        more = (("resource", "r1"), ("resource", "r2"))
        calls.client_credentials(OAuthClient(token_url=url, client_id="me", token_params=more))
        body = server.requests[0].partition(b"\r\n\r\n")[2].decode()
    assert [value for name, value in parse_qsl(body) if name == "resource"] == ["r1", "r2"]
