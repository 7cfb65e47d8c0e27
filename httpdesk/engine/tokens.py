"""The tokens of connections: read before a send, renewed in time and by one send only.

Statements 31 to 35; security.md R3, 8.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import asdict, replace

from httpdesk.engine.cancel import CancelToken
from httpdesk.engine.connection_ports import ConnectionRecords, TokenEndpoint, TokenLocks
from httpdesk.engine.masking import Masker
from httpdesk.engine.oauth import is_due
from httpdesk.engine.ports import SecretStore
from httpdesk.model.auth import TOKEN_SECRET, Auth, Grant, OAuth2Auth
from httpdesk.model.connection import Connection
from httpdesk.model.connection_state import TokenFacts
from httpdesk.model.errors import (
    CredentialReason,
    InvalidCredential,
    SecretsFailed,
    SecretsReason,
    SignInFailed,
    SignInReason,
    StorageFailed,
)
from httpdesk.model.network import NetworkOptions
from httpdesk.model.oauth import OAuthClient, Token

Endpoint = Callable[[NetworkOptions, CancelToken], TokenEndpoint]
SecretReader = Callable[[Connection, str], str | None]
"""Gives one secret of a connection, None when there is none; raises SecretsFailed."""
_REFUSED = "invalid_grant"
BY_ITSELF = frozenset({Grant.CLIENT_CREDENTIALS, Grant.PASSWORD})
"""The grants that need no user for a token."""


class Tokens:
    """Gives each connection's token; may be used from several threads."""

    def __init__(
        self,
        secrets: Callable[[], SecretStore],
        locks: TokenLocks,
        endpoint: Endpoint,
        now: Callable[[], float],
        records: ConnectionRecords | None = None,
    ) -> None:
        """`now` is in seconds since 1970; `records` are told of each token that is kept."""
        self._secrets = secrets
        self._locks = locks
        self._endpoint = endpoint
        self._now = now
        self._records = records
        self.watch: Callable[[str, bool], object] = _unwatched
        """Told when a token is about to be had anew, and when that has ended: (id of the
        connection, whether); on the thread that asks."""
        self._guard = threading.Lock()
        self._unsaved: dict[str, Token] = {}
        """Tokens that could not be kept; the provider has made the older ones invalid."""

    @property
    def now(self) -> Callable[[], float]:
        """Gives the time in seconds since 1970."""
        return self._now

    def stored(self, connection: Connection, read: SecretReader | None = None) -> Token | None:
        """Return the token as it is kept, None without one; raises SecretsFailed.

        `read` is that of a send, which tells that it waits and can be cancelled.
        """
        name = connection.secret(TOKEN_SECRET)
        with self._guard:
            if name in self._unsaved:
                return self._unsaved[name]
        if read is not None:
            return _token(read(connection, TOKEN_SECRET))
        return _token(self._secrets().read(name))

    def current(
        self,
        connection: Connection,
        secrets: Mapping[str, str],
        network: NetworkOptions,
        cancel: CancelToken,
        stale: str = "",
        *,
        read: SecretReader | None = None,
    ) -> Token:
        """Return a token to send with, renewed when it is due or when it is the `stale` one.

        `secrets` has those of the connection by name. Raises SignInFailed, SecretsFailed, and
        SendFailed where the provider was not reached.
        """
        token = self._at_rest(connection, read)
        if token is not None and not self._is_old(token, stale):
            return token
        with self._locks.hold(connection.id, cancel):
            # Another send, or another program, may have renewed it meanwhile.
            token = self.stored(connection, read)
            if token is not None and not self._is_old(token, stale):
                return token
            client = client_of(connection, secrets)
            try:
                with self._watched(connection, token):
                    calls = self._endpoint(network, cancel)
                    return self._renewed(connection, client, token, calls, stale)
            except SignInFailed as error:
                # A provider may repeat what it was sent.
                mask_refusal(error, secrets, token)
                raise

    def _at_rest(self, connection: Connection, read: SecretReader | None) -> Token | None:
        """Return the kept token; None also while another program changes it or lets go of it.

        What is read in such a moment is in pieces. Whoever waits for the lock reads it again.
        """
        try:
            return self.stored(connection, read)
        except SecretsFailed as error:
            if error.reason not in (SecretsReason.MISSING, SecretsReason.INCOMPLETE):
                raise
            return None

    def can_renew(self, connection: Connection, read: SecretReader | None = None) -> bool:
        """Return whether a 401 is worth a renewal (statement 32)."""
        auth = connection.auth
        if not isinstance(auth, OAuth2Auth):
            return False
        token = self.stored(connection, read)
        return _by_itself(auth) or bool(token and token.refresh_token)

    def hold(self, connection: Connection, cancel: CancelToken) -> AbstractContextManager[None]:
        """Return a block in which no renewal of the connection's token is under way.

        Raises SignInFailed when that is cancelled or takes too long.
        """
        return self._locks.hold(connection.id, cancel)

    def keep(self, connection: Connection, token: Token) -> None:
        """Keep a token; where that fails it is used until the program ends.

        Raises SecretsFailed and StorageFailed then.
        """
        import json

        name = connection.secret(TOKEN_SECRET)
        with self._guard:
            self._unsaved[name] = token
        self._secrets().keep(name, json.dumps(asdict(token)))
        with self._guard:
            self._unsaved.pop(name, None)
        self._note(connection, token_facts(connection, token))

    def forget(self, connection: Connection) -> None:
        """Let go of the token; raises SecretsFailed."""
        name = connection.secret(TOKEN_SECRET)
        with self._guard:
            self._unsaved.pop(name, None)
        self._secrets().forget(name)
        self._note(connection, None)

    def _note(self, connection: Connection, facts: TokenFacts | None) -> None:
        """Remember what may be told of the token; where that fails an older state is shown."""
        if self._records is None:
            return
        with suppress(StorageFailed):
            record = self._records.record(connection.id)
            self._records.keep(connection.id, replace(record, token=facts))

    @contextmanager
    def _watched(self, connection: Connection, token: Token | None) -> Iterator[None]:
        """Have it told that the provider is asked, where it is."""
        asks = _by_itself(connection.auth) or bool(token and token.refresh_token)
        if asks:
            self.watch(connection.id, True)
        try:
            yield
        finally:
            if asks:
                self.watch(connection.id, False)

    def _is_old(self, token: Token, stale: str) -> bool:
        return is_due(token, self._now()) or token.access_token == stale

    def _renewed(
        self,
        connection: Connection,
        client: OAuthClient,
        token: Token | None,
        endpoint: TokenEndpoint,
        stale: str,
    ) -> Token:
        auth = connection.auth
        assert isinstance(auth, OAuth2Auth)
        if auth.grant is Grant.CLIENT_CREDENTIALS:
            return self._kept(connection, endpoint.client_credentials(client))
        if token is not None and token.refresh_token:
            return self._kept(connection, self._refreshed(connection, client, token, endpoint))
        if auth.grant is Grant.PASSWORD:
            return self._kept(connection, endpoint.password(client))
        lives = token is not None and (token.expires_at or 0.0) > self._now()
        if token is None or not lives or token.access_token == stale:
            raise SignInFailed(reason=SignInReason.NEEDED, connection=connection.name)
        return token

    def _refreshed(
        self, connection: Connection, client: OAuthClient, token: Token, endpoint: TokenEndpoint
    ) -> Token:
        try:
            return endpoint.refresh(client, token)
        except SignInFailed as error:
            error.connection = connection.name
            if error.error == _REFUSED:
                if client.password:
                    return endpoint.password(client)
                # Asking again would be refused again, for ever.
                self.forget(connection)
                error.reason = SignInReason.NEEDED
            raise

    def _kept(self, connection: Connection, token: Token) -> Token:
        """Keep the token before it is used (statement 33); a failing keyring stops no send."""
        try:
            self.keep(connection, token)
        except (SecretsFailed, StorageFailed):
            return token
        return token


def _by_itself(auth: Auth) -> bool:
    return isinstance(auth, OAuth2Auth) and auth.grant in BY_ITSELF


def _unwatched(_connection_id: str, _begins: bool) -> None:
    """Nobody is told."""


def token_facts(connection: Connection, token: Token) -> TokenFacts:
    """Return what may be told of a token of the connection."""
    auth = connection.auth
    assert isinstance(auth, OAuth2Auth)
    return TokenFacts(
        obtained_at=token.obtained_at,
        expires_at=token.expires_at,
        renews=bool(token.refresh_token) or auth.grant in BY_ITSELF,
        granted=token.scope,
        asked=auth.scope,
        account=token.account,
    )


def client_of(connection: Connection, secrets: Mapping[str, str]) -> OAuthClient:
    """Return what the token endpoint's calls need to know; `secrets` has them by name.

    Raises InvalidCredential without a client id: no provider knows such a client.
    """
    auth = connection.auth
    assert isinstance(auth, OAuth2Auth)
    if not auth.client_id:
        raise InvalidCredential(CredentialReason.MISSING, "client_id", connection.name)
    return OAuthClient(
        token_url=auth.token_url,
        client_id=auth.client_id,
        authorization_url=auth.authorization_url,
        refresh_url=auth.refresh_url,
        client_secret=secrets.get("client_secret", ""),
        scope=auth.scope,
        authentication=auth.authentication,
        pkce=auth.pkce,
        token_headers=auth.token_headers,
        issuer=auth.issuer,
        names_issuer=auth.names_issuer,
        allows_http=auth.allows_http,
        device_url=auth.device_url,
        revocation_url=auth.revocation_url,
        username=auth.username,
        password=secrets.get("password", "") if auth.grant is Grant.PASSWORD else "",
        authorization_params=auth.authorization_params,
        token_params=auth.token_params,
    )


def mask_refusal(
    error: SignInFailed, secrets: Mapping[str, str], token: Token | None = None
) -> None:
    """Take out of the provider's words the secrets that it was sent."""
    known = {*secrets.values(), token.refresh_token if token is not None else ""}
    error.description = Masker(known - {""}).text(error.description)


def _token(text: str | None) -> Token | None:
    """Return the token that `keep` wrote; None for what is none."""
    import json

    try:
        return Token(**json.loads(text)) if text else None
    except (ValueError, TypeError):
        return None
