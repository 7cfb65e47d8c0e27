"""An OAuth 2.0 provider for trying Connect offline: oauthlib's server side, with one demo user."""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote

from oauthlib.common import Request
from oauthlib.oauth2 import (
    AccessDeniedError,
    FatalClientError,
    OAuth2Error,
    WebApplicationServer,
)

from httpdesk.adapters.sample.pages import sign_in_page
from httpdesk.adapters.sample.provider_rules import (
    SCOPES,
    TOKEN_SECONDS,
    USER,
    Kept,
    ProviderRules,
)
from httpdesk.adapters.sample.replies import json_reply
from httpdesk.adapters.sample.wire import HttpProblem, Pairs, Reply, WireRequest

PAGE_SECONDS = 300.0
_MOST_BYTES = 64 * 1024
_PAGE_HEADERS: Pairs = (
    ("Content-Type", "text/html; charset=utf-8"),
    ("Cache-Control", "no-store"),
    ("Referrer-Policy", "no-referrer"),
    (
        "Content-Security-Policy",
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
    ),
    ("X-Frame-Options", "DENY"),
)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a page that waits for Allow or Deny is about."""

    uri: str
    scopes: tuple[str, ...]


class Provider:
    """Authorization code with PKCE, refresh with rotation, revocation; everything in memory."""

    def __init__(self, base_url: str) -> None:
        # Its debug log would hold codes and tokens (statement 38).
        logging.getLogger("oauthlib").setLevel(logging.ERROR)
        self._base_url = base_url
        self._lock = threading.Lock()
        self._rules = ProviderRules()
        self._server = WebApplicationServer(self._rules, token_expires_in=TOKEN_SECONDS)
        self._pages: Kept[_Asked] = Kept(PAGE_SECONDS)

    def metadata(self) -> Reply:
        """Return where everything is (RFC 8414)."""
        return json_reply(
            {
                "issuer": self._base_url,
                "authorization_endpoint": f"{self._base_url}/oauth/authorize",
                "token_endpoint": f"{self._base_url}/oauth/token",
                "revocation_endpoint": f"{self._base_url}/oauth/revoke",
                "scopes_supported": list(SCOPES),
                "response_types_supported": ["code"],
                "grant_types_supported": ["authorization_code", "refresh_token"],
                "token_endpoint_auth_methods_supported": ["none"],
                "code_challenge_methods_supported": ["S256"],
                "authorization_response_iss_parameter_supported": True,
            }
        )

    def ask(self, request: WireRequest) -> Reply:
        """Return the page with Allow and Deny, or lead back with what is wrong."""
        uri = self._base_url + request.target
        with self._one_at_a_time():
            try:
                scopes, _ = self._server.validate_authorization_request(uri, "GET")
            except FatalClientError as error:
                # Nobody is led to an address that may not be the client's (RFC 6749 section 4.1.2).
                raise HttpProblem(400, f"{error.error}: {error.description}") from error
            except OAuth2Error as error:
                return self._back(error.in_uri(str(error.redirect_uri)))
            ticket = secrets.token_urlsafe(16)
            self._pages.put(ticket, _Asked(uri, tuple(scopes)))
        return Reply(200, _PAGE_HEADERS, sign_in_page(USER, scopes, ticket).encode())

    def decide(self, request: WireRequest) -> Reply:
        """Lead back with a code or with the refusal; each page can be answered once."""
        fields = dict(parse_qsl(_text(request)))
        with self._one_at_a_time():
            asked = self._pages.take(fields.get("ticket", ""))
            if asked is None:
                raise HttpProblem(400, "This page was answered already. Begin the sign-in again.")
            if fields.get("answer") != "allow":
                denied = AccessDeniedError("The user chose Deny.", request=Request(asked.uri))
                return self._back(denied.in_uri(str(denied.redirect_uri)))
            headers, _, _ = self._server.create_authorization_response(
                asked.uri, "GET", scopes=list(asked.scopes)
            )
        return self._back(headers["Location"])

    def token(self, request: WireRequest) -> Reply:
        """Return tokens for a code or for a refresh token (RFC 6749 sections 4.1.3 and 6)."""
        text = _text(request)
        with self._one_at_a_time():
            headers, body, status = self._server.create_token_response(
                self._base_url + request.target, "POST", text, dict(request.headers)
            )
        return Reply(status, tuple(headers.items()), str(body).encode())

    def revoke(self, request: WireRequest) -> Reply:
        """Forget a token (RFC 7009)."""
        text = _text(request)
        with self._one_at_a_time():
            headers, body, status = self._server.create_revocation_response(
                self._base_url + request.target, "POST", text, dict(request.headers)
            )
        return Reply(status, tuple(headers.items()), str(body).encode())

    def me(self, request: WireRequest) -> Reply:
        """Return who is signed in; 401 without a token that is valid (RFC 6750 section 3)."""
        uri, headers = self._base_url + request.path, dict(request.headers)
        with self._one_at_a_time():
            valid, found = self._server.verify_request(uri, "GET", None, headers, ["profile"])
        if valid:
            return json_reply({"user": USER, "scope": " ".join(found.scopes or ())})
        reason = ', error="invalid_token"' if request.header("authorization") else ""
        challenge = ("WWW-Authenticate", f'Bearer realm="sample"{reason}')
        return json_reply({"authenticated": False}, 401, (challenge,))

    def _back(self, location: str) -> Reply:
        """Lead the browser back, and say who does (RFC 9207)."""
        issuer = quote(self._base_url, safe="")
        return Reply(303, (("Location", f"{location}&iss={issuer}"), ("Cache-Control", "no-store")))

    @contextmanager
    def _one_at_a_time(self) -> Iterator[None]:
        """Keep others out, so that a code is used once; HttpProblem for what is not readable."""
        with self._lock:
            try:
                yield
            except ValueError as error:
                raise HttpProblem(400, "The parameters are not form-encoded.") from error


def _text(request: WireRequest) -> str:
    return request.body.read(_MOST_BYTES).decode("utf-8", "replace")
