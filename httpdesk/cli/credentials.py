"""Secrets on the command line: where they may come from.

Other users of a computer can read the words of every command (security.md R4), so a literal
credential among them is refused.
"""

from __future__ import annotations

from collections.abc import Mapping

from httpdesk.cli.arguments import Pair, UsageError
from httpdesk.engine.masking import is_credential_header, is_credential_key

PREFIX = "HTTPDESK_SECRET_"


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


def refuse_literal_password(url: str) -> None:
    """Raise UsageError for `user:password@` in a URL that stands on the command line."""
    authority = url.partition("://")[2] or url
    userinfo, at, _ = authority.partition("/")[0].rpartition("@")
    password = userinfo.partition(":")[2]
    if at and password and "{{" not in password:
        raise UsageError(
            "The URL holds a password, and other users of this computer can read command lines.\n"
            f"Set {PREFIX}PASSWORD and write {{{{PASSWORD}}}} in its place."
        )
