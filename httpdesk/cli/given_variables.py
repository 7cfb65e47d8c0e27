"""The variables of a send on the command line, with those of the chosen environment."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from httpdesk.cli.arguments import Pair, UsageError
from httpdesk.cli.credentials import refuse_literal_variable
from httpdesk.cli.ports import CliPorts
from httpdesk.engine.scopes import EnvironmentValues, environment_values

FROM_ENVIRONMENT = "@env:"
"""Before the name of a variable of the operating system's environment, which has the value."""
FROM_STDIN = "@-"


def values_of(ports: CliPorts, collection: str | None, name: str | None) -> EnvironmentValues:
    """Return what the workspace and the environment `name` of the collection give.

    Raises UsageError, StorageFailed, UnknownEnvironment, EnvironmentCircle.
    """
    if name is not None and collection is None:
        raise UsageError("--env goes with a request of a collection, or with --collection FOLDER.")
    if name is not None and not name.strip():
        raise UsageError("--env takes the name of an environment.")
    return environment_values(ports.environments(), collection, name)


def given_variables(
    pairs: Iterable[Pair], environ: Mapping[str, str], stdin: Callable[[], str]
) -> tuple[tuple[Pair, ...], tuple[Pair, ...]]:
    """Return the variables of `--var`, and those among them that no other user could read.

    Raises UsageError for a literal secret, and for a variable of the system that is not set.
    """
    found, hidden = [], []
    for name, text in pairs:
        value = _indirect(name, text, environ, stdin)
        if value is None:
            refuse_literal_variable(name, text)
        else:
            hidden.append((name, value))
        found.append((name, text if value is None else value))
    return tuple(found), tuple(hidden)


def _indirect(
    name: str, text: str, environ: Mapping[str, str], stdin: Callable[[], str]
) -> str | None:
    """Return the value that stands elsewhere, None for one that stands here."""
    if text == FROM_STDIN:
        return stdin().rstrip("\r\n")
    if not text.startswith(FROM_ENVIRONMENT):
        return None
    variable = text.removeprefix(FROM_ENVIRONMENT)
    value = environ.get(variable)
    if value is None:
        raise UsageError(f"{variable} is not set in the environment; --var {name} asks for it.")
    return value
