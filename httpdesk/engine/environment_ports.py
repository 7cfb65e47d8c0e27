"""What the engine and the faces need of the files with environments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from httpdesk.model.environment import Environment, LoadedEnvironment

WORKSPACE = ""
"""The root under which the variables of the whole workspace are kept: one environment, always."""


class EnvironmentStore(Protocol):
    """The files `environments/*.yml` of collections, and the workspace's own variables.

    Every method raises StorageFailed; nothing on disk changes when one is raised. Values of secret
    variables are never in these files: `secret_name` says under which name they are kept.
    """

    def environments(self, root: str) -> tuple[LoadedEnvironment, ...]:
        """Return those of a collection by name, broken ones with their problem.

        For `WORKSPACE` exactly one, which is empty as long as nothing was saved.
        """

    def create(self, root: str, environment: Environment) -> LoadedEnvironment:
        """Write a new file; raises NameTaken."""

    def save(self, loaded: LoadedEnvironment, environment: Environment) -> LoadedEnvironment:
        """Write over the file, touching only what changed; another name renames the file.

        Raises FileChanged when the file is no longer the one with the digest, and NameTaken.
        """

    def delete(self, loaded: LoadedEnvironment) -> str:
        """Take an environment out of the collection; return a ticket for `undo_delete`."""

    def undo_delete(self, root: str, ticket: str) -> LoadedEnvironment:
        """Put a deleted one back byte for byte."""

    def dotenv(self, root: str, path: str) -> tuple[tuple[str, str], ...]:
        """Return the names and values of a `.env` file inside the collection.

        Raises UnsafePath for one outside of it.
        """


def secret_name(root: str, environment: str, variable: str) -> str:
    """Return the name under which the value of a secret variable is kept."""
    return f"{_SECRETS}{root}\n{environment}\n{variable}"


def secret_of(name: str) -> tuple[str, str] | None:
    """Return environment and variable of what `secret_name` returned; None for other secrets."""
    parts = name.removeprefix(_SECRETS).split("\n")
    if not name.startswith(_SECRETS) or len(parts) < _PARTS:
        return None
    return parts[1], parts[-1]


_SECRETS = "environment\n"
_PARTS = 3
