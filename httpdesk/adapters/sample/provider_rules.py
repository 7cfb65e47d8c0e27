"""What the sample provider lets through: who may ask for what, and what it remembers of it."""

from __future__ import annotations

import re
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from oauthlib.oauth2 import RequestValidator
from oauthlib.oauth2.rfc6749.errors import UnsupportedCodeChallengeMethodError

CLIENT_ID = "sample-client"
USER = "Demo user"
SCOPES = ("profile", "orders")
CODE_SECONDS = 60.0
TOKEN_SECONDS = 600
REFRESH_SECONDS = 24 * 3600.0

_MOST_KEPT = 1000
_REDIRECT = re.compile(r"http://127\.0\.0\.1:([0-9]{1,5})/[A-Za-z0-9._~/-]*")

Value = TypeVar("Value")


class Kept(Generic[Value]):
    """Values that end by themselves, the thousand newest."""

    def __init__(self, seconds: float, now: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._now = now
        self._values: OrderedDict[str, tuple[float, Value]] = OrderedDict()

    def put(self, key: str, value: Value) -> None:
        """Keep a value from now on."""
        self._values[key] = self._now() + self._seconds, value
        if len(self._values) > _MOST_KEPT:
            self._values.popitem(last=False)

    def get(self, key: str) -> Value | None:
        """Return the value, None when there is none or its time is over."""
        end, value = self._values.get(key, (0.0, None))
        return value if self._now() < end else None

    def take(self, key: str) -> Value | None:
        """Return the same, and forget it."""
        value = self.get(key)
        self._values.pop(key, None)
        return value


@dataclass(frozen=True, slots=True)
class Granted:
    """What the user has allowed."""

    scopes: tuple[str, ...]
    redirect_uri: str = ""
    challenge: str = ""


class ProviderRules(RequestValidator):
    """Answers oauthlib's questions: one public client, any port of loopback, S256 alone."""

    def __init__(self) -> None:
        super().__init__()
        self._codes: Kept[Granted] = Kept(CODE_SECONDS)
        self._tokens: Kept[Granted] = Kept(TOKEN_SECONDS)
        self._refresh_tokens: Kept[Granted] = Kept(REFRESH_SECONDS)

    # Asking

    def validate_client_id(self, client_id: str, request: Any, *_: Any, **__: Any) -> bool:
        """Return whether it is the one client."""
        return client_id == CLIENT_ID

    def validate_redirect_uri(
        self, client_id: str, redirect_uri: str, request: Any, *_: Any, **__: Any
    ) -> bool:
        """Return whether it is `http://127.0.0.1`, any port and a plain path (RFC 8252, 7.3)."""
        found = _REDIRECT.fullmatch(redirect_uri)
        return found is not None and 0 < int(found[1]) < 65536

    def get_default_redirect_uri(self, client_id: str, request: Any, *_: Any, **__: Any) -> str:
        """Return an empty text: the address has to be named."""
        return ""

    def validate_response_type(
        self, client_id: str, response_type: str, client: Any, request: Any, *_: Any, **__: Any
    ) -> bool:
        """Return whether a code is asked for."""
        return response_type == "code"

    def is_pkce_required(self, client_id: str, request: Any) -> bool:
        """Return True; raises UnsupportedCodeChallengeMethodError for any method but S256."""
        if request.code_challenge is not None and request.code_challenge_method != "S256":
            raise UnsupportedCodeChallengeMethodError(request=request)
        return True

    def get_default_scopes(self, client_id: str, request: Any, *_: Any, **__: Any) -> list[str]:
        """Return all of them."""
        return list(SCOPES)

    def validate_scopes(
        self, client_id: str, scopes: list[str], client: Any, request: Any, *_: Any, **__: Any
    ) -> bool:
        """Return whether all of them are known here."""
        return set(scopes) <= set(SCOPES)

    def save_authorization_code(
        self, client_id: str, code: Any, request: Any, *_: Any, **__: Any
    ) -> None:
        """Keep what the code stands for, for a minute."""
        granted = Granted(tuple(request.scopes), request.redirect_uri, request.code_challenge)
        self._codes.put(code["code"], granted)

    # Tokens

    def client_authentication_required(self, request: Any, *_: Any, **__: Any) -> bool:
        """Return False: a program on a user's computer keeps no secret (RFC 8252, 8.5)."""
        return False

    def authenticate_client_id(self, client_id: str, request: Any, *_: Any, **__: Any) -> bool:
        """Return whether it is the one client, and name it in the request."""
        request.client = _Client(client_id)
        return client_id == CLIENT_ID

    def validate_grant_type(
        self, client_id: str, grant_type: str, client: Any, request: Any, *_: Any, **__: Any
    ) -> bool:
        """Return whether the grant is one of the two."""
        return grant_type in {"authorization_code", "refresh_token"}

    def validate_code(
        self, client_id: str, code: str, client: Any, request: Any, *_: Any, **__: Any
    ) -> bool:
        """Return whether the code is valid; it is used up, whatever comes of it."""
        granted = self._codes.take(code)
        request.granted = granted
        if granted is None:
            return False
        request.scopes, request.user = list(granted.scopes), USER
        return True

    def get_code_challenge(self, code: str, request: Any) -> str:
        """Return what the code was asked for with."""
        return str(request.granted.challenge)

    def get_code_challenge_method(self, code: str, request: Any) -> str:
        """Return S256, the only one."""
        return "S256"

    def confirm_redirect_uri(
        self, client_id: str, code: str, redirect_uri: str, client: Any, request: Any,
        *_: Any, **__: Any,
    ) -> bool:  # fmt: skip
        """Return whether it is the address that the code was sent to."""
        return bool(redirect_uri == request.granted.redirect_uri)

    def invalidate_authorization_code(
        self, client_id: str, code: str, request: Any, *_: Any, **__: Any
    ) -> None:
        """Leave it: `validate_code` has used it up."""

    def save_bearer_token(self, token: Any, request: Any, *_: Any, **__: Any) -> None:
        """Keep both tokens; a refresh token that was used is gone (RFC 6749 section 6)."""
        granted = Granted(tuple(request.scopes))
        self._tokens.put(token["access_token"], granted)
        if request.grant_type == "refresh_token":
            self._refresh_tokens.take(request.refresh_token)
        self._refresh_tokens.put(token["refresh_token"], granted)

    def validate_refresh_token(
        self, refresh_token: str, client: Any, request: Any, *_: Any, **__: Any
    ) -> bool:
        """Return whether it is valid."""
        request.user = USER
        return self._refresh_tokens.get(refresh_token) is not None

    def get_original_scopes(
        self, refresh_token: str, request: Any, *_: Any, **__: Any
    ) -> list[str]:
        """Return what the user had allowed."""
        granted = self._refresh_tokens.get(refresh_token)
        return list(granted.scopes) if granted is not None else []

    def revoke_token(
        self, token: str, token_type_hint: str, request: Any, *_: Any, **__: Any
    ) -> None:
        """Forget the token, of whichever kind."""
        self._tokens.take(token)
        self._refresh_tokens.take(token)

    def validate_bearer_token(self, token: str, scopes: list[str], request: Any) -> bool:
        """Return whether the token is valid for these scopes, and name its own in the request."""
        granted = self._tokens.get(token or "")
        if granted is None:
            return False
        request.scopes = list(granted.scopes)
        return set(scopes) <= set(granted.scopes)


@dataclass(frozen=True, slots=True)
class _Client:
    client_id: str
