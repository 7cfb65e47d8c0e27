"""What is done to connections on a worker: reading them, signing in, deleting with the secrets."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from httpdesk.engine.cancel import CancelToken
from httpdesk.engine.ports import Progress, UserPrompt
from httpdesk.engine.prompts import FixedPrompt
from httpdesk.gui.ports import WindowPorts
from httpdesk.model.auth import OAuth2Auth
from httpdesk.model.connection import BrokenConnection, Connection, StoredConnection
from httpdesk.model.connection_state import NO_RECORD, ConnectionRecord
from httpdesk.model.errors import FileChanged, SecretsFailed, StorageFailed
from httpdesk.model.request import Options, Request
from httpdesk.model.secrets import SecretPlace

if TYPE_CHECKING:
    from httpdesk.engine.connecting import Connecting
    from httpdesk.engine.connection_ports import ConnectionStore
    from httpdesk.engine.tokens import Tokens
    from httpdesk.model.error_base import HttpDeskError
    from httpdesk.model.exchange import Exchange
    from httpdesk.model.network import NetworkOptions
    from httpdesk.model.oauth import ProviderMetadata
    from httpdesk.model.settings import Settings
    from httpdesk.model.sign_in import SignInStep

Entry = StoredConnection | BrokenConnection


@dataclass(frozen=True, slots=True)
class Known:
    """What the disk says of all connections in view; the keyring was not asked."""

    entries: tuple[Entry, ...] = ()
    by_key: dict[str, Entry] = field(default_factory=dict)
    located: dict[str, Connection] = field(default_factory=dict)
    """By path: the connection with the whole paths of its files, as sends use it."""
    records: dict[str, ConnectionRecord] = field(default_factory=dict)
    """By path; one whose token belongs to other addresses is none."""
    stored: frozenset[str] = frozenset()
    """The names of all kept secrets."""


@dataclass(frozen=True, slots=True)
class Deleted:
    """A connection that was deleted, with all that brings it back."""

    stored: Entry
    data: bytes = field(repr=False)
    record: ConnectionRecord = NO_RECORD
    secrets: tuple[tuple[str, str, bool], ...] = field(default=(), repr=False)
    """(name, value, whether it was for the session only) of those that were forgotten."""
    problem: SecretsFailed | None = None
    """Why secrets stay where they are: they could not be read."""


def look(ports: WindowPorts, roots: tuple[str, ...]) -> Known:
    """Return the personal connections, then those of the collections; raises StorageFailed."""
    from httpdesk.engine.places import places_of
    from httpdesk.model.auth import TOKEN_SECRET

    connections = ports.connections()
    stored = frozenset(each.name for each in ports.secrets().stored())
    entries: list[Entry] = []
    located: dict[str, Connection] = {}
    records: dict[str, ConnectionRecord] = {}
    for root in (None, *roots):
        entries += _listed(connections.store, root, located)
    for path, connection in located.items():
        record = connections.records.record(connection.id)
        if connection.secret(TOKEN_SECRET) in stored and record.places == places_of(connection):
            records[path] = record
    by_key = {each.path: each for each in entries}
    return Known(tuple(entries), by_key, located, records, stored)


def _listed(
    store: ConnectionStore, root: str | None, located: dict[str, Connection]
) -> list[Entry]:
    entries: list[Entry] = []
    try:
        found = store.list(root)
    except StorageFailed as problem:
        return [BrokenConnection(problem.path, problem, root)]
    for entry in found:
        if isinstance(entry, StoredConnection):
            try:
                located[entry.path] = _located(store, entry)
            except StorageFailed as problem:
                entries.append(BrokenConnection(entry.path, problem, root))
                continue
        entries.append(entry)
    return entries


def _located(store: ConnectionStore, stored: StoredConnection) -> Connection:
    connection = stored.connection
    if not (connection.ca_file or connection.certificate or connection.key):
        return connection
    found = store.find(connection.name, stored.root)
    return found.connection if found is not None and found.path == stored.path else connection


# Deleting


def delete(ports: WindowPorts, stored: Entry, *, with_secrets: bool) -> Deleted:
    """Delete the file, then its secrets where they could be read; raises StorageFailed.

    A file that cannot be read does not say which secrets are its own: they stay.
    """
    connections = ports.connections()
    if isinstance(stored, BrokenConnection):
        return Deleted(stored, connections.store.delete(stored))
    record = connections.records.record(stored.connection.id)
    secrets, problem = _read_secrets(ports, stored.connection) if with_secrets else ((), None)
    data = connections.store.delete(stored)
    if with_secrets and problem is None:
        problem = _forget(ports, secrets)
        connections.records.forget(stored.connection.id)
    return Deleted(stored, data, record, secrets, problem)


def put_back(ports: WindowPorts, deleted: Deleted) -> SecretsFailed | None:
    """Undo `delete`; return why a secret could not be kept again, None when all are back."""
    connections, secrets = ports.connections(), ports.secrets()
    stored = deleted.stored
    connections.store.put_back(stored, deleted.data)
    if deleted.record != NO_RECORD and isinstance(stored, StoredConnection):
        connections.records.keep(stored.connection.id, deleted.record)
    try:
        for name, value, for_session in deleted.secrets:
            keep = secrets.keep_for_session if for_session else secrets.keep
            keep(name, value)
    except SecretsFailed as problem:
        return problem
    return None


def _read_secrets(
    ports: WindowPorts, connection: Connection
) -> tuple[tuple[tuple[str, str, bool], ...], SecretsFailed | None]:
    secrets, start = ports.secrets(), f"connection {connection.id} "
    own = [each for each in secrets.stored() if each.name.startswith(start)]
    try:
        found = [
            (each.name, secrets.read(each.name) or "", each.place is SecretPlace.SESSION)
            for each in own
        ]
    except SecretsFailed as problem:
        return (), problem
    return tuple(found), None


def _forget(ports: WindowPorts, secrets: tuple[tuple[str, str, bool], ...]) -> SecretsFailed | None:
    try:
        for name, _, _ in secrets:
            ports.secrets().forget(name)
    except SecretsFailed as problem:
        return problem
    return None


# What the user agrees to


def approve(ports: WindowPorts, stored: StoredConnection) -> StoredConnection:
    """Remember that the connection's secrets may go where it says; return it."""
    from httpdesk.engine.places import approve as remember

    connections = ports.connections()
    # Where it cannot be remembered, the next send asks.
    with suppress(StorageFailed):
        remember(_located(connections.store, stored), connections.records)
    return stored


def keep_edits(
    ports: WindowPorts, entry: Entry | None, edited: Connection, copy: Connection, root: str | None
) -> StoredConnection:
    """Save over the file, or write `copy` where that would undo somebody else's change."""
    store = ports.connections().store
    if isinstance(entry, StoredConnection):
        with suppress(FileChanged):
            return approve(ports, store.save(entry, edited))
    return approve(ports, store.add(copy, root))


# Signing in and trying


@dataclass(frozen=True, slots=True)
class Scene:
    """What work on one connection needs of the window."""

    ports: WindowPorts
    settings: Settings
    tokens: Callable[[], Tokens]
    connection: Connection
    root: str | None = None
    prompt: UserPrompt = FixedPrompt(agrees=False)  # noqa: RUF009 - it has no state
    """Asks the user whether secrets may go to new places."""

    def connecting(self, cancel: CancelToken) -> tuple[Connecting, NetworkOptions]:
        """Return where secrets and tokens are, and the network options of the settings."""
        from httpdesk.engine.connecting import Connecting
        from httpdesk.engine.places import Approvals
        from httpdesk.engine.routing import network_options

        secrets = self.ports.secrets().patiently(cancel, _unseen)
        connections, known = self.ports.connections(), self.ports.secrets().knows
        connecting = Connecting(
            connections.store,
            lambda connection, name: secrets.read(connection.secret(name)),
            self.root,
            self.tokens(),
            connections.signers,
            Approvals(connections.records, lambda each, name: known(each.secret(name))),
        )
        return connecting, network_options(self.settings, secrets)


def connect(
    scene: Scene, cancel: CancelToken, watch: Callable[[SignInStep], None], *, weaker: str = ""
) -> None:
    """Get a new token and remember the steps to it; raises what the engine's `connect` does."""
    from httpdesk.engine import connect as engine

    connecting, network = scene.connecting(cancel)
    steps: list[SignInStep] = []

    def watched(step: SignInStep) -> None:
        steps.append(step)
        watch(step)

    ports = scene.ports.connections()
    engine.connect(
        scene.connection,
        connecting,
        ports,
        network,
        cancel,
        watch=watched,
        prompt=scene.prompt,
        weaker=weaker,
    )
    record = ports.records.record(scene.connection.id)
    ports.records.keep(scene.connection.id, replace(record, steps=tuple(steps)))


def renew(scene: Scene, cancel: CancelToken, _watch: Callable[[SignInStep], None]) -> None:
    """Get a newer token now; raises what the engine's `renew` does."""
    from httpdesk.engine import connect as engine

    connecting, network = scene.connecting(cancel)
    engine.renew(scene.connection, connecting, network, cancel, scene.prompt)


def disconnect(
    scene: Scene, cancel: CancelToken, _watch: Callable[[SignInStep], None]
) -> HttpDeskError | None:
    """Forget the token; return why the provider did not take it back, None when it did."""
    from httpdesk.engine import connect as engine

    connecting, network = scene.connecting(cancel)
    ports = scene.ports.connections()
    refused = engine.disconnect(
        scene.connection, connecting, ports, network, cancel, prompt=scene.prompt
    )
    places = ports.records.record(scene.connection.id).places
    ports.records.keep(scene.connection.id, replace(NO_RECORD, places=places))
    return refused


def discover(
    ports: WindowPorts, settings: Settings, issuer: str, cancel: CancelToken
) -> ProviderMetadata:
    """Return what a provider tells of itself; raises SignInFailed and SendFailed."""
    from httpdesk.engine.routing import network_options

    network = network_options(settings, ports.secrets().patiently(cancel, _unseen))
    return ports.connections().discover(issuer, network, cancel)


def test(scene: Scene, cancel: CancelToken) -> Exchange:
    """Send a GET to the base URL of the connection and return what came of it."""
    from httpdesk.engine.send import SendContext, send

    connecting, network = scene.connecting(cancel)
    context = SendContext(
        transport=scene.ports.transport(),
        clock=scene.ports.clock,
        network=network,
        system_proxies=scene.ports.system_proxies(),
        connecting=connecting,
        prompt=scene.prompt,
    )
    options = Options(connection=scene.connection.name, success="200-399", retry_max=0)
    return send(Request(options=options), context, cancel, Progress())


def signs_in_with_browser(connection: Connection) -> bool:
    """Return whether connecting waits for the user."""
    from httpdesk.model.auth import Grant

    auth = connection.auth
    waits = (Grant.AUTHORIZATION_CODE, Grant.DEVICE_CODE)
    return isinstance(auth, OAuth2Auth) and auth.grant in waits


def _unseen(_waits: bool) -> None:
    """Nobody is shown that the keyring is waited for: the state of the connection says enough."""
