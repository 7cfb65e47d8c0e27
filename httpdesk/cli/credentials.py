"""Secrets on the command line: where they may come from.

Other users of a computer can read the words of every command (security.md R4), so a literal
credential among them is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from httpdesk.cli.arguments import Pair, UsageError
from httpdesk.engine.masking import is_credential_header, is_credential_key
from httpdesk.engine.ports import SecretReader
from httpdesk.engine.routing import PROXY_SECRET

PREFIX = "HTTPDESK_SECRET_"
_USERINFO = re.compile(r"\s*(?:[^/?#@]*://|//)?([^/]*)@")
"""Greedy, since a password may hold a `?` or `#` that was not escaped."""
PROXY_PASSWORD = f"{PREFIX}PROXY_PASSWORD"
CERT_PASSPHRASE = f"{PREFIX}CERT_PASSPHRASE"


class EnvironmentSecrets:
    """The proxy's password and the passphrase of client certificates.

    From the environment, else from where the window keeps them. Implements
    `engine.ports.SecretStore`; what is kept lasts for the run.
    """

    def __init__(self, environ: Mapping[str, str], stored: Callable[[], SecretReader]) -> None:
        self._environ = environ
        self._stored = stored
        self._kept: dict[str, str] = {}

    def read(self, name: str) -> str | None:
        """Return the secret, None when there is none; raises SecretsFailed, StorageFailed."""
        if name in self._kept:
            return self._kept[name]
        variable = PROXY_PASSWORD if name == PROXY_SECRET else CERT_PASSPHRASE
        return self._environ.get(variable) or self._stored().read(name)

    def keep(self, name: str, value: str) -> None:
        """Keep a secret that the user typed."""
        self._kept[name] = value

    def forget(self, name: str) -> None:
        """Let go of what was typed."""
        self._kept.pop(name, None)


def environment_secrets(environ: Mapping[str, str]) -> tuple[Pair, ...]:
    """Return the variables that `HTTPDESK_SECRET_<NAME>` gives, as NAME and in lower case."""
    found: dict[str, str] = {}
    for key, value in environ.items():
        if key.startswith(PREFIX) and len(key) > len(PREFIX):
            name = key[len(PREFIX) :]
            found.setdefault(name.lower(), value)
            found[name] = value
    return tuple(found.items())


def refuse_literal_header(name: str, value: str) -> None:
    """Raise UsageError for a credential in a header that stands on the command line itself."""
    if not is_credential_header(name) or not value or "{{" in value:
        return
    scheme = "Bearer " if name.lower() in ("authorization", "proxy-authorization") else ""
    raise UsageError(
        f"The header {name} holds a credential, and other users of this computer can read "
        "command lines.\n"
        "Put the line into a file and give -H @FILE, or set "
        f"{PREFIX}TOKEN and give -H '{name}: {scheme}{{{{TOKEN}}}}'."
    )


def refuse_literal_variable(name: str, value: str) -> None:
    """Raise UsageError for a variable whose name tells that it is a secret."""
    if value and is_credential_key(name):
        raise UsageError(
            f"The variable {name} seems to be a secret, and other users of this computer can read "
            f"command lines.\nSet {PREFIX}{name} in the environment instead."
        )


def refuse_literal_field(name: str, value: str) -> None:
    """Raise UsageError for a query parameter or form field that is a credential by its name."""
    if value and "{{" not in value and is_credential_key(name):
        raise UsageError(
            f"{name} seems to be a secret, and other users of this computer can read command lines."
            f"\nSet {PREFIX}VALUE and write '{name}={{{{VALUE}}}}'."
        )


def refuse_literal_password(url: str) -> None:
    """Raise UsageError for `user:password@` in a URL that stands on the command line."""
    password = _password(url)
    if password and "{{" not in password:
        raise UsageError(
            "The URL holds a password, and other users of this computer can read command lines.\n"
            f"Set {PREFIX}PASSWORD and write {{{{PASSWORD}}}} in its place."
        )


def refuse_proxy_password(url: str) -> None:
    """Raise UsageError for a password in the proxy's URL."""
    if _password(url):
        raise UsageError(
            "The proxy's URL holds a password, and other users of this computer can read command "
            f"lines.\nGive the user name alone, and set {PROXY_PASSWORD} in the environment."
        )


def _password(url: str) -> str:
    found = _USERINFO.match(url)
    return found[1].partition(":")[2] if found else ""
