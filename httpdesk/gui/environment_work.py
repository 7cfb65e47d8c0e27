"""What is done to environments on a worker: their files, and the secrets of their variables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from httpdesk.engine.environment_ports import WORKSPACE, secret_name
from httpdesk.gui.ports import WindowPorts
from httpdesk.model.environment import Environment, LoadedEnvironment
from httpdesk.model.errors import FileChanged, FileUnreadable, NameTaken, SecretsFailed
from httpdesk.model.secrets import SecretPlace
from httpdesk.model.storage_errors import StorageFailed

if TYPE_CHECKING:
    from httpdesk.engine.ports import SecretPlaces

Found = dict[str, tuple[LoadedEnvironment, ...]]
"""The environments by the folder of their collection; those of the workspace under WORKSPACE."""


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be written over an environment."""

    environment: Environment
    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Secret values that were typed, by the name of their variable."""
    renamed: Mapping[str, str] = field(default_factory=dict)
    """Names of variables as they are now, with those that their secrets are kept under."""
    for_session: bool = False
    """Whether the values are kept until the program ends only, as the user chose."""


@dataclass(frozen=True, slots=True)
class Deleted:
    """What brings a deleted environment back."""

    loaded: LoadedEnvironment
    ticket: str
    secrets: tuple[tuple[str, str, bool], ...] = field(default=(), repr=False)
    """Name, value, and whether it is for the session only."""
    problem: SecretsFailed | None = None
    """Why the secrets could not be taken away; they are where they were."""
    chosen: bool = False
    """Whether it was in use."""


def look(ports: WindowPorts, roots: Iterable[str]) -> Found:
    """Return all environments; a folder that cannot be read has one with the problem."""
    store = ports.environments()
    found: Found = {}
    for root in (WORKSPACE, *roots):
        try:
            found[root] = store.environments(root)
        except StorageFailed as problem:
            broken = LoadedEnvironment(Environment(""), root, problem.path, problem=problem)
            found[root] = (broken,)
    return found


def save(ports: WindowPorts, loaded: LoadedEnvironment, change: Change) -> LoadedEnvironment:
    """Write over an environment; its secrets follow the names that changed.

    Raises StorageFailed, and SecretsFailed when a secret cannot be kept: the file is untouched.
    """
    now, old = change.environment, loaded.environment.name
    names = {each.name for each in now.variables if each.secret}
    before = {name: change.renamed.get(name, name) for name in names}
    moves = {
        secret_name(loaded.root, old, was): secret_name(loaded.root, now.name, name)
        for name, was in before.items()
        if (old, was) != (now.name, name)
    }
    secrets = ports.secrets()
    left = _copy(secrets, moves)
    _carry_places(ports, moves)
    for name, value in change.values.items():
        if name in names and value:
            kept_as = secret_name(loaded.root, now.name, name)
            _keep(secrets, kept_as, value, change.for_session)
            # What is typed anew belongs to the server that it goes to next.
            ports.connections().records.forget(kept_as)
    saved = ports.environments().save(loaded, now)
    kept = set(moves.values())
    for name in left:
        if name not in kept:
            secrets.forget(name)
    return saved


def keep_edits(
    ports: WindowPorts, loaded: LoadedEnvironment, change: Change, copy: str
) -> tuple[LoadedEnvironment, SecretsFailed | None]:
    """Save whatever can be saved: beside a file that is another by now, under the name `copy`.

    Secrets that cannot be kept stay out, and the second value says why. Raises StorageFailed.
    """
    try:
        return save(ports, loaded, change), None
    except SecretsFailed as problem:
        plain = replace(change, values={}, renamed={})
        return keep_edits(ports, loaded, plain, copy)[0], problem
    except (FileChanged, FileUnreadable, NameTaken):
        beside = replace(change, environment=replace(change.environment, name=copy))
        made = ports.environments().create(loaded.root, Environment(copy))
        return keep_edits(ports, made, beside, copy)


def duplicate(ports: WindowPorts, loaded: LoadedEnvironment, name: str) -> LoadedEnvironment:
    """Write a copy under another name, with the secrets; raises StorageFailed, SecretsFailed."""
    copy = replace(loaded.environment, name=name)
    made = ports.environments().create(loaded.root, copy)
    _copy(ports.secrets(), _moves(loaded, name))
    _carry_places(ports, _moves(loaded, name))
    return made


def delete(ports: WindowPorts, loaded: LoadedEnvironment) -> Deleted:
    """Delete the file, then its secrets where they could be read; raises StorageFailed."""
    secrets, problem = _read(ports.secrets(), _moves(loaded, ""))
    ticket = ports.environments().delete(loaded)
    try:
        for name, _, _ in secrets:
            ports.secrets().forget(name)
    except SecretsFailed as failed:
        problem = failed
    return Deleted(loaded, ticket, secrets, problem)


def put_back(ports: WindowPorts, deleted: Deleted) -> LoadedEnvironment:
    """Undo `delete`; raises StorageFailed and SecretsFailed."""
    back = ports.environments().undo_delete(deleted.loaded.root, deleted.ticket)
    for name, value, for_session in deleted.secrets:
        _keep(ports.secrets(), name, value, for_session)
    return back


def _moves(loaded: LoadedEnvironment, name: str) -> dict[str, str]:
    environment = loaded.environment
    return {
        secret_name(loaded.root, environment.name, each.name): secret_name(
            loaded.root, name, each.name
        )
        for each in environment.variables
        if each.secret
    }


def _copy(secrets: SecretPlaces, moves: Mapping[str, str]) -> tuple[str, ...]:
    """Keep the secrets under other names as well; return those that there were."""
    found, problem = _read(secrets, moves)
    if problem is not None:
        raise problem
    for name, value, for_session in found:
        _keep(secrets, moves[name], value, for_session)
    return tuple(name for name, _, _ in found)


def _carry_places(ports: WindowPorts, moves: Mapping[str, str]) -> None:
    """Let secrets under other names go where they have gone, and elsewhere after a question."""
    records = ports.connections().records if moves else None
    for old, new in moves.items():
        if records is not None and (record := records.record(old)).places:
            records.keep(new, record)


def _keep(secrets: SecretPlaces, name: str, value: str, for_session: bool) -> None:
    (secrets.keep_for_session if for_session else secrets.keep)(name, value)


def _read(
    secrets: SecretPlaces, names: Iterable[str]
) -> tuple[tuple[tuple[str, str, bool], ...], SecretsFailed | None]:
    wanted = set(names)
    own = [each for each in secrets.stored() if each.name in wanted] if wanted else []
    try:
        return tuple(
            (each.name, secrets.read(each.name) or "", each.place is SecretPlace.SESSION)
            for each in own
        ), None
    except SecretsFailed as problem:
        return (), problem
