"""Tokens from a real provider, and what providers that are wrong do to us."""

from __future__ import annotations

import logging
import threading
from base64 import b64decode
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from httpdesk.adapters.loopback import LoopbackListener
from httpdesk.adapters.requests_transport import RequestsTransport
from httpdesk.adapters.token_calls import TokenCalls
from httpdesk.adapters.transport_adapter import TransportAdapter
from httpdesk.engine.cancel import CancelToken
from httpdesk.engine.oauth import check_issuer, missing_scopes
from httpdesk.model.errors import (
    Cancelled,
    ConnectionRefused,
    SignInFailed,
    SignInReason,
    TimedOut,
)
from httpdesk.model.oauth import ClientAuthentication, OAuthClient, Pkce, Token
from tests.helpers.fixtures import NOW, calls, provider, transport
from tests.helpers.oidc_provider import SECRET, OidcProvider, sign_in_as
from tests.helpers.proxies import free_port
from tests.helpers.raw_server import RawServer, answering, response

__all__ = ["calls", "provider", "transport"]


def native(provider: OidcProvider, **changes: object) -> OAuthClient:
    client = OAuthClient(
        token_url=provider.metadata["token_endpoint"],
        authorization_url=provider.metadata["authorization_endpoint"],
        client_id="native",
        scope="openid offline_access api:read",
        issuer=provider.issuer,
        names_issuer=provider.metadata["authorization_response_iss_parameter_supported"],
    )
    return replace(client, **changes)  # type: ignore[arg-type]


def signed_in(calls: TokenCalls, client: OAuthClient) -> Token:
    """Go the whole way: listener, browser, code, token."""
    with LoopbackListener() as listener:
        pending = calls.begin(client, listener.redirect_uri)
        browser = threading.Thread(target=_browse, args=(pending.url,))
        browser.start()
        answer = listener.wait(pending.state, CancelToken(), 20)
        browser.join(10)
    check_issuer(answer, client)
    return calls.exchange(client, pending, answer.code)


def _browse(url: str) -> None:
    back = sign_in_as("alice", f"{url}&prompt=consent")
    assert "You can close this tab" in requests.get(back, timeout=10).text


# A real provider


def test_a_sign_in_brings_a_token_that_works(calls: TokenCalls, provider: OidcProvider) -> None:
    """Statements 26 and 27: code, state, PKCE S256, blank secret."""
    token = signed_in(calls, native(provider))
    headers = {"Authorization": f"Bearer {token.access_token}"}
    me = requests.get(provider.metadata["userinfo_endpoint"], headers=headers, timeout=10)
    assert (me.status_code, me.json()["sub"]) == (200, "alice")
    assert token.refresh_token
    assert token.expires_at == NOW + 600
    assert missing_scopes(token, native(provider)) == ()


def test_the_browser_s_url_has_what_it_must_and_nothing_else(
    calls: TokenCalls, provider: OidcProvider
) -> None:
    """Statements 26 and 29: no header and no secret in the browser's URL."""
    client = native(provider, client_secret="CANARY", token_headers=(("X-Tenant", "CANARY"),))
    pending = calls.begin(client, "http://127.0.0.1:1/callback")
    query = parse_qs(urlsplit(pending.url).query)
    assert set(query) == {
        "response_type",
        "client_id",
        "redirect_uri",
        "scope",
        "state",
        "code_challenge",
        "code_challenge_method",
    }
    assert query["code_challenge_method"] == ["S256"]
    assert len(query["code_challenge"][0]) == 43
    assert len(pending.state) == 64
    assert "CANARY" not in pending.url
    assert pending.state not in repr(pending)
    assert calls.begin(client, "http://127.0.0.1:1/callback").state != pending.state


@pytest.mark.parametrize("method", [Pkce.PLAIN, Pkce.OFF])
def test_weaker_proofs_can_be_chosen(
    calls: TokenCalls, provider: OidcProvider, method: Pkce
) -> None:
    """Statement 27."""
    pending = calls.begin(native(provider, pkce=method), "http://127.0.0.1:1/callback")
    query = parse_qs(urlsplit(pending.url).query)
    expected = ["plain"] if method is Pkce.PLAIN else None
    assert query.get("code_challenge_method") == expected
    assert query.get("code_challenge", [""]) == [pending.verifier]


def test_the_query_of_the_authorization_url_stays(
    calls: TokenCalls, provider: OidcProvider
) -> None:
    client = native(provider, authorization_url="https://id.test/a?tenant=7&x=%2F")
    assert "tenant=7" in calls.begin(client, "http://127.0.0.1:1/callback").url


def test_a_token_is_renewed_and_its_refresh_token_rotated(
    calls: TokenCalls, provider: OidcProvider
) -> None:
    """Statements 28 and 33."""
    client = native(provider)
    token = signed_in(calls, client)
    newer = calls.refresh(client, token)
    assert newer.access_token != token.access_token
    assert newer.refresh_token not in {"", token.refresh_token}
    with pytest.raises(SignInFailed) as caught:
        calls.refresh(client, token)
    assert (caught.value.reason, caught.value.error) == (
        SignInReason.PROVIDER_ERROR,
        "invalid_grant",
    )


@pytest.mark.parametrize(
    ("name", "authentication"),
    [
        ("service-basic", ClientAuthentication.BASIC),
        ("service-body", ClientAuthentication.BODY),
    ],
)
def test_a_client_gets_a_token_for_itself(
    calls: TokenCalls, provider: OidcProvider, name: str, authentication: ClientAuthentication
) -> None:
    """Statements 30 and 35: the secret is sent at one place only, and none to renew with."""
    client = native(
        provider,
        client_id=name,
        client_secret=SECRET,
        authentication=authentication,
        scope="api:read",
        token_headers=(("X-Tenant", "t-42"),),
    )
    token = calls.client_credentials(client)
    assert (token.scope, token.refresh_token) == ("api:read", "")
    call = provider.token_calls()[-1]
    body = call["body"]
    in_body = authentication is ClientAuthentication.BODY
    assert ("client_secret" in body) is in_body
    assert ("authorization" in call["headers"]) is not in_body
    assert call["headers"]["x-tenant"] == "t-42"
    assert call["headers"]["accept"] == "application/json"


def test_a_wrong_secret_is_told_in_the_provider_s_words(
    calls: TokenCalls, provider: OidcProvider
) -> None:
    """Statement 30: and no second try is made."""
    client = native(provider, client_id="service-basic", client_secret="wrong", scope="")
    before = len(provider.token_calls())
    with pytest.raises(SignInFailed) as caught:
        calls.client_credentials(client)
    error = caught.value
    assert (error.error, error.status_code) == ("invalid_client", 401)
    assert error.url == provider.metadata["token_endpoint"]
    assert len(provider.token_calls()) == before + 1


def test_nothing_of_it_is_in_any_log(
    calls: TokenCalls, provider: OidcProvider, caplog: pytest.LogCaptureFixture
) -> None:
    """Statement 38."""
    for name in ("", "oauthlib", "requests_oauthlib", "requests_oauthlib.oauth2_session"):
        caplog.set_level(logging.DEBUG, name)
    client = native(provider)
    token = signed_in(calls, client)
    newer = calls.refresh(client, token)
    told = " ".join(f"{record.getMessage()} {record.args}" for record in caplog.records)
    for secret in (token.access_token, token.refresh_token, newer.access_token, "code_verifier"):
        assert secret not in told
    assert token.access_token not in repr(token)


# Providers that are wrong


def client_of(server: RawServer, **changes: object) -> OAuthClient:
    client = OAuthClient(token_url=f"http://127.0.0.1:{server.port}/token", client_id="me")
    return replace(client, **changes)  # type: ignore[arg-type]


GOOD = b'{"access_token":"abc","token_type":"Bearer"}'


def json_answer(body: bytes, status: str = "200 OK") -> Callable[..., None]:
    return answering(response(body, "Content-Type: application/json", status=status))


@pytest.mark.parametrize(
    ("body", "expires_at"),
    [
        (GOOD, None),
        (b'{"access_token":"abc"}', None),
        (b'{"access_token":"abc","token_type":"bearer","expires_in":60}', NOW + 60),
        (b'{"access_token":"abc","token_type":"BEARER","expires_in":"60"}', NOW + 60),
        (b'{"access_token":"abc","token_type":"Bearer","expires_in":0}', None),
        (b'{"access_token":"abc","token_type":"Bearer","expires_in":1e9}', NOW + 31_536_000),
        (b'{"access_token":"abc","token_type":"Bearer","expires_in":""}', None),
        (b'{"access_token":"abc","token_type":"Bearer","expires_in":"soon"}', None),
        (b'{"access_token":"abc","token_type":"Bearer","expires_in":null}', None),
    ],
    ids=repr,
)
def test_what_is_not_said_is_not_known(
    calls: TokenCalls, body: bytes, expires_at: float | None
) -> None:
    """Statement 35."""
    with RawServer(json_answer(body)) as server:
        token = calls.client_credentials(client_of(server))
    assert (token.access_token, token.expires_at) == ("abc", expires_at)


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        ("200 OK", b"", SignInReason.MALFORMED_TOKEN),
        ("200 OK", b"<html>", SignInReason.MALFORMED_TOKEN),
        ("200 OK", b"[]", SignInReason.MALFORMED_TOKEN),
        ("200 OK", b'"abc"', SignInReason.MALFORMED_TOKEN),
        ("200 OK", b"{}", SignInReason.MALFORMED_TOKEN),
        ("200 OK", b'{"access_token":""}', SignInReason.MALFORMED_TOKEN),
        ("200 OK", b'{"access_token":7}', SignInReason.MALFORMED_TOKEN),
        ("200 OK", b'{"access_token":"a b"}', SignInReason.MALFORMED_TOKEN),
        ("200 OK", b'{"access_token":"a\\r\\nX: 1"}', SignInReason.MALFORMED_TOKEN),
        ("200 OK", b'{"access_token":"abc","token_type":"mac"}', SignInReason.MALFORMED_TOKEN),
        ("502 Bad Gateway", b"<html>no</html>", SignInReason.MALFORMED_TOKEN),
        ("302 Found", b"", SignInReason.MALFORMED_TOKEN),
        ("400 Bad Request", b'{"error":"invalid_scope"}', SignInReason.PROVIDER_ERROR),
        ("200 OK", b'{"error":"slow_down"}', SignInReason.PROVIDER_ERROR),
        ("400 Bad Request", b'{"error":["a"]}', SignInReason.MALFORMED_TOKEN),
    ],
    ids=repr,
)
def test_what_is_no_token_is_an_error_of_ours(
    calls: TokenCalls, status: str, body: bytes, reason: SignInReason
) -> None:
    """quality.md, fault 40."""
    with RawServer(json_answer(body, status)) as server:
        with pytest.raises(SignInFailed) as caught:
            calls.client_credentials(client_of(server))
        assert len(server.requests) == 1
    assert caught.value.reason is reason


def test_a_token_call_is_never_led_elsewhere(calls: TokenCalls) -> None:
    """security.md R3, 7."""
    with RawServer(json_answer(GOOD)) as other:
        location = f"Location: http://127.0.0.1:{other.port}/token"
        moved = response(b"", location, status="307 Temporary Redirect")
        with RawServer(answering(moved)) as server, pytest.raises(SignInFailed):
            calls.client_credentials(client_of(server, client_secret="s"))
        assert other.requests == []


def test_fewer_scopes_are_no_error(calls: TokenCalls) -> None:
    """Statement 37."""
    body = b'{"access_token":"abc","token_type":"Bearer","scope":"read"}'
    with RawServer(json_answer(body)) as server:
        client = client_of(server, scope="read write")
        token = calls.client_credentials(client)
    assert missing_scopes(token, client) == ("write",)


def test_a_new_refresh_token_is_not_always_given(calls: TokenCalls) -> None:
    """Statement 33."""
    with RawServer(json_answer(GOOD)) as server:
        client = client_of(server, refresh_url=f"http://127.0.0.1:{server.port}/renew")
        newer = calls.refresh(client, Token("old", "kept"))
        assert server.requests[0].startswith(b"POST /renew HTTP/1.1\r\n")
    assert (newer.access_token, newer.refresh_token) == ("abc", "kept")


@pytest.mark.parametrize(
    ("authentication", "expected"),
    [
        (ClientAuthentication.BASIC, "me%3A1:p%40ss+w"),
        (ClientAuthentication.BASIC_RAW, "me:1:p@ss w"),
    ],
)
def test_basic_is_encoded_or_raw(
    calls: TokenCalls, authentication: ClientAuthentication, expected: str
) -> None:
    """Statement 30; RFC 6749 section 2.3.1."""
    with RawServer(json_answer(GOOD)) as server:
        calls.client_credentials(
            client_of(
                server, client_id="me:1", client_secret="p@ss w", authentication=authentication
            )
        )
        head = server.requests[0].partition(b"\r\n\r\n")[0].decode()
    line = next(line for line in head.split("\r\n") if line.startswith("Authorization: Basic "))
    assert b64decode(line[21:]).decode() == expected


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://id.test/token", SignInReason.INSECURE_URL),
        ("ftp://id.test/token", SignInReason.INVALID_URL),
        ("id.test/token", SignInReason.INVALID_URL),
        ("https://u:CANARY@id.test/token", SignInReason.INVALID_URL),
        ("", SignInReason.INVALID_URL),
    ],
)
def test_secrets_go_over_tls_only(calls: TokenCalls, url: str, reason: SignInReason) -> None:
    """Statement 36."""
    with pytest.raises(SignInFailed) as caught:
        calls.client_credentials(OAuthClient(token_url=url, client_id="me"))
    assert caught.value.reason is reason
    assert "CANARY" not in f"{caught.value!r} {caught.value.url}"


def test_an_answer_without_end_is_cut(transport: RequestsTransport) -> None:
    adapter = TransportAdapter(transport, CancelToken(), most_bytes=1000)
    calls = TokenCalls(lambda: adapter, lambda: NOW)
    with RawServer(json_answer(b"x" * 2000)) as server, pytest.raises(SignInFailed) as caught:
        calls.client_credentials(client_of(server))
    assert caught.value.reason is SignInReason.TOO_LONG


def test_a_provider_that_is_not_there_is_our_own_error(calls: TokenCalls) -> None:
    with pytest.raises(ConnectionRefused):
        calls.client_credentials(OAuthClient(f"http://127.0.0.1:{free_port()}/token", "me"))


def test_a_provider_that_is_silent_is_not_waited_for(transport: RequestsTransport) -> None:
    adapter = TransportAdapter(transport, CancelToken(), seconds=0.1)
    calls = TokenCalls(lambda: adapter, lambda: NOW)
    with RawServer(lambda peer: peer.wait_until_gone()) as server, pytest.raises(TimedOut):
        calls.client_credentials(client_of(server))


def test_a_token_call_can_be_cancelled(transport: RequestsTransport) -> None:
    cancel = CancelToken()
    calls = TokenCalls(lambda: TransportAdapter(transport, cancel), lambda: NOW)
    threading.Timer(0.05, cancel.cancel).start()
    with RawServer(lambda peer: peer.wait_until_gone()) as server, pytest.raises(Cancelled):
        calls.client_credentials(client_of(server))
