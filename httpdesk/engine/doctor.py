"""Looks at everything that HTTPDesk stands on, and changes nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from httpdesk.engine.environment_ports import WORKSPACE
from httpdesk.model.collection import Collection, Item, ItemKind
from httpdesk.model.connection import BrokenConnection
from httpdesk.model.errors import SecretsFailed, StorageFailed
from httpdesk.model.health import Finding, FindingKind

if TYPE_CHECKING:
    from httpdesk.engine.collection_ports import CollectionStore
    from httpdesk.engine.connection_ports import ConnectionStore
    from httpdesk.engine.environment_ports import EnvironmentStore
    from httpdesk.engine.ports import SecretPlaces, SystemProxies


@dataclass(frozen=True, slots=True)
class Patient:
    """What is looked at."""

    own: Callable[[], Iterator[Finding]]
    """Looks at the program, its folders and its own files."""
    secrets: SecretPlaces
    proxies: SystemProxies
    left_overs: Callable[[str], Iterator[Finding]]
    """Looks for what interrupted saves have left in a collection."""
    environments: EnvironmentStore
    connections: ConnectionStore
    collections: CollectionStore
    same_name: Callable[[str], str]
    """Returns what two file names share that some system takes for one."""
    portable: Callable[[str], bool]
    """Whether a file name is kept as it is by every system."""


def examine(patient: Patient, roots: tuple[str, ...]) -> Iterator[Finding]:
    """Yield what is found, the program first, then each collection folder of `roots`."""
    yield from patient.own()
    yield _keyring(patient.secrets)
    proxy = patient.proxies.describe()
    yield Finding(FindingKind.PROXY if proxy else FindingKind.NO_PROXY, detail=proxy)
    yield from _connections(patient.connections, None)
    for workspace in patient.environments.environments(WORKSPACE):
        if workspace.problem is not None:
            yield Finding(FindingKind.BROKEN_FILE, workspace.path, error=workspace.problem)
    for root in roots:
        yield from _collection(patient, root)


def _keyring(secrets: SecretPlaces) -> Finding:
    try:
        state = secrets.state()
    except SecretsFailed as error:
        return Finding(FindingKind.KEYRING_MISSING, error=error)
    kind = FindingKind.KEYRING_LOCKED if state.locked else FindingKind.KEYRING
    return Finding(kind, state.store)


def _connections(store: ConnectionStore, root: str | None) -> Iterator[Finding]:
    try:
        found = store.list(root)
    except StorageFailed as error:
        yield Finding(FindingKind.BROKEN_FILE, root or "", error=error)
        return
    broken = [each for each in found if isinstance(each, BrokenConnection)]
    yield Finding(FindingKind.CONNECTIONS, root or "", str(len(found) - len(broken)))
    for each in broken:
        yield Finding(FindingKind.BROKEN_FILE, each.path, error=each.problem)


def _environments(store: EnvironmentStore, root: str) -> Iterator[Finding]:
    try:
        found = store.environments(root)
    except StorageFailed as error:
        yield Finding(FindingKind.BROKEN_FILE, root, error=error)
        return
    broken = [each for each in found if each.problem is not None]
    yield Finding(FindingKind.ENVIRONMENTS, root, str(len(found) - len(broken)))
    for each in broken:
        yield Finding(FindingKind.BROKEN_FILE, each.path, error=each.problem)


def _collection(patient: Patient, root: str) -> Iterator[Finding]:
    # Before it is read, which sweeps the old ones.
    yield from patient.left_overs(root)
    try:
        collection = patient.collections.check(root)
    except StorageFailed as error:
        yield Finding(FindingKind.BROKEN_FILE, root, error=error)
        return
    readable = (ItemKind.REQUEST, ItemKind.OTHER)
    requests = sum(item.kind in readable for item in collection.walk())
    yield Finding(FindingKind.COLLECTION, root, str(requests))
    if collection.problem is not None:
        yield Finding(FindingKind.BROKEN_FILE, root, error=collection.problem)
    for item in collection.walk():
        if item.problem is not None:
            yield Finding(FindingKind.BROKEN_FILE, item.path, error=item.problem)
    yield from _names(patient, collection)
    yield from _environments(patient.environments, root)
    yield from _connections(patient.connections, root)


def _names(patient: Patient, collection: Collection) -> Iterator[Finding]:
    """Find names that get lost where the folder is checked out on another system."""
    alike: dict[tuple[str, str], list[Item]] = defaultdict(list)
    for item in collection.walk():
        folder, _, name = item.path.rpartition("/")
        alike[folder, patient.same_name(name)].append(item)
        if not patient.portable(name):
            yield Finding(FindingKind.NAME_NOT_PORTABLE, item.path)
    for items in alike.values():
        if len(items) > 1:
            yield Finding(FindingKind.NAMES_ALIKE, items[0].path, items[1].path)
