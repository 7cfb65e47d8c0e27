"""What the settings say about the network, in values of their own."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class ProxyMode(Enum):
    """Where the proxy comes from; the value is the word in the settings."""

    NONE = "none"
    SYSTEM = "system"
    MANUAL = "manual"


@dataclass(frozen=True, slots=True)
class TlsRule:
    """What holds for the connections to some hosts."""

    host: str
    """`api.acme.test`, `*.acme.test` for all below it, or `*`; with or without `:port`."""
    ca_file: str = ""
    certificate: str = ""
    key: str = ""
    """Of `certificate`; empty when the key is in the same file."""
