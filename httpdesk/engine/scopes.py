"""The levels of variables that a request sees (statement 82).

From the outermost to the innermost: workspace, collection, environment (what it extends, its .env
file, its own), folders, request, the running program and responses. Values of secret variables are
not read here: stand-ins hold their places until `engine.unsealing` reads those that are named.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from httpdesk.engine.environment_ports import WORKSPACE, EnvironmentStore, secret_name
from httpdesk.engine.levels import variable_origins, variable_values
from httpdesk.engine.masking import is_credential_key
from httpdesk.engine.template import Literal
from httpdesk.model.collection import Defaults, RequestDefaults, Scope, SealedValue
from httpdesk.model.connection import CONNECTION_VARIABLE
from httpdesk.model.exchange import Origin
from httpdesk.model.request import Request

if TYPE_CHECKING:
    # Only in annotations: each class of values that is made costs time at the start.
    from httpdesk.model.environment import Environment, LoadedEnvironment

Names = tuple[tuple[str, str], ...]

PROCESS = "process.env."
"""What the names of the operating system's own variables begin with."""
_ENDING = ".yml"
_PROCESS = re.compile(r"\{\{\s*process\.env\.([^{}\s]+)\s*\}\}")


@dataclass(frozen=True, slots=True)
class EnvironmentValues:
    """What the workspace and the chosen environment give to the requests of a collection."""

    workspace: Names = field(default=(), repr=False)
    environment: Names = field(default=(), repr=False)
    sealed: tuple[SealedValue, ...] = ()
    placed: tuple[SealedValue, ...] = ()
    """Values out of .env files whose names tell that they are secrets."""
    chosen: Environment | None = None
    """As its file has it; protected also when one that it extends is, or one called the same."""


NO_VALUES = EnvironmentValues()


def environment_values(
    store: EnvironmentStore, root: str | None, name: str | None
) -> EnvironmentValues:
    """Return what the workspace, and in a collection its environment `name`, give.

    Raises StorageFailed, UnknownEnvironment, EnvironmentCircle. Reads files, and no secret.
    """
    level = _Level(store)
    for loaded in store.environments(WORKSPACE):
        level.add(loaded)
    workspace = level.take()
    if root is None or name is None:
        return EnvironmentValues(
            workspace, sealed=tuple(level.sealed), placed=level.placed_in(workspace)
        )
    known = store.environments(root)
    chain = environment_chain(known, name)
    for loaded in reversed(chain):
        level.add(loaded)
    own = chain[0].environment
    # Another file of the same name must not take the place of a protected one unseen.
    alike = (each for each in known if each.environment.name.casefold() == own.name.casefold())
    protected = any(each.environment.protected for each in (*chain, *alike))
    chosen = own if own.protected == protected else replace(own, protected=protected)
    given = level.take()
    return EnvironmentValues(
        workspace, given, tuple(level.sealed), level.placed_in((*workspace, *given)), chosen
    )


def environment_chain(
    loaded: Iterable[LoadedEnvironment], name: str
) -> tuple[LoadedEnvironment, ...]:
    """Return an environment and behind it those that it extends, one after the other.

    Raises UnknownEnvironment, EnvironmentCircle, and the problem of a file that cannot be read.
    """
    from httpdesk.model.environment_errors import EnvironmentCircle, UnknownEnvironment

    given = tuple(loaded)
    chain: list[LoadedEnvironment] = []
    wanted, extended_by = name, ""
    while True:
        found = find_environment(given, wanted)
        if found is None:
            known = tuple(each.environment.name for each in given)
            raise UnknownEnvironment(wanted, extended_by, known)
        if found in chain:
            circle = [*chain[chain.index(found) :], found]
            raise EnvironmentCircle(tuple(each.environment.name for each in circle))
        if found.problem is not None:
            raise found.problem
        chain.append(found)
        wanted, extended_by = found.environment.extends, found.environment.name
        if not wanted:
            return tuple(chain)


def find_environment(loaded: Iterable[LoadedEnvironment], name: str) -> LoadedEnvironment | None:
    """Return the environment of this name, else the one whose file is called so, else None."""
    given = tuple(loaded)
    by_name = (each for each in given if each.environment.name == name)
    by_file = (each for each in given if each.path.rpartition("/")[2] == name + _ENDING)
    return next(by_name, None) or next(by_file, None)


class _Level:
    """Gathers the variables of one level: later ones win over earlier ones of their name."""

    def __init__(self, store: EnvironmentStore) -> None:
        self._store = store
        self._values: dict[str, str] = {}
        self.sealed: list[SealedValue] = []
        self._placed: list[SealedValue] = []

    def add(self, loaded: LoadedEnvironment) -> None:
        environment = loaded.environment
        if loaded.problem is not None:
            raise loaded.problem
        if environment.dotenv:
            self._add_dotenv(loaded)
        for variable in environment.variables:
            if not variable.enabled or not variable.name:
                continue
            value = variable.value
            if variable.secret:
                owner = environment.name if loaded.root != WORKSPACE else ""
                sealed = _seal(variable.name, loaded.root, environment.name, owner)
                self.sealed.append(sealed)
                value = sealed.stand_in
            self._values[variable.name] = value

    def _add_dotenv(self, loaded: LoadedEnvironment) -> None:
        """Add the lines of a .env file: git often ignores it, because it holds secrets."""
        environment = loaded.environment
        lines = self._store.dotenv(loaded.root, environment.dotenv)
        self._values.update(lines)
        owner = environment.name if loaded.root != WORKSPACE else ""
        for name, value in lines:
            if value and is_credential_key(name):
                kept_as = f"dotenv {secret_name(loaded.root, environment.name, name)}"
                self._placed.append(SealedValue(name, value, kept_as, owner))

    def placed_in(self, values: Names) -> tuple[SealedValue, ...]:
        """Return the secrets of .env files that nothing further in took the place of."""
        known = dict(values)
        return tuple(each for each in self._placed if known.get(each.name) == each.stand_in)

    def take(self) -> Names:
        """Return the variables so far, and begin the next level."""
        found, self._values = tuple(self._values.items()), {}
        return found


def _seal(name: str, root: str, environment: str, owner: str) -> SealedValue:
    from hashlib import sha256

    kept_as = secret_name(root, environment, name)
    # Letters and digits only, so that it stands well in a host, a path and a header.
    return SealedValue(name, "hidden" + sha256(kept_as.encode()).hexdigest()[:26], kept_as, owner)


def scope_of(
    inherited: Defaults,
    runtime: Mapping[str, str],
    taken: Mapping[str, str] | None = None,
    values: EnvironmentValues = NO_VALUES,
    process: Names = (),
) -> Scope:
    """Return the variables that a request inherits; its own ones the engine adds itself.

    `runtime` is what the running program knows, such as the sample server's address; `taken` are
    values out of responses, which are secret (statements 77 and 80) and stay as the server wrote
    them. The system's own variables, `process`, are hidden like secrets: any of them may be one.
    """
    collection = Origin.COLLECTION.value
    found = [(Origin.WORKSPACE.value, values.workspace)] if values.workspace else []
    found += [(origin, each.variables) for origin, each in inherited if origin == collection]
    if values.environment:
        found.append((Origin.ENVIRONMENT.value, values.environment))
    found += [(origin, each.variables) for origin, each in inherited if origin != collection]
    found.append((Origin.RUNTIME.value, tuple(runtime.items())))
    if process:
        found.append((Origin.PROCESS.value, process))
    if taken:
        literal = ((name, Literal(value)) for name, value in taken.items())
        found.append((Origin.RESPONSE.value, tuple(literal)))
    secrets = {each.stand_in for each in values.sealed} | set((taken or {}).values())
    secrets |= {value for _, value in process} | {each.stand_in for each in values.placed}
    return Scope(tuple(found), frozenset(secrets), values.sealed, values.placed)


def with_connections(inherited: Defaults, values: EnvironmentValues) -> Defaults:
    """Return what a request inherits, the connections that the outer levels name among it.

    `httpdesk.connection` inherits along the same order as every variable (storage.md).
    """
    collection = Origin.COLLECTION.value
    outer = tuple(each for each in inherited if each[0] == collection)
    inner = tuple(each for each in inherited if each[0] != collection)
    name = values.chosen.name if values.chosen is not None else ""
    return (
        *_connection(Origin.WORKSPACE, values.workspace),
        *outer,
        *_connection(Origin.ENVIRONMENT, values.environment, name),
        *inner,
    )


def _connection(origin: Origin, variables: Names, name: str = "") -> Defaults:
    own = tuple(pair for pair in variables if pair[0] == CONNECTION_VARIABLE)
    return ((origin.value, RequestDefaults(own, name=name)),) if own else ()


def plain_values(request: Request, scope: Scope) -> dict[str, str]:
    """Return the values that a request sees, without secrets that are not read and the system's."""
    stand_ins = {each.stand_in for each in scope.sealed}
    origins, system = variable_origins(request, scope), Origin.PROCESS.value
    values = variable_values(request, scope)
    return {
        name: value
        for name, value in values.items()
        if value not in stand_ins and origins[name] != system
    }


def process_values(environ: Mapping[str, str], *given: object) -> Names:
    """Return the system's variables that some text in `given`, dataclasses included, names."""
    names = {name: None for text in _texts(given) for name in process_names(text)}
    pairs = ((name, environ.get(name)) for name in names)
    return tuple((PROCESS + name, value) for name, value in pairs if value is not None)


def process_names(text: str) -> list[str]:
    """Return which of the system's variables a text names."""
    return _PROCESS.findall(text) if PROCESS in text else []


def names_system(given: object) -> bool:
    """Return whether some text in `given` names a variable of the system's environment."""
    return any(PROCESS in text for text in _texts(given))


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for each in value:
            yield from _texts(each)
    else:
        for name in getattr(value, "__dataclass_fields__", ()):
            yield from _texts(getattr(value, name))
