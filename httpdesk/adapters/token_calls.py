"""The calls of an OAuth client, made by requests-oauthlib over our own transport.

API requests never go this way: the library's own renewal would take their parameters along.
"""

from __future__ import annotations

import json
import logging
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn
from urllib.parse import quote_plus

from oauthlib.oauth2 import BackendApplicationClient, OAuth2Error, WebApplicationClient
from oauthlib.oauth2.rfc6749.clients import Client
from requests import Response
from requests.auth import AuthBase, HTTPBasicAuth
from requests_oauthlib import OAuth2Session

from httpdesk import __version__
from httpdesk.adapters.transport_adapter import TransportAdapter
from httpdesk.engine.oauth import check_endpoint, endpoint, renewed, token_of
from httpdesk.model.errors import SignInFailed, SignInReason
from httpdesk.model.oauth import ClientAuthentication, OAuthClient, Pkce, Token

MOST_SAID = 300
"""Characters that are shown of a provider's own words."""

_VERIFIER_LENGTH = 64
"""Characters of 66 kinds: more than 256 bits (RFC 7636 section 4.1)."""

_NUMBER = re.compile(r"[0-9]{1,12}(\.[0-9]+)?")

# Both are for the whole process. The library would refuse http on this computer, and raise a
# warning as an exception for a scope that was narrowed; `engine.oauth` has the rules instead.
os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"
os.environ["OAUTHLIB_RELAX_TOKEN_SCOPE"] = "1"


@dataclass(frozen=True, slots=True)
class PendingSignIn:
    """A sign-in whose browser page is about to open."""

    url: str = field(repr=False)
    """What the browser opens."""
    state: str = field(repr=False)
    verifier: str = field(repr=False)
    """Of the code challenge; empty without one."""
    session: OAuth2Session = field(repr=False)


class TokenCalls:
    """Everything that an OAuth client asks its provider for; each call takes a clock's `now`.

    Raises SignInFailed, and SendFailed where the provider could not be reached.
    """

    def __init__(self, adapter: Callable[[], TransportAdapter], now: Callable[[], float]) -> None:
        self._adapter = adapter
        self._now = now
        _silence_libraries()

    def begin(self, client: OAuthClient, redirect_uri: str) -> PendingSignIn:
        """Return the URL to open, with `state` and the code challenge in it (statement 26)."""
        check_endpoint(client.authorization_url, client)
        check_endpoint(client.token_url, client)
        application = WebApplicationClient(client.client_id)
        session = self._session(client, application, redirect_uri)
        state, verifier, proof = os.urandom(32).hex(), "", {}
        if client.pkce is not Pkce.OFF:
            verifier = application.create_code_verifier(_VERIFIER_LENGTH)
            # For the library a plain challenge is one without a method.
            method = "S256" if client.pkce is Pkce.S256 else None
            challenge = application.create_code_challenge(verifier, method)
            proof = {"code_challenge": challenge, "code_challenge_method": client.pkce.value}
        url, _ = session.authorization_url(client.authorization_url, state=state, **proof)
        return PendingSignIn(url, state, verifier, session)

    def exchange(self, client: OAuthClient, pending: PendingSignIn, code: str) -> Token:
        """Return the token for an authorization code."""
        proof = {"code_verifier": pending.verifier} if pending.verifier else {}
        return self._fetched(pending.session, client, client.token_url, code=code, **proof)

    def client_credentials(self, client: OAuthClient) -> Token:
        """Return a token for the client itself (statement 35)."""
        check_endpoint(client.token_url, client)
        session = self._session(client, BackendApplicationClient(client.client_id))
        return self._fetched(session, client, client.token_url)

    def refresh(self, client: OAuthClient, token: Token) -> Token:
        """Return a newer token (statements 28 and 33)."""
        url = client.refresh_url or client.token_url
        check_endpoint(url, client)
        session = self._session(client, WebApplicationClient(client.client_id))
        kept = _ResponseKeeper()
        session.register_compliance_hook("refresh_token_response", kept)
        call = _ClientCall(client)
        more: dict[str, Any] = {}
        if call.names_client:
            more["client_id"] = client.client_id
        if call.secret_in_body:
            more["client_secret"] = client.client_secret

        def ask() -> Mapping[str, Any]:
            fields: Mapping[str, Any] = session.refresh_token(
                url,
                refresh_token=token.refresh_token,
                auth=call.auth,
                headers=_headers(client),
                **more,
            )
            return fields

        return renewed(token, self._token(client, url, kept, ask))

    def _session(
        self, client: OAuthClient, application: Client, redirect_uri: str | None = None
    ) -> OAuth2Session:
        scope = client.scope.split() or None
        session = OAuth2Session(client=application, scope=scope, redirect_uri=redirect_uri)
        session.trust_env = False
        # Redirects of a token call are refused by the hook that sees the answer.
        session.resolve_redirects = lambda *_arguments, **_options: iter(())  # type: ignore[method-assign]
        adapter = self._adapter()
        session.mount("http://", adapter)
        session.mount("https://", adapter)
        return session

    def _fetched(
        self, session: OAuth2Session, client: OAuthClient, url: str, **options: Any
    ) -> Token:
        kept = _ResponseKeeper()
        session.register_compliance_hook("access_token_response", kept)
        call = _ClientCall(client)
        if call.secret_in_body:
            options["client_secret"] = client.client_secret

        def ask() -> Mapping[str, Any]:
            fields: Mapping[str, Any] = session.fetch_token(
                url,
                auth=call.auth,
                include_client_id=call.names_client,
                headers=_headers(client),
                **options,
            )
            return fields

        return self._token(client, url, kept, ask)

    def _token(
        self,
        client: OAuthClient,
        url: str,
        kept: _ResponseKeeper,
        ask: Callable[[], Mapping[str, Any]],
    ) -> Token:
        """Return the token that `ask` brings; the library's errors become ours."""
        try:
            fields = ask()
        except OAuth2Error as error:
            _refuse(url, kept.status_code, _text(error.error), _text(error.description))
        except (ValueError, TypeError, AttributeError):
            # The answer is no JSON object: a page of a gateway, perhaps.
            _refuse(url, kept.status_code)
        return token_of(fields, client, self._now())


class _ClientCall:
    """How the client shows itself in one call: the secret goes to exactly one place (30)."""

    def __init__(self, client: OAuthClient) -> None:
        basic = client.authentication is not ClientAuthentication.BODY
        with_secret = bool(client.client_secret)
        self.auth: AuthBase = _NoAuth()
        if basic and with_secret:
            encode = quote_plus if client.authentication is ClientAuthentication.BASIC else str
            self.auth = HTTPBasicAuth(encode(client.client_id), encode(client.client_secret))
        self.secret_in_body = with_secret and not basic
        self.names_client = not (basic and with_secret)
        """A client without a secret says in the body who it is (RFC 6749 section 4.1.3)."""


class _NoAuth(AuthBase):
    """Keeps requests and the library from adding an Authorization of their own."""

    def __call__(self, request: Any) -> Any:
        return request


class _ResponseKeeper:
    """A hook that sees the answer before the library does, and refuses what it must not take."""

    def __init__(self) -> None:
        self.status_code: int | None = None

    def __call__(self, response: Response) -> Response:
        self.status_code = response.status_code
        if 300 <= response.status_code < 400:
            # A token call is never led elsewhere (security.md R3, 7).
            _refuse(str(response.url), response.status_code)
        _leave_out_odd_lifetime(response)
        return response


def _leave_out_odd_lifetime(response: Response) -> None:
    """Take an `expires_in` that is no number out: the library would raise ValueError for it."""
    try:
        fields = response.json()
    except ValueError:
        return
    if isinstance(fields, dict) and not _NUMBER.fullmatch(str(fields.get("expires_in", "0"))):
        del fields["expires_in"]
        response._content = json.dumps(fields).encode()


def _headers(client: OAuthClient) -> dict[str, str]:
    """Return the headers of a token call: the client's are added (statement 29)."""
    own = {
        "Accept": "application/json",
        "Content-Type": "application/x-www-form-urlencoded;charset=UTF-8",
        "User-Agent": f"HTTPDesk/{__version__}",
    }
    taken = {name.lower() for name in own}
    return own | {name: value for name, value in client.token_headers if name.lower() not in taken}


def _refuse(url: str, status_code: int | None, error: str = "", description: str = "") -> NoReturn:
    provider = bool(error) and error != "missing_token"
    raise SignInFailed(
        reason=SignInReason.PROVIDER_ERROR if provider else SignInReason.MALFORMED_TOKEN,
        error=error[:MOST_SAID] if provider else "",
        description=description[:MOST_SAID] if provider else "",
        url=endpoint(url),
        status_code=status_code,
    ) from None


def _text(value: object) -> str:
    """Return what the provider said, where it said it in text."""
    return value if isinstance(value, str) else ""


def _silence_libraries() -> None:
    """Keep codes, verifiers and tokens out of every log, whatever its level (statement 38)."""
    for name in tuple(logging.root.manager.loggerDict):
        if name.partition(".")[0] in {"oauthlib", "requests_oauthlib"}:
            logging.getLogger(name).disabled = True
