"""The secrets of connections on the command line: from the environment, else from the keyring."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from httpdesk.cli.credentials import PREFIX
from httpdesk.cli.ports import CliPorts
from httpdesk.engine.connecting import Connecting, ConnectionPorts
from httpdesk.engine.places import Approvals
from httpdesk.engine.ports import SecretStore
from httpdesk.model.auth import TOKEN_SECRET
from httpdesk.model.connection import Connection

_NOT_A_NAME = re.compile(r"[^A-Z0-9]+")


class ConnectionSecrets:
    """Reads secrets of connections; the keyring is looked for when it is needed first."""

    def __init__(self, environ: Mapping[str, str], keyring: Callable[[], SecretStore]) -> None:
        self._environ = environ
        self._keyring = keyring

    def read(self, connection: Connection, name: str) -> str | None:
        """Return the secret, None when there is none; raises SecretsFailed."""
        given = self._given(connection, name)
        if given is not None:
            return given
        return self._keyring().read(connection.secret(name))

    def knows(self, connection: Connection, name: str) -> bool:
        """Return whether a kept secret would be used; one given for this run is meant for it."""
        if self._given(connection, name) is not None:
            return False
        return self._keyring().knows(connection.secret(name))

    def _given(self, connection: Connection, name: str) -> str | None:
        # A token has more to it than a variable says.
        return None if name == TOKEN_SECRET else self._environ.get(variable(connection.name, name))


def connecting(
    connections: ConnectionPorts,
    ports: CliPorts,
    root: str | None,
    system: frozenset[str] = frozenset(),
    *,
    unverified: bool = False,
) -> Connecting:
    """Return where a send finds connections; `root` is its collection's folder.

    `system` are the variables of the system that may go anywhere; `unverified` says that the
    command line itself asks for no check of certificates.
    """
    secrets = ConnectionSecrets(ports.environ, connections.keyring)
    tokens = connections.tokens(ports.clock)
    approvals = Approvals(connections.records, secrets.knows, system, unverified)
    return Connecting(connections.store, secrets.read, root, tokens, connections.signers, approvals)


def variable(connection: str, name: str) -> str:
    """Return the variable of the environment that holds a secret of a connection.

    `HTTPDESK_SECRET_ORDERS_API_KEY` is the `key` of the connection `Orders API`.
    """
    words = _NOT_A_NAME.sub("_", f"{connection} {name}".upper()).strip("_")
    return f"{PREFIX}{words}"
