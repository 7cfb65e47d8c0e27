"""Which connection a request uses, and what it needs from the world to sign in with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

from httpdesk.engine.authorize import Credential, credential, is_signing, token_credential
from httpdesk.engine.cancel import CancelToken
from httpdesk.engine.connection_ports import (
    ConnectionRecords,
    ConnectionStore,
    SignInListener,
    TokenLocks,
)
from httpdesk.engine.places import PASSPHRASE, PROXY_PASSWORD, Approvals
from httpdesk.engine.ports import Clock, SecretStore, Signers, UserPrompt
from httpdesk.engine.signing import SignedBy
from httpdesk.engine.tokens import Endpoint, SecretReader, Tokens
from httpdesk.engine.url import encode_pairs
from httpdesk.model.auth import Auth, OAuth2Auth, Placement, secret_names
from httpdesk.model.connection import NO_CONNECTION, Connection
from httpdesk.model.errors import InvalidCredential, UnknownConnection
from httpdesk.model.exchange import Origin, RequestSigner, ResolvedRequest
from httpdesk.model.network import NetworkOptions
from httpdesk.model.network_choices import ProxyMode, TlsRule
from httpdesk.model.oauth import ProviderMetadata, Token

Secrets = Mapping[str, str]
"""The secrets of one connection by name."""


@dataclass(frozen=True, slots=True)
class ConnectionPorts:
    """The world that connections need, as factories: nothing is made before it is used."""

    store: ConnectionStore
    keyring: Callable[[], SecretStore]
    endpoint: Endpoint
    locks: TokenLocks
    listener: Callable[[str, int], SignInListener]
    """Waits for the browser at this path and port, 0 for a free one."""
    open_browser: Callable[[str], bool]
    """Show a page; returns whether a browser took it."""
    records: ConnectionRecords
    discover: Callable[[str, NetworkOptions, CancelToken], ProviderMetadata]
    """Read what the issuer tells of itself; raises SignInFailed, and SendFailed where it was not
    reached."""
    signers: Signers

    def tokens(self, clock: Clock) -> Tokens:
        """Return the tokens that are kept in the keyring."""
        return Tokens(
            self.keyring,
            self.locks,
            self.endpoint,
            lambda: clock.now().timestamp(),
            self.records,
        )


@dataclass(frozen=True, slots=True)
class Connecting:
    """Where a send finds the connection that it names, its secrets and its token."""

    store: ConnectionStore
    secret: SecretReader
    root: str | None = None
    """The collection's folder; None looks among the personal connections only."""
    tokens: Tokens | None = None
    signers: Signers | None = None
    approvals: Approvals | None = None
    """Where secrets may go; None lets them go wherever the connection says, for tests."""

    def confirm(
        self,
        connection: Connection,
        prompt: UserPrompt | None,
        cancel: CancelToken,
        *,
        token: bool = True,
    ) -> None:
        """Have the user agree to new places of the connection's secrets; raises PlacesRefused."""
        if self.approvals is not None:
            self.approvals.confirm(connection, prompt, cancel, token=token)


def connection_of(name: str, connecting: Connecting | None) -> Connection:
    """Return the connection of this name; raises UnknownConnection and StorageFailed."""
    stored = connecting.store.find(name, connecting.root) if connecting else None
    if stored is None:
        raise UnknownConnection(name)
    return stored.connection


def signed_by(
    connection: Connection,
    connecting: Connecting,
    network: NetworkOptions,
    cancel: CancelToken,
    prompt: UserPrompt | None = None,
) -> SignedBy:
    """Return the connection with a way to its credential, which is read when it is used.

    Before that the user agrees to places of its secrets that are new, or it raises PlacesRefused.
    """
    own_network = partial(network_for, connection, network, connecting.secret)

    def token(tokens: Tokens, secrets: Secrets) -> Token:
        return tokens.current(connection, secrets, own_network(), cancel, read=connecting.secret)

    def agreed() -> Credential:
        connecting.confirm(connection, prompt, cancel)
        return _credential(connection, connecting, token)

    return SignedBy(connection, agreed)


def shown_by(connection: Connection, connecting: Connecting) -> SignedBy:
    """Return the same for a preview: the token is the one that is kept, and none is asked for."""

    def token(tokens: Tokens, _secrets: Secrets) -> Token | None:
        return tokens.stored(connection, connecting.secret)

    return SignedBy(connection, lambda: _credential(connection, connecting, token))


def renewed_request(
    request: ResolvedRequest,
    connecting: Connecting,
    network: NetworkOptions,
    cancel: CancelToken,
) -> ResolvedRequest | None:
    """Return the request with a renewed token in place of its own; None where there is no way.

    Raises what `Tokens.current` raises.
    """
    connection, tokens = request.connection, connecting.tokens
    if connection is None or tokens is None or not tokens.can_renew(connection, connecting.secret):
        return None
    auth = connection.auth
    stale = _sent_token(request, auth) if isinstance(auth, OAuth2Auth) else ""
    if not isinstance(auth, OAuth2Auth) or not stale:
        return None
    token = tokens.current(
        connection,
        secrets_of(connection, connecting.secret),
        network_for(connection, network, connecting.secret),
        cancel,
        stale,
        read=connecting.secret,
    )
    secrets = request.secrets | {token.access_token, token.refresh_token} - {""}
    old, new = token_credential(auth, stale), token_credential(auth, token.access_token)
    return replace(_with_credential(request, old, new), secrets=secrets)


def _sent_token(request: ResolvedRequest, auth: OAuth2Auth) -> str:
    """Return the token that signed the request in, empty where none of the connection's did."""
    if auth.token_placement is Placement.QUERY:
        return dict(request.connection_params).get(auth.token_name, "")
    prefix = f"{auth.token_prefix} " if auth.token_prefix else ""
    for each in request.headers:
        named = each.name.lower() == auth.token_name.lower()
        if named and each.origin is Origin.CONNECTION and each.value.startswith(prefix):
            return each.value.removeprefix(prefix)
    return ""


def _with_credential(request: ResolvedRequest, old: Credential, new: Credential) -> ResolvedRequest:
    """Return the request with one credential in place of the other; all else stays as it was."""
    values = {value: after for (_, value), (_, after) in zip(old.headers, new.headers, strict=True)}
    headers = tuple(
        replace(each, value=values.get(each.value, each.value))
        if each.origin is Origin.CONNECTION
        else each
        for each in request.headers
    )
    pairs = {
        encode_pairs([was]): encode_pairs([now])
        for was, now in zip(old.params, new.params, strict=True)
    }
    path, mark, query = request.url.target.partition("?")
    target = path + mark + "&".join(pairs.get(pair, pair) for pair in query.split("&"))
    return replace(
        request,
        headers=headers,
        url=replace(request.url, target=target),
        connection_params=new.params,
    )


def secrets_of(connection: Connection, read: SecretReader) -> dict[str, str]:
    """Return the secrets that the connection has of those that its kind can have."""
    found = {name: read(connection, name) for name in secret_names(connection.auth)}
    return {name: value for name, value in found.items() if value is not None}


def network_for(
    connection: Connection, network: NetworkOptions, read: SecretReader
) -> NetworkOptions:
    """Return the network options with those of the connection over them."""
    return _with_tls(connection, _with_proxy(connection, network, read), read)


def _credential(
    connection: Connection,
    connecting: Connecting,
    token_of: Callable[[Tokens, Secrets], Token | None],
) -> Credential:
    secrets = secrets_of(connection, connecting.secret)
    values = set(secrets.values())
    if isinstance(connection.auth, OAuth2Auth) and connecting.tokens is not None:
        token = token_of(connecting.tokens, secrets)
        if token is not None:
            secrets["token"] = token.access_token
            values |= {token.access_token, token.refresh_token}
    try:
        made = credential(connection.auth, secrets)
        signer = _signer(connection.auth, secrets, connecting)
    except InvalidCredential as error:
        error.connection = connection.name
        raise
    return replace(made, secrets=frozenset(values - {""}) | made.secrets, signer=signer)


def _signer(auth: Auth, secrets: Mapping[str, str], connecting: Connecting) -> RequestSigner | None:
    if not is_signing(auth):
        return None
    if connecting.signers is None:
        raise LookupError("nothing is there that signs requests")
    return connecting.signers(auth, secrets)


def _with_proxy(
    connection: Connection, network: NetworkOptions, read: SecretReader
) -> NetworkOptions:
    if not connection.proxy:
        return network
    if connection.proxy == NO_CONNECTION:
        return replace(network, proxy_mode=ProxyMode.NONE)
    password = read(connection, PROXY_PASSWORD) if "@" in connection.proxy else None
    return replace(
        network,
        proxy_mode=ProxyMode.MANUAL,
        proxy_url=connection.proxy,
        proxy_password=password or "",
        proxy_exceptions="",
    )


def _with_tls(
    connection: Connection, network: NetworkOptions, read: SecretReader
) -> NetworkOptions:
    if not (connection.ca_file or connection.certificate):
        return network
    authority = connection.base_url.partition("://")[2].partition("/")[0].rpartition("@")[2]
    hosts = connection.allowed_hosts or (authority,)
    files = connection.ca_file, connection.certificate, connection.key
    rules = tuple(TlsRule(host, *files) for host in hosts if host)
    passphrase = read(connection, PASSPHRASE) if connection.certificate else None
    known = ((connection.certificate, passphrase),) if passphrase else ()
    return replace(
        network,
        tls_rules=(*rules, *network.tls_rules),
        passphrases=(*network.passphrases, *known),
    )
