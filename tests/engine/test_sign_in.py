"""Waiting for a device code, and what is told of an account."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from dataclasses import replace
from typing import Any

import pytest

from httpdesk.engine.cancel import CancelToken
from httpdesk.engine.oauth import account_of, renewed, token_of
from httpdesk.engine.places import places_of
from httpdesk.engine.sign_in import wait_for_code
from httpdesk.engine.tokens import _token
from httpdesk.model.auth import OAuth2Auth
from httpdesk.model.connection import Connection
from httpdesk.model.errors import Phase, SignInFailed, SignInReason, TimedOut
from httpdesk.model.oauth import DeviceCode, OAuthClient, Token

CLIENT = OAuthClient(token_url="https://id.test/t", client_id="me")


class Clock(CancelToken):
    """A token whose waits take no time, and are counted."""

    def __init__(self) -> None:
        super().__init__()
        self.waits: list[float] = []

    def wait(self, seconds: float) -> bool:
        self.waits.append(seconds)
        return self.cancelled


class Provider:
    """Gives one answer after the other."""

    def __init__(self, *answers: Exception | Token) -> None:
        self._answers = list(answers)

    def device_token(self, client: OAuthClient, code: DeviceCode) -> Token:
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def refusal(error: str) -> SignInFailed:
    return SignInFailed(reason=SignInReason.PROVIDER_ERROR, error=error)


def waited(provider: Any, seconds: float = 900.0) -> tuple[Token, list[float]]:
    clock = Clock()
    code = DeviceCode("d", "u", "https://id.test", seconds=seconds, interval=5.0)
    return wait_for_code(CLIENT, provider, code, clock), clock.waits


def test_the_provider_s_pace_is_kept() -> None:
    """RFC 8628 section 3.5: five seconds more for `slow_down`, for ever; twice after no answer."""
    pending, slow = refusal("authorization_pending"), refusal("slow_down")
    silent = TimedOut(phase=Phase.WAIT, limit_ms=1)
    provider = Provider(pending, slow, refusal("authorization_pending"), silent, Token("got"))
    token, waits = waited(provider)
    assert token.access_token == "got"
    assert waits == [5.0, 5.0, 10.0, 10.0, 20.0]


def test_a_code_that_expires_ends_the_wait() -> None:
    """quality.md, fault 40: by the provider's word, or by the time that it gave."""
    with pytest.raises(SignInFailed) as caught:
        waited(Provider(refusal("expired_token")))
    assert (caught.value.reason, caught.value.seconds) == (SignInReason.CODE_EXPIRED, 900.0)
    with pytest.raises(SignInFailed) as caught:
        waited(Provider(), seconds=0.0)
    assert caught.value.reason is SignInReason.CODE_EXPIRED


def test_a_refusal_ends_the_wait() -> None:
    with pytest.raises(SignInFailed) as caught:
        waited(Provider(refusal("access_denied")))
    assert caught.value.error == "access_denied"


@pytest.mark.parametrize("field", ["token_url", "device_url", "revocation_url", "refresh_url"])
def test_a_file_that_names_another_provider_leads_to_new_places(field: str) -> None:
    """security.md R4: neither client secret nor token goes to a place that a pull brought."""
    mine = Connection("id", "Shop", "https://api.test", OAuth2Auth(token_url="https://id.test/t"))
    changed: dict[str, Any] = {field: "https://evil.test/t"}
    theirs = replace(mine, auth=replace(mine.auth, **changed))
    assert places_of(theirs) != places_of(mine)


# Accounts


def id_token(**claims: object) -> str:
    payload = urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"e30.{payload}.c2ln"


@pytest.mark.parametrize(
    ("token", "account"),
    [
        (id_token(sub="7", name="Jo", email="jo@example.test"), "jo@example.test"),
        (id_token(sub="7", preferred_username="jo", name="Jo"), "jo"),
        (id_token(sub="7", name="Jö Böll"), "Jö Böll"),
        (id_token(sub="7"), "7"),
        (id_token(sub=7), ""),
        (id_token(email="a\u202eb", sub="\x1b[31m"), ""),
        (id_token(sub="x" * 5000), "x" * 120),
        (id_token(), ""),
        ("abc", ""),
        ("a.b.c", ""),
        ("..", ""),
        (f"e30.{urlsafe_b64encode(b'[' * 40_000).decode()}.x", ""),
        (None, ""),
        (7, ""),
    ],
    ids=lambda value: repr(value)[:70],
)
def test_the_account_is_shown_as_far_as_it_is_plain_text(token: object, account: str) -> None:
    assert account_of(token) == account
    fields = {"access_token": "a", "id_token": token}
    assert token_of(fields, CLIENT, 0.0).account == account


def test_a_renewal_without_an_id_token_keeps_the_account() -> None:
    """Statement 33."""
    assert renewed(Token("a", "r", account="jo"), Token("b")) == Token("b", "r", account="jo")


def test_a_token_that_was_kept_before_there_were_accounts_is_read() -> None:
    old = {"access_token": "a", "refresh_token": "r", "scope": "", "expires_at": None}
    assert _token(json.dumps(old | {"obtained_at": 1.0})) == Token("a", "r", obtained_at=1.0)
