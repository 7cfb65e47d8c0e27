"""Connecting and disconnecting with every grant, at real providers, and what is told on the way."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests

from httpdesk.adapters.connection_files import ConnectionFiles
from httpdesk.adapters.loopback import LoopbackListener
from httpdesk.adapters.memory_secrets import MemorySecrets
from httpdesk.adapters.provider_metadata import discover
from httpdesk.adapters.requests_transport import RequestsTransport
from httpdesk.adapters.signers import RequestSigners
from httpdesk.adapters.token_calls import TokenCalls
from httpdesk.adapters.token_locks import TokenLocks
from httpdesk.adapters.transport_adapter import TransportAdapter
from httpdesk.engine.cancel import CancelToken
from httpdesk.engine.connect import connect, disconnect, renew
from httpdesk.engine.connecting import Connecting, ConnectionPorts
from httpdesk.engine.fakes import FrozenClock, MemoryRecords
from httpdesk.model.auth import TOKEN_SECRET, Grant, OAuth2Auth
from httpdesk.model.connection import Connection
from httpdesk.model.errors import (
    InvalidCredential,
    SecretsFailed,
    SecretsReason,
    SignInFailed,
    SignInReason,
)
from httpdesk.model.network import NetworkOptions
from httpdesk.model.oauth import ClientAuthentication, Token
from httpdesk.model.sign_in import SignInStep, StepKind
from tests.helpers.oidc_provider import SECRET, OidcProvider, enter_code_as, sign_in_as
from tests.helpers.strict_provider import CLIENT_ID, CLIENT_SECRET, PASSWORD, USER, StrictProvider
from tests.helpers.token_world import TokenWorld


@pytest.fixture(scope="module")
def provider() -> Iterator[OidcProvider]:
    with OidcProvider() as provider:
        yield provider


class World:
    """One connection with its ports; `steps` is what was told."""

    def __init__(self, folder: Path) -> None:
        self.transport = RequestsTransport(folder / "spool")
        self.keyring = MemorySecrets()
        self.records = MemoryRecords()
        self.steps: list[SignInStep] = []
        self.cancel = CancelToken()
        self.on_step: Callable[[SignInStep], None] = lambda step: None
        self.opened: list[str] = []
        self.ports = ConnectionPorts(
            store=ConnectionFiles(lambda: folder, folder),
            keyring=lambda: self.keyring,
            endpoint=lambda network, cancel: TokenCalls(
                lambda: TransportAdapter(self.transport, cancel, network), time.time
            ),
            locks=TokenLocks(lambda: folder / "locks"),
            listener=LoopbackListener,
            open_browser=self._open,
            records=self.records,
            signers=RequestSigners(),
            discover=lambda issuer, network, cancel: discover(
                issuer, TransportAdapter(self.transport, cancel, network)
            ),
        )
        self.connecting = Connecting(
            self.ports.store,
            lambda connection, name: self.keyring.read(connection.secret(name)),
            tokens=self.ports.tokens(FrozenClock()),
        )

    def connect(self, connection: Connection) -> Token:
        return connect(
            connection,
            self.connecting,
            self.ports,
            NetworkOptions(),
            self.cancel,
            watch=self._watch,
        )

    def disconnect(self, connection: Connection) -> object:
        return disconnect(connection, self.connecting, self.ports, NetworkOptions(), self.cancel)

    def stored(self, connection: Connection) -> Token | None:
        assert self.connecting.tokens is not None
        return self.connecting.tokens.stored(connection)

    def kinds(self) -> list[StepKind]:
        return [step.kind for step in self.steps]

    def _open(self, url: str) -> bool:
        self.opened.append(url)
        return False

    def _watch(self, step: SignInStep) -> None:
        self.steps.append(step)
        self.on_step(step)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.transport.close()


def at(provider: OidcProvider, grant: Grant, **changes: Any) -> Connection:
    auth = OAuth2Auth(
        grant=grant,
        authorization_url=provider.metadata["authorization_endpoint"],
        token_url=provider.metadata["token_endpoint"],
        device_url=provider.metadata["device_authorization_endpoint"],
        revocation_url=provider.metadata["revocation_endpoint"],
        client_id="native",
        scope="openid offline_access",
    )
    return Connection("id-1", "Shop", provider.issuer, replace(auth, **changes))


def status_with(provider: OidcProvider, token: Token) -> int:
    headers = {"Authorization": f"Bearer {token.access_token}"}
    url = provider.metadata["userinfo_endpoint"]
    return requests.get(url, headers=headers, timeout=10).status_code


def test_a_browser_that_does_not_start_leaves_the_url(world: World, provider: OidcProvider) -> None:
    """Statement 26: the user opens what the first step has; then each step is told, in order."""

    def by_hand(step: SignInStep) -> None:
        if step.kind is StepKind.NO_BROWSER:
            threads.append(threading.Thread(target=_browse, args=(step.url,)))
            threads[0].start()

    threads: list[threading.Thread] = []
    world.on_step = by_hand
    connection = at(provider, Grant.AUTHORIZATION_CODE)
    token = world.connect(connection)
    threads[0].join(10)
    assert world.kinds() == [
        StepKind.NO_BROWSER,
        StepKind.RECEIVED_CODE,
        StepKind.GOT_TOKEN,
        StepKind.KEPT_TOKEN,
    ]
    assert (world.opened, world.steps[0].seconds) == ([world.steps[0].url], 300.0)
    assert world.steps[2].elapsed_ms > 0
    assert world.stored(connection) == token
    facts = world.records.record(connection.id).token
    assert facts is not None
    assert (facts.account, facts.renews) == ("alice", True)
    assert facts.asked == "openid offline_access"


def _browse(url: str) -> None:
    requests.get(sign_in_as("alice", f"{url}&prompt=consent"), timeout=10)


def test_a_device_code_is_shown_and_then_given_back(world: World, provider: OidcProvider) -> None:
    """RFC 8628 from the code to the token, renewed at once, and RFC 7009 at the end."""
    world.on_step = lambda step: (
        enter_code_as("alice", step.url) if step.kind is StepKind.SHOWED_CODE else None
    )
    connection = at(provider, Grant.DEVICE_CODE)
    first = world.connect(connection)
    assert world.kinds() == [StepKind.SHOWED_CODE, StepKind.GOT_TOKEN, StepKind.KEPT_TOKEN]
    shown = world.steps[0]
    assert shown.user_code in shown.url
    assert shown.user_code not in repr(shown)
    assert (shown.seconds, world.opened) == (120.0, [])

    token = renew(connection, world.connecting, NetworkOptions(), CancelToken())
    assert token.access_token != first.access_token
    assert status_with(provider, token) == 200
    assert world.disconnect(connection) is None
    assert world.stored(connection) is None
    assert world.records.record(connection.id).token is None
    assert status_with(provider, token) == 401


def test_a_client_and_a_password_need_no_user(world: World, provider: OidcProvider) -> None:
    """Statement 35."""
    by_itself = [StepKind.GOT_TOKEN, StepKind.KEPT_TOKEN]
    client = at(provider, Grant.CLIENT_CREDENTIALS, client_id="service-basic", scope="api:read")
    world.keyring.keep(client.secret("client_secret"), SECRET)
    assert world.connect(client).scope == "api:read"
    assert world.kinds() == by_itself
    with StrictProvider() as strict:
        user = of_a_user(strict)
        with pytest.raises(InvalidCredential) as caught:
            world.connect(user)
        assert (caught.value.field, strict.calls) == ("password", [])
        world.keyring.keep(user.secret("client_secret"), CLIENT_SECRET)
        world.keyring.keep(user.secret("password"), PASSWORD)
        first = world.connect(user)
        assert world.kinds() == by_itself * 2
        strict.refreshes.clear()
        second = renew(user, world.connecting, NetworkOptions(), CancelToken())
        assert second.access_token != first.access_token
        grants = [call["grant_type"] for call in strict.calls]
        assert grants == ["password", "refresh_token", "password"]


def of_a_user(strict: StrictProvider) -> Connection:
    auth = OAuth2Auth(
        grant=Grant.PASSWORD,
        token_url=strict.token_url,
        client_id=CLIENT_ID,
        authentication=ClientAuthentication.BODY,
        username=USER,
    )
    return Connection("id-2", "Strict", "http://127.0.0.1:1", auth)


def test_a_password_that_the_provider_repeats_is_not_told(world: World) -> None:
    """Statement 38."""
    with TokenWorld() as other:
        other.error = "invalid_grant"
        auth = OAuth2Auth(Grant.PASSWORD, token_url=other.token_url, client_id="me", username="jo")
        connection = Connection("id-3", "Echo", other.url, auth)
        world.keyring.keep(connection.secret("password"), "CANARY-pass")
        with pytest.raises(SignInFailed) as caught:
            world.connect(connection)
    assert "password=" in caught.value.description
    assert "CANARY" not in caught.value.description
    assert (caught.value.connection, world.steps) == ("Echo", [])


def test_cancelled_before_the_user_did_anything(world: World, provider: OidcProvider) -> None:
    """Statement 26: at once, nothing is kept, for the browser and for a device code."""
    for grant in (Grant.AUTHORIZATION_CODE, Grant.DEVICE_CODE):
        world.cancel = CancelToken()
        world.on_step = lambda _step: threading.Timer(0.05, world.cancel.cancel).start()
        began = time.monotonic()
        with pytest.raises(SignInFailed) as caught:
            world.connect(at(provider, grant))
        assert caught.value.reason is SignInReason.CANCELLED
        assert time.monotonic() - began < 2
    assert world.stored(at(provider, Grant.DEVICE_CODE)) is None


def test_a_provider_that_is_away_keeps_no_token_back(world: World, provider: OidcProvider) -> None:
    """The token is forgotten all the same, and it is said why the provider has not heard of it."""
    gone = at(provider, Grant.AUTHORIZATION_CODE, revocation_url="http://127.0.0.1:1/revoke")
    assert world.connecting.tokens is not None
    world.connecting.tokens.keep(gone, Token("CANARY-1", "CANARY-2"))
    told = world.disconnect(gone)
    assert type(told).__name__ == "ConnectionRefused"
    assert world.stored(gone) is None
    assert world.disconnect(gone) is None


def test_a_keyring_that_is_locked_stops_the_sign_in_before_the_browser(
    world: World, provider: OidcProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    """quality.md, row 37: nobody signs in for nothing."""

    def locked(_name: str) -> str | None:
        raise SecretsFailed(reason=SecretsReason.LOCKED)

    monkeypatch.setattr(world.keyring, "read", locked)
    with pytest.raises(SecretsFailed):
        world.connect(at(provider, Grant.AUTHORIZATION_CODE))
    assert (world.opened, world.steps) == ([], [])


@pytest.mark.parametrize("reason", [SecretsReason.INCOMPLETE, SecretsReason.MISSING])
def test_a_damaged_token_stops_neither_a_new_one_nor_its_end(
    world: World, provider: OidcProvider, monkeypatch: pytest.MonkeyPatch, reason: SecretsReason
) -> None:
    """quality.md, row 37: what cannot be read is replaced, or forgotten."""
    client = at(provider, Grant.CLIENT_CREDENTIALS, client_id="service-basic", scope="api:read")
    world.keyring.keep(client.secret("client_secret"), SECRET)
    kept, read = client.secret(TOKEN_SECRET), world.keyring.read

    def damaged(name: str) -> str | None:
        if name == kept and read(name) == "half":
            raise SecretsFailed(reason=reason)
        return read(name)

    monkeypatch.setattr(world.keyring, "read", damaged)
    world.keyring.keep(kept, "half")
    assert world.connect(client).scope == "api:read"
    world.keyring.keep(kept, "half")
    assert world.disconnect(client) is None
    assert read(kept) is None


def test_two_sign_ins_at_once_keep_to_themselves(world: World, provider: OidcProvider) -> None:
    """Statement 26: each has a port and a state of its own."""
    urls: list[str] = []
    world.on_step = lambda step: urls.append(step.url) if step.url else None
    threads = [threading.Thread(target=_cancelled_connect, args=(world, provider)) for _ in "ab"]
    for thread in threads:
        thread.start()
    end = time.monotonic() + 10
    while len(urls) < 2 and time.monotonic() < end:
        threads[0].join(0.01)
    world.cancel.cancel()
    for thread in threads:
        thread.join(10)
    assert len(set(urls)) == 2


def _cancelled_connect(world: World, provider: OidcProvider) -> None:
    with suppress(SignInFailed):
        world.connect(at(provider, Grant.AUTHORIZATION_CODE))
