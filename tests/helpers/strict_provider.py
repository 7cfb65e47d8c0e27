"""A second OAuth provider, by Authlib, that takes less than the first one.

with StrictProvider() as provider:
    ...  # provider.token_url; provider.calls are the forms that it received
"""

from __future__ import annotations

import os
import threading
from types import TracebackType
from typing import Any

import flask
from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import ClientMixin, TokenMixin
from authlib.oauth2.rfc6749.errors import InvalidGrantError
from authlib.oauth2.rfc6749.grants import RefreshTokenGrant, ResourceOwnerPasswordCredentialsGrant
from werkzeug.serving import WSGIRequestHandler, make_server

CLIENT_ID = "strict"
CLIENT_SECRET = "s&cret=/+"
USER, PASSWORD = "jo", "pa ss&wörd"
_INSECURE = "AUTHLIB_INSECURE_TRANSPORT"


class _Client(ClientMixin):  # type: ignore[misc]
    """Shows itself in the body only, and may have the scope `read` alone."""

    def get_client_id(self) -> str:
        return CLIENT_ID

    def get_allowed_scope(self, scope: str) -> str:
        return "read"

    def check_client_secret(self, client_secret: str) -> bool:
        return client_secret == CLIENT_SECRET

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method == "client_secret_post"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type in {"password", "refresh_token"}


class _Refresh(TokenMixin):  # type: ignore[misc]
    """What a refresh token stands for."""

    def __init__(self, value: str) -> None:
        self.value = value

    def check_client(self, client: _Client) -> bool:
        return client.get_client_id() == CLIENT_ID

    def get_scope(self) -> str:
        return "read"

    def is_expired(self) -> bool:
        return False

    def is_revoked(self) -> bool:
        return False


class StrictProvider:
    """Client authentication in the body only; no `expires_in`; fewer scopes than were asked."""

    def __init__(self) -> None:
        self.calls: list[dict[str, str]] = []
        self.heads: list[dict[str, str]] = []
        self.answer: tuple[int, str, bytes] | None = None
        """Given in place of a token: status, content type, body."""
        self.refreshes: set[str] = set()
        app = flask.Flask("strict")
        app.add_url_rule("/token", view_func=self._token, methods=["POST"])
        self._grants = AuthorizationServer(app, self._client, lambda _token, _request: None)
        self._grants.register_token_generator("default", self._new_token)
        self._grants.register_grant(_password_grant())
        self._grants.register_grant(_refresh_grant(self.refreshes))
        self._server = make_server(
            "127.0.0.1", 0, app, threaded=True, request_handler=_QuietHandler
        )
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    @property
    def token_url(self) -> str:
        """The token endpoint, which is all that there is."""
        return f"http://127.0.0.1:{self._server.server_port}/token"

    def __enter__(self) -> StrictProvider:
        os.environ[_INSECURE] = "1"
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._thread.join(10)
        self._server.server_close()
        os.environ.pop(_INSECURE, None)

    def _token(self) -> Any:
        self.calls.append(dict(flask.request.form))
        self.heads.append(dict(flask.request.headers))
        if self.answer is not None:
            status, content_type, body = self.answer
            return flask.Response(body, status, content_type=content_type)
        return self._grants.create_token_response()

    def _client(self, client_id: str) -> _Client | None:
        return _Client() if client_id == CLIENT_ID else None

    def _new_token(
        self, *, scope: str | None = None, include_refresh_token: bool = True, **_others: object
    ) -> dict[str, str]:
        number = len(self.calls)
        token = {"access_token": f"strict-{number}", "token_type": "bearer", "scope": "read"}
        if include_refresh_token:
            token["refresh_token"] = f"again-{number}"
            self.refreshes.add(token["refresh_token"])
        return token


class _QuietHandler(WSGIRequestHandler):
    """Logs nothing."""

    def log(self, *_arguments: object) -> None:
        """Do nothing."""


def _password_grant() -> type:
    class Password(ResourceOwnerPasswordCredentialsGrant):  # type: ignore[misc]
        TOKEN_ENDPOINT_AUTH_METHODS = ("client_secret_post",)

        def authenticate_user(self, username: str, password: str) -> str:
            if (username, password) != (USER, PASSWORD):
                raise InvalidGrantError("The user or the password is wrong.")
            return username

    return Password


def _refresh_grant(known: set[str]) -> type:
    class Refresh(RefreshTokenGrant):  # type: ignore[misc]
        TOKEN_ENDPOINT_AUTH_METHODS = ("client_secret_post",)

        def authenticate_refresh_token(self, refresh_token: str) -> _Refresh | None:
            return _Refresh(refresh_token) if refresh_token in known else None

        def authenticate_user(self, refresh_token: _Refresh) -> str:
            return USER

        def revoke_old_credential(self, refresh_token: _Refresh) -> None:
            """Let it live: no new one was given."""

    return Refresh
