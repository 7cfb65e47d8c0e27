"""Signing in with the user's own browser, from its page to the token (statement 26)."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

from httpdesk.engine.cancel import CancelToken
from httpdesk.engine.connection_ports import SignInListener, TokenEndpoint
from httpdesk.engine.oauth import check_issuer
from httpdesk.model.errors import SignInFailed, SignInReason, TimedOut
from httpdesk.model.oauth import DeviceCode, OAuthClient, Token
from httpdesk.model.sign_in import SignInStep, StepKind

SIGN_IN_SECONDS = 300.0
_SLOWER_SECONDS = 5.0
_PENDING = "authorization_pending"
_SLOW_DOWN = "slow_down"
_EXPIRED = "expired_token"


class Steps:
    """Tells each step of a sign-in when it is done."""

    def __init__(
        self,
        watch: Callable[[SignInStep], None],
        now: Callable[[], float],
        open_browser: Callable[[str], bool],
    ) -> None:
        """`now` is in seconds since 1970."""
        self._watch = watch
        self._now = now
        self._open_browser = open_browser

    def open_page(self, url: str, seconds: float) -> None:
        """Show the user a page.

        A browser that does not start ends nothing: the step has the URL, to be opened by hand.
        """
        opened = self._open_browser(url)
        kind = StepKind.OPENED_BROWSER if opened else StepKind.NO_BROWSER
        self.tell(kind, url=url, seconds=seconds)

    def tell(
        self,
        kind: StepKind,
        *,
        began: float | None = None,
        url: str = "",
        user_code: str = "",
        seconds: float = 0.0,
    ) -> None:
        """Tell a step; `began` is the `time.monotonic` of the call that it was."""
        elapsed_ms = 0.0 if began is None else (time.monotonic() - began) * 1000
        at = datetime.fromtimestamp(self._now(), UTC)
        self._watch(SignInStep(kind, at, elapsed_ms, url, user_code, seconds))

    def timed(self, ask: Callable[[], Token]) -> Token:
        """Return the token that `ask` gets, and tell that step with its time."""
        began = time.monotonic()
        token = ask()
        self.tell(StepKind.GOT_TOKEN, began=began)
        return token


def sign_in(
    client: OAuthClient,
    endpoint: TokenEndpoint,
    listener: SignInListener,
    steps: Steps,
    cancel: CancelToken,
    *,
    seconds: float = SIGN_IN_SECONDS,
) -> Token:
    """Return the token that the user's sign-in brings.

    Raises SignInFailed, and SendFailed where the token endpoint was not reached.
    """
    with listener:
        pending = endpoint.begin(client, listener.redirect_uri)
        steps.open_page(pending.url, seconds)
        answer = listener.wait(pending.state, cancel, seconds)
    check_issuer(answer, client)
    steps.tell(StepKind.RECEIVED_CODE)
    return steps.timed(lambda: endpoint.exchange(client, pending, answer.code))


def sign_in_by_code(
    client: OAuthClient, endpoint: TokenEndpoint, steps: Steps, cancel: CancelToken
) -> Token:
    """Return the token once the user has entered a code on the provider's page (RFC 8628).

    Raises SignInFailed, and SendFailed where the provider was not reached.
    """
    code = endpoint.device_code(client)
    steps.tell(
        StepKind.SHOWED_CODE,
        url=code.url_with_code or code.url,
        user_code=code.user_code,
        seconds=code.seconds,
    )
    return steps.timed(lambda: wait_for_code(client, endpoint, code, cancel))


def wait_for_code(
    client: OAuthClient, endpoint: TokenEndpoint, code: DeviceCode, cancel: CancelToken
) -> Token:
    """Ask at the provider's interval until there is a token (RFC 8628 section 3.5)."""
    end, interval = time.monotonic() + code.seconds, code.interval
    while True:
        left = end - time.monotonic()
        if cancel.wait(max(0.0, min(interval, left))):
            raise SignInFailed(reason=SignInReason.CANCELLED)
        if left <= 0:
            raise SignInFailed(reason=SignInReason.CODE_EXPIRED, seconds=code.seconds)
        try:
            return endpoint.device_token(client, code)
        except TimedOut:
            interval *= 2
        except SignInFailed as error:
            if error.error == _EXPIRED:
                error.reason, error.seconds = SignInReason.CODE_EXPIRED, code.seconds
            if error.error == _SLOW_DOWN:
                interval += _SLOWER_SECONDS
            elif error.error != _PENDING:
                raise
