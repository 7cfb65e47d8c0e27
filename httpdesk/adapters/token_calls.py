"""The calls of an OAuth client, made by requests-oauthlib over our own transport.

API requests never go this way: the library's own renewal would take their parameters along.
"""

from __future__ import annotations

import json
import logging
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, NoReturn, cast
from urllib.parse import quote_plus

from oauthlib.common import add_params_to_uri, urldecode, urlencode
from oauthlib.oauth2 import (
    BackendApplicationClient,
    DeviceClient,
    LegacyApplicationClient,
    OAuth2Error,
    WebApplicationClient,
)
from oauthlib.oauth2.rfc6749.clients import Client
from requests import Response, Session
from requests.auth import AuthBase, HTTPBasicAuth
from requests_oauthlib import OAuth2Session

from httpdesk import __version__
from httpdesk.adapters.transport_adapter import TransportAdapter
from httpdesk.engine.oauth import check_endpoint, device_code_of, endpoint, renewed, token_of
from httpdesk.model.errors import SignInFailed, SignInReason
from httpdesk.model.oauth import ClientAuthentication, DeviceCode, OAuthClient, Pkce, Token

MOST_SAID = 300
"""Characters that are shown of a provider's own words."""

_VERIFIER_LENGTH = 64
"""Characters of 66 kinds: more than 256 bits (RFC 7636 section 4.1)."""

_RESERVED = frozenset(
    {"response_type", "client_id", "client_secret", "redirect_uri", "state", "scope", "code"}
    | {"code_challenge", "code_challenge_method", "code_verifier", "grant_type", "refresh_token"}
    | {"device_code", "username", "password", "client_assertion", "client_assertion_type"}
    | {"request", "request_uri"}
)
"""What other fields of a connection say, or what must not be said: no further parameter may."""

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
        more = [pair for pair in client.authorization_params if pair[0] not in _RESERVED]
        place = add_params_to_uri(client.authorization_url, more)
        url, _ = session.authorization_url(place, state=state, **proof)
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

    def password(self, client: OAuthClient) -> Token:
        """Return a token for a user name and a password (RFC 6749 section 4.3)."""
        check_endpoint(client.token_url, client)
        session = self._session(client, LegacyApplicationClient(client.client_id))
        user = {"username": client.username, "password": client.password}
        # Of all the library's clients this one leaves the scope out.
        return self._fetched(session, client, client.token_url, scope=session.scope or None, **user)

    def device_code(self, client: OAuthClient) -> DeviceCode:
        """Return the code that the user is to enter (RFC 8628 section 3.1)."""
        check_endpoint(client.device_url, client)
        check_endpoint(client.token_url, client)
        scope = {"scope": client.scope} if client.scope else {}
        response = self._posted(client, client.device_url, scope)
        return device_code_of(self._checked(response, client.device_url), client)

    def device_token(self, client: OAuthClient, code: DeviceCode) -> Token:
        """Return the token, or raise SignInFailed whose `error` may say to ask again later."""
        # The library would send the scope again, which is no parameter of this call.
        session = self._session(replace(client, scope=""), DeviceClient(client.client_id))
        asked = {"code": "", "device_code": code.device_code}
        return self._fetched(session, client, client.token_url, **asked)

    def revoke(self, client: OAuthClient, token: Token) -> None:
        """Give the token back, and first what can renew it (RFC 7009 section 2.1)."""
        url = client.revocation_url
        check_endpoint(url, client)
        given = (("refresh_token", token.refresh_token), ("access_token", token.access_token))
        for kind, value in given:
            if not value:
                continue
            response = self._posted(client, url, {"token": value, "token_type_hint": kind})
            refused = response.status_code != 200
            # Some take the one that renews only, and with it the other.
            if refused and not (kind == "access_token" and token.refresh_token):
                self._checked(response, url)

    def refresh(self, client: OAuthClient, token: Token) -> Token:
        """Return a newer token (statements 28 and 33)."""
        url = client.refresh_url or client.token_url
        check_endpoint(url, client)
        # Without a scope it is the granted one; a wider one may be refused (RFC 6749 section 6).
        session = self._session(replace(client, scope=""), WebApplicationClient(client.client_id))
        kept = _ResponseKeeper()
        session.register_compliance_hook("refresh_token_response", kept)
        _hooks(session)["refresh_token_request"].add(partial(_add_to_body, client))
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

        granted = replace(client, scope=token.scope or client.scope)
        return renewed(token, self._token(granted, url, kept, ask))

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
        _hooks(session)["access_token_request"].add(partial(_add_params, client))
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

    def _posted(self, client: OAuthClient, url: str, fields: dict[str, str]) -> Response:
        """Return the answer to a call that is none for a token, signed as those are."""
        call, session = _ClientCall(client), self._session(client, WebApplicationClient(""))
        own = {"client_id": client.client_id} if call.names_client else {}
        if call.secret_in_body:
            own["client_secret"] = client.client_secret
        form, headers = own | fields, _headers(client)
        # The library's own `post` would ask for a token first.
        return Session.request(session, "POST", url, data=form, headers=headers, auth=call.auth)

    def _checked(self, response: Response, url: str) -> Mapping[str, object]:
        """Return the JSON object of a 200; raises SignInFailed in the provider's words."""
        try:
            found = response.json()
        except (ValueError, RecursionError):
            found = None
        fields = found if isinstance(found, dict) else {}
        if response.status_code != 200 or "error" in fields:
            said = _text(fields.get("error")), _text(fields.get("error_description"))
            _refuse(url, response.status_code, *said)
        return fields

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
        except (ValueError, TypeError, AttributeError, RecursionError):
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


def _hooks(session: OAuth2Session) -> dict[str, set[Any]]:
    """Return the library's hooks, of which its types do not know all."""
    return cast("dict[str, set[Any]]", session.compliance_hook)


def _add_params(
    client: OAuthClient, url: str, headers: dict[str, str], options: dict[str, Any]
) -> tuple[str, dict[str, str], dict[str, Any]]:
    """Add the client's own parameters to a token call's body; none of the standard's changes."""
    own = list(options["data"].items())
    return url, headers, options | {"data": [*own, *_more_params(client, {n for n, _ in own})]}


def _add_to_body(
    client: OAuthClient, url: str, headers: dict[str, str], body: str
) -> tuple[str, dict[str, str], str]:
    """Do the same for a renewal."""
    own = urldecode(body)
    return url, headers, urlencode([*own, *_more_params(client, {name for name, _ in own})])


def _more_params(client: OAuthClient, own: set[str]) -> list[tuple[str, str]]:
    return [pair for pair in client.token_params if pair[0] not in own | _RESERVED]


def _leave_out_odd_lifetime(response: Response) -> None:
    """Take an `expires_in` that is no number out: the library would raise ValueError for it."""
    try:
        fields = response.json()
    except (ValueError, RecursionError):
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
