"""Connecting, renewing and disconnecting one OAuth connection, whatever its grant."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from httpdesk.engine.cancel import CancelToken
from httpdesk.engine.connecting import Connecting, ConnectionPorts, network_for, secrets_of
from httpdesk.engine.connection_ports import TokenEndpoint
from httpdesk.engine.places import agrees_to_proof, approve, weaker_proof
from httpdesk.engine.ports import UserPrompt
from httpdesk.engine.sign_in import Steps, sign_in, sign_in_by_code
from httpdesk.engine.tokens import Tokens, client_of, mask_refusal
from httpdesk.model.auth import Grant, OAuth2Auth
from httpdesk.model.connection import Connection
from httpdesk.model.errors import (
    CredentialReason,
    HttpDeskError,
    InvalidCredential,
    PlacesRefused,
    SecretsFailed,
    SecretsReason,
    SignInFailed,
    SignInReason,
)
from httpdesk.model.network import NetworkOptions
from httpdesk.model.oauth import OAuthClient, Token
from httpdesk.model.sign_in import SignInStep, StepKind

_DAMAGED = frozenset({SecretsReason.INCOMPLETE, SecretsReason.MISSING})


def connect(
    connection: Connection,
    connecting: Connecting,
    ports: ConnectionPorts,
    network: NetworkOptions,
    cancel: CancelToken,
    *,
    watch: Callable[[SignInStep], None],
    prompt: UserPrompt | None = None,
    weaker: str = "",
) -> Token:
    """Return a new token, which is kept; `watch` is told each step, on this thread.

    `network` is what the connection's own choices are laid over; `prompt` is asked about new
    places of the secrets; `weaker` is the method of PKCE that the user agreed to in place of S256,
    which is WEAKER otherwise. Raises SignInFailed, SecretsFailed, PlacesRefused, InvalidCredential
    for a password that is missing, and SendFailed where the provider was not reached.
    """
    tokens, auth = _tokens(connecting), _auth(connection)
    if weaker != weaker_proof(auth) and not agrees_to_proof(connection, ports.records):
        reason, name = SignInReason.WEAKER, connection.name
        raise SignInFailed(reason=reason, error=weaker_proof(auth), connection=name)
    connecting.confirm(connection, prompt, cancel, token=False)
    # A keyring that is not there is told of before somebody signs in for nothing.
    _stored(tokens, connection, connecting)
    secrets = secrets_of(connection, connecting.secret)
    if auth.grant is Grant.PASSWORD and not secrets.get("password"):
        raise InvalidCredential(CredentialReason.MISSING, "password", connection.name)
    client, steps = client_of(connection, secrets), Steps(watch, tokens.now, ports.open_browser)
    calls = ports.endpoint(network_for(connection, network, connecting.secret), cancel)
    try:
        token = _signed_in(client, calls, ports, steps, cancel, auth=auth)
    except SignInFailed as error:
        error.connection = connection.name
        mask_refusal(error, secrets)
        raise
    with tokens.hold(connection, cancel):
        tokens.keep(connection, token)
    # Who signs in there agrees that the token goes there.
    approve(connection, ports.records)
    steps.tell(StepKind.KEPT_TOKEN)
    return token


def renew(
    connection: Connection,
    connecting: Connecting,
    network: NetworkOptions,
    cancel: CancelToken,
    prompt: UserPrompt | None = None,
) -> Token:
    """Return a newer token now, which is kept; raises what `Tokens.current` raises.

    NEEDED where the user has to sign in for it, and PlacesRefused, which `prompt` can prevent.
    """
    tokens = _tokens(connecting)
    connecting.confirm(connection, prompt, cancel)
    token = tokens.stored(connection, connecting.secret)
    return tokens.current(
        connection,
        secrets_of(connection, connecting.secret),
        network_for(connection, network, connecting.secret),
        cancel,
        stale=token.access_token if token is not None else "",
        read=connecting.secret,
    )


def disconnect(
    connection: Connection,
    connecting: Connecting,
    ports: ConnectionPorts,
    network: NetworkOptions,
    cancel: CancelToken,
    *,
    prompt: UserPrompt | None = None,
) -> HttpDeskError | None:
    """Forget the token, then give it back to a provider that takes tokens back (RFC 7009).

    Returns why the provider does not have it, among that PlacesRefused, which `prompt` can prevent;
    the token is forgotten all the same. Raises SecretsFailed where it cannot be forgotten, and
    SignInFailed where a renewal that is under way does not end.
    """
    tokens, auth = _tokens(connecting), _auth(connection)
    # Asked while there is a token to ask about: without one nobody would be, and it went there.
    refusal = _refusal(connection, connecting, cancel, prompt) if auth.revocation_url else None
    with tokens.hold(connection, cancel):
        token = _stored(tokens, connection, connecting)
        tokens.forget(connection)
    if token is None or not auth.revocation_url or refusal is not None:
        return refusal if token is not None else None
    secrets: Mapping[str, str] = {}
    try:
        secrets = secrets_of(connection, connecting.secret)
        calls = ports.endpoint(network_for(connection, network, connecting.secret), cancel)
        calls.revoke(client_of(connection, secrets), token)
    except HttpDeskError as error:
        if isinstance(error, SignInFailed):
            error.connection = connection.name
            mask_refusal(error, secrets, token)
        return error
    return None


def _refusal(
    connection: Connection,
    connecting: Connecting,
    cancel: CancelToken,
    prompt: UserPrompt | None,
) -> PlacesRefused | None:
    """Return why the token may not go where the connection leads now."""
    try:
        connecting.confirm(connection, prompt, cancel)
    except PlacesRefused as error:
        return error
    return None


def _signed_in(
    client: OAuthClient,
    calls: TokenEndpoint,
    ports: ConnectionPorts,
    steps: Steps,
    cancel: CancelToken,
    *,
    auth: OAuth2Auth,
) -> Token:
    match auth.grant:
        case Grant.AUTHORIZATION_CODE:
            listener = ports.listener(auth.redirect_path, auth.redirect_port)
            return sign_in(client, calls, listener, steps, cancel)
        case Grant.DEVICE_CODE:
            return sign_in_by_code(client, calls, steps, cancel)
        case Grant.CLIENT_CREDENTIALS:
            return steps.timed(lambda: calls.client_credentials(client))
        case Grant.PASSWORD:
            return steps.timed(lambda: calls.password(client))


def _stored(tokens: Tokens, connection: Connection, connecting: Connecting) -> Token | None:
    """Return the kept token, None for one that is damaged: it is replaced or forgotten anyway."""
    try:
        return tokens.stored(connection, connecting.secret)
    except SecretsFailed as error:
        if error.reason not in _DAMAGED:
            raise
        return None


def _tokens(connecting: Connecting) -> Tokens:
    assert connecting.tokens is not None
    return connecting.tokens


def _auth(connection: Connection) -> OAuth2Auth:
    assert isinstance(connection.auth, OAuth2Auth)
    return connection.auth
