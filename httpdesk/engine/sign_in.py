"""Signing in with the user's own browser, from its page to the token (statement 26)."""

from __future__ import annotations

from collections.abc import Callable

from httpdesk.engine.cancel import CancelToken
from httpdesk.engine.oauth import check_issuer
from httpdesk.engine.ports import SignInListener, TokenEndpoint
from httpdesk.model.oauth import OAuthClient, Token

SIGN_IN_SECONDS = 300.0


def sign_in(
    client: OAuthClient,
    endpoint: TokenEndpoint,
    listener: SignInListener,
    open_page: Callable[[str], None],
    cancel: CancelToken,
    *,
    seconds: float = SIGN_IN_SECONDS,
) -> Token:
    """Return the token that the user's sign-in brings; `open_page` is given the page's URL.

    Raises SignInFailed, and SendFailed where the token endpoint was not reached.
    """
    with listener:
        pending = endpoint.begin(client, listener.redirect_uri)
        open_page(pending.url)
        answer = listener.wait(pending.state, cancel, seconds)
    check_issuer(answer, client)
    return endpoint.exchange(client, pending, answer.code)
