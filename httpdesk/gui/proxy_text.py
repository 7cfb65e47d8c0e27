"""A proxy's URL as it stands in the settings, and as the fields of the page have it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import ip_network
from urllib.parse import quote, unquote


@dataclass(frozen=True, slots=True)
class ProxyText:
    """The address without a sign-in, and the sign-in; the password never goes to the settings."""

    address: str
    username: str = ""
    password: str = ""

    @property
    def setting(self) -> str:
        """What is kept in the settings: the address with the user name, without the password."""
        if not self.username:
            return self.address
        scheme, mark, rest = self.address.rpartition("://")
        return f"{scheme}{mark}{quote(self.username, safe='')}@{rest}"


def take_apart(text: str) -> ProxyText:
    """Return the parts of a URL that may hold a user name and a password.

    A proxy's URL has no path, so the last `@` ends the sign-in, whatever stands before it.
    """
    scheme, mark, rest = text.strip().rpartition("://")
    userinfo, _, place = rest.rpartition("@")
    username, _, password = userinfo.partition(":")
    return ProxyText(f"{scheme}{mark}{place}", unquote(username), unquote(password))


def wrong_exception(text: str) -> str:
    """Return the first entry that is no host, address or range of addresses; "" when all are."""
    for entry in re.findall(r"[^,;\s]+", text):
        if not re.fullmatch(r"[\w.*\-:\[\]/]+", entry) or not _is_range(entry):
            return str(entry)
    return ""


def _is_range(entry: str) -> bool:
    if "/" not in entry:
        return True
    try:
        ip_network(entry, strict=False)
    except ValueError:
        return False
    return True
