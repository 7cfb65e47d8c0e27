"""What may come back from a browser, and what becomes of the sign-in (quality.md, fault 40)."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from httpdesk.adapters.loopback import LoopbackListener
from httpdesk.adapters.requests_transport import RequestsTransport
from httpdesk.adapters.token_calls import TokenCalls
from httpdesk.adapters.transport_adapter import TransportAdapter
from httpdesk.engine.cancel import CancelToken
from httpdesk.engine.sign_in import Steps, sign_in
from httpdesk.model.errors import SignInFailed, SignInReason
from httpdesk.model.oauth import OAuthClient, Token
from httpdesk.model.sign_in import SignInStep, StepKind
from tests.helpers.fixtures import world
from tests.helpers.token_world import TokenWorld

__all__ = ["world"]

ISSUER = "https://id.test"
GOOD = "code=CANARY-code&state={state}&iss=https%3A%2F%2Fid.test"


class Page:
    """A browser that is led to one query after the other; `statuses` is what it was answered."""

    def __init__(self, *queries: str) -> None:
        self._queries = queries
        self.statuses: list[int] = []
        self.thread: threading.Thread | None = None

    def open(self, url: str) -> bool:
        self.thread = threading.Thread(target=self._visit, args=(url,))
        self.thread.start()
        return True

    def _visit(self, url: str) -> None:
        asked = parse_qs(urlsplit(url).query)
        state, back = asked["state"][0], asked["redirect_uri"][0]
        for query in self._queries:
            method, _, rest = query.rpartition(" ")
            target = back + rest.format(state=state) if rest.startswith("/") else ""
            target = target or f"{back}?{rest.format(state=state)}"
            answer = requests.request(method or "GET", target, timeout=10)
            self.statuses.append(answer.status_code)
            assert "CANARY" not in answer.text


@pytest.fixture
def calls(tmp_path: Path) -> Iterator[TokenCalls]:
    transport = RequestsTransport(tmp_path / "spool")
    yield TokenCalls(lambda: TransportAdapter(transport, CancelToken()), time.time)
    transport.close()


def signed_in(
    calls: TokenCalls, world: TokenWorld, page: Page, *, issuer: str = ISSUER
) -> tuple[Token, list[StepKind]]:
    client = OAuthClient(
        token_url=world.token_url,
        client_id="me",
        authorization_url="https://id.test/authorize",
        issuer=issuer,
        names_issuer=bool(issuer),
    )
    told: list[SignInStep] = []
    steps = Steps(told.append, time.time, page.open)
    try:
        token = sign_in(client, calls, LoopbackListener(), steps, CancelToken(), seconds=5)
    finally:
        if page.thread is not None:
            page.thread.join(10)
    return token, [step.kind for step in told]


@pytest.mark.parametrize(
    "error",
    [
        "access_denied",
        "invalid_request",
        "unauthorized_client",
        "unsupported_response_type",
        "invalid_scope",
        "server_error",
        "temporarily_unavailable",
        "login_required",
        "something_new",
    ],
)
def test_the_provider_s_error_ends_the_sign_in_in_its_words(
    calls: TokenCalls, world: TokenWorld, error: str
) -> None:
    """RFC 6749 section 4.1.2.1: nothing is asked for at the token endpoint."""
    query = f"error={error}&error_description=Not+today&state={{state}}&iss={ISSUER}"
    page = Page(query)
    with pytest.raises(SignInFailed) as caught:
        signed_in(calls, world, page)
    assert caught.value.reason is SignInReason.PROVIDER_ERROR
    assert (caught.value.error, caught.value.description) == (error, "Not today")
    assert (page.statuses, world.calls) == ([200], [])


@pytest.mark.parametrize(
    "query",
    [
        "code=CANARY&state={state}",
        "code=CANARY&state={state}&iss=",
        "code=CANARY&state={state}&iss=https%3A%2F%2Fevil.test",
        "code=CANARY&state={state}&iss=https%3A%2F%2Fid.test%2F",
        "code=CANARY&state={state}&iss=HTTPS%3A%2F%2Fid.test",
    ],
)
def test_another_issuer_s_code_is_not_used(
    calls: TokenCalls, world: TokenWorld, query: str
) -> None:
    """RFC 9207 section 2.4; security.md R3, 5: compared before the code goes anywhere."""
    with pytest.raises(SignInFailed) as caught:
        signed_in(calls, world, Page(query))
    assert caught.value.reason is SignInReason.WRONG_ISSUER
    assert world.calls == []
    assert "CANARY" not in repr(caught.value)


@pytest.mark.parametrize(
    "wrong",
    [
        "code=CANARY",
        "code=CANARY&state=",
        "code=CANARY&state=guessed",
        "code=CANARY&state={state}x",
        "code=CANARY&state={state}&state={state}",
        "code=CANARY&code=CANARY&state={state}",
        "state={state}",
        "code=&state={state}",
        "error=access_denied&state=guessed",
        "error=access_denied",
        "/elsewhere?code=CANARY&state={state}",
        "POST code=CANARY&state={state}",
    ],
)
def test_what_is_no_answer_to_this_sign_in_is_refused_and_ends_nothing(
    calls: TokenCalls, world: TokenWorld, wrong: str
) -> None:
    """Statement 26; security.md R3, 4: the right answer behind it still counts."""
    page = Page(wrong, GOOD)
    token, told = signed_in(calls, world, page)
    assert page.statuses[0] >= 400
    assert page.statuses[1:] == [200]
    assert token.access_token == "access-1-CANARY"
    assert [call["code"] for call in world.calls] == ["CANARY-code"]
    assert told == [StepKind.OPENED_BROWSER, StepKind.RECEIVED_CODE, StepKind.GOT_TOKEN]


def test_an_issuer_that_nobody_knows_is_taken(
    calls: TokenCalls, world: TokenWorld, caplog: pytest.LogCaptureFixture
) -> None:
    """Statement 38: and code, state, verifier and token are in no log."""
    caplog.set_level(logging.DEBUG)
    page = Page("code=CANARY-code&state={state}")
    token, _ = signed_in(calls, world, page, issuer="")
    assert token.refresh_token == "refresh-1-CANARY"
    ours = [record for record in caplog.records if not _is_of_this_test(record)]
    told = "".join(record.getMessage() for record in ours)
    assert "CANARY" not in told
    assert world.calls[0]["code_verifier"] not in told


def _is_of_this_test(record: logging.LogRecord) -> bool:
    """Return whether requests wrote it for the page above: it runs on a thread of its own."""
    return record.threadName != "MainThread"
